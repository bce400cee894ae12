"""Years of two digits and days of the calendar, as barcodes write them."""

from calendar import monthrange
from datetime import date

CENTURY_WITHOUT_TODAY = 2000


def resolve_year(two_digits: int, today: date | None) -> int:
    """The year that two digits mean: from 49 years before to 50 years after the year of `today` (GenSpecs 7.12).

    Without `today` the years 2000–2099: no UDI was printed before.
    """
    if today is None:
        return CENTURY_WITHOUT_TODAY + two_digits
    year = today.year - today.year % 100 + two_digits
    if year - today.year > 50:
        return year - 100
    return year + 100 if today.year - year > 49 else year


def resolve_day(yymmdd: str, today: date | None) -> date:
    """The day that six digits mean; day 00 is the last of the month (GS1-3). Raises `ValueError` if there is none."""
    year, month, day = resolve_year(int(yymmdd[:2]), today), int(yymmdd[2:4]), int(yymmdd[4:6])
    return date(year, month, day) if day else last_of_month(year, month)


def last_of_month(year: int, month: int) -> date:
    """The last day of a month; raises `ValueError` for a month there is not."""
    if not 1 <= month <= 12:
        raise ValueError(month)
    return date(year, month, monthrange(year, month)[1])
