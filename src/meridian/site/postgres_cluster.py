"""One embedded PostgreSQL cluster on disk: where it lies, its passwords, its making, starting and stopping.

A store is a directory of the operator's. In it `secrets/database.json` (mode 0600) keeps the passwords and says where
the cluster is: `postgres/` in the store, or /var/lib/meridian/stores/<hash> where the server's own system user cannot
reach the store (a clone under /root). All functions but `read` expect the caller to hold the store's lock.
"""

import hashlib
import json
import os
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from meridian.site.postgres_programs import (
    SYSTEM_DIRECTORY,
    Account,
    DatabaseServerError,
    account_for,
    major_version,
    make_system_directory,
    server_programs,
)

SUPERUSER = "postgres"
OWNER, APPLICATION, SEAL = "meridian_owner", "meridian_app", "meridian_seal"
PORT = 5432  # names the socket file only; nothing listens on the network

# a socket's whole path is limited to 103 bytes (macOS; Linux 107); the file name in it takes 16 with its separator
_LONGEST_SOCKET_DIRECTORY = 84
_LARGEST_LOG_BYTES = 10_000_000
_START_SECONDS = 3  # how long pg_ctl watches; a longer recovery is waited for, and told of, by the caller
_STOP_SECONDS = 60

Report = Callable[[str], None]


@dataclass(frozen=True)
class Cluster:
    """Where a store's cluster is and how to sign in to it; `durable` is False for a store made for tests."""

    store: str
    directory: str
    sockets: str
    durable: bool
    passwords: dict[str, str]

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return Path(self.directory) / "data"

    @property
    def log(self) -> Path:
        """What the server said; the previous file is kept beside it with the suffix .1."""
        return Path(self.directory) / "server.log"

    @property
    def account(self) -> Account:
        """As whom the server runs."""
        return account_for(self.data)


def read(store: Path) -> Cluster | None:
    """The store's cluster as last written down, or None if it never had one."""
    path = _secrets_file(store)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Cluster(**content)
    except FileNotFoundError:
        return None
    except PermissionError:
        raise DatabaseServerError(f"{path} belongs to another user: start Meridian as the user who made it.") from None
    except (ValueError, TypeError) as error:
        raise DatabaseServerError(f"{path} cannot be read ({error}): put back its copy from the last backup.") from None


def open_or_plan(store: Path, *, durable: bool) -> Cluster:
    """The store's cluster, its socket directory present; for a new store its place and passwords, written down.

    Raises DatabaseServerError for `durable=False` on a durable store, and for a copy whose cluster is elsewhere.
    """
    cluster = read(store)
    if cluster is None:
        cluster = _plan(store, durable=durable)
    elif cluster.store != str(store):
        cluster = _adopt_moved(cluster, store)
    if cluster.durable and not durable:
        raise DatabaseServerError(f"The store {store} keeps real data: it cannot run without durability.")
    if not _is_private_directory(Path(cluster.sockets), cluster.account):
        cluster = _with_sockets(cluster)
    return cluster


def _plan(store: Path, *, durable: bool) -> Cluster:
    account = account_for(store / "postgres" / "data")
    directory = _directory_for(store, account)
    names = (SUPERUSER, OWNER, APPLICATION, SEAL)
    passwords = {name: secrets.token_urlsafe(32) for name in names}
    return _with_sockets(Cluster(str(store), str(directory), str(directory), durable, passwords))


def _directory_for(store: Path, account: Account) -> Path:
    """The cluster's directory, made and given to the account; outside the store if the account cannot reach it."""
    if account.user is not None and account.group is not None and store.stat().st_uid == 0:
        os.chown(store, -1, account.group)  # the server's group may pass through the store, and look at nothing
        store.chmod(stat.S_IMODE(store.stat().st_mode) | stat.S_IXGRP)
    directory = store / "postgres"
    if not account.can_enter(store):
        make_system_directory(SYSTEM_DIRECTORY, 0o755)
        make_system_directory(SYSTEM_DIRECTORY / "stores", 0o711)
        directory = SYSTEM_DIRECTORY / "stores" / hashlib.sha256(os.fsencode(store)).hexdigest()[:16]
    directory.mkdir(exist_ok=True)
    directory.chmod(0o700)
    account.own(directory)
    return directory


