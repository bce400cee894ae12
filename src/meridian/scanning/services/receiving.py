"""Receiving by scan: a barcode becomes or counts up a line of a draft receipt, checked as its gates will check it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from meridian.inspection.rules import remaining_life_meets_receipt_minimum
from meridian.inventory.models import Lot
from meridian.inventory.queries import expected_of_document, maker_key
from meridian.inventory.rules import is_expired, lot_not_expired
from meridian.inventory.vocabulary import StockStatus
from meridian.items.queries import ItemVerdict, RegistrationVerdict
from meridian.items.rules import registration_valid_for_lot
from meridian.items.vocabulary import Tracking
from meridian.kernel.drafts import DraftCommand, draft
from meridian.kernel.gates import Breach, Gate
from meridian.kernel.messages import Message, message
from meridian.kernel.steps import AskedGate
from meridian.scanning.answers import ScannedLine
from meridian.scanning.cards import counted_card, figure, place_card, what_of
from meridian.scanning.queries.goods import Goods, place_of_code
from meridian.scanning.services.judging import asked_of, findings_about, require_none
from meridian.scanning.services.taking import Counted, Scene, stop
from meridian.scanning.vocabulary import RecordKind
from meridian.scanning.words import Said, said
from meridian.warehouse.documents import GoodsReceiptDocument
from meridian.warehouse.models import GoodsReceipt, GoodsReceiptLine
from meridian.warehouse.queries.goods_receipt import ReceiptFacts, maker_of
from meridian.warehouse.rules.receiving import lot_data_complete, quantity_within_order
from meridian.warehouse.scanning import Scan, read_scan

COLD_CHAIN = "G12"
"""The clause of the gates that ask for temperature readings; they are met when the receipt has its readings."""


class _Line(NamedTuple):
    """A line of the receipt as it is compared with a barcode."""

    pk: UUID
    item_id: UUID
    lot_no: str
    serial_no: str
    manufactured_on: date | None
    expires_on: date | None
    quantity: Decimal
    scanned: str


def _stored(receipt_id: UUID) -> list[_Line]:
    rows = GoodsReceiptLine.objects.filter(document_id=receipt_id).order_by("line_no")
    return [_Line(*row) for row in rows.values_list(*_Line._fields)]


@dataclass(frozen=True)
class _Arriving:
    """A lot at the ramp, as gates of an inspection and of a lot's registration see a line."""

    line_id: UUID
    item: ItemVerdict
    lot_no: str
    manufactured_on: date | None
    expires_on: date | None
    registration: RegistrationVerdict | None
    accepted_quantity: Decimal


@dataclass(frozen=True)
class _Arrivals:
    lines: tuple[_Arriving, ...]

    @property
    def accepted_lines(self) -> tuple[_Arriving, ...]:
        return self.lines


def receive(scene: Scene) -> Counted:
    """Counts what one barcode stands for into the receipt; a place's code names where the goods are put.

    Raises Refused (422) `scan_unreadable`, `scan_unknown`, `scan_incomplete`, `receipt_has_order`, `lot_not_expired`,
    `registration_valid_for_lot`, `scan_matches_line`, `serial_received_once` and what else the receipt's gates find
    on the line.
    """
    place = place_of_code(scene.text, scene.document.site_id)
    if place is not None:
        return _put_at(scene, place.pk, str(place))
    goods = scene.goods
    item = _product_of(goods, scene.document)
    _require_fit(scene, goods, item)
    stored = _stored(scene.document.pk)
    _require_known_days(goods.scan, item, stored)
    lines, at, quantity = _lines_with(goods, item, stored)
    command = DraftCommand(document_id=scene.document.pk, lines=lines)
    draft(GoodsReceiptDocument, command, actor=scene.actor)
    touched = _touched(scene, stored, at)
    facts, asked = asked_of(scene)
    require_none(wrong_on_line(facts, asked, touched))
    remark = _remark(scene, goods, item, asked)
    card = counted_card(scene.task, goods, item, None, added=goods.units, remark=remark,
                        zone=StockStatus.PENDING_INSPECTION.value)  # fmt: skip
    return Counted(
        card=card,
        what=what_of(goods, card),
        line_id=touched,
        line=scanned_line(at + 1, item, goods.scan.lot_no, goods.scan.serial_no, goods.units, quantity),
        added=goods.units,
        counted=quantity,
        written=goods.units,
    )


