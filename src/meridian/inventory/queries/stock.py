"""Reads of stock for gates: what lies at a place and how much of it is free."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.inventory.models import Lot, StockBalance
from meridian.inventory.queries.lots import LOT_COLUMNS, LOTS_WITH_ITEMS, LotFacts, LotRow, OpenBlock, lot_of
from meridian.inventory.vocabulary import MovementType
from meridian.items.models import Item
from meridian.items.queries import ITEM_COLUMNS, ItemVerdict, RegistrationVerdict, item_of, registration_verdicts
from meridian.kernel.context import current_company_id
from meridian.kernel.declare import Locks
from meridian.kernel.sql import array_text, fetch

StockKey = tuple[UUID, UUID, str]
"""Lot, place, stock status; the owner is the company."""


@dataclass(frozen=True)
class StockRequest:
    """A quantity of one lot at one place in one status that a document line wants to move."""

    line_id: UUID
    item_id: UUID
    lot_id: UUID
    place_id: UUID
    status: str
    quantity: Decimal
    movement: MovementType
    document_id: UUID


@dataclass(frozen=True)
class StockLineFacts:
    """A line that takes stock. `available` is what lies there less what other documents reserved."""

    line_id: UUID
    item: ItemVerdict
    lot: LotFacts
    place_id: UUID
    place_name: str
    status: str
    quantity: Decimal
    movement: MovementType
    on_hand: Decimal
    available: Decimal

    @property
    def lot_no(self) -> str:
        return self.lot.name

    @property
    def manufactured_on(self) -> date | None:
        return self.lot.manufactured_on

    @property
    def expires_on(self) -> date | None:
        return self.lot.expires_on

    @property
    def registration(self) -> RegistrationVerdict | None:
        return self.lot.registration

    @property
    def key(self) -> StockKey:
        """Where the quantity lies."""
        return self.lot.id, self.place_id, self.status


_LOTS = f"""
SELECT {LOT_COLUMNS}, i.registration_id, {", ".join(f"i.{column}" for column in ITEM_COLUMNS)}
{LOTS_WITH_ITEMS} WHERE l.id = ANY(%s) AND l.company_id = %s ORDER BY l.id
"""
_LOT_WIDTH = 10
_HELD = """
SELECT u.lot_id, u.place_id, u.status, b.quantity
FROM unnest(%(lots)s::uuid[], %(places)s::uuid[], %(statuses)s::text[]) AS u(lot_id, place_id, status)
CROSS JOIN LATERAL (
  SELECT x.quantity FROM inventory_balance x
  WHERE x.lot_id = u.lot_id AND x.place_id = u.place_id AND x.status = u.status AND x.owner_id = %(company)s
    AND x.company_id = %(company)s
  LIMIT 1 {lock}
) b
"""
_AROUND = """
SELECT u.ord, p.code || ' ' || p.name,
  (SELECT x.quantity FROM inventory_balance x
   WHERE x.lot_id = u.lot_id AND x.place_id = u.place_id AND x.status = u.status AND x.owner_id = %(company)s
     AND x.company_id = %(company)s),
  (SELECT coalesce(sum(r.quantity), 0) FROM inventory_reservation r
   WHERE r.lot_id = u.lot_id AND r.place_id = u.place_id AND r.status = u.status AND r.owner_id = %(company)s
     AND r.company_id = %(company)s AND r.document_id <> u.document_id),
  (SELECT array_agg(ARRAY[k.kind, k.reason, k.document_type, k.document_id::text]::text[] ORDER BY k.id)
   FROM inventory_lot_block k
   WHERE k.lot_id = u.lot_id AND k.company_id = %(company)s AND k.released_at IS NULL)
FROM unnest(%(lots)s::uuid[], %(places)s::uuid[], %(statuses)s::text[], %(documents)s::uuid[])
  WITH ORDINALITY AS u(lot_id, place_id, status, document_id, ord)
