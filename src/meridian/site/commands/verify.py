"""`verify`: proves that books and trails are unaltered; names table, row and time of what was altered."""

import argparse
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from typing import Any

from meridian.site.commands.environment import open_database, store_path
from meridian.site.progress import Progress


def main(arguments: Sequence[str]) -> int:
    """Prints the report; 0 when everything holds, 1 when anything was altered."""
    parser = argparse.ArgumentParser(prog="meridian verify")
    parser.add_argument("--no-derived", action="store_true", help="leave out balances and other derived tables")
    options = parser.parse_args(arguments)
    open_database()
    connection = import_module("django.db").connection
    verification = import_module("meridian.evidence.verify")  # imports models, so only once Django is loaded
    with Progress() as tell:
        report = verification.verify(connection, store_path(), derived=not options.no_derived, tell=tell)
    print("\n".join(report.lines()))
    if not options.no_derived:
        _told_on_the_page(report)
    return 0 if report.passed else 1


def _told_on_the_page(report: Any) -> None:
    """The evidence page tells of this run as of one of the nightly job's."""
    jobs, ours = import_module("meridian.platform.jobs.periodic"), import_module("meridian.site.periodic_jobs")

    def told() -> str:
        ours.require_untouched(report.problems)
        return f"{report.sealed_rows}"

    job = next(job for job in jobs.declared() if job.name == ours.VERIFY)
    with suppress(ours.AlteredError):  # said above, row by row
        jobs.run_once(replace(job, work=told, rest_seconds=0))
