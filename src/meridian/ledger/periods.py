"""Months as the money book names them: `2026-08`. Pure."""

import re
from datetime import date, timedelta

_PERIOD = re.compile(r"^\d{4}-(0[1-9]|1[0-2])(-\d\d)?$")


def as_period(text: str) -> str:
    """The month a text names, `2026-08` or a day in it; empty for any other text."""
    return text[:7] if _PERIOD.match(text) and text[:4] != "0000" else ""


def period_before(period: str) -> str:
    """The month before; the first month there is has none before it but itself."""
    first = date.fromisoformat(f"{period}-01")
    return (first - timedelta(days=1)).strftime("%Y-%m") if first.year > 1 or first.month > 1 else period
