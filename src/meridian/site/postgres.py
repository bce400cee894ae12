"""The embedded PostgreSQL server of a store: have it running, stop it, make and drop databases in it.

    urls = ensure(Path("var/store"))

The server listens on a local socket only and every connection signs in with a password (scram-sha-256). It has three
roles, none of them a superuser: `meridian_owner` owns the database, `meridian_app` works in it, `meridian_seal` writes
seals. It outlives the process that started it; killed hard, the next `ensure` recovers it with every commit.
"""

import fcntl
import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import pq, sql

from meridian.site import postgres_cluster
from meridian.site.postgres_cluster import APPLICATION, OWNER, PORT, SEAL, SUPERUSER, Cluster
from meridian.site.postgres_programs import DatabaseServerError, bin_dir, tool

__all__ = [
    "DatabaseServerError",
    "Urls",
    "bin_dir",
    "connection_environment",
    "create_database",
    "drop_database",
    "ensure",
    "is_running",
    "remove",
    "server_log",
    "server_pid",
    "stop",
    "tool",
]

DATABASE = "meridian"
_READY_SECONDS = 600
_START_ATTEMPTS = 3  # a server found running may be dying: killed a moment ago

Report = Callable[[str], None]


@dataclass(frozen=True)
class Urls:
    """One database as each role reaches it: postgresql:// URLs with the password and the socket's directory.

    `superuser` is for making databases and for tools of tests; nothing that serves requests may have it.
    """

    owner: str
    application: str
    seal: str
    superuser: str

    def in_database(self, name: str) -> "Urls":
        """The same server and roles, another database."""
        return Urls(*(_in_database(url, name) for url in (self.owner, self.application, self.seal, self.superuser)))


def ensure(store: Path, *, durable: bool = True, report: Report | None = None) -> Urls:
    """Have the store's server running, made and recovered as needed, and give the URLs of its database `meridian`.

    Safe to call from several processes at once. `durable=False` (tests only, refused for a store made durable) trades
    safety against power loss for speed; a killed server keeps its commits. `report` hears a sentence before each step
    that takes time. Raises DatabaseServerError with a sentence for the operator.
    """
    tell = report or logging.getLogger(__name__).info
    store = store.resolve()
    store.mkdir(parents=True, exist_ok=True)
    with _locked(store):
        cluster = postgres_cluster.open_or_plan(store, durable=durable)
        if not _has_socket(cluster):
            postgres_cluster.stop(cluster)  # /tmp was cleaned under a running server
        urls = _urls(cluster)
        for _ in range(_START_ATTEMPTS):
            _have_running(cluster, durable, tell)
            if _becomes_ready(cluster, urls, tell):
                break
        else:
            raise DatabaseServerError(f"The database does not answer; it said why in {cluster.log}.")
        _prepare(cluster, urls)
    return urls


def stop(store: Path) -> bool:
    """Stop the store's server and wait until it has written everything; True if one was running."""
    store = store.resolve()
    if not store.exists():
        return False
    with _locked(store):
        cluster = postgres_cluster.read(store)
        return cluster is not None and postgres_cluster.stop(cluster)


def remove(store: Path) -> None:
    """Stop the store's server and delete its databases and passwords for good. For stores of tests."""
    store = store.resolve()
    if not store.exists():
        return
    with _locked(store):
        cluster = postgres_cluster.read(store)
        if cluster is not None:
            postgres_cluster.remove(cluster)


def server_pid(store: Path) -> int | None:
    """The process id of the store's server, or None if it is not running."""
    cluster = postgres_cluster.read(store.resolve())
    return None if cluster is None else postgres_cluster.running_pid(cluster)


def is_running(store: Path) -> bool:
    """Whether the store's server is running."""
    return server_pid(store) is not None


def server_log(store: Path) -> Path | None:
    """The server's log file, or None for a store that never had a server."""
    cluster = postgres_cluster.read(store.resolve())
    return None if cluster is None else cluster.log