def scanned_line(
    line_no: int, item: ItemVerdict, lot_no: str, serial_no: str, added: Decimal, quantity: Decimal
) -> ScannedLine:
    """The line a scan went to, for the API."""
    return ScannedLine(
        line_no=str(line_no), item_number=item.number, device_name=item.device_name, lot_no=lot_no,
        serial_no=serial_no, added=figure(added), quantity=figure(quantity), unit=item.base_unit,
    )  # fmt: skip


def _put_at(scene: Scene, place_id: UUID, name: str) -> Counted:
    """The goods of this receipt stand at a place, if it is one where they may wait."""
    draft(GoodsReceiptDocument, DraftCommand({"place": place_id}, document_id=scene.document.pk), actor=scene.actor)
    _facts, asked = asked_of(scene)
    require_none(findings_about(asked, {place_id}))
    card = place_card(message("放在 {place}", place=name))
    return Counted(card=card, what=name, kind=RecordKind.PLACE, place_id=place_id)


def _lines_with(goods: Goods, item: ItemVerdict, stored: Sequence[_Line]) -> tuple[list[dict[str, Any]], int, Decimal]:
    """The receipt's lines with this barcode counted in, which of them it went to, and that line's quantity."""
    scan, quantity = goods.scan, goods.units
    lines: list[dict[str, Any]] = [{"id": line.pk} for line in stored]
    again = next((place for place, line in enumerate(stored) if _same(line, scan, item)), None)
    if again is not None and item.tracking == Tracking.SERIAL:
        raise stop("serial_received_once", message("序列号 {serial} 在第 {line} 行已扫过。", serial=scan.serial_no,
                                                   line=again + 1))  # fmt: skip
    if again is not None:
        quantity += stored[again].quantity
        lines[again]["quantity"] = quantity
        return lines, again, quantity
    lines.append({
        "item": item.id, "lot_no": scan.lot_no, "serial_no": scan.serial_no, "quantity": quantity,
        "manufactured_on": scan.manufactured_on, "expires_on": scan.expires_on, "scanned": goods.text,
    })  # fmt: skip
    return lines, len(stored), quantity


def _touched(scene: Scene, stored: Sequence[_Line], at: int) -> UUID:
    if at < len(stored):
        return stored[at].pk
    rows = GoodsReceiptLine.objects.filter(document_id=scene.document.pk, line_no=at + 1)
    return rows.values_list("pk", flat=True).get()


def _same(line: _Line, scan: Scan, item: ItemVerdict) -> bool:
    """Whether a line already stands for this barcode: the same data, or the same unit of a serial-tracked item."""
    if item.tracking == Tracking.SERIAL:
        return bool(line.item_id == item.id and line.serial_no == scan.serial_no)
    if line.item_id != item.id or not line.scanned:
        return False
    return read_scan(line.scanned, scan.read_on).canonical == scan.canonical


def _product_of(goods: Goods, receipt: GoodsReceipt) -> ItemVerdict:
    """What the barcode is on; refused when it cannot be read, names nothing known, or nothing of the order."""
    scan, item = goods.scan, goods.item
    if not scan.is_read:
        position = "—" if scan.position is None else scan.position + 1
        raise stop("scan_unreadable", message("条码无法识别：{reason}（第 {position} 位）", reason=scan.refusal,
                                              position=position))  # fmt: skip
    if item is None:
        raise stop("scan_unknown", message("产品标识 {di} 未登记在任何物料下。", di=scan.di or "—"))
    if item.tracking == Tracking.SERIAL and not scan.serial_no:
        raise stop("scan_incomplete", message("{item} 按序列号管理，条码没有序列号。", item=item.number))
    if not (scan.lot_no or scan.serial_no):
        raise stop("scan_incomplete", message("条码没有生产批号或序列号，请扫包含批号的条码。"))
    ordered = expected_of_document(receipt.order_id) if receipt.order_id else ()
    if receipt.order_id and item.id not in {row.item_id for row in ordered if row.is_open}:
        raise stop("receipt_has_order", message("{item} 不在采购订单 {order} 中。", item=item.number,
                                                order=receipt.order_number))  # fmt: skip
    return item


