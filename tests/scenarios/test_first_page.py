"""The first page warns of what is due and of exceptions in force, each post of what concerns it."""

from datetime import timedelta

import pytest
from django.test import Client

from meridian.accounts.signing_in import BACKEND
from meridian.alerts.watching import watch
from meridian.items.tests.factories import approved_item
from meridian.kernel.documents import WaiverDocument
from meridian.kernel.models import User
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.organization.vocabulary import Role
from meridian.parties.tests.factories import approved_customer, approved_supplier
from meridian.purchasing.models import PurchaseOrder
from meridian.purchasing.tests.inbound import MAKER, PACKAGES, ROLES, Inbound
from meridian.sales.tests.factories import confirmed_order, today
from meridian.warehouse.documents import GoodsReceiptDocument
from meridian.warehouse.tests.outbound import House

pytestmark = pytest.mark.django_db

POSTS = (*ROLES, Role.SALES_STAFF, Role.SALES_MANAGER, Role.PICKER, Role.REVIEWER, Role.AUDITOR)


@pytest.fixture
def inbound() -> Inbound:
    company = new_company(POSTS)
    item = approved_item(company, identifiers=PACKAGES, **MAKER)
    return Inbound(company, approved_supplier(company), item)


def first_page(company: CompanyForTests, role: Role) -> str:
    client = Client()
    watch(company.company_id)
    client.force_login(User.objects.get(pk=company.actors[role].user_id), backend=BACKEND)
    return client.get("/").content.decode()


def test_a_buyer_is_told_of_goods_due_today_and_not_of_tomorrows(inbound: Inbound) -> None:
    house = House(inbound.company, inbound.item, inbound.supplier)
    day = today(house)
    inbound.order("10", ordered_on=day, promised_on=day + timedelta(days=1))
    assert "尚未到齐" not in first_page(inbound.company, Role.BUYER)
    due = inbound.order("10", ordered_on=day, promised_on=day)
    with inbound.company.scope():
        number = PurchaseOrder.objects.get(pk=due).number
    page = first_page(inbound.company, Role.BUYER)
    assert f"采购订单 {number}（苏州安和医疗用品有限公司）应于 {day} 到货，尚未到齐" in page
    assert "联系供货者催交" in page
    assert "尚未到齐" not in first_page(inbound.company, Role.KEEPER)
    inbound.receive(inbound.receipt(due, [inbound.line("10")]))
    assert "尚未到齐" not in first_page(inbound.company, Role.BUYER)


def test_a_sales_person_is_told_of_what_should_have_left(inbound: Inbound) -> None:
    house = House(inbound.company, inbound.item, approved_customer(inbound.company))
    confirmed_order(house, "5")  # arrives tomorrow
    assert "尚未发齐" not in first_page(inbound.company, Role.SALES_STAFF)
    confirmed_order(house, "5", arrives_on=today(house))
    assert f"应于 {today(house)} 发货，尚未发齐" in first_page(inbound.company, Role.SALES_STAFF)


def test_the_auditor_is_told_of_waivers_in_force(inbound: Inbound) -> None:
    company = inbound.company
    receipt = inbound.receipt(inbound.order("10"), [inbound.line("12")])
    fields = {"gate_code": "quantity_within_order", **company.about(GoodsReceiptDocument, receipt),
              "quantity": "2", "justification": "供方随货赠送", "ends_on": "2099-12-31"}  # fmt: skip
    made = company.draft(WaiverDocument, fields, role=Role.PURCHASING_MANAGER)
    assert "有效至 2099-12-31" not in first_page(company, Role.AUDITOR)  # not signed yet
    company.perform(WaiverDocument.sign_alone, made.document_id, role=Role.PURCHASING_MANAGER)
    page = first_page(company, Role.AUDITOR)
    assert f"让步 {made.number} 有效至 2099-12-31：" in page
    company.perform(WaiverDocument.withdraw, made.document_id, role=Role.PURCHASING_MANAGER, reason="不再需要")
    assert "有效至 2099-12-31" not in first_page(company, Role.AUDITOR)
