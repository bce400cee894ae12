"""Reads a scan of any issuing agency known here.

So far GS1 only. HIBC (`+…`), ICCBBA (`=…`, `&…`), MA and AHM get a package beside `gs1` each and their turn here,
told apart by how the data begins; until then they are refused with `udi_issuer_unknown`.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from meridian.items.udi.gs1 import reader as gs1_reader
from meridian.items.udi.gs1 import writing as gs1_writing
from meridian.items.udi.messages import UdiRefused
from meridian.items.udi.reading import Reading

SCAN_LENGTH_MAX = 8192
"""No barcode holds more: the largest QR Code has 7,089 digits."""


def read(scan: str, *, today: date | None = None) -> Reading:
    """What the scan says. Raises `UdiRefused` with code, message and the position of the fault in the scan.

    `today` serves only to find the century of two-digit years (−49 to +50 years); give the site's day. Without it the
    years are 2000–2099. A line end that the scanner added is passed over.
    """
    if len(scan) > SCAN_LENGTH_MAX:
        raise UdiRefused("scan_too_long", SCAN_LENGTH_MAX)
    if not scan.strip("\r\n"):
        raise UdiRefused("scan_empty", 0)
    return gs1_reader.read(scan, today)


def human_readable(reading: Reading) -> str:
    """The text as printed beside the barcode: `(01)09521234543213 (10)ABC123`."""
    return gs1_writing.human_readable(reading.elements)


def write(elements: Iterable[tuple[str, str]] | Reading, *, form: gs1_writing.Form = "bracketed") -> str:
    """The GS1 element string of these elements or of a reading: `bracketed`, `fnc1` (`^01…`) or `carrier` (0x1D).

    Raises `UdiRefused` if it could not be read back; the position is then the index of the wrong element.
    """
    pairs: Sequence[tuple[str, str]] = elements.elements if isinstance(elements, Reading) else list(elements)
    return gs1_writing.write(pairs, form=form)
