"""What picking, reviewing and shipping a shipment does, and what a failed review leads to."""

from uuid import UUID

from meridian.inventory.queries import StockLineFacts
from meridian.inventory.services import Move, Reserved, post_movements, release_reservations, reserve
from meridian.inventory.vocabulary import MovementType, StockStatus
from meridian.kernel.work import Work
from meridian.warehouse.models import Shipment, ShipmentLine
from meridian.warehouse.queries.shipment import ShipmentFacts
from meridian.warehouse.vocabulary import HeldOutcome

ShipmentWork = Work[Shipment, ShipmentFacts]


def pick(work: ShipmentWork) -> None:
    """What is picked is reserved, so that no other document takes it."""
    reserve(
        work,
        rows=[
            Reserved(line.line_id, line.lot.id, line.place_id, line.status, line.quantity) for line in work.facts.lines
        ],
    )
    work.set(picked_by_name=work.actor.name)


def review(work: ShipmentWork) -> None:
    """Notes who reviewed the goods, and when (GSP Art 88)."""
    work.set(reviewed_by_name=work.actor.name, reviewed_at=work.moment.instant)


def send_back(work: ShipmentWork) -> None:
    """The shipment is a draft again: its goods are free, picking and review start anew."""
    release_reservations(work)
    ShipmentLine.objects.filter(document=work.document).exclude(review_defect="").update(
        review_defect="", review_note=""
    )
    work.set(picked_by_name="", reviewed_by_name="", reviewed_at=None)


def fail_review(work: ShipmentWork) -> None:
    """What failed stands apart on hold, the rest is free again; the order waits for another shipment (GSP Art 87)."""
    facts = work.facts
    release_reservations(work)
    isolated = {finding.line_id: _known(finding.isolate_at) for finding in facts.findings}
    moves = [
        _moved(line, MovementType.HOLD, isolated[line.line_id], StockStatus.QUALITY_HOLD)
        for line in facts.lines
        if line.line_id in isolated
    ]
    post_movements(work, moves=moves, summary=f"出库复核未通过 {facts.number}")
    for place in set(isolated.values()):
        there = [line_id for line_id, at in isolated.items() if at == place]
        ShipmentLine.objects.filter(document=work.document, pk__in=there).update(hold_place=place)
    work.set(reviewed_by_name=work.actor.name, reviewed_at=work.moment.instant)


def release_held(work: ShipmentWork) -> None:
    """Quality found the goods fit: they lie again where they were picked, to be sold."""
    facts = work.facts
    moves = [
        _moved(line, MovementType.ACCEPT, facts.came_from[line.line_id], StockStatus.QUALIFIED) for line in facts.lines
    ]
    post_movements(work, moves=moves, summary=f"复核问题排除 {facts.number}")
    work.set(held_outcome=HeldOutcome.RELEASED)


def condemn_held(work: ShipmentWork) -> None:
    """Quality found the goods unfit: they go to the red zone, to be returned or destroyed."""
    facts = work.facts
    isolated = {finding.line_id: _known(finding.isolate_at) for finding in facts.findings}
    moves = [
        _moved(line, MovementType.REJECT, isolated[line.line_id], StockStatus.NONCONFORMING) for line in facts.lines
    ]
    post_movements(work, moves=moves, summary=f"复核判不合格 {facts.number}")
    work.set(held_outcome=HeldOutcome.REJECTED)


def _known(place: UUID | None) -> UUID:
    if place is None:
        raise RuntimeError("a line without a place to set it apart passed its gate")
    return place


def _moved(line: StockLineFacts, movement: MovementType, place: UUID, status: StockStatus) -> Move:
    return Move(
        movement=movement,
        item_id=line.item.id,
        lot_id=line.lot.id,
        quantity=line.quantity,
        unit=line.item.base_unit,
        from_place_id=line.place_id,
        from_status=line.status,
        to_place_id=place,
        to_status=status,
        line_id=line.line_id,
    )


def ship(work: ShipmentWork) -> None:
    """Goods leave: stock and cost of sales are booked, the order's demand is fulfilled, reservations end."""
    facts = work.facts
    moves = [
        Move(
            movement=MovementType.SHIP,
            item_id=line.item.id,
            lot_id=line.lot.id,
            quantity=line.quantity,
            unit=line.item.base_unit,
            from_place_id=line.place_id,
            from_status=line.status,
            line_id=line.line_id,
            expectation_id=facts.demands[line.line_id].id,
            party_id=facts.customer.id,
            party_name=facts.customer.name,
        )
        for line in facts.lines
    ]
    held = {line.key: line.on_hand for line in facts.lines}
    post_movements(work, moves=moves, summary=f"销售出库 {facts.number} {facts.customer.name}", held=held)
    work.set(shipped_at=work.moment.instant)


def release(work: ShipmentWork) -> None:
    """A voided shipment holds no goods."""
    release_reservations(work)
