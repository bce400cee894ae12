"""The facts of a shipment: its lots under lock, its share of the order, its picker and reviewer, its delivery note."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.evidence.personal import revealed
from meridian.inspection.queries import UdiRecheck, udi_rechecks
from meridian.inventory.queries import (
    EarlierLot,
    ExpectedRow,
    StockLineFacts,
    StockRequest,
    StockSince,
    earlier_lots,
    expected_rows,
    stock_lines,
)
from meridian.inventory.vocabulary import MovementType, StockStatus
from meridian.kernel.declare import Locks
from meridian.kernel.sql import fetch
from meridian.ledger.queries import closed_months
from meridian.organization.queries import kept_in_use
from meridian.organization.vocabulary import DeviceClass
from meridian.parties.queries import CustomerVerdict, customer_verdicts
from meridian.warehouse.queries.delivery_note import NOTE_HEADER, NOTE_LINE, Note, NoteLine
from meridian.warehouse.queries.late import EnteredLate, is_drafter, late_days, late_since
from meridian.warehouse.queries.placing import PlaceWish, fitting_places
from meridian.warehouse.vocabulary import ShipmentState


@dataclass(frozen=True)
class OrderShare:
    """What a shipment takes of one order line, in base units; `line_id` is the first shipment line that does.

    `ordered` less `shipped` less what other shipments have picked is still open. `is_of_order` is false for a line of
    another order or another item.
    """

    line_id: UUID
    item_number: str
    wanted: Decimal
    ordered: Decimal = Decimal(0)
    shipped: Decimal = Decimal(0)
    picked_elsewhere: Decimal = Decimal(0)
    is_open: bool = False
    is_of_order: bool = False

    @property
    def still_open(self) -> Decimal:
        """What may still be shipped."""
        return self.ordered - self.shipped - self.picked_elsewhere


@dataclass(frozen=True)
class ReviewFinding:
    """What the outbound review found on one line (GSP Art 87). `isolate_at` is a place for what is not sold, if any."""

    line_id: UUID
    lot: str
    defect: str
    note: str
    isolate_at: UUID | None


@dataclass(frozen=True)
class ShipmentFacts(EnteredLate):
    """A shipment as its gates see it. `picker_id` and `reviewer_id` are read from its trail, the latest pick's.

    `lines` are the goods it takes; once its review has failed, the goods on hold instead.
    """

    number: str
    order_number: str
    customer: CustomerVerdict
    arrives_on: date
    picker_id: UUID | None
    reviewer_id: UUID | None
    closed_months: tuple[date, ...]
    lines: tuple[StockLineFacts, ...]
    earlier_lots: Mapping[UUID, tuple[EarlierLot, ...]]
    """By line, fit stock that expires earlier and is left lying; never where the customer named the lot."""
    shares: tuple[OrderShare, ...]
    demands: Mapping[UUID, ExpectedRow]
    """Shipment line → the demand it fulfils."""
    note: Note
    findings: tuple[ReviewFinding, ...]
    udi_rechecks: Mapping[UUID, UdiRecheck]
    """By lot, what was released by waiver and is not published yet."""
    came_from: Mapping[UUID, UUID]
    """By line, the place the goods were picked at."""


_SHIPMENTS = f"""
SELECT s.id, s.order_id, s.customer_id, s.arrives_on, pick.actor_id, review.actor_id, s.state, s.site_id, s.happened_at,
       s.created_by_id,
       {", ".join(f"s.{column}" for column in NOTE_HEADER)},
       l.id, l.order_line_id, l.item_id, l.lot_id, l.place_id, l.quantity,
       (SELECT coalesce(sum(o.quantity), 0) FROM warehouse_shipment_line o
        JOIN warehouse_shipment d ON d.id = o.document_id AND d.company_id = o.company_id
        WHERE o.order_line_id = l.order_line_id AND o.company_id = l.company_id AND d.id <> s.id AND d.state = ANY(%s)),
       l.review_defect, l.review_note, l.hold_place_id,
       {", ".join(f"l.{column}" for column in NOTE_LINE)}
