"""The whole product in processes of its own: supervisor, web server, worker and PostgreSQL, and how to kill each."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import psycopg

from meridian.site import postgres, processes
from meridian.site.postgres import Urls

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120
ADJUSTMENTS = "/api/v1/warehouse/stock-adjustments"
Found = TypeVar("Found")


def eventually(ask: Callable[[], Found], what: str) -> Found:
    """What the question answers as soon as it is true and no connection fails."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        answer: object
        try:
            found = ask()
            if found:
                return found
            answer = found
        except (OSError, psycopg.OperationalError) as error:
            if isinstance(error, urllib.error.HTTPError) and error.code < 500:
                raise AssertionError(f"{what}: {error.code} {error.read().decode()}") from None
            answer = error
        assert time.monotonic() < deadline, f"{what}: {answer}"
        time.sleep(0.1)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _kill_at_once(pids: list[int]) -> None:
    """Kill -9 of each. One that is gone is as dead as asked: PostgreSQL's children end with its first process."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@dataclass
class RunningSite:
    """One served store. `token` is a keeper's."""

    store: Path
    urls: Urls
    port: int
    token: str
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, store: Path, urls: Urls, token: str) -> "RunningSite":
        """Starts the supervisor and waits until the API answers."""
        port = free_port()
        environment = {
            **os.environ, "MERIDIAN_STORE": str(store), "MERIDIAN_EMBEDDED": "1", "MERIDIAN_SECRET_KEY": "of-a-test",
            "DATABASE_URL": urls.application, "DATABASE_OWNER_URL": urls.owner, "DATABASE_SEAL_URL": urls.seal,
            "DJANGO_SETTINGS_MODULE": "meridian.site.settings", "PYTHONPATH": str(ROOT / "src"),
        }  # fmt: skip
        program = Path(__file__).with_name("run_site.py")
        process = subprocess.Popen([sys.executable, str(program), str(store), str(port)], env=environment)
        site = cls(store, urls, port, token, process)
        eventually(lambda: site.state_of_any() is not None, "the site answers")
        return site

    def stop(self) -> None:
        """Ends everything this run started."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=PATIENCE_SECONDS)
        processes.end_all(f"MERIDIAN_SUPERVISOR={self._mark()}", 5)

    def state_of_any(self) -> Any:
        """The list of adjustments, to see that the API answers."""
        return self.asked("GET", ADJUSTMENTS)

    def asked(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        """One request as the keeper; raises OSError where nobody answers and for answers that are no success."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())

    def post(self, document_id: UUID, key: str) -> Any:
        """Posts an adjustment in its first version under a key."""
        return self.asked("POST", f"{ADJUSTMENTS}/{document_id}/post", {"version": 1, "reason": "门诊示教"}, key)

    def posted_at_last(self, document_id: UUID, key: str) -> Any:
        """The same request again and again, as a client does, until it is answered."""
        return eventually(lambda: self.post(document_id, key), f"{document_id} is posted")

    def kill_web_server(self) -> None:
        """Kill -9 of everything that answers requests."""
        self._kill("granian")

    def kill_worker(self) -> None:
        """Kill -9 of the worker."""
        self._kill("command_line")

    def kill_database(self) -> None:
        """Kill -9 of PostgreSQL's first process and of all its children at once."""
        first = postgres.server_pid(self.store / "server")
        assert first is not None
        children = [int(pid) for pid in Path(f"/proc/{first}/task/{first}/children").read_text().split()]
        _kill_at_once([first, *children])

    def _mark(self) -> str:
        return (self.store / "run" / "run.token").read_text().strip()

    def _kill(self, word: str) -> None:
        found = [
            pid
            for pid in processes.with_environment(f"MERIDIAN_SUPERVISOR={self._mark()}")
            if word in Path(f"/proc/{pid}/cmdline").read_text()
        ]
        assert found, f"no {word} runs"
        _kill_at_once(found)

    @contextmanager
    def holding(self, statement: str) -> Iterator[psycopg.Connection]:
        """A transaction of the owner's that holds the statement's locks."""
        connection = psycopg.connect(self.urls.owner)
        try:
            connection.execute(statement)
            yield connection
        finally:
            connection.close()

    def wait_for_blocked(self, role: str) -> None:
        """Returns as soon as a session of this role waits for a lock."""
        statement = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s AND wait_event_type = 'Lock'"

        def is_blocked() -> bool:
            with psycopg.connect(self.urls.superuser, autocommit=True) as connection:
                return bool((connection.execute(statement, [role]).fetchone() or [0])[0])

        eventually(is_blocked, f"{role} waits for a lock")

    def rows(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """What a statement answers, as the owner."""
        with psycopg.connect(self.urls.owner, autocommit=True) as connection:
            return list(connection.execute(statement, parameters).fetchall())
