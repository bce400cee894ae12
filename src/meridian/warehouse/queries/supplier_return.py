"""The facts of a return to a supplier: what leaves, and how much of each lot that supplier delivered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.inventory.queries import StockLineFacts, StockRequest, stock_lines
from meridian.inventory.vocabulary import MovementType
from meridian.kernel.declare import Locks
from meridian.kernel.sql import array_text, fetch
from meridian.ledger.queries import closed_months
from meridian.warehouse.queries.late import EnteredLate, is_drafter, late_days, late_since


@dataclass(frozen=True)
class SupplierReturnFacts(EnteredLate):
    """A return to a supplier as its gates see it."""

    number: str
    supplier_id: UUID
    supplier_name: str
    recorded_on: date
    closed_months: tuple[date, ...]
    lines: tuple[StockLineFacts, ...]
    bought: Mapping[UUID, Decimal]
    """By lot, what this supplier delivered less what went back to it before, in base units."""


_RETURNS = """
SELECT h.id, h.number, h.supplier_id, s.name, h.created_at, l.id, l.item_id, l.lot_id, l.place_id, l.stock_status,
       l.quantity, h.site_id, h.happened_at, h.created_by_id
FROM warehouse_supplier_return h
JOIN parties_supplier s ON s.id = h.supplier_id AND s.company_id = h.company_id
LEFT JOIN warehouse_supplier_return_line l ON l.document_id = h.id AND l.company_id = h.company_id
WHERE h.id = ANY(%s) AND h.company_id = %s ORDER BY h.id, l.line_no
"""
_BOUGHT = """
SELECT u.supplier_id, u.lot_id, coalesce(sum(CASE m.movement WHEN %(receive)s THEN m.quantity ELSE -m.quantity END), 0)
FROM unnest(%(suppliers)s::uuid[], %(lots)s::uuid[]) AS u(supplier_id, lot_id)
CROSS JOIN LATERAL (
  SELECT movement, quantity FROM inventory_movement x
  WHERE x.lot_id = u.lot_id AND x.company_id IS NOT DISTINCT FROM %(company)s AND x.party_id = u.supplier_id
    AND x.movement IN (%(receive)s, %(send_back)s) OFFSET 0
) m
GROUP BY u.supplier_id, u.lot_id
"""


def load_supplier_returns(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, SupplierReturnFacts]:
    """Facts of returns; seven statements for one or fifty, two more where any is entered late.

    Stock is locked for an act, movements are read under it.
    """
    rows = fetch(_RETURNS, [list(ids), company_id])
    of_lines = [row for row in rows if row[5] is not None]
    stock = stock_lines([_request(row) for row in of_lines], locks)
    pairs = sorted({(row[2], row[7]) for row in of_lines})
    found = fetch(_BOUGHT, {
        "company": company_id, "receive": MovementType.RECEIVE.value,
        "send_back": MovementType.RETURN_TO_SUPPLIER.value,
        "suppliers": array_text([supplier for supplier, _lot in pairs]),
        "lots": array_text([lot for _supplier, lot in pairs]),
    })  # fmt: skip
    bought = {(supplier, lot): quantity for supplier, lot, quantity in found}
    months = closed_months(locks)
    lines: dict[UUID, list[StockLineFacts]] = {}
    for row in of_lines:
        lines.setdefault(row[0], []).append(stock[row[5]])
    headers = {row[0]: row for row in rows}
    windows = late_days((row[11], row[12]) for row in headers.values())
    since = late_since((row[11], row[12], lines.get(key, ())) for key, row in headers.items())
    return {
        key: SupplierReturnFacts(
            number=row[1],
            supplier_id=row[2],
            supplier_name=row[3],
            recorded_on=row[4].date(),
            closed_months=months,
            lines=tuple(lines.get(key, ())),
            bought={line.lot.id: bought.get((row[2], line.lot.id), Decimal(0)) for line in lines.get(key, ())},
            happened_at=row[12],
            late_days=windows[row[11]],
            late_transition="send_back_late",
            is_drafter=is_drafter(row[13], locks),
            since={line.line_id: since[line.line_id] for line in lines.get(key, ()) if line.line_id in since},
        )
        for key, row in headers.items()
    }


def _request(row: tuple[Any, ...]) -> StockRequest:
    return StockRequest(
        line_id=row[5],
        item_id=row[6],
        lot_id=row[7],
        place_id=row[8],
        status=row[9],
        quantity=row[10],
        movement=MovementType.RETURN_TO_SUPPLIER,
        document_id=row[0],
    )
