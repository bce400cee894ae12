"""Reads of stock for screens: what lies where now, and what lay where at the end of a day."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.inventory.vocabulary import MovementType, StockStatus
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
    owner: str = ""
    """`own`: the company's goods alone · `other`: only what lies here for somebody else."""


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
    owner_id: UUID

    @property
    def available(self) -> Decimal:
        """What no document has set aside."""
        return max(self.quantity - self.reserved, Decimal(0))

    @property
    def position(self) -> "StockPosition":
        """Where the list stands after this row."""
        return self.item_id, self.status, self.expires_on or date.max, self.lot_id, self.place_id, self.owner_id


StockPosition = tuple[UUID, str, date, UUID, UUID, UUID]
"""Item, stock status, expiry day (`date.max` without), lot, place, owner: the order of the first-expiry index."""


def position_text(position: StockPosition) -> str:
    """A position as an address carries it."""
    return "~".join(str(part) for part in position)


def position_of(text: str) -> StockPosition | None:
    """A position read back; None for any other text."""
    try:
        item, status, day, lot, place, owner = text.split("~")
        return UUID(item), StockStatus(status).value, date.fromisoformat(day), UUID(lot), UUID(place), UUID(owner)
    except ValueError:
        return None


_COLUMNS = """
SELECT b.item_id, i.number, i.device_name, i.specification, i.base_unit, b.lot_id,
       coalesce(nullif(l.serial_no, ''), l.lot_no), b.expires_on, b.place_id, p.code, p.name, p.site_id, b.status,
       b.quantity,
       coalesce((SELECT sum(r.quantity) FROM inventory_reservation r
                 WHERE r.lot_id = b.lot_id AND r.place_id = b.place_id AND r.status = b.status
                   AND r.owner_id = b.owner_id AND r.company_id = b.company_id), 0),
       EXISTS (SELECT FROM inventory_lot_block k
               WHERE k.lot_id = b.lot_id AND k.company_id = b.company_id AND k.released_at IS NULL),
       b.owner_id
"""
_FROM = """
FROM {stock} b
JOIN items_item i ON i.id = b.item_id AND i.company_id = b.company_id
JOIN inventory_lot l ON l.id = b.lot_id AND l.company_id = b.company_id
JOIN organization_place p ON p.id = b.place_id AND p.company_id = b.company_id
WHERE b.company_id = %(company)s AND b.is_there {conditions}
"""
_ORDER = """
ORDER BY b.item_id {way}, b.status {way}, b.expires_on {way}, b.lot_id {way}, b.place_id {way}, b.owner_id {way}
LIMIT %(limit)s
"""
_CONDITIONS: Mapping[str, str] = {
    "item_ids": "b.item_id = ANY(%(item_ids)s::uuid[])",
    "lot_ids": "b.lot_id = ANY(%(lot_ids)s::uuid[])",
    "place_ids": "b.place_id = ANY(%(place_ids)s::uuid[])",
    "site_ids": "p.site_id = ANY(%(site_ids)s::uuid[])",
    "statuses": "b.status = ANY(%(statuses)s::text[])",
    "lot_no": "(starts_with(l.lot_no, %(lot_no)s) OR starts_with(l.serial_no, %(lot_no)s))",
    "expires_through": "b.expires_on <= %(expires_through)s",
    "owner": "(b.owner_id = %(company)s) = (%(owner)s = 'own')",
}
_BEYOND = """
b.item_id {than}= %(item)s
AND (b.item_id, b.status, coalesce(b.expires_on, '9999-12-31'), b.lot_id, b.place_id, b.owner_id)
{than} (%(item)s, %(status)s, %(expires_on)s, %(lot)s, %(place)s, %(owner_after)s)
"""


