"""HIBC (ANSI/HIBC 2.6): barcodes of the Health Industry Bar Code Council, primary, secondary and both in one.

A primary symbol names the device: `+` labeler (4), product (1–18), unit of measure (1 digit), check character. A
secondary symbol says lot or serial, days and quantity: `+`, data, link character (the primary's check character), check
character. Both stand in one symbol as `+…/…`, or are read one after the other.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from meridian.items.udi.days import last_of_month, resolve_year
from meridian.items.udi.messages import UdiRefused
from meridian.items.udi.reading import Precision, Reading

ISSUER = "HIBCC"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
MODULUS = 43

_OUTSIDE = re.compile(f"[^{re.escape(ALPHABET)}]")
_PRIMARY = re.compile(r"\+(?P<di>[A-Z][A-Z0-9]{3}[A-Z0-9]{1,18}[0-9])(?=/|$)")
_TEXT = r"[A-Z0-9 .%-]"
_DATED = (
    r"(?:(?P<mmyy>(?:0[1-9]|1[0-2])[0-9]{2})|2(?P<mmddyy>[0-9]{6})|3(?P<yymmdd>[0-9]{6})|4(?P<yymmddhh>[0-9]{8})"
    r"|5(?P<yyjjj>[0-9]{5})|6(?P<yyjjjhh>[0-9]{7})|7)"
)
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("$$+", re.compile(rf"\$\$\+{_DATED}(?P<serial>{_TEXT}{{0,18}})")),
    ("$$", re.compile(rf"\$\$(?:8(?P<two>[0-9]{{2}})|9(?P<five>[0-9]{{5}}))?{_DATED}(?P<lot>{_TEXT}{{0,18}})")),
    ("$$", re.compile(r"\$\$(?:8(?P<two>[0-9]{2})|9(?P<five>[0-9]{5}))")),
    ("$+", re.compile(rf"\$\+(?P<serial>{_TEXT}{{1,18}})")),
    ("$", re.compile(rf"\$(?P<lot>{_TEXT}{{0,18}})")),
    ("14D", re.compile(r"14D(?P<expires>[0-9]{8})")),
    ("16D", re.compile(r"16D(?P<made>[0-9]{8})")),
    ("S", re.compile(rf"S(?P<serial>{_TEXT}{{1,18}})")),
    ("Q", re.compile(r"Q(?P<count>[0-9]{1,5})")),
    ("", re.compile(rf"(?P<yyjjj>[0-9]{{5}})(?P<lot>{_TEXT}{{0,18}})")),
)
"""Data identifier and pattern of every secondary part; the last one is the old form without identifier."""


@dataclass
class _Said:
    """What the parts said so far; `elements` in their order."""

    elements: list[tuple[str, str]] = field(default_factory=list)
    di: str | None = None
    lot: str | None = None
    serial: str | None = None
    made: date | None = None
    expires: date | None = None
    precision: Precision | None = None
    quantity: int | None = None

    def set(self, name: str, value: object, position: int) -> None:
        """Keeps a datum; refuses another value of one that is known."""
        if getattr(self, name) not in (None, value):
            raise UdiRefused("datum_contradicts", position, name)
        setattr(self, name, value)


def check_character(text: str) -> str:
    """The check character of a symbol's text before it: the sum of its characters' values, modulo 43."""
    return ALPHABET[sum(map(ALPHABET.index, text)) % MODULUS]


def read(scan: str, start: int, today: date | None, *, verify: bool = True) -> Reading:
    """The reading of the HIBC data that begins at `start` of the scan.

    `verify=False` takes any check and link character for granted: for samples printed with stand-ins. Raises
    `UdiRefused` with the position of the fault in the scan.
    """
    text = scan[start:].rstrip("\r\n")
    wrong = _OUTSIDE.search(text)
    if wrong is not None:
        raise UdiRefused("character_not_allowed", start + wrong.start(), repr(wrong[0]))
    said = _Said()
    fault: UdiRefused | None = None
    for symbols in _splits(text):
        try:
            said = _said(symbols, start, today, verify=verify)
            break
        except UdiRefused as refusal:
            fault = fault if fault is not None and fault.code != "element_unknown" else refusal
    else:
        raise fault or UdiRefused("element_truncated", start + len(text))
    message = _message(said, text)
    return Reading(
        issuer=ISSUER, di=said.di, lot=said.lot, serial=said.serial, manufactured_on=said.made,
        expires_on=said.expires, expires_precision=said.precision, elements=tuple(said.elements), canonical=message,
        message=message, raw=scan, quantity=said.quantity,
        warnings=("expiry_day_missing",) if said.precision == "month" else (),
    )  # fmt: skip


def _splits(text: str) -> Iterator[list[tuple[int, str]]]:
    """Every way to take the text for one, two or three symbols read one after the other; whole first."""
    yield [(0, text)]
    marks = [index for index, character in enumerate(text) if character == "+" and index > 3]
    for first in marks:
        yield [(0, text[:first]), (first, text[first:])]
    for place, first in enumerate(marks):
        for second in marks[place + 1 :]:
            if second - first > 3:
                yield [(0, text[:first]), (first, text[first:second]), (second, text[second:])]


def _said(symbols: list[tuple[int, str]], start: int, today: date | None, *, verify: bool) -> _Said:
    said, link = _Said(), ""
    for at, symbol in symbols:
        data, check = symbol[:-1], symbol[-1:]
        end = start + at + len(data)
        primary = None if said.di else _PRIMARY.match(data)
        if primary is not None:
            said.di, link = primary["di"], check
            said.elements.append(("+", primary["di"]))
            rest, offset = data[primary.end() + 1 :], primary.end() + 1
            parts = rest.split("/") if data[primary.end() :] else []
        else:
            rest, offset = data[1:-1], 1
            parts = rest.split("/")
        for part in parts:
            _read_part(said, part, start + at + offset, today)
            offset += len(part) + 1
        if verify and check_character(data) != check:
            raise UdiRefused("check_digit_wrong", end)
        if verify and primary is None and link and data[-1:] != link:
            raise UdiRefused("link_character_wrong", end - 1)
    return said


def _read_part(said: _Said, part: str, position: int, today: date | None) -> None:
    for identifier, form in _FORMS:
        match = form.fullmatch(part)
        if match is None:
            continue
        said.elements.append((identifier, part[len(identifier) :]))
        groups = {name: value for name, value in match.groupdict().items() if value}
        try:
            for name, value in groups.items():
                _keep(said, name, value, position, today)
        except ValueError:
            raise UdiRefused("date_impossible", position, part) from None
        return
    raise UdiRefused("element_unknown", position, part)


def _keep(said: _Said, name: str, value: str, position: int, today: date | None) -> None:
    if name in ("lot", "serial"):
        said.set(name, value, position)
    elif name in ("two", "five", "count"):
        said.set("quantity", int(value), position)
    elif name == "made":
        said.set("made", date.fromisoformat(value), position)
    else:
        day, precision = _expiry(name, value, today)
        said.set("expires", day, position)
        if said.precision is None or precision == "hour":
            said.precision = precision


def _expiry(form: str, digits: str, today: date | None) -> tuple[date, Precision]:
    """Raises ValueError for a day or hour there is not."""
    if form == "expires":
        return date.fromisoformat(digits), "day"
    if form == "mmyy":
        return last_of_month(resolve_year(int(digits[2:]), today), int(digits[:2])), "month"
    if form == "mmddyy":
        return date(resolve_year(int(digits[4:]), today), int(digits[:2]), int(digits[2:4])), "day"
    hour = digits[-2:] if form.endswith("hh") else ""
    if hour and int(hour) > 23:
        raise ValueError(hour)
    year = resolve_year(int(digits[:2]), today)
    precision: Literal["hour", "day"] = "hour" if hour else "day"
    if form.startswith("yyjjj"):
        day = date(year, 1, 1) + timedelta(days=int(digits[2:5]) - 1)
        if day.year != year:
            raise ValueError(digits)
        return day, precision
    return date(year, int(digits[2:4]), int(digits[4:6])), precision


def _message(said: _Said, text: str) -> str:
    """One symbol with everything; data that names no device as it was scanned, because its link cannot be computed."""
    if said.di is None:
        return text
    body = "/".join(f"{identifier}{value}" for identifier, value in said.elements)
    return body + check_character(body)


def write(
    di: str,
    *,
    lot: str = "",
    serial: str = "",
    manufactured_on: date | None = None,
    expires_on: date | None = None,
    month_only: bool = False,
    quantity: int | None = None,
) -> str:
    """The data of one symbol that names device, lot or serial, days and quantity; `di` = labeler, product, unit.

    Raises `UdiRefused` (position in the written text) for what could not be read back.
    """
    count = "" if quantity is None else f"8{quantity:02}" if quantity < 100 else f"9{quantity:05}"
    day = "7" if expires_on is None else expires_on.strftime("%m%y" if month_only else "3%y%m%d")
    parts = [f"+{di}"]
    if count or (expires_on is not None and (lot or not serial)):
        parts.append(f"$${count}{'' if not lot and expires_on is None else day}{lot}")
        parts += [f"S{serial}"] if serial else []
    elif lot:
        parts += [f"${lot}", *([f"S{serial}"] if serial else [])]
    elif serial:
        parts.append(f"$$+{day}{serial}" if expires_on is not None else f"$+{serial}")
    if manufactured_on is not None:
        parts.append(manufactured_on.strftime("16D%Y%m%d"))
    body = "/".join(parts)
    wrong = _OUTSIDE.search(body)
    if wrong is not None:
        raise UdiRefused("character_not_allowed", wrong.start(), repr(wrong[0]))
    message = body + check_character(body)
    read(message, 0, expires_on or manufactured_on)
    return message
