"""A file by its name and content: its sheets, and where its headings stand."""

import unicodedata
from collections.abc import Callable, Sequence

from meridian.exchange.reading import delimited, workbooks
from meridian.exchange.reading.faults import Fault, FileFaultError
from meridian.exchange.reading.tables import Line, Sheet

HEADINGS_WITHIN = 30
"""Rows from the top among which the headings are looked for."""
_READERS: dict[str, Callable[[bytes], list[Sheet]]] = {
    "xlsx": workbooks.sheets_of,
    "csv": delimited.sheets_of,
    "txt": delimited.sheets_of,
    "tsv": delimited.sheets_of,
}
KINDS = tuple(_READERS)


def read_file(name: str, content: bytes) -> list[Sheet]:
    """The sheets of a file, at least one with a row; raises FileFaultError."""
    reader = _READERS.get(name.rpartition(".")[2].lower())
    if reader is None:
        raise FileFaultError(Fault.UNKNOWN_KIND)
    sheets = [sheet for sheet in reader(content) if sheet.lines]
    if not sheets:
        raise FileFaultError(Fault.EMPTY)
    return sheets


def plain(text: str) -> str:
    """A heading or word as it is compared: one width, small letters, no blanks, marks or what stands in brackets."""
    shown = unicodedata.normalize("NFKC", text).casefold()
    for opening, closing in (("(", ")"), ("[", "]"), ("【", "】")):
        start, end = shown.find(opening), shown.rfind(closing)
        if 0 < start < end:
            shown = shown[:start] + shown[end + 1 :]
    return "".join(character for character in shown if character.isalnum())


def heading_row_of(sheet: Sheet, is_known: Callable[[str], bool]) -> int:
    """The number of the row that holds most known headings, the first of equals; without any, the first row of two
    words or more; else the first row."""
    near = sheet.lines[:HEADINGS_WITHIN]
    known = {line.number: sum(is_known(cell) for cell in line.cells if cell) for line in near}
    best = max(known.values(), default=0)
    if best:
        return next(number for number, count in known.items() if count == best)
    return next((line.number for line in near if _words(line) > 1), near[0].number if near else 1)


def _words(line: Line) -> int:
    return sum(bool(cell) and not cell.replace(".", "").isdigit() for cell in line.cells)


def sheet_named(sheets: Sequence[Sheet], name: str) -> Sheet:
    """The sheet of this name, else the first."""
    return next((sheet for sheet in sheets if sheet.name == name), sheets[0])
