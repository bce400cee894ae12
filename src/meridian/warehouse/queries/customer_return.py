"""The facts of a return by a customer: what was shipped, what came back before, what the inspection found."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.competence.queries import PersonVerdict, person_verdicts
from meridian.inventory.queries import StockLineFacts, StockRequest, stock_lines
from meridian.inventory.vocabulary import MovementType, StockStatus
from meridian.kernel.context import acting_user_id
from meridian.kernel.declare import Locks
from meridian.kernel.sql import fetch
from meridian.ledger.queries import closed_months
from meridian.organization.queries import kept_in_use, places_kept_at, zone_of_kind
from meridian.organization.vocabulary import ZoneKind
from meridian.warehouse.models import Shipment
from meridian.warehouse.queries.late import EnteredLate, is_drafter, late_days
from meridian.warehouse.vocabulary import CustomerReturnState


@dataclass(frozen=True)
class ReturnedLot:
    """A line of a return. `shipped` and `returned_before` are of this lot and this shipment, the value too."""

    shipped: Decimal
    returned_before: Decimal
    shipped_value: Decimal
    shipped_on: date | None
    """The day the books date the shipment."""
    quantity: Decimal
    accepted_quantity: Decimal
    rejected_quantity: Decimal
    quality_condition: str
    disposition: str

    @property
    def still_out(self) -> Decimal:
        """What of the lot this customer may still have."""
        return self.shipped - self.returned_before

    @property
    def unit_cost(self) -> Decimal:
        """At what cost a unit left."""
        return (self.shipped_value / self.shipped).quantize(Decimal("0.000001")) if self.shipped else Decimal(0)


@dataclass(frozen=True)
class CustomerReturnFacts(EnteredLate):
    """A return as its gates see it; the lines' stock is that of the returns zone."""

    number: str
    state: str
    outbound_number: str
    customer_id: UUID
    customer_name: str
    temperature_proof: str
    recorded_on: date
    returns_place_id: UUID | None
    qualified_place_id: UUID | None
    nonconforming_place_id: UUID | None
    inspector: PersonVerdict | None
    closed_months: tuple[date, ...]
    release_places: Mapping[UUID, UUID | None]
    """By line, the green zone fit for it that it goes to once inspected; empty before it was received."""
    lines: tuple[StockLineFacts, ...]
    returned: Mapping[UUID, ReturnedLot]
    """By line."""

    @property
    def accepted_lines(self) -> tuple[StockLineFacts, ...]:
        """The lines of which something was found fit."""
        return tuple(line for line in self.lines if self.returned[line.line_id].accepted_quantity > 0)


_RETURNS = f"""
SELECT h.id, h.number, h.state, s.number, s.customer_id, s.customer_name, h.temperature_proof, h.created_at,
       h.inspector_id,
       {zone_of_kind(ZoneKind.RETURNS, "h")}, {zone_of_kind(ZoneKind.QUALIFIED, "h")},
       {zone_of_kind(ZoneKind.NONCONFORMING, "h")},
       l.id, l.item_id, l.lot_id, l.quantity, l.accepted_quantity, l.rejected_quantity, l.quality_condition,
       l.disposition, shipped.quantity, shipped.value,
       (SELECT coalesce(sum(o.quantity), 0) FROM warehouse_customer_return_line o
        JOIN warehouse_customer_return d ON d.id = o.document_id AND d.company_id = o.company_id
        WHERE o.lot_id = l.lot_id AND o.company_id IS NOT DISTINCT FROM l.company_id AND d.shipment_id = h.shipment_id
          AND d.id <> h.id AND d.state = ANY(%s)),
       h.happened_at, h.created_by_id, shipped.day,
       h.site_id
FROM warehouse_customer_return h
JOIN warehouse_shipment s ON s.id = h.shipment_id AND s.company_id = h.company_id
LEFT JOIN warehouse_customer_return_line l ON l.document_id = h.id AND l.company_id = h.company_id
LEFT JOIN LATERAL (
  SELECT coalesce(sum(m.quantity), 0) AS quantity, coalesce(sum(m.value), 0) AS value, max(m.day) AS day
  FROM inventory_movement m
  WHERE m.lot_id = l.lot_id AND m.document_id = h.shipment_id AND m.movement = 'ship'
    AND m.company_id IS NOT DISTINCT FROM h.company_id
) shipped ON true
WHERE h.id = ANY(%s) AND h.company_id = %s ORDER BY h.id, l.line_no
"""
_HELD = """
SELECT 1 FROM warehouse_shipment
WHERE id IN (SELECT shipment_id FROM warehouse_customer_return WHERE id = ANY(%s) AND company_id = %s)
  AND company_id = %s ORDER BY id FOR NO KEY UPDATE
"""
_IN_HOUSE = [CustomerReturnState.RECEIVED.value, CustomerReturnState.INSPECTED.value]


