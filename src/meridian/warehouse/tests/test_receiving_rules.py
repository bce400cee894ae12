"""Gates of a goods receipt at their boundaries, over facts made by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from meridian.inventory.queries import ExpectedRow
from meridian.items.tests.factories import BOX_DI
from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach
from meridian.kernel.values.identity import uuid7
from meridian.parties.queries import SupplierVerdict
from meridian.warehouse.queries.goods_receipt import KnownLot, ReceiptLineFacts, ReceivedItem
from meridian.warehouse.rules.receiving import (
    lot_data_complete,
    lot_days_agree,
    place_is_pending_zone,
    quantity_within_order,
    receipt_has_order,
    scan_matches_line,
    serial_received_once,
    udi_present_where_required,
)
from meridian.warehouse.scanning import read_scan

TODAY = date(2026, 12, 5)
MOMENT = Moment.at(datetime(2026, 12, 5, 4, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
MADE, LAST = date(2026, 1, 5), date(2029, 1, 4)
SCAN = f"(01){BOX_DI}(11)260105(17)290104(10)L1"
NEW = KnownLot(is_known=False, manufactured_on=None, expires_on=None, serial_in_stock=False)
SUPPLIER = SupplierVerdict(uuid7(), "GHZ-1", "甲公司", "dealer", "", "", "", "", "approved", None, None, None, ())
ORDER = uuid7()


def item(**changed: Any) -> ReceivedItem:
    made = ReceivedItem(
        id=uuid7(), number="WL-1", device_class="II", is_ivd=False, is_implantable=False, udi_list="",
        base_unit="box", tracking="lot", has_expiry=True, maker_name="乙公司", registration_id=None,
    )  # fmt: skip
    return replace(made, **changed)


def ordered(of: ReceivedItem, expected: int = 100, done: int = 0, **changed: Any) -> ExpectedRow:
    row = ExpectedRow(
        id=uuid7(), kind="supply", document_type="purchase_order", document_id=ORDER, document_number="CGDD-1",
        line_id=uuid7(), item_id=of.id, expected=Decimal(expected), done=Decimal(done), is_open=True,
        unit_price=Decimal(1), party_id=SUPPLIER.id, lot_no="", ordered_on=None, ordered_by_id=None, ordered_by_name="",
    )  # fmt: skip
    return replace(row, **changed)


def line(of: ReceivedItem | None = None, *, scan: str = "", quantity: str = "1", **changed: Any) -> ReceiptLineFacts:
    of = of or item()
    made = ReceiptLineFacts(
        line_id=uuid7(), item=of, order_line=None, scan=read_scan(scan, TODAY) if scan else None,
        named_item_id=of.id if scan else None, known=NEW, lot_no="L1", serial_no="", sterilization_lot_no="",
        manufactured_on=MADE, expires_on=LAST, quantity=Decimal(quantity),
    )  # fmt: skip
    return replace(made, **changed)


@dataclass(frozen=True)
class Receipt:
    """Facts as the gates ask for them."""

    lines: Sequence[ReceiptLineFacts] = ()
    order_id: UUID | None = ORDER
    order_number: str = "CGDD-1"
    supplier: SupplierVerdict = SUPPLIER
    place_id: UUID = field(default_factory=uuid7)
    place_name: str = "DY 待验区"
    place_is_pending: bool = True


def evidence(found: Sequence[Breach]) -> list[str]:
    return [str(breach.evidence) for breach in found]


def test_receipt_has_order__allows_lines_of_the_order__refuses_goods_nobody_ordered() -> None:
    syringe = item()
    of_order = line(syringe, order_line=ordered(syringe))
    assert receipt_has_order(Receipt([of_order]), MOMENT) == []
    assert evidence(receipt_has_order(Receipt([of_order], order_id=None), MOMENT)) == ["没有采购订单，不得收货。"]


@pytest.mark.parametrize(
    "changed", [{"document_id": uuid7()}, {"item_id": uuid7()}, {"is_open": False}, {"party_id": uuid7()}]
)
def test_receipt_has_order__refuses_another_order_item_or_supplier_and_closed_lines(changed: dict[str, Any]) -> None:
    syringe = item()
    wrong = line(syringe, order_line=ordered(syringe, **changed))
    assert [breach.subject_id for breach in receipt_has_order(Receipt([wrong]), MOMENT)] == [wrong.line_id]


def test_receipt_has_order__refuses_a_line_that_found_no_order_line() -> None:
    assert len(receipt_has_order(Receipt([line()]), MOMENT)) == 1


def test_quantity_within_order__allows_the_last_piece__refuses_one_more_over_all_lines() -> None:
    syringe = item()
    order = ordered(syringe, 100, done=40)
    within = [line(syringe, quantity="30", order_line=order), line(syringe, quantity="30", order_line=order)]
    assert quantity_within_order(Receipt(within), MOMENT) == []
    over = [*within, line(syringe, quantity="0.5", order_line=order)]
    [breach] = quantity_within_order(Receipt(over), MOMENT)
    assert str(breach.evidence) == "WL-1：本次 60.5，订单 CGDD-1 只余 60 未收。"
    assert breach.waivable_quantity == Decimal("0.5")  # a waiver covers the excess, not the delivery


def test_quantity_within_order__refuses_anything_on_a_closed_line() -> None:
    syringe = item()
    closed = line(syringe, quantity="1", order_line=ordered(syringe, is_open=False))
    assert quantity_within_order(Receipt([closed]), MOMENT)[0].waivable_quantity == Decimal(1)


def test_place_is_pending_zone__allows_the_pending_zone__refuses_any_other() -> None:
    assert place_is_pending_zone(Receipt(), MOMENT) == []
    wrong = Receipt(place_name="HG 合格品区", place_is_pending=False)
    assert evidence(place_is_pending_zone(wrong, MOMENT)) == ["HG 合格品区 不是本场所在用的待验区。"]


def test_lot_data_complete__allows_lot_with_expiry__refuses_what_is_missing() -> None:
    serial = item(tracking="serial")
    fine = [
        line(), line(item(has_expiry=False), expires_on=None), line(serial, serial_no="S1", lot_no=""),
        line(manufactured_on=LAST), line(manufactured_on=None),
    ]  # fmt: skip
    assert lot_data_complete(Receipt(fine), MOMENT) == []
    wrong = [line(lot_no=""), line(expires_on=None), line(serial), line(manufactured_on=date(2029, 1, 5))]
    assert evidence(lot_data_complete(Receipt(wrong), MOMENT)) == [
        "WL-1：请填写生产批号。",
        "WL-1：请填写有效期至。",
        "WL-1：请填写序列号。",
        "批号 L1：有效期至 2029-01-04 早于生产日期 2029-01-05。",
    ]


def test_scan_matches_line__allows_what_the_line_says__refuses_each_difference() -> None:
    assert scan_matches_line(Receipt([line(scan=SCAN), line()]), MOMENT) == []
    for changed, said in (
        ({"lot_no": "L2"}, "生产批号不符：条码为 L1，本行为 L2。"),
        ({"expires_on": date(2029, 1, 5)}, "有效期至不符：条码为 2029-01-04，本行为 2029-01-05。"),
        ({"manufactured_on": None}, "生产日期不符：条码为 2026-01-05，本行为 —。"),
        ({"named_item_id": uuid7()}, f"条码的产品标识 {BOX_DI} 不是 WL-1 的。"),
        ({"named_item_id": None}, f"条码的产品标识 {BOX_DI} 未登记在任何物料下。"),
    ):
        assert evidence(scan_matches_line(Receipt([line(scan=SCAN, **changed)]), MOMENT)) == [said]
    unit = line(item(tracking="serial"), scan=f"(01){BOX_DI}(21)S1", serial_no="S2")
    assert evidence(scan_matches_line(Receipt([unit]), MOMENT)) == ["序列号不符：条码为 S1，本行为 S2。"]


def test_scan_matches_line__refuses_a_wrong_check_digit() -> None:
    [said] = evidence(scan_matches_line(Receipt([line(scan="(01)09520000000012(10)L1")]), MOMENT))
    assert said.startswith("批号 L1：条码无法识别")


def test_udi_present_where_required__allows_the_day_before_the_duty__refuses_from_its_day() -> None:
    """Class III without a list: made from 2022-06-01 on (2021-114); class II: from 2027-06-01 on (2026-21)."""
    three = item(device_class="III")
    assert udi_present_where_required(Receipt([line(three, manufactured_on=date(2022, 5, 31))]), MOMENT) == []
    assert len(udi_present_where_required(Receipt([line(three, manufactured_on=date(2022, 6, 1))]), MOMENT)) == 1
    scanned = line(three, manufactured_on=date(2022, 6, 1), scan=SCAN)
    assert udi_present_where_required(Receipt([scanned]), MOMENT) == []
    assert udi_present_where_required(Receipt([line(manufactured_on=date(2027, 5, 31))]), MOMENT) == []
    assert len(udi_present_where_required(Receipt([line(manufactured_on=date(2027, 6, 1))]), MOMENT)) == 1


def test_udi_present_where_required__judges_a_unit_without_day_of_manufacture_as_made_today() -> None:
    undated = line(item(device_class="III"), manufactured_on=None)
    assert len(udi_present_where_required(Receipt([undated]), MOMENT)) == 1
    assert udi_present_where_required(Receipt([line(manufactured_on=None)]), MOMENT) == []


def test_lot_days_agree__allows_the_same_days__refuses_a_known_lot_with_another_expiry() -> None:
    known = KnownLot(is_known=True, manufactured_on=MADE, expires_on=LAST, serial_in_stock=False)
    undated = KnownLot(is_known=True, manufactured_on=None, expires_on=LAST, serial_in_stock=False)
    assert lot_days_agree(Receipt([line(), line(known=known), line(known=undated)]), MOMENT) == []
    for changed in ({"expires_on": date(2029, 1, 5)}, {"expires_on": None}, {"manufactured_on": date(2026, 1, 6)}):
        assert len(lot_days_agree(Receipt([line(known=known, **changed)]), MOMENT)) == 1


def test_lot_days_agree__refuses_two_expiries_of_one_lot_in_one_receipt() -> None:
    syringe = item()
    first, second = line(syringe), line(syringe, expires_on=date(2029, 1, 5))
    other_lot = line(syringe, lot_no="L2", expires_on=date(2029, 1, 5))
    assert lot_days_agree(Receipt([first, other_lot]), MOMENT) == []
    [breach] = lot_days_agree(Receipt([first, second]), MOMENT)
    assert breach.subject_id == second.line_id


def test_serial_received_once__allows_one_unit__refuses_two_twice_and_again() -> None:
    unit = item(tracking="serial")
    in_stock = replace(NEW, serial_in_stock=True)
    fine = [line(unit, serial_no="S1"), line(unit, serial_no="S2"), line(serial_no="S1", quantity="5", known=in_stock)]
    assert serial_received_once(Receipt(fine), MOMENT) == []
    assert evidence(serial_received_once(Receipt([line(unit, serial_no="S1", quantity="2")]), MOMENT)) == [
        "序列号 S1：数量应为 1，本行为 2。"
    ]
    twice = [line(unit, serial_no="S1"), line(unit, serial_no="S1")]
    assert evidence(serial_received_once(Receipt(twice), MOMENT)) == ["序列号 S1 在本单出现 2 次。"] * 2
    again = line(unit, serial_no="S1", known=in_stock)
    assert evidence(serial_received_once(Receipt([again]), MOMENT)) == ["序列号 S1 已在库存中。"]
