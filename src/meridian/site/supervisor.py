"""What `./meridian run` keeps alive: the web server, the job worker and the embedded database, until told to stop.

Any of them that ends is started again, with growing pauses. Ctrl-C, SIGTERM and SIGHUP stop the two children by their
process ids, then the database. Killed hard, this process takes its children with it; what still survives is ended by
the next start, which knows it by a token in its environment.
"""

import fcntl
import http.client
import ipaddress
import os
import secrets
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from meridian.site import postgres, processes

WEB_APPLICATION = "meridian.site.wsgi:application"
WORKER_COMMAND = (sys.executable, "-P", "-m", "meridian.site.command_line", "worker")

_TOKEN = "MERIDIAN_SUPERVISOR"
_TICK_SECONDS = 0.2
_SHORTEST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.5, 30.0
_STEADY_SECONDS = 60.0  # a child that lived this long starts again without a pause growing
_STOP_SECONDS = 15.0
_HOPELESS_STARTS = 5  # ends of the web server before it ever answered


class CannotServeError(Exception):
    """The servers are not started; the message is a sentence for the operator."""


@dataclass(frozen=True)
class ServeOptions:
    """What to serve and where.

    `state` is a directory for this run's lock and token. `database_store` is the store of the embedded database to keep
    running and to stop at the end; None where the database is somebody else's. `report` hears sentences; `ready` is
    called once, when the address answers for the first time.
    """

    state: Path
    host: str = "127.0.0.1"
    port: int = 8000
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    behind_proxy: bool = False
    database_store: Path | None = None
    durable: bool = True
    application: str = WEB_APPLICATION
    worker: Sequence[str] = WORKER_COMMAND
    report: Callable[[str], None] = field(default=print)
    ready: Callable[[], None] | None = None

    @property
    def address(self) -> str:
        """The URL to open; a loopback address as `localhost`, which passkeys need."""
        host = "localhost" if is_loopback(self.host) else self.host
        host = f"[{host}]" if ":" in host else host
        return f"{'https' if self.tls_certificate else 'http'}://{host}:{self.port}/"


def serve(options: ServeOptions, environment: Mapping[str, str]) -> int:
    """Serve until stopped by a signal: 0; 1 if the web server never came up; 2 with a sentence if refused.

    `environment` is the children's, DATABASE_URL included. To be called in the main thread.
    """
    try:
        require_safe_interface(options)
        with _only_one(options):
            token = _end_leftovers(options)
            require_free_port(options)
            return _Supervisor(options, {**environment, _TOKEN: token}).serve()
    except CannotServeError as refusal:
        options.report(f"meridian: {refusal}")
        return 2


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the interface."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def require_safe_interface(options: ServeOptions) -> None:
    """Refuse to send passwords over a network in the clear, and half a TLS configuration."""
    if (options.tls_certificate is None) != (options.tls_key is None):
        raise CannotServeError("--tls-cert and --tls-key belong together.")
    for path in (options.tls_certificate, options.tls_key):
        if path is not None and not path.is_file():
            raise CannotServeError(f"{path} is not there.")
    if not is_loopback(options.host) and options.tls_certificate is None and not options.behind_proxy:
        raise CannotServeError(
            f"{options.host} is reached from other machines, and passwords would travel in the clear: "
            "give --tls-cert and --tls-key, or --behind-proxy where a proxy ends TLS."
        )


def require_free_port(options: ServeOptions) -> None:
    """Refuse a port somebody listens on, naming who."""
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((options.host, options.port))
        except OSError as error:
            holder = processes.port_holder(options.port)
            taken = f"is taken by {holder}" if holder else f"cannot be used ({error.strerror})"
            raise CannotServeError(
                f"Port {options.port} on {options.host} {taken}: "
                f"stop that, or take another: ./meridian run --port {options.port + 1}"
            ) from None


