"""What drafting and finishing a putaway or an internal move does."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from meridian.inventory.queries import LotFacts
from meridian.inventory.services import Move, post_movements
from meridian.inventory.vocabulary import MovementType, StockStatus
from meridian.items.queries import ItemVerdict
from meridian.kernel.declare import RetentionAnchors
from meridian.kernel.drafts import Draft
from meridian.kernel.work import Work
from meridian.warehouse.models import InternalMoveLine, PutawayLine
from meridian.warehouse.queries.goods_move import GoodsMoveFacts
from meridian.warehouse.queries.placing import PlaceWish, fitting_places
from meridian.warehouse.services.keeping import anchors_of_goods
from meridian.warehouse.services.standing import put_to_warehouse
from meridian.warehouse.services.wording import write_words


def prepare_putaway(draft: Draft) -> None:
    """Completes the lines of a putaway: item and words of the lot's file, a place where none is named."""
    _prepare(draft, PutawayLine)


def prepare_internal_move(draft: Draft) -> None:
    """Completes the lines of an internal move the same way."""
    _prepare(draft, InternalMoveLine)


def _prepare(draft: Draft, line_model: type[PutawayLine] | type[InternalMoveLine]) -> None:
    lines = draft.lines or []
    kept = {} if draft.is_new or not lines else {
        row.pk: row for row in line_model.objects.filter(document_id=draft.document.pk)
    }  # fmt: skip
    for line in lines:
        before = kept.get(line["id"]) if "id" in line else None
        for column in ("lot_id", "place_id", "stock_status", "quantity", "to_place_id") if before else ():
            line.setdefault(column, getattr(before, column))
        line.setdefault("stock_status", StockStatus.QUALIFIED.value)
    complete = [line for line in lines if "lot_id" in line]  # a line of another document is refused when it is written
    lots, items = write_words(complete)
    _suggest_places(draft, complete, lots, items)
    put_to_warehouse(draft, line_model)


def _suggest_places(
    draft: Draft,
    lines: Sequence[dict[str, Any]],
    lots: Mapping[UUID, LotFacts],
    items: Mapping[UUID, ItemVerdict],
) -> None:
    """Names a place for each line without one: for its status and temperature, by its lot, its item, else the emptiest.

    One statement. A line for which no place fits stays without: the gate says so.
    """
    open_lines = [line for line in lines if not line.get("to_place_id") and "place_id" in line]
    if not open_lines:
        return
    wishes = [
        PlaceWish(
            lot_id=line["lot_id"],
            from_place_id=line["place_id"],
            status=line["stock_status"],
            item=items[lots[line["lot_id"]].item_id],
        )
        for line in open_lines
    ]
    for line, place_id in zip(open_lines, fitting_places(draft.document.site_id, wishes), strict=True):
        if place_id is not None:
            line["to_place_id"] = place_id


def move_goods(work: Work[Any, GoodsMoveFacts]) -> None:
    """The goods lie at their new places, in the status they had."""
    facts = work.facts
    moves = []
    for line in facts.lines:
        target = facts.targets[line.line_id]
        if target is None:
            raise RuntimeError(f"{facts.number}: a line without a place passed its gate")
        moves.append(
            Move(
                movement=MovementType.TRANSFER,
                item_id=line.item.id,
                lot_id=line.lot.id,
                quantity=line.quantity,
                unit=line.item.base_unit,
                from_place_id=line.place_id,
                from_status=line.status,
                to_place_id=target.id,
                to_status=line.status,
                line_id=line.line_id,
            )
        )
    post_movements(work, moves=moves, summary=facts.number)
    work.set(moved_by_name=work.actor.name, moved_at=work.moment.instant)


def retention_anchors(facts: GoodsMoveFacts) -> RetentionAnchors:
    """Kept with its lots."""
    return anchors_of_goods(facts.recorded_on, facts.lines)
