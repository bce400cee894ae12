"""Goods on hold are never picked or sold: allocation does not see them, a shipment that names them is refused."""

from decimal import Decimal

import pytest

from meridian.inventory.models import StockBalance
from meridian.items.tests.factories import approved_item
from meridian.kernel.findings import Refused
from meridian.organization.tests.factories import new_company
from meridian.organization.vocabulary import Role
from meridian.parties.tests.factories import approved_customer, approved_supplier
from meridian.purchasing.tests.inbound import MAKER, PACKAGES, ROLES, Inbound
from meridian.sales.tests.factories import confirmed_order
from meridian.warehouse.documents import GoodsReceiptDocument, ShipmentDocument
from meridian.warehouse.tests.outbound import House

pytestmark = pytest.mark.django_db

POSTS = (*ROLES, Role.SALES_STAFF, Role.SALES_MANAGER, Role.PICKER, Role.REVIEWER)


def test_goods_on_hold_are_neither_allocated_nor_shipped() -> None:
    company = new_company(POSTS)
    inbound = Inbound(company, approved_supplier(company), approved_item(company, identifiers=PACKAGES, **MAKER))
    house = House(company, inbound.item, approved_customer(company))
    receipt = inbound.receipt(inbound.order("10"), [inbound.line("10")])
    company.perform(GoodsReceiptDocument.accept_to_hold, receipt, role=Role.RECEIVER, reason="外箱受潮")
    order = confirmed_order(house, "10")
    allocated = house.shipment(order)
    assert house.lines_of(allocated) == []
    with company.scope():
        balance = StockBalance.objects.get(quantity__gt=0)
    line = {"lot": balance.lot_id, "place": balance.place_id, "quantity": "10"}
    named = company.draft(ShipmentDocument, {"order_id": order}, [line], role=Role.PICKER).document_id
    with pytest.raises(Refused) as refused:
        company.perform(ShipmentDocument.pick, named, role=Role.PICKER)
    assert "stock_sufficient" in [finding.code for finding in refused.value.findings]
    assert inbound.stock() == {("DY", "quality_hold"): Decimal(10)}
    assert house.refusals(named) != []
