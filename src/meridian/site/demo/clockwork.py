"""The clock of the demonstration store: it starts six months behind and only ever moves forward, up to today."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from meridian.kernel.clock import forget_offset, now, store_offset
from meridian.kernel.store import advance_clock

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Days:
    """Days counted back from the day the demonstration ends: `Days(today).ago(3)`."""

    today: date

    def ago(self, days: int) -> date:
        """The day this many days before the last one; negative counts lie ahead."""
        return self.today - timedelta(days=days)

    def go_to(self, days_ago: int, at: str) -> None:
        """Moves the store's clock forward to an hour (`"09:30"`) of a day; an hour that has passed stays passed."""
        wanted = datetime.combine(self.ago(days_ago), time.fromisoformat(at), ZONE)
        ahead = wanted - now()
        if ahead > timedelta(0):
            advance_clock(min(ahead, -store_offset()))


def last_day() -> date:
    """The real today at the company, where the demonstration ends."""
    forget_offset()
    return (now() - store_offset()).astimezone(ZONE).date()


def arrive() -> None:
    """Moves the store's clock to the real time."""
    forget_offset()
    if store_offset() < timedelta(0):
        advance_clock(-store_offset())
