"""Exports of temperature loggers in the shapes loggers write them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from meridian.warehouse.logger_faults import Fault, LogFaultError
from meridian.warehouse.logger_file import (
    LARGEST_FILE,
    MOST_READINGS,
    Reading,
    extremes,
    read_logger_file,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
"""09:00 in Shanghai."""
FIVE_MINUTES = timedelta(minutes=5)


def read(text: str, encoding: str = "utf-8") -> list[tuple[datetime, str]]:
    found = read_logger_file(text.encode(encoding), SHANGHAI)
    return [(reading.at, str(reading.celsius)) for reading in found]


TWO = [(NINE, "5.3"), (NINE + FIVE_MINUTES, "-0.5")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize(
    "text",
    [
        "时间,温度(℃)\n2026-11-27 09:00:00,5.3\n2026-11-27 09:05:00,-0.5\n",
        "序号;记录时间;温度 °C;湿度 %RH\n1;2026/11/27 09:00;5,3;45,1\n2;2026/11/27 09:05;-0,5;44,9\n",
        "No\tDate\tTime\tTemperature\n1\t27.11.2026\t09:00:00\t5.3\n2\t27.11.2026\t09:05:00\t\u22120.5 °C\n",
        "设备编号：TL-01\n采样间隔：5 分钟\n\n序号,日期,时间,温度℃,温度上限\n"
        "1,2026年11月27日,9时00分,5.3,8\n2,2026年11月27日,9时05分,-0.5,8\n",
    ],
)  # fmt: skip
def test_every_table_and_encoding_says_the_same(text: str, encoding: str) -> None:
    assert read(text, encoding) == TWO


@pytest.mark.parametrize(
    "text",
    [
        "Timestamp,Temp\n2026-11-27T01:00:00Z,5.3\n2026-11-27T01:05:00+00:00,-0.5\n",
        "Time (UTC),Temp\n2026-11-27 01:00,5.3\n2026-11-27 01:05,-0.5\n",
        "Time (UTC+9),Temp\n2026-11-27 10:00,5.3\n2026-11-27 10:05,-0.5\n",
        "Date/Time,Temp\n11/27/2026 9:00:00 AM,5.3\n11/27/2026 9:05:00 AM,-0.5\n",
        "Date/Time,Temp\n27/11/2026 09:00,5.3\n27/11/2026 09:05,-0.5\n",
        "时间,温度\n2026-11-27 上午 9:00,5.3\n2026-11-27 上午 9:05,-0.5\n",
    ],
)
def test_a_zone_that_is_named_is_taken__the_order_of_day_and_month_is_told_by_the_file(text: str) -> None:
    assert read(text) == TWO


def test_fahrenheit_is_read_as_celsius() -> None:
    rows = "2026-11-27 09:00,46.4\n2026-11-27 09:05,46.6\n"
    assert read(f"Time,Temperature (°F)\n{rows}") == [(NINE, "8.00"), (NINE + FIVE_MINUTES, "8.11")]
    assert read("时间,温度\n2026-11-27 09:00,46.4 ℉\n") == [(NINE, "8.00")]


def test_the_newest_first_is_turned_round__an_empty_cell_is_no_reading__each_probe_is_one() -> None:
    text = (
        "时间,通道1温度,通道2温度\n2026-11-27 09:10,5.0,6.0\n2026-11-27 09:05,,\n2026-11-27 09:00,4.0,\n"
    )  # fmt: skip
    ten = NINE + 2 * FIVE_MINUTES
    assert read(text) == [(NINE, "4.0"), (ten, "5.0"), (ten, "6.0")]


@pytest.mark.parametrize(
    ("text", "fault", "line", "column"),
    [
        ("随便写点什么\n没有表头\n", Fault.NO_TABLE, 0, ""),
        ("时间,温度\n", Fault.NO_READINGS, 1, ""),
        ("时间,温度\n2026-11-27 09:00,5.3\n2026-11-27 09:05,ERR\n", Fault.TEMPERATURE, 3, "温度"),
        ("时间,温度\n2026-11-27 09:00,999.9\n", Fault.TEMPERATURE, 2, "温度"),
        ("时间,温度\n2026-11-27 09:00,1.234.5\n", Fault.TEMPERATURE, 2, "温度"),
        ("时间,温度\n,5.3\n", Fault.MISSING, 2, "时间"),
        ("时间,温度\n昨天,5.3\n", Fault.TIME, 2, "时间"),
        ("时间,温度\n2026-02-30 09:00,5.3\n", Fault.TIME, 2, "时间"),
        ("时间,温度\n2026-11-27 25:00,5.3\n", Fault.TIME, 2, "时间"),
        ("Time,Temp\n3/4/2026 09:00,5.3\n", Fault.AMBIGUOUS, 2, "Time"),
        ("Time,Temp\n11/27/2026 13:00 PM,5.3\n", Fault.TIME, 2, "Time"),
    ],
)
def test_a_fault_names_its_line_and_column(text: str, fault: Fault, line: int, column: str) -> None:
    with pytest.raises(LogFaultError) as caught:
        read(text)
    assert (caught.value.fault, caught.value.line, caught.value.column) == (fault, line, column)


def test_a_file_too_long__too_many_readings__or_no_text_at_all_is_a_fault() -> None:
    for content, fault in (
        (b" " * (LARGEST_FILE + 1), Fault.TOO_LARGE),
        (b"Time,Temp\n" + b"2026-11-27 09:00,5\n" * (MOST_READINGS + 1), Fault.TOO_MANY),
        (b"\x81\x00\xff", Fault.ENCODING),
    ):
        with pytest.raises(LogFaultError) as caught:
            read_logger_file(content, SHANGHAI)
        assert caught.value.fault == fault


def every(minutes: float, count: int, celsius: str = "5.0") -> list[Reading]:
    return [Reading(NINE + timedelta(minutes=minutes * step), Decimal(celsius)) for step in range(count)]


def test_extremes_of_a_stretch_leave_out_what_lies_before_and_after() -> None:
    readings = [
        Reading(NINE - FIVE_MINUTES, Decimal(25)),
        *every(5, 3),
        Reading(NINE + timedelta(hours=1), Decimal(30)),
    ]
    found = extremes(readings, NINE, NINE + 2 * FIVE_MINUTES)
    assert found is not None
    assert (found.count, found.lowest, found.highest) == (3, Decimal("5.0"), Decimal("5.0"))
    assert (found.longest_gap, found.gap_from) == (FIVE_MINUTES, NINE)
    assert (found.first_at, found.last_at) == (NINE, NINE + 2 * FIVE_MINUTES)


def test_a_gap_at_an_end_counts_from_the_end() -> None:
    found = extremes(every(5, 3), NINE - timedelta(minutes=7), NINE + 2 * FIVE_MINUTES)
    assert found is not None
    assert (found.longest_gap, found.gap_from) == (timedelta(minutes=7), NINE - timedelta(minutes=7))
    assert extremes(every(5, 3), NINE + timedelta(hours=1), NINE + timedelta(hours=2)) is None
