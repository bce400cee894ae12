"""Reads of inspection: the facts gates ask about an acceptance inspection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from meridian.competence.queries import PersonVerdict, person_verdicts
from meridian.inventory.models import Lot
from meridian.items.queries import ItemVerdict, RegistrationVerdict, item_verdicts, registration_verdicts
from meridian.kernel.context import acting_user_id
from meridian.kernel.declare import Locks
from meridian.kernel.sql import fetch
from meridian.ledger.queries import closed_months
from meridian.parties.queries import SupplierVerdict, supplier_verdicts


@dataclass(frozen=True)
class AcceptanceLineFacts:
    """One lot under inspection; quantities in the item's base unit."""

    line_id: UUID
    item: ItemVerdict
    lot_id: UUID
    lot_no: str
    serial_no: str
    manufactured_on: date | None
    expires_on: date | None
    registration: RegistrationVerdict | None
    place_id: UUID
    udi: str
    quantity: Decimal
    accepted_quantity: Decimal
    rejected_quantity: Decimal
    appearance: str
    package: str
    label: str
    certificate: str
    conclusion: str
    nonconformity: str
    disposition: str


@dataclass(frozen=True)
class AcceptanceFacts:
    """An acceptance inspection as its gates see it."""

    number: str
    receipt_number: str
    supplier: SupplierVerdict
    purchased_on: date
    inspector: PersonVerdict | None
    closed_months: tuple[date, ...]
    lines: tuple[AcceptanceLineFacts, ...]

    @property
    def accepted_lines(self) -> tuple[AcceptanceLineFacts, ...]:
        """The lines of which something passed: only these go on to customers."""
        return tuple(line for line in self.lines if line.accepted_quantity > 0)


_HEADERS = """
SELECT id, number, receipt_number, supplier_id, purchased_on, inspector_id FROM inspection_acceptance
WHERE id = ANY(%s) AND company_id = %s
"""
_LINES = """
SELECT l.document_id, l.id, l.item_id, l.lot_id, t.lot_no, t.serial_no, t.manufactured_on, t.expires_on,
       coalesce(t.registration_id, i.registration_id), l.place_id, l.udi, l.quantity, l.accepted_quantity,
       l.rejected_quantity, l.appearance, l.package, l.label, l.certificate, l.conclusion, l.nonconformity,
       l.disposition
FROM inspection_acceptance_line l
JOIN inventory_lot t ON t.id = l.lot_id AND t.company_id = l.company_id
JOIN items_item i ON i.id = l.item_id AND i.company_id = l.company_id
WHERE l.document_id = ANY(%s) AND l.company_id = %s ORDER BY l.document_id, l.line_no
"""


def load_acceptances(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, AcceptanceFacts]:
    """Facts of acceptance inspections. While one is concluded, its inspector is whoever acts."""
    headers = fetch(_HEADERS, [list(ids), company_id])
    rows = fetch(_LINES + (" FOR SHARE OF t" if Lot in locks else ""), [list(ids), company_id])
    suppliers = supplier_verdicts([row[3] for row in headers], locks)
    items = item_verdicts([row[2] for row in rows], locks)
    registrations = registration_verdicts(sorted({row[8] for row in rows if row[8]}), locks)
    acting = acting_user_id() if locks else None
    people = person_verdicts([key for row in headers if (key := acting or row[5])], locks)
    lines: dict[UUID, list[AcceptanceLineFacts]] = {}
    for document_id, line_id, item_id, *columns in rows:
        columns[5] = registrations.get(columns[5])
        lines.setdefault(document_id, []).append(AcceptanceLineFacts(line_id, items[item_id], *columns))
    months = closed_months(locks)
    return {
        key: AcceptanceFacts(
            number=number,
            receipt_number=receipt_number,
            supplier=suppliers[supplier_id],
            purchased_on=purchased_on,
            inspector=people.get(acting or inspector_id),
            closed_months=months,
            lines=tuple(lines.get(key, ())),
        )
        for key, number, receipt_number, supplier_id, purchased_on, inspector_id in headers
    }
