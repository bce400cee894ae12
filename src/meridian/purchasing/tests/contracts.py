"""Contracts with the supplier of the inbound tests, and orders that call them off."""

from typing import Any
from uuid import UUID

from meridian.organization.vocabulary import Role
from meridian.purchasing.documents import PurchaseContractDocument
from meridian.purchasing.models import PurchaseContractLine
from meridian.purchasing.tests.inbound import Inbound

TERMS = {
    "quality_terms": "供货者对产品质量负责", "after_sales_terms": "质保期内免费退换", "delivery_terms": "七日内送达",
    "payment_terms": "月结三十天", "acceptance_terms": "按验收记录结算",
}  # fmt: skip


def contract(inbound: Inbound, quantity: str = "100", *, in_force: bool = True, **fields: Any) -> UUID:
    """A blanket order for the syringe at 12.50, in force unless told otherwise."""
    header = {"supplier": inbound.supplier, "signed_on": "2026-01-01", "valid_from": "2026-01-01",
              "valid_until": "2099-12-31", **TERMS, **fields}  # fmt: skip
    lines = [{"item": inbound.item, "quantity": quantity, "unit_price": "12.5"}]
    made = inbound.company.draft(PurchaseContractDocument, header, lines, role=Role.BUYER).document_id
    if in_force:
        inbound.company.perform(PurchaseContractDocument.put_into_force, made, role=Role.PURCHASING_MANAGER)
    return made


def left(inbound: Inbound, agreed: UUID) -> tuple[int, int]:
    """Called off and remaining of its only line."""
    with inbound.company.scope():
        line = PurchaseContractLine.objects.get(document_id=agreed)
        return int(line.called), int(line.remaining)
