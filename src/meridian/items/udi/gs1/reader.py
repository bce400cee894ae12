"""Reads one scan in any GS1 form. The forms, in the order they are tried:

- `]d2…` a symbology identifier, as a scanner sends it: GS1 carriers, EAN/UPC, ITF-14, and Digital Links in others;
- `https://…` a GS1 Digital Link;
- `(01)…` bracketed;
- `^01…` or 0x1D at the head: FNC1 form;
- bare text: element strings of a scanner that sends no identifier, a GTIN of 8, 12, 13 or 14 digits, or an SSCC.
  Digits that could be both are a GTIN if the check digit is right, unless they begin with a date element (a second
  barcode: expiry and lot), see `_begins_with_date`. Data that begins with a company-internal identifier (90–99) is
  not taken for GS1 without FNC1 or symbology identifier: any text may begin so.

An unknown application identifier is kept where it can be split off (`dictionary.may_be_newer`). Pairing rules between
identifiers are not a matter of one scan but of all barcodes on an item: see `pairing`.
"""

import re
from collections.abc import Sequence
from datetime import date

from meridian.items.udi.days import resolve_day
from meridian.items.udi.gs1.carriers import (
    COMPOSITE_SEPARATOR,
    IDENTIFIER_LENGTH,
    Content,
    carrier_of,
    is_link,
)
from meridian.items.udi.gs1.check_digits import GTIN_LENGTHS, check_digit_is_right, gtin_is_valid, is_digits
from meridian.items.udi.gs1.date_linters import yymmd0
from meridian.items.udi.gs1.digital_link import split_link
from meridian.items.udi.gs1.elements import (
    CARET,
    GROUP_SEPARATOR,
    Element,
    element_string,
    require_no_contradiction,
    split_bracketed,
    split_fnc1,
)
from meridian.items.udi.messages import UdiRefused
from meridian.items.udi.reading import Precision, Reading

ISSUER = "GS1"
SSCC_LENGTH = 18
DAY_REQUIRED_FROM = date(2025, 1, 1)
"""From this day of manufacture a healthcare item's expiry needs its day (GS1-3)."""

_DATE = re.compile(r"1[1-35-7][0-9]{6}")
_DATE_OF_LONG_AI = re.compile(r"(?:432[456]|700[367]|7011|8008)([0-9]{6})")
_BEGINS_WITH_INTERNAL_AI = re.compile(r"9[0-9]")
_BEGINS_WITH_AI = re.compile(r"[0-9]{2}")


class _Split:
    """The elements of a scan, and the message its carrier holds."""

    def __init__(self, elements: list[Element], message: str = "") -> None:
        self.elements = elements
        self.message = message or CARET + element_string(((e.ai, e.value) for e in elements), CARET)


def read(scan: str, today: date | None) -> Reading:
    """Reads a GS1 scan that is not empty. Raises `UdiRefused`; `udi_issuer_unknown` if it has no GS1 form at all."""
    end = len(scan.rstrip("\r\n"))
    split = _split(scan, end)
    return _reading(scan, split, today)


def read_bracketed(scan: str, today: date | None = None) -> Reading:
    """Reads bracketed text only: anything else is refused with `bracket_missing`, even if it is readable."""
    return _reading(scan, _Split(split_bracketed(scan, 0, len(scan))), today)


def _split(scan: str, end: int) -> _Split:
    if scan.startswith("]"):
        return _split_carrier(scan, end)
    if is_link(scan, 0):
        return _Split(split_link(scan, 0, end))
    if scan.startswith("("):
        return _Split(split_bracketed(scan, 0, end))
    composite = scan.find(COMPOSITE_SEPARATOR + CARET, 0, end)
    if composite > 0:
        linear = _split_unframed(scan, composite)
        return _joined(linear, _Split(split_fnc1(_caret_as_fnc1(scan, end), composite + 1, end)))
    return _split_unframed(scan, end)


def _split_unframed(scan: str, end: int) -> _Split:
    if scan.startswith((CARET, GROUP_SEPARATOR)):
        return _Split(split_fnc1(_caret_as_fnc1(scan, end), 0, end))
    return _split_bare(scan, end)


def _caret_as_fnc1(scan: str, end: int) -> str:
    return scan[:end].replace(CARET, GROUP_SEPARATOR)


