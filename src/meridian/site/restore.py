"""Restoring a backup: into a scratch database that is checked and dropped, or into an empty one that stays."""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import sql

from meridian.evidence.install import existing_tables, install
from meridian.evidence.models import RestoreRecord
from meridian.evidence.restores import record_restore
from meridian.evidence.verify import Report, verify
from meridian.kernel.sql import fetch
from meridian.site import backup_archive
from meridian.site.backup import BackupError, run_tool
from meridian.site.backup_archive import ATTACHMENTS, DUMP, HEADS, KEYS, Manifest
from meridian.site.database import as_role
from meridian.site.postgres import connection_environment

_SUPERUSERS_EXTENSION = "pg_stat_statements"  # made with the database itself, by a superuser
_NAMED = 20


@dataclass
class Restored:
    """What a restore found. `differences` names tables and logs that are not as the backup says."""

    manifest: Manifest
    report: Report
    differences: list[str] = field(default_factory=list)
    record: UUID | None = None

    @property
    def passed(self) -> bool:
        """Whether everything came back and verifies."""
        return not self.differences and self.report.passed

    def as_data(self) -> Mapping[str, Any]:
        """The report as the restore record keeps it."""
        return {
            "made_at": self.manifest.body["made_at"],
            "store": self.manifest.body["store"],
            "tables": len(self.manifest.counts),
            "rows": sum(self.manifest.counts.values()),
            "logs": len(self.manifest.heads),
            "files": len(self.manifest.files),
            "differences": self.differences[:_NAMED],
            "sealed_rows": self.report.sealed_rows,
            "problems": [problem.line() for problem in self.report.problems[:_NAMED]],
        }


def restore(source: Path, owner_url: str, store: Path, *, stays: bool, tell: Callable[[str], None]) -> Restored:
    """Restores into the empty database of `owner_url`, compares counts and heads, and verifies it.

    Where it `stays`, rights are installed, and attachments, heads and public keys are put into the store. Raises
    DamagedBackupError before anything is written, BackupError for a database that is not empty.
    """
    with tempfile.TemporaryDirectory(prefix="meridian-restore-") as place:
        folder = Path(place)
        tell("checking the archive")
        manifest = backup_archive.read(source, folder, store)
        with as_role(owner_url):
            if existing_tables(connection):
                raise BackupError("the database to restore into is not empty")
            connection.close()
            tell("restoring the database")
            _load(owner_url, folder)
            if stays:
                install(connection)
            tell("comparing counts and heads")
            differences = _differences(manifest)
            connection.close()
            report = verify(connection, folder, tell=tell)
        if stays:
            for name in (ATTACHMENTS, HEADS, KEYS):
                _put_back(folder / name, store / name)
    return Restored(manifest, report, differences)


def keep_record(restored: Restored, store: Path, *, otherwise: str | None = None) -> None:
    """Writes the signed restore record into the running store; into the restored one where nothing runs yet.

    `otherwise` is the owner's URL of the restored database, where it stays.
    """
    running = RestoreRecord._meta.db_table in existing_tables(connection)
    with nullcontext() if running or not otherwise else as_role(otherwise):
        restored.record = record_restore(
            restored.manifest.digest,
            passed=restored.passed,
            report=restored.as_data(),
            store=store,
            author="系统",
            reason="备份恢复验证",
        )


def _load(url: str, folder: Path) -> None:
    dump, wanted = folder / DUMP, folder / "contents.list"
    listed = run_tool(url, "pg_restore", "--list", str(dump), failed=BackupError).splitlines()
    wanted.write_text("\n".join(line for line in listed if _SUPERUSERS_EXTENSION not in line) + "\n")
    run_tool(
        url, "pg_restore", "--no-owner", "--no-acl", "--exit-on-error", "--no-password", f"--use-list={wanted}",
        f"--dbname={connection_environment(url)['PGDATABASE']}", str(dump), failed=BackupError,
    )  # fmt: skip
    wanted.unlink()


def _differences(manifest: Manifest) -> list[str]:
    found = []
    present = set(existing_tables(connection))
    for table, expected in sorted(manifest.counts.items()):
        if table not in present:
            found.append(f"{table}: missing")
            continue
        [(count,)] = fetch(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
        if count != expected:
            found.append(f"{table}: {count} rows instead of {expected}")
    heads = fetch(
        "SELECT DISTINCT ON (log_id) log_id::text, tree_size, encode(root_hash, 'hex') FROM kernel_head "
        "ORDER BY log_id, tree_size DESC"
    )
    return found + [f"kernel_head: log {log} differs" for log in sorted(_logs(manifest.heads ^ set(heads)))]


def _logs(heads: set[tuple[str, int, str]]) -> set[str]:
    return {log for log, _size, _root in heads}


def _put_back(source: Path, target: Path) -> None:
    """Copies what the store does not have; what it has stays."""
    for path in sorted(source.rglob("*")) if source.exists() else []:
        kept = target / path.relative_to(source)
        if path.is_file() and not kept.exists():
            kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copyfile(path, kept)
            kept.chmod(0o600)
