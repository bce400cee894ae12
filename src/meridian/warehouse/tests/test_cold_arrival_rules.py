"""Gates of goods that travelled cold, at their boundaries, over facts made by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach
from meridian.kernel.values.identity import uuid7
from meridian.warehouse.queries.goods_receipt import ReceiptLineFacts, TransitLogFacts
from meridian.warehouse.rules.cold_arrival import (
    cold_goods_in_fit_place,
    stability_statement_attached,
    transit_temperature_in_range,
    transit_temperature_proved,
)
from meridian.warehouse.tests.test_receiving_rules import item, line

NINE = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
"""09:00 in Shanghai."""
TWO_HOURS = timedelta(hours=2)
FIVE_MINUTES = timedelta(minutes=5)
MOMENT = Moment.at(NINE + TWO_HOURS, ZoneInfo("Asia/Shanghai"))
PLACE = uuid7()
REAGENT = item(is_cold_chain=True, temperature_celsius_min=Decimal("2.0"), temperature_celsius_max=Decimal("8.0"))


def log(**changed: Any) -> TransitLogFacts:
    made = TransitLogFacts(
        id=uuid7(), file_name="TL-01.csv", departed_at=NINE, arrived_at=NINE + TWO_HOURS, first_at=NINE,
        last_at=NINE + TWO_HOURS, readings=25, lowest=Decimal("2.00"), lowest_at=NINE + FIVE_MINUTES,
        highest=Decimal("8.00"), highest_at=NINE + FIVE_MINUTES, longest_gap=FIVE_MINUTES, gap_from=NINE,
    )  # fmt: skip
    return replace(made, **changed)


@dataclass(frozen=True)
class Delivery:
    """Facts as the gates ask for them."""

    state: str = "draft"
    cold_lines: Sequence[ReceiptLineFacts] = (line(REAGENT, quantity="10"),)
    departed_at: datetime | None = NINE
    arrived_at: datetime | None = NINE + TWO_HOURS
    arrival_celsius: Decimal | None = Decimal("5.0")
    transport_unit: str = "冷藏箱 LC-07"
    transit_log: TransitLogFacts | None = log()  # noqa: RUF009 - frozen
    statement_attached: bool = False
    place_id: UUID = PLACE
    place_name: str = "DY-LC 冷藏待验位"
    place_low: Decimal | None = Decimal("2.0")
    place_high: Decimal | None = Decimal("8.0")


def evidence(found: Sequence[Breach]) -> list[str]:
    return [str(breach.evidence) for breach in found]


def test_transit_temperature_proved__allows_a_gap_of_five_minutes__refuses_one_second_more() -> None:
    assert transit_temperature_proved(Delivery(), MOMENT) == []
    longer = log(longest_gap=FIVE_MINUTES + timedelta(seconds=1), gap_from=NINE + timedelta(hours=1))
    assert evidence(transit_temperature_proved(Delivery(transit_log=longer), MOMENT)) == [
        "TL-01.csv 在启运 2026-11-27 09:00:00 至到货 2026-11-27 11:00:00 之间有缺口："
        "2026-11-27 10:00:00 起 0:05:01 没有读数，超过 5 分钟。"
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"transit_log": None}, "没有读取在途温度记录；请添加温度记录仪文件并读取。"),
        ({"departed_at": NINE - FIVE_MINUTES}, "启运时间在读取 TL-01.csv 之后改过，请重新读取。"),
        ({"arrival_celsius": None}, "冷链货物请填写到货温度。"),
        ({"transport_unit": ""}, "冷链货物请填写运输工具/箱号。"),
        ({"transit_log": log(readings=0, longest_gap=None, gap_from=None)},
         "TL-01.csv 没有启运 2026-11-27 09:00:00 至到货 2026-11-27 11:00:00 之间的读数。"),
        ({"arrived_at": NINE - TWO_HOURS, "transit_log": log(arrived_at=NINE - TWO_HOURS)},
         "启运时间晚于到货时间 2026-11-27 07:00:00。"),
    ],
)  # fmt: skip
def test_transit_temperature_proved__refuses_what_is_missing(changed: dict[str, Any], said: str) -> None:
    assert evidence(transit_temperature_proved(Delivery(**changed), MOMENT)) == [said]


def test_transit_temperature_proved__allows_nought_degrees__asks_nothing_of_goods_that_are_not_cold() -> None:
    frozen = item(is_cold_chain=True, temperature_celsius_min=Decimal("0.0"), temperature_celsius_max=None)
    at_nought = Delivery(cold_lines=(line(frozen),), arrival_celsius=Decimal("0.0"))
    assert transit_temperature_proved(at_nought, MOMENT) == []
    nothing = Delivery(cold_lines=(), transit_log=None, departed_at=None, arrival_celsius=None, transport_unit="",
                       place_low=None)  # fmt: skip
    for gate in (transit_temperature_proved, transit_temperature_in_range, stability_statement_attached,
                 cold_goods_in_fit_place):  # fmt: skip
        assert gate(nothing, MOMENT) == []


def test_transit_temperature_proved__refuses_a_cold_item_whose_file_names_no_limits() -> None:
    without = Delivery(cold_lines=(line(item(is_cold_chain=True)),))
    assert evidence(transit_temperature_proved(without, MOMENT)) == ["WL-1 是冷链产品，档案没有温度上下限。"]


def test_transit_temperature_in_range__allows_the_limits_themselves__refuses_a_tenth_beyond() -> None:
    assert transit_temperature_in_range(Delivery(), MOMENT) == []
    for changed, said in (
        ({"transit_log": log(lowest=Decimal("1.90"))}, "在途最低 1.9 ℃（2026-11-27 09:05:00）"),
        ({"transit_log": log(highest=Decimal("8.10"))}, "在途最高 8.1 ℃（2026-11-27 09:05:00）"),
        ({"arrival_celsius": Decimal("8.1")}, "到货 8.1 ℃"),
        ({"arrival_celsius": Decimal("1.9")}, "到货 1.9 ℃"),
    ):
        [breach] = transit_temperature_in_range(Delivery(**changed), MOMENT)
        assert str(breach.evidence) == f"WL-1 须在 2.0–8.0 ℃：{said}。"
        assert breach.waivable_quantity == Decimal(10)
    for edge in (Decimal("2.0"), Decimal("8.0")):
        assert transit_temperature_in_range(Delivery(arrival_celsius=edge), MOMENT) == []


def test_transit_temperature_in_range__judges_each_item_by_its_own_limits() -> None:
    frozen = item(
        number="WL-2", is_cold_chain=True, temperature_celsius_min=None, temperature_celsius_max=Decimal("-15")
    )
    two = Delivery(cold_lines=(line(REAGENT), line(frozen)), arrival_celsius=Decimal("5.0"))
    assert evidence(transit_temperature_in_range(two, MOMENT)) == [
        "WL-2 须在 ≤ -15 ℃：在途最高 8 ℃（2026-11-27 09:05:00）、到货 5 ℃。"
    ]
    assert transit_temperature_in_range.waivable_by == ("quality_head",)
    assert transit_temperature_proved.waivable_by == ()


def test_stability_statement_attached__refuses_an_excursion_without_it__allows_with_it() -> None:
    warm = Delivery(transit_log=log(highest=Decimal("8.10")))
    assert len(stability_statement_attached(warm, MOMENT)) == 1
    assert stability_statement_attached(replace(warm, statement_attached=True), MOMENT) == []
    assert stability_statement_attached(Delivery(), MOMENT) == []


def test_cold_goods_in_fit_place__allows_the_same_range__refuses_a_wider_or_unknown_one() -> None:
    assert cold_goods_in_fit_place(Delivery(), MOMENT) == []
    for changed in ({"place_low": Decimal("1.9")}, {"place_high": Decimal("8.1")}, {"place_low": None}):
        assert len(cold_goods_in_fit_place(Delivery(**changed), MOMENT)) == 1
    wide = Delivery(place_low=None, place_high=None)
    assert evidence(cold_goods_in_fit_place(wide, MOMENT)) == ["WL-1 须在 2.0–8.0 ℃ 待验，DY-LC 冷藏待验位 为 — ℃。"]
