"""Gates of shipments and adjustments at their boundaries, on facts made by hand."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from meridian.inventory.vocabulary import MovementType
from meridian.kernel.clock import Moment
from meridian.kernel.values.identity import uuid7
from meridian.warehouse.queries.delivery_note import Note, NoteLine
from meridian.warehouse.queries.shipment import OrderShare
from meridian.warehouse.rules.adjusting import disposition_approved
from meridian.warehouse.rules.shipping import delivery_note_complete, outbound_reviewed, quantity_within_order_line

NOW = Moment.at(datetime(2026, 8, 1, 4, 0, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
SHARE = OrderShare(
    line_id=uuid7(), item_number="WL-000001", wanted=Decimal(60), ordered=Decimal(100), shipped=Decimal(30),
    picked_elsewhere=Decimal(10), is_open=True, is_of_order=True,
)  # fmt: skip


@dataclass(frozen=True)
class Shares:
    shares: tuple[OrderShare, ...]
    order_number: str = "XSDD-202608-0001"


def test_quantity_within_order_line__allows_what_is_open__refuses_one_more() -> None:
    assert not quantity_within_order_line(Shares((SHARE,)), NOW)
    one_more = replace(SHARE, wanted=Decimal("60.000001"))
    (breach,) = quantity_within_order_line(Shares((one_more,)), NOW)
    assert breach.subject_id == SHARE.line_id
    assert "订单 XSDD-202608-0001 只余 60 未发" in str(breach.evidence)


@pytest.mark.parametrize("changed", [{"is_open": False}, {"is_of_order": False}])
def test_quantity_within_order_line__refuses_closed_lines_and_lines_of_other_orders(changed: dict[str, bool]) -> None:
    assert len(quantity_within_order_line(Shares((SHARE, replace(SHARE, **changed))), NOW)) == 1  # type: ignore[arg-type]


@dataclass(frozen=True)
class People:
    picker_id: UUID | None
    reviewer_id: UUID | None


def test_outbound_reviewed__allows_another_person__refuses_nobody_and_the_picker() -> None:
    picker, reviewer = uuid7(), uuid7()
    assert not outbound_reviewed(People(picker, reviewer), NOW)
    for people in (People(picker, None), People(picker, picker)):
        (breach,) = outbound_reviewed(people, NOW)
        assert breach.remedy is not None
        assert breach.remedy.transition == "review"


LINE = NoteLine(
    line_id=uuid7(), device_name="一次性使用无菌注射器", model="ZSQ", specification="5 mL",
    registration_no="苏械注准20262140001", registrant_name="江南示范医疗科技有限公司", contract_manufacturer_name="",
    production_license_no="", lot_no="L1", serial_no="", manufactured_on=date(2026, 1, 1),
    expires_on=date(2026, 12, 31), storage_condition="常温", udi="", unit="box", quantity=Decimal(40),
)  # fmt: skip
NOTE = Note(
    number="CKFH-202608-0001", order_number="XSDD-202608-0001", supplier_name="江南仁和医疗器械有限公司",
    supplier_address="江南市", supplier_contact="025-1", customer_name="江南市第一人民医院", customer_contact="025-2",
    delivery_address="江南市中山路 8 号", seal="江南仁和出库专用章", transport_mode="own", carrier_name="",
    waybill_no="", vehicle_plate_no="苏A·D9520", driver_name="司机甲",
    picked_by_name="拣货员甲", reviewed_by_name="复核员甲", shipped_at=None, lines=(LINE,),
)  # fmt: skip


@dataclass(frozen=True)
class Leaves:
    note: Note = field(default_factory=lambda: NOTE)


def named(note: Note) -> list[str]:
    return [str(breach.evidence) for breach in delivery_note_complete(Leaves(note), NOW)]


def test_delivery_note_complete__allows_a_whole_note__model_and_contract_maker_only_where_there_is_one() -> None:
    assert named(NOTE) == []
    assert named(replace(NOTE, lines=(replace(LINE, model=""),))) == []


@pytest.mark.parametrize(
    ("column", "label"),
    [
        ("supplier_name", "供货企业名称"), ("customer_name", "收货单位名称"), ("delivery_address", "收货地址"),
        ("customer_contact", "购货者联系方式"), ("seal", "出库印章"),
    ],
)  # fmt: skip
def test_delivery_note_complete__refuses_a_missing_field_of_the_head(column: str, label: str) -> None:
    changed: dict[str, Any] = {column: ""}
    assert named(replace(NOTE, **changed)) == [f"随货同行单缺“{label}”。"]


@pytest.mark.parametrize(
    ("changed", "label"),
    [
        ({"device_name": ""}, "医疗器械名称"), ({"specification": ""}, "规格"),
        ({"registration_no": ""}, "注册证编号/备案编号"), ({"registrant_name": ""}, "注册人/备案人名称"),
        ({"lot_no": ""}, "生产批号或序列号"), ({"expires_on": None}, "使用期限/失效日期"),
        ({"storage_condition": ""}, "运输及贮存条件"), ({"unit": ""}, "单位"),
    ],
)  # fmt: skip
def test_delivery_note_complete__refuses_a_missing_field_of_a_line(changed: dict[str, Any], label: str) -> None:
    note = replace(NOTE, lines=(LINE, replace(LINE, **changed)))
    assert named(note) == [f"随货同行单第 2 行缺“{label}”。"]


def test_delivery_note_complete__a_serial_number_or_no_shelf_life_will_do() -> None:
    serial = replace(LINE, lot_no="", serial_no="SN1", expires_on=None, has_expiry=False)
    assert named(replace(NOTE, lines=(serial,))) == []


@dataclass(frozen=True)
class Disposal:
    movement: MovementType
    is_approved: bool


def test_disposition_approved__allows_signed_scrap_and_any_issue__refuses_unsigned_scrap() -> None:
    assert not disposition_approved(Disposal(MovementType.SCRAP, is_approved=True), NOW)
    assert not disposition_approved(Disposal(MovementType.ISSUE, is_approved=False), NOW)
    assert not disposition_approved(Disposal(MovementType.SAMPLE, is_approved=False), NOW)
    (breach,) = disposition_approved(Disposal(MovementType.SCRAP, is_approved=False), NOW)
    assert breach.owner == "quality_head"
