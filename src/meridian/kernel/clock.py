"""The only now of the system.

Inside an act, now is the instant the database gave the act; outside, the server's clock. A store created as demo or
test may run beside the real time by an offset that only grows (`models/store.py`); a normal store has none.
"""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from meridian.kernel.context import act_instant

_OFFSET_SECONDS_TO_LIVE = 2.0
_offset: tuple[float, timedelta] | None = None


@dataclass(frozen=True)
class Moment:
    """When a gate judges: the instant (UTC) and the day it is at the document's site."""

    instant: datetime
    site_day: date
    zone: ZoneInfo

    @classmethod
    def at(cls, instant: datetime, zone: ZoneInfo) -> "Moment":
        """The moment of an instant at a place with this time zone."""
        return cls(instant=instant, site_day=instant.astimezone(zone).date(), zone=zone)


def now() -> datetime:
    """The present instant in UTC: the act's own inside an act, else the server's clock plus the store's offset."""
    return act_instant() or datetime.now(UTC) + store_offset()


def store_offset() -> timedelta:
    """How far the store's clock runs ahead (negative: behind); zero in a normal store. Read each two seconds."""
    global _offset
    if _offset is None or time.monotonic() - _offset[0] > _OFFSET_SECONDS_TO_LIVE:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_offset FROM kernel_store")
            row = cursor.fetchone()
        _offset = (time.monotonic(), row[0] if row else timedelta(0))
    return _offset[1]


def forget_offset() -> None:
    """Read the store's offset anew at the next question (after it was moved)."""
    global _offset
    _offset = None
