"""What drafting and posting a goods receipt does."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from http import HTTPStatus
from typing import Any, NamedTuple
from uuid import UUID

from meridian.inspection.documents import AcceptanceInspectionDocument
from meridian.inspection.services import Arrived, ArrivedLine, open_acceptance
from meridian.inventory.queries import ExpectedRow, expected_of_document
from meridian.inventory.services import Move, NewLot, ensure_lots, post_movements
from meridian.inventory.vocabulary import Expectation, MovementType, StockStatus
from meridian.kernel.clock import now
from meridian.kernel.declare import RetentionAnchors
from meridian.kernel.drafts import Draft
from meridian.kernel.findings import Refused, refusal
from meridian.kernel.messages import Message, message
from meridian.kernel.work import Work
from meridian.organization.queries import zone_of_site
from meridian.warehouse.models import GoodsReceipt, GoodsReceiptLine
from meridian.warehouse.queries.goods_receipt import ReceiptFacts, ReceiptLineFacts
from meridian.warehouse.scanning import read_scan
from meridian.warehouse.services.papers import require_only_papers
from meridian.warehouse.services.standing import warehouse_of
from meridian.warehouse.vocabulary import GoodsReceiptState

SAID_BY_SCAN = ("lot_no", "serial_no", "manufactured_on", "expires_on")
"""What a barcode says about a line, by column."""


def prepare_goods_receipt(draft: Draft) -> None:
    """Completes a draft: number and supplier of the order, barcodes read, every line put to its order line.

    Raises Refused 422 `field_invalid` for an order that was never released, and when neither order nor supplier is
    given: goods that nobody ordered may be written down, not received. Of goods on hold only what accompanies them is
    still written: 409 `record_locked` for anything else.
    """
    header, stored = draft.header, draft.document
    if stored.state == GoodsReceiptState.ON_HOLD:
        require_only_papers(draft)
        return
    order_id = header.get("order_id", getattr(stored, "order_id", None))
    ordered = [row for row in expected_of_document(order_id) if row.kind == Expectation.SUPPLY] if order_id else []
    if order_id and not ordered:
        raise _invalid("order_id", message("采购订单尚未下达，不能收货。"))
    if draft.is_new or "happened_at" in header:
        header["arrived_at"] = header.get("happened_at") or (now() if draft.is_new else stored.created_at)
    if "place_id" in header:
        header["warehouse_id"] = warehouse_of([header["place_id"]])
    header["order_number"] = ordered[0].document_number if ordered else ""
    if header.get("supplier_id", getattr(stored, "supplier_id", None)) is None:
        if not ordered:
            raise _invalid("supplier", message("请选择采购订单或供货者。"))
        header["supplier_id"] = ordered[0].party_id
    kept = {} if draft.is_new else _kept(stored.pk)
    if draft.lines is None and order_id != getattr(stored, "order_id", None):
        draft.lines = [{"id": key} for key in kept]
    if draft.lines is not None:
        _read_barcodes(draft)
        _put_to_order_lines(draft.lines, kept, [row for row in ordered if row.is_open])


class _Kept(NamedTuple):
    """What of a stored line decides which order line it goes to."""

    item_id: UUID
    quantity: Decimal


def _kept(receipt_id: UUID) -> dict[UUID, _Kept]:
    """The lines as they are stored, by id, in their order."""
    rows = GoodsReceiptLine.objects.filter(document_id=receipt_id).order_by("line_no")
    return {key: _Kept(*row) for key, *row in rows.values_list("pk", *_Kept._fields)}


def _invalid(field: str, evidence: Message) -> Refused:
    return refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY, evidence, field_name=field)


def _read_barcodes(draft: Draft) -> None:
    """Keeps the DI of each barcode; what it says fills the columns that were left empty."""
    site_day = now().astimezone(zone_of_site(draft.document.site_id)).date()
    for line in draft.lines or ():
        if "scanned" not in line:
            continue
        scan = read_scan(line["scanned"], site_day) if line["scanned"] else None
        line["di"] = scan.di if scan else ""
        if scan is not None:
            line.update({name: getattr(scan, name) for name in SAID_BY_SCAN
                         if not line.get(name) and getattr(scan, name)})  # fmt: skip


def _put_to_order_lines(
    lines: list[dict[str, Any]], kept: Mapping[UUID, _Kept], ordered: Sequence[ExpectedRow]
) -> None:
    """Each line goes to the first open order line of its item with room for it, else to the last of its item."""
    room = {row.line_id: row.still_open for row in ordered}
    of_item: dict[UUID, list[UUID]] = {}
    for row in ordered:
        of_item.setdefault(row.item_id, []).append(row.line_id)
    for line in lines:
        stored = kept.get(line["id"]) if "id" in line else None
        item_id = line.get("item_id", stored.item_id if stored else None)
        quantity: Decimal = line.get("quantity", stored.quantity if stored else Decimal(0))
        candidates = of_item.get(item_id, []) if item_id else []
        chosen = next((key for key in candidates if room[key] >= quantity), candidates[-1] if candidates else None)
        line["order_line_id"] = chosen
        if chosen is not None:
            room[chosen] -= quantity


def receive_goods(work: Work[GoodsReceipt, ReceiptFacts]) -> None:
    """Goods stand in the pending place, unfit for picking; their acceptance inspection waits for the inspector."""
    facts, actor = work.facts, work.actor
    lots = _book(work, StockStatus.PENDING_INSPECTION, f"收货 {facts.number} {facts.supplier.name}")
    work.set(received_by_id=actor.user_id, received_by_name=actor.name, received_at=work.moment.instant)
    lines = [_arrived_line(line, lots[line.line_id], facts.place_id) for line in facts.lines]
    open_inspection(work, actor.user_id, actor.name, lines)


def hold_goods(work: Work[GoodsReceipt, ReceiptFacts]) -> None:
    """Goods are ours and owed for, but stand apart: nothing of them is inspected or sold before quality decides.

    The order counts them as received, both books hold them (GSP Art 60, 63).
    """
    facts, actor = work.facts, work.actor
    _book(work, StockStatus.QUALITY_HOLD, f"收货转待处理 {facts.number} {facts.supplier.name}")
    work.set(received_by_id=actor.user_id, received_by_name=actor.name, received_at=work.moment.instant,
             hold_reason=work.reason)  # fmt: skip


def refuse_delivery(work: Work[GoodsReceipt, ReceiptFacts]) -> None:
    """Nothing enters stock and the order stays open; who refused, when and why stays on record (GSP Art 60)."""
    _decide(work)


def release_held(work: Work[GoodsReceipt, ReceiptFacts]) -> None:
    """The goods wait for their inspection as they would have on arrival, in the name of who received them."""
    facts, document = work.facts, work.document
    if facts.released_to is None or document.received_by_id is None:
        raise RuntimeError(f"{facts.number}: goods without a pending zone or a receiver passed the gates")
    _move_held(
        work, MovementType.RESUME, facts.released_to, StockStatus.PENDING_INSPECTION, f"解除待处理 {facts.number}"
    )
    _decide(work)
    lots = {line.line_id: line.lot_id for line in facts.held}
    lines = [_arrived_line(line, lots[line.line_id], facts.released_to) for line in facts.lines]
    open_inspection(work, document.received_by_id, document.received_by_name, lines)


def condemn_held(work: Work[GoodsReceipt, ReceiptFacts]) -> None:
    """The goods are nonconforming where they lie: a putaway brings them to the red zone, a return to the supplier."""
    facts = work.facts
    _move_held(work, MovementType.REJECT, facts.place_id, StockStatus.NONCONFORMING, f"判不合格 {facts.number}")
    _decide(work)


def _decide(work: Work[GoodsReceipt, ReceiptFacts]) -> None:
    work.set(decided_by_name=work.actor.name, decided_at=work.moment.instant, decision_reason=work.reason)


def _book(work: Work[GoodsReceipt, ReceiptFacts], status: StockStatus, summary: str) -> Mapping[UUID, UUID]:
    """Brings every line into both books in one status; the lots by line."""
    facts = work.facts
    lots = ensure_lots(work, lots=list(_new_lots(facts)))
    moves = [
        Move(
            movement=MovementType.RECEIVE,
            item_id=line.item.id,
            lot_id=lots[line.line_id],
            quantity=line.quantity,
            unit=line.item.base_unit,
            to_place_id=facts.place_id,
            to_status=status,
            line_id=line.line_id,
            expectation_id=line.order_line.id if line.order_line else None,
            unit_cost=line.order_line.unit_price if line.order_line else None,
            party_id=facts.supplier.id,
            party_name=facts.supplier.name,
        )
        for line in facts.lines
    ]
    post_movements(work, moves=moves, summary=summary)
    return lots


def _move_held(
    work: Work[GoodsReceipt, ReceiptFacts], movement: MovementType, place_id: UUID, status: StockStatus, summary: str
) -> None:
    held = work.facts.held
    moves = [
        Move(
            movement=movement,
            item_id=line.item_id,
            lot_id=line.lot_id,
            quantity=line.quantity,
            unit=line.unit,
            from_place_id=line.place_id,
            from_status=StockStatus.QUALITY_HOLD,
            to_place_id=place_id,
            to_status=status,
            line_id=line.line_id,
        )
        for line in held
    ]
    post_movements(work, moves=moves, summary=summary)


def _new_lots(facts: ReceiptFacts) -> Iterator[NewLot]:
    for line in facts.lines:
        yield NewLot(
            line_id=line.line_id,
            item_id=line.item.id,
            maker_name=line.item.maker_name,
            lot_no=line.lot_no,
            serial_no=line.serial_no,
            sterilization_lot_no=line.sterilization_lot_no,
            manufactured_on=line.manufactured_on,
            expires_on=line.expires_on,
            di=line.scan.di if line.scan else "",
            registration_id=line.item.registration_id,
        )


def _arrived_line(line: ReceiptLineFacts, lot_id: UUID, place_id: UUID) -> ArrivedLine:
    udi = line.scan.udi if line.scan else ""
    return ArrivedLine(item_id=line.item.id, lot_id=lot_id, place_id=place_id, quantity=line.quantity, udi=udi)


def open_inspection(
    work: Work[GoodsReceipt, ReceiptFacts], receiver_id: UUID, receiver_name: str, lines: Sequence[ArrivedLine]
) -> None:
    """Opens the acceptance inspection of a receipt's goods, in the name of who received them."""
    facts = work.facts
    order = next((line.order_line for line in facts.lines if line.order_line), None)
    arrived = Arrived(
        delivery_note_number=facts.delivery_note_number,
        supplier=facts.supplier,
        purchased_on=order.ordered_on if order else None,
        bought_by_id=order.ordered_by_id if order else None,
        bought_by_name=order.ordered_by_name if order else "",
        received_by_id=receiver_id,
        received_by_name=receiver_name,
        warehouse_id=work.document.warehouse_id,
        lines=lines,
    )
    open_acceptance(work, AcceptanceInspectionDocument, arrived)


def retention_anchors(facts: ReceiptFacts) -> RetentionAnchors:
    """A receipt is kept two years past the last expiry, for implants for ever (R1, GSP Art 23)."""
    return RetentionAnchors(
        base_day=facts.site_day,
        expiry_days=[line.expires_on for line in facts.lines if line.expires_on is not None],
        some_without_expiry=any(line.expires_on is None for line in facts.lines),
        permanent=any(line.item.is_implantable for line in facts.lines),
    )
