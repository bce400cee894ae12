"""What a scan says, whoever issued the identifier."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Precision = Literal["day", "month", "minute"]


@dataclass(frozen=True, slots=True)
class Reading:
    """The contents of one scan, checked: every element is right in itself."""

    issuer: str
    """Issuing agency whose rules the scan follows: `GS1`."""
    di: str | None
    """The device identifier: for GS1 the GTIN of AI (01) with 14 digits. None if the scan names no trade item."""
    lot: str | None
    """Batch or lot number, AI (10), as printed."""
    serial: str | None
    """Serial number, AI (21), as printed."""
    manufactured_on: date | None
    """Day of manufacture, AI (11), else the day of AI (8008)."""
    expires_on: date | None
    """Last day of use, AI (17), else the day of AI (7003). A month given without a day means its last day (GS1-3)."""
    expires_precision: Precision | None
    """How exactly the expiry is printed: to the day, only to the month, or to the minute. None without an expiry."""
    elements: tuple[tuple[str, str], ...]
    """Application identifier and value of every element, in the order of the scan."""
    canonical: str
    """The same elements as one element string, every FNC1 written `^`: `^01…`. Reads back to the same elements."""
    message: str
    """The data as the carrier holds it: as `canonical`, but an EAN/UPC symbol as bare digits, a composite with `|`."""
    raw: str
    """The scan, as it came."""
    warnings: tuple[str, ...] = ()
    """Codes of what is readable but not as it should be: `expiry_day_missing` (GS1-3)."""