def _split_carrier(scan: str, end: int) -> _Split:
    carrier = carrier_of(scan)
    if carrier.content is Content.NUMBER:
        composite = scan.find(COMPOSITE_SEPARATOR, 0, end)
        if composite < 0:
            return _number(scan, IDENTIFIER_LENGTH, end, carrier.digits)
        linear = _number(scan, IDENTIFIER_LENGTH, composite, carrier.digits)
        if not scan.startswith("]e", composite + 1):
            raise UdiRefused("symbology_unknown", composite + 1)
        return _joined(linear, _Split(split_fnc1(scan, composite + 1 + IDENTIFIER_LENGTH, end)))
    if is_link(scan, IDENTIFIER_LENGTH):
        return _Split(split_link(scan, IDENTIFIER_LENGTH, end))
    if carrier.content is Content.PLAIN:
        raise UdiRefused("udi_issuer_unknown", IDENTIFIER_LENGTH, carrier.symbology)
    return _Split(split_fnc1(_caret_as_fnc1(scan, end), IDENTIFIER_LENGTH, end))  # as a stored scan spells it


def _joined(linear: _Split, composite: _Split) -> _Split:
    elements = [*linear.elements, *composite.elements]
    require_no_contradiction(elements)
    return _Split(elements, f"{linear.message}{COMPOSITE_SEPARATOR}{composite.message}")


def _number(scan: str, start: int, end: int, digits: int) -> _Split:
    text = scan[start:end]
    wrong = re.search(r"[^0-9]", text)
    if wrong:
        raise UdiRefused("character_not_allowed", start + wrong.start())
    if len(text) != digits:
        raise UdiRefused("element_truncated" if len(text) < digits else "element_too_long", min(end, start + digits))
    if not check_digit_is_right(text):
        raise UdiRefused("check_digit_wrong", end - 1)
    places = (*(start for _ in range(14 - digits)), *range(start, end + 1))
    return _Split([Element("01", text.zfill(14), start, places)], text)


def _split_bare(scan: str, end: int) -> _Split:
    text = scan[:end]
    number = is_digits(text)
    if number and gtin_is_valid(text) and not _begins_with_date(text):
        return _number(text, 0, end, end)
    if not _BEGINS_WITH_AI.match(text):
        raise UdiRefused("udi_issuer_unknown", 0)
    data = _caret_as_fnc1(scan, end)
    if _BEGINS_WITH_INTERNAL_AI.match(text) and GROUP_SEPARATOR not in data:
        if number and end in GTIN_LENGTHS:
            raise UdiRefused("check_digit_wrong", end - 1)
        raise UdiRefused("start_character_missing", 0)
    try:
        return _Split(split_fnc1(data, 0, end))
    except UdiRefused as refusal:
        if number and end == SSCC_LENGTH and check_digit_is_right(text):
            return _Split([Element("00", text, 0, range(end + 1))], text)
        if number and end in GTIN_LENGTHS and refusal.code == "ai_unknown" and refusal.position == 0:
            raise UdiRefused("check_digit_wrong", end - 1) from refusal
        raise


def _begins_with_date(text: str) -> bool:
    """True if digits that are also a right GTIN are to be read as a date element and what follows it.

    Eight digits that begin with the AI of a date: always, no GTIN-8 begins so. Longer ones: if they are element
    strings to their end. With the four-digit AI of a date, a possible date is enough, even if what follows is cut off:
    one GTIN in 30,000 looks so; but not with 13 digits, which no such element has and many Norwegian GTINs do.
    """
    if _DATE.match(text):
        return len(text) == 8 or _is_element_string(text)
    long = _DATE_OF_LONG_AI.match(text)
    return long is not None and len(text) != 13 and yymmd0(long[1]) is None


def _is_element_string(text: str) -> bool:
    try:
        split_fnc1(text, 0, len(text))
    except UdiRefused:
        return False
    return True


def _reading(scan: str, split: _Split, today: date | None) -> Reading:
    elements = tuple((element.ai, element.value) for element in split.elements)
    values = dict(elements)
    manufactured_on = _day(split.elements, ("11", "8008"), today)
    expires_on = _day(split.elements, ("17", "7003"), today)
    precision = _precision(values)
    day_missing = precision == "month" and manufactured_on is not None and manufactured_on >= DAY_REQUIRED_FROM
    return Reading(
        issuer=ISSUER,
        di=values.get("01"),
        lot=values.get("10"),
        serial=values.get("21"),
        manufactured_on=manufactured_on,
        expires_on=expires_on,
        expires_precision=precision,
        elements=elements,
        canonical=CARET + element_string(elements, CARET),
        message=split.message,
        raw=scan,
        warnings=("expiry_day_missing",) if day_missing else (),
    )


def _precision(values: dict[str, str]) -> Precision | None:
    if "17" in values:
        return "month" if values["17"].endswith("00") else "day"
    return "minute" if "7003" in values else None


def _day(elements: Sequence[Element], ais: tuple[str, ...], today: date | None) -> date | None:
    for ai in ais:
        for element in elements:
            if element.ai == ai:
                try:
                    return resolve_day(element.value[:6], today)
                except ValueError as error:
                    # 29 February of a year such as 2100: right by its digits, impossible in the century meant.
                    raise UdiRefused("date_impossible", element.places[0], f"({ai})") from error
    return None
