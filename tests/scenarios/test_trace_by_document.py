"""A document's number in the trace finds the lots it touched, an order's through what came or left for it."""

import json
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from meridian.accounts.signing_in import BACKEND
from meridian.competence.tests.factories import qualification
from meridian.inspection.models import AcceptanceInspection
from meridian.inventory.models import Lot
from meridian.inventory.queries.lookup import find_lots
from meridian.items.tests.factories import approved_item
from meridian.kernel.models import Document, User
from meridian.kernel.tests.engine_case import counted_statements
from meridian.organization.tests.factories import new_company
from meridian.organization.vocabulary import Role
from meridian.parties.tests.factories import approved_customer, approved_supplier
from meridian.purchasing.models import PurchaseOrder
from meridian.purchasing.tests.inbound import ALL_PASSED, MAKER, PACKAGES, ROLES, Inbound
from meridian.sales.models import SalesOrder
from meridian.sales.tests.factories import confirmed_order, today
from meridian.site.commands import trace as command
from meridian.warehouse.documents import QualityHoldDocument
from meridian.warehouse.models import GoodsReceipt, QualityHold, Shipment
from meridian.warehouse.tests.outbound import House

pytestmark = pytest.mark.django_db

POSTS = (*ROLES, Role.SALES_STAFF, Role.SALES_MANAGER, Role.PICKER, Role.REVIEWER)


class Chain:
    """Bought: lots A and B in two deliveries of one order, C on another. Sold: 150 of A and B; 30 of B are drafted."""

    def __init__(self) -> None:
        company = new_company(POSTS)
        self.company = company
        self.inbound = Inbound(
            company, approved_supplier(company), approved_item(company, identifiers=PACKAGES, **MAKER)
        )
        qualification(company, company.actors[Role.INSPECTOR].user_id)
        self.house = House(company, self.inbound.item, approved_customer(company))
        bought = self.inbound.order("200")
        self.numbers: dict[str, str] = {"purchase order": self.number(PurchaseOrder, bought)}
        for lot, last in (("A", "2029-01-04"), ("B", "2029-02-04")):
            receipt = self.inbound.receipt(bought, [self.inbound.line("100", lot_no=lot, expires_on=last)])
            self.numbers[f"receipt {lot}"] = self.number(GoodsReceipt, receipt)
            self.numbers[f"inspection {lot}"] = self.shelve(receipt)
        other = self.inbound.receipt(
            self.inbound.order("100"), [self.inbound.line(lot_no="C", expires_on="2029-03-04")]
        )
        self.numbers["inspection C, pending"] = self.shelve(other, conclude=False)
        sold = confirmed_order(self.house, "150")
        self.numbers["sales order"] = self.number(SalesOrder, sold)
        shipment = self.house.shipment(sold)
        self.numbers["shipment"] = self.number(Shipment, shipment)
        self.house.to_shipped(shipment)
        self.numbers["draft shipment of 30"] = self.number(
            Shipment, self.house.shipment(confirmed_order(self.house, "30"))
        )
        with company.scope():
            lot_c = Lot.objects.get(lot_no="C").pk
        hold = company.draft(QualityHoldDocument, {"lot": lot_c, "doubt": "外箱破损"}, role=Role.KEEPER).document_id
        self.numbers["hold of C"] = self.number(QualityHold, hold)
        self.numbers["order without receipts"] = self.number(PurchaseOrder, self.inbound.order("5"))

    def shelve(self, receipt: UUID, *, conclude: bool = True) -> str:
        """Received and, if asked, inspected and released; the number of the inspection."""
        self.inbound.receive(receipt)
        inspection = self.inbound.inspection(receipt)
        if conclude:
            self.inbound.inspect(inspection, {**ALL_PASSED, "accepted_quantity": "100", "conclusion": "accepted"})
            self.inbound.conclude(inspection)
            self.inbound.release(inspection)
        return self.number(AcceptanceInspection, inspection)

    def number(self, model: type[Document], key: UUID) -> str:
        with self.company.scope():
            return model.objects.get(pk=key).number


@pytest.fixture(scope="module")
def chain(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Chain]:
    """Told once and committed."""
    with django_db_blocker.unblock():
        yield Chain()


TOUCHED = {
    "purchase order": ["A", "B"], "receipt A": ["A"], "receipt B": ["B"], "inspection B": ["B"],
    "inspection C, pending": ["C"], "sales order": ["A", "B"], "shipment": ["A", "B"],
    "draft shipment of 30": ["B"], "hold of C": ["C"],
}  # fmt: skip


@pytest.mark.parametrize("name", TOUCHED)
def test_a_number_means_the_lots_its_document_touched_in_three_statements(chain: Chain, name: str) -> None:
    with chain.company.scope(), counted_statements() as statements:
        found = find_lots(chain.numbers[name].lower(), today=today(chain.house))
    assert sorted(lot.lot_no for lot in found.lots) == TOUCHED[name]
    assert (found.document_number, found.is_choice) == (chain.numbers[name], False)
    assert len(statements) == 3


def test_an_order_nothing_came_for_has_no_lots(chain: Chain) -> None:
    with chain.company.scope():
        found = find_lots(chain.numbers["order without receipts"], today=today(chain.house))
    assert (found.lots, found.code) == ((), "lot_not_found")


def test_another_companys_order_is_not_found(chain: Chain) -> None:
    with new_company().scope():
        assert find_lots(chain.numbers["purchase order"], today=today(chain.house)).lots == ()


def test_page_api_and_command_trace_both_orders(
    chain: Chain, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = Client()
    head = User.objects.get(pk=chain.company.actors[Role.QUALITY_HEAD].user_id)
    client.force_login(head, backend=BACKEND)
    monkeypatch.setattr(command, "open_database", lambda: None)  # the suite's own database is open already
    for name, receipts in (("purchase order", 2), ("sales order", 2)):
        number = chain.numbers[name]
        page = client.get("/trace", {"q": number}).content.decode()
        assert number in page
        assert "2 个批号" in page
        body = client.get("/api/v1/inventory/trace", {"lot": number}).json()
        assert len(body["trace"]["receipts"]) == receipts
        assert {each["net"] for each in body["trace"]["customers"]} == {"100", "50"}
        assert command.main([number, "--json", "--company", str(chain.company.company_id)]) == 0
        told = json.loads(capsys.readouterr().out)["trace"]
        assert [lot["lot_no"] for lot in told["lots"]] == ["A", "B"]
