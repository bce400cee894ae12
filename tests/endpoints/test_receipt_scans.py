"""Barcodes into a draft receipt through HTTP: the API of a scanner and the page of a person."""

from typing import Any

import pytest
from django.test import Client

from meridian.accounts.signing_in import BACKEND
from meridian.items.tests.factories import CASE_DI
from meridian.kernel.models import Change, User
from meridian.organization.vocabulary import Role
from meridian.purchasing.tests.inbound import Inbound, barcode, new_inbound
from meridian.warehouse.models import GoodsReceiptLine
from tests.endpoints.caller import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def inbound() -> Inbound:
    return new_inbound()


def signed_in(inbound: Inbound, role: Role) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=inbound.company.actors[role].user_id), backend=BACKEND)
    return client


def lines_of(inbound: Inbound, receipt: Any) -> list[tuple[str, int]]:
    with inbound.company.scope():
        rows = GoodsReceiptLine.objects.filter(document_id=receipt).order_by("line_no")
        return [(row.lot_no, int(row.quantity)) for row in rows]


def test_a_scanner_counts_a_case_once_for_each_key(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order())
    url = f"/api/v1/warehouse/goods-receipts/{receipt}/scans"
    scanner = Caller(signed_in(inbound, Role.RECEIVER))
    for _try in range(2):
        status, answer = scanner.post(url, {"scan": barcode(CASE_DI)}, key="gun-1")
        assert (status, answer["scan"]["added"], answer["scan"]["quantity"]) == (200, "20", "20")
    assert answer["replayed"] is True
    assert scanner.post(url, {"scan": barcode(CASE_DI)}, key="gun-2")[1]["scan"]["quantity"] == "40"
    assert lines_of(inbound, receipt) == [("L1", 40)]
    with inbound.company.scope():
        assert (
            Change.objects.filter(
                table_name="warehouse_goods_receipt_line", company_id=inbound.company.company_id
            ).count()
            == 2
        )


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"scan": "(01)1"}, 422, "scan_unreadable"),
        ({"scan": "x" * 9000}, 422, "field_invalid"),
        ({"scan": None}, 422, "field_invalid"),
        ({}, 422, "field_invalid"),
        ({"scan": barcode(), "received_by": "x"}, 422, "system_field_readonly"),
        ({"scan": barcode(), "received_at": "2020-01-01"}, 422, "system_field_readonly"),
        ({"scan": barcode(), "colour": "x"}, 422, "field_unknown"),
    ],
)
def test_a_faulty_scan_is_refused_by_name_and_counts_nothing(
    inbound: Inbound, body: dict[str, Any], status: int, code: str
) -> None:
    receipt = inbound.receipt(inbound.order())
    scanner = Caller(signed_in(inbound, Role.RECEIVER))
    answer = scanner.post(f"/api/v1/warehouse/goods-receipts/{receipt}/scans", body)
    assert (answer[0], answer[1]["code"]) == (status, code)
    assert lines_of(inbound, receipt) == []


def test_a_person_scans_on_the_page_of_the_receipt(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order())
    record, page = f"/warehouse/goods-receipts/{receipt}/", f"/scan/receive/{receipt}"
    receiver, inspector = signed_in(inbound, Role.RECEIVER), signed_in(inbound, Role.INSPECTOR)
    assert page in receiver.get(record).content.decode()
    assert page not in inspector.get(record).content.decode()
    shown = receiver.get(page)
    assert shown.status_code == 200
    assert 'name="text"' in shown.content.decode()
    assert "'wasm-unsafe-eval'" in shown["Content-Security-Policy"]
    assert "'wasm-unsafe-eval'" not in receiver.get(record)["Content-Security-Policy"]
    done = receiver.post(f"{page}/take", {"text": barcode(CASE_DI), "key": "p-1"}, follow=True)
    assert "已收 +20" in done.content.decode()
    scripted = {"HX-Request": "true"}
    wrong = {"text": barcode(CASE_DI, last="290105"), "key": "p-2"}
    refused = receiver.post(f"{page}/take", wrong, headers=scripted)
    assert refused.status_code == 422
    assert "与已登记的 2026-01-05、2029-01-04 不符" in refused.content.decode()
    other = {"text": barcode(), "key": "p-3"}
    assert inspector.post(f"{page}/take", other).status_code == 403
    assert "data-again" in inspector.post(f"{page}/take", other, headers=scripted).content.decode()
    book = receiver.get(f"{page}/records.csv")
    assert book.content.decode().count("\r\n") == 3
    assert lines_of(inbound, receipt) == [("L1", 20)]
    inbound.receive(receipt)
    assert receiver.get(page).status_code == 302
    assert page not in receiver.get(record).content.decode()
