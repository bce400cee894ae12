"""Gates of the acceptance inspection at their boundaries, over facts made by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from meridian.inspection.queries import AcceptanceLineFacts
from meridian.inspection.rules import (
    acceptance_record_complete,
    conclusion_follows_checks,
    conformity_proved,
    remaining_life_meets_receipt_minimum,
    zone_awaits_goods,
)
from meridian.inventory.queries import LotFacts
from meridian.inventory.vocabulary import MovementType
from meridian.items.queries import ItemVerdict
from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach
from meridian.kernel.values.identity import uuid7

TODAY = date(2026, 12, 5)
MOMENT = Moment.at(datetime(2026, 12, 5, 4, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
ITEM = ItemVerdict(
    id=uuid7(), number="WL-1", device_name="注射器", model="ZSQ", specification="5 mL", device_class="II",
    class_code="14-01", old_class_code="", is_implantable=False, is_sterile=True, is_ivd=False, is_cold_chain=False,
    storage_condition="room", temperature_celsius_min=None, temperature_celsius_max=None, base_unit="box",
    tracking="lot", has_expiry=True, registrant_name="乙公司", contract_manufacturer_name="",
    production_license_no="苏 1 号", udi_list="", receipt_min_days=180, state="approved", approved_at=None,
    registration=None,
)  # fmt: skip


def line(
    *, expires_on: date | None = date(2029, 1, 4), item: ItemVerdict = ITEM, **changed: Any
) -> AcceptanceLineFacts:
    """Ten boxes, all checked and accepted, with every word of the record."""
    lot = LotFacts(uuid7(), item.id, "L1", "", "", "乙公司", None, expires_on, "", None)
    made = AcceptanceLineFacts(
        line_id=uuid7(), item=item, lot=lot, place_id=uuid7(), place_name="DY", status="pending_inspection",
        quantity=Decimal(10), movement=MovementType.ACCEPT, on_hand=Decimal(10), available=Decimal(10), udi="",
        arrived=Decimal(10), accepted_quantity=Decimal(10), rejected_quantity=Decimal(0), appearance="passed",
        package="passed", label="passed", certificate="passed", conclusion="accepted", nonconformity="",
        disposition="", device_name="注射器", model="ZSQ", specification="5 mL", registration_no="苏械注准20262140001",
        registrant_name="乙公司", production_license_no="苏 1 号",
    )  # fmt: skip
    return replace(made, **changed)


def rejected(quantity: str = "10", **changed: Any) -> AcceptanceLineFacts:
    """A line of which something failed."""
    failed = Decimal(quantity)
    values: dict[str, Any] = {
        "accepted_quantity": 10 - failed, "rejected_quantity": failed, "package": "failed", "nonconformity": "破损",
        "disposition": "return", "conclusion": "rejected" if failed == 10 else "partly",
    }  # fmt: skip
    return line(**{**values, **changed})


@dataclass(frozen=True)
class Inspection:
    """Facts as the gates ask for them."""

    lines: Sequence[AcceptanceLineFacts]
    state: str = "pending"
    supplier_id: UUID = ITEM.id
    supplier_name: str = "甲公司"
    supplier_address: str = "苏州"
    has_supplier_contact: bool = True
    purchased_on: date | None = date(2026, 12, 1)
    nonconforming_place_id: UUID | None = ITEM.id
    qualified_place_id: UUID | None = ITEM.id
    release_places: Mapping[UUID, UUID | None] = field(default_factory=dict)

    @property
    def accepted_lines(self) -> Sequence[AcceptanceLineFacts]:
        return [line for line in self.lines if line.accepted_quantity > 0]


def evidence(found: Sequence[Breach]) -> list[str]:
    return [str(breach.evidence) for breach in found]


def test_acceptance_record_complete__allows_the_whole_record__refuses_each_missing_word() -> None:
    assert acceptance_record_complete(Inspection([line(), rejected("3"), rejected()]), MOMENT) == []
    for changed, said in (
        ({"appearance": ""}, "批号 L1：未填写外观检查结果。"),
        ({"certificate": ""}, "批号 L1：未填写合格证明文件检查结果。"),
        ({"conclusion": ""}, "批号 L1：未填写验收结论。"),
        ({"accepted_quantity": Decimal(9)}, "批号 L1：合格 9 加不合格 0 不等于到货 10。"),
        ({"accepted_quantity": Decimal(11)}, "批号 L1：合格 11 加不合格 0 不等于到货 10。"),
        ({"registration_no": ""}, "批号 L1：记录缺少注册证编号或备案编号。"),
        ({"production_license_no": ""}, "批号 L1：记录缺少生产许可证号或备案编号。"),
        ({"model": "", "specification": ""}, "批号 L1：记录缺少型号或规格。"),
        ({"expires_on": None}, "批号 L1：记录缺少有效期。"),
    ):
        assert evidence(acceptance_record_complete(Inspection([line(**changed)]), MOMENT)) == [said]


@pytest.mark.parametrize("changed", [{"nonconformity": ""}, {"disposition": ""}])
def test_acceptance_record_complete__refuses_a_rejection_without_matter_or_disposition(changed: dict[str, Any]) -> None:
    said = evidence(acceptance_record_complete(Inspection([rejected("1", **changed)]), MOMENT))
    assert said == ["批号 L1：不合格须填写不合格事项和处置措施。"]


def test_acceptance_record_complete__refuses_a_supplier_file_without_address_or_contact() -> None:
    bare = Inspection([line()], supplier_address="", has_supplier_contact=False, purchased_on=None)
    said = evidence(acceptance_record_complete(bare, MOMENT))
    assert said == ["记录缺少供货者地址、供货者联系方式、购货日期。"]


def test_acceptance_record_complete__asks_imports_for_no_production_licence_of_china() -> None:
    for number in ("国械注进20263140001", "国械注许20263140001", "国械备20260001"):
        imported = line(production_license_no="", registration_no=number)
        assert acceptance_record_complete(Inspection([imported]), MOMENT) == []


def test_conclusion_follows_checks__allows_fitting_conclusions__refuses_acceptance_of_what_failed() -> None:
    assert conclusion_follows_checks(Inspection([line(), rejected("1"), rejected()]), MOMENT) == []
    assert evidence(conclusion_follows_checks(Inspection([line(label="failed")]), MOMENT)) == [
        "批号 L1：标签不符合，不能全部判为合格。"
    ]
    for wrong in (line(conclusion="partly"), rejected("1", conclusion="accepted"), rejected(conclusion="partly")):
        assert len(conclusion_follows_checks(Inspection([wrong]), MOMENT)) == 1


def test_conformity_proved__allows_whole_rejection__refuses_to_accept_a_piece() -> None:
    assert conformity_proved(Inspection([line(), rejected(certificate="failed")]), MOMENT) == []
    assert len(conformity_proved(Inspection([rejected("9", certificate="failed")]), MOMENT)) == 1


def test_remaining_life_meets_receipt_minimum__allows_the_very_day__refuses_one_day_less() -> None:
    enough, short = TODAY + timedelta(180), TODAY + timedelta(179)
    assert remaining_life_meets_receipt_minimum(Inspection([line(expires_on=enough)]), MOMENT) == []
    [breach] = remaining_life_meets_receipt_minimum(Inspection([line(expires_on=short)]), MOMENT)
    assert str(breach.evidence) == "批号 L1 余 179 天 < 180 天。"
    assert breach.waivable_quantity == Decimal(10)
    none_accepted = Inspection([rejected(expires_on=short), line(expires_on=None)])
    assert remaining_life_meets_receipt_minimum(none_accepted, MOMENT) == []


def test_zone_awaits_goods__allows_where_zones_are__refuses_where_goods_have_none() -> None:
    assert zone_awaits_goods(Inspection([line(), rejected("1")]), MOMENT) == []
    no_red = Inspection([rejected("1")], nonconforming_place_id=None)
    assert evidence(zone_awaits_goods(no_red, MOMENT)) == ["本场所没有在用的不合格品区。"]
    assert zone_awaits_goods(replace(no_red, lines=[line()]), MOMENT) == []
    no_green = Inspection([line()], state="inspected", qualified_place_id=None)
    assert evidence(zone_awaits_goods(no_green, MOMENT)) == ["本场所没有在用的合格品区。"]
    assert zone_awaits_goods(replace(no_green, lines=[rejected()]), MOMENT) == []
    assert zone_awaits_goods(replace(no_green, state="pending"), MOMENT) == []
