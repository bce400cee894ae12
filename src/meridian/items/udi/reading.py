"""What a scan says, whoever issued the identifier."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Precision = Literal["day", "month", "hour", "minute"]


@dataclass(frozen=True, slots=True)
class Reading:
    """The contents of one scan, checked: every element is right in itself."""

    issuer: str
    """Issuing agency whose rules the scan follows: `GS1`, `HIBCC`, `ICCBBA`, `MA`, `AHM`."""
    di: str | None
    """The device identifier: for GS1 the GTIN of AI (01) with 14 digits, for HIBCC labeler, product and unit of
    measure, for MA the first five parts. None if the scan names no device."""
    lot: str | None
    """Batch or lot number, AI (10) or its like, as printed."""
    serial: str | None
    """Serial number, AI (21) or its like, as printed."""
    manufactured_on: date | None
    """Day of manufacture, AI (11), else the day of AI (8008)."""
    expires_on: date | None
    """Last day of use, AI (17), else the day of AI (7003). A month given without a day means its last day (GS1-3)."""
    expires_precision: Precision | None
    """How exactly the expiry is printed: to the day, only to the month, or to the minute. None without an expiry."""
    elements: tuple[tuple[str, str], ...]
    """Identifier and value of every element, in the order of the scan, as its agency writes them."""
    canonical: str
    """The same elements in one spelling: for GS1 an element string, every FNC1 written `^`; for HIBCC one symbol with a
    right check character. Reads back to the same elements."""
    message: str
    """The data as the carrier holds it: as `canonical`, but an EAN/UPC symbol as bare digits, a composite with `|`."""
    raw: str
    """The scan, as it came."""
    warnings: tuple[str, ...] = ()
    """Codes of what is readable but not as it should be: `expiry_day_missing` (GS1-3),
    `di_check_character_wrong` (MA), `structure_unverified` (AHM)."""
    quantity: int | None = None
    """How many units a HIBC symbol stands for."""
    sterilization_lot: str | None = None
    """Sterilisation lot, MA `.D`."""
    valid_until: date | None = None
    """Last day of validity (有效期至), where the code names it beside the day of expiry (失效日期)."""
    donation_id: str | None = None
    """Donation identification number of ISBT 128."""

    @property
    def last_day_of_use(self) -> date | None:
        """The earliest of the days after which the device is not used: expiry and end of validity."""
        days = [day for day in (self.expires_on, self.valid_until) if day is not None]
        return min(days, default=None)
