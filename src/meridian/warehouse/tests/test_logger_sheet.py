"""Logger files as workbooks: read like any text of theirs; what cannot be trusted is refused by name."""

import struct
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter

from meridian.warehouse.logger_faults import Fault, LogFaultError
from meridian.warehouse.logger_file import (
    MOST_READINGS,
    Reading,
    extremes,
    mean_kinetic,
    minutes,
    read_logger_file,
    time_outside,
)
from meridian.warehouse.logger_sheet import MOST_PARTS

SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
"""09:00 in Shanghai."""
LOCAL = datetime(2026, 11, 27, 9, 0)  # noqa: DTZ001 - a spreadsheet knows no zone
FIVE_MINUTES = timedelta(minutes=5)
HEADINGS: list[object] = ["序号", "记录时间", "温度(℃)"]
ROWS: list[list[object]] = [HEADINGS, [1, LOCAL, 5.3], [2, LOCAL + FIVE_MINUTES, -0.5]]
TWO = [(NINE, "5.3"), (NINE + FIVE_MINUTES, "-0.5")]


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]], hidden: tuple[str, ...] = ()) -> bytes:
    """A workbook as a logger's program writes it; text that begins with = is written as a formula."""
    made = BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        if name in hidden:
            sheet.hide()
    book.close()
    return made.getvalue()


def read(content: bytes) -> list[tuple[datetime, str]]:
    return [(reading.at, str(reading.celsius)) for reading in read_logger_file(content, SHANGHAI)]


def fault(content: bytes) -> LogFaultError:
    with pytest.raises(LogFaultError) as caught:
        read_logger_file(content, SHANGHAI)
    return caught.value


