"""The one posting service: movements, balances, costs, expectations and the voucher, in one transaction.

Python decides, arrays carry what it decided, and the same five statements write one movement or a thousand: stock rows
are locked in key order, written, item costs are locked in item order, the movements go in with everything that follows
from their values, and the voucher's lines come last.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.inventory.matrix import MATRIX
from meridian.inventory.models import StockBalance
from meridian.inventory.queries.stock import StockKey, held_quantities, key_order
from meridian.inventory.services.costs import locked_costs
from meridian.inventory.services.late import settle_late_entry, value_late_crossings
from meridian.inventory.valuation import Cost, Crossing, value_crossings
from meridian.inventory.vocabulary import MovementType
from meridian.kernel.sql import array_text, run
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import Work
from meridian.ledger.services import Entry, post_voucher
from meridian.ledger.vocabulary import INVENTORY

_ZERO = Decimal(0)


@dataclass(frozen=True)
class Move:
    """A quantity of one lot, in the item's base unit, from one end to the other.

    The end that is no place comes from the matrix. `unit_cost` is given only where goods enter from outside; else they
    enter at the present average. `expectation_id` is the supply or demand this fulfils.
    """

    movement: MovementType
    item_id: UUID
    lot_id: UUID
    quantity: Decimal
    unit: str
    from_place_id: UUID | None = None
    from_status: str = ""
    to_place_id: UUID | None = None
    to_status: str = ""
    line_id: UUID | None = None
    expectation_id: UUID | None = None
    unit_cost: Decimal | None = None
    party_id: UUID | None = None
    party_name: str = ""

    @property
    def shape(self) -> tuple[Any, ...]:
        """What many moves of one posting have in common."""
        rule = MATRIX[self.movement]
        return (
            self.movement.value, self.unit,
            self.from_place_id, rule.origin.value if rule.origin else "", self.from_status,
            self.to_place_id, rule.target.value if rule.target else "", self.to_status,
            self.party_id, self.party_name,
        )  # fmt: skip


def post_movements(
    work: Work[Any, Any], *, moves: Sequence[Move], summary: str, held: Mapping[StockKey, Decimal] | None = None
) -> None:
    """Writes both books for these moves of the document at work, on its value day.

    What a line moves is no longer set aside for it. `held` are quantities the facts read under the lock of their rows
    (`StockLineFacts.on_hand`): when it names every row that changes, nothing is read again.

    Five statements for one move or a thousand (three where no value crosses the boundary), besides the header of the
    voucher; for a late entry six more at most, for what the days since make of it. What would leave a place with less
    than nothing is refused by the database (IntegrityError): gates have asked before.
    """
    if not moves:
        return
    _write_balances(work, moves, held or {})
    crossings = [_crossing(move) for move in moves]
    crossed = [crossing for crossing in crossings if crossing is not None]
    costs = locked_costs(work.document.company_id, [crossing.item_id for crossing in crossed])
    is_late = work.value_day < work.moment.site_day
    valued, revalued = value_late_crossings(work, costs, crossed) if is_late else (value_crossings(costs, crossed), [])
    values = iter(valued)
    worth = [_ZERO if crossing is None else next(values) for crossing in crossings]
    _write_movements(work, moves, worth, costs)
    post_voucher(work, entries=_entries(moves, worth), summary=summary)
    if is_late:
        settle_late_entry(work, revalued)


def _crossing(move: Move) -> Crossing | None:
    rule = MATRIX[move.movement]
    if rule.origin is None and rule.target is None:
        return None
    return Crossing(move.item_id, move.quantity, rule.origin is not None, move.unit_cost)


def _deltas(moves: Sequence[Move]) -> dict[StockKey, tuple[UUID, Decimal]]:
    """What each physical place gains, over all moves, in key order."""
    found: dict[StockKey, tuple[UUID, Decimal]] = {}
    for move in moves:
        for place, status, quantity in (
            (move.from_place_id, move.from_status, -move.quantity),
            (move.to_place_id, move.to_status, move.quantity),
        ):
            if place is not None:
                key = (move.lot_id, place, status)
                before = found.get(key, (move.item_id, _ZERO))
                found[key] = (move.item_id, before[1] + quantity)
    return dict(sorted(found.items(), key=lambda entry: key_order(entry[0])))


_BALANCES = """
WITH known AS (
  INSERT INTO inventory_balance (company_id, owner_id, lot_id, place_id, status, item_id, quantity)
  SELECT %(company)s, %(company)s, k.lot_id, k.place_id, k.status, k.item_id, k.quantity
  FROM unnest(%(known_lots)s::uuid[], %(known_places)s::uuid[], %(known_statuses)s::text[], %(known_items)s::uuid[],
              %(known_quantities)s::numeric[]) AS k(lot_id, place_id, status, item_id, quantity)
  ON CONFLICT (lot_id, place_id, status, owner_id, company_id) DO UPDATE SET quantity = excluded.quantity
)
INSERT INTO inventory_balance AS b (company_id, owner_id, lot_id, place_id, status, item_id, quantity, expires_on)
SELECT %(company)s, %(company)s, n.lot_id, n.place_id, n.status, n.item_id, n.quantity, l.expires_on
FROM unnest(%(lots)s::uuid[], %(places)s::uuid[], %(statuses)s::text[], %(items)s::uuid[], %(quantities)s::numeric[])
  WITH ORDINALITY AS n(lot_id, place_id, status, item_id, quantity, place)
