"""Gates about stock: not expired, not blocked, in a status that may move, enough of it, the earliest first."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from meridian.inventory.matrix import MATRIX
from meridian.inventory.models import Lot, StockBalance
from meridian.inventory.queries import EarlierLot, StockLineFacts, StockSince
from meridian.inventory.queries.lots import OpenBlock
from meridian.inventory.vocabulary import BlockKind, StockStatus
from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, Remedy, gate
from meridian.kernel.messages import Message, message
from meridian.organization.vocabulary import Role


class TakesStock(Protocol):
    """Any document whose lines take lots from places: shipments, issues, transfers, scrapping."""

    @property
    def lines(self) -> Sequence[StockLineFacts]: ...


class TookStockEarlier(TakesStock, Protocol):
    """A late entry of goods taken; `since` by line, as `inventory.queries.stock_since` gives it."""

    @property
    def since(self) -> Mapping[UUID, StockSince]: ...


class PicksStock(TakesStock, Protocol):
    """A document that may choose among lots; `earlier_lots` by line, as `inventory.queries.earlier_lots` gives them."""

    @property
    def earlier_lots(self) -> Mapping[UUID, Sequence[EarlierLot]]: ...


class AsksForLife(Protocol):
    """A customer with a minimum of days left at arrival."""

    @property
    def min_remaining_days(self) -> int: ...


class GoesToCustomer(TakesStock, Protocol):
    """A document that sends lots to a customer."""

    @property
    def arrives_on(self) -> date: ...
    @property
    def customer(self) -> AsksForLife: ...


def is_expired(expires_on: date | None, site_day: date) -> bool:
    """Whether a lot is past its expiry day: it is usable through the end of that day at the site."""
    return expires_on is not None and expires_on < site_day


def remaining_days(expires_on: date, arrives_on: date) -> int:
    """Days left from arrival to the expiry day."""
    return (expires_on - arrives_on).days


@gate(
    law="G23",
    blocks="批号已过有效期 · lot expired",
    locks=[Lot],
    aliases=["LOT_EXPIRED", "RECEIPT_EXPIRED"],
)
def lot_not_expired(facts: TakesStock, moment: Moment) -> Sequence[Breach]:
    """No lot is past its expiry day, except where the movement returns or removes it (GSP Art 51(6), 80)."""
    return [
        Breach(
            evidence=message("批号 {lot} 有效期至 {day}，今日已过期。", lot=line.lot.name, day=line.lot.expires_on),
            subject_id=line.line_id,
            owner=Role.KEEPER,
            remedy=Remedy(label="报废过期批号", document_type="stock_adjustment"),
        )
        for line in facts.lines
        if is_expired(line.lot.expires_on, moment.site_day) and not MATRIX[line.movement].expired_allowed
    ]


def _bound(line: StockLineFacts, block: OpenBlock, evidence: Message) -> Breach:
    """A line whose lot is bound, with the document that binds it."""
    remedy = Remedy(label="查看锁定单", document_type=block.document_type, document_id=block.document_id)
    return Breach(evidence=evidence, subject_id=line.line_id, owner=Role.QUALITY_STAFF, remedy=remedy)


def _wanted(lines: Sequence[StockLineFacts]) -> dict[tuple[UUID, UUID, str], Decimal]:
    """What all lines together take from a lot at a place in a status."""
    wanted: dict[tuple[UUID, UUID, str], Decimal] = {}
    for line in lines:
        wanted[line.key] = wanted.get(line.key, Decimal(0)) + line.quantity
    return wanted


@gate(
    law="G24",
    blocks="批号被锁定 · lot blocked by a hold, recall or stop of sale",
    locks=[Lot],
    aliases=["LOT_NOT_AVAILABLE", "LOT_BLOCKED"],
)
def lot_not_blocked(facts: TakesStock, moment: Moment) -> Sequence[Breach]:
    """No hold, recall or stop of sale binds a lot (GSP Art 74, 110)."""
    del moment
    return [
        _bound(line, block, message("批号 {lot} 因“{kind}”锁定：{reason}", lot=line.lot.name,
                                    kind=BlockKind(block.kind).label, reason=block.reason))
        for line in facts.lines
        if not MATRIX[line.movement].blocked_allowed
        for block in line.lot.blocks
    ]  # fmt: skip


@gate(
    law="G24",
    blocks="质量状态不允许此操作 · stock status does not allow this movement",
    aliases=["LOT_NOT_AVAILABLE"],
)
def stock_status_allowed(facts: TakesStock, moment: Moment) -> Sequence[Breach]:
    """Every quantity stands in a status from which it may move this way: only qualified stock is sold (GSP Art 62)."""
    del moment
    return [
        Breach(
            evidence=message("批号 {lot} 在 {place} 的质量状态为“{status}”，不能{movement}。", lot=line.lot.name,
                             place=line.place_name, status=StockStatus(line.status).label,
                             movement=line.movement.label),
            subject_id=line.line_id,
            owner=Role.QUALITY_STAFF,
        )
        for line in facts.lines
        if line.status not in MATRIX[line.movement].from_statuses
    ]  # fmt: skip


@gate(
    law="GSP-87",
    blocks="库存不足 · not enough stock",
    locks=[StockBalance],
    aliases=["STOCK_INSUFFICIENT", "NEGATIVE_STOCK"],
)
def stock_sufficient(facts: TakesStock, moment: Moment) -> Sequence[Breach]:
    """What all lines together take from a lot at a place lies there, free of other documents' reservations."""
    del moment
    wanted = _wanted(facts.lines)
    return [
        Breach(
            evidence=message("批号 {lot} 在 {place}：需要 {wanted}，可用 {available}（在库 {on_hand}）。",
                             lot=line.lot.name, place=line.place_name, wanted=wanted[line.key],
                             available=line.available, on_hand=line.on_hand),
            subject_id=line.line_id,
            owner=Role.KEEPER,
        )
        for line in facts.lines
        if wanted[line.key] > line.available
    ]  # fmt: skip