def load_customer_returns(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, CustomerReturnFacts]:
    """Facts of returns; nine statements at most for one or fifty, one more where any is late.

    An act takes one more, which keeps its places in use.

    The inspector of one that waits is whoever acts, on a page whoever wrote into it last. The shipment is held while a
    return is received, so that two returns do not bring the same goods back.
    """
    if Shipment in locks:
        fetch(_HELD, [list(ids), company_id, company_id])
    rows = fetch(_RETURNS, [_IN_HOUSE, list(ids), company_id])
    of_lines = [row for row in rows if row[12] is not None and row[9] is not None]  # without a zone, its gate refuses
    stock = stock_lines([_request(row) for row in of_lines], locks)
    acting = acting_user_id() if locks else None
    inspectors = {row[0]: (acting if row[2] == CustomerReturnState.RECEIVED else None) or row[8] for row in rows}
    people = person_verdicts([key for key in inspectors.values() if key is not None], locks)
    months = closed_months(locks)
    windows = late_days((row[26], row[23]) for row in rows)
    in_use, released_to = _places(rows, of_lines, stock, locks)
    lines: dict[UUID, list[StockLineFacts]] = {}
    returned: dict[UUID, dict[UUID, ReturnedLot]] = {}
    for row in of_lines:
        lines.setdefault(row[0], []).append(stock[row[12]])
        returned.setdefault(row[0], {})[row[12]] = _returned(row)
    return {
        row[0]: CustomerReturnFacts(
            number=row[1],
            state=row[2],
            outbound_number=row[3],
            customer_id=row[4],
            customer_name=row[5],
            temperature_proof=row[6],
            recorded_on=row[7].date(),
            returns_place_id=row[9] if row[9] in in_use else None,
            qualified_place_id=row[10] if row[10] in in_use else None,
            nonconforming_place_id=row[11] if row[11] in in_use else None,
            inspector=people.get(inspectors[row[0]]),
            closed_months=months,
            release_places={
                line.line_id: released_to[line.line_id] for line in lines.get(row[0], ()) if line.line_id in released_to
            },
            lines=tuple(lines.get(row[0], ())),
            returned=returned.get(row[0], {}),
            happened_at=row[23],
            late_days=windows[row[26]],
            late_transition="receive_late",
            is_drafter=is_drafter(row[24], locks),
        )
        for row in {row[0]: row for row in rows}.values()
    }


def _places(
    rows: Sequence[tuple[Any, ...]],
    of_lines: Sequence[tuple[Any, ...]],
    stock: Mapping[UUID, StockLineFacts],
    locks: Locks,
) -> tuple[Container[UUID], Mapping[UUID, UUID | None]]:
    """The places in use, kept so by an act, and by line that waits where its good pieces go; two statements."""
    waiting = [row for row in of_lines if row[2] == CustomerReturnState.RECEIVED]
    green = places_kept_at(ZoneKind.QUALIFIED, [stock[row[12]].item.kept_at(row[26]) for row in waiting])
    in_use = kept_in_use([*green, *(place for row in rows for place in row[9:12])], locks)
    return in_use, {row[12]: place if place in in_use else None for row, place in zip(waiting, green, strict=True)}


def _returned(row: tuple[Any, ...]) -> ReturnedLot:
    quantity, accepted, rejected, condition, disposition, shipped, value, before = row[15:23]
    return ReturnedLot(shipped, before, value, row[25], quantity, accepted, rejected, condition, disposition)


def _request(row: tuple[Any, ...]) -> StockRequest:
    """What an inspection takes out of the returns zone: all that was counted."""
    return StockRequest(
        line_id=row[12],
        item_id=row[13],
        lot_id=row[14],
        place_id=row[9],
        status=StockStatus.RETURNED_PENDING,
        quantity=row[16] + row[17],
        movement=MovementType.ACCEPT if row[16] > 0 else MovementType.REJECT,
        document_id=row[0],
    )