CROSS JOIN LATERAL (SELECT x.expires_on FROM inventory_lot x WHERE x.id = n.lot_id AND x.company_id = %(company)s
                    LIMIT 1) l
ORDER BY n.place
ON CONFLICT (lot_id, place_id, status, owner_id, company_id) DO UPDATE SET quantity = b.quantity + excluded.quantity
"""


def _write_balances(work: Work[Any, Any], moves: Sequence[Move], locked: Mapping[StockKey, Decimal]) -> None:
    """Locks the stock rows there are, in key order, and writes what lies there now; two statements."""
    deltas = _deltas(moves)
    held = locked if deltas.keys() <= locked.keys() else held_quantities(list(deltas), frozenset({StockBalance}))
    known = {key: (item, held[key] + change) for key, (item, change) in deltas.items() if key in held}
    new = {key: gained for key, gained in deltas.items() if key not in held}
    run(_BALANCES, {
        "company": work.document.company_id,
        "known_lots": array_text([key[0] for key in known]),
        "known_places": array_text([key[1] for key in known]),
        "known_statuses": array_text([key[2] for key in known]),
        "known_items": array_text([item for item, _quantity in known.values()]),
        "known_quantities": array_text([quantity for _item, quantity in known.values()]),
        "lots": array_text([key[0] for key in new]),
        "places": array_text([key[1] for key in new]),
        "statuses": array_text([key[2] for key in new]),
        "items": array_text([item for item, _quantity in new.values()]),
        "quantities": array_text([quantity for _item, quantity in new.values()]),
    })  # fmt: skip


_MOVEMENTS = """
WITH costs AS (
  INSERT INTO inventory_item_cost (id, company_id, item_id, quantity, value, unit_cost)
  SELECT c.id, %(company)s, c.item_id, c.quantity, c.value, c.unit_cost
  FROM unnest(%(cost_ids)s::uuid[], %(cost_items)s::uuid[], %(cost_quantities)s::numeric[], %(cost_values)s::numeric[],
              %(cost_units)s::numeric[]) AS c(id, item_id, quantity, value, unit_cost)
  ON CONFLICT (item_id, company_id)
  DO UPDATE SET quantity = excluded.quantity, value = excluded.value, unit_cost = excluded.unit_cost
), fulfilled AS (
  UPDATE inventory_supply_demand s
  SET done = s.done + f.quantity, is_open = s.is_open AND s.done + f.quantity < s.expected
  FROM unnest(%(expectations)s::uuid[], %(fulfilled)s::numeric[]) AS f(id, quantity)
  WHERE s.id = f.id AND s.company_id IS NOT DISTINCT FROM %(company)s
), released AS (
  DELETE FROM inventory_reservation
  WHERE document_id = %(document)s AND line_id = ANY(%(lines)s::uuid[]) AND company_id = %(company)s
)
INSERT INTO inventory_movement (id, company_id, transaction_id, posting_id, movement, document_type, document_id,
  document_number, transition_id, line_id, expectation_id, item_id, lot_id, owner_id, from_place_id, from_virtual,
  from_status, to_place_id, to_virtual, to_status, quantity, unit, value, party_id, party_name, day, at)
