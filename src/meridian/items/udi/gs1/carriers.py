r"""Scans as scanners transmit them: a symbology identifier (ISO/IEC 15424) such as `]d2`, then the data.

GS1 messages are written here as in GS1's own tools: `^` for FNC1, a bare number for an EAN/UPC symbol, `|` before the
two-dimensional part of a composite symbol; data of a carrier that is not GS1 as it is, a `^` at its head escaped `\^`.
"""

import re
from enum import Enum
from typing import NamedTuple

from meridian.items.udi.messages import UdiRefused


class Content(Enum):
    """What kind of data a symbology carries."""

    ELEMENTS = "elements"
    """GS1 element strings, FNC1 transmitted as 0x1D."""
    NUMBER = "number"
    """The digits of one GTIN."""
    PLAIN = "plain"
    """Any text: GS1 only if it is a Digital Link."""


class Carrier(NamedTuple):
    """One symbology identifier."""

    symbology: str
    content: Content
    digits: int = 0
    """Number of digits the symbol holds, for `Content.NUMBER`."""


CARRIERS: dict[str, Carrier] = {
    "]C1": Carrier("GS1-128", Content.ELEMENTS),
    "]e0": Carrier("GS1 DataBar", Content.ELEMENTS),
    "]e1": Carrier("GS1 Composite", Content.ELEMENTS),
    "]e2": Carrier("GS1 Composite", Content.ELEMENTS),
    "]d2": Carrier("GS1 DataMatrix", Content.ELEMENTS),
    "]d5": Carrier("GS1 DataMatrix", Content.ELEMENTS),
    "]Q3": Carrier("GS1 QR Code", Content.ELEMENTS),
    "]Q4": Carrier("GS1 QR Code", Content.ELEMENTS),
    "]J1": Carrier("GS1 DotCode", Content.ELEMENTS),
    "]J4": Carrier("GS1 DotCode", Content.ELEMENTS),
    "]E0": Carrier("EAN-13", Content.NUMBER, 13),
    "]E4": Carrier("EAN-8", Content.NUMBER, 8),
    "]I0": Carrier("ITF-14", Content.NUMBER, 14),
    "]I1": Carrier("ITF-14", Content.NUMBER, 14),
    "]C0": Carrier("Code 128", Content.PLAIN),
    "]C2": Carrier("Code 128", Content.PLAIN),
    "]C4": Carrier("Code 128", Content.PLAIN),
    "]J0": Carrier("DotCode", Content.PLAIN),
    "]J2": Carrier("DotCode", Content.PLAIN),
    "]J3": Carrier("DotCode", Content.PLAIN),
    "]J5": Carrier("DotCode", Content.PLAIN),
    **{f"]A{digit}": Carrier("Code 39", Content.PLAIN) for digit in "01234567"},
    **{f"]G{digit}": Carrier("Code 93", Content.PLAIN) for digit in "0123456789"},
    **{f"]L{digit}": Carrier("PDF417", Content.PLAIN) for digit in "012345"},
    **{f"]Q{digit}": Carrier("QR Code", Content.PLAIN) for digit in "01256"},
    **{f"]d{digit}": Carrier("Data Matrix", Content.PLAIN) for digit in "01346"},
    **{f"]z{digit}": Carrier("Aztec Code", Content.PLAIN) for digit in "0123456789ABC"},
}
"""The symbology identifiers read here; modifiers as in ISO/IEC 15424."""

IDENTIFIER_LENGTH = 3
COMPOSITE_SEPARATOR = "|"
_LINK = re.compile(r"https?://", re.IGNORECASE)
_LINK_READABLE = re.compile(r"https?://|HTTPS?://")
_ESCAPED_CARET = re.compile(r"\\*\^")


def carrier_of(scan: str) -> Carrier:
    """The carrier named by a scan's symbology identifier; refuses with `symbology_unknown`."""
    carrier = CARRIERS.get(scan[:IDENTIFIER_LENGTH])
    if carrier is None:
        raise UdiRefused("symbology_unknown", 0, scan[:IDENTIFIER_LENGTH])
    return carrier


def is_link(text: str, start: int) -> bool:
    """True if a web address begins there, whatever the case of its letters."""
    return _LINK.match(text, start) is not None


def plain_message(scan: str) -> str | None:
    """The message of a scan from a carrier of plain text that holds no web address, else None.

    Such a scan is right in itself but says nothing in GS1's language. Nothing there is read as a web address whose
    scheme mixes capitals and small letters.
    """
    carrier = CARRIERS.get(scan[:IDENTIFIER_LENGTH])
    if carrier is None or carrier.content is not Content.PLAIN or _LINK_READABLE.match(scan, IDENTIFIER_LENGTH):
        return None
    text = scan[IDENTIFIER_LENGTH:]
    return f"\\{text}" if _ESCAPED_CARET.match(text) else text
