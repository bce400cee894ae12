"""What the first page warns people of beside the work that waits for them: what is due, excepted or silent."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meridian.inspection.queries import udi_rechecks
from meridian.inspection.rules import RECHECK_DAYS
from meridian.inventory.models import SupplyDemand
from meridian.inventory.vocabulary import Expectation
from meridian.kernel.clock import now
from meridian.kernel.models import Waiver
from meridian.kernel.waivers import WaiverState
from meridian.organization.vocabulary import Role
from meridian.platform.jobs.health import alarms
from meridian.platform.screens.view import Todo

NAMED_MAX = 3
"""Documents named in one warning; the list it leads to shows all."""
COUNTED_MAX = 100


def alerts(posts: frozenset[str]) -> Sequence[Todo]:
    """The warnings for holders of these posts; a statement for each kind of warning they get."""
    return [todo for concerned, warnings in _WARNINGS if posts & concerned for todo in warnings()]


def _silent_jobs() -> Iterable[Todo]:
    for alarm in alarms():
        label = _("后台任务“%(job)s”已停止 %(minutes)s 分钟")
        yield Todo(
            label=label % {"job": alarm.label, "minutes": int(alarm.silent_seconds // 60)},
            url="/system/jobs",
            context=alarm.told or _("请检查后台进程。"),
            tone="bad",
        )


def _exceptions() -> Iterable[Todo]:
    """Waivers in force let rules pass: whoever inspects looks at each, the first to end first."""
    in_force = Waiver.objects.filter(state=WaiverState.ACTIVE, ends_on__gte=timezone.localdate(now()))
    found = list(in_force.order_by("ends_on", "pk").values_list("number", "ends_on")[:COUNTED_MAX])
    if found:
        label = ngettext("有 %(n)s 项让步有效，请检查", "有 %(n)s 项让步有效，请检查", len(found))
        yield _told(label, found, "/kernel/waivers/?state=active")


def _unpublished() -> Iterable[Todo]:
    """Lots released by waiver whose identifier is not published yet: each is due seven days after its release."""
    found = sorted((each.released_at, each.lot_no) for each in udi_rechecks().values())
    if found:
        label = ngettext(
            "有 %(n)s 个让步放行的批号须复核 UDI 目录", "有 %(n)s 个让步放行的批号须复核 UDI 目录", len(found)
        )
        due = [(lot_no, timezone.localdate(at) + timedelta(days=RECHECK_DAYS)) for at, lot_no in found[:COUNTED_MAX]]
        yield _told(label, due, "/items/catalogue-snapshots/?view=all")


def _not_arrived() -> Iterable[Todo]:
    found = _due(Expectation.SUPPLY)
    if found:
        label = ngettext("有 %(n)s 张采购订单到期未到齐", "有 %(n)s 张采购订单到期未到齐", len(found))
        yield _told(label, found, "/purchasing/purchase-orders/?state=released")


def _not_shipped() -> Iterable[Todo]:
    found = _due(Expectation.DEMAND)
    if found:
        label = ngettext("有 %(n)s 张销售订单到期未发齐", "有 %(n)s 张销售订单到期未发齐", len(found))
        yield _told(label, found, "/sales/sales-orders/?state=confirmed")


def _due(kind: Expectation) -> list[tuple[str, date]]:
    """Numbers of orders of which something was to come or go by the end of today, the longest due first."""
    rows = SupplyDemand.objects.filter(kind=kind, is_open=True, day__lte=timezone.localdate(now()))
    days = rows.values("document_number").annotate(due=Min("day")).order_by("due", "document_number")
    return list(days.values_list("document_number", "due")[:COUNTED_MAX])


def _told(label: str, found: Sequence[tuple[str, date]], url: str) -> Todo:
    named = [_("%(number)s（%(day)s）") % {"number": number, "day": day} for number, day in found[:NAMED_MAX]]
    return Todo(label=label % {"n": len(found)}, url=url, context="、".join(named), tone="warn")


_WARNINGS: Sequence[tuple[frozenset[str], Callable[[], Iterable[Todo]]]] = (
    (frozenset({Role.SYSTEM_ADMIN.value, Role.SECURITY_ADMIN.value}), _silent_jobs),
    (frozenset({Role.AUDITOR.value}), _exceptions),
    (frozenset({Role.QUALITY_STAFF.value, Role.QUALITY_HEAD.value}), _unpublished),
    (frozenset({Role.BUYER.value, Role.PURCHASING_MANAGER.value}), _not_arrived),
    (frozenset({Role.SALES_STAFF.value, Role.SALES_MANAGER.value}), _not_shipped),
)
