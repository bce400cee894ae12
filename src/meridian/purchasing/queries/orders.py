"""Reads of purchasing: the facts gates ask about an order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.items.queries import ItemVerdict, item_verdicts
from meridian.kernel.context import current_company_id
from meridian.kernel.declare import Locks
from meridian.kernel.sql import fetch
from meridian.parties.queries import SupplierVerdict, supplier_verdicts
from meridian.purchasing.models import PurchaseOrder, PurchaseOrderLine
from meridian.purchasing.queries.contracts import CalledLine, called_lines


@dataclass(frozen=True)
class PurchaseOrderLineFacts:
    """One item ordered, in its base unit."""

    line_id: UUID
    item: ItemVerdict
    quantity: Decimal
    unit_price: Decimal
    requisition_line_id: UUID | None = None
    called: CalledLine | None = None
    """The contract's line it calls off."""


@dataclass(frozen=True)
class PurchaseOrderFacts:
    """A purchase order as its gates see it."""

    number: str
    supplier: SupplierVerdict
    ordered_on: date
    promised_on: date
    lines: tuple[PurchaseOrderLineFacts, ...]
    contract_id: UUID | None = None


_HEADERS = """
SELECT id, number, supplier_id, ordered_on, promised_on, contract_id FROM purchasing_purchase_order
WHERE id = ANY(%s) AND company_id = %s
"""
_LINES = """
SELECT document_id, id, item_id, quantity, unit_price, requisition_line_id, contract_line_id
FROM purchasing_purchase_order_line
WHERE document_id = ANY(%s) AND company_id = %s ORDER BY document_id, line_no
"""


def load_purchase_orders(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, PurchaseOrderFacts]:
    """Facts of purchase orders; six statements for one order or fifty, seven where contracts are called off."""
    headers = fetch(_HEADERS, [list(ids), company_id])
    rows = fetch(_LINES, [list(ids), company_id])
    suppliers = supplier_verdicts([row[2] for row in headers], locks)
    items = item_verdicts([row[2] for row in rows], locks)
    lines: dict[UUID, list[PurchaseOrderLineFacts]] = {}
    contract_lines = [row[6] for row in rows if row[6] is not None]
    called = called_lines(contract_lines, locks) if contract_lines else {}
    for document_id, line_id, item_id, quantity, unit_price, need, contract_line_id in rows:
        agreed = called.get(contract_line_id)
        line = PurchaseOrderLineFacts(line_id, items[item_id], quantity, unit_price, need, agreed)
        lines.setdefault(document_id, []).append(line)
    return {
        key: PurchaseOrderFacts(
            number, suppliers[supplier], ordered_on, promised_on, tuple(lines.get(key, ())), contract_id
        )
        for key, number, supplier, ordered_on, promised_on, contract_id in headers
    }


_LEFT = """
SELECT o.requisition_line_id, o.contract_line_id, greatest(d.expected - d.done, 0)
FROM purchasing_purchase_order_line o
JOIN inventory_supply_demand d ON d.line_id = o.id AND d.company_id = o.company_id AND d.is_open
WHERE o.document_id = %s AND o.company_id = %s
"""


def left_of_order(order_id: UUID) -> Sequence[tuple[UUID | None, UUID | None, Decimal]]:
    """What has not arrived of an order's lines, with the requisition and contract lines behind them; one statement."""
    rows = fetch(_LEFT, [order_id, current_company_id()])
    return [(requisition_line, contract_line, left) for requisition_line, contract_line, left in rows if left]


PURCHASE_RECORD = ("number", "state", "supplier_name", "ordered_on", "promised_on", "created_by_name", "amount", "note")
PURCHASE_RECORD_LINE = (
    "device_name", "model", "specification", "registration_no", "registrant_name", "unit", "quantity", "unit_price",
    "amount",
)  # fmt: skip
"""The columns of the purchase record: every field GSP Art 55 and 58 name."""


def purchase_record(company_id: UUID, document_id: UUID) -> Mapping[str, Any]:
    """The data of the printed purchase order 采购订单: the head by column, `lines` in order. Two statements."""
    del company_id
    head = PurchaseOrder.objects.filter(pk=document_id).values(*PURCHASE_RECORD).get()
    lines = PurchaseOrderLine.objects.filter(document_id=document_id).order_by("line_no")
    return {**head, "lines": list(lines.values(*PURCHASE_RECORD_LINE))}
