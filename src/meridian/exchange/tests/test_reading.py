"""Files as they come: encodings, separators, headings that are not on top, days and numbers as people write them."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter

from meridian.exchange.reading.faults import Fault, FileFaultError
from meridian.exchange.reading.files import heading_row_of, plain, read_file
from meridian.exchange.reading.tables import table_of
from meridian.exchange.reading.values import as_written, day_of, is_scientific, number_of, truth_of

TABLE = '名称,说明\r\n甲,"两行\n一格"\r\n\r\n乙,"有,逗号"\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_text_table_is_read_whatever_its_encoding_and_separator(encoding: str, separator: str) -> None:
    text = (
        TABLE.replace("名称,说明", f"名称{separator}说明")
        .replace("甲,", f"甲{separator}")
        .replace("乙,", f"乙{separator}")
    )
    [sheet] = read_file("表.csv", text.encode(encoding))
    assert [(line.number, line.cells) for line in sheet.lines] == [
        (1, ("名称", "说明")), (2, ("甲", "两行\n一格")), (4, ("乙", "有,逗号")),
    ]  # fmt: skip


def test_headings_are_found_below_a_title() -> None:
    [sheet] = read_file("a.csv", "仁和公司,,\n2026 年供应商,,\n序号,名称,电话\n1,甲,025\n".encode())
    row = heading_row_of(sheet, lambda cell: plain(cell) in {"名称", "电话"})
    table = table_of(sheet, row)
    assert (row, table.headings, [line.number for line in table.lines]) == (3, ("序号", "名称", "电话"), [4])


def test_a_workbook_gives_days_numbers_and_codes_as_they_are_shown() -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet("一")
    sheet.write_row(0, 0, ["DI", "日期", "数量"])
    sheet.write_number(1, 0, 6901234567892)
    sheet.write_datetime(1, 1, date(2026, 12, 5), book.add_format({"num_format": "d/m/yy"}))
    sheet.write_number(1, 2, 0.1 + 0.2)
    sheet.write_formula(2, 2, "=1+1", None, 7)
    book.close()
    [read] = read_file("a.xlsx", stream.getvalue())
    assert [line.cells for line in read.lines[1:]] == [("6901234567892", "2026-12-05", "0.3"), ("", "", "7")]


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.pdf", b"%PDF-", Fault.UNKNOWN_KIND), ("a.csv", b"", Fault.EMPTY),
        ("a.xlsx", b"PK\x03\x04junk", Fault.DAMAGED),
        ("a.csv", b"\xff\xff\xff\x00", Fault.UNKNOWN_ENCODING), ("a.csv", b'a,"' + b"x" * 40_000, Fault.UNCLOSED_QUOTE),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_why(name: str, content: bytes, fault: Fault) -> None:
    with pytest.raises(FileFaultError) as refused:
        read_file(name, content)
    assert refused.value.fault is fault


def test_an_archive_that_swells_is_not_unpacked() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * 50_000_000)
    with pytest.raises(FileFaultError) as refused:
        read_file("a.xlsx", stream.getvalue())
    assert refused.value.fault is Fault.SWOLLEN


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-12-05", date(2026, 12, 5)), ("2026/1/5", date(2026, 1, 5)), ("２０２６．１２．５", date(2026, 12, 5)),
        ("2026年12月5日", date(2026, 12, 5)), ("20261205", date(2026, 12, 5)), ("46361", date(2026, 12, 5)),
        ("05/06/2026", None), ("2026-13-01", None), ("长期", None),
    ],
)  # fmt: skip
def test_a_day_is_read_only_where_it_is_certain(cell: str, day: date | None) -> None:
    assert day_of(cell) == day


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1,234.50", Decimal("1234.50")), ("１２３", Decimal(123)), ("¥ 5", Decimal(5)), ("1.234,5", Decimal("1234.5")),
        ("(5)", Decimal(-5)), ("1,5", None), ("5 盒", None), ("NaN", None),
    ],
)  # fmt: skip
def test_a_number_is_read_only_where_it_is_certain(cell: str, number: Decimal | None) -> None:
    assert number_of(cell) == number


def test_words_of_yes_and_no_and_what_an_export_put_before_a_formula() -> None:
    assert [truth_of(each) for each in ("是", "Ｙ", "×", "或许")] == [True, True, False, None]
    assert [as_written(each) for each in ("'=1+1", "'-5", "'abc")] == ["=1+1", "-5", "'abc"]
    assert [is_scientific(each) for each in ("6.90E+12", "6901234567892")] == [True, False]
