"""Until when a record is kept (REGULATIONS §5): the latest of its rules; None means for ever."""

from datetime import date

from meridian.kernel.declare import RetentionAnchors

_YEARS_FROM_BASE = {"R0": 10, "R5a": 30, "R5b": 10, "R10": 10}
PERMANENT = frozenset({"R5c"})


def years_after(day: date, years: int) -> date:
    """The same calendar day `years` later; 29 February becomes 28 February where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def keep_until(code: str, anchors: RetentionAnchors) -> date | None:
    """The last day a record must be kept, or None for ever.

    R1 (GSP Art 23, Order 54 Art 38): two years after expiry; without expiry five years from the record's day; implants
    for ever. R5a: accounting records 30 years (Order 79). Raises KeyError for a class without a rule.
    """
    if anchors.permanent or code in PERMANENT:
        return None
    if code == "R1":
        days = [years_after(day, 2) for day in anchors.expiry_days]
        if anchors.some_without_expiry or not days:
            days.append(years_after(anchors.base_day, 5))
        return max(days)
    return years_after(anchors.base_day, _YEARS_FROM_BASE[code])
