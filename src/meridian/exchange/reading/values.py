"""Cells as people write them: full-width digits, thousands separators, dates in many forms. None of it guesses:
what can be read in two ways is not read."""

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

SERIAL_DAYS = (20_000, 80_000)
"""A number between them where a day is asked for is a spreadsheet's day number: 1954 to 2119."""
_DAY_ZERO = date(1899, 12, 30)
_ISO = re.compile(
    r"(\d{4})[-/.年\s]\s*(\d{1,2})[-/.月\s]\s*(\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?(?:[+-]\d\d:?\d\d|Z)?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SPREADSHEET_NUMBER = re.compile(r"\d+(?:\.0+)?")
_POINT = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_COMMA = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+")
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")
_SCIENTIFIC = re.compile(r"[+-]?\d(?:\.\d+)?[Ee]\+?\d{1,3}")
TRUE_WORDS = frozenset({"是", "真", "有", "y", "yes", "true", "t", "1", "√", "✓", "v", "on"})
FALSE_WORDS = frozenset({"否", "假", "无", "n", "no", "false", "f", "0", "×", "x", "off", "-", "/"})
CLASS_MARK = "类"
"""What people write after the roman number of a class, and the choice's own name may not."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_written(cell: str) -> str:
    """A text cell without the apostrophe that an export puts before what a spreadsheet would run."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def narrowed(cell: str) -> str:
    """Digits, letters and marks in one width."""
    return unicodedata.normalize("NFKC", cell).strip()


def day_of(cell: str) -> date | None:
    """The day a cell names, year first, or a spreadsheet's day number; None for anything that may mean two days."""
    text = narrowed(cell)
    found = _ISO.fullmatch(text) or _COMPACT.fullmatch(text)
    try:
        if found is not None:
            year, month, day = map(int, found.groups()[:3])
            return date(year, month, day)
        if _SPREADSHEET_NUMBER.fullmatch(text) and SERIAL_DAYS[0] <= float(text) <= SERIAL_DAYS[1]:
            return _DAY_ZERO + timedelta(days=int(float(text)))
    except ValueError:
        return None
    return None


def number_of(cell: str) -> Decimal | None:
    """The number a cell holds: currency signs and separators of thousands are left out; None for anything else."""
    text = narrowed(cell).replace(" ", "").replace("\u00a0", "").lstrip("¥￥$€£").removesuffix("元")
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1]}"
    if _POINT.fullmatch(text):
        text = text.replace(",", "")
    elif _COMMA.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    elif not _PLAIN.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def truth_of(cell: str) -> bool | None:
    """Yes or no in the words people use; None for anything else."""
    text = narrowed(cell).casefold()
    return True if text in TRUE_WORDS else False if text in FALSE_WORDS else None


def is_scientific(cell: str) -> bool:
    """Whether a spreadsheet has cut a long code down to a power of ten."""
    return bool(_SCIENTIFIC.fullmatch(cell.strip()))
