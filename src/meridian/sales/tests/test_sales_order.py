"""Sales orders through the two doors: what is promised, to whom, and when the promise ends."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from meridian.inventory.models import SupplyDemand
from meridian.items.documents import ItemDocument
from meridian.items.tests.factories import draft_item
from meridian.kernel.findings import Refused
from meridian.kernel.models import RefusalRecord, TransitionRecord
from meridian.organization.vocabulary import Role
from meridian.parties.documents import CustomerDocument, LicenceDocument
from meridian.parties.models import Licence
from meridian.parties.tests.factories import draft_customer, licence
from meridian.sales.documents import SalesOrderDocument
from meridian.sales.models import SalesOrder, SalesOrderLine
from meridian.sales.queries import sales_record
from meridian.sales.tests.factories import confirmed_order, draft_order, today
from meridian.warehouse.tests.outbound import House, LotIn, new_house

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return new_house()


def test_confirming_promises_every_line_for_its_day_price_address_and_named_lot(house: House) -> None:
    day = today(house)
    lines = [
        {"item": house.item, "quantity": "60", "unit_price": "115.00"},
        {"item": house.item, "quantity": "2.5", "unit_price": "0.333333", "lot_no": "L7"},
    ]
    fields = {"customer": house.customer, "ordered_on": day, "arrives_on": day + timedelta(days=3)}
    made = house.company.draft(SalesOrderDocument, fields, lines, role=Role.SALES_STAFF)
    house.company.perform(SalesOrderDocument.confirm, made.document_id, role=Role.SALES_MANAGER)
    with house.company.scope():
        order = SalesOrder.objects.get(pk=made.document_id)
        amounts = list(SalesOrderLine.objects.order_by("line_no").values_list("amount", flat=True))
        rows = SupplyDemand.objects.order_by("id").values(
            "kind", "document_number", "item_id", "expected", "done", "unit_price", "day", "party_name", "deliver_to",
            "lot_no", "is_open",
        )  # fmt: skip
        demands = list(rows)
    assert (order.customer_name, order.amount, amounts) == (
        "江南市第一人民医院", Decimal("6900.83"), [Decimal("6900.00"), Decimal("0.83")],
    )  # fmt: skip
    assert order.customer_contact == "025-00000000"
    assert order.customer_license_no == "practice_license-1"
    common: dict[str, Any] = {
        "kind": "demand", "document_number": made.number, "item_id": house.item, "done": 0, "is_open": True,
        "day": day + timedelta(days=3), "party_name": "江南市第一人民医院",
        "deliver_to": "江南市中山路 8 号 设备科库房",
    }  # fmt: skip
    assert demands == [
        {**common, "expected": 60, "unit_price": Decimal("115.00"), "lot_no": ""},
        {**common, "expected": Decimal("2.5"), "unit_price": Decimal("0.333333"), "lot_no": "L7"},
    ]


def refused(house: House, order: UUID) -> list[str]:
    """The findings of a refused confirmation; proves that nothing was promised and the refusal is recorded once."""
    with pytest.raises(Refused) as caught:
        house.company.perform(SalesOrderDocument.confirm, order, role=Role.SALES_MANAGER)
    with house.company.scope():
        assert not SupplyDemand.objects.filter(document_id=order).exists()
        assert SalesOrder.objects.get(pk=order).state == "draft"
    assert not TransitionRecord.objects.filter(document_id=order).exists()
    assert RefusalRecord.objects.filter(document_id=order).count() == 1
    return [finding.code for finding in caught.value.findings]


def test_customer_qualified__refuses_an_order_to_a_customer_quality_has_not_approved(house: House) -> None:
    customer = draft_customer(house.company, 22)
    licence(house.company, {"customer": customer}, "practice_license", scope=[{"device_class": "", "class_code": ""}])
    assert refused(house, draft_order(house, "1", customer=customer)) == ["customer_qualified"]


def test_customer_qualified__refuses_after_suspension(house: House) -> None:
    house.company.perform(CustomerDocument.suspend, house.customer, reason="停用")
    assert refused(house, draft_order(house, "1")) == ["customer_qualified"]


def test_customer_papers_valid__refuses_when_the_paper_was_withdrawn(house: House) -> None:
    withdraw_licence(house)
    assert refused(house, draft_order(house, "1")) == ["customer_papers_valid", "customer_scope_covers_item"]


def withdraw_licence(house: House) -> None:
    """The customer's practice licence is no longer in force."""
    with house.company.scope():
        paper = Licence.objects.get(customer_id=house.customer)
    house.company.perform(LicenceDocument.withdraw, paper.pk, reason="吊销")


def test_customer_scope_covers_item__refuses_a_class_outside_the_practice_licence() -> None:
    house = new_house()
    withdraw_licence(house)
    licence(house.company, {"customer": house.customer}, "practice_license", scope=[{"class_code": "22"}])
    assert refused(house, draft_order(house, "1")) == ["customer_scope_covers_item"]


