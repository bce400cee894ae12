"""The facts of a stock adjustment: what leaves, by which movement, and whether quality has approved it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from meridian.inventory.queries import StockLineFacts, StockRequest, stock_lines
from meridian.inventory.vocabulary import MovementType, StockStatus
from meridian.kernel.declare import Locks
from meridian.kernel.sql import fetch
from meridian.ledger.queries import closed_months
from meridian.warehouse.vocabulary import AdjustmentReason, StockAdjustmentState

MOVEMENT_OF: Mapping[str, MovementType] = {
    AdjustmentReason.INTERNAL_USE.value: MovementType.ISSUE,
    AdjustmentReason.SAMPLE.value: MovementType.SAMPLE,
    AdjustmentReason.EXPIRED.value: MovementType.SCRAP,
    AdjustmentReason.DAMAGED.value: MovementType.SCRAP,
    AdjustmentReason.NONCONFORMING.value: MovementType.SCRAP,
}
"""How stock leaves for each cause; the matrix says from which status and whether expired stock may."""


@dataclass(frozen=True)
class AdjustmentFacts:
    """A stock adjustment as its gates see it."""

    number: str
    movement: MovementType
    is_approved: bool
    recorded_on: date
    closed_months: tuple[date, ...]
    lines: tuple[StockLineFacts, ...]


_HEADERS = """
SELECT id, number, cause, state, created_at FROM warehouse_stock_adjustment WHERE id = ANY(%s) AND company_id = %s
"""
_LINES = """
SELECT document_id, id, item_id, lot_id, place_id, stock_status, quantity FROM warehouse_stock_adjustment_line
WHERE document_id = ANY(%s) AND company_id = %s ORDER BY document_id, line_no
"""


def load_stock_adjustments(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, AdjustmentFacts]:
    """Facts of stock adjustments; the same statements for one or fifty. Stock is locked for an act."""
    headers = fetch(_HEADERS, [list(ids), company_id])
    rows = fetch(_LINES, [list(ids), company_id])
    movements = {key: MOVEMENT_OF[cause] for key, _number, cause, _state, _created_at in headers}
    requests = [
        StockRequest(
            line_id=line_id,
            item_id=item_id,
            lot_id=lot_id,
            place_id=place_id,
            status=StockStatus(status),
            quantity=quantity,
            movement=movements[document_id],
            document_id=document_id,
        )
        for document_id, line_id, item_id, lot_id, place_id, status, quantity in rows
    ]
    stock = stock_lines(requests, locks)
    months = closed_months(locks)
    lines: dict[UUID, list[StockLineFacts]] = {}
    for document_id, line_id, *_rest in rows:
        lines.setdefault(document_id, []).append(stock[line_id])
    return {
        key: AdjustmentFacts(
            number=number,
            movement=movements[key],
            is_approved=state == StockAdjustmentState.APPROVED,
            recorded_on=created_at.date(),
            closed_months=months,
            lines=tuple(lines.get(key, ())),
        )
        for key, number, _cause, state, created_at in headers
    }
