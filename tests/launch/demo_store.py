"""The store with the demonstration company: loaded once a run, shared by the tests that look at it."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def site_environment(store: Path) -> dict[str, str]:
    """The environment of a command that works on a store of its own."""
    environment = {**os.environ, "MERIDIAN_STORE": str(store), "PYTHONPATH": str(ROOT / "src")}
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SEAL_URL", "MERIDIAN_EMBEDDED"):
        environment.pop(name, None)
    return environment


def command(store: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """One command of the site."""
    program = [sys.executable, "-P", "-m", "meridian.site.command_line", *arguments]
    return subprocess.run(program, env=site_environment(store), capture_output=True, text=True, check=False)


@contextmanager
def loaded(kind_of_lock: int) -> Iterator[Path]:
    """A store with the demonstration company in it, loaded once a run by whichever worker comes first."""
    path = Path(os.environ["MERIDIAN_TEST_STORE"]) / "demo"
    with open(path.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (path / "ready").exists():
            path.mkdir(exist_ok=True)
            done = command(path, "demo")
            assert done.returncode == 0, done.stderr[-3000:]
            (path / "ready").touch()
        fcntl.flock(lock, kind_of_lock)
        yield path
