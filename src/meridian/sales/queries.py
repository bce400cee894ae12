"""Reads of sales: the facts gates ask about an order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from meridian.items.queries import ItemVerdict, item_verdicts
from meridian.kernel.declare import Locks
from meridian.kernel.sql import fetch
from meridian.parties.queries import CustomerVerdict, customer_verdicts


@dataclass(frozen=True)
class SalesOrderLineFacts:
    """One item sold, in its base unit."""

    line_id: UUID
    item: ItemVerdict
    quantity: Decimal
    unit_price: Decimal
    lot_no: str
    """The lot the customer named; empty for any."""


@dataclass(frozen=True)
class SalesOrderFacts:
    """A sales order as its gates see it."""

    number: str
    customer: CustomerVerdict
    ordered_on: date
    arrives_on: date
    delivery_address: str
    lines: tuple[SalesOrderLineFacts, ...]


_HEADERS = """
SELECT id, number, customer_id, ordered_on, arrives_on, delivery_address FROM sales_sales_order
WHERE id = ANY(%s) AND company_id = %s
"""
_LINES = """
SELECT document_id, id, item_id, quantity, unit_price, lot_no FROM sales_sales_order_line
WHERE document_id = ANY(%s) AND company_id = %s ORDER BY document_id, line_no
"""


def load_sales_orders(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, SalesOrderFacts]:
    """Facts of sales orders; six statements for one order or fifty."""
    headers = fetch(_HEADERS, [list(ids), company_id])
    rows = fetch(_LINES, [list(ids), company_id])
    customers = customer_verdicts([row[2] for row in headers], locks)
    items = item_verdicts([row[2] for row in rows], locks)
    lines: dict[UUID, list[SalesOrderLineFacts]] = {}
    for document_id, line_id, item_id, *columns in rows:
        lines.setdefault(document_id, []).append(SalesOrderLineFacts(line_id, items[item_id], *columns))
    return {
        key: SalesOrderFacts(number, customers[customer], ordered_on, arrives_on, address, tuple(lines.get(key, ())))
        for key, number, customer, ordered_on, arrives_on, address in headers
    }