def repacked(content: bytes, added: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The workbook with parts added or replaced."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(made, "w", compression) as new:
        for part in old.infolist():
            if part.filename not in added:
                new.writestr(part.filename, old.read(part))
        for name, text in added.items():
            new.writestr(name, text)
    return made.getvalue()


def sheet_of(content: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as opened:
        return opened.read("xl/worksheets/sheet1.xml")


def test_a_workbook_says_what_the_text_would() -> None:
    assert read(workbook({"数据": ROWS})) == TWO
    preamble: list[list[object]] = [["设备编号", "TL-01"], [], ["采样间隔", "5 分钟"]]
    assert read(workbook({"数据": preamble + ROWS})) == TWO
    day = LOCAL.date()
    apart: list[list[object]] = [["日期", "时间", "温度"], [day, time(9, 0), 5.3], [day, time(9, 5), -0.5]]
    assert read(workbook({"数据": apart})) == TWO
    said = [["日期", "时间", "温度"], ["2026-11-27", "09:00", "5.3 ℃"], ["2026-11-27", "09:05", "-0.5"]]
    assert read(workbook({"数据": said})) == TWO


def test_the_sheet_with_the_table_is_read__the_cover_and_what_is_hidden_are_not() -> None:
    cover: list[list[object]] = [["报告"], ["最高温度", 5.3]]
    assert read(workbook({"封面": cover, "数据": ROWS, "备份": ROWS}, hidden=("备份",))) == TWO
    found = fault(workbook({"一": ROWS, "二": ROWS}))
    assert (found.fault, found.line) == (Fault.SEVERAL, 2)
    assert fault(workbook({"封面": cover})).fault == Fault.NO_TABLE


def test_instants_that_a_spreadsheet_keeps_as_fractions_stand_where_they_stood() -> None:
    rows: list[list[object]] = [HEADINGS, *([n, LOCAL + n * FIVE_MINUTES, 5] for n in range(300))]
    found = [at for at, _celsius in read(workbook({"数据": rows}))]
    assert found == [NINE + n * FIVE_MINUTES for n in range(300)]


@pytest.mark.parametrize(
    ("row", "column"), [([3, 46000.5, 5.1], "记录时间"), ([3, LOCAL, "#N/A"], "温度(℃)"), ([3, LOCAL, True], "温度(℃)")]
)
def test_a_cell_that_is_no_reading_is_named_by_row_and_heading(row: list[object], column: str) -> None:
    found = fault(workbook({"数据": [*ROWS, row]}))
    assert (found.line, found.column) == (4, column)


def test_as_many_readings_as_a_text_may_have() -> None:
    rows: list[list[object]] = [HEADINGS, *([n, LOCAL + n * timedelta(seconds=1), 5] for n in range(MOST_READINGS))]
    assert len(read(workbook({"数据": rows}))) == MOST_READINGS
    assert fault(workbook({"数据": [*rows, [0, LOCAL, 5]]})).fault == Fault.TOO_MANY


def test_formulas_and_other_files_are_no_readings() -> None:
    assert fault(workbook({"数据": [*ROWS, [3, LOCAL, "=C3+1"]]})).fault == Fault.FORMULAS
    assert fault(workbook({"数据": ROWS, "汇总": [["=MAX(1,2)"]]})).fault == Fault.FORMULAS
    linked = {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}
    assert fault(repacked(workbook({"数据": ROWS}), linked)).fault == Fault.FORMULAS


def test_macros_are_refused_whatever_the_file_is_called() -> None:
    for name in ("xl/vbaProject.bin", "xl/macrosheets/sheet1.xml", "XL/VBAPROJECT.BIN"):
        assert fault(repacked(workbook({"数据": ROWS}), {name: b"x"})).fault == Fault.MACROS


def test_a_workbook_that_swells_is_stopped_while_it_is_unpacked() -> None:
    honest = workbook({"数据": ROWS})
    bomb = sheet_of(honest).replace(b"</sheetData>", b" " * 60_000_000 + b"</sheetData>")
    swollen = repacked(honest, {"xl/worksheets/sheet1.xml": bomb})
    assert len(swollen) < 200_000
    assert fault(swollen).fault == Fault.SWOLLEN
    lying = swollen.replace(struct.pack("<I", len(bomb)), struct.pack("<I", 1000))  # the directory says a thousand
    assert fault(lying).fault in (Fault.SWOLLEN, Fault.DAMAGED)
    many = {f"xl/media/{n}.xml": b"<a/>" for n in range(MOST_PARTS)}
    assert fault(repacked(honest, many)).fault == Fault.SWOLLEN


def test_xml_with_a_document_type__twice_the_same_part__half_a_file() -> None:
    honest = workbook({"数据": ROWS})
    sheet = sheet_of(honest)
    entity = sheet.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1)
    assert fault(repacked(honest, {"xl/worksheets/sheet1.xml": entity})).fault == Fault.DAMAGED
    wide = sheet.decode().encode("utf-16")
    assert fault(repacked(honest, {"xl/worksheets/sheet1.xml": wide})).fault == Fault.DAMAGED
    assert fault(repacked(honest, {"XL/worksheets/SHEET1.xml": sheet})).fault == Fault.DAMAGED
    assert fault(honest[: len(honest) // 2]).fault == Fault.DAMAGED
    assert fault(b"PK\x03\x04" + b"\x00" * 200).fault == Fault.DAMAGED
    empty = BytesIO()
    with zipfile.ZipFile(empty, "w") as made:
        made.writestr("a.txt", "时间,温度")
    assert fault(empty.getvalue()).fault == Fault.DAMAGED


def test_a_workbook_of_before_2007_asks_for_another_form() -> None:
    assert fault(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600).fault == Fault.OLD_WORKBOOK


def test_mean_kinetic_temperature_of_a_published_series() -> None:
    """The series of codexhunter4u/Symfony-mean-kinetic-temperature's sample.xlsx: 61.1578 at 83.144 kJ/mol."""
    series = (28, 24, 32, 33, 23, 88, 19, 20, 20, 77, 66, 27, 25, 24, 26)
    assert mean_kinetic(map(Decimal, series)) == Decimal("61.16")
    assert mean_kinetic([Decimal(5)] * 9) == Decimal("5.00")


def test_time_outside_lasts_from_a_reading_outside_to_the_next__the_limits_are_within() -> None:
    low, high = Decimal(2), Decimal(8)
    celsius = ("2.0", "8.0", "8.1", "8.2", "5.0", "1.9")
    readings = [Reading(NINE + n * FIVE_MINUTES, Decimal(each)) for n, each in enumerate(celsius)]
    until = NINE + timedelta(minutes=27, seconds=30)
    assert minutes(time_outside(readings, NINE, until, low, high)) == Decimal("12.5")
    assert time_outside(readings, NINE, NINE + FIVE_MINUTES, low, high) == timedelta()
    assert time_outside([], NINE, until, low, high) == timedelta()
    assert time_outside(readings, NINE, until, None, None) == timedelta()


def test_gaps_are_counted_above_five_minutes__at_the_ends_too() -> None:
    readings = [Reading(NINE + timedelta(minutes=n), Decimal(5)) for n in (5, 10, 16, 30)]
    found = extremes(readings, NINE, NINE + timedelta(minutes=36))
    assert found is not None
    assert (found.gaps, found.longest_gap) == (3, timedelta(minutes=14))
