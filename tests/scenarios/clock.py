"""The simulated clock of a test's store, moved to a wall-clock time at the company's site."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from meridian.kernel.clock import forget_offset, now
from meridian.kernel.store import advance_clock

YEAR = 2046
"""The year stories are told in: ahead of any run of the tests, and within the certificates of the factories."""

SITE_ZONE = ZoneInfo("Asia/Shanghai")


def site_clock(year: int, month: int, day: int, hour: int, minute: int) -> None:
    """Moves the store's clock ahead to this time at the site; the test's transaction takes it back afterwards."""
    forget_offset()
    wanted = datetime(year, month, day, hour, minute, tzinfo=SITE_ZONE)
    advance_clock(wanted - now())


def at(day: date, hour: str) -> None:
    """Moves the store's clock ahead to an hour (`"23:59"`) of a day at the site, for good where nothing is undone."""
    moment = datetime.combine(day, time.fromisoformat(hour))
    site_clock(moment.year, moment.month, moment.day, moment.hour, moment.minute)
