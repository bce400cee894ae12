"""From order to pending stock: what a receipt writes, what it refuses, and that nothing moves then."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meridian.inspection.models import AcceptanceInspection
from meridian.inventory.models import Lot, StockMovement, SupplyDemand
from meridian.kernel.findings import Refused
from meridian.organization.vocabulary import Role
from meridian.purchasing.tests.inbound import Inbound, barcode, new_inbound
from meridian.warehouse.models import GoodsReceipt

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
