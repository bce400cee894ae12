"""Reads of parties: verdicts made of reviewed papers. Whether a paper is valid is asked of its dates, for a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from meridian.evidence.personal import revealed
from meridian.kernel.clock import now
from meridian.kernel.context import current_company_id
from meridian.kernel.declare import Locks
from meridian.kernel.sql import fetch
from meridian.organization.rules import ScopePart, valid_on
from meridian.organization.vocabulary import PaperState
from meridian.parties.models import Customer, Licence, Supplier
from meridian.parties.vocabulary import PartyState


@dataclass(frozen=True)
class Paper:
    """A reviewed paper in force; valid from its first through its last day."""

    id: UUID
    kind: str
    licence_no: str
    mode: str
    valid_from: date
    valid_until: date | None
    scope: tuple[ScopePart, ...]

    def valid_on(self, day: date) -> bool:
        """Whether the paper is valid on a day."""
        return valid_on(day, self.valid_from, self.valid_until)


@dataclass(frozen=True)
class PartyVerdict:
    """A supplier or customer as gates, records and prints need it."""

    id: UUID
    number: str
    name: str
    kind: str
    uscc: str
    address: str
    stored_contact: str
    stored_phone: str
    state: str
    approved_at: datetime | None
    proposed_file_id: UUID | None
    review_due_on: date | None
    papers: tuple[Paper, ...]

    @property
    def contact(self) -> str:
        """The person to speak to; read from its ciphertext only when asked for."""
        return revealed(self.stored_contact)

    @property
    def phone(self) -> str:
        """How to reach them; as `contact`."""
        return revealed(self.stored_phone)

    def approved_at_instant(self, instant: datetime) -> bool:
        """Whether quality approved the party at or before an instant and has not suspended it since."""
        return self.state == PartyState.APPROVED and self.approved_at is not None and self.approved_at <= instant

    def review_overdue(self, day: date) -> bool:
        """Whether the approval should have been reviewed before a day; the review day itself is still in time."""
        return self.review_due_on is not None and self.review_due_on < day


@dataclass(frozen=True)
class SupplierVerdict(PartyVerdict):
    """A supplier."""


@dataclass(frozen=True)
class CustomerVerdict(PartyVerdict):
    """A customer, with what it asks of goods: days left at arrival."""

    delivery_address: str
    min_remaining_days: int
    use_statement: str


_STORED = {"contact": "stored_contact", "phone": "stored_phone"}
_SUPPLIER = (
    "id", "number", "name", "kind", "uscc", "address", "contact", "phone", "state", "approved_at", "proposed_file_id",
    "review_due_on",
)  # fmt: skip
_CUSTOMER = (*_SUPPLIER, "delivery_address", "min_remaining_days", "use_statement")
_SUPPLIERS = f"SELECT {', '.join(_SUPPLIER)} FROM parties_supplier WHERE id = ANY(%s) AND company_id = %s ORDER BY id "
_CUSTOMERS = f"""
SELECT {", ".join(_CUSTOMER)} FROM parties_customer WHERE id = ANY(%s) AND company_id = %s ORDER BY id
"""


def _fields(columns: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    return {_STORED.get(column, column): value for column, value in zip(columns, row, strict=True)}


_PAPERS = """
SELECT l.{party}, l.id, l.kind, l.licence_no, l.mode, l.valid_from, l.valid_until,
       (SELECT array_agg(ARRAY[s.device_class, s.class_code]::text[] ORDER BY s.line_no)
        FROM parties_licence_scope s WHERE s.document_id = l.id AND s.company_id = l.company_id)
FROM parties_licence l
WHERE l.{party} = ANY(%s) AND l.company_id = %s AND l.state = %s ORDER BY l.id
"""


def _papers(party: str, ids: Sequence[UUID], locks: Locks) -> dict[UUID, tuple[Paper, ...]]:
    statement = _PAPERS.format(party=party) + (" FOR SHARE OF l" if Licence in locks else "")
    papers: dict[UUID, tuple[Paper, ...]] = {}
    rows = fetch(statement, [list(ids), current_company_id(), PaperState.IN_FORCE.value])
    for owner, key, kind, licence_no, mode, valid_from, valid_until, scope in rows:
        parts = tuple(ScopePart(device_class, class_code) for device_class, class_code in scope or ())
        paper = Paper(key, kind, licence_no, mode, valid_from, valid_until, parts)
        papers[owner] = (*papers.get(owner, ()), paper)
    return papers


def supplier_verdicts(supplier_ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, SupplierVerdict]:
    """Suppliers by id with their papers in force, in two statements.

    Suppliers, then licences, are locked `FOR SHARE` in key order when `locks` names them.
    """
    wanted = sorted(set(supplier_ids))
    rows = fetch(_SUPPLIERS + ("FOR SHARE" if Supplier in locks else ""), [wanted, current_company_id()])
    papers = _papers("supplier_id", wanted, locks)
    return {row[0]: SupplierVerdict(**_fields(_SUPPLIER, row), papers=papers.get(row[0], ())) for row in rows}


def customer_verdicts(customer_ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, CustomerVerdict]:
    """Customers by id with their papers in force, in two statements; locked as suppliers are."""
    wanted = sorted(set(customer_ids))
    rows = fetch(_CUSTOMERS + ("FOR SHARE" if Customer in locks else ""), [wanted, current_company_id()])
    papers = _papers("customer_id", wanted, locks)
    return {row[0]: CustomerVerdict(**_fields(_CUSTOMER, row), papers=papers.get(row[0], ())) for row in rows}


@dataclass(frozen=True)
class SupplierFacts:
    """A supplier for its own transitions; `file_type` is the document that proposes its approval."""

    supplier: SupplierVerdict
    read_on: date
    file_type = "supplier_qualification"

    @property
    def proposed_file_id(self) -> UUID | None:
        """The reviewed file its approval rests on."""
        return self.supplier.proposed_file_id


@dataclass(frozen=True)
class CustomerFacts:
    """A customer for its own transitions; as `SupplierFacts`."""

    customer: CustomerVerdict
    read_on: date
    file_type = "customer_qualification"

    @property
    def proposed_file_id(self) -> UUID | None:
        """The reviewed file its approval rests on."""
        return self.customer.proposed_file_id


@dataclass(frozen=True)
class LicenceFacts:
    """A licence for its own transitions."""

    id: UUID
    scope_parts: int
    kind: str
    mode: str
    valid_until: date | None
    read_on: date


def load_suppliers(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, SupplierFacts]:
    """Facts of suppliers; two statements."""
    del company_id
    today = now().date()
    return {key: SupplierFacts(verdict, today) for key, verdict in supplier_verdicts(ids, locks).items()}


def load_customers(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, CustomerFacts]:
    """Facts of customers; two statements."""
    del company_id
    today = now().date()
    return {key: CustomerFacts(verdict, today) for key, verdict in customer_verdicts(ids, locks).items()}


_LICENCES = """
SELECT l.id, (SELECT count(*) FROM parties_licence_scope s WHERE s.document_id = l.id AND s.company_id = l.company_id),
       l.kind, l.mode, l.valid_until
FROM parties_licence l WHERE l.id = ANY(%s) AND l.company_id = %s
"""


def load_licences(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, LicenceFacts]:
    """Facts of licences; one statement."""
    del locks
    today = now().date()
    rows = fetch(_LICENCES, [list(ids), company_id])
    return {
        key: LicenceFacts(key, scope_parts, kind, mode, valid_until, today)
        for key, scope_parts, kind, mode, valid_until in rows
    }
