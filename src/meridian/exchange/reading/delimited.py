"""Text tables: encoding and separator are found from the text itself; quotes may hold line breaks."""

import csv
import io
from collections.abc import Iterator

from meridian.exchange.reading.faults import Fault, FileFaultError
from meridian.exchange.reading.tables import CELL_MAX, COLUMNS_MAX, ROWS_MAX, Line, Sheet

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ENCODINGS = ("utf-8", "gb18030")
_SEPARATORS = (",", "\t", ";", "|")
_LOOKED_AT = 50


def sheets_of(content: bytes) -> list[Sheet]:
    """The one sheet of a text table; raises FileFaultError."""
    text = decoded(content)
    lines = list(_lines(text, separator_of(text)))
    return [Sheet("", lines)]


def decoded(content: bytes) -> str:
    """The text: UTF-8 and UTF-16 by their marks, else UTF-8, else GB18030; raises FileFaultError for anything else."""
    marked = [encoding for mark, encoding in _MARKS if content.startswith(mark)]
    for encoding in marked or _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise FileFaultError(Fault.UNKNOWN_ENCODING)


def separator_of(text: str) -> str:
    """The separator that most of the first rows hold most alike, outside quotes; a comma where there is none."""
    rows = _outside_quotes(text)
    best, best_score = ",", 0
    for separator in _SEPARATORS:
        counts = [row.count(separator) for row in rows]
        filled = [count for count in counts if count]
        if not filled:
            continue
        usual = max(set(filled), key=filled.count)
        score = filled.count(usual) * (1 + min(usual, 20))
        if score > best_score:
            best, best_score = separator, score
    return best


def _outside_quotes(text: str) -> list[str]:
    """The first records without what stands in quotes."""
    rows: list[str] = []
    kept: list[str] = []
    quoted = False
    for character in text[:200_000]:
        if character == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif character == "\n":
            rows.append("".join(kept))
            kept = []
            if len(rows) >= _LOOKED_AT:
                return rows
        else:
            kept.append(character)
    return [*rows, "".join(kept)]


def _lines(text: str, separator: str) -> Iterator[Line]:
    csv.field_size_limit(CELL_MAX)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    number = 0
    try:
        for row in reader:
            number += 1
            if len(row) > COLUMNS_MAX:
                raise FileFaultError(Fault.TOO_MANY_COLUMNS, number)
            cells = tuple(cell.strip() for cell in row)
            if any(cells):
                yield Line(number, cells)
            if number > ROWS_MAX:
                raise FileFaultError(Fault.TOO_MANY_ROWS, number)
    except csv.Error as unreadable:
        raise FileFaultError(Fault.UNCLOSED_QUOTE, number + 1) from unreadable
