"""From order to pending stock: what a receipt writes, what it refuses, and that nothing moves then."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meridian.accounts.signing_in import BACKEND
from meridian.inspection.models import AcceptanceInspection
from meridian.inventory.models import Lot, StockMovement, SupplyDemand
from meridian.kernel.clock import now
from meridian.kernel.documents import WaiverDocument
from meridian.kernel.findings import Refused
from meridian.kernel.models import Change, TransitionRecord, User
from meridian.kernel.registry import registry
from meridian.kernel.values.identity import uuid7
from meridian.ledger.documents import AccountingPeriodDocument
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.parties.documents import LicenceDocument
from meridian.parties.models import Licence
from meridian.purchasing.documents import PurchaseOrderDocument
from meridian.purchasing.models import PurchaseOrder, PurchaseOrderLine
from meridian.purchasing.tests.inbound import Inbound, barcode, new_inbound
from meridian.warehouse.documents import GoodsReceiptDocument
from meridian.warehouse.models import GoodsReceipt, GoodsReceiptLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def inbound() -> Inbound:
    return new_inbound()


def refused(call: Any, *arguments: Any, **options: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*arguments, **options)
    return caught.value


def test_goods_received_stand_pending_and_wait_for_the_inspector(inbound: Inbound) -> None:
    order = inbound.order("100")
    receipt = inbound.receipt(order, [inbound.line("60"), inbound.line("40", lot_no="L2")])
    assert inbound.receive(receipt).state == "received"
    assert inbound.stock() == {("DY", "pending_inspection"): Decimal(100)}
    with inbound.company.scope():
        row = GoodsReceipt.objects.get(pk=receipt)
        moves = list(StockMovement.objects.order_by("id").values_list("quantity", "value", "from_virtual", "to_status"))
        expected = SupplyDemand.objects.get()
        inspection = AcceptanceInspection.objects.get(receipt_id=receipt)
        lots = set(Lot.objects.values_list("lot_no", "expires_on", "maker_name"))
    assert moves == [
        (Decimal(60), Decimal("750.00"), "supplier", "pending_inspection"),
        (Decimal(40), Decimal("500.00"), "supplier", "pending_inspection"),
    ]
    receiver = inbound.company.actors[Role.RECEIVER]
    assert (row.received_by_id, row.received_by_name) == (receiver.user_id, receiver.name)
    assert row.received_at is not None
    assert row.keep_until == date(2031, 1, 4)  # two years past the expiry (GSP Art 23)
    assert (expected.done, expected.is_open) == (Decimal(100), False)
    assert lots == {
        ("L1", date(2029, 1, 4), "苏州示范器械制造有限公司"),
        ("L2", date(2029, 1, 4), "苏州示范器械制造有限公司"),
    }
    assert inspection.state == "pending"
    assert inspection.bought_by_name == inbound.company.actors[Role.BUYER].name
    assert inspection.received_by_id == receiver.user_id


def test_a_refused_receipt_moves_nothing_and_names_everything_wrong(inbound: Inbound) -> None:
    order = inbound.order("10")
    wrong = inbound.line("11", scanned=barcode(lot="L9"))
    receipt = inbound.receipt(order, [wrong], place=inbound.place(ZoneKind.QUALIFIED))
    found = refused(inbound.receive, receipt)
    assert [finding.code for finding in found.findings] == [
        "quantity_within_order",
        "place_is_pending_zone",
        "scan_matches_line",
    ]
    assert (inbound.movements(), inbound.stock(), inbound.refusals(receipt)) == (0, {}, ["quantity_within_order"])
    with inbound.company.scope():
        assert GoodsReceipt.objects.get(pk=receipt).state == "draft"
        assert not Lot.objects.exists()
        assert not AcceptanceInspection.objects.exists()
        assert SupplyDemand.objects.get().done == 0


def test_a_waiver_of_the_purchasing_manager_lets_the_excess_pass(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order("10"), [inbound.line("12")])
    assert refused(inbound.receive, receipt).code == "quantity_within_order"
    too_small = waive(inbound, receipt, "1")
    assert refused(inbound.receive, receipt).code == "quantity_within_order"  # two boxes too many, one waived
    inbound.company.perform(WaiverDocument.withdraw, too_small, role=Role.PURCHASING_MANAGER, reason="数量不足")
    waive(inbound, receipt, "2")
    inbound.receive(receipt)
    with inbound.company.scope():
        assert SupplyDemand.objects.get().done == 12


def kept(inbound: Inbound, order: UUID) -> date | None:
    with inbound.company.scope():
        return PurchaseOrder.objects.get(pk=order).keep_until


def test_an_order_is_kept_two_years_past_the_latest_expiry_that_arrived_for_it(inbound: Inbound) -> None:
    order = inbound.order("30", promised_on="2026-12-31")
    assert kept(inbound, order) == date(2031, 12, 31)  # no expiry known yet: five years from its day (GSP Art 23)
    expected = [
        ("2029-12-30", date(2031, 12, 31)),  # two years past expiry is a day earlier: not cut short
        ("2030-01-01", date(2032, 1, 1)),
        ("2029-12-31", date(2032, 1, 1)),
    ]
    for number, (expires_on, until) in enumerate(expected):
        inbound.receive(inbound.receipt(order, [inbound.line("10", lot_no=f"L{number}", expires_on=expires_on)]))
        assert kept(inbound, order) == until
    inbound.company.perform(PurchaseOrderDocument.close, order, role=Role.PURCHASING_MANAGER, reason="到齐")
    assert kept(inbound, order) == date(2032, 1, 1)  # closing does not cut it short either
    with inbound.company.scope():
        (change, *_rest) = Change.objects.filter(row_id=order, operation="update").order_by("-pk")
        assert {"state"} <= change.new.keys()


def test_an_order_of_a_leap_days_lot_is_kept_through_28_february(inbound: Inbound) -> None:
    order = inbound.order("10", ordered_on="2026-01-01", promised_on="2026-01-01")
    inbound.receive(inbound.receipt(order, [inbound.line("10", expires_on="2032-02-29")]))
    assert kept(inbound, order) == date(2034, 2, 28)


def test_a_refused_receipt_prolongs_nothing(inbound: Inbound) -> None:
    order = inbound.order("10")
    before = kept(inbound, order)
    receipt = inbound.receipt(order, [inbound.line("11", expires_on="2040-01-01")])
    assert refused(inbound.receive, receipt).code == "quantity_within_order"
    assert kept(inbound, order) == before


@pytest.mark.parametrize("order", [("", "5", "2"), ("2", "5", ""), ("5", "2", ""), ("1", "2", "5")])
def test_of_several_waivers_the_narrowest_that_is_enough_lets_the_excess_pass(
    inbound: Inbound, order: Sequence[str]
) -> None:
    """Whatever order they were signed in; one that is too small (1 for an excess of 2) is as good as none."""
    receipt = inbound.receipt(inbound.order("10"), [inbound.line("12")])
    signed = {quantity: waive(inbound, receipt, quantity) for quantity in order}
    assert waiver_used(inbound, receipt) == str(signed["2"])


def test_of_like_waivers_the_one_that_ends_first_then_the_latest_lets_the_excess_pass(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order("10"), [inbound.line("12")])
    waive(inbound, receipt, "2", ends_on="2099-12-31")
    waive(inbound, receipt, "2", ends_on="2098-12-31")
    latest = waive(inbound, receipt, "2", ends_on="2098-12-31")
    waive(inbound, receipt, "2", ends_on="2099-12-31")
    assert waiver_used(inbound, receipt) == str(latest)


def test_two_waivers_never_add_up(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order("10"), [inbound.line("12")])
    for _each in range(2):
        waive(inbound, receipt, "1")
    assert refused(inbound.receive, receipt).code == "quantity_within_order"
    assert (inbound.movements(), inbound.refusals(receipt)) == (0, ["quantity_within_order"])


def test_the_list_counts_a_gate_as_met_by_the_waiver_that_fits(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order("10"), [inbound.line("12")])
    for quantity in ("5", "1"):  # the later of the two is too small
        waive(inbound, receipt, quantity)
    client = Client()
    client.force_login(User.objects.get(pk=inbound.company.actors[Role.RECEIVER].user_id), backend=BACKEND)
    gates = len(registry.gates_of(GoodsReceiptDocument.receive))
    assert f"{gates}/{gates}" in client.get("/warehouse/goods-receipts/").content.decode()


def waiver_used(inbound: Inbound, receipt: UUID) -> str:
    """The waiver that the receipt passed by."""
    inbound.receive(receipt)
    passed = TransitionRecord.objects.get(document_id=receipt, transition="receive").gates
    (gate,) = [each for each in passed if each["code"] == "quantity_within_order"]
    return str(gate["findings"][0]["waiver_id"])


def waive(inbound: Inbound, receipt: UUID, quantity: str, ends_on: str = "2099-12-31") -> UUID:
    fields = {
        "gate_code": "quantity_within_order", **inbound.company.about(GoodsReceiptDocument, receipt),
        "quantity": quantity, "justification": "供方随货赠送", "ends_on": ends_on,
    }  # fmt: skip
    made = inbound.company.draft(WaiverDocument, fields, role=Role.PURCHASING_MANAGER).document_id
    inbound.company.perform(WaiverDocument.sign_alone, made, role=Role.PURCHASING_MANAGER)
    return made


def test_two_receipts_of_one_order_cannot_both_take_the_rest(inbound: Inbound) -> None:
    order = inbound.order("10")
    first, second = inbound.receipt(order, [inbound.line("6")]), inbound.receipt(order, [inbound.line("6")])
    inbound.receive(first)
    assert refused(inbound.receive, second).code == "quantity_within_order"
    assert inbound.stock() == {("DY", "pending_inspection"): Decimal(6)}


def test_goods_without_an_order_may_be_written_down_but_not_received(inbound: Inbound) -> None:
    receipt = inbound.receipt(None, [inbound.line("1")], supplier=inbound.supplier)
    assert refused(inbound.receive, receipt).code == "receipt_has_order"
    found = refused(inbound.receipt, None)
    assert (found.code, found.findings[0].field) == ("field_invalid", "supplier")


def test_an_order_that_was_never_released_cannot_be_named(inbound: Inbound) -> None:
    for unknown in (inbound.order(release=False), uuid7()):
        found = refused(inbound.receipt, unknown)
        assert (found.code, found.findings[0].field) == ("field_invalid", "order_id")


def test_supplier_papers_valid__stops_the_receipt_when_the_licence_was_withdrawn(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order("10"), [inbound.line("10")])
    with inbound.company.scope():
        paper = Licence.objects.get(kind="business_license").pk
    inbound.company.perform(LicenceDocument.withdraw, paper, reason="被吊销")
    assert refused(inbound.receive, receipt).code == "supplier_papers_valid"
    assert inbound.movements() == 0


def test_period_open__stops_the_receipt_in_a_closed_month(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order("10"), [inbound.line("10")])
    month = {"month": now().astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat()}
    period = inbound.company.draft(AccountingPeriodDocument, month, role=Role.ACCOUNTANT).document_id
    inbound.company.perform(AccountingPeriodDocument.close, period, role=Role.FINANCE_MANAGER)
    assert refused(inbound.receive, receipt).code == "period_open"
    assert inbound.movements() == 0


def test_a_receipt_once_posted_is_never_taken_back(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order("10"), [inbound.line("10")])
    voided = inbound.receipt(inbound.order("10"), [inbound.line("10")])
    inbound.receive(receipt)
    inbound.company.perform(GoodsReceiptDocument.void, voided, role=Role.RECEIVER, reason="录错")
    for document in (receipt, voided):
        for move in (GoodsReceiptDocument.receive, GoodsReceiptDocument.void):
            found = refused(inbound.company.perform, move, document, role=Role.RECEIVER, reason="撤回")
            assert found.code == "illegal_transition"
    assert refused(inbound.company.perform, GoodsReceiptDocument.receive, voided, role=Role.KEEPER).status in (403, 409)


def test_lines_go_to_the_order_line_of_their_item_with_room(inbound: Inbound) -> None:
    header = {"supplier": inbound.supplier, "ordered_on": "2026-11-20", "promised_on": "2026-12-31"}
    lines = [{"item": inbound.item, "quantity": quantity, "unit_price": "1"} for quantity in ("5", "10")]
    order = inbound.company.draft(PurchaseOrderDocument, header, lines, role=Role.BUYER).document_id
    inbound.company.perform(PurchaseOrderDocument.release, order, role=Role.PURCHASING_MANAGER)
    receipt = inbound.receipt(order, [inbound.line("8"), inbound.line("5", lot_no="L2"), inbound.line("2")])
    with inbound.company.scope():
        wanted = [line.pk for line in PurchaseOrderLine.objects.filter(document_id=order).order_by("line_no")]
        rows = GoodsReceiptLine.objects.filter(document_id=receipt).order_by("line_no")
        assert [line.order_line_id for line in rows] == [wanted[1], wanted[0], wanted[1]]
    inbound.receive(receipt)
    with inbound.company.scope():
        assert not SupplyDemand.objects.filter(is_open=True).exists()


def test_a_receipt_costs_the_same_statements_for_one_line_and_for_a_thousand(inbound: Inbound) -> None:
    counts = []
    for count in (1, 1000):
        scans = [barcode(lot=f"N{count}-{line}") for line in range(count)]
        lines = [{"item": inbound.item, "quantity": "1", "scanned": scan} for scan in scans]
        receipt = inbound.receipt(inbound.order("1000"), lines)
        with CaptureQueriesContext(connection) as seen:
            inbound.receive(receipt)
        counts.append(len([query for query in seen.captured_queries if "SAVEPOINT" not in query["sql"]]))
    assert counts[0] == counts[1]
    assert counts[0] <= 20  # PERFORMANCE: client statements of one perform()
