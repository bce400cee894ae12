"""Purchase orders: the purchase record of GSP Art 55 and 58, what release promises the warehouse, who may."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from meridian.inventory.models import SupplyDemand
from meridian.items.documents import ItemDocument
from meridian.items.tests.factories import approved_item, draft_item
from meridian.kernel.findings import Refused
from meridian.organization.vocabulary import Role
from meridian.parties.documents import SupplierDocument
from meridian.purchasing.documents import PurchaseOrderDocument
from meridian.purchasing.models import PurchaseOrder, PurchaseOrderLine
from meridian.purchasing.queries.orders import purchase_record
from meridian.purchasing.tests.inbound import Inbound, new_inbound

pytestmark = pytest.mark.django_db

RECORD_HEAD = ("supplier_name", "ordered_on")
RECORD_LINE = (
    "device_name", "model", "specification", "registration_no", "registrant_name", "unit", "quantity", "unit_price",
    "amount",
)  # fmt: skip
"""Column PO of REGULATIONS §4.1."""


@pytest.fixture
def inbound() -> Inbound:
    return new_inbound()


def refused(call: Any, *arguments: Any, **options: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*arguments, **options)
    return caught.value


def release(inbound: Inbound, order: UUID, role: Role = Role.PURCHASING_MANAGER) -> Any:
    return inbound.company.perform(PurchaseOrderDocument.release, order, role=role)


def test_the_record_and_its_print_hold_every_field_the_law_names(inbound: Inbound) -> None:
    order = inbound.order("3.5")
    with inbound.company.scope():
        head, line = PurchaseOrder.objects.get(pk=order), PurchaseOrderLine.objects.get(document_id=order)
        printed = purchase_record(inbound.company.company_id, order)
    assert [name for name in RECORD_HEAD if not getattr(head, name)] == []
    assert [name for name in RECORD_LINE if not getattr(line, name)] == []
    assert [name for name in RECORD_LINE if not printed["lines"][0][name]] == []
    assert (line.amount, head.amount, printed["amount"]) == (Decimal("43.75"),) * 3
    assert (line.registration_no, line.registrant_name) == ("苏械注准20262140001", "江南示范医疗科技有限公司")


@pytest.mark.parametrize(
    ("quantity", "price", "amount"), [("1", "0.005", "0.01"), ("3", "0.333333", "1.00"), ("1", "0.0049", "0.00")]
)
def test_amounts_are_rounded_half_up_to_the_cent(inbound: Inbound, quantity: str, price: str, amount: str) -> None:
    order = inbound.order(release=False)
    line = {"item": inbound.item, "quantity": quantity, "unit_price": price}
    inbound.company.draft(PurchaseOrderDocument, {}, [line], role=Role.BUYER, document_id=order)
    with inbound.company.scope():
        assert PurchaseOrder.objects.get(pk=order).amount == Decimal(amount)


def test_the_record_takes_the_words_of_the_items_file_at_release(inbound: Inbound) -> None:
    order = inbound.order(release=False)
    company = inbound.company
    company.perform(ItemDocument.suspend, inbound.item, role=Role.QUALITY_HEAD, reason="更名")
    company.draft(ItemDocument, {"specification": "5 mL 新版"}, document_id=inbound.item, reason="注册变更")
    company.perform(ItemDocument.approve, inbound.item, role=Role.QUALITY_HEAD)
    assert inbound.order_line(order).specification == "5 mL"
    release(inbound, order)
    assert inbound.order_line(order).specification == "5 mL 新版"


def test_release_tells_the_warehouse_what_to_expect_and_close_that_no_more_comes(inbound: Inbound) -> None:
    order = inbound.order("100")
    with inbound.company.scope():
        row = SupplyDemand.objects.get(document_id=order)
    buyer = inbound.company.actors[Role.BUYER]
    assert (row.kind, row.expected, row.done, row.is_open) == ("supply", Decimal(100), Decimal(0), True)
    assert (row.unit_price, str(row.day), str(row.ordered_on)) == (Decimal("12.5"), "2026-12-31", "2026-11-20")
    assert (row.ordered_by_id, row.party_id) == (buyer.user_id, inbound.supplier)
    receipt = inbound.receipt(order, [inbound.line("100")])
    closed = inbound.company.perform(PurchaseOrderDocument.close, order, role=Role.PURCHASING_MANAGER, reason="停产")
    assert closed.state == "closed"
    assert {finding.code for finding in refused(inbound.receive, receipt).findings} == {
        "receipt_has_order",
        "quantity_within_order",
    }
    assert (inbound.movements(), inbound.refusals(receipt)) == (0, ["receipt_has_order"])


def test_verdicts_on_supplier_and_product_stop_the_release(inbound: Inbound) -> None:
    raw = draft_item(inbound.company)
    order = inbound.order(item=raw, release=False)
    inbound.company.perform(SupplierDocument.suspend, inbound.supplier, role=Role.QUALITY_HEAD, reason="证照造假")
    found = refused(release, inbound, order)
    assert {finding.code for finding in found.findings} == {
        "supplier_qualified",
        "product_qualified",
        "registration_in_force",
    }
    assert inbound.refusals(order) == ["supplier_qualified"]
    with inbound.company.scope():
        assert not SupplyDemand.objects.exists()
        assert PurchaseOrder.objects.get(pk=order).state == "draft"


def test_a_class_three_implant_is_outside_a_paper_for_class_two(inbound: Inbound) -> None:
    implant = approved_item(inbound.company, registration_no="国械注准20263130001", device_class="III",
                            is_implantable=True)  # fmt: skip
    order = inbound.order(item=implant)  # the supplier's licence covers everything
    with inbound.company.scope():
        assert PurchaseOrder.objects.get(pk=order).keep_until is None  # implants are kept for ever (GSP Art 23)


def test_only_the_purchasing_manager_releases_and_an_empty_order_is_refused(inbound: Inbound) -> None:
    order = inbound.order(release=False)
    assert refused(release, inbound, order, Role.BUYER).code == "permission_required"
    inbound.company.draft(PurchaseOrderDocument, {}, [], role=Role.BUYER, document_id=order)
    assert refused(release, inbound, order).code == "document_has_lines"


def test_every_state_allows_its_own_moves_and_no_other(inbound: Inbound) -> None:
    moves: dict[str, Any] = PurchaseOrderDocument.transitions  # type: ignore[misc]
    draft, released = inbound.order(release=False), inbound.order()
    closed, voided = inbound.order(), inbound.order(release=False)
    inbound.company.perform(moves["close"], closed, role=Role.PURCHASING_MANAGER, reason="不再需要")
    inbound.company.perform(moves["void"], voided, role=Role.PURCHASING_MANAGER, reason="不再需要")
    illegal = [
        (draft, "close"), (released, "release"), (released, "void"), (closed, "release"), (closed, "close"),
        (closed, "void"), (voided, "release"), (voided, "close"), (voided, "void"),
    ]  # fmt: skip
    for document, name in illegal:
        found = refused(inbound.company.perform, moves[name], document, role=Role.PURCHASING_MANAGER, reason="不")
        assert found.code == "illegal_transition"
    for document in (released, closed, voided):
        found = refused(inbound.company.draft, PurchaseOrderDocument, {"note": "改"}, role=Role.BUYER,
                        document_id=document)  # fmt: skip
        assert found.code == "record_locked"  # G74


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"quantity": "0"}, "lines.0.quantity"),
        ({"quantity": "-1"}, "lines.0.quantity"),
        ({"unit_price": "-0.01"}, "lines.0.unit_price"),
        ({"quantity": "1000000000000"}, "lines.0.quantity"),
        ({"quantity": "999999999999", "unit_price": "999999999999"}, "lines"),
    ],
)
def test_quantities_and_prices_out_of_range_are_named(inbound: Inbound, line: dict[str, str], field: str) -> None:
    values = {"item": inbound.item, "quantity": "1", "unit_price": "1", **line}
    order = inbound.order(release=False)
    found = refused(inbound.company.draft, PurchaseOrderDocument, {}, [values], role=Role.BUYER, document_id=order)
    assert (found.code, [finding.field for finding in found.findings]) == ("field_invalid", [field])


def test_goods_are_not_promised_before_they_are_ordered(inbound: Inbound) -> None:
    found = refused(inbound.order, promised_on="2026-11-19", release=False)
    assert (found.code, found.findings[0].field) == ("field_invalid", "promised_on")
    inbound.order(promised_on="2026-11-20", release=False)