SELECT m.id, %(company)s, %(transaction)s, %(posting)s, s.movement, %(type)s, %(document)s, %(number)s, %(transition)s,
       m.line_id, m.expectation_id, m.item_id, m.lot_id, %(company)s, s.from_place_id, s.from_virtual, s.from_status,
       s.to_place_id, s.to_virtual, s.to_status, m.quantity, s.unit, m.value, s.party_id, s.party_name, %(day)s, %(at)s
FROM unnest(%(ids)s::uuid[], %(shapes)s::int[], %(lines)s::uuid[], %(expected)s::uuid[], %(items)s::uuid[],
            %(lots)s::uuid[], %(quantities)s::numeric[], %(values)s::numeric[])
  AS m(id, shape, line_id, expectation_id, item_id, lot_id, quantity, value)
JOIN unnest(%(movements)s::text[], %(units)s::text[], %(from_places)s::uuid[], %(from_virtuals)s::text[],
            %(from_statuses)s::text[], %(to_places)s::uuid[], %(to_virtuals)s::text[], %(to_statuses)s::text[],
            %(parties)s::uuid[], %(party_names)s::text[]) WITH ORDINALITY
  AS s(movement, unit, from_place_id, from_virtual, from_status, to_place_id, to_virtual, to_status, party_id,
       party_name, shape) ON s.shape = m.shape
"""


def _write_movements(
    work: Work[Any, Any], moves: Sequence[Move], worth: Sequence[Decimal], costs: dict[UUID, Cost]
) -> None:
    """Movements, the costs after them and what they fulfil, in one statement."""
    shapes: dict[tuple[Any, ...], int] = {}
    shape_of = [shapes.setdefault(move.shape, len(shapes) + 1) for move in moves]
    fulfilled: dict[UUID, Decimal] = {}
    for move in moves:
        if move.expectation_id is not None:
            fulfilled[move.expectation_id] = fulfilled.get(move.expectation_id, _ZERO) + move.quantity
    run(_MOVEMENTS, {
        "company": work.document.company_id, "transaction": work.transaction_id, "posting": uuid7(),
        "type": work.document_type, "document": work.document.pk, "number": work.document.number,
        "transition": work.transition_id, "day": work.value_day, "at": work.moment.instant,
        "cost_ids": array_text([uuid7() for _item in costs]),
        "cost_items": array_text(costs),
        "cost_quantities": array_text([cost.quantity for cost in costs.values()]),
        "cost_values": array_text([cost.value for cost in costs.values()]),
        "cost_units": array_text([cost.unit_cost for cost in costs.values()]),
        "expectations": array_text(sorted(fulfilled)),
        "fulfilled": array_text([fulfilled[key] for key in sorted(fulfilled)]),
        "ids": array_text([uuid7() for _move in moves]),
        "shapes": array_text(shape_of),
        "lines": array_text([move.line_id for move in moves]),
        "expected": array_text([move.expectation_id for move in moves]),
        "items": array_text([move.item_id for move in moves]),
        "lots": array_text([move.lot_id for move in moves]),
        "quantities": array_text([move.quantity for move in moves]),
        "values": array_text(worth),
    } | _shape_columns(list(shapes)))  # fmt: skip


def _shape_columns(shapes: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    names = ("movements", "units", "from_places", "from_virtuals", "from_statuses", "to_places", "to_virtuals",
             "to_statuses", "parties", "party_names")  # fmt: skip
    columns: dict[str, Any] = {
        name: list(column) for name, column in zip(names, zip(*shapes, strict=True), strict=True)
    }
    return columns | {name: array_text(columns[name]) for name in ("from_places", "to_places", "parties")}


def _entries(moves: Sequence[Move], worth: Sequence[Decimal]) -> list[Entry]:
    """The voucher's sides, by account and partner: stock against the account the matrix names."""
    sides: dict[tuple[str, UUID | None, bool], Decimal] = {}
    for move, value in zip(moves, worth, strict=True):
        if value:
            rule = MATRIX[move.movement]
            incoming = rule.origin is not None
            for key in ((INVENTORY, None, incoming), (rule.contra_account, move.party_id, not incoming)):
                sides[key] = sides.get(key, _ZERO) + value
    ordered = sorted(sides.items(), key=lambda side: (not side[0][2], side[0][0], str(side[0][1])))
    return [
        Entry(code, debit=value, party_id=party) if debit else Entry(code, credit=value, party_id=party)
        for (code, party, debit), value in ordered
    ]
