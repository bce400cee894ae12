"""The worker process: runs periodic jobs until told to stop."""

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from procrastinate import App
from procrastinate.contrib.django import app as django_app
from procrastinate.exceptions import AlreadyEnqueued

from meridian.platform.jobs.periodic import STALLED_SECONDS, Periodic, declared, run_once

CONCURRENCY = 2
GRACE_SECONDS = 10.0


def worker_command(arguments: Sequence[str]) -> int:
    """Runs the site's jobs until SIGTERM or SIGINT; ends too when the database goes away, to be started again."""
    argparse.ArgumentParser(prog="meridian worker").parse_args(arguments)
    work(declared())
    return 0


def work(jobs: Sequence[Periodic], *, stalled_seconds: float = STALLED_SECONDS) -> None:
    """Runs these jobs until told to stop. Each runs once at the start, then by its own clock.

    A worker says every third of `stalled_seconds` that it lives.
    """
    asyncio.run(_work(jobs, stalled_seconds))


async def _work(jobs: Sequence[Periodic], stalled_seconds: float) -> None:
    ours: Any = django_app.connector  # Django's own, which knows how to make a worker's
    with django_app.replace_connector(ours.get_worker_connector()) as app:
        tasks = [register(app, job) for job in jobs]
        async with app.open_async():
            await _run_until_stopped(app, tasks, stalled_seconds)


async def _run_until_stopped(app: App, tasks: Sequence[Any], stalled_seconds: float) -> None:
    for task in tasks:
        with suppress(AlreadyEnqueued):
            await task.defer_async(timestamp=0)
    await app.run_worker_async(
        name="meridian",
        concurrency=CONCURRENCY,
        delete_jobs="always",  # how a job went stands in its heartbeat
        shutdown_graceful_timeout=GRACE_SECONDS,
        update_heartbeat_interval=stalled_seconds / 3,
        stalled_worker_timeout=stalled_seconds,
    )


def register(app: App, job: Periodic) -> Any:
    """Makes a periodic job known. At most one run waits; none blocks another, so a killed one holds nothing up."""
    task: Any = app.task(name=job.name, queueing_lock=job.name)(partial(_run, job))
    app.periodic(cron=job.cron)(task)
    return task


def _run(job: Periodic, *, timestamp: int) -> None:
    del timestamp  # the queue hands it over; what is due is asked of the data
    run_once(job)
