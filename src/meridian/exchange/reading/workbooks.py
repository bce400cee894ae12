"""Workbooks (.xlsx) from anybody: looked over under limits first, then read as text. Formulas are never evaluated:
a cell is what the file says it last showed."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO

import python_calamine

from meridian.exchange.reading.faults import Fault, FileFaultError
from meridian.exchange.reading.tables import CELL_MAX, COLUMNS_MAX, ROWS_MAX, Line, Sheet

MOST_PARTS = 300
UNPACKED = 400 * 1024 * 1024
"""Bytes of all parts together: 200,000 rows of twenty columns stay below."""
RATIO = 250
_PIECE = 256 * 1024
_MACROS = ("vbaproject.bin", "/macrosheets/", "/dialogsheets/")


def sheets_of(content: bytes) -> list[Sheet]:
    """The visible sheets that hold anything, in order; raises FileFaultError."""
    try:
        _look_over(content)
        book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(content))
        names = [
            sheet.name for sheet in book.sheets_metadata
            if sheet.visible is python_calamine.SheetVisibleEnum.Visible
            and sheet.typ is python_calamine.SheetTypeEnum.WorkSheet
        ]  # fmt: skip
        sheets = [Sheet(name, list(_lines(book.get_sheet_by_name(name)))) for name in names]
    except (python_calamine.CalamineError, zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as unreadable:
        raise FileFaultError(Fault.DAMAGED) from unreadable
    return [sheet for sheet in sheets if sheet.lines]


def _look_over(content: bytes) -> None:
    room = min(UNPACKED, RATIO * len(content))
    with zipfile.ZipFile(BytesIO(content)) as packed:
        parts = packed.infolist()
        names = [f"/{part.filename.lower()}" for part in parts]
        if len(parts) > MOST_PARTS:
            raise FileFaultError(Fault.SWOLLEN)
        if len(set(names)) != len(names) or any(part.flag_bits & 1 for part in parts):
            raise FileFaultError(Fault.DAMAGED)
        if any(each in name for name in names for each in _MACROS):
            raise FileFaultError(Fault.MACROS)
        for part in parts:
            room -= _looked_through(packed, part, room)


def _looked_through(packed: zipfile.ZipFile, part: zipfile.ZipInfo, room: int) -> int:
    """How long a part is unpacked; one that outgrows the room, or that brings a document type, is refused."""
    length = 0
    with packed.open(part) as opened:
        while piece := opened.read(_PIECE):
            length += len(piece)
            if length > room:
                raise FileFaultError(Fault.SWOLLEN)
            if part.filename.lower().endswith((".xml", ".rels")) and (b"<!DOCTYPE" in piece or b"<!ENTITY" in piece):
                raise FileFaultError(Fault.DAMAGED)
    return length


def _lines(sheet: python_calamine.CalamineSheet) -> Iterator[Line]:
    if sheet.width > COLUMNS_MAX * 5 or sheet.height > ROWS_MAX + 1:
        fault = Fault.TOO_MANY_ROWS if sheet.height > ROWS_MAX + 1 else Fault.TOO_MANY_COLUMNS
        raise FileFaultError(fault)
    for number, row in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        cells = [text_of(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > COLUMNS_MAX:
            raise FileFaultError(Fault.TOO_MANY_COLUMNS, number)
        if cells:
            yield Line(number, tuple(cells))


def text_of(cell: object) -> str:
    """A cell as text: ISO days and instants, plain decimals, TRUE and FALSE."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        rounded = (cell + timedelta(milliseconds=500)).replace(microsecond=0)
        return str(rounded.date()) if rounded.time() == time() else str(rounded)
    if isinstance(cell, date):
        return str(cell)
    if isinstance(cell, time):
        return cell.isoformat("seconds")
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell).strip()[:CELL_MAX]


def _number(cell: float) -> str:
    """A spreadsheet keeps fifteen digits: 0.1 + 0.2 reads 0.3, and a code of fourteen digits is whole."""
    exact = Decimal(f"{cell:.15g}")
    return f"{exact.normalize():f}" if exact != exact.to_integral_value() else f"{exact:.0f}"
