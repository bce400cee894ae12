"""What is expected to come or go, and what is set aside for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.inventory.models import Reservation, SupplyDemand
from meridian.inventory.vocabulary import Expectation
from meridian.kernel.sql import array_text, run
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import Work


@dataclass(frozen=True)
class Expected:
    """A line of an order: so much of an item, in its base unit, on a day, at a price for one base unit."""

    line_id: UUID
    item_id: UUID
    quantity: Decimal
    day: date
    unit_price: Decimal = Decimal(0)
    deliver_to: str = ""
    lot_no: str = ""
    """The lot the party named; empty for any."""


@dataclass(frozen=True)
class Reserved:
    """A quantity of one lot at one place in one status, set aside for a line."""

    line_id: UUID
    lot_id: UUID
    place_id: UUID
    status: str
    quantity: Decimal


_EXPECT = """
INSERT INTO inventory_supply_demand AS s (id, company_id, kind, document_type, document_id, document_number, line_id,
                                          item_id, expected, done, unit_price, day, deliver_to, lot_no, party_id,
                                          party_name, ordered_on, ordered_by_id, ordered_by_name, is_open)
SELECT e.id, %(company)s, %(kind)s, %(type)s, %(document)s, %(number)s, e.line_id, e.item_id, e.expected, 0,
       e.unit_price, e.day, e.deliver_to, e.lot_no, %(party)s, %(party_name)s, %(ordered_on)s,
       %(ordered_by)s, %(ordered_by_name)s, true
FROM unnest(%(ids)s::uuid[], %(lines)s::uuid[], %(items)s::uuid[], %(quantities)s::numeric[], %(days)s::date[],
            %(prices)s::numeric[], %(addresses)s::text[], %(lots)s::text[])
  AS e(id, line_id, item_id, expected, day, unit_price, deliver_to, lot_no)
ORDER BY e.line_id
ON CONFLICT (line_id, company_id) DO UPDATE
SET expected = excluded.expected, day = excluded.day, unit_price = excluded.unit_price,
    deliver_to = excluded.deliver_to, lot_no = excluded.lot_no, ordered_on = excluded.ordered_on,
    is_open = s.done < excluded.expected
"""


def expect(
    work: Work[Any, Any],
    *,
    kind: Expectation,
    rows: Sequence[Expected],
    party_id: UUID,
    party_name: str,
    ordered_on: date | None = None,
) -> None:
    """Tells the stock book what this document's lines will bring or take; one statement.

    Who drafted the document is who ordered. A line expected before is expected anew, keeping what was done.
    """
    run(_EXPECT, {
        "company": work.document.company_id, "kind": kind.value, "type": work.document_type,
        "document": work.document.pk, "number": work.document.number, "party": party_id, "party_name": party_name,
        "ordered_on": ordered_on, "ordered_by": work.document.created_by_id,
        "ordered_by_name": work.document.created_by_name,
        "ids": array_text([uuid7() for _row in rows]),
        "lines": array_text([row.line_id for row in rows]),
        "items": array_text([row.item_id for row in rows]),
        "quantities": array_text([row.quantity for row in rows]),
        "days": array_text([row.day for row in rows]),
        "prices": array_text([row.unit_price for row in rows]),
        "addresses": [row.deliver_to for row in rows],
        "lots": [row.lot_no for row in rows],
    })  # fmt: skip


def stop_expecting(work: Work[Any, Any]) -> None:
    """Closes what is still open of this document's expectations; what was done stays."""
    SupplyDemand.objects.filter(document_id=work.document.pk, is_open=True).update(is_open=False)


_RESERVE = """
INSERT INTO inventory_reservation (id, company_id, document_type, document_id, line_id, lot_id, place_id, status,
                                   owner_id, quantity)
SELECT r.id, %(company)s, %(type)s, %(document)s, r.line_id, r.lot_id, r.place_id, r.status, %(company)s, r.quantity
FROM unnest(%(ids)s::uuid[], %(lines)s::uuid[], %(lots)s::uuid[], %(places)s::uuid[], %(statuses)s::text[],
            %(quantities)s::numeric[]) AS r(id, line_id, lot_id, place_id, status, quantity)
"""


def reserve(work: Work[Any, Any], *, rows: Sequence[Reserved]) -> None:
    """Sets stock aside for this document; one statement. Its gate `stock_sufficient` holds the stock rows."""
    run(_RESERVE, {
        "company": work.document.company_id, "type": work.document_type, "document": work.document.pk,
        "ids": array_text([uuid7() for _row in rows]),
        "lines": array_text([row.line_id for row in rows]),
        "lots": array_text([row.lot_id for row in rows]),
        "places": array_text([row.place_id for row in rows]),
        "statuses": [row.status for row in rows],
        "quantities": array_text([row.quantity for row in rows]),
    })  # fmt: skip


def release_reservations(work: Work[Any, Any]) -> None:
    """Frees whatever this document had set aside."""
    Reservation.objects.filter(document_id=work.document.pk).delete()
