"""Content checks of dates and times, named as in the GS1 syntax dictionary."""

from calendar import monthrange

from meridian.items.udi.gs1.check_digits import is_digits
from meridian.items.udi.gs1.faults import Fault, whole


def _digits(value: str, length: int, name: str) -> Fault | None:
    if len(value) != length:
        return whole(f"{name}_TOO_{'SHORT' if len(value) < length else 'LONG'}", value)
    if is_digits(value):
        return None
    wrong = next(index for index, character in enumerate(value) if not is_digits(character))
    return Fault("NON_DIGIT_CHARACTER", wrong, 1)


def _date(value: str, year_length: int, *, day_may_be_zero: bool) -> Fault | None:
    fault = _digits(value, year_length + 4, "DATE")
    if fault:
        return fault
    # Two digits can only mean the leap rule of 2000–2099 (and 1904–1999): 00 is 2000, a leap year.
    year = int(value[:year_length]) + (2000 if year_length == 2 else 0)
    month, day = int(value[year_length:-2]), int(value[-2:])
    if not 1 <= month <= 12:
        return Fault("ILLEGAL_MONTH", year_length, 2)
    # The calendar module has no year 0; 0000 and 2000 have the same months.
    if day > monthrange(year or 2000, month)[1] or not (day or day_may_be_zero):
        return Fault("ILLEGAL_DAY", year_length + 2, 2)
    return None


def yymmdd(value: str) -> Fault | None:
    """A date of six digits."""
    return _date(value, 2, day_may_be_zero=False)


def yymmd0(value: str) -> Fault | None:
    """A date of six digits whose day may be 00, the last day of the month (GS1-3)."""
    return _date(value, 2, day_may_be_zero=True)


def yyyymmdd(value: str) -> Fault | None:
    """A date of eight digits."""
    return _date(value, 4, day_may_be_zero=False)


def yyyymmd0(value: str) -> Fault | None:
    """A date of eight digits whose day may be 00."""
    return _date(value, 4, day_may_be_zero=True)


def hh(value: str) -> Fault | None:
    """An hour, 00–23."""
    return _digits(value, 2, "HOUR") or (Fault("ILLEGAL_HOUR", 0, 2) if int(value) > 23 else None)


def mi(value: str) -> Fault | None:
    """A minute, 00–59."""
    return _digits(value, 2, "MINUTE") or (Fault("ILLEGAL_MINUTE", 0, 2) if int(value) > 59 else None)


def ss(value: str) -> Fault | None:
    """A second, 00–59."""
    return _digits(value, 2, "SECOND") or (Fault("ILLEGAL_SECOND", 0, 2) if int(value) > 59 else None)


def hhmi(value: str) -> Fault | None:
    """Hour and minute, 0000–2359."""
    fault = _digits(value, 4, "HOUR_WITH_MINUTE")
    if fault:
        return fault
    if int(value[:2]) > 23:
        return Fault("ILLEGAL_HOUR", 0, 2)
    return Fault("ILLEGAL_MINUTE", 2, 2) if int(value[2:]) > 59 else None
