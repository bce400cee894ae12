"""Reads of contracts: their facts, and what of their lines no order has called off yet."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from meridian.items.queries import ItemVerdict, item_verdicts
from meridian.kernel.context import current_company_id
from meridian.kernel.declare import Locks
from meridian.kernel.sql import fetch
from meridian.parties.queries import SupplierVerdict, supplier_verdicts
from meridian.purchasing.models import PurchaseContractLine


@dataclass(frozen=True)
class ContractLineFacts:
    """A line of a contract with its item."""

    line_id: UUID
    item: ItemVerdict


@dataclass(frozen=True)
class ContractFacts:
    """A contract as its gates see it; terms as written, empty where nothing was agreed."""

    number: str
    supplier: SupplierVerdict
    signed_on: date
    valid_until: date
    terms: Mapping[str, str]
    lines: tuple[ContractLineFacts, ...]


@dataclass(frozen=True)
class CalledLine:
    """The line an order calls off: its contract's number, state and days, price, and what is left of it."""

    line_id: UUID
    contract_id: UUID
    number: str
    state: str
    supplier_id: UUID
    valid_from: date
    valid_until: date
    item_id: UUID
    unit_price: Decimal
    quantity: Decimal
    called: Decimal

    @property
    def remaining(self) -> Decimal:
        """What may still be called off."""
        return self.quantity - self.called


TERMS = ("quality_terms", "after_sales_terms", "delivery_terms", "payment_terms", "acceptance_terms")
_HEADERS = f"""
SELECT id, number, supplier_id, signed_on, valid_until, {", ".join(TERMS)} FROM purchasing_contract
WHERE id = ANY(%s) AND company_id = %s
"""
_LINES = """
SELECT document_id, id, item_id FROM purchasing_contract_line
WHERE document_id = ANY(%s) AND company_id = %s ORDER BY document_id, line_no
"""
_CALLED = """
SELECT l.id, c.id, c.number, c.state, c.supplier_id, c.valid_from, c.valid_until, l.item_id, l.unit_price, l.quantity,
       l.called
FROM purchasing_contract_line l
JOIN purchasing_contract c ON c.id = l.document_id AND c.company_id = l.company_id
WHERE {column} = ANY(%s) AND l.company_id = %s ORDER BY l.id
"""


def load_contracts(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, ContractFacts]:
    """Facts of contracts; six statements for one or fifty."""
    headers = fetch(_HEADERS, [list(ids), company_id])
    rows = fetch(_LINES, [list(ids), company_id])
    suppliers = supplier_verdicts([row[2] for row in headers], locks)
    items = item_verdicts([row[2] for row in rows], locks)
    lines: dict[UUID, list[ContractLineFacts]] = {}
    for document_id, line_id, item_id in rows:
        lines.setdefault(document_id, []).append(ContractLineFacts(line_id, items[item_id]))
    return {
        key: ContractFacts(number, suppliers[supplier], signed_on, until, dict(zip(TERMS, terms, strict=True)),
                           tuple(lines.get(key, ())))
        for key, number, supplier, signed_on, until, *terms in headers
    }  # fmt: skip


def called_lines(line_ids: Collection[UUID], locks: Locks) -> Mapping[UUID, CalledLine]:
    """Contract lines by key, locked in key order with their contracts when `locks` names them; one statement."""
    lock = " FOR NO KEY UPDATE OF l, c" if PurchaseContractLine in locks else ""
    rows = fetch(_CALLED.format(column="l.id") + lock, [sorted(set(line_ids)), current_company_id()])
    return {row[0]: CalledLine(*row) for row in rows}


def lines_of_contract(contract_id: UUID) -> Sequence[CalledLine]:
    """The lines of a contract; one statement."""
    return [CalledLine(*row) for row in fetch(_CALLED.format(column="c.id"), [[contract_id], current_company_id()])]