def _require_fit(scene: Scene, goods: Goods, item: ItemVerdict) -> None:
    """The lot has not expired and was made under a registration that is not cancelled."""
    scan, day = goods.scan, scene.moment.site_day
    if is_expired(scan.expires_on, day):
        raise stop(lot_not_expired.code, message("批号 {lot} 有效期至 {day}，今日已过期。",
                                                 lot=scan.lot_no or goods.lot_name, day=scan.expires_on))  # fmt: skip
    breaches = _found(registration_valid_for_lot, scene, goods, item)
    if breaches:
        raise stop(registration_valid_for_lot.code, breaches[0].evidence)


def _found(gate: Gate[Any], scene: Scene, goods: Goods, item: ItemVerdict) -> Sequence[Breach]:
    """What a gate of a later step says of this lot already."""
    scan = goods.scan
    line = _Arriving(scene.document.pk, item, goods.lot_name, scan.manufactured_on, scan.expires_on,
                     item.registration, goods.units)  # fmt: skip
    return gate(_Arrivals((line,)), scene.moment)


def wrong_on_line(facts: ReceiptFacts, asked: Sequence[AskedGate], touched: UUID) -> Sequence[Any]:
    """What the receipt's gates find on the line, and on its order line; what is missing yet can still be filled in."""
    later = {lot_data_complete.code, *(each.gate.code for each in asked if each.gate.law == COLD_CHAIN)}
    found = [finding for finding in findings_about(asked, {touched}) if finding.code not in later]
    ordered = {line.line_id: line.order_line.line_id for line in facts.lines if line.order_line is not None}
    beside = {key for key, order_line in ordered.items() if order_line == ordered.get(touched)} - {touched}
    return [*found, *findings_about(asked, beside, {quantity_within_order.code})]


def _remark(scene: Scene, goods: Goods, item: ItemVerdict, asked: Sequence[AskedGate]) -> Said:
    """What the person should heed although it counted: short-dated, data missing, temperature not yet taken."""
    sentences: list[Message] = [
        breach.evidence for breach in _found(remaining_life_meets_receipt_minimum, scene, goods, item)
    ]
    if item.has_expiry and goods.scan.expires_on is None:
        sentences.append(message("条码没有有效期，请在收货单上补填。"))
    if item.is_cold_chain:
        sentences += _cold(scene, asked)
    return said(*sentences)


def _cold(scene: Scene, asked: Sequence[AskedGate]) -> list[Message]:
    """What cold goods still lack: readings of their way, and a place that is cold enough."""
    gates = [each for each in asked if each.gate.law == COLD_CHAIN]
    if not gates:
        return [message("冷链产品：收货前请登记到货和在途温度。")]
    found = [finding for each in gates if not each.passes for finding in each.findings]
    return [finding.evidence for finding in [*found, *findings_about(asked, {scene.document.place_id})]]


def _known(item: ItemVerdict, scan: Scan) -> list[tuple[date | None, date | None]]:
    """Days of manufacture and expiry of this lot in the stock book; one statement."""
    same = Lot.objects.filter(item_id=item.id, lot_no=scan.lot_no, serial_no=scan.serial_no, sterilization_lot_no="",
                              maker_key=maker_key(maker_of(item)))  # fmt: skip
    return list(same.values_list("manufactured_on", "expires_on"))


def _require_known_days(scan: Scan, item: ItemVerdict, stored: Sequence[_Line]) -> None:
    """The lot's days are those of the same lot in this receipt and in the stock book."""
    earlier = _known(item, scan) + [
        (line.manufactured_on, line.expires_on)
        for line in stored
        if (line.item_id, line.lot_no, line.serial_no) == (item.id, scan.lot_no, scan.serial_no)
    ]
    for made, last in earlier:
        if last != scan.expires_on or (made and scan.manufactured_on and made != scan.manufactured_on):
            raise stop("scan_matches_line", message(
                "批号 {lot}：条码的生产日期 {made}、有效期至 {last}，与已登记的 {made_before}、{last_before} 不符。",
                lot=scan.lot_no or scan.serial_no, made=scan.manufactured_on or "—", last=scan.expires_on or "—",
                made_before=made or "—", last_before=last or "—",
            ))  # fmt: skip
