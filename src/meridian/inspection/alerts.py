"""What is warned of about inspections: lots released by waiver whose identifier is not published yet (G18)."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meridian.alerts.declared import AlertRule, Condition
from meridian.inspection.models import AcceptanceInspection
from meridian.inspection.queries import udi_rechecks
from meridian.inspection.rules import RECHECK_DAYS
from meridian.kernel.messages import message
from meridian.organization.vocabulary import Role


def unpublished_lots(today: date) -> Sequence[Condition]:
    """Each is due seven days after its release; at most three statements."""
    del today
    found = udi_rechecks().values()
    numbers = {each.inspection_number for each in found}
    rows = AcceptanceInspection.objects.filter(number__in=numbers).values_list("number", "site_id") if numbers else ()
    sites = dict(rows)
    return [
        Condition(
            subject_type="lot", subject_id=each.lot_id, subject_number=each.lot_no,
            site_id=sites[each.inspection_number],
            fact=message("批号 {lot} 经让步放行，产品标识 {di} 尚未在国家数据库公布", lot=each.lot_no, di=each.di),
            consequence=message("须在 {day} 前载入新目录复核。", day=due),
            url="/items/catalogue-snapshots/?view=all", due_on=due,
        )
        for each in found
        for due in [timezone.localdate(each.released_at) + timedelta(days=RECHECK_DAYS)]
    ]  # fmt: skip


RULES = (
    AlertRule(
        "udi_recheck", _("UDI 目录复核"), (Role.QUALITY_STAFF, Role.QUALITY_HEAD), unpublished_lots, verb=_("载入目录")
    ),
)
