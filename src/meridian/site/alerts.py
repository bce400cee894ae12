"""Which rules this site warns by, and who says so when the watch itself falls silent."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from meridian.alerts import own_rules
from meridian.alerts.declared import AlertRule
from meridian.competence import alerts as competence
from meridian.inspection import alerts as inspection
from meridian.inventory import alerts as inventory
from meridian.items import alerts as items
from meridian.organization import alerts as organization
from meridian.organization.vocabulary import Role
from meridian.parties import alerts as parties
from meridian.platform.jobs.health import alarms
from meridian.platform.screens.view import Todo
from meridian.purchasing import alerts as purchasing
from meridian.sales import alerts as sales
from meridian.site import backup_alerts, job_alerts

ALERT_RULES: Sequence[AlertRule] = (
    *parties.RULES,
    *organization.RULES,
    *competence.RULES,
    *items.RULES,
    *inventory.RULES,
    *inspection.RULES,
    *purchasing.RULES,
    *sales.RULES,
    *own_rules.RULES,
    *job_alerts.RULES,
    *backup_alerts.RULES,
)
"""A rule more is declared in its owner's module and named here."""

WATCH = "alerts"
"""The job that raises alerts; its own silence is told without it."""
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN.value, Role.SECURITY_ADMIN.value, Role.QUALITY_HEAD.value})


def silent_watch(posts: frozenset[str]) -> Sequence[Todo]:
    """For administrators, that nobody is warned any more; two statements."""
    if not posts & ADMINISTRATORS:
        return ()
    return [
        Todo(
            label=_("预警巡查已停止 %(minutes)s 分钟，以下预警可能不全") % {"minutes": int(alarm.silent_seconds // 60)},
            url="/system/jobs", context=alarm.told or _("请检查后台进程。"), tone="bad",
        )
        for alarm in alarms() if alarm.name == WATCH
    ]  # fmt: skip
