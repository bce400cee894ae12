"""Allocation: which lots an order gets, first expiry first, and why a lot was passed over."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from meridian.inventory.vocabulary import StockStatus
from meridian.kernel.context import current_company_id
from meridian.kernel.messages import message
from meridian.kernel.sql import array_text, fetch

FIRST_LOOK = 4
FURTHER_LOOK = 16
SKIPPED_SHOWN = 3


@dataclass(frozen=True)
class Demand:
    """What a line asks for. `min_remaining_days` counts from the day of arrival to the expiry day."""

    line_id: UUID
    item_id: UUID
    quantity: Decimal
    arrives_on: date
    min_remaining_days: int
    lot_no: str = ""
    """The lot the customer named: no other serves, whatever expires before it. Empty for any."""


@dataclass(frozen=True)
class Allocation:
    """A quantity of one lot at one place for a line; `note` says which lots were passed over, and why."""

    line_id: UUID
    lot_id: UUID
    place_id: UUID
    quantity: Decimal
    note: str = ""


@dataclass
class _Stock:
    """Rows that may serve one demand, in the order they should leave."""

    fit: list[tuple[UUID, UUID, Decimal]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    more: bool = False


_CANDIDATES = """
SELECT u.ord, c.lot_id, c.place_id, c.expires_on, c.free, c.fit, coalesce(nullif(l.serial_no, ''), l.lot_no)
FROM unnest(%(items)s::uuid[], %(fit_from)s::date[], %(named)s::text[])
  WITH ORDINALITY AS u(item_id, fit_from, lot_no, ord)
CROSS JOIN LATERAL (
  (SELECT b.lot_id, b.place_id, b.expires_on, true AS fit, b.quantity - {reserved} AS free FROM inventory_balance b
   WHERE {free} AND (b.expires_on >= u.fit_from OR b.expires_on IS NULL)
   ORDER BY b.expires_on, b.lot_id, b.place_id LIMIT %(look)s)
  UNION ALL
  (SELECT b.lot_id, b.place_id, b.expires_on, false AS fit, b.quantity - {reserved} FROM inventory_balance b
   WHERE {free} AND b.expires_on >= %(today)s AND b.expires_on < u.fit_from
   ORDER BY b.expires_on, b.lot_id, b.place_id LIMIT %(shown)s)
) c
CROSS JOIN LATERAL (SELECT lot_no, serial_no FROM inventory_lot x
                    WHERE x.id = c.lot_id AND x.company_id = %(company)s LIMIT 1) l
ORDER BY u.ord, c.expires_on, c.lot_id, c.place_id
""".format(
    reserved="""coalesce((SELECT sum(r.quantity) FROM inventory_reservation r
     WHERE r.lot_id = b.lot_id AND r.place_id = b.place_id AND r.status = b.status AND r.owner_id = b.owner_id
       AND r.company_id = b.company_id), 0)""",
    free="""b.item_id = u.item_id AND b.status = %(qualified)s AND b.is_there AND b.owner_id = %(company)s
     AND b.company_id = %(company)s
     AND (%(places)s::uuid[] IS NULL OR b.place_id = ANY(%(places)s::uuid[]))
     AND NOT EXISTS (SELECT FROM inventory_lot_block k
                     WHERE k.lot_id = b.lot_id AND k.company_id = b.company_id AND k.released_at IS NULL)
     AND (u.lot_no = '' OR EXISTS (SELECT FROM inventory_lot n
                                   WHERE n.id = b.lot_id AND n.company_id = b.company_id AND n.lot_no = u.lot_no))""",
)


def allocate(
    demands: Sequence[Demand], *, site_day: date, places: Sequence[UUID] | None = None
) -> Sequence[Allocation]:
    """First expiry first over qualified, unblocked, unexpired, unreserved stock; what is short stays unallocated.

    Stock lies at these `places`, or anywhere.

    Nothing is locked or reserved: the move that takes the stock asks again under locks. One statement, repeated only
    for demands spread over very many lots.
    """
    look = FIRST_LOOK
    while True:
        stocks = _candidates(demands, site_day, look, places)
        allocations, short = _spread(demands, stocks)
        if not any(stocks[index].more for index in short):
            return allocations
        look *= FURTHER_LOOK


def _candidates(demands: Sequence[Demand], site_day: date, look: int, places: Sequence[UUID] | None) -> list[_Stock]:
    stocks = [_Stock() for _demand in demands]
    fit_from = [max(site_day, d.arrives_on + timedelta(days=d.min_remaining_days)) for d in demands]
    rows = fetch(_CANDIDATES, {
        "company": current_company_id(), "qualified": StockStatus.QUALIFIED.value, "today": site_day, "look": look,
        "shown": SKIPPED_SHOWN,
        "items": array_text([demand.item_id for demand in demands]),
        "fit_from": array_text(fit_from),
        "places": None if places is None else array_text(places),
        "named": [demand.lot_no for demand in demands],
    })  # fmt: skip
    seen = [0] * len(demands)
    for order, lot_id, place_id, expires_on, free, fit, lot_no in rows:
        demand, stock = demands[order - 1], stocks[order - 1]
        if fit:
            seen[order - 1] += 1
            stock.fit.append((lot_id, place_id, free))
        elif free > 0:
            stock.skipped.append(str(message("{lot} 跳过：{left} < {wanted} 天", lot=lot_no,
                                             left=(expires_on - demand.arrives_on).days,
                                             wanted=demand.min_remaining_days)))  # fmt: skip
    for stock, count in zip(stocks, seen, strict=True):
        stock.more = count == look
    return stocks


def _spread(demands: Sequence[Demand], stocks: Sequence[_Stock]) -> tuple[list[Allocation], list[int]]:
    """Hands the stock out in order of the demands; also the demands that went short."""
    used: dict[tuple[UUID, UUID], Decimal] = {}
    allocations: list[Allocation] = []
    short = []
    for index, (demand, stock) in enumerate(zip(demands, stocks, strict=True)):
        wanted, note = demand.quantity, "；".join(dict.fromkeys(stock.skipped))
        for lot_id, place_id, free in stock.fit:
            left = free - used.get((lot_id, place_id), Decimal(0))
            taken = min(wanted, left)
            if taken > 0:
                used[lot_id, place_id] = used.get((lot_id, place_id), Decimal(0)) + taken
                allocations.append(Allocation(demand.line_id, lot_id, place_id, taken, note))
                wanted, note = wanted - taken, ""
        if wanted > 0:
            short.append(index)
    return allocations, short