FROM warehouse_shipment s
LEFT JOIN LATERAL (
  SELECT t.id, t.actor_id FROM kernel_transition t
  WHERE t.document_id = s.id AND t.company_id IS NOT DISTINCT FROM s.company_id AND t.transition = 'pick'
  ORDER BY t.id DESC LIMIT 1
) pick ON true
LEFT JOIN LATERAL (
  SELECT t.actor_id FROM kernel_transition t
  WHERE t.document_id = s.id AND t.company_id IS NOT DISTINCT FROM s.company_id AND t.transition = 'review'
    AND t.id > pick.id
  ORDER BY t.id DESC LIMIT 1
) review ON true
LEFT JOIN warehouse_shipment_line l ON l.document_id = s.id AND l.company_id = s.company_id
WHERE s.id = ANY(%s) AND s.company_id = %s ORDER BY s.id, l.line_no
"""
_UNDER_WAY = [ShipmentState.PICKED.value, ShipmentState.REVIEWED.value]
_FAILED = [ShipmentState.REVIEW_FAILED.value, ShipmentState.DISPOSED.value]
_OWN_COLUMNS = 10
_HEAD_WIDTH = _OWN_COLUMNS + len(NOTE_HEADER)
_LINE_END = _HEAD_WIDTH + 10


@dataclass(frozen=True)
class _Header:
    note: Note
    id: UUID
    order_id: UUID
    customer_id: UUID
    arrives_on: date
    picker_id: UUID | None
    reviewer_id: UUID | None
    state: str
    site_id: UUID
    happened_at: datetime | None
    drafted_by_id: UUID | None

    @property
    def has_failed(self) -> bool:
        return self.state in _FAILED


@dataclass(frozen=True)
class _Line:
    words: Mapping[str, Any]
    document_id: UUID
    line_id: UUID
    order_line_id: UUID | None
    item_id: UUID
    lot_id: UUID
    place_id: UUID
    quantity: Decimal
    picked_elsewhere: Decimal
    review_defect: str
    review_note: str
    hold_place_id: UUID | None


def load_shipments(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, ShipmentFacts]:
    """Facts of shipments; ten statements at most for one or fifty, one more for goods with a UDI, two for late entries.

    Order lines, then stock, are locked for an act. What other shipments picked is read before the order lines are
    locked: it warns early, the gate on what is already shipped holds.
    """
    rows = fetch(_SHIPMENTS, [_UNDER_WAY, list(ids), company_id])
    headers = {row[0]: _Header(Note(*row[_OWN_COLUMNS:_HEAD_WIDTH]), *row[:_OWN_COLUMNS]) for row in rows}
    lines = [
        _Line(dict(zip(NOTE_LINE, row[_LINE_END:], strict=True)), row[0], *row[_HEAD_WIDTH:_LINE_END])
        for row in rows
        if row[_HEAD_WIDTH] is not None
    ]
    expected = expected_rows([line.order_line_id for line in lines if line.order_line_id], locks)
    customers = customer_verdicts([header.customer_id for header in headers.values()], locks)
    stock = stock_lines([_request(line, headers[line.document_id]) for line in lines], locks)
    earlier = _earlier(headers, lines, customers, expected, stock)
    findings = _findings(headers, lines, stock, locks)
    taken = {key: [stock[line.line_id] for line in lines if line.document_id == key] for key in headers}
    windows = late_days((header.site_id, header.happened_at) for header in headers.values())
    since = late_since((header.site_id, header.happened_at, taken[key]) for key, header in headers.items())
    rechecks = udi_rechecks([line.lot_id for line in lines if _may_carry_udi(stock[line.line_id])])
    shared = _Shared(expected, customers, stock, earlier, closed_months(locks), findings, windows, since, rechecks,
                     locks)  # fmt: skip
    return {
        key: _facts(header, [line for line in lines if line.document_id == key], shared)
        for key, header in headers.items()
    }


def _may_carry_udi(line: StockLineFacts) -> bool:
    """Whether any UDI duty may name the goods: all of class III, of the others those on a published list."""
    return line.item.device_class == DeviceClass.III or line.item.udi_list != ""


def _request(line: _Line, header: _Header) -> StockRequest:
    held_at = line.hold_place_id if header.has_failed else None
    return StockRequest(
        line_id=line.line_id,
        item_id=line.item_id,
        lot_id=line.lot_id,
        place_id=held_at or line.place_id,
        status=StockStatus.QUALITY_HOLD if held_at else StockStatus.QUALIFIED,
        quantity=line.quantity,
        movement=MovementType.ACCEPT if held_at else MovementType.SHIP,
        document_id=line.document_id,
    )


def _findings(
    headers: Mapping[UUID, _Header], lines: Sequence[_Line], stock: Mapping[UUID, StockLineFacts], locks: Locks
) -> Mapping[UUID, ReviewFinding]:
    """By line, what the review found; one more statement for each site with anything to isolate, two in an act."""
    found: dict[UUID, ReviewFinding] = {}
    wrong: dict[UUID, list[_Line]] = {}
    for line in lines:
        if line.review_defect:
            wrong.setdefault(headers[line.document_id].site_id, []).append(line)
    for site_id, at_site in wrong.items():
        wishes = [
            PlaceWish(
                lot_id=line.lot_id,
                from_place_id=line.place_id,
                status=StockStatus.NONCONFORMING if headers[line.document_id].has_failed else StockStatus.QUALITY_HOLD,
                item=stock[line.line_id].item,
            )
            for line in at_site
        ]
        fitting = fitting_places(site_id, wishes)
        in_use = kept_in_use(fitting, locks)
        for line, place_id in zip(at_site, fitting, strict=True):
            name, kept = stock[line.line_id].lot.name, place_id if place_id in in_use else None
            found[line.line_id] = ReviewFinding(line.line_id, name, line.review_defect, line.review_note, kept)
    return found


def _earlier(
    headers: Mapping[UUID, _Header],
    lines: Sequence[_Line],
    customers: Mapping[UUID, CustomerVerdict],
    expected: Mapping[UUID, ExpectedRow],
    stock: Mapping[UUID, StockLineFacts],
) -> Mapping[UUID, tuple[EarlierLot, ...]]:
    """What expires before the lots taken and is fit for the customer; a lot the customer named may pass it over."""
    fit_from = {
        header.id: header.arrives_on + timedelta(days=customers[header.customer_id].min_remaining_days)
        for header in headers.values()
    }
    free_choice = [line for line in lines if not _is_named(line, expected, stock)]
    return earlier_lots(
        [stock[line.line_id] for line in free_choice],
        documents={line.line_id: line.document_id for line in free_choice},
        fit_from={line.line_id: fit_from[line.document_id] for line in free_choice},
    )


def _is_named(line: _Line, expected: Mapping[UUID, ExpectedRow], stock: Mapping[UUID, StockLineFacts]) -> bool:
    ordered = expected.get(line.order_line_id) if line.order_line_id else None
    return ordered is not None and ordered.lot_no != "" and ordered.lot_no == stock[line.line_id].lot.lot_no


@dataclass(frozen=True)
class _Shared:
    """What was read for all shipments at once."""

    expected: Mapping[UUID, ExpectedRow]
    customers: Mapping[UUID, CustomerVerdict]
    stock: Mapping[UUID, StockLineFacts]
    earlier: Mapping[UUID, tuple[EarlierLot, ...]]
    closed_months: tuple[date, ...]
    findings: Mapping[UUID, ReviewFinding]
    windows: Mapping[UUID, int]
    since: Mapping[UUID, StockSince]
    rechecks: Mapping[UUID, UdiRecheck]
    locks: Locks


def _facts(header: _Header, lines: Sequence[_Line], shared: _Shared) -> ShipmentFacts:
    taken = tuple(shared.stock[line.line_id] for line in lines)
    note_lines = tuple(
        NoteLine(line_id=line.line_id, quantity=line.quantity, has_expiry=stock.item.has_expiry, **line.words)
        for line, stock in zip(lines, taken, strict=True)
    )
    return ShipmentFacts(
        number=header.note.number,
        order_number=header.note.order_number,
        customer=shared.customers[header.customer_id],
        arrives_on=header.arrives_on,
        picker_id=header.picker_id,
        reviewer_id=header.reviewer_id,
        closed_months=shared.closed_months,
        lines=tuple(shared.stock[line.line_id] for line in lines if line.hold_place_id or not header.has_failed),
        earlier_lots={line.line_id: shared.earlier[line.line_id] for line in lines if line.line_id in shared.earlier},
        shares=tuple(_shares(header, lines, shared)),
        demands={line.line_id: shared.expected[line.order_line_id] for line in lines
                 if line.order_line_id and line.order_line_id in shared.expected},
        note=replace(header.note, lines=note_lines),
        findings=tuple(shared.findings[line.line_id] for line in lines if line.line_id in shared.findings),
        udi_rechecks={line.lot_id: shared.rechecks[line.lot_id] for line in lines if line.lot_id in shared.rechecks},
        came_from={line.line_id: line.place_id for line in lines},
        happened_at=header.happened_at,
        late_days=shared.windows[header.site_id],
        late_transition="ship_late",
        is_drafter=is_drafter(header.drafted_by_id, shared.locks),
        since={line.line_id: shared.since[line.line_id] for line in lines if line.line_id in shared.since},
    )  # fmt: skip


def _shares(header: _Header, lines: Sequence[_Line], shared: _Shared) -> list[OrderShare]:
    shares: dict[tuple[UUID | None, UUID], OrderShare] = {}
    for line in lines:
        key = (line.order_line_id, line.item_id)
        known = shares.get(key)
        if known is not None:
            shares[key] = replace(known, wanted=known.wanted + line.quantity)
            continue
        ordered = shared.expected.get(line.order_line_id) if line.order_line_id else None
        share = OrderShare(line.line_id, shared.stock[line.line_id].item.number, line.quantity)
        if ordered is not None and ordered.document_id == header.order_id and ordered.item_id == line.item_id:
            share = replace(
                share,
                ordered=ordered.expected,
                shipped=ordered.done,
                picked_elsewhere=line.picked_elsewhere,
                is_open=ordered.is_open,
                is_of_order=True,
            )
        shares[key] = share
    return list(shares.values())


@dataclass(frozen=True)
class OpenOrderLine:
    """A line of an order that may still be shipped: what is not yet shipped or picked, and what the customer asks.

    `lot_no` is the lot the customer named, empty for any.
    """

    line_id: UUID
    order_number: str
    item_id: UUID
    still_open: Decimal
    customer_id: UUID
    arrives_on: date
    deliver_to: str
    lot_no: str


_ORDER = """
SELECT d.line_id, d.document_number, d.item_id,
       d.expected - d.done - coalesce((
         SELECT sum(l.quantity) FROM warehouse_shipment_line l
         JOIN warehouse_shipment s ON s.id = l.document_id AND s.company_id = l.company_id
         WHERE l.order_line_id = d.line_id AND l.company_id = d.company_id AND s.state = ANY(%s)), 0),
       d.party_id, d.day, d.deliver_to, d.lot_no
