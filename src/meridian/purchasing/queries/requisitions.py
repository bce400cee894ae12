"""Reads of requisitions: their facts, and what of their lines nobody has asked for yet."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from meridian.kernel.context import current_company_id
from meridian.kernel.declare import Locks
from meridian.kernel.sql import fetch
from meridian.purchasing.models import RequisitionLine


@dataclass(frozen=True)
class NeededLine:
    """A line of an agreed requisition in the item's base unit: needed, being asked for, ordered."""

    line_id: UUID
    requisition_id: UUID
    item_id: UUID
    quantity: Decimal
    asked: Decimal
    ordered: Decimal

    @property
    def remaining(self) -> Decimal:
        """What may still be asked for."""
        return max(self.quantity - self.asked, Decimal(0))


@dataclass(frozen=True)
class RequisitionFacts:
    """A requisition as its gates see it."""

    number: str
    needed_on: date
    lines: tuple[NeededLine, ...]


_HEADERS = "SELECT id, number, needed_on FROM purchasing_requisition WHERE id = ANY(%s) AND company_id = %s"
_COLUMNS = "l.id, l.document_id, l.item_id, l.quantity, l.asked, l.ordered"
_LINES = f"""
SELECT {_COLUMNS} FROM purchasing_requisition_line l
WHERE l.document_id = ANY(%s) AND l.company_id = %s ORDER BY l.document_id, l.line_no
"""
_AGREED = f"""
SELECT {_COLUMNS} FROM purchasing_requisition_line l
JOIN purchasing_requisition r ON r.id = l.document_id AND r.company_id = l.company_id AND r.state = 'agreed'
WHERE l.document_id = %s AND l.company_id = %s ORDER BY l.line_no
"""
_BY_LINE = (
    f"SELECT {_COLUMNS} FROM purchasing_requisition_line l WHERE l.id = ANY(%s) AND l.company_id = %s ORDER BY l.id"
)


def load_requisitions(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, RequisitionFacts]:
    """Facts of requisitions; two statements for one or fifty."""
    del locks
    headers = fetch(_HEADERS, [list(ids), company_id])
    lines: dict[UUID, list[NeededLine]] = {}
    for row in fetch(_LINES, [list(ids), company_id]):
        lines.setdefault(row[1], []).append(NeededLine(*row))
    return {key: RequisitionFacts(number, day, tuple(lines.get(key, ()))) for key, number, day in headers}


def needed_of(requisition_id: UUID) -> Sequence[NeededLine]:
    """The lines of a requisition that is agreed and open, in order; empty for any other. One statement."""
    return [NeededLine(*row) for row in fetch(_AGREED, [requisition_id, current_company_id()])]


def needed_lines(line_ids: Collection[UUID], locks: Locks) -> Mapping[UUID, NeededLine]:
    """Requisition lines by key, locked in key order when `locks` names them; one statement."""
    lock = " FOR NO KEY UPDATE OF l" if RequisitionLine in locks else ""
    rows = fetch(_BY_LINE + lock, [sorted(set(line_ids)), current_company_id()])
    return {row[0]: NeededLine(*row) for row in rows}
