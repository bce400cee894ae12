"""What a barcode says about a line: the item and package by its DI, the lot, serial and days by its PI. Pure."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from meridian.items import udi
from meridian.items.scan_words import fault_sentence

REMEMBERED = 20_000
"""Scans kept read: a receipt reads each when it is drafted and judges it again when it is posted."""


@dataclass(frozen=True)
class Scan:
    """A barcode read, or why it could not be. `text` is the raw capture, `canonical` the same data in one spelling."""

    text: str
    read_on: date
    """The day that fixed the century."""
    canonical: str = ""
    issuer: str = ""
    """The issuing agency whose rules the barcode follows."""
    udi: str = ""
    """The identifier as it is printed beside the barcode: `(01)… (10)…`."""
    di: str = ""
    lot_no: str = ""
    serial_no: str = ""
    manufactured_on: date | None = None
    expires_on: date | None = None
    refusal_code: str = ""
    position: int | None = None

    @property
    def is_read(self) -> bool:
        """Whether the barcode could be read."""
        return not self.refusal_code

    @property
    def refusal(self) -> str:
        """Why it could not be read, in the reader's language."""
        return fault_sentence(self.refusal_code)


@lru_cache(maxsize=REMEMBERED)
def read_scan(text: str, today: date) -> Scan:
    """A scan of any issuing agency; never raises for what a scanner may send. `today` fixes the century."""
    try:
        reading = udi.read(text, today=today)
    except udi.UdiRefused as refused:
        return Scan(
            text=text,
            read_on=today,
            refusal_code=refused.code,
            position=refused.position,
        )
    return Scan(
        text=text,
        read_on=today,
        canonical=reading.canonical,
        issuer=reading.issuer,
        udi=udi.human_readable(reading),
        di=reading.di or "",
        lot_no=reading.lot or "",
        serial_no=reading.serial or "",
        manufactured_on=reading.manufactured_on,
        expires_on=reading.last_day_of_use,
    )