def create_database(urls: Urls, name: str, *, template: str | None = None) -> Urls:
    """Make a database owned by `meridian_owner` that the other two roles may connect to; a copy of `template` if named.

    The template must have no connections. Made under another name and renamed: it exists whole or not at all.
    Raises psycopg.errors.DuplicateDatabase if the name is taken.
    """
    unfinished = f"{name}_unfinished"
    database = sql.Identifier(unfinished)
    with psycopg.connect(_in_database(urls.superuser, "postgres"), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            raise psycopg.errors.DuplicateDatabase(f'database "{name}" already exists')
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                database, sql.Identifier(OWNER), sql.Identifier(template or "template1")
            )
        )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        roles = sql.SQL(", ").join(map(sql.Identifier, (APPLICATION, SEAL)))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, roles))
        with psycopg.connect(_in_database(urls.superuser, unfinished), autocommit=True) as inside:
            # the one extension we use that only a superuser may make
            inside.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(database, sql.Identifier(name)))
    return urls.in_database(name)


def drop_database(urls: Urls, name: str) -> None:
    """Drop a database if it is there, ending the sessions in it."""
    with psycopg.connect(_in_database(urls.superuser, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def connection_environment(url: str) -> dict[str, str]:
    """PG* variables that let `tool(...)` reach what the URL names without a password in the list of processes."""
    parts = psycopg.conninfo.conninfo_to_dict(url)
    names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password", "PGDATABASE": "dbname"}
    return {variable: str(parts[key]) for variable, key in names.items() if parts.get(key)}


@contextmanager
def _locked(store: Path) -> Iterator[None]:
    """One process at a time makes, starts or stops a store's server."""
    try:
        handle = os.open(store / "postgres.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError:
        raise DatabaseServerError(f"{store} belongs to another user: start Meridian as the user who made it.") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _has_socket(cluster: Cluster) -> bool:
    """Whether a running server's socket is in its place, giving one that is just starting the time to make it."""
    socket = Path(cluster.sockets) / f".s.PGSQL.{PORT}"
    deadline = time.monotonic() + 2
    while postgres_cluster.running_pid(cluster) is not None and not socket.exists():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _urls(cluster: Cluster) -> Urls:
    host = quote(cluster.sockets, safe="")
    url = {role: f"postgresql://{role}:{word}@/{DATABASE}?host={host}" for role, word in cluster.passwords.items()}
    return Urls(owner=url[OWNER], application=url[APPLICATION], seal=url[SEAL], superuser=url[SUPERUSER])


def _in_database(url: str, name: str) -> str:
    return urlsplit(url)._replace(path="/" + quote(name, safe="")).geturl()


def _have_running(cluster: Cluster, durable: bool, tell: Report) -> None:
    """Start the server, or let a running one read settings that have changed."""
    running = postgres_cluster.running_pid(cluster)
    if running is None:
        postgres_cluster.create(cluster, tell)
        postgres_cluster.configure(cluster, durable=durable)
        postgres_cluster.start(cluster, tell)
    elif postgres_cluster.configure(cluster, durable=durable):
        os.kill(running, signal.SIGHUP)


def _becomes_ready(cluster: Cluster, urls: Urls, tell: Report) -> bool:
    """True once the server takes connections (one found recovering may need minutes), False if it ends before."""
    url = _in_database(urls.superuser, "postgres").encode()
    began = told = time.monotonic()
    while pq.PGconn.ping(url) != pq.Ping.OK:
        now = time.monotonic()
        if postgres_cluster.running_pid(cluster) is None or now - began > _READY_SECONDS:
            return False
        if now - told > 2:
            tell(f"The database is recovering … {now - began:.0f} s")
            told = now
        time.sleep(0.05)
    return True


def _prepare(cluster: Cluster, urls: Urls) -> None:
    """Make the three roles and the database `meridian` where an earlier start was stopped before it had."""
    with psycopg.connect(_in_database(urls.superuser, "postgres"), autocommit=True) as connection:
        roles = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role in (OWNER, APPLICATION, SEAL):
            if role not in roles:
                # hashed here: a statement may end up in a log, a password may not
                word = connection.pgconn.encrypt_password(
                    cluster.passwords[role].encode(), role.encode(), b"scram-sha-256"
                )
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD {}").format(
                        sql.Identifier(role), sql.Literal(word.decode())
                    )
                )
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
    if known is None:
        create_database(urls, DATABASE)
