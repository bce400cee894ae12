"""Where goods may be laid: a place for their status and temperature, near what is like them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from meridian.inventory.matrix import ZONES
from meridian.items.queries import ItemVerdict
from meridian.kernel.context import current_company_id
from meridian.kernel.sql import array_text, fetch


@dataclass(frozen=True, kw_only=True)
class PlaceWish:
    """Goods of one lot that need a place for a stock status other than where they lie."""

    lot_id: UUID
    from_place_id: UUID
    status: str
    item: ItemVerdict


_FITTING = """
SELECT u.ord, s.id
FROM unnest(%(lots)s::uuid[], %(items)s::uuid[], %(froms)s::uuid[], %(zones)s::text[], %(low)s::numeric[],
            %(high)s::numeric[]) WITH ORDINALITY AS u(lot_id, item_id, from_id, zones, low, high, ord)
CROSS JOIN LATERAL (
  SELECT p.id
  FROM (SELECT p.*, coalesce(p.temperature_celsius_min, z.temperature_celsius_min, w.temperature_celsius_min) AS low,
               coalesce(p.temperature_celsius_max, z.temperature_celsius_max, w.temperature_celsius_max) AS high
        FROM organization_place p
        LEFT JOIN organization_place z ON z.id = p.parent_id AND z.company_id = p.company_id
        LEFT JOIN organization_place w ON w.id = z.parent_id AND w.company_id = z.company_id
        WHERE p.company_id = %(company)s AND p.site_id = %(site)s AND p.is_active) p
  LEFT JOIN LATERAL (
    SELECT count(*) AS lots, count(*) FILTER (WHERE b.lot_id = u.lot_id) AS of_lot,
           count(*) FILTER (WHERE b.item_id = u.item_id) AS of_item
    FROM inventory_balance b WHERE b.place_id = p.id AND b.company_id IS NOT DISTINCT FROM %(company)s AND b.is_there
  ) held ON true
  WHERE p.id <> u.from_id AND p.zone_kind = ANY(string_to_array(u.zones, ' '))
    AND NOT EXISTS (SELECT FROM organization_place c WHERE c.parent_id = p.id AND c.company_id = p.company_id
                    AND c.is_active)
    AND (u.low IS NULL OR p.low >= u.low) AND (u.high IS NULL OR p.high <= u.high)
  ORDER BY held.of_lot DESC, held.of_item DESC, abs(coalesce(p.high, 99) - coalesce(u.high, 99)), held.lots, p.code
  LIMIT 1
) s
"""
_STORED_IN = ("qualified", "nonconforming", "pending", "returns")
"""Kinds of zones goods are put away in; the dispatch zone is only passed through."""


def fitting_places(site_id: UUID, wishes: Sequence[PlaceWish]) -> list[UUID | None]:
    """For each wish an active place of the site, fit for status and temperature; None where there is none.

    Rather beside the lot, else beside the item, else no colder than asked, else where least lies. One statement.
    """
    found: list[UUID | None] = [None] * len(wishes)
    if not wishes:
        return found
    rows = fetch(_FITTING, {
        "company": current_company_id(), "site": site_id,
        "lots": array_text([wish.lot_id for wish in wishes]),
        "items": array_text([wish.item.id for wish in wishes]),
        "froms": array_text([wish.from_place_id for wish in wishes]),
        "zones": array_text([_zones_for(wish.status) for wish in wishes]),
        "low": array_text([wish.item.temperature_celsius_min for wish in wishes]),
        "high": array_text([wish.item.temperature_celsius_max for wish in wishes]),
    })  # fmt: skip
    for order, place_id in rows:
        found[order - 1] = place_id
    return found


def _zones_for(status: str) -> str:
    return " ".join(kind for kind in _STORED_IN if status in ZONES[kind])
