"""Gates of a goods receipt: what was ordered, what the barcode says, what the stock book already knows."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from meridian.inventory.models import SupplyDemand
from meridian.items.rules import udi_required
from meridian.items.vocabulary import Tracking
from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, gate
from meridian.kernel.messages import Message, Text, message
from meridian.organization.models import Place
from meridian.organization.vocabulary import Role
from meridian.parties.queries import SupplierVerdict
from meridian.warehouse.queries.goods_receipt import ReceiptLineFacts


class ReceivesLines(Protocol):
    """A document that takes goods in, line by line."""

    @property
    def lines(self) -> Sequence[ReceiptLineFacts]: ...


class ReceivesOrder(ReceivesLines, Protocol):
    """A document that takes in what was ordered."""

    @property
    def order_id(self) -> UUID | None: ...
    @property
    def order_number(self) -> str: ...
    @property
    def supplier(self) -> SupplierVerdict: ...


class ReceivesAtPlace(Protocol):
    """A document that puts goods at one place."""

    @property
    def place_id(self) -> UUID: ...
    @property
    def place_name(self) -> str: ...
    @property
    def place_is_pending(self) -> bool: ...


def _breach(line: ReceiptLineFacts, evidence: Message, owner: str = Role.RECEIVER) -> Breach:
    return Breach(evidence=evidence, subject_id=line.line_id, owner=owner)


@gate(
    law="G10",
    blocks="没有采购订单，或收的不是该订单的货 · no purchase order, or not what it ordered",
    locks=[SupplyDemand],
    aliases=["RECEIPT_WITHOUT_PO"],
)
def receipt_has_order(facts: ReceivesOrder, moment: Moment) -> Sequence[Breach]:
    """Every line is of an open line of the named order of this very supplier, for the same item (GSP Art 60)."""
    del moment
    if facts.order_id is None:
        return [Breach(evidence=message("没有采购订单，不得收货。"), owner=Role.BUYER)]
    breaches = []
    for line in facts.lines:
        order = line.order_line
        if order is None or order.document_id != facts.order_id or order.item_id != line.item.id:
            evidence = message("{item} 不在采购订单 {order} 中。", item=line.item.number, order=facts.order_number)
        elif not order.is_open:
            evidence = message("采购订单 {order} 的 {item} 已关闭。", item=line.item.number, order=facts.order_number)
        elif order.party_id != facts.supplier.id:
            evidence = message("采购订单 {order} 不是向 {supplier} 下的。", order=facts.order_number,
                               supplier=facts.supplier.name)  # fmt: skip
        else:
            continue
        breaches.append(_breach(line, evidence, Role.BUYER))
    return breaches


@gate(
    law="G10",
    blocks="收货数量超出采购订单 · more received than ordered",
    locks=[SupplyDemand],
    waivable_by=[Role.PURCHASING_MANAGER],
    aliases=["RECEIPT_OVER_ORDER"],
)
def quantity_within_order(facts: ReceivesLines, moment: Moment) -> Sequence[Breach]:
    """Over all lines of the receipt, no order line receives more than is still open on it (GSP Art 60)."""
    del moment
    arriving: dict[UUID, Decimal] = defaultdict(Decimal)
    first: dict[UUID, ReceiptLineFacts] = {}
    for line in facts.lines:
        if line.order_line is not None:
            arriving[line.order_line.id] += line.quantity
            first.setdefault(line.order_line.id, line)
    breaches = []
    for key, line in first.items():
        order = line.order_line
        if order is None or arriving[key] <= order.still_open:
            continue
        evidence = message("{item}：本次 {arriving}，订单 {order} 只余 {open} 未收。", item=line.item.number,
                           arriving=arriving[key], order=order.document_number, open=order.still_open)  # fmt: skip
        excess = arriving[key] - order.still_open
        breaches.append(Breach(evidence=evidence, subject_id=line.line_id, owner=Role.PURCHASING_MANAGER,
                               waivable_quantity=excess))  # fmt: skip
    return breaches


@gate(
    law="GSP-62",
    blocks="收货位置不是待验区 · not a pending-inspection place",
    aliases=["RECEIPT_PLACE_NOT_PENDING"],
    locks=[Place],
)
def place_is_pending_zone(facts: ReceivesAtPlace, moment: Moment) -> Sequence[Breach]:
    """Goods go to a place in use of a pending-inspection zone at the receipt's own site (GSP Art 40, 62)."""
    del moment
    if facts.place_is_pending:
        return []
    evidence = message("{place} 不是本场所在用的待验区。", place=facts.place_name)
    return [Breach(evidence=evidence, subject_id=facts.place_id, owner=Role.RECEIVER)]


@gate(
    law="GSP-60",
    blocks="批号、序列号或有效期未填 · lot, serial number or expiry missing",
    aliases=["RECEIPT_LOT_INCOMPLETE"],
)
def lot_data_complete(facts: ReceivesLines, moment: Moment) -> Sequence[Breach]:
    """Every line says which lot or unit it is, and the expiry of what expires; no lot expires before it is made."""
    del moment
    breaches = []
    for line in facts.lines:
        missing = _missing(line)
        if missing:
            evidence = message("{item}：请填写{field}。", item=line.item.number, field=missing)
            breaches.append(_breach(line, evidence))
        elif line.manufactured_on and line.expires_on and line.expires_on < line.manufactured_on:
            evidence = message("批号 {lot}：有效期至 {last} 早于生产日期 {made}。", lot=line.name, last=line.expires_on,
                               made=line.manufactured_on)  # fmt: skip
            breaches.append(_breach(line, evidence))
    return breaches