def _adopt_moved(cluster: Cluster, store: Path) -> Cluster:
    """A store found under another path than it was made under: moved (goes on) or copied (its cluster is not ours)."""
    inside = Path(cluster.directory).is_relative_to(cluster.store)
    if not inside and _secrets_file(Path(cluster.store)).exists():
        raise DatabaseServerError(
            f"{store} is a copy of {cluster.store}, whose database is in {cluster.directory}: "
            "copy a store with ./meridian backup and ./meridian restore."
        )
    directory = str(store / "postgres") if inside else cluster.directory
    return _with_sockets(Cluster(str(store), directory, directory, cluster.durable, cluster.passwords))


def _with_sockets(cluster: Cluster) -> Cluster:
    """The cluster with a directory for its socket, written down. A long path gets one of an unguessable name."""
    directory = Path(cluster.directory)
    if len(os.fsencode(directory)) > _LONGEST_SOCKET_DIRECTORY:
        directory = Path(tempfile.mkdtemp(prefix="meridian-"))
        if len(os.fsencode(directory)) > _LONGEST_SOCKET_DIRECTORY:
            directory.rmdir()
            directory = Path(tempfile.mkdtemp(prefix="meridian-", dir="/tmp"))
        cluster.account.own(directory)
    placed = Cluster(cluster.store, cluster.directory, str(directory), cluster.durable, cluster.passwords)
    _write(placed)
    return placed


def _is_private_directory(directory: Path, account: Account) -> bool:
    """Whether it is a directory of the server's own that nobody else can enter (/tmp is cleaned, and open to all)."""
    try:
        found = directory.lstat()
    except FileNotFoundError:
        return False
    owner = os.geteuid() if account.user is None else account.user
    return stat.S_ISDIR(found.st_mode) and found.st_uid == owner and not stat.S_IMODE(found.st_mode) & 0o077


def _secrets_file(store: Path) -> Path:
    return store / "secrets" / "database.json"


def _write(cluster: Cluster) -> None:
    """Write the cluster down so that a crash leaves the old file or the new one, readable by its owner only."""
    path = _secrets_file(Path(cluster.store))
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.parent.chmod(0o700)
    handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=".database")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(cluster), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    owner = path.parent.stat()
    os.chown(unfinished, owner.st_uid, owner.st_gid)
    os.replace(unfinished, path)


