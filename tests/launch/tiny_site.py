"""A site small enough to start at once, in place of the real one: the supervisor's work does not depend on it."""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

StartResponse = Callable[[str, list[tuple[str, str]]], object]


def application(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Answers every request with the id of the process that serves it."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]


def work(pid_file: Path) -> None:
    """A worker that says who it is and waits to be ended."""
    pid_file.write_text(str(os.getpid()))
    while True:
        time.sleep(60)