def stock_rows(
    wanted: StockFilter,
    *,
    after: StockPosition | None = None,
    before: StockPosition | None = None,
    day: date | None = None,
    limit: int = 50,
) -> Sequence[StockRow]:
    """Stock there is, by item, status and expiry; the page after a position, or the one that ends before it.

    With `day`, what lay there at its end by value date, beside the reservations and blocks of now. One statement; two
    for a past day.
    """
    text, values = _selection(wanted, day)
    edge = after or before
    if edge is not None:
        text += f"AND {_BEYOND.format(than='>' if after else '<')}"
        values |= dict(zip(("item", "status", "expires_on", "lot", "place", "owner_after"), edge, strict=True))
    order = _ORDER.format(way="ASC" if after or not before else "DESC")
    rows = [StockRow(*row) for row in fetch(_COLUMNS + text + order, values | {"limit": limit})]
    return rows if after or not before else rows[::-1]


_STOCK_ON_DAY = """
(SELECT s.*, s.quantity > 0 AS is_there, l.expires_on, l.company_id FROM ({on_day}) AS s
 JOIN inventory_lot l ON l.id = s.lot_id AND l.company_id = %(company)s)
"""


@dataclass(frozen=True)
class StockTotals:
    """How much a filter finds, counted up to a limit; `quantity` only where all of it counts in one `unit`."""

    rows: int
    lots: int
    quantity: Decimal | None
    unit: str


def stock_totals(wanted: StockFilter, *, day: date | None = None, limit: int = 10_000) -> StockTotals:
    """The figures over the whole result, or over its first `limit` + 1 rows; as many statements as `stock_rows`."""
    text, values = _selection(wanted, day)
    rows = fetch(
        "SELECT count(*), count(DISTINCT t.lot_id), sum(t.quantity), count(DISTINCT t.base_unit), min(t.base_unit) "
        f"FROM (SELECT b.lot_id, b.quantity, i.base_unit {text} LIMIT %(limit)s) AS t",
        values | {"limit": limit + 1},
    )
    count, lots, quantity, units, unit = rows[0]
    is_one = units == 1 and count <= limit
    return StockTotals(count, lots, quantity if is_one else None, unit if is_one else "")


def _selection(wanted: StockFilter, day: date | None) -> tuple[str, dict[str, Any]]:
    """FROM and WHERE of a filter, with their values."""
    given = {name: value for name in _CONDITIONS if (value := getattr(wanted, name))}
    values: dict[str, Any] = {"company": current_company_id()}
    for name, value in given.items():
        values[name] = array_text(value) if name.endswith("_ids") else list(value) if name == "statuses" else value
    stock = "inventory_balance"
    if day is not None:
        on_day, needed = _on_day(day)
        stock, values = _STOCK_ON_DAY.format(on_day=on_day), values | needed
    conditions = "".join(f"AND {_CONDITIONS[name]} " for name in given)
    return _FROM.format(stock=stock, conditions=conditions), values


@dataclass(frozen=True)
class StockOnDay:
    """What lay of a lot at a place in a status for an owner at the end of a day."""

    item_id: UUID
    lot_id: UUID
    place_id: UUID
    status: str
    quantity: Decimal
    owner_id: UUID


_BACK_FROM_NOW = """
  SELECT b.item_id, b.lot_id, b.place_id, b.status, b.quantity, b.owner_id FROM inventory_balance b
  WHERE b.company_id = %(company)s AND b.is_there {balance}
  UNION ALL
  SELECT m.item_id, m.lot_id, m.to_place_id, m.to_status, -m.quantity, m.owner_id FROM inventory_movement m
  WHERE m.company_id = %(company)s AND m.day > %(day)s AND m.to_place_id IS NOT NULL {movement}
  UNION ALL
  SELECT m.item_id, m.lot_id, m.from_place_id, m.from_status, m.quantity, m.owner_id FROM inventory_movement m
  WHERE m.company_id = %(company)s AND m.day > %(day)s AND m.from_place_id IS NOT NULL {movement}
"""
_ON_FROM_SNAPSHOT = """
  SELECT b.item_id, b.lot_id, b.place_id, b.status, b.quantity, b.owner_id FROM inventory_snapshot b
  WHERE b.company_id = %(company)s AND b.day = %(from)s {balance}
  UNION ALL
  SELECT m.item_id, m.lot_id, m.to_place_id, m.to_status, m.quantity, m.owner_id FROM inventory_movement m
  WHERE m.company_id = %(company)s AND m.day > %(from)s AND m.day <= %(day)s AND m.to_place_id IS NOT NULL {movement}
  UNION ALL
  SELECT m.item_id, m.lot_id, m.from_place_id, m.from_status, -m.quantity, m.owner_id FROM inventory_movement m
  WHERE m.company_id = %(company)s AND m.day > %(from)s AND m.day <= %(day)s AND m.from_place_id IS NOT NULL {movement}
"""
_SUMMED = """
SELECT item_id, lot_id, place_id, status, sum(quantity) AS quantity, owner_id FROM ({ends}) AS ends
GROUP BY item_id, lot_id, place_id, status, owner_id HAVING sum(quantity) <> 0
"""
_SNAPSHOT_BEFORE = "SELECT max(day) FROM inventory_snapshot WHERE company_id = %s AND day <= %s"


