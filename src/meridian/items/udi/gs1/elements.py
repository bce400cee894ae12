"""Element strings: application identifiers with their data, in FNC1 form (`^01…`) and in bracketed form (`(01)…`)."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from meridian.items.udi.gs1.dictionary import (
    AI_LENGTHS,
    IDENTIFIERS,
    PREDEFINED_LENGTH_PREFIXES,
    UNKNOWN_LENGTH_MAX,
    may_be_newer,
)
from meridian.items.udi.gs1.faults import Fault
from meridian.items.udi.gs1.linters import cset82
from meridian.items.udi.messages import UdiRefused

GROUP_SEPARATOR = "\x1d"
CARET = "^"

CODES_OF_FAULTS = {
    "ILLEGAL_MONTH": "date_impossible",
    "ILLEGAL_DAY": "date_impossible",
    "ILLEGAL_HOUR": "time_impossible",
    "ILLEGAL_MINUTE": "time_impossible",
    "ILLEGAL_SECOND": "time_impossible",
    "INVALID_CSET64_PADDING": "character_not_allowed",
    "INCORRECT_CHECK_DIGIT": "check_digit_wrong",
    "INCORRECT_CHECK_PAIR": "check_digit_wrong",
    "INCORRECT_IBAN_CHECKSUM": "check_digit_wrong",
    "INVALID_PERCENT_SEQUENCE": "percent_sequence_broken",
    "TOO_SHORT": "element_truncated",
    "TOO_LONG": "element_too_long",
}


class Element(NamedTuple):
    """One application identifier with its data."""

    ai: str
    value: str
    at: int
    """Index of the identifier in the scan."""
    places: Sequence[int]
    """Index in the scan of each character of the value, and of its end (one more than the value has characters)."""


def code_of(fault: Fault) -> str:
    """Our refusal code for a fault of GS1's name."""
    code = CODES_OF_FAULTS.get(fault.name)
    if code:
        return code
    if fault.name.endswith("_CHARACTER"):
        return "character_not_allowed"
    if fault.name.startswith("COUPON_"):
        return "coupon_malformed"
    if "TOO_SHORT" in fault.name:
        return "element_truncated"
    return "code_not_listed" if fault.name.startswith("NOT_ISO") else "value_not_allowed"


def require_right(element: Element, *, overrun: str = "element_too_long") -> None:
    """Refuses an element whose data its identifier does not allow; `overrun` is the code for data that is too long."""
    identifier = IDENTIFIERS.get(element.ai)
    if not element.value:
        raise UdiRefused("element_empty", element.places[0], f"({element.ai})")
    if identifier:
        fault = identifier.fault(element.value)
    elif not may_be_newer(element.ai):
        raise UdiRefused("ai_unknown", element.at, f"({element.ai})")
    else:
        fault = cset82(element.value[:UNKNOWN_LENGTH_MAX])
        if fault is None and len(element.value) > UNKNOWN_LENGTH_MAX:
            fault = Fault("TOO_LONG", UNKNOWN_LENGTH_MAX, len(element.value) - UNKNOWN_LENGTH_MAX)
    if fault:
        code = overrun if fault.name == "TOO_LONG" else code_of(fault)
        raise UdiRefused(code, element.places[fault.start], f"({element.ai}) {fault.name}")


def require_no_contradiction(elements: Iterable[Element], *, even_if_equal: bool = False) -> None:
    """Refuses an identifier that comes twice with different data, which GenSpecs call invalid; or at all."""
    seen: dict[str, str] = {}
    for element in elements:
        before = seen.get(element.ai)
        if before is not None and (even_if_equal or before != element.value):
            raise UdiRefused("ai_repeated", element.at, f"({element.ai})")
        seen[element.ai] = element.value


def split_fnc1(data: str, start: int, end: int) -> list[Element]:
    """The checked elements of `data[start:end]`, FNC1 being 0x1D; needless separators are passed over.

    Data of predefined length ends by itself, all other at the next FNC1 or the end. An identifier unknown here is
    kept if `may_be_newer`.
    """
    elements: list[Element] = []
    at = start
    while at < end:
        if data[at] == GROUP_SEPARATOR:
            at += 1
            continue
        element = _next_element(data, at, end)
        require_right(element, overrun="separator_missing")
        elements.append(element)
        at = element.places[-1]
    if not elements:
        raise UdiRefused("scan_empty", end)
    require_no_contradiction(elements)
    return elements


def _next_element(data: str, at: int, end: int) -> Element:
    length = AI_LENGTHS.get(data[at : at + 2])
    ai = data[at : at + (length or 2)]
    if length is None or GROUP_SEPARATOR in ai or not (ai in IDENTIFIERS or len(ai) < length or may_be_newer(ai)):
        raise UdiRefused("ai_unknown", at, ai.replace(GROUP_SEPARATOR, CARET))
    if len(ai) < length:
        raise UdiRefused("element_truncated", end, ai)
    value_at = at + length
    identifier = IDENTIFIERS.get(ai)
    value_end = data.find(GROUP_SEPARATOR, value_at)
    if value_end < 0:
        value_end = end
    if identifier and identifier.predefined_length:
        value_end = min(value_end, value_at + identifier.longest)
    return Element(ai, data[value_at:value_end], at, range(value_at, value_end + 1))


def split_bracketed(text: str, start: int, end: int) -> list[Element]:
    r"""The checked elements of bracketed text; `\(` in data stands for an opening bracket."""
    elements: list[Element] = []
    at = start
    while at < end:
        if text[at] != "(":
            raise UdiRefused("bracket_missing", at)
        close = text.find(")", at, end)
        if close < 0:
            raise UdiRefused("bracket_missing", end)
        ai = text[at + 1 : close]
        if ai not in IDENTIFIERS and not may_be_newer(ai):
            raise UdiRefused("ai_unknown", at + 1, f"({ai[:8]})")
        value, places = _bracketed_value(text, close + 1, end)
        element = Element(ai, value, at + 1, places)
        require_right(element)
        elements.append(element)
        at = places[-1]
    if not elements:
        raise UdiRefused("scan_empty", end)
    require_no_contradiction(elements)
    return elements


def _bracketed_value(text: str, start: int, end: int) -> tuple[str, Sequence[int]]:
    stop = text.find("(", start, end)
    if stop < 0:
        return text[start:end], range(start, end + 1)
    if text[stop - 1] != "\\":
        return text[start:stop], range(start, stop + 1)
    characters: list[str] = []
    places: list[int] = []
    at = start
    while at < end and text[at] != "(":
        if text.startswith("\\(", at):
            at += 1
        characters.append(text[at])
        places.append(at)
        at += 1
    return "".join(characters), (*places, at)


def element_string(elements: Iterable[tuple[str, str]], fnc1: str) -> str:
    """The elements one after the other, `fnc1` between two where the first has no predefined length."""
    parts: list[str] = []
    open_ended = False
    for ai, value in elements:
        parts.append(f"{fnc1 if open_ended else ''}{ai}{value}")
        identifier = IDENTIFIERS.get(ai)
        open_ended = not (identifier.predefined_length if identifier else ai[:2] in PREDEFINED_LENGTH_PREFIXES)
    return "".join(parts)


def bracketed(elements: Iterable[tuple[str, str]]) -> str:
    """The elements in bracketed form, an opening bracket in data escaped."""
    return "".join(f"({ai}){value.replace('(', chr(92) + '(')}" for ai, value in elements)
