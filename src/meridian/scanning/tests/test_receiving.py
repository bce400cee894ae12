"""Barcodes into a draft receipt: what counts, what is refused, and that a refusal leaves the receipt alone."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from meridian.accounts.signing_in import BACKEND
from meridian.items.tests.factories import BOX_DI, CASE_DI, approved_item
from meridian.kernel.findings import Refused
from meridian.kernel.models import User
from meridian.organization.vocabulary import Role
from meridian.purchasing.tests.inbound import Inbound, barcode, new_inbound
from meridian.scanning.models import ScanRecord
from meridian.scanning.tests.scanned import nothing_moves, scan_in, stopped
from meridian.scanning.vocabulary import ScanTask
from meridian.warehouse.models import GoodsReceiptLine

pytestmark = pytest.mark.django_db

OTHER_DI = "09520000000028"


@pytest.fixture
def inbound() -> Inbound:
    return new_inbound()


def lines(inbound: Inbound, receipt: UUID) -> list[GoodsReceiptLine]:
    with inbound.company.scope():
        return list(GoodsReceiptLine.objects.filter(document_id=receipt).order_by("line_no"))


def refused(inbound: Inbound, receipt: UUID, text: str) -> Refused:
    """The refusal behind a scan that did not count: nothing moved, one refusal row, one row of the book."""
    answer = stopped(inbound.company, ScanTask.RECEIVE, receipt, text, role=Role.RECEIVER)
    assert answer.refused is not None
    return answer.refused


def raised(inbound: Inbound, receipt: UUID, text: str, **options: Any) -> Refused:
    """The refusal of who or what may not scan at all; nothing moved, one refusal row, no row in the book."""
    with inbound.company.scope():
        booked = ScanRecord.objects.count()
    with nothing_moves(inbound.company, ScanTask.RECEIVE, receipt), pytest.raises(Refused) as caught:
        scan_in(inbound, receipt, text, **options)
    with inbound.company.scope():
        assert ScanRecord.objects.count() == booked
    return caught.value


def test_a_scan_makes_a_line_and_the_same_barcode_counts_it_up(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order())
    scan_in(inbound, receipt, barcode())
    told = scan_in(inbound, receipt, barcode()).line
    [line] = lines(inbound, receipt)
    assert (line.quantity, line.lot_no, line.di, line.scanned) == (Decimal(2), "L1", BOX_DI, barcode())
    assert (str(line.manufactured_on), str(line.expires_on)) == ("2026-01-05", "2029-01-04")
    assert line.order_line_id is not None
    assert told is not None
    assert (told.line_no, told.added, told.quantity, told.unit) == ("1", "1", "2", "box")


def test_a_case_counts_its_boxes_and_stays_a_line_of_its_own(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order())
    for text in (barcode(CASE_DI), barcode(BOX_DI), barcode(CASE_DI)):
        scan_in(inbound, receipt, text)
    assert [(line.di, line.quantity) for line in lines(inbound, receipt)] == [
        (CASE_DI, Decimal(40)), (BOX_DI, Decimal(1)),
    ]  # fmt: skip


def test_separators_aim_prefix_and_digital_link_are_the_same_barcode(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order())
    forms = (
        f"(01){BOX_DI}(17)290104(10)L1", f"\x1d01{BOX_DI}1729010410L1", f"]d201{BOX_DI}1729010410L1\r\n",
        f"^01{BOX_DI}1729010410L1",
    )  # fmt: skip
    for text in forms:
        scan_in(inbound, receipt, text)
    [line] = lines(inbound, receipt)
    assert line.quantity == len(forms)


@pytest.mark.parametrize(
    "text", [f"\x1d01{BOX_DI}1126010517290104\x1d10L1", f" \x1d01{BOX_DI}112601051729010410L1\r\n"]
)
def test_a_barcode_typed_or_patched_into_a_line_keeps_its_leading_separator(inbound: Inbound, text: str) -> None:
    receipt = inbound.receipt(inbound.order("1"), [{"item": inbound.item, "quantity": "1"}])
    client = Client()
    client.force_login(User.objects.get(pk=inbound.company.actors[Role.RECEIVER].user_id), backend=BACKEND)
    line = {"id": str(lines(inbound, receipt)[0].pk), "scanned": text}
    url = f"/api/v1/warehouse/goods-receipts/{receipt}"
    answer = client.patch(url, {"version": 1, "lines": [line]}, content_type="application/json")
    assert answer.status_code == 200, answer.content.decode()
    [stored] = lines(inbound, receipt)
    assert (stored.scanned, stored.di, stored.lot_no) == (text.strip(" \r\n"), BOX_DI, "L1")
    inbound.receive(receipt)


def test_what_no_column_holds_is_kept_in_the_scanned_text(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order())
    text = barcode(more="(240)REF-7")
    scan_in(inbound, receipt, text)
    assert lines(inbound, receipt)[0].scanned == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "scan_unreadable"),
        ("hello", "scan_unreadable"),
        (barcode("09520000000012"), "scan_unreadable"),  # wrong check digit
        (barcode()[:14], "scan_unreadable"),
        (barcode(last="291304"), "scan_unreadable"),  # month 13
        (barcode(OTHER_DI), "scan_unknown"),
        ("(10)L1", "scan_unknown"),
        (f"(01){BOX_DI}", "scan_incomplete"),
    ],
)
def test_what_cannot_be_read_or_names_nothing_is_refused(inbound: Inbound, text: str, code: str) -> None:
    receipt = inbound.receipt(inbound.order())
    assert refused(inbound, receipt, text).code == code


def test_an_item_that_the_order_does_not_name_is_refused(inbound: Inbound) -> None:
    other = [{"di": OTHER_DI, "package_level": "sales_unit", "units_per_package": "1"}]
    approved_item(inbound.company, identifiers=other, registration_no="苏械注准20262140002")
    receipt = inbound.receipt(inbound.order())
    assert refused(inbound, receipt, barcode(OTHER_DI)).code == "receipt_has_order"


def test_a_lot_with_other_days_than_scanned_or_received_before_is_refused(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order("2"))
    scan_in(inbound, receipt, barcode())
    assert refused(inbound, receipt, barcode(last="290105")).code == "scan_matches_line"
    inbound.receive(receipt)
    later = inbound.receipt(inbound.order("2"))
    assert refused(inbound, later, barcode(made="260106")).code == "scan_matches_line"
    scan_in(inbound, later, barcode())


def test_a_unit_with_a_serial_number_is_scanned_once() -> None:
    inbound = new_inbound(tracking="serial", has_expiry=False)
    receipt = inbound.receipt(inbound.order("3"))
    scan_in(inbound, receipt, f"(01){BOX_DI}(21)S1")
    scan_in(inbound, receipt, f"(01){BOX_DI}(21)S2")
    assert refused(inbound, receipt, f"(01){BOX_DI}(21)S1").code == "serial_received_once"
    assert refused(inbound, receipt, f"(01){BOX_DI}(10)L1").code == "scan_incomplete"
    inbound.receive(receipt)
    again = inbound.receipt(inbound.order("1"))
    assert refused(inbound, again, f"(01){BOX_DI}(21)S1").code == "serial_received_once"


def test_the_same_key_counts_once(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order())
    first = scan_in(inbound, receipt, barcode(), key="gun-1")
    again = scan_in(inbound, receipt, barcode(), key="gun-1")
    assert (again.replayed, again.record_id, again.line) == (True, first.record_id, first.line)
    assert again.card == first.card
    assert lines(inbound, receipt)[0].quantity == 1
    assert raised(inbound, receipt, barcode(lot="L2"), key="gun-1").code == "idempotency_key_reused"


def test_posted_receipts_other_posts_and_other_companies_are_closed_to_the_scanner(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order())
    assert raised(inbound, receipt, barcode(), role=Role.KEEPER).code == "permission_required"
    scan_in(inbound, receipt, barcode())
    inbound.receive(receipt)
    assert raised(inbound, receipt, barcode()).code == "record_locked"
    foreign = new_inbound()
    with pytest.raises(Refused) as caught:
        scan_in(foreign, receipt, barcode())
    assert caught.value.status == 404
