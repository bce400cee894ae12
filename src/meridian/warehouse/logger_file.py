"""Exports of temperature loggers, read: tables of instants and temperatures, as text or in a workbook. Pure.

The table begins at the first line that has a heading for time and one for temperature, in Chinese or English; what
stands above it is the logger's own preamble. A cell without a temperature is no reading; anything else that cannot be
understood is a fault that names its line and column, for a log that is read wrongly proves nothing.
"""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from meridian.warehouse.logger_faults import Fault, LogFaultError
from meridian.warehouse.logger_sheet import sheets_of

LARGEST_FILE = 5 * 1024 * 1024
"""Bytes: a month by the minute is two thirds of it."""
MOST_READINGS = 50_000
PREAMBLE = 200
"""Lines above the table at most."""
LONGEST_GAP = timedelta(minutes=5)
"""Between two readings under way at most (REGULATIONS CC-2: recorded every five minutes in transport)."""
_ZERO_CELSIUS = Decimal("273.15")
_KELVIN_OF_ACTIVATION = Decimal(83_144) / Decimal("8.314472")
COLDEST, WARMEST = Decimal(-100), Decimal(150)
"""Degrees Celsius: what lies outside was measured by no logger of goods, it is its code for a broken sensor."""

_WORKBOOK, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCODINGS = ("utf-8-sig", "gb18030")
_DELIMITERS = ("\t", ";", ",")
_TIMES = frozenset({
    "时间", "日期时间", "记录时间", "采集时间", "测量时间", "采样时间", "时间戳", "time", "datetime", "date/time",
    "dateandtime", "timestamp", "recordtime", "logtime",
})  # fmt: skip
_DATES = frozenset({"日期", "记录日期", "date"})
_TEMPERATURE = re.compile(r"温度|temperature|temp|^[°º]?[cf]$|^[°º][cf]")
_NO_READING = re.compile(
    r"上限|下限|报警|超限|设定|平均|露点|湿度|alarm|limit|max|min|high|low|avg|mean|dew|humid|mkt|set"
)
_FAHRENHEIT = re.compile(r"[°º]f|\(f\)|fahrenheit|华氏")
_OFFSET = re.compile(r"(?:utc|gmt)([+-]\d{1,2})?(?::?(\d{2}))?")
_NUMBER = re.compile(r"([+-]?\d{1,4}(?:[.,]\d{1,6})?)\s*([°º]?[cf])?")
_INSTANT = re.compile(
    r"(\d{1,4})[-/.年](\d{1,2})[-/.月](\d{1,4})日?[t\s]*(上午|下午)?\s*"
    r"(\d{1,2})[:时](\d{2})(?:[:分](\d{2})(?:[.,](\d{1,6}))?)?[秒分]?\s*(am|pm)?\s*(z|[+-]\d{2}:?\d{2})?"
)


@dataclass(frozen=True)
class Reading:
    """One temperature in degrees Celsius at an instant (UTC)."""

    at: datetime
    celsius: Decimal


@dataclass(frozen=True)
class _Table:
    """Where the table begins and which of its columns count."""

    line: int
    headings: Sequence[str]
    times: Sequence[int]
    temperatures: Sequence[int]
    zone: tzinfo


def read_logger_file(content: bytes, zone: tzinfo) -> tuple[Reading, ...]:
    """The readings of an export, earliest first; instants without a zone are those of `zone`. Raises LogFaultError."""
    if len(content) > LARGEST_FILE:
        raise LogFaultError(Fault.TOO_LARGE)
    if content.startswith(_OLD_WORKBOOK):
        raise LogFaultError(Fault.OLD_WORKBOOK)
    table, rows = _in_workbook(content, zone) if content.startswith(_WORKBOOK) else _in_text(content, zone)
    cells = list(_rows(rows, table))
    if len(cells) > MOST_READINGS:
        raise LogFaultError(Fault.TOO_MANY, line=table.line + MOST_READINGS)
    if not cells:
        raise LogFaultError(Fault.NO_READINGS, line=table.line)
    month_first = _month_first([said for _line, said, _values in cells])
    readings = [
        Reading(_instant(said, table, line, month_first), celsius)
        for line, said, values in cells
        for celsius in values
    ]  # fmt: skip
    return tuple(sorted(readings, key=lambda reading: reading.at))


def _in_text(content: bytes, zone: tzinfo) -> tuple[_Table, Iterator[list[str]]]:
    """The table of a text and the rows below its headings."""
    lines = _decoded(content).splitlines()
    for number, line in enumerate(lines[:PREAMBLE], start=1):
        for delimiter in _DELIMITERS:
            table = _table_in(number, _cells(line, delimiter), zone)
            if table is not None:
                return table, (_cells(line, delimiter) for line in lines[number:])
    raise LogFaultError(Fault.NO_TABLE)


