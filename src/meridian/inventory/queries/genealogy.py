"""The trace of lots, up to their receipts and down to customers and shelves, with quantities that add up.

Four statements for one lot or ten thousand: the edges (one recursion), the movements across the company's boundary,
the lots, what lies in house. Each reads only rows of lots that the answer names.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from meridian.inventory.queries.layering import layers_of, reached_from
from meridian.inventory.vocabulary import Direction, EdgeKind, MovementType
from meridian.kernel.context import current_company_id
from meridian.kernel.sql import array_text, fetch

ZERO = Decimal(0)
ROOT, SOURCE, PRODUCT = "root", "source", "product"
_TO_AND_FROM_CUSTOMERS = (MovementType.SHIP, MovementType.RETURN_FROM_CUSTOMER)

# Each lot is one probe of the index that leads with the lot: OFFSET 0 keeps the planner from joining sets instead, and
# `IS NOT DISTINCT FROM` from reading all rows of a company that its statistics do not know yet.
_EDGE = """
SELECT id, kind, parent_lot_id, child_lot_id, parent_quantity, child_quantity, document_type, document_id, day
FROM inventory_genealogy_edge
WHERE {near} = {lot} AND company_id IS NOT DISTINCT FROM %(company)s AND child_lot_id IS NOT NULL OFFSET 0
"""
_EDGES = f"""
WITH RECURSIVE down AS (
    SELECT e.* FROM unnest(%(roots)s::uuid[]) AS root
    CROSS JOIN LATERAL ({_EDGE.format(near="parent_lot_id", lot="root")}) AS e WHERE %(forward)s
    UNION
    SELECT e.* FROM down CROSS JOIN LATERAL ({_EDGE.format(near="parent_lot_id", lot="down.child_lot_id")}) AS e
), up AS (
    SELECT e.* FROM unnest(%(roots)s::uuid[]) AS root
    CROSS JOIN LATERAL ({_EDGE.format(near="child_lot_id", lot="root")}) AS e WHERE %(back)s
    UNION
    SELECT e.* FROM up CROSS JOIN LATERAL ({_EDGE.format(near="child_lot_id", lot="up.parent_lot_id")}) AS e
)
SELECT kind, parent_lot_id, child_lot_id, parent_quantity, child_quantity, document_type, document_id, day
FROM (SELECT * FROM down UNION SELECT * FROM up) AS e ORDER BY day, id
"""
_OF_LOTS = "FROM unnest(%(lots)s::uuid[]) WITH ORDINALITY AS affected(lot_id, place)"
_FLOWS = f"""
SELECT affected.place, m.* {_OF_LOTS} CROSS JOIN LATERAL (
    SELECT movement, document_type, document_id, document_number, party_id, party_name, day, quantity
    FROM inventory_movement
    WHERE lot_id = affected.lot_id AND company_id IS NOT DISTINCT FROM %(company)s
      AND (from_virtual <> '' OR to_virtual <> '') OFFSET 0) AS m
ORDER BY m.day, m.document_number, affected.place
"""
_LOTS = f"""
SELECT affected.place, l.item_id, i.number, i.device_name, i.specification, i.base_unit, l.lot_no, l.serial_no,
       l.sterilization_lot_no, l.maker_name, l.manufactured_on, l.expires_on,
       (SELECT array_agg(DISTINCT b.kind::text) FROM inventory_lot_block b
        WHERE b.lot_id = l.id AND b.company_id IS NOT DISTINCT FROM %(company)s AND b.released_at IS NULL),
       (SELECT sum(e.parent_quantity) FROM inventory_genealogy_edge e
        WHERE e.parent_lot_id = l.id AND e.company_id IS NOT DISTINCT FROM %(company)s
          AND e.child_lot_id IS NOT NULL),
       (SELECT array_agg(ARRAY[e.kind, e.parent_quantity::text, e.document_type, e.document_id::text, e.day::text])
        FROM inventory_genealogy_edge e
        WHERE e.parent_lot_id = l.id AND e.company_id IS NOT DISTINCT FROM %(company)s AND e.child_lot_id IS NULL)
{_OF_LOTS}
CROSS JOIN LATERAL (
    SELECT * FROM inventory_lot WHERE id = affected.lot_id AND company_id = %(company)s LIMIT 1) AS l
