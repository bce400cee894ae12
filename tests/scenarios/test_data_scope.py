"""A post held for one site or warehouse sees and acts there alone: pages, lists, API, drafts, moves and trace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from meridian.accounts.signing_in import BACKEND
from meridian.competence.tests.factories import qualification
from meridian.inventory.models import Lot, StockMovement
from meridian.items.documents import ItemDocument
from meridian.items.models import Item
from meridian.items.tests.factories import approved_item
from meridian.kernel.act import open_act
from meridian.kernel.declare import DocumentType
from meridian.kernel.drafts import DraftCommand, draft
from meridian.kernel.findings import Refused
from meridian.kernel.models import RefusalRecord, RoleAssignment, User
from meridian.kernel.tests.engine_case import counted_statements
from meridian.kernel.work import Outcome
from meridian.organization.models import Place, Site
from meridian.organization.services import create_standard_places
from meridian.organization.tests.factories import new_company
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.parties.tests.factories import approved_customer, approved_supplier
from meridian.purchasing.tests.inbound import ALL_PASSED, MAKER, NOTE_AGREES, PACKAGES, ROLES, Inbound
from meridian.sales.tests.factories import confirmed_order
from meridian.warehouse.documents import (
    GoodsReceiptDocument,
    QualityHoldDocument,
    ShipmentDocument,
    StockAdjustmentDocument,
)
from meridian.warehouse.models import GoodsReceipt, Shipment
from meridian.warehouse.tests.outbound import OWN_TRUCK, House

pytestmark = pytest.mark.django_db

RECEIPTS = "warehouse/goods-receipts"
POSTS = (*ROLES, Role.SALES_STAFF, Role.SALES_MANAGER, Role.PICKER, Role.REVIEWER)


@dataclass
class TwoSites:
    """A company with its first site S1 and a second, S2, each with a warehouse of standard zones."""

    inbound: Inbound
    house: House
    far: UUID
    """The second site."""
    far_places: Mapping[ZoneKind, UUID]

    def draft(
        self, declared: type[DocumentType[Any, Any]], fields: Mapping[str, Any], role: Role, *, far: bool,
        lines: Sequence[Mapping[str, Any]] | None = None,
    ) -> Outcome:  # fmt: skip
        """A new document at one of the sites."""
        site = self.far if far else self.inbound.company.set_up.site_id
        command = DraftCommand(fields=fields, lines=lines, site_id=site)
        return draft(declared, command, actor=self.inbound.company.actors[role])

    def receipt(self, lot: str, *, far: bool, expires_on: str = "2029-01-04") -> UUID:
        """A draft receipt of 100 of a lot at one of the sites."""
        place = self.far_places[ZoneKind.PENDING] if far else self.inbound.place()
        fields = {"order_id": self.inbound.order(), "delivery_note_number": "SHTX-1", **NOTE_AGREES, "place": place}
        lines = [self.inbound.line(lot_no=lot, expires_on=expires_on)]
        made = self.draft(GoodsReceiptDocument, fields, Role.RECEIVER, far=far, lines=lines)
        return made.document_id

    def shelved(self, lot: str, *, far: bool, expires_on: str) -> UUID:
        """A lot of 100, received, inspected and released at one of the sites."""
        receipt = self.receipt(lot, far=far, expires_on=expires_on)
        self.inbound.receive(receipt)
        inspection = self.inbound.inspection(receipt)
        self.inbound.inspect(inspection, {**ALL_PASSED, "accepted_quantity": "100", "conclusion": "accepted"})
        self.inbound.conclude(inspection)
        self.inbound.release(inspection)
        with self.inbound.company.scope():
            key: UUID = Lot.objects.get(lot_no=lot).pk
        return key

    def limit(self, role: Role, kind: str, key: UUID) -> None:
        """The holder of a post holds it for one site or warehouse from now on."""
        company = self.inbound.company
        with open_act(company.set_up.system):
            held = RoleAssignment.objects.filter(user_id=company.actors[role].user_id)
            assert held.update(scope_kind=kind, scope_id=key) == 1

    @property
    def far_warehouse(self) -> UUID:
        with self.inbound.company.scope():
            key: UUID = Place.objects.get(site_id=self.far, kind="warehouse").pk
        return key

    def browser(self, role: Role) -> Client:
        """The holder of a post with a session."""
        client = Client()
        client.force_login(User.objects.get(pk=self.inbound.company.actors[role].user_id), backend=BACKEND)
        return client

    def number(self, receipt: UUID) -> str:
        with self.inbound.company.scope():
            return GoodsReceipt.objects.get(pk=receipt).number

    def refusals(self) -> list[str]:
        with self.inbound.company.scope():
            return list(RefusalRecord.objects.order_by("at").values_list("code", flat=True))


@pytest.fixture
def sites() -> TwoSites:
    company = new_company(POSTS)
    inbound = Inbound(company, approved_supplier(company), approved_item(company, identifiers=PACKAGES, **MAKER))
    qualification(company, company.actors[Role.INSPECTOR].user_id)
    house = House(company, inbound.item, approved_customer(company))
    with open_act(company.set_up.system):
        site = Site.objects.create(code="S2", name="二部")
        places = create_standard_places(site)
    return TwoSites(inbound, house, site.pk, places)


def refused(call: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value


@pytest.mark.parametrize("kind", ["site", "warehouse"])
def test_a_receiver_of_one_site_finds_and_posts_its_receipts_and_no_other(sites: TwoSites, kind: str) -> None:
    here, there = sites.receipt("HERE", far=False), sites.receipt("THERE", far=True)
    sites.limit(Role.RECEIVER, kind, sites.far if kind == "site" else sites.far_warehouse)
    client = sites.browser(Role.RECEIVER)
    listed = client.get(f"/api/v1/{RECEIPTS}").json()["items"]
    assert [row["number"] for row in listed] == [sites.number(there)]
    page = client.get(f"/{RECEIPTS}/?view=all").content.decode()
    assert sites.number(there) in page
    assert sites.number(here) not in page
    for path in (f"/api/v1/{RECEIPTS}/{{}}", f"/{RECEIPTS}/{{}}/"):
        assert client.get(path.format(there)).status_code == HTTPStatus.OK
        assert client.get(path.format(here)).status_code == HTTPStatus.NOT_FOUND
    assert refused(lambda: sites.inbound.receive(here)).code == "not_found"
    sites.inbound.receive(there)
    with sites.inbound.company.scope():
        assert set(StockMovement.objects.values_list("document_number", flat=True)) == {sites.number(there)}


@pytest.mark.parametrize("kind", ["site", "warehouse"])
def test_a_draft_for_another_site_is_refused_and_says_so(sites: TwoSites, kind: str) -> None:
    sites.limit(Role.RECEIVER, kind, sites.far if kind == "site" else sites.far_warehouse)
    outside = refused(lambda: sites.receipt("HERE", far=False))
    assert (outside.code, outside.status) == ("outside_scope", HTTPStatus.FORBIDDEN)
    assert "场所或仓库" in str(outside.findings[0].evidence)
    with sites.inbound.company.scope():
        assert not GoodsReceipt.objects.exists()
    assert sites.refusals() == ["outside_scope"]
    sites.receipt("THERE", far=True)


def test_a_draft_cannot_be_carried_out_of_the_drafters_warehouse(sites: TwoSites) -> None:
    with open_act(sites.inbound.company.set_up.system):
        first = sites.far_warehouse
        second = Place.objects.create(site_id=sites.far, kind="warehouse", code="WH2", name="二号仓库")
        pending = Place.objects.create(
            site_id=sites.far, parent=second, kind="zone", zone_kind="pending", code="DY2", name="待验区"
        )
    receipt = sites.receipt("THERE", far=True)
    sites.limit(Role.RECEIVER, "warehouse", first)
    company = sites.inbound.company

    def carry() -> None:
        company.draft(GoodsReceiptDocument, {"place": pending.pk}, role=Role.RECEIVER, document_id=receipt)

    assert refused(carry).code == "outside_scope"
    company.draft(GoodsReceiptDocument, {"delivery_note_number": "SHTX-2"}, role=Role.RECEIVER, document_id=receipt)


def test_the_form_offers_a_limited_drafter_only_their_site(sites: TwoSites) -> None:
    both = sites.browser(Role.RECEIVER).get(f"/{RECEIPTS}/new").content.decode()
    assert "S1 " in both
    assert "S2 二部" in both
    sites.limit(Role.RECEIVER, "site", sites.far)
    one = sites.browser(Role.RECEIVER).get(f"/{RECEIPTS}/new").content.decode()
    assert f'name="site_id" value="{sites.far}"' in one
    assert "S1 " not in one


def test_inspection_and_hold_belong_to_the_warehouse_of_the_goods(sites: TwoSites) -> None:
    here, there = sites.receipt("HERE", far=False), sites.receipt("THERE", far=True)
    for receipt in (here, there):
        sites.inbound.receive(receipt)
    sites.limit(Role.INSPECTOR, "warehouse", sites.far_warehouse)
    client = sites.browser(Role.INSPECTOR)
    listed = client.get("/api/v1/inspection/acceptance-inspections").json()["items"]
    assert [row["receipt_number"] for row in listed] == [sites.number(there)]
    near = sites.inbound.inspection(here)
    answer = {**ALL_PASSED, "accepted_quantity": "100", "conclusion": "accepted"}
    assert refused(lambda: sites.inbound.inspect(near, answer)).code == "not_found"
    sites.inbound.inspect(sites.inbound.inspection(there), answer)
    with sites.inbound.company.scope():
        lots = dict(Lot.objects.values_list("lot_no", "pk"))

    def hold(lot: str) -> Outcome:
        fields = {"lot": lots[lot], "doubt": "外箱破损"}
        return sites.draft(QualityHoldDocument, fields, Role.INSPECTOR, far=True)

    assert refused(lambda: hold("HERE")).code == "outside_scope"
    made = hold("THERE")
    sites.inbound.company.perform(QualityHoldDocument.hold, made.document_id, role=Role.INSPECTOR)


def test_a_shipment_takes_its_own_sites_goods_first_expiry_first(sites: TwoSites) -> None:
    sites.shelved("EARLIER-HERE", far=False, expires_on="2028-01-04")
    lot = sites.shelved("LATER-THERE", far=True, expires_on="2029-01-04")
    sites.limit(Role.PICKER, "warehouse", sites.far_warehouse)
    order = confirmed_order(sites.house, "60")
    made = sites.draft(ShipmentDocument, {"order_id": order, **OWN_TRUCK}, Role.PICKER, far=True)
    with sites.inbound.company.scope():
        assert Shipment.objects.get(pk=made.document_id).warehouse_id == sites.far_warehouse
    assert sites.house.lines_of(made.document_id) == [("LATER-THERE", "60", "")]
    sites.inbound.company.perform(ShipmentDocument.pick, made.document_id, role=Role.PICKER)
    sites.inbound.company.perform(ShipmentDocument.review, made.document_id, role=Role.REVIEWER)
    sites.inbound.company.perform(ShipmentDocument.ship, made.document_id, role=Role.KEEPER)
    with sites.inbound.company.scope():
        shipped = StockMovement.objects.get(document_id=made.document_id)
    assert (shipped.lot_id, shipped.quantity) == (lot, Decimal(60))


def test_goods_of_another_site_cannot_be_written_on_a_document(sites: TwoSites) -> None:
    lot = sites.shelved("HERE", far=False, expires_on="2029-01-04")
    line = {"lot": lot, "place": sites.house.shelf, "stock_status": "qualified", "quantity": "1"}

    def use(*, far: bool) -> Outcome:
        fields = {"cause": "internal_use"}
        return sites.draft(StockAdjustmentDocument, fields, Role.KEEPER, far=far, lines=[line])

    sites.limit(Role.KEEPER, "site", sites.far)
    away = refused(lambda: use(far=True))
    assert (away.code, away.findings[0].field) == ("field_invalid", "lines")
    assert "HG 合格品区" in str(away.findings[0].evidence)
    assert refused(lambda: use(far=False)).code == "outside_scope"
    sites.limit(Role.KEEPER, "site", sites.inbound.company.set_up.site_id)
    use(far=False)


def test_masters_are_read_from_every_site_and_changed_company_wide_alone(sites: TwoSites) -> None:
    sites.limit(Role.QUALITY_STAFF, "site", sites.far)
    client = sites.browser(Role.QUALITY_STAFF)
    assert client.get(f"/api/v1/items/items/{sites.inbound.item}").status_code == HTTPStatus.OK
    assert client.get("/items/items/new").status_code == HTTPStatus.FORBIDDEN
    move = sites.inbound.company.perform
    assert refused(lambda: move(ItemDocument.suspend, sites.inbound.item, reason="疑问")).code == "outside_scope"
    with sites.inbound.company.scope():
        assert Item.objects.get(pk=sites.inbound.item).state == "approved"


def test_a_limited_post_traces_nothing_and_sees_its_sites_stock(sites: TwoSites) -> None:
    sites.shelved("HERE", far=False, expires_on="2029-01-04")
    sites.shelved("THERE", far=True, expires_on="2029-01-04")
    client = sites.browser(Role.QUALITY_STAFF)
    assert client.get("/api/v1/inventory/trace?lot=HERE").status_code == HTTPStatus.OK
    sites.limit(Role.QUALITY_STAFF, "site", sites.far)
    refusal = client.get("/api/v1/inventory/trace?lot=HERE")  # a lot's way leads through every site and customer
    assert (refusal.status_code, refusal.json()["code"]) == (HTTPStatus.FORBIDDEN, "outside_scope")
    page = client.get("/trace?q=THERE")
    assert page.status_code == HTTPStatus.FORBIDDEN
    assert "须在全公司范围内任岗" in page.content.decode()
    stock = client.get("/api/v1/inventory/stock").json()["items"]
    assert [row["lot_no"] for row in stock] == ["THERE"]


def test_a_limited_post_costs_no_further_statement(sites: TwoSites) -> None:
    there = sites.receipt("THERE", far=True)
    client = sites.browser(Role.RECEIVER)
    paths = (f"/api/v1/{RECEIPTS}", f"/api/v1/{RECEIPTS}/{there}", f"/{RECEIPTS}/", f"/{RECEIPTS}/{there}/")

    def counts() -> list[int]:
        found = []
        for path in paths:
            client.get(path)
            with counted_statements() as statements:
                assert client.get(path).status_code == HTTPStatus.OK
            found.append(len(statements))
        return found

    wide = counts()
    sites.limit(Role.RECEIVER, "site", sites.far)
    assert counts() == wide
    sites.limit(Role.RECEIVER, "warehouse", sites.far_warehouse)
    assert all(limited <= before for limited, before in zip(counts(), wide, strict=True))


def test_a_warehouses_receiver_chooses_among_orders_without_reading_them(sites: TwoSites) -> None:
    order = sites.inbound.order()
    sites.limit(Role.RECEIVER, "warehouse", sites.far_warehouse)
    client = sites.browser(Role.RECEIVER)
    assert client.get(f"/purchasing/purchase-orders/{order}/").status_code == HTTPStatus.NOT_FOUND
    assert str(order) in client.get(f"/{RECEIPTS}/new").content.decode()
