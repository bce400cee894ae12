"""Workbooks (.xlsx) of temperature loggers: their visible sheets as rows of text. Pure.

A workbook comes from anybody. It is unpacked here, part by part under limits, and looked over before a reader sees it:
no part larger than it says, no macros, no formulas, no XML with a document type.
"""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO

import python_calamine

from meridian.warehouse.logger_faults import Fault, LogFaultError

MOST_PARTS = 100
UNPACKED = 40 * 1024 * 1024
"""Bytes of all parts together: a sheet of 50,000 readings is a tenth of it."""
RATIO = 200
"""What an honest sheet shrinks to is a tenth or a fiftieth of itself."""
_PIECE = 64 * 1024
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_MACROS = ("vbaproject.bin", "/macrosheets/", "/dialogsheets/")
_ELSEWHERE = ("/externallinks/", "connections.xml", "/querytables/")


def sheets_of(content: bytes, rows_at_most: int) -> Iterator[list[list[str]]]:
    """The rows of each visible sheet, the first row first; raises LogFaultError.

    Longer sheets are read one row further than `rows_at_most`, so that whoever counts finds too many. An instant is
    written as `2026-11-27 09:05:00`, rounded to the hundredth of a second.
    """
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(_cleared(content)))
        visible = [
            sheet.name for sheet in book.sheets_metadata
            if sheet.visible is python_calamine.SheetVisibleEnum.Visible
            and sheet.typ is python_calamine.SheetTypeEnum.WorkSheet
        ]  # fmt: skip
        for name in visible:
            sheet = book.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=False, nrows=rows_at_most + 1)
            yield [[_text(cell) for cell in row] for row in rows]
    except (python_calamine.CalamineError, zipfile.BadZipFile, NotImplementedError, EOFError) as unreadable:
        raise LogFaultError(Fault.DAMAGED) from unreadable


def _cleared(content: bytes) -> bytes:
    """The same workbook, every part looked over and stored as it is."""
    stored = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as packed, zipfile.ZipFile(stored, "w") as clear:
        parts = packed.infolist()
        names = [part.filename.lower() for part in parts]
        if len(parts) > MOST_PARTS:
            raise LogFaultError(Fault.SWOLLEN)
        if len(set(names)) != len(names) or any(part.flag_bits & 1 for part in parts):
            raise LogFaultError(Fault.DAMAGED)
        if any(each in f"/{name}" for name in names for each in _MACROS):
            raise LogFaultError(Fault.MACROS)
        if any(each in f"/{name}" for name in names for each in _ELSEWHERE):
            raise LogFaultError(Fault.FORMULAS)
        room = min(UNPACKED, RATIO * len(content))
        for part in parts:
            if part.filename.lower().endswith((".xml", ".rels")):
                text = _unpacked(packed, part, room)
                room -= len(text)
                _look_over(part.filename.lower(), text)
                clear.writestr(part.filename, text)
    return stored.getvalue()


def _unpacked(packed: zipfile.ZipFile, part: zipfile.ZipInfo, room: int) -> bytes:
    pieces, length = [], 0
    with packed.open(part) as opened:
        while piece := opened.read(_PIECE):
            length += len(piece)
            if length > room:
                raise LogFaultError(Fault.SWOLLEN)
            pieces.append(piece)
    return b"".join(pieces)


def _look_over(name: str, text: bytes) -> None:
    if b"\x00" in text or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise LogFaultError(Fault.DAMAGED)
    if "worksheets/" in name and _FORMULA.search(text):
        raise LogFaultError(Fault.FORMULAS)


def _text(cell: object) -> str:
    """A cell as a logger would have written it into a text."""
    if isinstance(cell, datetime):
        return str(_rounded(cell)).removesuffix("0000")
    if isinstance(cell, date):
        return f"{cell} 00:00:00"  # midnight: the reader takes a whole day for a day
    if isinstance(cell, time):
        return cell.isoformat("seconds")
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return f"{Decimal(repr(round(cell, 6))).normalize():f}"
    return str(cell).strip()


def _rounded(at: datetime) -> datetime:
    """A spreadsheet keeps an instant as a fraction of a day, a little more or less than it was."""
    shifted = at + timedelta(milliseconds=5)
    return shifted.replace(microsecond=shifted.microsecond // 10_000 * 10_000)