def stock_as_of(day: date, *, item_ids: Collection[UUID] = ()) -> Sequence[StockOnDay]:
    """What lay where at the end of a day, by value date, in no order. Two statements.

    Told from the last month end kept before, and the days since; without one, from what lies there now and what moved
    after the day. `item_ids` narrows it; empty means every item of the company.
    """
    return [StockOnDay(*row) for row in fetch(*_on_day(day, item_ids))]


def _on_day(day: date, item_ids: Collection[UUID] = ()) -> tuple[str, dict[str, Any]]:
    """The statement that tells a past day, with its values; asks which month end is near."""
    company = current_company_id()
    [(snapshot,)] = fetch(_SNAPSHOT_BEFORE, [company, day])
    narrow = {
        "balance": "AND b.item_id = ANY(%(items)s::uuid[])" if item_ids else "",
        "movement": "AND m.item_id = ANY(%(items)s::uuid[])" if item_ids else "",
    }
    ends = (_ON_FROM_SNAPSHOT if snapshot else _BACK_FROM_NOW).format(**narrow)
    values: dict[str, Any] = {"company": company, "day": day}
    values |= {"from": snapshot} if snapshot else {}
    values |= {"items": array_text(item_ids)} if item_ids else {}
    return _SUMMED.format(ends=ends), values


_VALUES = """
SELECT u.day, coalesce((
  SELECT sum(CASE WHEN m.from_virtual <> '' THEN m.value ELSE -m.value END) FROM inventory_movement m
  WHERE m.company_id = %(company)s AND m.day <= u.day), 0) - coalesce((
  SELECT sum(a.value) FROM inventory_value_adjustment a
  WHERE a.company_id = %(company)s AND a.day <= u.day), 0)
FROM unnest(%(days)s::date[]) AS u(day)
"""


def stock_value(days: Sequence[date]) -> Mapping[date, Decimal]:
    """What the stock was worth at the end of each day, by value date and with the adjustments so far; one statement."""
    return dict(fetch(_VALUES, {"company": current_company_id(), "days": array_text(days)}))


_ISSUED = """
SELECT coalesce(sum(m.value + coalesce((
  SELECT sum(a.value) FROM inventory_value_adjustment a
  WHERE a.movement_id = m.id AND a.company_id = m.company_id AND a.at <= %(known)s), 0)), 0)
FROM inventory_movement m
WHERE m.company_id = %(company)s AND m.item_id = %(item)s AND m.movement = %(movement)s AND m.day <= %(day)s
  AND m.at <= %(known)s
"""


def issued_value(item_id: UUID, movement: MovementType, *, day: date, known_at: datetime) -> Decimal:
    """What went out of an item one way up to a day, by value date, as it was known at an instant; one statement.

    "As of" and "as known on" are two questions: a late entry changes the second's answer only from when it was written.
    """
    values = {"company": current_company_id(), "item": item_id, "movement": movement.value, "day": day}
    [(value,)] = fetch(_ISSUED, values | {"known": known_at})
    return Decimal(value)
