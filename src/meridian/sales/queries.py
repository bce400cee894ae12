"""Reads of sales: the facts gates ask about an order."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from meridian.evidence.personal import revealed
from meridian.items.queries import ItemVerdict, item_verdicts
from meridian.kernel.declare import Locks
from meridian.kernel.sql import fetch
from meridian.organization.queries import zone_of_site
from meridian.parties.queries import CustomerVerdict, customer_verdicts
from meridian.warehouse.queries.shipment import shipped_lines


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


_RECORD = """
SELECT number, customer_name, customer_contact, customer_license_no, delivery_address, ordered_on, site_id
FROM sales_sales_order WHERE id = %s AND company_id = %s
"""
_PRICES = "SELECT id, unit_price FROM sales_sales_order_line WHERE document_id = %s AND company_id = %s"
CENT = Decimal("0.01")


def amount_of(quantity: Decimal, unit_price: Decimal) -> Decimal:
    """The amount of a line, rounded half up to the cent."""
    return (quantity * unit_price).quantize(CENT, ROUND_HALF_UP)


def sales_record(company_id: UUID, document_id: UUID) -> Mapping[str, Any]:
    """The data of the printed sales record 销售记录 (GSP Art 84): one line for each lot shipped, with its price.

    The day of sale is the day at the site when the goods left. Raises IndexError for an order the company has not.
    """
    number, customer, contact, licences, address, ordered_on, site_id = fetch(_RECORD, [document_id, company_id])[0]
    prices = dict(fetch(_PRICES, [document_id, company_id]))
    zone = zone_of_site(site_id)
    lines = [
        asdict(shipped.device)
        | {
            "shipment_number": shipped.shipment_number,
            "sale_date": shipped.shipped_at.astimezone(zone).date(),
            "unit_price": prices[shipped.order_line_id],
            "amount": amount_of(shipped.device.quantity, prices[shipped.order_line_id]),
        }
        for shipped in shipped_lines(company_id, document_id)
    ]
    return {
        "number": number,
        "customer_name": customer,
        "customer_contact": revealed(contact),
        "customer_license_no": licences,
        "delivery_address": address,
        "ordered_on": ordered_on,
        "lines": lines,
        "amount": sum((line["amount"] for line in lines), Decimal(0)),
    }


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
