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
from typing import NamedTuple
from uuid import UUID

from meridian.inventory.queries.layering import layers_of, reached_from
from meridian.inventory.vocabulary import Direction, EdgeKind, MovementType
from meridian.kernel.context import current_company_id
from meridian.kernel.sql import fetch

ZERO = Decimal(0)
ROOT, SOURCE, PRODUCT = "root", "source", "product"
_TO_AND_FROM_CUSTOMERS = (MovementType.SHIP, MovementType.RETURN_FROM_CUSTOMER)

# OFFSET 0 keeps the planner at one index probe a lot, whatever it believes about a company it has no statistics of
_EDGES = """
WITH RECURSIVE down(lot_id) AS (
    SELECT root FROM unnest(%(roots)s::uuid[]) AS root WHERE %(forward)s
    UNION
    SELECT e.child_lot_id FROM down CROSS JOIN LATERAL (
        SELECT child_lot_id FROM inventory_genealogy_edge
        WHERE parent_lot_id = down.lot_id AND company_id = %(company)s AND child_lot_id IS NOT NULL OFFSET 0) AS e
), up(lot_id) AS (
    SELECT root FROM unnest(%(roots)s::uuid[]) AS root WHERE %(back)s
    UNION
    SELECT e.parent_lot_id FROM up CROSS JOIN LATERAL (
        SELECT parent_lot_id FROM inventory_genealogy_edge
        WHERE child_lot_id = up.lot_id AND company_id = %(company)s OFFSET 0) AS e
), affected(lot_id) AS (SELECT lot_id FROM down UNION SELECT lot_id FROM up)
SELECT e.kind, e.parent_lot_id, inside.lot_id, e.child_lot_id IS NOT NULL AND inside.lot_id IS NULL,
       sum(e.parent_quantity), sum(e.child_quantity), e.document_type, e.document_id, min(e.day)
FROM affected CROSS JOIN LATERAL (
    SELECT * FROM inventory_genealogy_edge
    WHERE parent_lot_id = affected.lot_id AND company_id = %(company)s OFFSET 0) AS e
LEFT JOIN affected AS inside ON inside.lot_id = e.child_lot_id
GROUP BY 1, 2, 3, 4, 7, 8 ORDER BY min(e.day), e.document_id, e.parent_lot_id, inside.lot_id
"""

_FLOWS = """
SELECT m.* FROM unnest(%(lots)s::uuid[]) AS affected(lot_id) CROSS JOIN LATERAL (
    SELECT lot_id, movement, document_type, document_id, document_number, party_id, party_name, min(day) AS day,
           sum(quantity) AS quantity
    FROM inventory_movement
    WHERE lot_id = affected.lot_id AND company_id = %(company)s AND (from_virtual <> '' OR to_virtual <> '')
    GROUP BY 1, 2, 3, 4, 5, 6, 7) AS m
ORDER BY m.day, m.document_number, m.lot_id
"""

_LOTS = """
SELECT l.id, l.item_id, i.number, i.device_name, i.specification, i.base_unit, l.lot_no, l.serial_no,
       l.sterilization_lot_no, l.maker_name, l.manufactured_on, l.expires_on, coalesce(b.kinds, '{}')
FROM unnest(%(lots)s::uuid[]) AS affected(lot_id)
CROSS JOIN LATERAL (
    SELECT * FROM inventory_lot WHERE id = affected.lot_id AND company_id = %(company)s LIMIT 1) AS l
CROSS JOIN LATERAL (
    SELECT number, device_name, specification, base_unit FROM items_item
    WHERE id = l.item_id AND company_id = %(company)s LIMIT 1) AS i
CROSS JOIN LATERAL (
    SELECT array_agg(DISTINCT kind::text ORDER BY kind::text) AS kinds FROM inventory_lot_block
    WHERE lot_id = l.id AND company_id = %(company)s AND released_at IS NULL) AS b
"""

