"""What drafting, receiving and inspecting a return by a customer does."""

from collections.abc import Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from meridian.inventory.services import Move, post_movements
from meridian.inventory.vocabulary import MovementType, StockStatus
from meridian.kernel.declare import RetentionAnchors
from meridian.kernel.drafts import Draft
from meridian.kernel.findings import Refused, refusal
from meridian.kernel.messages import message
from meridian.kernel.work import Work
from meridian.warehouse.models import CustomerReturn, CustomerReturnLine, LotWords, Shipment, ShipmentLine
from meridian.warehouse.queries.customer_return import CustomerReturnFacts
from meridian.warehouse.services.changes import closed_changes
from meridian.warehouse.services.keeping import anchors_of_goods
from meridian.warehouse.vocabulary import CustomerReturnState, ShipmentState

ReturnWork = Work[CustomerReturn, CustomerReturnFacts]
WORDS = tuple(
    column.attname for column in LotWords._meta.local_fields if column.attname not in ("id", "company_id", "line_no")
)


def prepare_customer_return(draft: Draft) -> None:
    """Completes a draft from its shipment: number, customer, and a line for each lot that left with it.

    Once the goods are received, whoever saves is the inspector.

    Raises Refused 422 `field_invalid` for a shipment that has not left, a lot that was not on it, and for goods or
    quantities changed after they were received.
    """
    stored: Any = draft.document
    if stored.state == CustomerReturnState.RECEIVED and any(closed_changes(draft, CustomerReturnLine)):
        raise _fixed()
    shipment = _shipment(draft.header.get("shipment_id", getattr(stored, "shipment_id", None)))
    if "shipment_id" in draft.header or draft.is_new:
        draft.header |= {
            "original_outbound_no": shipment.number,
            "customer_id": shipment.customer_id,
            "returning_party_name": shipment.customer_name,
            "warehouse_id": shipment.warehouse_id,
        }
    sent = list(ShipmentLine.objects.filter(document=shipment))
    left = {line.lot_id: line for line in sent}
    if stored.state == CustomerReturnState.RECEIVED:
        draft.header |= {"inspector_id": draft.actor.user_id, "inspector_name": draft.actor.name}
    if draft.is_new and not draft.lines:
        quantities: dict[UUID, Decimal] = {}
        for line in sent:
            quantities[line.lot_id] = quantities.get(line.lot_id, Decimal(0)) + line.quantity
        draft.lines = [{"lot_id": lot, "quantity": quantity} for lot, quantity in quantities.items()]
    if draft.lines is not None:
        _complete(draft, left)


def _shipment(key: UUID | None) -> Shipment:
    found = Shipment.objects.filter(pk=key, state=ShipmentState.SHIPPED).first() if key else None
    if found is None:
        raise refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY,
                      message("请选择已发货的原出库单。"), field_name="shipment")  # fmt: skip
    return found


def _complete(draft: Draft, left: Mapping[UUID, ShipmentLine]) -> None:
    if draft.document.state == CustomerReturnState.RECEIVED:
        return
    stored = {row.pk: row for row in CustomerReturnLine.objects.filter(document_id=draft.document.pk)}
    for line in draft.lines or ():
        before = stored.get(line["id"]) if "id" in line else None
        lot = line.get("lot_id", before.lot_id if before else None)
        if lot is None:
            continue
        if lot not in left:
            raise refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY,
                          message("原出库单没有发出这个批号。"), field_name="lines")  # fmt: skip
        line["item_id"] = left[lot].item_id
        line.update({name: getattr(left[lot], name) for name in WORDS})


def _fixed() -> Refused:
    problem = message("收货后批号和数量不能再改；只填写验收结果。")
    return refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY, problem, field_name="lines")


def receive_return(work: ReturnWork) -> None:
    """The goods stand apart, in the yellow zone; both books take them back at the cost they left at."""
    facts = work.facts
    moves = [
        Move(
            movement=MovementType.RETURN_FROM_CUSTOMER,
            item_id=line.item.id,
            lot_id=line.lot.id,
            quantity=facts.returned[line.line_id].quantity,
            unit=line.item.base_unit,
            to_place_id=facts.returns_place_id,
            to_status=StockStatus.RETURNED_PENDING,
            line_id=line.line_id,
            unit_cost=facts.returned[line.line_id].unit_cost,
            party_id=facts.customer_id,
            party_name=facts.customer_name,
        )
        for line in facts.lines
    ]
    post_movements(work, moves=moves, summary=f"销售退回 {facts.number} {facts.customer_name}")
    work.set(received_by_name=work.actor.name, returned_on=work.moment.site_day)


def conclude_return(work: ReturnWork) -> None:
    """What is fit may be sold again; what is not goes to the red zone."""
    facts = work.facts
    moves = []
    for line in facts.lines:
        lot = facts.returned[line.line_id]
        for movement, quantity, place, status in (
            (MovementType.ACCEPT, lot.accepted_quantity, facts.release_places.get(line.line_id), StockStatus.QUALIFIED),
            (MovementType.REJECT, lot.rejected_quantity, facts.nonconforming_place_id, StockStatus.NONCONFORMING),
        ):
            if quantity > 0:
                moves.append(
                    Move(
                        movement=movement,
                        item_id=line.item.id,
                        lot_id=line.lot.id,
                        quantity=quantity,
                        unit=line.item.base_unit,
                        from_place_id=facts.returns_place_id,
                        from_status=StockStatus.RETURNED_PENDING,
                        to_place_id=place,
                        to_status=status,
                        line_id=line.line_id,
                    )
                )
    post_movements(work, moves=moves, summary=f"退货验收 {facts.number}")
    work.set(inspector_id=work.actor.user_id, inspector_name=work.actor.name, inspected_at=work.moment.instant)


def retention_anchors(facts: CustomerReturnFacts) -> RetentionAnchors:
    """Kept with its lots."""
    return anchors_of_goods(facts.recorded_on, facts.lines)
