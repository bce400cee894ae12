"""What drafting and finishing a putaway or an internal move does."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from meridian.inventory.matrix import ZONES
from meridian.inventory.queries import LotFacts
from meridian.inventory.services import Move, post_movements
from meridian.inventory.vocabulary import MovementType, StockStatus
from meridian.items.queries import ItemVerdict
from meridian.kernel.declare import RetentionAnchors
from meridian.kernel.drafts import Draft
from meridian.kernel.sql import array_text, fetch
from meridian.kernel.work import Work
from meridian.warehouse.models import InternalMoveLine, PutawayLine
from meridian.warehouse.queries.goods_move import GoodsMoveFacts
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


_SUGGESTED = """
SELECT u.ord, s.id
FROM unnest(%(lots)s::uuid[], %(items)s::uuid[], %(froms)s::uuid[], %(zones)s::text[], %(low)s::numeric[],
            %(high)s::numeric[]) WITH ORDINALITY AS u(lot_id, item_id, from_id, zones, low, high, ord)
CROSS JOIN LATERAL (
  SELECT p.id FROM organization_place p
  LEFT JOIN organization_place z ON z.id = p.parent_id AND z.company_id = p.company_id
  LEFT JOIN organization_place w ON w.id = z.parent_id AND w.company_id = z.company_id
  LEFT JOIN LATERAL (
    SELECT count(*) AS lots, count(*) FILTER (WHERE b.lot_id = u.lot_id) AS of_lot,
           count(*) FILTER (WHERE b.item_id = u.item_id) AS of_item
    FROM inventory_balance b WHERE b.place_id = p.id AND b.company_id IS NOT DISTINCT FROM %(company)s AND b.is_there
  ) held ON true
  WHERE p.company_id = %(company)s AND p.site_id = %(site)s AND p.is_active AND p.id <> u.from_id
    AND p.zone_kind = ANY(string_to_array(u.zones, ' '))
    AND NOT EXISTS (SELECT FROM organization_place c WHERE c.parent_id = p.id AND c.company_id = p.company_id
                    AND c.is_active)
    AND (u.low IS NULL OR coalesce(p.temperature_celsius_min, z.temperature_celsius_min, w.temperature_celsius_min)
         >= u.low)
    AND (u.high IS NULL OR coalesce(p.temperature_celsius_max, z.temperature_celsius_max, w.temperature_celsius_max)
         <= u.high)
  ORDER BY held.of_lot DESC, held.of_item DESC, held.lots, p.code LIMIT 1
) s
"""
_STORED_IN = ("qualified", "nonconforming", "pending", "returns")
"""Kinds of zones goods are put away in; the dispatch zone is only passed through."""


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
    wanted = [items[lots[line["lot_id"]].item_id] for line in open_lines]
    rows = fetch(_SUGGESTED, {
        "company": draft.document.company_id, "site": draft.document.site_id,
        "lots": array_text([line["lot_id"] for line in open_lines]),
        "items": array_text([item.id for item in wanted]),
        "froms": array_text([line["place_id"] for line in open_lines]),
        "zones": array_text([_zones_for(line["stock_status"]) for line in open_lines]),
        "low": array_text([item.temperature_celsius_min for item in wanted]),
        "high": array_text([item.temperature_celsius_max for item in wanted]),
    })  # fmt: skip
    for order, place_id in rows:
        open_lines[order - 1]["to_place_id"] = place_id


def _zones_for(status: str) -> str:
    return " ".join(kind for kind in _STORED_IN if status in ZONES[kind])


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
