"""Reads of stock for screens: what lies where now, and what lay where at the end of a day."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.kernel.context import current_company_id
from meridian.kernel.sql import array_text, fetch


@dataclass(frozen=True)
class StockFilter:
    """Which stock to show; an empty collection means any. `expires_through` keeps what expires on or before a day."""

    item_ids: Collection[UUID] = ()
    lot_ids: Collection[UUID] = ()
    place_ids: Collection[UUID] = ()
    site_ids: Collection[UUID] = ()
    statuses: Collection[str] = ()
    lot_no: str = ""
    """The beginning of a lot or serial number."""
    expires_through: date | None = None


@dataclass(frozen=True)
class StockRow:
    """A quantity of one lot at one place in one status; quantities in the item's base unit."""

    item_id: UUID
    item_number: str
    item_name: str
    specification: str
    unit: str
    lot_id: UUID
    lot_no: str
    expires_on: date | None
    place_id: UUID
    place_code: str
    place_name: str
    site_id: UUID
    status: str
    quantity: Decimal
    reserved: Decimal
    is_blocked: bool

    @property
    def available(self) -> Decimal:
        """What no document has set aside."""
        return max(self.quantity - self.reserved, Decimal(0))

    @property
    def position(self) -> "StockPosition":
        """Where the list stands after this row."""
        return self.item_id, self.lot_id, self.place_id, self.status


StockPosition = tuple[UUID, UUID, UUID, str]

_ROWS = """
SELECT b.item_id, i.number, i.device_name, i.specification, i.base_unit, b.lot_id,
       coalesce(nullif(l.serial_no, ''), l.lot_no), b.expires_on, b.place_id, p.code, p.name, p.site_id, b.status,
       b.quantity,
       coalesce((SELECT sum(r.quantity) FROM inventory_reservation r
                 WHERE r.lot_id = b.lot_id AND r.place_id = b.place_id AND r.status = b.status
                   AND r.owner_id = b.owner_id AND r.company_id = b.company_id), 0),
       EXISTS (SELECT FROM inventory_lot_block k
               WHERE k.lot_id = b.lot_id AND k.company_id = b.company_id AND k.released_at IS NULL)
FROM inventory_balance b
JOIN items_item i ON i.id = b.item_id AND i.company_id = b.company_id
JOIN inventory_lot l ON l.id = b.lot_id AND l.company_id = b.company_id
JOIN organization_place p ON p.id = b.place_id AND p.company_id = b.company_id
WHERE b.company_id = %(company)s AND b.quantity > 0 {conditions}
ORDER BY b.item_id, b.lot_id, b.place_id, b.status LIMIT %(limit)s
"""
_CONDITIONS: Mapping[str, str] = {
    "item_ids": "b.item_id = ANY(%(item_ids)s::uuid[])",
    "lot_ids": "b.lot_id = ANY(%(lot_ids)s::uuid[])",
    "place_ids": "b.place_id = ANY(%(place_ids)s::uuid[])",
    "site_ids": "p.site_id = ANY(%(site_ids)s::uuid[])",
    "statuses": "b.status = ANY(%(statuses)s::text[])",
    "lot_no": "(starts_with(l.lot_no, %(lot_no)s) OR starts_with(l.serial_no, %(lot_no)s))",
    "expires_through": "b.expires_on <= %(expires_through)s",
}
_AFTER = "(b.item_id, b.lot_id, b.place_id, b.status) > (%(item)s, %(lot)s, %(place)s, %(status)s)"


def stock_rows(wanted: StockFilter, *, after: StockPosition | None = None, limit: int = 50) -> Sequence[StockRow]:
    """Stock there is, by item, lot, place and status; the page after a position. One statement."""
    given = {name: value for name in _CONDITIONS if (value := getattr(wanted, name))}
    conditions = [_CONDITIONS[name] for name in given]
    values: dict[str, Any] = {"company": current_company_id(), "limit": limit}
    for name, value in given.items():
        values[name] = array_text(value) if name.endswith("_ids") else value
    values |= {"statuses": list(wanted.statuses)} if wanted.statuses else {}
    if after is not None:
        conditions.append(_AFTER)
        values |= dict(zip(("item", "lot", "place", "status"), after, strict=True))
    text = "".join(f"AND {condition} " for condition in conditions)
    return [StockRow(*row) for row in fetch(_ROWS.format(conditions=text), values)]


@dataclass(frozen=True)
class StockOnDay:
    """What lay of a lot at a place in a status at the end of a day."""

    item_id: UUID
    lot_id: UUID
    place_id: UUID
    status: str
    quantity: Decimal


_AS_OF = """
SELECT item_id, lot_id, place_id, status, sum(quantity) AS quantity
FROM (
  SELECT b.item_id, b.lot_id, b.place_id, b.status, b.quantity FROM inventory_balance b
  WHERE b.company_id = %(company)s AND b.quantity > 0 {balance}
  UNION ALL
  SELECT m.item_id, m.lot_id, m.to_place_id, m.to_status, -m.quantity FROM inventory_movement m
  WHERE m.company_id = %(company)s AND m.day > %(day)s AND m.to_place_id IS NOT NULL {movement}
  UNION ALL
  SELECT m.item_id, m.lot_id, m.from_place_id, m.from_status, m.quantity FROM inventory_movement m
  WHERE m.company_id = %(company)s AND m.day > %(day)s AND m.from_place_id IS NOT NULL {movement}
) AS ends
GROUP BY item_id, lot_id, place_id, status HAVING sum(quantity) <> 0 ORDER BY 1, 2, 3, 4
"""


def stock_as_of(day: date, *, item_ids: Collection[UUID] = ()) -> Sequence[StockOnDay]:
    """What lay where at the end of a day, by value date: what lies there now less what moved since. One statement.

    `item_ids` narrows it; empty means every item of the company.
    """
    values = {"company": current_company_id(), "day": day, "items": array_text(item_ids)}
    narrow = {
        "balance": "AND b.item_id = ANY(%(items)s::uuid[])" if item_ids else "",
        "movement": "AND m.item_id = ANY(%(items)s::uuid[])" if item_ids else "",
    }
    return [StockOnDay(*row) for row in fetch(_AS_OF.format(**narrow), values)]


_VALUES = """
SELECT u.day, coalesce((
  SELECT sum(CASE WHEN m.from_virtual <> '' THEN m.value ELSE -m.value END) FROM inventory_movement m
  WHERE m.company_id = %s AND m.day <= u.day), 0)
FROM unnest(%s::date[]) AS u(day)
"""


def stock_value(days: Sequence[date]) -> Mapping[date, Decimal]:
    """What the stock was worth at the end of each day, by value date; one statement."""
    return dict(fetch(_VALUES, [current_company_id(), array_text(days)]))