@gate(
    law="DESIGN 5",
    blocks="补录当日或其后库存不足 · not enough stock on the day of a late entry, or on a day since",
    locks=[StockBalance],
    aliases=["STOCK_INSUFFICIENT_THEN"],
)
def stock_sufficed_since(facts: TookStockEarlier, moment: Moment) -> Sequence[Breach]:
    """What is taken late lay there that day, and would not have been missing on any day since (DESIGN §5 Time, §6)."""
    del moment
    wanted = _wanted(facts.lines)
    return [
        Breach(
            evidence=message("批号 {lot} 在 {place}：{day} 结存 {least}，需要 {wanted}；请改实际时间、批号或货位。",
                             lot=line.lot.name, place=line.place_name, day=facts.since[line.line_id].least_on,
                             least=facts.since[line.line_id].least, wanted=wanted[line.key]),
            subject_id=line.line_id,
            owner=Role.WAREHOUSE_MANAGER,
        )
        for line in facts.lines
        if line.line_id in facts.since and wanted[line.key] > facts.since[line.line_id].least
    ]  # fmt: skip


@gate(
    law="G24",
    blocks="补录当时批号被锁定 · lot was blocked when it happened",
    locks=[Lot],
    aliases=["LOT_BLOCKED_THEN"],
)
def lot_was_not_blocked(facts: TookStockEarlier, moment: Moment) -> Sequence[Breach]:
    """At the moment a late entry names, no hold, recall or stop of sale bound a lot (GSP Art 74, 110)."""
    del moment
    return [
        _bound(line, block, message("批号 {lot} 当时因“{kind}”锁定：{reason}", lot=line.lot.name,
                                    kind=BlockKind(block.kind).label, reason=block.reason))
        for line in facts.lines
        if line.line_id in facts.since and not MATRIX[line.movement].blocked_allowed
        for block in facts.since[line.line_id].blocks
    ]  # fmt: skip


@gate(
    law="G25",
    blocks="未按近效期先出 · an earlier-expiring lot was passed over",
    waivable_by=[Role.WAREHOUSE_MANAGER],
    aliases=["FEFO_DEVIATION"],
)
def first_expiry_first(facts: PicksStock, moment: Moment) -> Sequence[Breach]:
    """No fit lot that expires earlier is left lying while a later one is taken (good practice; GMP Art 67)."""
    breaches = []
    for line in facts.lines:
        earlier = [
            lot for lot in facts.earlier_lots.get(line.line_id, ()) if not is_expired(lot.expires_on, moment.site_day)
        ]
        if earlier:
            first = earlier[0]
            evidence = message("应先出批号 {first}（有效期至 {day}，可用 {free}），所选批号 {lot}。", lot=line.lot.name,
                               first=first.lot_no, day=first.expires_on or "—", free=first.free)  # fmt: skip
            breaches.append(Breach(evidence=evidence, subject_id=line.line_id, owner=Role.WAREHOUSE_MANAGER,
                                   waivable_quantity=line.quantity))  # fmt: skip
    return breaches


@gate(
    law="G26",
    blocks="剩余效期短于客户要求 · remaining life below the customer's minimum",
    waivable_by=[Role.SALES_MANAGER],
    aliases=["SHELF_LIFE_BELOW_CUSTOMER_MIN"],
)
def remaining_life_meets_customer_minimum(facts: GoesToCustomer, moment: Moment) -> Sequence[Breach]:
    """On the day of arrival every lot has at least the days left that the customer asks for."""
    del moment
    wanted = facts.customer.min_remaining_days
    return [
        Breach(
            evidence=message("批号 {lot} 到货时余 {left} 天 < {wanted} 天。", lot=line.lot.name, left=left,
                             wanted=wanted),
            subject_id=line.line_id,
            owner=Role.SALES_MANAGER,
            waivable_quantity=line.quantity,
        )
        for line in facts.lines
        if line.lot.expires_on is not None
        and (left := remaining_days(line.lot.expires_on, facts.arrives_on)) < wanted
    ]  # fmt: skip
