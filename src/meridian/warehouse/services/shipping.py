"""What drafting a shipment does: allocation first expiry first, the words of its note; what is fixed once picked."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from meridian.inventory.queries import Demand, LotFacts, allocate
from meridian.kernel.clock import Moment, now
from meridian.kernel.declare import RetentionAnchors
from meridian.kernel.drafts import Draft
from meridian.kernel.findings import Refused, refusal
from meridian.kernel.messages import Message, message
from meridian.kernel.registry import registry
from meridian.organization.queries import company_in_scope, places_at
from meridian.parties.queries import CustomerVerdict, customer_verdicts
from meridian.warehouse.models import ShipmentLine
from meridian.warehouse.queries.shipment import OpenOrderLine, ShipmentFacts, open_order_lines
from meridian.warehouse.services.changes import LINES, closed_changes
from meridian.warehouse.services.keeping import anchors_of_goods
from meridian.warehouse.services.standing import put_to_warehouse
from meridian.warehouse.services.wording import write_words
from meridian.warehouse.vocabulary import ShipmentState

NOTE_LENGTH = 300


def prepare_shipment(draft: Draft) -> None:
    """Completes a draft: customer, address and day of the order, seal; lines, first expiry first; the note's words.

    A draft saved without lines is filled by allocation; lines given by hand are kept. Once picked, only what the review
    found and how the goods travel is written. Raises Refused 422 `field_invalid` for an order that has nothing to ship,
    and for goods changed after they were picked.
    """
    header = draft.header
    stored: Any = draft.document
    if not draft.is_new and stored.state != ShipmentState.DRAFT:
        require_goods_unchanged(draft)
        return
    known: Any = getattr(stored, "order_id", None)
    order_id: UUID = header.get("order_id") or known
    is_new_order = draft.is_new or order_id != known
    if not is_new_order and draft.lines is None and header.keys().isdisjoint(("delivery_address", "arrives_on")):
        return
    order = open_order_lines(stored.company_id, order_id)
    if is_new_order and not order:
        raise refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY,
                      message("订单没有可发货的行：尚未确认、已关闭，或已全部发货。"),
                      field_name="order_id")  # fmt: skip
    for column, promised in (("delivery_address", "deliver_to"), ("arrives_on", "arrives_on")):
        if order and not header.get(column) and (is_new_order or column in header):
            header[column] = getattr(order[0], promised)
    customer_id: UUID = order[0].customer_id if is_new_order else stored.customer_id
    customer = customer_verdicts([customer_id], frozenset())[customer_id]
    if is_new_order:
        header["order_number"], header["customer_id"] = order[0].order_number, customer.id
        _write_head(draft, customer)
    if not draft.lines and (draft.is_new or draft.lines is not None):
        draft.lines = _allocated(draft, order, customer)
    if draft.lines:
        _complete_lines(draft, order)
    put_to_warehouse(draft, ShipmentLine)


def require_goods_unchanged(draft: Draft) -> None:
    """Refuses (422) other changes than how and when goods leave and, before the review is signed, its findings."""
    stored: Any = draft.document
    header, lines = closed_changes(draft, ShipmentLine)
    for name in sorted(header):
        label = stored._meta.get_field(name).verbose_name
        raise _fixed(message("拣货后不能再改“{field}”；请先退回修改。", field=label), name)
    if LINES in lines:
        raise _fixed(message("拣货后不能增减明细；请先退回修改。"), LINES)
    if lines:
        raise _fixed(message("拣货后只填写复核结果和运输信息；改批号、货位或数量请先退回修改。"), LINES)


def _fixed(problem: Message, field_name: str) -> Refused:
    return refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY, problem, field_name=field_name)


def _write_head(draft: Draft, customer: CustomerVerdict) -> None:
    """The words of the customer's and the company's files, and the company's seal."""
    own = company_in_scope()
    draft.header |= {
        "customer_name": customer.name,
        "customer_contact": " ".join(filter(None, (customer.contact, customer.phone))),
        "supplier_name": own.name,
        "supplier_address": own.address,
        "supplier_contact": own.phone,
        "seal": draft.header.get("seal") or f"{own.name}出库专用章",
    }


def _allocated(draft: Draft, order: Sequence[OpenOrderLine], customer: CustomerVerdict) -> list[dict[str, Any]]:
    """Lines that fill the open order lines first expiry first, as far as stock reaches."""
    stored: Any = draft.document
    arrives_on: date = draft.header.get("arrives_on") or stored.arrives_on
    day = Moment.at(now(), registry.providers.site_zone(draft.document.site_id)).site_day
    demands = [
        Demand(
            line_id=line.line_id,
            item_id=line.item_id,
            quantity=line.still_open,
            arrives_on=arrives_on,
            min_remaining_days=customer.min_remaining_days,
            lot_no=line.lot_no,
        )
        for line in order
        if line.still_open > 0
    ]
    return [
        {
            "order_line_id": taken.line_id,
            "lot_id": taken.lot_id,
            "place_id": taken.place_id,
            "quantity": taken.quantity,
            "allocation_note": taken.note[:NOTE_LENGTH],
        }
        for taken in allocate(demands, site_day=day, places=places_at(draft.document.site_id))
    ]


def _complete_lines(draft: Draft, order: Sequence[OpenOrderLine]) -> None:
    """Gives every line the words of its lot and item, and the order line it ships; a changed lot loses its note."""
    lines = draft.lines or []
    stored = {} if draft.is_new else {row.pk: row for row in ShipmentLine.objects.filter(document_id=draft.document.pk)}
    for line in lines:
        before = stored.get(line["id"]) if "id" in line else None
        line |= {"review_defect": "", "review_note": ""}  # goods are reviewed when they have been picked
        if before is not None:
            if line.get("lot_id", before.lot_id) != before.lot_id:
                line["allocation_note"] = ""
            line.setdefault("lot_id", before.lot_id)
            line.setdefault("quantity", before.quantity)
            line.setdefault("place_id", before.place_id)
    complete = [line for line in lines if "lot_id" in line]  # a line of another shipment is refused when it is written
    lots, _items = write_words(complete)
    room = {line.line_id: line.still_open for line in order}
    for line in complete:
        lot = lots[line["lot_id"]]
        if "order_line_id" not in line:
            line["order_line_id"] = _order_line(lot, line["quantity"], order, room)


def _order_line(
    lot: LotFacts, quantity: Decimal, order: Sequence[OpenOrderLine], room: dict[UUID, Decimal]
) -> UUID | None:
    """The order line a lot is shipped for: one that names the lot, then one with room for it; None if not ordered.

    What is too much, or not ordered, the gate refuses.
    """
    candidates = [line for line in order if line.item_id == lot.item_id]
    if not candidates:
        return None
    chosen = max(
        candidates,
        key=lambda line: (
            line.lot_no == lot.lot_no, line.lot_no == "", room[line.line_id] >= quantity, room[line.line_id] > 0,
        ),
    )  # fmt: skip
    room[chosen.line_id] -= quantity
    return chosen.line_id


def retention_anchors(facts: ShipmentFacts) -> RetentionAnchors:
    """Kept with its lots."""
    return anchors_of_goods(facts.arrives_on, facts.lines)
