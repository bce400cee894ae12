"""ISBT 128 (ICCBBA): devices that contain blood, cells or tissue, and containers for blood.

The data is a row of structures, each known by its first characters and of fixed length; there is no check digit. Days
are written YYYJJJ: the last three digits of the year, the day of the year.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from meridian.items.udi.messages import UdiRefused
from meridian.items.udi.reading import Reading

ISSUER = "ICCBBA"

Meaning = Literal["di", "serial", "expires", "made", "lot", "donation"]


@dataclass(frozen=True)
class _Structure:
    """One data structure: its first characters, the pattern of what follows, and what that says."""

    identifier: str
    pattern: re.Pattern[str]
    length: int
    meaning: Meaning


_STRUCTURES: tuple[_Structure, ...] = (
    _Structure("=/", re.compile(r"[A-Z0-9]{16}"), 16, "di"),
    _Structure("=,", re.compile(r"[A-Z0-9]{6}"), 6, "serial"),
    _Structure("=>", re.compile(r"[0-9]{6}"), 6, "expires"),
    _Structure("=}", re.compile(r"[0-9]{6}"), 6, "made"),
    _Structure("=)", re.compile(r"[A-Z0-9]{10}"), 10, "di"),
    _Structure("&)", re.compile(r"[A-Z0-9]{10}"), 10, "lot"),
    _Structure("&,1", re.compile(r"[A-Z0-9]{18}"), 18, "lot"),
    _Structure("=", re.compile(r"[A-NP-Z1-9][A-Z0-9]{4}[0-9]{10}"), 15, "donation"),
)
"""The structures of FDA's table of UDI formats; the shortest identifier last, because others begin with it."""


def read(scan: str, start: int) -> Reading:
    """The reading of the structures that begin at `start` of the scan; raises `UdiRefused`."""
    text = scan.rstrip("\r\n")
    elements: list[tuple[str, str]] = []
    said: dict[str, str] = {}
    at = start
    while at < len(text):
        structure = next((each for each in _STRUCTURES if text.startswith(each.identifier, at)), None)
        if structure is None:
            raise UdiRefused("element_unknown", at, text[at : at + 3])
        begin = at + len(structure.identifier)
        value = text[begin : begin + structure.length]
        if len(value) < structure.length:
            raise UdiRefused("element_truncated", len(text), structure.identifier)
        if not structure.pattern.fullmatch(value):
            raise UdiRefused("character_not_allowed", begin, f"{structure.identifier}{value}")
        if said.setdefault(structure.meaning, value) != value:
            raise UdiRefused("datum_contradicts", at, structure.meaning)
        if structure.meaning in ("expires", "made") and _day(value) is None:
            raise UdiRefused("date_impossible", begin, value)
        elements.append((structure.identifier, value))
        at = begin + structure.length
    if not elements:
        raise UdiRefused("scan_empty", start)
    expires = _day(said["expires"]) if "expires" in said else None
    message = write(elements)
    return Reading(
        issuer=ISSUER, di=said.get("di"), lot=said.get("lot"), serial=said.get("serial"),
        manufactured_on=_day(said["made"]) if "made" in said else None, expires_on=expires,
        expires_precision=None if expires is None else "day", elements=tuple(elements), canonical=message,
        message=message, raw=scan, donation_id=said.get("donation"),
    )  # fmt: skip


def write(elements: Sequence[tuple[str, str]]) -> str:
    """The data of a symbol: the structures one after the other, as they were read or put together with `day_of`."""
    return "".join(f"{identifier}{value}" for identifier, value in elements)


def day_of(day: date) -> str:
    """A day as YYYJJJ."""
    return f"{day.year % 1000:03}{day.timetuple().tm_yday:03}"


def _day(digits: str) -> date | None:
    year, place = 2000 + int(digits[:3]), int(digits[3:])
    if place == 0:
        return None
    day = date(year, 1, 1) + timedelta(days=place - 1)
    return day if day.year == year else None