CROSS JOIN LATERAL (
    SELECT number, device_name, specification, base_unit FROM items_item
    WHERE id = l.item_id AND company_id = %(company)s LIMIT 1) AS i
"""
_IN_HOUSE = f"""
SELECT affected.place, s.place_id, p.code, p.name, s.status, s.quantity {_OF_LOTS}
CROSS JOIN LATERAL (
    SELECT place_id, status, quantity FROM inventory_balance
    WHERE lot_id = affected.lot_id AND company_id IS NOT DISTINCT FROM %(company)s AND is_there OFFSET 0) AS s
CROSS JOIN LATERAL (
    SELECT code, name FROM organization_place WHERE id = s.place_id AND company_id = %(company)s LIMIT 1) AS p
ORDER BY affected.place, p.code, s.status
"""


class Flow(NamedTuple):
    """A movement of a lot across the company's boundary; `day` is its value date."""

    lot_id: UUID
    movement: str
    document_type: str
    document_id: UUID
    document_number: str
    party_id: UUID | None
    party_name: str
    day: date
    quantity: Decimal


class TracedEdge(NamedTuple):
    """So much of a parent went into a child by one document; without a child it was lost (scrap, sample)."""

    kind: str
    parent_id: UUID
    child_id: UUID | None
    parent_quantity: Decimal
    child_quantity: Decimal
    document_type: str
    document_id: UUID
    day: date


class InHouse(NamedTuple):
    """What of a lot lies at a place in one stock status."""

    lot_id: UUID
    place_id: UUID
    place_code: str
    place_name: str
    status: str
    quantity: Decimal


class Sums(NamedTuple):
    """All quantities of a lot, in its base unit. What came in is what went out, is lost, or is on hand."""

    received: Decimal = ZERO
    produced: Decimal = ZERO
    returned: Decimal = ZERO
    """By customers."""
    adjusted_in: Decimal = ZERO
    consumed: Decimal = ZERO
    """Into production, process losses included."""
    shipped: Decimal = ZERO
    sent_back: Decimal = ZERO
    """To suppliers."""
    issued: Decimal = ZERO
    sampled: Decimal = ZERO
    adjusted_out: Decimal = ZERO
    scrapped: Decimal = ZERO
    lost: Decimal = ZERO
    """Of what was consumed, the part that edges name as lost in the process."""
    passed_on: Decimal = ZERO
    """Into other lots, as the edges say."""
    passed_elsewhere: Decimal = ZERO
    """Of `passed_on`, the part in lots this answer does not follow (looking back only)."""
    on_hand: Decimal = ZERO

    @property
    def came_in(self) -> Decimal:
        return self.received + self.produced + self.returned + self.adjusted_in

    @property
    def went_out(self) -> Decimal:
        """Without losses."""
        used = self.consumed - self.lost
        return used + self.shipped + self.sent_back + self.issued + self.sampled + self.adjusted_out

    @property
    def loss(self) -> Decimal:
        """Scrap from the shelf and in the process."""
        return self.scrapped + self.lost

    @property
    def difference(self) -> Decimal:
        """In − out − loss − on hand: movements against balances. 0 unless the books are wrong."""
        return self.came_in - self.went_out - self.loss - self.on_hand

    @property
    def unexplained(self) -> Decimal:
        """Consumed but in no product and no loss: movements against genealogy. 0 unless an edge is missing."""
        return self.consumed - self.lost - self.passed_on


