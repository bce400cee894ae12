"""One barcode into a draft receipt, through the second door: what a scanner sends becomes or counts up a line."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from meridian.inventory.queries import expected_of_document, lots_by_identity, maker_key
from meridian.items.queries import IdentifiedItem, ItemVerdict, item_by_di, item_verdicts
from meridian.items.vocabulary import Tracking
from meridian.kernel.act import answer_claim, open_act, request_hash, retried
from meridian.kernel.clock import now
from meridian.kernel.context import Actor, Source, in_company
from meridian.kernel.drafts import DraftCommand, draft
from meridian.kernel.findings import Refused, refusal
from meridian.kernel.messages import Message, message
from meridian.kernel.permission import grants_of
from meridian.kernel.refusals import record_refusal
from meridian.kernel.steps import find_and_lock
from meridian.kernel.work import Outcome
from meridian.organization.queries import zone_of_site
from meridian.warehouse.documents import GoodsReceiptDocument
from meridian.warehouse.models import GoodsReceipt, GoodsReceiptLine
from meridian.warehouse.queries.goods_receipt import maker_of
from meridian.warehouse.scanning import Scan, read_scan

GROUP_SEPARATOR = "\x1d"


def scan_into_receipt(receipt_id: UUID, text: str, *, actor: Actor, key: str = "") -> Outcome:
    """Adds what one barcode stands for to a draft receipt; a repeated barcode counts its line up.

    `extra` of the outcome says which line it went to and how many base units were `added`, as text.
    The same key answers the first success again. Raises Refused, recorded: 404, 409 `record_locked`, 422
    `scan_unreadable`, `scan_unknown`, `scan_incomplete`, `receipt_has_order`, `scan_matches_line`,
    `serial_received_once`.
    """
    actor = replace(actor, source=Source.SCAN)
    text = text.strip("\r\n\t ").replace(GROUP_SEPARATOR, "^")  # the separator is no character people can see

    def attempt() -> Outcome:
        with open_act(actor, key=key, request=request_hash("scan", receipt_id, text)) as act:
            if act.replay is not None:
                kept = act.replay
                return Outcome(UUID(kept["id"]), kept["number"], kept["state"], kept["version"], replayed=True,
                               extra=kept["scan"])  # fmt: skip
            grants = grants_of(actor, [GoodsReceiptDocument.permission("read")])
            receipt = find_and_lock(GoodsReceiptDocument, receipt_id, grants)
            is_open = receipt.state in GoodsReceiptDocument.editable_in
            lines, told = _lines_with(receipt, text) if is_open else (None, {})  # a posted receipt: draft() refuses
            outcome = draft(GoodsReceiptDocument, DraftCommand(document_id=receipt_id, lines=lines), actor=actor)
            outcome = replace(outcome, extra=told)
            answer_claim(act, {**outcome.as_data(), "scan": dict(told)})
            return outcome

    try:
        return retried(attempt)
    except Refused as refused:
        with in_company(actor.company_id):
            record_refusal(refused, actor, GoodsReceiptDocument, receipt_id, "scan")
        raise


def _lines_with(receipt: GoodsReceipt, text: str) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The receipt's lines with this barcode counted in, and what to tell the person with the scanner."""
    scan = read_scan(text, now().astimezone(zone_of_site(receipt.site_id)).date())
    named, item = _product_of(scan, receipt)
    stored = list(GoodsReceiptLine.objects.filter(document_id=receipt.pk).order_by("line_no"))
    _require_known_days(scan, item, stored)
    lines: list[dict[str, Any]] = [{"id": line.pk} for line in stored]
    quantity = named.units_per_package
    again = next((place for place, line in enumerate(stored) if _same(line, scan, item)), None)
    if again is not None and item.tracking == Tracking.SERIAL:
        raise _refused("serial_received_once", message("序列号 {serial} 在第 {line} 行已扫过。", serial=scan.serial_no,
                                                       line=again + 1))  # fmt: skip
    if again is None:
        again = len(lines)
        lines.append({
            "item": item.id, "lot_no": scan.lot_no, "serial_no": scan.serial_no, "quantity": quantity,
            "manufactured_on": scan.manufactured_on, "expires_on": scan.expires_on, "scanned": text,
        })  # fmt: skip
    else:
        quantity += stored[again].quantity
        lines[again]["quantity"] = quantity
    return lines, {
        "line_no": str(again + 1),
        "item_number": item.number,
        "device_name": item.device_name,
        "lot_no": scan.lot_no,
        "serial_no": scan.serial_no,
        "added": _figure(named.units_per_package),
        "quantity": _figure(quantity),
        "unit": item.base_unit,
    }


