"""Gates of goods that travelled cold: the way here is proved by a logger's file, and was within the label's limits."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, Remedy, gate
from meridian.kernel.messages import Message, Text, listed, message
from meridian.organization.vocabulary import Role
from meridian.warehouse.logger_file import LONGEST_GAP
from meridian.warehouse.queries.goods_receipt import ReceiptLineFacts, ReceivedItem, TransitLogFacts
from meridian.warehouse.rules.arriving import cure_of

READ_LOG = Remedy(label="读取温度记录", transition="transit-log")


class ArrivesCold(Protocol):
    """A delivery with goods that must be kept cold on the way."""

    @property
    def state(self) -> str: ...
    @property
    def cold_lines(self) -> Sequence[ReceiptLineFacts]: ...
    @property
    def departed_at(self) -> datetime | None: ...
    @property
    def arrived_at(self) -> datetime | None: ...
    @property
    def arrival_celsius(self) -> Decimal | None: ...
    @property
    def transport_unit(self) -> str: ...
    @property
    def transit_log(self) -> TransitLogFacts | None: ...


class MayBeExcused(ArrivesCold, Protocol):
    """A cold delivery whose registrant may have spoken for it."""

    @property
    def statement_attached(self) -> bool: ...


class WaitsCold(Protocol):
    """A cold delivery and the place it is put at."""

    @property
    def cold_lines(self) -> Sequence[ReceiptLineFacts]: ...
    @property
    def place_id(self) -> UUID: ...
    @property
    def place_name(self) -> str: ...
    @property
    def place_low(self) -> Decimal | None: ...
    @property
    def place_high(self) -> Decimal | None: ...


@gate(
    law="G12",
    blocks="冷链到货没有完整的在途温度记录 · no complete transit log of cold goods",
    aliases=["COLD_CHAIN_EVIDENCE_MISSING"],
)
def transit_temperature_proved(facts: ArrivesCold, moment: Moment) -> Sequence[Breach]:
    """Cold goods come with departure, arrival, vehicle, temperature on arrival and a log without a hole.

    A logger's file has been read for this very way, and from departure to arrival never more than five minutes pass
    without a reading (GSP Art 63, 67; REGULATIONS CC-2).
    """
    if not facts.cold_lines:
        return []
    stated: Sequence[tuple[Text, object]] = (
        (_("启运时间"), facts.departed_at),
        (_("到货温度"), facts.arrival_celsius is not None),
        (_("运输工具/箱号"), facts.transport_unit),
    )
    missing = [label for label, value in stated if not value]
    found = []
    if missing:
        evidence = message("冷链货物请填写{fields}。", fields=listed(missing))
        found.append(Breach(evidence=evidence, owner=Role.RECEIVER, remedy=cure_of(facts.state)))
    for item in _items(facts.cold_lines):
        if item.temperature_celsius_min is None and item.temperature_celsius_max is None:
            remedy = Remedy(label="补全物料档案", document_type="item", document_id=item.id)
            evidence = message("{item} 是冷链产品，档案没有温度上下限。", item=item.number)
            found.append(Breach(evidence=evidence, subject_id=item.id, owner=Role.QUALITY_STAFF, remedy=remedy))
    hole = _hole(facts, moment)
    if hole is not None:
        found.append(Breach(evidence=hole, owner=Role.RECEIVER, remedy=READ_LOG))
    return found


def _hole(facts: ArrivesCold, moment: Moment) -> Message | None:
    """What the log leaves unproved; None when it watched the whole way."""
    log = facts.transit_log
    if log is None:
        return message("没有读取在途温度记录；请添加温度记录仪文件并读取。")
    if (log.departed_at, log.arrived_at) != (facts.departed_at, facts.arrived_at):
        return message("启运时间在读取 {file} 之后改过，请重新读取。", file=log.file_name)
    if log.arrived_at < log.departed_at:
        return message("启运时间晚于到货时间 {arrival}。", arrival=_clock(log.arrived_at, moment))
    if log.longest_gap is None or log.gap_from is None:
        return message("{file} 没有启运 {departure} 至到货 {arrival} 之间的读数。", file=log.file_name,
                       departure=_clock(log.departed_at, moment), arrival=_clock(log.arrived_at, moment))  # fmt: skip
    if log.longest_gap > LONGEST_GAP:
        return message(
            "{file} 在启运 {departure} 至到货 {arrival} 之间有缺口：{since} 起 {length} 没有读数，超过 5 分钟。",
            file=log.file_name, departure=_clock(log.departed_at, moment), arrival=_clock(log.arrived_at, moment),
            since=_clock(log.gap_from, moment), length=str(log.longest_gap),
        )  # fmt: skip
    return None


@gate(
    law="G12",
    blocks="在途或到货温度超限 · out of the temperature limits on the way or on arrival",
    waivable_by=[Role.QUALITY_HEAD],
    aliases=["COLD_CHAIN_EXCURSION"],
)
def transit_temperature_in_range(facts: ArrivesCold, moment: Moment) -> Sequence[Breach]:
    """Every reading under way, and the temperature on arrival, lies within the limits of each cold item (GSP Art 63).

    The limits themselves are within. Only the quality head lets an excursion pass, on the registrant's stability
    statement.
    """
    return [
        Breach(
            evidence=message("{item} 须在 {limits} ℃：{found}。", item=item.number, limits=_limits(item),
                             found=listed(excursions)),
            subject_id=next(line.line_id for line in facts.cold_lines if line.item.id == item.id),
            owner=Role.QUALITY_HEAD,
            remedy=cure_of(facts.state),
            waivable_quantity=sum((each.quantity for each in facts.cold_lines if each.item.id == item.id), Decimal(0)),
        )
        for item in _items(facts.cold_lines)
        if (excursions := _excursions(item, facts, moment))
    ]  # fmt: skip


def _excursions(item: ReceivedItem, facts: ArrivesCold, moment: Moment) -> list[Message]:
    """What was colder or warmer than an item may be."""
    low, high, log, arrival = (
        item.temperature_celsius_min, item.temperature_celsius_max, facts.transit_log, facts.arrival_celsius,
    )  # fmt: skip
    found = []
    if log is not None and low is not None and log.lowest is not None and log.lowest < low:
        found.append(message("在途最低 {celsius} ℃（{at}）", celsius=log.lowest, at=_clock(log.lowest_at, moment)))
    if log is not None and high is not None and log.highest is not None and log.highest > high:
        found.append(message("在途最高 {celsius} ℃（{at}）", celsius=log.highest, at=_clock(log.highest_at, moment)))
    if arrival is not None and ((low is not None and arrival < low) or (high is not None and arrival > high)):
        found.append(message("到货 {celsius} ℃", celsius=arrival))
    return found


@gate(
    law="G12",
    blocks="在途超温而没有注册人的稳定性说明 · excursion without the registrant's stability statement",
    aliases=["COLD_CHAIN_EXCURSION"],
)
def stability_statement_attached(facts: MayBeExcused, moment: Moment) -> Sequence[Breach]:
    """An excursion is let pass only over the registrant's stability statement, attached to the receipt (GSP Art 63)."""
    if facts.statement_attached or not any(_excursions(item, facts, moment) for item in _items(facts.cold_lines)):
        return []
    evidence = message("温度超限：请把注册人的稳定性说明作为附件添加，并在“稳定性说明附件”填写其文件名。")
    return [Breach(evidence=evidence, owner=Role.QUALITY_HEAD, remedy=cure_of(facts.state))]