_IN_HOUSE = """
SELECT s.lot_id, s.place_id, p.code, p.name, s.status, s.quantity
FROM unnest(%(lots)s::uuid[]) AS affected(lot_id)
CROSS JOIN LATERAL (
    SELECT lot_id, place_id, status, sum(quantity) AS quantity FROM inventory_balance
    WHERE lot_id = affected.lot_id AND company_id = %(company)s AND is_there GROUP BY 1, 2, 3) AS s
CROSS JOIN LATERAL (
    SELECT code, name FROM organization_place WHERE id = s.place_id AND company_id = %(company)s LIMIT 1) AS p
ORDER BY s.lot_id, p.code, s.status
"""


class Flow(NamedTuple):
    """What of a lot crossed the company's boundary by one document; `day` is the first of its days."""

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


@dataclass(frozen=True, slots=True)
class Sums:
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


@dataclass(frozen=True, slots=True)
class TracedLot:
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
    values = {
        "roots": list(dict.fromkeys(lot_ids)),
        "company": current_company_id(),
        "back": direction is not Direction.FORWARD,
        "forward": direction is not Direction.BACK,
    }
    rows = fetch(_EDGES, values)
    edges = tuple(TracedEdge(*row[:3], *row[4:]) for row in rows if not row[3])
    ends = [end for edge in edges for end in (edge.parent_id, edge.child_id) if end is not None]
    values["lots"] = sorted({*lot_ids, *ends})
    flows = tuple(Flow(*row) for row in fetch(_FLOWS, values))
    in_house = tuple(InHouse(*row) for row in fetch(_IN_HOUSE, values))
    sums = _sums(edges, [(row[1], row[4]) for row in rows if row[3]], flows, in_house)
    pairs = [(edge.parent_id, edge.child_id) for edge in edges if edge.child_id is not None]
    layers, products = layers_of(lot_ids, pairs), reached_from(lot_ids, pairs)
    roles = dict.fromkeys(products, PRODUCT) | dict.fromkeys(lot_ids, ROOT)
    lots = [
        TracedLot(*(*row[:-1], tuple(row[-1]), layers.get(row[0], 0), roles.get(row[0], SOURCE),
                    sums.get(row[0], Sums())))
        for row in fetch(_LOTS, values)
    ]  # fmt: skip
    lots.sort(key=lambda lot: (lot.layer, lot.item_number, lot.lot_no, lot.serial_no, lot.id))
    roots = tuple(lot.id for lot in lots if lot.role == ROOT)
    return TraceAnswer(roots, direction, tuple(lots), edges, flows, in_house)


_COLUMN_OF = {
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
}
_LOSSES = {EdgeKind.SCRAP: MovementType.SCRAP, EdgeKind.SAMPLE: MovementType.SAMPLE}


def _sums(
    edges: Iterable[TracedEdge],
    elsewhere: Iterable[tuple[UUID, Decimal]],
    flows: Iterable[Flow],
    in_house: Iterable[InHouse],
) -> dict[UUID, Sums]:
    found: dict[UUID, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    moved: dict[tuple[UUID, str, UUID], Decimal] = defaultdict(lambda: ZERO)
    for flow in flows:
        found[flow.lot_id][_COLUMN_OF[MovementType(flow.movement)]] += flow.quantity
        moved[flow.lot_id, flow.movement, flow.document_id] += flow.quantity
    for lot_id, quantity in elsewhere:
        found[lot_id]["passed_elsewhere"] += quantity
        found[lot_id]["passed_on"] += quantity
    for edge in edges:
        if edge.child_id is not None:
            found[edge.parent_id]["passed_on"] += edge.parent_quantity
        else:  # a document that also moved the loss off the shelf says the same fact twice
            movement = _LOSSES[EdgeKind(edge.kind)]
            from_shelf = moved[edge.parent_id, movement, edge.document_id]
            found[edge.parent_id]["lost"] += max(ZERO, edge.parent_quantity - from_shelf)
    for row in in_house:
        found[row.lot_id]["on_hand"] += row.quantity
    return {lot_id: Sums(**figures) for lot_id, figures in found.items()}