def _figure(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"


def _same(line: GoodsReceiptLine, scan: Scan, item: ItemVerdict) -> bool:
    """Whether a line already stands for this barcode: the same data, or the same unit of a serial-tracked item."""
    if item.tracking == Tracking.SERIAL:
        return bool(line.item_id == item.id and line.serial_no == scan.serial_no)
    return bool(line.scanned) and read_scan(line.scanned, scan.read_on).canonical == scan.canonical


def _product_of(scan: Scan, receipt: GoodsReceipt) -> tuple[IdentifiedItem, ItemVerdict]:
    """What the barcode is on; refused when it cannot be read, names nothing known, or nothing of the order."""
    if not scan.is_read:
        position = "—" if scan.position is None else scan.position + 1
        raise _refused("scan_unreadable", message("条码无法识别：{reason}（第 {position} 位）", reason=scan.refusal,
                                                  position=position))  # fmt: skip
    named = item_by_di([scan.di]).get(scan.di) if scan.di else None
    if named is None:
        raise _refused("scan_unknown", message("产品标识 {di} 未登记在任何物料下。", di=scan.di or "—"))
    item = item_verdicts([named.item_id], frozenset())[named.item_id]
    if item.tracking == Tracking.SERIAL and not scan.serial_no:
        raise _refused("scan_incomplete", message("{item} 按序列号管理，条码没有序列号。", item=item.number))
    if not (scan.lot_no or scan.serial_no):
        raise _refused("scan_incomplete", message("条码没有生产批号或序列号，请扫包含批号的条码。"))
    ordered = expected_of_document(receipt.order_id) if receipt.order_id else ()
    if receipt.order_id and item.id not in {row.item_id for row in ordered if row.is_open}:
        raise _refused("receipt_has_order", message("{item} 不在采购订单 {order} 中。", item=item.number,
                                                    order=receipt.order_number))  # fmt: skip
    return named, item


def _require_known_days(scan: Scan, item: ItemVerdict, stored: Sequence[GoodsReceiptLine]) -> None:
    """The lot's days are those of the same lot in this receipt and in the stock book."""
    identity = (item.id, scan.lot_no, scan.serial_no, "", maker_key(maker_of(item)))
    known = lots_by_identity([identity]).get(identity)
    earlier = [(known.manufactured_on, known.expires_on)] if known else []
    earlier += [
        (line.manufactured_on, line.expires_on)
        for line in stored
        if (line.item_id, line.lot_no, line.serial_no) == (item.id, scan.lot_no, scan.serial_no)
    ]
    for made, last in earlier:
        if last != scan.expires_on or (made and scan.manufactured_on and made != scan.manufactured_on):
            raise _refused("scan_matches_line", message(
                "批号 {lot}：条码的生产日期 {made}、有效期至 {last}，与已登记的 {made_before}、{last_before} 不符。",
                lot=scan.lot_no or scan.serial_no, made=scan.manufactured_on or "—", last=scan.expires_on or "—",
                made_before=made or "—", last_before=last or "—",
            ))  # fmt: skip


def _refused(code: str, evidence: Message) -> Refused:
    return refusal(code, HTTPStatus.UNPROCESSABLE_ENTITY, evidence, field_name="scan")
