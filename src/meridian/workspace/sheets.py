"""Tables as files: CSV (UTF-8 with its mark) and XLSX, written as the rows come, holding nothing a spreadsheet runs."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Protocol

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

Form = Literal["csv", "xlsx"]
FORMS: tuple[Form, ...] = ("xlsx", "csv")
CONTENT_TYPES: dict[Form, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def form_of(text: str) -> Form:
    """The form an address asks for; a workbook unless it says CSV."""
    return "csv" if text == "csv" else "xlsx"


FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would run; such text gets an apostrophe before it."""
MARK = "\ufeff"
SHEET_ROWS_MAX = 1_048_576
"""Rows of one sheet, by the file format; more go on in a next one."""
EXACT_DIGITS = 15
"""A spreadsheet keeps a number exactly up to so many digits; what is longer stands there as text."""
CELL_MAX = 32_767
FIRST_YEAR = 1900
"""The first a sheet's calendar knows."""
_LONGEST_COLUMN = 40


class Sheet(Protocol):
    """A file being written."""

    def write(self, lines: Iterable[Sequence[Any]]) -> None:
        """Adds rows."""

    def close(self) -> None:
        """Ends the file; without this it holds no table."""


def sheet_at(path: Path, form: Form, headings: Sequence[str]) -> Sheet:
    """A file at a path that nobody else writes, with its headings."""
    return CsvSheet(path, headings) if form == "csv" else XlsxSheet(path, headings)


class CsvSheet:
    """Comma-separated text: plain decimals, ISO days, instants at the zone in force."""

    def __init__(self, path: Path, headings: Sequence[str]) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._file.write(MARK)
        self._writer = csv.writer(self._file, lineterminator="\r\n")
        self.write([headings])

    def write(self, lines: Iterable[Sequence[Any]]) -> None:
        """Adds rows."""
        self._writer.writerows([safe(cell) for cell in line] for line in lines)

    def close(self) -> None:
        """Ends the file."""
        self._file.close()


class XlsxSheet:
    """A workbook: numbers as numbers, days as days, text as text whatever it begins with. Memory stays small."""

    def __init__(self, path: Path, headings: Sequence[str]) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                   "strings_to_numbers": False, "tmpdir": str(path.parent)}  # fmt: skip
        self._book = xlsxwriter.Workbook(str(path), options)
        self._bold = self._book.add_format({"bold": True})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._instant = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._headings = headings
        self._begin()

    def _begin(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 1)
        for at, heading in enumerate(self._headings):
            self._sheet.set_column(at, at, min(_LONGEST_COLUMN, 4 + 2 * len(heading)))
            self._sheet.write_string(0, at, neutral(heading), self._bold)
        self._next = 1

    def write(self, lines: Iterable[Sequence[Any]]) -> None:
        """Adds rows."""
        for line in lines:
            if self._next >= SHEET_ROWS_MAX:
                self._begin()
            for at, cell in enumerate(line):
                self._write(at, cell)
            self._next += 1

    def _write(self, at: int, cell: Any) -> None:
        if cell is None or cell == "":
            return
        if isinstance(cell, bool):
            self._sheet.write_string(self._next, at, safe(cell))
        elif isinstance(cell, Decimal | int) and _is_exact(cell):
            self._sheet.write_number(self._next, at, float(cell))
        elif isinstance(cell, Decimal | int):
            self._sheet.write_string(self._next, at, f"{cell:f}" if isinstance(cell, Decimal) else str(cell))
        elif isinstance(cell, date) and cell.year < FIRST_YEAR:
            self._sheet.write_string(self._next, at, safe(cell))
        elif isinstance(cell, datetime):
            naive = timezone.localtime(cell).replace(tzinfo=None, microsecond=0)
            self._sheet.write_datetime(self._next, at, naive, self._instant)
        elif isinstance(cell, date):
            self._sheet.write_datetime(self._next, at, datetime(cell.year, cell.month, cell.day), self._day)  # noqa: DTZ001  # a day has no zone
        else:
            self._sheet.write_string(self._next, at, neutral(str(cell))[:CELL_MAX])

    def close(self) -> None:
        """Ends the file."""
        self._book.close()


def _is_exact(number: Decimal | int) -> bool:
    """Whether a spreadsheet's number (a double) holds it digit for digit."""
    digits = Decimal(number).normalize().as_tuple().digits
    return len(digits) <= EXACT_DIGITS


def safe(cell: Any) -> str:
    """A cell as text: plain decimals, ISO days and instants, and nothing that a spreadsheet would run."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, bool):
        return _("是") if cell else _("否")
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}"
    if isinstance(cell, datetime):
        return timezone.localtime(cell).isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date | int):
        return str(cell)
    return neutral(str(cell))


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula, not even when it is saved again in another format."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
