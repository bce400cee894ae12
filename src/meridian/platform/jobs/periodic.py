"""Periodic jobs: what the site declares, one run with its heartbeat, and what the worker itself needs."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meridian.kernel.messages import Text
from meridian.kernel.sql import fetch, run

logger = logging.getLogger(__name__)

STALLED_SECONDS = 30
"""A worker without a sign of life for this long is taken for dead; its jobs are run again."""
TOLD_LENGTH = 200


@dataclass(frozen=True)
class Periodic:
    """A job that runs again and again. It may be killed anywhere and run twice, so it is idempotent."""

    name: str
    label: Text
    cron: str
    """Minute, hour, day, month, weekday and, sixth, second."""
    silent_after_seconds: int
    """Without a success for this long the job raises an alarm."""
    work: Callable[[], str]
    """Answers what it did, for the page of jobs; raises when it could not."""
    rest_seconds: int = 0
    """Not again within this time of a success, not even when the worker starts anew."""


_BEGIN = """
INSERT INTO jobs_heartbeat (name, started_at, told) VALUES (%s, clock_timestamp(), '')
ON CONFLICT (name) DO UPDATE SET started_at = excluded.started_at
"""
_RESTS = "SELECT FROM jobs_heartbeat WHERE name = %s AND succeeded_at > clock_timestamp() - make_interval(secs => %s)"
_SUCCEEDED = "UPDATE jobs_heartbeat SET succeeded_at = clock_timestamp(), told = %s WHERE name = %s"
_FAILED = "UPDATE jobs_heartbeat SET failed_at = clock_timestamp(), told = %s WHERE name = %s"


def run_once(job: Periodic) -> None:
    """One run, with its heartbeat, unless it rests. Whatever the work raises is written down and raised again."""
    if job.rest_seconds and fetch(_RESTS, [job.name, job.rest_seconds]):
        return
    run(_BEGIN, [job.name])
    try:
        told = job.work()
    except Exception as error:
        run(_FAILED, [f"{type(error).__name__}: {error}"[:TOLD_LENGTH], job.name])
        raise
    run(_SUCCEEDED, [told[:TOLD_LENGTH], job.name])


_LOST = """
SELECT j.id, EXISTS (SELECT 1 FROM procrastinate_jobs t WHERE t.status = 'todo' AND t.queueing_lock = j.queueing_lock)
FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - make_interval(secs => %s))
ORDER BY j.id
"""


def retry_stalled(after_seconds: float = STALLED_SECONDS) -> str:
    """Puts the jobs of workers that died back into the queue, or drops those whose next run waits there already."""
    with transaction.atomic():
        lost = fetch(_LOST, [after_seconds])
        for job_id, has_successor in lost:
            if has_successor:
                fetch("SELECT procrastinate_finish_job_v1(%s, 'aborted', true)", [job_id])
            else:
                fetch("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [job_id])
    if lost:
        logger.warning("%d jobs of a worker that died are run again", len(lost))
    return f"{len(lost)}"


def clean_up() -> str:
    """Deletes sessions and counts of failed sign-ins whose time is over; neither is evidence."""
    sessions = run("DELETE FROM django_session WHERE expire_date < now()")
    attempts = run("DELETE FROM axes_accessattempt WHERE attempt_time < now() - interval '1 day'")
    return f"{sessions + attempts}"


OWN_JOBS = (
    Periodic("retry_stalled", _("重启中断的任务"), "* * * * * */10", 120, retry_stalled),
    Periodic("clean_up", _("清理过期会话"), "17 * * * *", 3 * 3600, clean_up),
)
"""What every worker does besides the site's jobs."""

_declared: list[Periodic] = list(OWN_JOBS)


def provide_jobs(jobs: Sequence[Periodic]) -> None:
    """The site's jobs; called once, when Django is ready."""
    _declared[:] = [*jobs, *OWN_JOBS]


def declared() -> tuple[Periodic, ...]:
    """All periodic jobs of the site."""
    return tuple(_declared)
