"""Reads for late entry 补录: whether goods lay there on the day, and on every day since, and what bound them then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from meridian.inventory.queries.lots import OpenBlock
from meridian.inventory.queries.stock import StockLineFacts
from meridian.kernel.context import current_company_id
from meridian.kernel.sql import array_text, fetch


@dataclass(frozen=True)
class StockSince:
    """What lay where a line takes from, at the ends of the days from the one it happened on to now.

    `least` is the smallest of them and `least_on` the first day that had it; `blocks` bound the lot at that instant and
    were lifted since.
    """

    least: Decimal
    least_on: date
    blocks: tuple[OpenBlock, ...] = ()


_CHANGES = """
SELECT u.ord, d.day, d.change
FROM unnest(%(lots)s::uuid[], %(places)s::uuid[], %(statuses)s::text[], %(days)s::date[])
  WITH ORDINALITY AS u(lot_id, place_id, status, day, ord)
CROSS JOIN LATERAL (
  SELECT m.day, sum(CASE WHEN m.to_place_id = u.place_id AND m.to_status = u.status THEN m.quantity ELSE 0 END)
              - sum(CASE WHEN m.from_place_id = u.place_id AND m.from_status = u.status THEN m.quantity ELSE 0 END)
                AS change
  FROM inventory_movement m
  WHERE m.lot_id = u.lot_id AND m.company_id IS NOT DISTINCT FROM %(company)s AND m.day > u.day
    AND u.place_id IN (m.to_place_id, m.from_place_id)
  GROUP BY m.day
) d
ORDER BY u.ord, d.day DESC
"""
_BLOCKS = """
SELECT u.ord, k.kind, k.reason, k.document_type, k.document_id
FROM unnest(%(lots)s::uuid[], %(instants)s::timestamptz[]) WITH ORDINALITY AS u(lot_id, instant, ord)
JOIN inventory_lot_block k ON k.lot_id = u.lot_id AND k.company_id = %(company)s
  AND k.blocked_at <= u.instant AND k.released_at > u.instant
ORDER BY u.ord, k.id
"""


def stock_since(
    lines: Sequence[StockLineFacts], happened: Mapping[UUID, tuple[datetime, date]]
) -> Mapping[UUID, StockSince]:
    """For each line that names when it happened (the instant, and its day at the site), what lay there since, by line.

    Two statements for one line or a thousand, none where no line does.
    """
    late = [line for line in lines if line.line_id in happened]
    if not late:
        return {}
    values = {
        "company": current_company_id(),
        "lots": array_text([line.lot.id for line in late]),
        "places": array_text([line.place_id for line in late]),
        "statuses": array_text([line.status for line in late]),
        "instants": array_text([happened[line.line_id][0] for line in late]),
        "days": array_text([happened[line.line_id][1] for line in late]),
    }
    changes: dict[int, list[tuple[date, Decimal]]] = {}
    for order, day, change in fetch(_CHANGES, values):
        changes.setdefault(order, []).append((day, change))
    bound: dict[int, list[OpenBlock]] = {}
    for order, *block in fetch(_BLOCKS, values):
        bound.setdefault(order, []).append(OpenBlock(*block))
    return {
        line.line_id: _least(line, happened[line.line_id][1], changes.get(order, ()), tuple(bound.get(order, ())))
        for order, line in enumerate(late, start=1)
    }


def _least(
    line: StockLineFacts, day: date, changes: Sequence[tuple[date, Decimal]], blocks: tuple[OpenBlock, ...]
) -> StockSince:
    """Walks back from what lies there now, the latest change first."""
    closing, ends = line.on_hand, []
    for changed_on, change in changes:
        ends.append((closing, changed_on))
        closing -= change
    least, least_on = min([*ends, (closing, day)])
    return StockSince(least, least_on, blocks)