class TracedLot(NamedTuple):
    """A lot of the answer. Layer 0 holds the lots asked about, lower ones their sources, higher ones their products."""

    id: UUID
    item_id: UUID
    item_number: str
    item_name: str
    specification: str
    unit: str
    lot_no: str
    serial_no: str
    sterilization_lot_no: str
    maker_name: str
    manufactured_on: date | None
    expires_on: date | None
    blocks: tuple[str, ...]
    """Kinds of the open blocks."""
    layer: int
    role: str
    """`root` asked about · `source` it was made from · `product` made from it."""
    sums: Sums

    @property
    def name(self) -> str:
        """The serial number, else the lot number."""
        return self.serial_no or self.lot_no


@dataclass(frozen=True, slots=True)
class Holding:
    """What a customer has of one lot: shipped less returned."""

    party_id: UUID | None
    party_name: str
    lot_id: UUID
    shipped: Decimal
    returned: Decimal

    @property
    def net(self) -> Decimal:
        return self.shipped - self.returned


@dataclass(frozen=True)
class TraceAnswer:
    """The whole answer; `lots` by layer and number. Quantities are exact and in base units."""

    roots: tuple[UUID, ...]
    direction: Direction
    lots: tuple[TracedLot, ...]
    edges: tuple[TracedEdge, ...]
    flows: tuple[Flow, ...]
    in_house: tuple[InHouse, ...]

    @cached_property
    def by_id(self) -> Mapping[UUID, TracedLot]:
        return {lot.id: lot for lot in self.lots}

    @cached_property
    def affected(self) -> frozenset[UUID]:
        """The lots asked about and all that was made from them; empty looking back."""
        if self.direction is Direction.BACK:
            return frozenset()
        return frozenset(lot.id for lot in self.lots if lot.role != SOURCE)

    @cached_property
    def holdings(self) -> tuple[Holding, ...]:
        """What customers have of affected lots, by customer and lot, in the order of the first shipment."""
        sums: dict[tuple[UUID | None, str, UUID], list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
        for flow in self.flows:
            if flow.lot_id in self.affected and flow.movement in _TO_AND_FROM_CUSTOMERS:
                column = int(flow.movement == MovementType.RETURN_FROM_CUSTOMER)
                sums[flow.party_id, flow.party_name, flow.lot_id][column] += flow.quantity
        return tuple(Holding(*key, *figures) for key, figures in sums.items())

    @cached_property
    def affected_stock(self) -> tuple[InHouse, ...]:
        """What lies in house of affected lots."""
        return tuple(row for row in self.in_house if row.lot_id in self.affected)

    @cached_property
    def receipts(self) -> tuple[Flow, ...]:
        """Where the lots entered the company: supplier, document, day, quantity."""
        return tuple(flow for flow in self.flows if flow.movement == MovementType.RECEIVE)

    @property
    def is_balanced(self) -> bool:
        """Whether every lot's quantities add up, by stock and by genealogy."""
        return not any(lot.sums.difference or lot.sums.unexplained for lot in self.lots)


def trace(lot_ids: Sequence[UUID], direction: Direction) -> TraceAnswer:
    """Where lots of the company in scope came from, where they went, or both; unknown ids are left out.

    Four statements. A cycle in the genealogy (a lot reworked into itself through another) ends by itself.
    """
    values = {"company": current_company_id(), "roots": array_text(dict.fromkeys(lot_ids)),
              "back": direction is not Direction.FORWARD, "forward": direction is not Direction.BACK}  # fmt: skip
    edges = list(map(TracedEdge._make, fetch(_EDGES, values)))
    place = {lot_id: index for index, lot_id in enumerate(dict.fromkeys(lot_ids))}
    pairs = []
    for edge in edges:
        parent = place.setdefault(edge.parent_id, len(place))
        pairs.append((parent, place.setdefault(edge.child_id or edge.parent_id, len(place))))
    ids, roots = list(place), range(len(set(lot_ids)))
    values["lots"] = array_text(ids)
    flows = fetch(_FLOWS, values)
    in_house = fetch(_IN_HOUSE, values)
    rows = fetch(_LOTS, values)
    losses = {row[0] - 1: [_loss(ids[row[0] - 1], *told) for told in row[-1]] for row in rows if row[-1]}
    sums = _sums(len(ids), flows, in_house, losses)
    for (parent, _child), edge in zip(pairs, edges, strict=True):
        sums[parent][_PASSED_ELSEWHERE] -= edge.parent_quantity
    layers, products = layers_of(roots, pairs), reached_from(roots, pairs)
    lots = []
    for number, *columns, kinds, passed_on, _told in rows:
        index = number - 1
        figures = sums[index]
        figures[_PASSED_ON] = passed_on or ZERO
        figures[_PASSED_ELSEWHERE] += figures[_PASSED_ON]
        role = ROOT if index in roots else PRODUCT if index in products else SOURCE
        ends = (tuple(sorted(kinds or ())), layers.get(index, 0), role, Sums._make(figures))
        lots.append(TracedLot._make((ids[index], *columns, *ends)))
    lots.sort(key=lambda lot: (lot.layer, lot.item_number, lot.lot_no, lot.serial_no))
    return TraceAnswer(
        roots=tuple(lot.id for lot in lots if lot.role == ROOT),
        direction=direction,
        lots=tuple(lots),
        edges=(*edges, *(loss for told in losses.values() for loss in told)),
        flows=tuple([Flow._make((ids[row[0] - 1], *row[1:])) for row in flows]),
        in_house=tuple([InHouse._make((ids[row[0] - 1], *row[1:])) for row in in_house]),
    )


def _loss(lot_id: UUID, kind: str, quantity: str, document_type: str, document_id: str, day: str) -> TracedEdge:
    """An edge without a child, as the statement of the lots tells it."""
    lost = Decimal(quantity)
    return TracedEdge(kind, lot_id, None, lost, lost, document_type, UUID(document_id), date.fromisoformat(day))


_FIGURES = Sums._fields
_PASSED_ON, _PASSED_ELSEWHERE = _FIGURES.index("passed_on"), _FIGURES.index("passed_elsewhere")
_COLUMN_OF = {
    movement.value: _FIGURES.index(name)
    for movement, name in {
        MovementType.RECEIVE: "received",
        MovementType.PRODUCE: "produced",
        MovementType.RETURN_FROM_CUSTOMER: "returned",
        MovementType.ADJUST_IN: "adjusted_in",
        MovementType.CONSUME: "consumed",
        MovementType.SHIP: "shipped",
        MovementType.RETURN_TO_SUPPLIER: "sent_back",
        MovementType.ISSUE: "issued",
        MovementType.SAMPLE: "sampled",
        MovementType.ADJUST_OUT: "adjusted_out",
        MovementType.SCRAP: "scrapped",
    }.items()
}
_LOSSES = {EdgeKind.SCRAP.value: MovementType.SCRAP.value, EdgeKind.SAMPLE.value: MovementType.SAMPLE.value}


def _sums(
    count: int,
    flows: Iterable[tuple[Any, ...]],
    in_house: Iterable[tuple[Any, ...]],
    losses: Mapping[int, Sequence[TracedEdge]],
) -> list[list[Decimal]]:
    """The figures of each lot by its place, as `Sums` takes them."""
    found = [[ZERO] * len(_FIGURES) for _lot in range(count)]
    lost, on_hand = _FIGURES.index("lost"), _FIGURES.index("on_hand")
    from_shelf: dict[tuple[int, str, UUID], Decimal] = defaultdict(lambda: ZERO)
    for number, movement, _type, document_id, *_between, quantity in flows:
        found[number - 1][_COLUMN_OF[movement]] += quantity
        if number - 1 in losses:
            from_shelf[number - 1, movement, document_id] += quantity
    for index, told in losses.items():
        for edge in told:  # a document that also moved the loss off the shelf says the same fact twice
            moved = from_shelf[index, _LOSSES[edge.kind], edge.document_id]
            found[index][lost] += max(ZERO, edge.parent_quantity - moved)
    for row in in_house:
        found[row[0] - 1][on_hand] += row[-1]
    return found
