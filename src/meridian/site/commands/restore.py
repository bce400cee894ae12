"""`restore`: restores a backup into a scratch database and proves it complete, or into an empty one that stays."""

import argparse
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from meridian.site import postgres
from meridian.site.commands.environment import is_embedded, open_database, store_path
from meridian.site.progress import Progress

HERE = "here"


def main(arguments: Sequence[str]) -> int:
    """Prints what came back; 0 when counts, heads and verification agree, 1 otherwise, 2 for a damaged archive."""
    parser = argparse.ArgumentParser(prog="meridian restore")
    parser.add_argument("file", type=Path)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--scratch", action="store_true", help="a database of its own, dropped afterwards (default)")
    where.add_argument("--into", metavar="URL", help="an empty database, as its owner; `here` for this store's own")
    options = parser.parse_args(arguments)
    open_database()
    restoring = import_module("meridian.site.restore")  # imports models, so only once Django is loaded
    archive = import_module("meridian.site.backup_archive")
    backup = import_module("meridian.site.backup")
    try:
        with Progress() as tell, _target(options.into) as url:
            done = restoring.restore(options.file, url, store_path(), stays=bool(options.into), tell=tell)
    except archive.DamagedBackupError as error:
        print(f"meridian: the backup is damaged and was not restored: {error}\n备份已损坏，未恢复。")
        return 2
    except (backup.BackupError, postgres.DatabaseServerError, OSError) as error:
        print(f"meridian: {error}")
        return 1
    restoring.keep_record(done, store_path(), otherwise=options.into)
    print("\n".join(_lines(done)))
    return 0 if done.passed else 1


@contextmanager
def _target(into: str | None) -> Iterator[str]:
    """The owner's URL of the database to restore into; a scratch one is dropped at the end."""
    if into:
        yield os.environ["DATABASE_OWNER_URL"] if into == HERE else into
        return
    if not is_embedded():
        raise postgres.DatabaseServerError(
            "a scratch database is made on the embedded server only: make an empty one and give --into URL"
        )
    urls, name = postgres.ensure(store_path() / "server"), f"restore_{secrets.token_hex(6)}"
    try:
        yield postgres.create_database(urls, name).owner
    finally:
        postgres.drop_database(urls, name)


def _lines(done: Any) -> list[str]:
    manifest = done.manifest
    unknown = "" if manifest.key_is_known else "  (a key this store never had: compare it with the published one)"
    return [
        f"backup of {manifest.body['made_at']}, {manifest.body['store']} store, manifest {manifest.digest}",
        f"signed by key {manifest.key_id}{unknown}",
        f"compared: {sum(manifest.counts.values())} rows of {len(manifest.counts)} tables, {len(manifest.heads)} heads",
        *(f"differs: {difference}" for difference in done.differences),
        *(f"  {line}" for line in done.report.lines()),
        f"{'PASSED' if done.passed else 'FAILED'}; restore record {done.record}, signed, in the running store",
    ]
