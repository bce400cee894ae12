"""Reads of what is expected: order lines still to be received or shipped."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from meridian.inventory.models import SupplyDemand
from meridian.kernel.context import current_company_id
from meridian.kernel.declare import Locks
from meridian.kernel.sql import fetch


@dataclass(frozen=True)
class ExpectedRow:
    """An order line as the warehouse knows it; quantities in base units, price for one base unit."""

    id: UUID
    kind: str
    document_type: str
    document_id: UUID
    document_number: str
    line_id: UUID
    item_id: UUID
    expected: Decimal
    done: Decimal
    is_open: bool
    unit_price: Decimal
    party_id: UUID | None
    lot_no: str
    """The lot the party named; empty for any."""
    ordered_on: date | None
    ordered_by_id: UUID | None
    ordered_by_name: str

    @property
    def still_open(self) -> Decimal:
        """What may still come or go."""
        return max(self.expected - self.done, Decimal(0)) if self.is_open else Decimal(0)


_COLUMNS = ", ".join(ExpectedRow.__dataclass_fields__)
_ROWS = f"""
SELECT {_COLUMNS} FROM inventory_supply_demand WHERE line_id = ANY(%s) AND company_id = %s ORDER BY id
"""
_OF_DOCUMENT = f"""
SELECT {_COLUMNS} FROM inventory_supply_demand WHERE document_id = %s AND company_id = %s ORDER BY id
"""


def expected_rows(line_ids: Collection[UUID], locks: Locks) -> Mapping[UUID, ExpectedRow]:
    """Expectations by the line of the order that made them; one statement.

    Rows are locked `FOR NO KEY UPDATE` in key order when `locks` names them; ask before stock rows are locked.
    """
    lock = "FOR NO KEY UPDATE" if SupplyDemand in locks else ""
    rows = [ExpectedRow(*row) for row in fetch(_ROWS + lock, [sorted(set(line_ids)), current_company_id()])]
    return {row.line_id: row for row in rows}


def expected_of_document(document_id: UUID) -> Sequence[ExpectedRow]:
    """What an order's lines were released for, closed ones too, oldest first; one statement."""
    return [ExpectedRow(*row) for row in fetch(_OF_DOCUMENT, [document_id, current_company_id()])]