def _missing(line: ReceiptLineFacts) -> Text:
    if line.item.tracking == Tracking.SERIAL and not line.serial_no:
        return _("序列号")
    if not (line.lot_no or line.serial_no):
        return _("生产批号")
    return _("有效期至") if line.item.has_expiry and line.expires_on is None else ""


@gate(
    law="G18",
    blocks="条码读不出，或与本行不符 · barcode unreadable, or it says otherwise than the line",
    aliases=["UDI_MISMATCH"],
)
def scan_matches_line(facts: ReceivesLines, moment: Moment) -> Sequence[Breach]:
    """What was scanned is a sound barcode of this very item, and its lot, serial number and days are the line's."""
    del moment
    return [
        _breach(line, evidence, Role.QUALITY_STAFF)
        for line in facts.lines
        if line.scan is not None and (evidence := _scan_problem(line)) is not None
    ]


def _scan_problem(line: ReceiptLineFacts) -> Message | None:
    scan = line.scan
    if scan is None:
        return None
    if not scan.is_read:
        return message("批号 {lot}：条码无法识别（{reason}）。", lot=line.name, reason=scan.refusal)
    if not scan.di or line.named_item_id is None:
        return message("条码的产品标识 {di} 未登记在任何物料下。", di=scan.di or "—")
    if line.named_item_id != line.item.id:
        return message("条码的产品标识 {di} 不是 {item} 的。", di=scan.di, item=line.item.number)
    for label, said, written in (
        (_("生产批号"), scan.lot_no, line.lot_no),
        (_("序列号"), scan.serial_no, line.serial_no),
        (_("生产日期"), scan.manufactured_on, line.manufactured_on),
        (_("有效期至"), scan.expires_on, line.expires_on),
    ):
        if said and said != written:
            return message("{field}不符：条码为 {scanned}，本行为 {written}。", field=label, scanned=said,
                           written=written or "—")  # fmt: skip
    return None


@gate(
    law="G18",
    blocks="应有唯一标识而未扫码 · UDI required but not scanned",
    aliases=["UDI_REQUIRED"],
)
def udi_present_where_required(facts: ReceivesLines, moment: Moment) -> Sequence[Breach]:
    """What must carry a UDI by its class and day of manufacture was received by its barcode (2026-21 and before).

    Without a day of manufacture the unit is judged as made today.
    """
    return [
        _breach(line, message("{item} 批号 {lot} 应有医疗器械唯一标识，请扫码收货。", item=line.item.number,
                              lot=line.name), Role.QUALITY_STAFF)
        for line in facts.lines
        if udi_required(line.item, line.manufactured_on or moment.site_day) and not (line.scan and line.scan.di)
    ]  # fmt: skip


@gate(
    law="G18",
    blocks="同一批号的日期前后不一 · a lot with other days than known",
    aliases=["UDI_MISMATCH", "LOT_DAYS_DIFFER"],
)
def lot_days_agree(facts: ReceivesLines, moment: Moment) -> Sequence[Breach]:
    """A lot that came before expires on the same day now, and was made on the same day where both are known.

    That holds within one receipt too.
    """
    del moment
    breaches = []
    seen: dict[tuple[UUID, str, str, str], tuple[date | None, date | None]] = {}
    for line in facts.lines:
        key = (line.item.id, line.lot_no, line.serial_no, line.sterilization_lot_no)
        known = line.known
        earlier = (known.manufactured_on, known.expires_on) if known.is_known else seen.get(key)
        days = (line.manufactured_on, line.expires_on)
        if earlier is None:
            seen[key] = days
        elif days[1] != earlier[1] or (days[0] and earlier[0] and days[0] != earlier[0]):
            evidence = message(
                "批号 {lot}：此前登记生产日期 {made}、有效期至 {last}，本行为 {made_now}、{last_now}。",
                lot=line.name, made=earlier[0] or "—", last=earlier[1] or "—", made_now=days[0] or "—",
                last_now=days[1] or "—",
            )  # fmt: skip
            breaches.append(_breach(line, evidence, Role.QUALITY_STAFF))
    return breaches


@gate(
    law="G18",
    blocks="序列号重复或数量不为 1 · serial number twice, or more than one unit",
    aliases=["SERIAL_DUPLICATE"],
)
def serial_received_once(facts: ReceivesLines, moment: Moment) -> Sequence[Breach]:
    """A unit tracked by serial number is one unit, once in the receipt and not in stock already."""
    del moment
    units = [line for line in facts.lines if line.item.tracking == Tracking.SERIAL and line.serial_no]
    times = Counter((line.item.id, line.serial_no) for line in units)
    breaches = []
    for line in units:
        if line.quantity != 1:
            evidence = message("序列号 {serial}：数量应为 1，本行为 {quantity}。", serial=line.serial_no,
                               quantity=line.quantity)  # fmt: skip
        elif times[line.item.id, line.serial_no] > 1:
            evidence = message("序列号 {serial} 在本单出现 {times} 次。", serial=line.serial_no,
                               times=times[line.item.id, line.serial_no])  # fmt: skip
        elif line.known.serial_in_stock:
            evidence = message("序列号 {serial} 已在库存中。", serial=line.serial_no)
        else:
            continue
        breaches.append(_breach(line, evidence))
    return breaches