def _in_workbook(content: bytes, zone: tzinfo) -> tuple[_Table, Iterator[list[str]]]:
    """The table of the one sheet of a workbook that has one, and the rows below its headings."""
    found = []
    for rows in sheets_of(content, PREAMBLE + MOST_READINGS + 1):
        tables = (_table_in(number, row, zone) for number, row in enumerate(rows[:PREAMBLE], start=1))
        table = next((table for table in tables if table is not None), None)
        if table is not None:
            found.append((table, rows))
    if len(found) > 1:
        raise LogFaultError(Fault.SEVERAL, line=len(found))
    if not found:
        raise LogFaultError(Fault.NO_TABLE)
    [(table, rows)] = found
    return table, iter(rows[table.line :])


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: Sequence[str] = ("utf-16",)
    else:
        encodings = _ENCODINGS
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise LogFaultError(Fault.ENCODING)


def _cells(line: str, delimiter: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]


def _plain(text: str) -> str:
    """A text for comparison: one width, lower case, no blanks, one sign for degrees and minus."""
    folded = unicodedata.normalize("NFKC", text.replace("℃", "°C").replace("℉", "°F")).lower()
    return folded.replace("\u2212", "-").strip()


def _table_in(number: int, headings: Sequence[str], zone: tzinfo) -> _Table | None:
    """The table that begins with these headings; None where they are none."""
    plain = ["".join(_plain(heading).split()) for heading in headings]
    bare = [re.sub(r"[(\[].*", "", heading) for heading in plain]
    times = [place for place, heading in enumerate(bare) if heading in _TIMES][:1]
    dates = [place for place, heading in enumerate(bare) if heading in _DATES][:1]
    temperatures = [
        place for place, heading in enumerate(plain)
        if _TEMPERATURE.search(heading) and not _NO_READING.search(heading)
    ]  # fmt: skip
    when = [*dates, *times]
    if temperatures and when and not set(temperatures) & set(when):
        return _Table(number, headings, when, temperatures, _zone_of(plain, when, zone))
    return None


def _zone_of(headings: Sequence[str], times: Sequence[int], zone: tzinfo) -> tzinfo:
    """The zone a heading names, such as `Time (UTC+8)`; the site's where none does."""
    for place in times:
        named = _OFFSET.search(headings[place])
        if named is not None:
            hours, minutes = int(named[1] or 0), int(named[2] or 0)
            return timezone(timedelta(hours=hours, minutes=minutes if hours >= 0 else -minutes))
    return zone


def _rows(rows: Iterator[list[str]], table: _Table) -> Iterator[tuple[int, str, list[Decimal]]]:
    """Line, what it says of the time, and the temperatures of each row below the headings with a reading."""
    widest = max(*table.times, *table.temperatures)
    for number, row in enumerate(rows, start=table.line + 1):
        if not any(row):
            continue
        cells = row + [""] * (widest + 1 - len(row))
        values = [
            _celsius(cells[place], table, number, place) for place in table.temperatures if cells[place]
        ]  # fmt: skip
        if not values:
            continue
        for place in table.times:
            if not cells[place]:
                raise LogFaultError(Fault.MISSING, line=number, column=table.headings[place])
        said = [cells[place] for place in table.times]
        if len(said) > 1:
            said[0] = said[0].removesuffix(" 00:00:00")  # a day, as a spreadsheet writes it
        yield number, " ".join(said), values


def _celsius(text: str, table: _Table, line: int, place: int) -> Decimal:
    heading = _plain(table.headings[place])
    found = _NUMBER.fullmatch(_plain(text))
    if found is None:
        raise LogFaultError(Fault.TEMPERATURE, line=line, column=table.headings[place], text=text)
    value = Decimal(found[1].replace(",", "."))
    if (found[2] and found[2].endswith("f")) or (not found[2] and _FAHRENHEIT.search(heading)):
        value = ((value - 32) * 5 / 9).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    if not COLDEST <= value <= WARMEST:
        raise LogFaultError(Fault.TEMPERATURE, line=line, column=table.headings[place], text=text)
    return value


def _month_first(said: Sequence[str]) -> bool | None:
    """Whether `3/4/2026` is the fourth of March; None where nothing in the file tells. With dots the day is first."""
    for text in said:
        found = _INSTANT.match(_plain(text))
        if found is not None and len(found[1]) < 3 and "." not in found[0][:6]:
            if int(found[1]) > 12:
                return False
            if int(found[2]) > 12:
                return True
    return None


