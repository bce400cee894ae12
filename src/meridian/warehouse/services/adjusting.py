"""What drafting and posting a stock adjustment does."""

from meridian.inventory.queries import lot_facts
from meridian.inventory.services import Move, post_movements
from meridian.kernel.declare import RetentionAnchors
from meridian.kernel.drafts import Draft
from meridian.kernel.work import Work
from meridian.warehouse.models import StockAdjustment, StockAdjustmentLine
from meridian.warehouse.queries.stock_adjustment import AdjustmentFacts
from meridian.warehouse.services.keeping import anchors_of_goods
from meridian.warehouse.services.standing import put_to_warehouse


def prepare_stock_adjustment(draft: Draft) -> None:
    """Every line gets the item of its lot, the document the warehouse of its goods."""
    lines = draft.lines or []
    lots = lot_facts([line["lot_id"] for line in lines if "lot_id" in line], frozenset())
    for line in lines:
        if "lot_id" in line:
            line["item_id"] = lots[line["lot_id"]].item_id
    put_to_warehouse(draft, StockAdjustmentLine)


def post_adjustment(work: Work[StockAdjustment, AdjustmentFacts]) -> None:
    """Stock leaves by the movement its cause names; its value goes to the account the matrix names."""
    facts = work.facts
    moves = [
        Move(
            movement=facts.movement,
            item_id=line.item.id,
            lot_id=line.lot.id,
            quantity=line.quantity,
            unit=line.item.base_unit,
            from_place_id=line.place_id,
            from_status=line.status,
            line_id=line.line_id,
        )
        for line in facts.lines
    ]
    held = {line.key: line.on_hand for line in facts.lines}
    post_movements(work, moves=moves, summary=f"{facts.movement.label} {facts.number}", held=held)
    work.set(posted_at=work.moment.instant)


def retention_anchors(facts: AdjustmentFacts) -> RetentionAnchors:
    """Kept with its lots."""
    return anchors_of_goods(facts.recorded_on, facts.lines)
