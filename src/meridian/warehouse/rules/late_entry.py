"""Gates of late entry 补录: nothing is dated back silently, and what is late only within a week."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, Remedy, gate
from meridian.kernel.messages import message
from meridian.organization.vocabulary import Role
from meridian.warehouse.queries.goods_receipt import ReceiptLineFacts


class HappenedEarlier(Protocol):
    """A document that may name an earlier moment at which it happened."""

    @property
    def happened_at(self) -> datetime | None: ...


class EnteredInWindow(HappenedEarlier, Protocol):
    """A document that may be entered late, within some days."""

    @property
    def late_days(self) -> int: ...


class NamesLateEntry(HappenedEarlier, Protocol):
    """A document that is entered late by a transition of its own."""

    @property
    def late_transition(self) -> str: ...


class DraftedBySomeone(Protocol):
    """A document about to be entered late; `is_drafter` says whether whoever acts drafted it."""

    @property
    def is_drafter(self) -> bool: ...


class ReceivedForOrder(HappenedEarlier, Protocol):
    """Goods that came for an order."""

    @property
    def lines(self) -> Sequence[ReceiptLineFacts]: ...


@gate(
    law="DESIGN 5",
    blocks="填写了实际发生时间，应由补录办理 · an earlier moment is named, so this is a late entry",
    aliases=["LATE_ENTRY_REQUIRED"],
)
def entered_when_it_happened(facts: NamesLateEntry, moment: Moment) -> Sequence[Breach]:
    """Nothing is dated back but by the late entry that says so (GSP Art 51; DESIGN §5 Time)."""
    del moment
    if facts.happened_at is None:
        return []
    remedy = Remedy(label="补录", transition=facts.late_transition)
    evidence = message("填写了实际发生时间：请由仓库主管补录，或清空该项。")
    return [Breach(evidence=evidence, owner=Role.WAREHOUSE_MANAGER, remedy=remedy)]


@gate(
    law="DESIGN 5",
    blocks="补录时间未填、在将来或超过期限 · late entry without a moment, in the future or after its window",
    aliases=["LATE_ENTRY_WINDOW"],
)
def late_entry_in_window(facts: EnteredInWindow, moment: Moment) -> Sequence[Breach]:
    """What is entered late happened before now and at most the days set for the site ago (DESIGN §5 Time)."""
    happened = facts.happened_at
    if happened is None:
        evidence = message("请填写实际发生时间。")
    elif happened > moment.instant:
        evidence = message("实际发生时间在将来。")
    elif (moment.site_day - happened.astimezone(moment.zone).date()).days > facts.late_days:
        evidence = message("实际发生于 {day}，已超过 {days} 天的补录期限。",
                           day=happened.astimezone(moment.zone).date(), days=facts.late_days)  # fmt: skip
    else:
        return []
    return [Breach(evidence=evidence, owner=Role.WAREHOUSE_MANAGER)]


@gate(
    law="DESIGN 5",
    blocks="起草人自己补录 · entered late by whoever drafted it",
    aliases=["LATE_ENTRY_SECOND_PERSON"],
)
def entered_late_by_another(facts: DraftedBySomeone, moment: Moment) -> Sequence[Breach]:
    """Nobody dates back what he wrote himself: another person enters it (DESIGN §5 Time)."""
    del moment
    if not facts.is_drafter:
        return []
    evidence = message("本单由您起草，补录须由另一人办理。")
    return [Breach(evidence=evidence, owner=Role.WAREHOUSE_MANAGER)]


@gate(law="G10", blocks="收货早于订货 · received before it was ordered", aliases=["RECEIPT_BEFORE_PO"])
def received_after_ordering(facts: ReceivedForOrder, moment: Moment) -> Sequence[Breach]:
    """No line is dated before the day its order was placed (GSP Art 60)."""
    if facts.happened_at is None:
        return []
    day = facts.happened_at.astimezone(moment.zone).date()
    return [
        Breach(
            evidence=message("{item}：实际收货 {day} 早于订货日期 {ordered}。", item=line.item.number, day=day,
                             ordered=line.order_line.ordered_on),
            subject_id=line.line_id,
            owner=Role.WAREHOUSE_MANAGER,
        )
        for line in facts.lines
        if line.order_line and line.order_line.ordered_on and day < line.order_line.ordered_on
    ]  # fmt: skip