@contextmanager
def _only_one(options: ServeOptions) -> Iterator[None]:
    """One run per store; the lock ends with the process, however it ends."""
    options.state.mkdir(parents=True, exist_ok=True)
    with (options.state / "run.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise CannotServeError(f"Meridian already runs here: {file.read().strip()}.") from None
        file.truncate(0)
        file.write(f"process {os.getpid()}, {options.address}")
        file.flush()
        yield


def _end_leftovers(options: ServeOptions) -> str:
    """End what a killed earlier run left, and write down the token by which the next start would know ours."""
    file = options.state / "run.token"
    if file.exists():
        ended = processes.end_all(f"{_TOKEN}={file.read_text().strip()}", _STOP_SECONDS)
        if ended:
            options.report(f"Ended {ended} processes that an earlier run had left.")
    token = secrets.token_hex(16)
    file.write_text(token)
    return token


@dataclass
class _Child:
    """One kept process and when it may start again."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    start_again: float = 0.0
    pause: float = _SHORTEST_PAUSE_SECONDS
    ends: int = 0


class _Supervisor:
    """One run: its children, whether it answered yet, and the wish to stop."""

    def __init__(self, options: ServeOptions, environment: Mapping[str, str]) -> None:
        self.options = options
        self.environment = {**environment, **_deployment(options)}
        self.web = _Child("web server", _web_command(options))
        self.children = [self.web, _Child("job worker", list(options.worker))]
        self.stopping = threading.Event()
        self.answered = False
        self.database_again = 0.0

    def serve(self) -> int:
        """Keep everything running until a signal; the exit code."""
        kept = {number: signal.signal(number, self._wish) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        try:
            while not self.stopping.is_set():
                self._keep_database()
                for child in self.children:
                    self._keep(child)
                if not self.answered and self.web.ends >= _HOPELESS_STARTS:
                    self.options.report("The web server does not start; it said why above.")
                    return 1
                self._tell_when_ready()
                self.stopping.wait(_TICK_SECONDS)
            return 0
        finally:
            self._stop_children()
            if self.options.database_store is not None:
                postgres.stop(self.options.database_store)
            for number, handler in kept.items():
                signal.signal(number, handler)

    def _wish(self, number: int, frame: object) -> None:
        self.stopping.set()

    def _keep_database(self) -> None:
        """Start the embedded database again if it was killed; a failure is told and tried again later."""
        store = self.options.database_store
        now = time.monotonic()
        if store is None or now < self.database_again or postgres.is_running(store):
            return
        self.database_again = now + 5
        try:
            postgres.ensure(store, durable=self.options.durable, report=self.options.report)
        except postgres.DatabaseServerError as error:
            self.options.report(str(error))

    def _keep(self, child: _Child) -> None:
        """Start the child if it is due, and plan its next start if it has ended."""
        now = time.monotonic()
        if child.process is None:
            if now >= child.start_again:
                child.process = processes.start_child(child.command, self.environment)
                child.started = now
            return
        code = child.process.poll()
        if code is None:
            return
        processes.end_group(child.process)
        child.process = None
        child.ends += 1
        if now - child.started > _STEADY_SECONDS:
            child.pause = _SHORTEST_PAUSE_SECONDS
        child.start_again = now + child.pause
        self.options.report(f"The {child.name} ended (code {code}); starting it again in {child.pause:.1f} s.")
        child.pause = min(child.pause * 2, _LONGEST_PAUSE_SECONDS)

    def _tell_when_ready(self) -> None:
        if not self.answered and self.web.process is not None and _answers(self.options):
            self.answered = True
            if self.options.ready is not None:
                self.options.ready()

    def _stop_children(self) -> None:
        """Ask every child to stop, give them time together, then end what is left of their sessions."""
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + _STOP_SECONDS
        for process in running:
            try:
                process.wait(timeout=max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.options.report(f"Process {process.pid} did not stop when asked; it is killed.")
            processes.end_group(process)
            process.wait()


def _deployment(options: ServeOptions) -> dict[str, str]:
    """What the settings must know of the way requests arrive."""
    encrypted = options.tls_certificate is not None or options.behind_proxy
    return {
        "MERIDIAN_TLS": "1" if encrypted else "0",
        "MERIDIAN_BEHIND_PROXY": "1" if options.behind_proxy else "0",
        "MERIDIAN_LOOPBACK": "1" if is_loopback(options.host) and not options.behind_proxy else "0",
        "MERIDIAN_POOL": "1",
    }


def _web_command(options: ServeOptions) -> list[str]:
    """granian serving WSGI: one process, four threads (a process more buys nothing on two cores and costs memory)."""
    command = [
        sys.executable,
        "-P",
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--workers",
        "1",
        "--blocking-threads",
        "4",
    ]
    command += ["--host", options.host, "--port", str(options.port), "--log-level", "warning"]
    if options.tls_certificate is not None and options.tls_key is not None:
        command += ["--ssl-certificate", str(options.tls_certificate), "--ssl-keyfile", str(options.tls_key)]
    return [*command, options.application]


def _answers(options: ServeOptions) -> bool:
    """Whether a request gets any answer: the port alone opens long before the application is loaded."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(options.host, options.host)
    connection: http.client.HTTPConnection
    if options.tls_certificate is None:
        connection = http.client.HTTPConnection(host, options.port, timeout=1)
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # our own child is asked; whose name it bears is no matter
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection(host, options.port, timeout=1, context=context)
    try:
        connection.request("HEAD", "/", headers={"Host": "localhost"})
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