FROM inventory_supply_demand d
WHERE d.document_id = %s AND d.company_id = %s AND d.kind = 'demand' AND d.is_open ORDER BY d.id
"""


def open_order_lines(company_id: UUID, order_id: UUID) -> Sequence[OpenOrderLine]:
    """The open lines of a confirmed order, in the order's own sequence; empty for any other. One statement."""
    return [OpenOrderLine(*row) for row in fetch(_ORDER, [_UNDER_WAY, order_id, company_id])]


@dataclass(frozen=True)
class ShippedLine:
    """What was shipped for one line of an order; `shipped_at` is the instant of dispatch (UTC)."""

    order_line_id: UUID
    shipment_number: str
    shipped_at: datetime
    device: NoteLine


_SHIPPED = "SELECT id FROM warehouse_shipment WHERE order_id = %s AND company_id = %s AND state = %s ORDER BY id"


def shipped_lines(company_id: UUID, order_id: UUID) -> Sequence[ShippedLine]:
    """Everything that was shipped for an order, oldest first; the same statements however much it is."""
    ids = [row[0] for row in fetch(_SHIPPED, [order_id, company_id, ShipmentState.SHIPPED.value])]
    shipments = load_shipments(company_id, ids, frozenset())
    return [
        ShippedLine(facts.demands[device.line_id].line_id, facts.number, facts.note.shipped_at, device)
        for facts in (shipments[key] for key in ids)
        for device in facts.note.lines
        if facts.note.shipped_at is not None
    ]


def delivery_note(company_id: UUID, document_id: UUID) -> Mapping[str, Any]:
    """The data of the printed delivery note 随货同行单 (GSP Art 91–92)."""
    facts = load_shipments(company_id, [document_id], frozenset())[document_id]
    return asdict(replace(facts.note, customer_contact=revealed(facts.note.customer_contact)))