def running_pid(cluster: Cluster) -> int | None:
    """The process id of the cluster's server, or None if there is none; a killed, not yet reaped one is none."""
    try:
        pid = int((cluster.data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None
    return pid if _serves(pid, cluster.data) else None


def _serves(pid: int, data: Path) -> bool:
    """Whether the process is a server over this data directory; ids are used again, so the id alone proves nothing."""
    if not sys.platform.startswith("linux"):
        listed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return str(data) in listed.stdout
    try:
        directory = os.readlink(f"/proc/{pid}/cwd")  # a zombie has none
    except OSError:
        return False
    return directory == str(data.resolve())


def create(cluster: Cluster, report: Report) -> None:
    """Make the cluster's data directory if it has none: UTF-8, checksums, scram for every connection.

    Made beside its place and renamed, so that an interrupted start leaves nothing half made.
    """
    if (cluster.data / "PG_VERSION").exists():
        return
    report("Making the database …")
    account = cluster.account
    programs = server_programs(account)
    unfinished = cluster.data.with_name("data.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    password_file = cluster.data.with_name("initial-password")
    password_file.touch(mode=0o600)
    password_file.write_text(cluster.passwords[SUPERUSER], encoding="utf-8")
    account.own(password_file)
    try:
        made = account.run(
            programs / "initdb", "-D", unfinished, "-U", SUPERUSER, f"--pwfile={password_file}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums", "--no-instructions",
            *_locale_options(major_version(programs)),
        )  # fmt: skip
    finally:
        password_file.unlink()
    if made.returncode:
        raise DatabaseServerError(f"The database could not be made: {(made.stdout + made.stderr).strip()[-1500:]}")
    access = "# every role signs in with its password, over the local socket only\nlocal all all scram-sha-256\n"
    (unfinished / "pg_hba.conf").write_text(access, encoding="utf-8")
    with (unfinished / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write("\ninclude 'meridian.conf'\n")
    unfinished.rename(cluster.data)


def _locale_options(major: int) -> list[str]:
    """Sort by code point everywhere alike, yet classify characters as UTF-8: pg_trgm indexes no Chinese without it."""
    listed = subprocess.run(
        ["locale", "-a"], capture_output=True, text=True, errors="replace", check=False
    ).stdout.lower()
    names = listed.replace("utf-8", "utf8").split()
    character_type = next((name for name in ("C.UTF-8", "en_US.UTF-8") if name.lower().replace("-", "") in names), None)
    if character_type is None:
        raise DatabaseServerError(
            "This system has no locale C.UTF-8 or en_US.UTF-8, without which Chinese is not indexed."
        )
    if major < 17:
        return [f"--locale={character_type}"]
    return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", f"--lc-ctype={character_type}"]


def configure(cluster: Cluster, *, durable: bool) -> bool:
    """Write the server's settings; True if they were others before (a running server must then read them again)."""
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": cluster.sockets,
        "unix_socket_permissions": "0700",
        "port": PORT,
        "max_connections": 60,
        "shared_preload_libraries": "pg_stat_statements",
        "autovacuum_analyze_scale_factor": 0.02,
        "password_encryption": "scram-sha-256",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # a statement or a duplicate key in the server's log would be personal data outside every retention rule
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_checkpoints": "off",
        "fsync": "on" if durable else "off",
        "synchronous_commit": "on",  # costs little without fsync, and a killed test server keeps its commits too
        "full_page_writes": "on" if durable else "off",
    }
    quoted = {name: str(value).replace("'", "''") for name, value in settings.items()}
    text = "".join(f"{name} = '{value}'\n" for name, value in quoted.items())
    path = cluster.data / "meridian.conf"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    cluster.account.own(path)
    return True


def start(cluster: Cluster, report: Report) -> None:
    """Start the server, which recovers first if it was killed; on return it may not yet accept connections."""
    account = cluster.account
    programs = server_programs(account)
    made_by = int((cluster.data / "PG_VERSION").read_text(encoding="utf-8").split(".")[0])
    if made_by != major_version(programs):
        raise DatabaseServerError(
            f"The data in {cluster.data} was made by PostgreSQL {made_by}, the programs in {programs} are "
            f"{major_version(programs)}: back up with the old version, then restore into a new store."
        )
    if cluster.log.exists() and cluster.log.stat().st_size > _LARGEST_LOG_BYTES:
        cluster.log.replace(cluster.log.with_name("server.log.1"))
    report("Starting the database …")
    pg_ctl = (programs / "pg_ctl", "-D", cluster.data, "-w", "-t", str(_START_SECONDS), "-l", cluster.log, "start")
    deadline = time.monotonic() + 20
    while True:
        # left by a killed server; no process serves this directory (`running_pid`), and PostgreSQL's own check of the
        # shared memory still keeps a second server out while a backend of the killed one lives
        (cluster.data / "postmaster.pid").unlink(missing_ok=True)
        (Path(cluster.sockets) / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
        said_before = cluster.log.stat().st_size if cluster.log.exists() else 0
        started = account.run(*pg_ctl)
        if started.returncode == 0 or running_pid(cluster) is not None:
            return
        said = cluster.log.read_bytes()[said_before:].decode(errors="replace") if cluster.log.exists() else ""
        if "shared memory block" not in said or time.monotonic() > deadline:
            raise DatabaseServerError(f"The database did not start: {said.strip()[-1500:] or started.stderr.strip()}")
        time.sleep(0.25)


def stop(cluster: Cluster) -> bool:
    """Stop the server by its own process id, ending its sessions; True if one was running."""
    pid = running_pid(cluster)
    if pid is None:
        return False
    os.kill(pid, signal.SIGINT)  # "fast": roll back what is open, write everything out
    deadline = time.monotonic() + _STOP_SECONDS
    while running_pid(cluster) == pid:
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGQUIT)  # "immediate": the next start recovers
            deadline = time.monotonic() + _STOP_SECONDS
        time.sleep(0.05)
    return True


def remove(cluster: Cluster) -> None:
    """Stop the server and delete the cluster, its socket directory and its passwords for good."""
    stop(cluster)
    shutil.rmtree(cluster.directory)
    if cluster.sockets != cluster.directory:
        shutil.rmtree(cluster.sockets, ignore_errors=True)
    _secrets_file(Path(cluster.store)).unlink()
