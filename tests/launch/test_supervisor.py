"""`./meridian run` keeps its processes: ended ones start again, a stop leaves none, unsafe interfaces are refused."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from meridian.site import postgres, processes
from meridian.site.supervisor import CannotServeError, ServeOptions, require_safe_interface, serve

PATIENCE_SECONDS = 30
Found = TypeVar("Found")


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def eventually(ask: Callable[[], Found]) -> Found:
    """What the question answers as soon as it is neither false nor a failed connection."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        answer: object
        try:
            found = ask()
            if found:
                return found
            answer = found
        except OSError as error:
            answer = error
        assert time.monotonic() < deadline, answer
        time.sleep(0.1)


@dataclass
class Run:
    """A supervisor in a process of its own, serving the tiny site."""

    process: subprocess.Popen[str]
    port: int
    state: Path

    def server(self) -> int:
        """The process that answers requests."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=2) as answer:
            return int(answer.read())

    def worker(self) -> int:
        """The process that works on jobs; 0 before it said so."""
        file = self.state / "worker.pid"
        return int(file.read_text() or 0) if file.exists() else 0

    def others(self) -> list[int]:
        """Every living process this run started, however deep."""
        return processes.with_environment(f"MERIDIAN_SUPERVISOR={(self.state / 'run.token').read_text()}")

    def end(self, number: int) -> int:
        """Send the supervisor a signal and wait for its exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=PATIENCE_SECONDS)


def start(state: Path, port: int, store: Path | None = None) -> Run:
    """Start the supervisor and wait until the site answers and the worker works."""
    program = Path(__file__).with_name("run_tiny_site.py")
    arguments = [sys.executable, str(program), str(state), str(port), str(store or "-")]
    run = Run(subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True), port, state)
    eventually(run.server)
    eventually(run.worker)
    return run


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    started = start(tmp_path / "run", free_port())
    yield started
    if started.process.poll() is None:
        started.end(signal.SIGKILL)
    processes.end_all(f"MERIDIAN_SUPERVISOR={(started.state / 'run.token').read_text()}", 5)


def test_a_killed_server_and_a_killed_worker_are_started_again__and_a_stop_leaves_nothing(run: Run) -> None:
    server, worker = run.server(), run.worker()
    os.kill(server, signal.SIGKILL)
    os.kill(worker, signal.SIGKILL)
    assert eventually(lambda: run.server() != server)
    assert eventually(lambda: run.worker() != worker)
    assert run.end(signal.SIGINT) == 0
    assert run.others() == []
    with pytest.raises(OSError, match="refused"):
        run.server()


def test_a_second_run_in_the_same_store_is_refused_and_names_the_first(run: Run) -> None:
    said: list[str] = []
    assert serve(ServeOptions(state=run.state, port=free_port(), report=said.append), os.environ) == 2
    assert f"process {run.process.pid}, http://localhost:{run.port}/" in said[0]


def test_killed_hard_it_takes_its_children_along(run: Run) -> None:
    run.end(signal.SIGKILL)
    assert eventually(lambda: run.others() == [])


def test_what_survives_a_hard_kill_is_ended_by_the_next_start(run: Run) -> None:
    """Supervisor and web server's head killed at once: the process that answers is left holding the port."""
    survivor, worker = run.server(), run.worker()
    head = int(Path(f"/proc/{survivor}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(survivor, signal.SIGSTOP)  # so that it cannot end by itself meanwhile
    os.kill(head, signal.SIGKILL)
    run.end(signal.SIGKILL)
    eventually(lambda: worker not in run.others())
    os.kill(survivor, signal.SIGCONT)
    again = start(run.state, run.port)
    try:
        assert eventually(lambda: again.server() != survivor)
    finally:
        assert again.end(signal.SIGTERM) == 0
    assert again.others() == []


def test_a_killed_database_is_started_again_and_stopped_at_the_end(tmp_path: Path, store: Path) -> None:
    urls = postgres.ensure(store, durable=False)
    run = start(tmp_path / "run", free_port(), store)
    pid = postgres.server_pid(store)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    try:
        assert eventually(lambda: postgres.server_pid(store) not in (None, pid))
        assert postgres.ensure(store, durable=False) == urls
    finally:
        assert run.end(signal.SIGTERM) == 0
    assert not postgres.is_running(store)


def test_a_taken_port_is_refused_naming_who_holds_it(tmp_path: Path) -> None:
    said: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        assert serve(ServeOptions(state=tmp_path, port=port, report=said.append), os.environ) == 2
    assert f"Port {port} on 127.0.0.1" in said[0]
    assert f"process {os.getpid()}" in said[0]
    assert f"--port {port + 1}" in said[0]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "erp.example"])
def test_another_interface_than_loopback_is_refused_without_tls_or_a_proxy(tmp_path: Path, host: str) -> None:
    said: list[str] = []
    assert serve(ServeOptions(state=tmp_path / "run", host=host, report=said.append), os.environ) == 2
    assert "--behind-proxy" in said[0]
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.53", "::1", "localhost"])
def test_loopback_needs_neither(tmp_path: Path, host: str) -> None:
    require_safe_interface(ServeOptions(state=tmp_path, host=host))


def test_another_interface_is_served_with_tls_or_behind_a_proxy(tmp_path: Path) -> None:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    certificate.touch()
    key.touch()
    require_safe_interface(ServeOptions(state=tmp_path, host="0.0.0.0", behind_proxy=True))
    require_safe_interface(ServeOptions(state=tmp_path, host="0.0.0.0", tls_certificate=certificate, tls_key=key))


def test_half_a_tls_configuration_is_refused(tmp_path: Path) -> None:
    certificate = tmp_path / "certificate.pem"
    certificate.touch()
    with pytest.raises(CannotServeError, match="belong together"):
        require_safe_interface(ServeOptions(state=tmp_path, tls_certificate=certificate))
    with pytest.raises(CannotServeError, match="is not there"):
        require_safe_interface(
            ServeOptions(state=tmp_path, tls_certificate=certificate, tls_key=tmp_path / "absent.pem")
        )
