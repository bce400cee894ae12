"""`verify`: proves that books and trails are unaltered; names table, row and time of what was altered."""

import argparse
from collections.abc import Sequence
from importlib import import_module

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
    return 0 if report.passed else 1