def _instant(text: str, table: _Table, line: int, month_first: bool | None) -> datetime:
    column = table.headings[table.times[0]]
    found = _INSTANT.fullmatch(_plain(text))
    if found is None:
        raise LogFaultError(Fault.TIME, line=line, column=column, text=text)
    first, second, third, noon_zh, hour, minute, second_, fraction, noon, offset = found.groups()
    if len(first) > 2:
        year, month, day = first, second, third
    elif "." in found[0][:6]:
        year, month, day = third, second, first
    elif month_first is None:
        raise LogFaultError(Fault.AMBIGUOUS, line=line, column=column, text=text)
    else:
        year, month, day = (third, first, second) if month_first else (third, second, first)
    hours = _hours(int(hour), noon_zh or noon)
    try:
        if len(year) != 4:
            raise ValueError(year)
        micro = int((fraction or "0").ljust(6, "0"))
        local = datetime(int(year), int(month), int(day), hours, int(minute), int(second_ or 0), micro)  # noqa: DTZ001
        return local.replace(tzinfo=_offset(offset) or table.zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise LogFaultError(Fault.TIME, line=line, column=column, text=text) from None


def _hours(hour: int, half: str | None) -> int:
    """The hour of the day of an hour on a clock of twelve; an hour of 24 as it is."""
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        return 24  # no such hour: refused with the rest of the instant
    return hour % 12 + (12 if half in ("pm", "下午") else 0)


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text == "z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


@dataclass(frozen=True)
class Extremes:
    """What a log says about one stretch of time; `longest_gap` counts from the stretch's own ends too."""

    first_at: datetime
    last_at: datetime
    count: int
    lowest: Decimal
    lowest_at: datetime
    highest: Decimal
    highest_at: datetime
    longest_gap: timedelta
    gap_from: datetime
    gaps: int
    """Stretches without a reading that are longer than LONGEST_GAP."""
    mean_kinetic: Decimal
    """To the hundredth."""


def extremes(readings: Sequence[Reading], since: datetime, until: datetime) -> Extremes | None:
    """The readings from `since` to `until`, both included; None where there is none."""
    inside = [reading for reading in readings if since <= reading.at <= until]
    if not inside:
        return None
    instants = [since, *(reading.at for reading in inside), until]
    gaps = [(later - earlier, earlier) for earlier, later in pairwise(instants)]
    longest, begins = max(gaps, key=lambda gap: gap[0])
    lowest = min(inside, key=lambda reading: reading.celsius)
    highest = max(inside, key=lambda reading: reading.celsius)
    return Extremes(
        first_at=inside[0].at,
        last_at=inside[-1].at,
        count=len(inside),
        lowest=lowest.celsius,
        lowest_at=lowest.at,
        highest=highest.celsius,
        highest_at=highest.at,
        longest_gap=longest,
        gap_from=begins,
        gaps=sum(length > LONGEST_GAP for length, _begins in gaps),
        mean_kinetic=mean_kinetic(reading.celsius for reading in inside),
    )


def mean_kinetic(celsius: Iterable[Decimal]) -> Decimal:
    """The one temperature that would have harmed goods as much as all of these (USP <1079.2>), to the hundredth.

    Every reading counts the same; activation energy 83.144 kJ/mol, gas constant 8.314472 J/(mol K). Raises ValueError
    for none.
    """
    counted = Counter(celsius)
    if not counted:
        raise ValueError("no temperature")
    mean = sum(((-_KELVIN_OF_ACTIVATION / (each + _ZERO_CELSIUS)).exp() * times for each, times in counted.items()),
               Decimal(0)) / counted.total()  # fmt: skip
    return (-_KELVIN_OF_ACTIVATION / mean.ln() - _ZERO_CELSIUS).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def time_outside(
    readings: Sequence[Reading], since: datetime, until: datetime, low: Decimal | None, high: Decimal | None
) -> timedelta:
    """How long it was colder than `low` or warmer than `high` from `since` to `until`.

    What one reading says holds until the next, the last until the end; limits themselves are within.
    """
    inside = [reading for reading in readings if since <= reading.at <= until]
    ends = [*(reading.at for reading in inside[1:]), until]
    return sum((end - reading.at for reading, end in zip(inside, ends, strict=bool(inside))
                if (low is not None and reading.celsius < low) or (high is not None and reading.celsius > high)),
               timedelta())  # fmt: skip


def minutes(length: timedelta) -> Decimal:
    """A length in minutes, to the tenth."""
    return (Decimal(length // timedelta(milliseconds=1)) / 60_000).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