CROSS JOIN LATERAL (SELECT code, name FROM organization_place x
                    WHERE x.id = u.place_id AND x.company_id = %(company)s LIMIT 1) p
"""


def stock_lines(requests: Sequence[StockRequest], locks: Locks) -> Mapping[UUID, StockLineFacts]:
    """What every line would take, by line, in three statements, four under locks.

    Items, certificates and lots are locked `FOR SHARE`, then stock rows `FOR NO KEY UPDATE`, each in key order, when
    `locks` names them; blocks and reservations are read under these locks.
    """
    lots = _lots_with_items([request.lot_id for request in requests], locks)
    if StockBalance in locks:
        held_quantities([(r.lot_id, r.place_id, r.status) for r in requests], locks)
    found = {}
    for request, (place_name, held, reserved, blocks) in zip(requests, _around(requests), strict=True):
        here = held or Decimal(0)
        lot, item = lots[request.lot_id]
        found[request.line_id] = StockLineFacts(
            line_id=request.line_id,
            item=item,
            lot=_blocked(lot, blocks),
            place_id=request.place_id,
            place_name=place_name,
            status=request.status,
            quantity=request.quantity,
            movement=request.movement,
            on_hand=here,
            available=max(here - reserved, Decimal(0)),
        )
    return found


def _lots_with_items(lot_ids: Sequence[UUID], locks: Locks) -> dict[UUID, tuple[LotFacts, ItemVerdict]]:
    """Lots, their items and the registrations of both, in two statements; blocks are left to the caller."""
    held = [name for name, model in (("l", Lot), ("i", Item)) if model in locks]
    lock = f"FOR SHARE OF {', '.join(held)}" if held else ""
    rows = fetch(_LOTS + lock, [sorted(set(lot_ids)), current_company_id()])
    named = {key for row in rows for key in (row[_LOT_WIDTH - 1], row[_LOT_WIDTH]) if key}
    registrations = registration_verdicts(sorted(named), locks)
    found = {}
    for row in rows:
        lot: LotRow = row[:_LOT_WIDTH]
        item = item_of(row[_LOT_WIDTH + 1 :], registrations.get(row[_LOT_WIDTH]))
        found[lot[0]] = (lot_of(lot, registrations, ()), item)
    return found


def key_order(key: StockKey) -> tuple[int, int, str]:
    """The order in which stock rows are locked: that of the keys themselves, told by numbers, which compare quickly."""
    return key[0].int, key[1].int, key[2]


def held_quantities(keys: Sequence[StockKey], locks: Locks) -> Mapping[StockKey, Decimal]:
    """What lies at these keys, nothing left out being nothing there; one statement, rows locked in key order."""
    wanted = sorted(set(keys), key=key_order)
    statement = _HELD.format(lock="FOR NO KEY UPDATE" if StockBalance in locks else "")
    values = {
        "company": current_company_id(),
        "lots": array_text([key[0] for key in wanted]),
        "places": array_text([key[1] for key in wanted]),
        "statuses": array_text([key[2] for key in wanted]),
    }
    return {(lot, place, status): quantity for lot, place, status, quantity in fetch(statement, values)}


def _around(requests: Sequence[StockRequest]) -> list[tuple[str, Decimal | None, Decimal, Any]]:
    values = {
        "company": current_company_id(),
        "lots": array_text([r.lot_id for r in requests]),
        "places": array_text([r.place_id for r in requests]),
        "statuses": array_text([r.status for r in requests]),
        "documents": array_text([r.document_id for r in requests]),
    }
    rows = {row[0]: row[1:] for row in fetch(_AROUND, values)}
    return [rows[index] for index in range(1, len(requests) + 1)]


def _blocked(lot: LotFacts, blocks: Sequence[Sequence[str]] | None) -> LotFacts:
    if not blocks:
        return lot
    found = tuple(OpenBlock(kind, reason, code, UUID(key)) for kind, reason, code, key in blocks)
    return LotFacts(**{**vars(lot), "blocks": found})
