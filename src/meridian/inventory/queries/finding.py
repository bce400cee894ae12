"""Finding stock by a piece of a name: lots that hold a text, and how much of an item lies in which status."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from meridian.kernel.context import current_company_id
from meridian.kernel.sql import array_text, fetch

NEWEST = 20_000
"""Among so many latest lots a fragment is looked for; a whole number is found however old it is."""


@dataclass(frozen=True)
class NamedLot:
    """A lot or serial number with what lies of it, by stock status, in the item's base unit."""

    id: UUID
    name: str
    item_number: str
    item_name: str
    expires_on: date | None
    is_blocked: bool
    stock: Mapping[str, Decimal]


_LOTS = """
SELECT l.id, coalesce(nullif(l.serial_no, ''), l.lot_no), i.number, i.device_name, l.expires_on,
       EXISTS (SELECT FROM inventory_lot_block k
               WHERE k.lot_id = l.id AND k.company_id = %(company)s AND k.released_at IS NULL)
FROM (
    SELECT id FROM inventory_lot WHERE lot_no = ANY(%(names)s) AND company_id = %(company)s
    UNION
    SELECT id FROM inventory_lot WHERE serial_no = ANY(%(names)s) AND serial_no <> '' AND company_id = %(company)s
    UNION
    SELECT id FROM (SELECT id, lot_no, serial_no FROM inventory_lot WHERE company_id = %(company)s
                    ORDER BY id DESC LIMIT %(newest)s) AS newest
    WHERE strpos(upper(lot_no), %(upper)s) > 0 OR strpos(upper(serial_no), %(upper)s) > 0
) AS found
JOIN inventory_lot l ON l.id = found.id AND l.company_id = %(company)s
CROSS JOIN LATERAL (SELECT number, device_name FROM items_item
                    WHERE id = l.item_id AND company_id = %(company)s LIMIT 1) AS i
WHERE %(anywhere)s OR EXISTS (
    SELECT FROM inventory_balance b WHERE b.lot_id = l.id AND b.company_id = %(company)s AND b.is_there
      AND b.place_id = ANY(%(places)s::uuid[]))
ORDER BY NOT (l.lot_no = ANY(%(names)s) OR l.serial_no = ANY(%(names)s)),
         NOT (starts_with(upper(l.lot_no), %(upper)s) OR starts_with(upper(l.serial_no), %(upper)s)), l.id DESC
LIMIT %(limit)s
"""
_STOCK = """
SELECT b.{column}, b.status, sum(b.quantity) FROM inventory_balance b
WHERE b.{column} = ANY(%(keys)s::uuid[]) AND b.company_id = %(company)s AND b.is_there
  AND (%(anywhere)s OR b.place_id = ANY(%(places)s::uuid[]))
GROUP BY 1, 2 ORDER BY 1, 2
"""


def lots_named(text: str, *, places: Collection[UUID] | None, limit: int) -> Sequence[NamedLot]:
    """Lots whose lot or serial number holds a text: the whole number first, then those that begin with it, then the
    latest. Only what lies at `places`, unless that is None. Two statements, one when nothing is found.
    """
    values = {"names": list({text, text.upper()}), "upper": text.upper(), "newest": NEWEST, "limit": limit}
    rows = fetch(_LOTS, values | _within(places))
    stock = _stock("lot_id", [row[0] for row in rows], places)
    return [
        NamedLot(key, name, item_number, item_name, expires_on, is_blocked, stock.get(key, {}))
        for key, name, item_number, item_name, expires_on, is_blocked in rows
    ]


def stock_of_items(
    item_ids: Collection[UUID], *, places: Collection[UUID] | None
) -> Mapping[UUID, Mapping[str, Decimal]]:
    """What lies of items by stock status, in base units; only at `places`, unless that is None. One statement."""
    return _stock("item_id", item_ids, places)


def _stock(column: str, keys: Collection[UUID], places: Collection[UUID] | None) -> dict[UUID, dict[str, Decimal]]:
    found: dict[UUID, dict[str, Decimal]] = {}
    if keys:
        for key, status, quantity in fetch(_STOCK.format(column=column), {"keys": array_text(keys)} | _within(places)):
            found.setdefault(key, {})[status] = quantity
    return found


def _within(places: Collection[UUID] | None) -> dict[str, object]:
    return {"company": current_company_id(), "anywhere": places is None, "places": array_text(places or ())}
