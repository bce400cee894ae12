"""MA (IDcode of ZIIOT): `MA.156.M0.<registrant>.<product>` names the device, `.S… .L… .E… .C…` one of its units.

The product ends with a check character of the device identifier, `.C` holds the check character of everything between.
Both are a Luhn sum over the characters' numbers; real identifiers whose own check character is wrong are in use, so
that one is only warned of.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from meridian.items.udi.days import resolve_year
from meridian.items.udi.messages import UdiRefused
from meridian.items.udi.reading import Reading

ISSUER = "MA"
DI_PARTS = 5
PRODUCT_WITH_LEVEL = 8
"""Length of a product code whose first digit is the package level."""

_DI = re.compile(r"M[A-Z]\.[0-9]{3}\.M[0-9A-Z]\.[0-9A-Z]{6}\.[0-9A-Za-z]{2,20}")
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg"
_AFTER_A_GAP: Final = "hijklmnopqrstuvwxyz-.@$,*+%/#!^~"
_NUMBERS: Final = {
    **{character: str(place) for place, character in enumerate(_DIGITS)},
    **{character: str(place) for place, character in enumerate(_AFTER_A_GAP, start=45)},
}
"""The number of each character; the table leaves out 43 and 44."""
_MEANINGS: Final = {
    "S": "serial", "L": "lot", "D": "sterilization_lot", "M": "made", "P": "made", "E": "expires", "V": "valid_until",
}  # fmt: skip


def check_character(text: str) -> str:
    """The check digit of a device identifier without its last character, or of the parts behind it with their dots.

    Raises KeyError for a character that has no number.
    """
    digits = "".join(_NUMBERS[character] for character in text)
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value // 10 + value % 10
    return str(-total % 10)


def read(scan: str, start: int, today: date | None) -> Reading:
    """The reading of the MA code that begins at `start` of the scan; raises `UdiRefused`."""
    text = scan[start:].rstrip("\r\n")
    parts = text.split(".")
    di = ".".join(parts[:DI_PARTS])
    if len(parts) < DI_PARTS:
        raise UdiRefused("element_truncated", start + len(text), "MA")
    if not _DI.fullmatch(di):
        raise UdiRefused("value_not_allowed", start, di)
    said: dict[str, str] = {}
    elements = [("MA", di)]
    at = start + len(di) + 1
    for part in parts[DI_PARTS:]:
        _read_part(said, part, at)
        elements.append((part[0], part[1:]))
        at += len(part) + 1
    _require_check(said, parts, start)
    days = {name: _day(said, name, today, start) for name in ("made", "expires", "valid_until")}
    return Reading(
        issuer=ISSUER, di=di, lot=said.get("lot"), serial=said.get("serial"), manufactured_on=days["made"],
        expires_on=days["expires"] or days["valid_until"],
        expires_precision="day" if days["expires"] or days["valid_until"] else None, elements=tuple(elements),
        canonical=text, message=text, raw=scan, valid_until=days["valid_until"],
        sterilization_lot=said.get("sterilization_lot"), warnings=_warnings(di),
    )  # fmt: skip


def _read_part(said: dict[str, str], part: str, at: int) -> None:
    if len(part) < 2:
        raise UdiRefused("element_empty", at, part)
    wrong = next((place for place, character in enumerate(part) if character not in _NUMBERS), None)
    if wrong is not None:
        raise UdiRefused("character_not_allowed", at + wrong, repr(part[wrong]))
    name = "check" if part[0] == "C" else _MEANINGS.get(part[0])
    if name is None:
        raise UdiRefused("element_unknown", at, part[0])
    if name in said:
        raise UdiRefused("datum_contradicts", at, name)
    said[name] = part[1:]


def _require_check(said: Mapping[str, str], parts: list[str], start: int) -> None:
    """`.C` must be the last part and right."""
    if "check" not in said:
        return
    end = start + len(".".join(parts))
    if not parts[-1].startswith("C"):
        raise UdiRefused("value_not_allowed", end, "C")
    if check_character("." + ".".join(parts[DI_PARTS:-1])) != said["check"]:
        raise UdiRefused("check_digit_wrong", end - len(said["check"]))


def _day(said: Mapping[str, str], name: str, today: date | None, start: int) -> date | None:
    digits = said.get(name)
    if digits is None:
        return None
    try:
        if len(digits) == 8:
            return date.fromisoformat(digits)
        if len(digits) != 6:
            raise ValueError(digits)
        return date(resolve_year(int(digits[:2]), today), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        raise UdiRefused("date_impossible", start, digits) from None


def _warnings(di: str) -> tuple[str, ...]:
    return () if check_character(di[:-1]) == di[-1] else ("di_check_character_wrong",)


def package_level(di: str) -> int | None:
    """The level of packaging a device identifier names; None where its product code is longer and says none."""
    product = di.split(".")[-1]
    return int(product[0]) if len(product) == PRODUCT_WITH_LEVEL and product[0].isdigit() else None


def write(
    di: str,
    *,
    lot: str = "",
    serial: str = "",
    sterilization_lot: str = "",
    manufactured_on: date | None = None,
    expires_on: date | None = None,
    valid_until: date | None = None,
) -> str:
    """The code of one unit or lot, with the check character of what follows the device identifier.

    Raises `UdiRefused` (position in the written text) for what could not be read back.
    """
    days = {"M": manufactured_on, "E": expires_on, "V": valid_until}
    written = {letter: day.strftime("%y%m%d") for letter, day in days.items() if day is not None}
    values = {"S": serial, "M": written.get("M"), "L": lot, "D": sterilization_lot, "E": written.get("E"),
              "V": written.get("V")}  # fmt: skip
    behind = "".join(f".{letter}{value}" for letter, value in values.items() if value)
    wrong = next((place for place, character in enumerate(behind) if character not in _NUMBERS), None)
    if wrong is not None:
        raise UdiRefused("character_not_allowed", len(di) + wrong, repr(behind[wrong]))
    message = f"{di}{behind}.C{check_character(behind)}" if behind else di
    read(message, 0, manufactured_on or expires_on or valid_until)
    return message