def test_product_qualified__refuses_a_product_quality_has_not_approved(house: House) -> None:
    item = draft_item(house.company, None)
    fields = {"customer": house.customer, "ordered_on": today(house), "arrives_on": today(house)}
    lines = [{"item": item, "quantity": "1", "unit_price": "1"}]
    made = house.company.draft(SalesOrderDocument, fields, lines, role=Role.SALES_STAFF)
    assert refused(house, made.document_id) == ["product_qualified"]


def test_product_qualified__refuses_a_suspended_product(house: House) -> None:
    house.company.perform(ItemDocument.suspend, house.item, reason="停用")
    assert refused(house, draft_order(house, "1")) == ["product_qualified"]


def test_document_has_lines__refuses_an_empty_order(house: House) -> None:
    assert refused(house, draft_order(house)) == ["document_has_lines"]


def test_goods_do_not_arrive_before_they_are_ordered(house: House) -> None:
    day = today(house)
    with pytest.raises(Refused) as caught:
        draft_order(house, "1", ordered_on=day, arrives_on=day - timedelta(days=1))
    assert (caught.value.code, caught.value.findings[0].field) == ("field_invalid", "arrives_on")
    assert draft_order(house, "1", ordered_on=day, arrives_on=day)


def test_a_changed_quantity_changes_the_amount_and_a_given_address_stays(house: House) -> None:
    order = draft_order(house, "2", "3", delivery_address="江南市城北分院")
    with house.company.scope():
        first = SalesOrderLine.objects.get(document_id=order, line_no=1)
    lines = [{"id": first.pk, "quantity": "4"}]
    house.company.draft(SalesOrderDocument, {}, lines, role=Role.SALES_STAFF, document_id=order)
    with house.company.scope():
        row = SalesOrder.objects.get(pk=order)
    assert (row.amount, row.delivery_address) == (Decimal("460.00"), "江南市城北分院")


def test_closing_ends_the_promise_and_asks_for_a_reason(house: House) -> None:
    order = confirmed_order(house, "5")
    with pytest.raises(Refused) as caught:
        house.company.perform(SalesOrderDocument.close, order, role=Role.SALES_MANAGER)
    assert caught.value.code == "reason_required"
    house.company.perform(SalesOrderDocument.close, order, role=Role.SALES_MANAGER, reason="客户取消")
    with house.company.scope():
        assert list(SupplyDemand.objects.values_list("is_open", flat=True)) == [False]
    with pytest.raises(Refused) as caught:
        house.shipment(order)
    assert (caught.value.code, caught.value.findings[0].field) == ("field_invalid", "order_id")


def test_the_record_is_kept_five_years_and_for_implants_for_ever(house: House) -> None:
    order = confirmed_order(house, "5")
    with house.company.scope():
        row = SalesOrder.objects.get(pk=order)
    day = today(house)
    assert row.keep_until is not None
    assert (row.keep_until.year, row.keep_until.month) == (day.year + 5, day.month)


SAL = {
    "device_name", "model", "specification", "registration_no", "registrant_name", "contract_manufacturer_name",
    "production_license_no", "lot_no", "expires_on", "quantity", "unit_price", "amount", "sale_date",
}  # fmt: skip
"""The fields of column SAL of the record matrix (GSP Art 84) that stand on a line."""


def test_the_sales_record_has_every_field_the_law_names() -> None:
    expires_on = today(house := new_house()) + timedelta(days=900)
    house.stock(LotIn("L1", "40", expires_on), LotIn("L2", "40", expires_on + timedelta(days=1)))
    order = confirmed_order(house, "60")
    house.to_shipped(house.shipment(order))
    with house.company.scope():
        record = sales_record(house.company.company_id, order)
    assert {"customer_name", "delivery_address", "customer_contact", "customer_license_no"} <= record.keys()
    assert record["customer_contact"] == "025-00000000"
    assert all(set(line) >= SAL for line in record["lines"])
    lines = [(line["lot_no"], line["quantity"], line["amount"], line["sale_date"]) for line in record["lines"]]
    day = today(house)
    assert lines == [("L1", 40, Decimal("4600.00"), day), ("L2", 20, Decimal("2300.00"), day)]
    assert record["lines"][0]["registration_no"] == "苏械注准20262140001"


def test_facts_cost_the_same_statements_for_one_order_and_for_many(house: House) -> None:
    orders = [draft_order(house, "1", "2") for _each in range(4)]
    counts = []
    for some in (orders[:1], orders):
        with house.company.scope():
            SalesOrderDocument.load(house.company.company_id, some, frozenset())  # keys of personal data are read once
            before = len(connection.queries_log)
            connection.force_debug_cursor = True
            found = SalesOrderDocument.load(house.company.company_id, some, frozenset())
            connection.force_debug_cursor = False
        counts.append(len(connection.queries_log) - before)
        assert set(found) == set(some)
    assert counts == [6, 6]
