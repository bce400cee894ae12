"""Reads a scan of any issuing agency: told apart by how the data begins, behind the scanner's symbology identifier.

`+` HIBC · `=` or `&` ICCBBA · `MA.` MA · `MF` AHM · all else is GS1's to read or refuse.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from meridian.items.udi import ahm, hibc, iccbba, ma
from meridian.items.udi.gs1 import reader as gs1_reader
from meridian.items.udi.gs1 import writing as gs1_writing
from meridian.items.udi.gs1.carriers import CARRIERS, IDENTIFIER_LENGTH, Content
from meridian.items.udi.messages import UdiRefused
from meridian.items.udi.reading import Reading

SCAN_LENGTH_MAX = 8192
"""No barcode holds more: the largest QR Code has 7,089 digits."""

_BEGINNINGS = (
    (hibc.ISSUER, re.compile(r"\+[A-Z0-9$]")),
    (iccbba.ISSUER, re.compile(r"=[A-Z0-9/,>})]|&[),]")),
    (ma.ISSUER, re.compile(r"M[A-Z]\.[0-9]{3}\.")),
    (ahm.ISSUER, re.compile(r"MF[0-9A-Za-z]")),
)


def read(scan: str, *, today: date | None = None, verify: bool = True) -> Reading:
    """What the scan says. Raises `UdiRefused` with code, message and the position of the fault in the scan.

    `today` serves only to find the century of two-digit years (−49 to +50 years); give the site's day. Without it the
    years are 2000–2099. A line end that the scanner added is passed over. `verify=False` reads HIBC samples whose check
    characters are stand-ins.
    """
    if len(scan) > SCAN_LENGTH_MAX:
        raise UdiRefused("scan_too_long", SCAN_LENGTH_MAX)
    if not scan.strip("\r\n"):
        raise UdiRefused("scan_empty", 0)
    issuer, start = issuer_of(scan)
    if issuer == hibc.ISSUER:
        return hibc.read(scan, start, today, verify=verify)
    if issuer == iccbba.ISSUER:
        return iccbba.read(scan, start)
    if issuer == ma.ISSUER:
        return ma.read(scan, start, today)
    if issuer == ahm.ISSUER:
        return ahm.read(scan, start, today)
    return gs1_reader.read(scan, today)


def issuer_of(scan: str) -> tuple[str, int]:
    """The agency other than GS1 whose data the scan holds, and where it begins; an empty text where there is none."""
    carrier = CARRIERS.get(scan[:IDENTIFIER_LENGTH])
    if scan.startswith("]") and (carrier is None or carrier.content is not Content.PLAIN):
        return "", 0
    start = IDENTIFIER_LENGTH if carrier is not None else 0
    return next(((issuer, start) for issuer, form in _BEGINNINGS if form.match(scan, start)), ("", 0))


def human_readable(reading: Reading) -> str:
    """The text as printed beside the barcode: for GS1 `(01)09521234543213 (10)ABC123`, else the data itself."""
    return gs1_writing.human_readable(reading.elements) if reading.issuer == gs1_reader.ISSUER else reading.message


def write(elements: Iterable[tuple[str, str]] | Reading, *, form: gs1_writing.Form = "bracketed") -> str:
    """The GS1 element string of these elements: `bracketed`, `fnc1` (`^01…`) or `carrier` (0x1D).

    A reading of another agency is written in its own one form. Raises `UdiRefused` if it could not be read back; the
    position is then the index of the wrong element.
    """
    if isinstance(elements, Reading):
        if elements.issuer != gs1_reader.ISSUER:
            return elements.message
        elements = elements.elements
    pairs: Sequence[tuple[str, str]] = list(elements)
    return gs1_writing.write(pairs, form=form)
