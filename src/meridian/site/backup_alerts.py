"""What is warned of about backups, to those who look after the server and to quality."""

from collections.abc import Sequence
from datetime import date
from uuid import uuid5

from django.utils.translation import gettext_lazy as _

from meridian.alerts.declared import AlertRule, Condition
from meridian.alerts.vocabulary import Severity
from meridian.kernel.messages import message
from meridian.organization.queries import sites
from meridian.site.backup_alarms import backup_alarms
from meridian.site.job_alerts import ADMINISTRATORS, JOBS


def wrong_with_backups(today: date) -> Sequence[Condition]:
    """Every alarm there is now, each until its cause is gone."""
    del today
    site = sites()[0].pk
    return [
        Condition(
            subject_type="job", subject_id=uuid5(JOBS, alarm.code), subject_number=alarm.code, site_id=site,
            fact=alarm.told, consequence=message("数据丢失时可能无法恢复；见备份与恢复页。"), url="/system/backups",
        )
        for alarm in backup_alarms()
    ]  # fmt: skip


BACKUPS = AlertRule(
    "backup_alarm", _("备份"), ADMINISTRATORS, wrong_with_backups, severities={None: Severity.CRITICAL}, answer_days=1
)
RULES = (BACKUPS,)
