"""`bench`: measures the workloads beside the lean-SQL limit, on a store of its own that is removed afterwards."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from meridian.site import postgres
from meridian.site.commands.environment import open_database
from meridian.site.commands.migrate import migrate

ROOT = Path(__file__).resolve().parents[4]
RESULTS = ROOT / "benchmarks" / "results"
OF_ANOTHER_STORE = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SEAL_URL", "MERIDIAN_EMBEDDED")


def main(arguments: Sequence[str]) -> int:
    """Prints the table and writes it as JSON; 1 when the books do not agree afterwards. A missed target is no error."""
    parser = argparse.ArgumentParser(prog="meridian bench")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full size: 0.1 takes under two minutes")
    parser.add_argument("--only", default="", metavar="NAME", help="workloads whose name contains this")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write the result")
    options = parser.parse_args(arguments)
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    with _own_store() as store:
        open_database()
        migrate("test")
        running = import_module("benchmarks.running")  # imports models, so only once Django is loaded
        report = import_module("benchmarks.report")
        run = running.bench(options.scale, options.only, postgres.ensure(store / "server"), store)
    report.show(run)
    path = options.json or RESULTS / f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{options.scale:g}.json"
    report.keep(run, path)
    print(f"\n{path}")
    return 1 if run.invariants else 0


@contextmanager
def _own_store() -> Iterator[Path]:
    """A new store with a durable server, stopped and deleted at the end, also when the run is ended from outside."""
    directory = Path(tempfile.mkdtemp(prefix="meridian-bench-"))
    directory.chmod(0o755)  # the server's own system user passes through
    for name in OF_ANOTHER_STORE:
        os.environ.pop(name, None)
    os.environ["MERIDIAN_STORE"] = str(directory)
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield directory
    finally:
        signal.signal(signal.SIGTERM, before)
        postgres.remove(directory / "server")
        shutil.rmtree(directory, ignore_errors=True)


def _end(number: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + number)