@gate(
    law="GSP-63",
    blocks="冷链货物的收货位置温度不符 · cold goods put where it is not cold",
    aliases=["STORAGE_CONDITION_MISMATCH"],
)
def cold_goods_in_fit_place(facts: WaitsCold, moment: Moment) -> Sequence[Breach]:
    """Cold goods go at once to a place whose whole range lies within their limits (GSP Art 63)."""
    del moment
    low, high = facts.place_low, facts.place_high
    breaches = []
    for item in _items(facts.cold_lines):
        least, most = item.temperature_celsius_min, item.temperature_celsius_max
        too_cold = least is not None and (low is None or low < least)
        too_warm = most is not None and (high is None or high > most)
        if too_cold or too_warm:
            evidence = message("{item} 须在 {limits} ℃ 待验，{place} 为 {kept} ℃。", item=item.number,
                               limits=_limits(item), place=facts.place_name, kept=_range(low, high))  # fmt: skip
            breaches.append(Breach(evidence=evidence, subject_id=facts.place_id, owner=Role.RECEIVER))
    return breaches


def _items(lines: Sequence[ReceiptLineFacts]) -> list[ReceivedItem]:
    """The items of the lines, each once."""
    return list({line.item.id: line.item for line in lines}.values())


def _limits(item: ReceivedItem) -> str:
    return _range(item.temperature_celsius_min, item.temperature_celsius_max)


def _range(low: Decimal | None, high: Decimal | None) -> str:
    if low is None and high is None:
        return "—"
    return f"≤ {high}" if low is None else f"≥ {low}" if high is None else f"{low}–{high}"


def _clock(at: datetime | None, moment: Moment) -> str:
    return "—" if at is None else f"{at.astimezone(moment.zone):%Y-%m-%d %H:%M:%S}"
