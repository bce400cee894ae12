"""Whether background work goes on: the state of each periodic job, and the alarms."""

from dataclasses import dataclass
from datetime import datetime

from meridian.kernel.messages import Text
from meridian.kernel.sql import fetch
from meridian.platform.jobs.periodic import Periodic, declared

_STATES = """
SELECT h.name, h.started_at, h.succeeded_at, h.failed_at, h.told,
       extract(epoch FROM clock_timestamp() - coalesce(h.succeeded_at, s.created_at))::float8
FROM kernel_store s LEFT JOIN jobs_heartbeat h ON true
"""
_STORE_AGE = "SELECT extract(epoch FROM clock_timestamp() - created_at)::float8 FROM kernel_store"


@dataclass(frozen=True)
class JobState:
    """How one periodic job stands."""

    job: Periodic
    started_at: datetime | None
    succeeded_at: datetime | None
    failed_at: datetime | None
    told: str
    silent_seconds: float
    """Since its last success, or since the store was made."""

    @property
    def is_silent(self) -> bool:
        """Whether it raises an alarm."""
        return self.silent_seconds > self.job.silent_after_seconds

    @property
    def failed_last(self) -> bool:
        """Whether its last try failed."""
        return self.failed_at is not None and (self.succeeded_at is None or self.failed_at > self.succeeded_at)


def states() -> list[JobState]:
    """Every periodic job of the site, in order; two statements."""
    rows = {row[0]: row for row in fetch(_STATES)}
    ages = fetch(_STORE_AGE)
    never = (None, None, None, None, "", ages[0][0] if ages else 0.0)
    found = []
    for job in declared():
        _name, started, succeeded, failed, told, silent = rows.get(job.name, never)
        found.append(JobState(job, started, succeeded, failed, told, silent))
    return found


@dataclass(frozen=True)
class Alarm:
    """A periodic job that has fallen silent."""

    name: str
    label: Text
    silent_seconds: float
    told: str


def alarms() -> list[Alarm]:
    """The jobs that have not succeeded for longer than they may."""
    return [
        Alarm(state.job.name, state.job.label, state.silent_seconds, state.told)
        for state in states()
        if state.is_silent
    ]
