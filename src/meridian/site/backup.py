"""Making a backup: database, attachments, heads and public keys of one instant, in one signed archive.

The private keys stay out of it on purpose: who holds a backup can then neither sign heads nor read personal data.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from meridian.evidence.keys import signing_key
from meridian.kernel.clock import now
from meridian.site import backup_archive, postgres
from meridian.site.backup_archive import ATTACHMENTS, DUMP, HEADS, KEYS, Manifest

_TABLES = (
    "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') "
    "AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY 1"
)
_HEADS = (
    "SELECT DISTINCT ON (log_id) log_id::text, tree_size, encode(root_hash, 'hex') FROM kernel_head "
    "ORDER BY log_id, tree_size DESC"
)


class BackupError(Exception):
    """The backup was not made; the message is a sentence for the operator."""


@dataclass(frozen=True)
class Made:
    """A finished backup."""

    path: Path
    manifest: Manifest


def make_backup(owner_url: str, store: Path, to: Path, tell: Callable[[str], None]) -> Made:
    """Backs up into a new file of the directory `to`, which is made for its owner alone.

    `owner_url` reaches the database as its owner. Raises BackupError with a sentence.
    """
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    signing_key(store)  # its public half is among the files
    made_at = now()
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=to) as place:
        folder = Path(place)
        tell("heads and public keys")  # before the snapshot: no copied head may be newer than the database
        _copy(store / "heads", folder / HEADS, "*.jsonl")
        _copy(store / "keys", folder / KEYS, "*.pub")
        with psycopg.connect(owner_url) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            [snapshot] = connection.execute("SELECT pg_export_snapshot()").fetchone() or [""]
            tell("the database")
            _dump(owner_url, folder / DUMP, snapshot)
            tell("counting rows")
            body = _described(connection, made_at)
        tell("attachments")  # after the snapshot: a file is there before the row that names it
        _copy(store / "attachments", folder / ATTACHMENTS, "*")
        tell("writing the archive")
        target = to / f"meridian-{body['store']}-{made_at.strftime('%Y%m%dT%H%M%S%fZ')}.tar"
        return Made(target, backup_archive.write(folder, target, body, store))


def _described(connection: psycopg.Connection[Any], made_at: datetime) -> dict[str, Any]:
    """Row counts and heads in the very snapshot that was dumped."""
    counts = {}
    for (table,) in connection.execute(_TABLES).fetchall():
        [counts[table]] = connection.execute(
            sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        ).fetchone() or [0]
    heads = [{"log": log, "size": size, "root": root} for log, size, root in connection.execute(_HEADS).fetchall()]
    [kind] = connection.execute("SELECT kind FROM kernel_store").fetchone() or [""]
    if not kind:
        raise BackupError("the database has no store in it yet: there is nothing to back up")
    server = connection.info.parameter_status("server_version") or ""
    return {"made_at": made_at, "store": kind, "server": server, "counts": counts, "heads": heads}


def _dump(url: str, target: Path, snapshot: str) -> None:
    run_tool(
        url, "pg_dump", "--format=custom", f"--snapshot={snapshot}", "--no-password", f"--file={target}",
        failed=BackupError,
    )  # fmt: skip
    target.chmod(0o600)


def run_tool(url: str, name: str, *arguments: str, failed: type[Exception]) -> str:
    """Runs one of PostgreSQL's programs against a database; its output, or `failed` with its last words."""
    kept = {variable: os.environ[variable] for variable in ("PATH", "LD_LIBRARY_PATH") if variable in os.environ}
    done = subprocess.run(
        [str(postgres.tool(name)), *arguments],
        env={**kept, **postgres.connection_environment(url)},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        umask=0o077,
    )
    if done.returncode:
        raise failed(f"{name} failed: {' '.join(done.stderr.strip().splitlines()[-3:])}")
    return done.stdout


def _copy(source: Path, target: Path, pattern: str) -> None:
    for path in sorted(source.rglob(pattern)) if source.exists() else []:
        if path.is_file() and not path.name.startswith("."):
            copied = target / path.relative_to(source)
            copied.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copyfile(path, copied)
            copied.chmod(0o600)
