"""`migrate`: brings the database to this release's schema, as owner."""

import argparse
import hashlib
import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from meridian.site.commands.environment import open_database, store_path
from meridian.site.database import as_role

STAMP = "schema.sha256"
SCHEMA_FILES = ("migrations/*.py", "models.py", "models/*.py", "documents/*.py", "evidence/*.py", "tenancy.py")


def main(arguments: Sequence[str]) -> int:
    """Migrates, installs triggers and grants, and gives birth to a store of the kind asked for."""
    parser = argparse.ArgumentParser(prog="meridian migrate")
    parser.add_argument("--kind", choices=["normal", "demo", "test"], default="normal")
    options = parser.parse_args(arguments)
    open_database()
    migrate(options.kind, verbosity=1)
    return 0


def migrate(kind: str, *, verbosity: int = 0) -> None:
    """Migrates unless the database carries this very schema already (known by the hash of the migrations)."""
    if is_migrated():
        return
    migration = import_module("meridian.site.migration")  # imports models, so only once Django is loaded
    store_kind = import_module("meridian.kernel.models").Store.Kind(kind)
    with as_role(os.environ["DATABASE_OWNER_URL"]):
        migration.migrate_store(store_kind, verbosity=verbosity)
    (store_path() / STAMP).write_text(_stamp())


def is_migrated() -> bool:
    """Whether the database carries this very schema, as far as this store's stamp knows; needs no Django."""
    stamp = store_path() / STAMP
    return stamp.exists() and stamp.read_text() == _stamp()


def _stamp() -> str:
    return schema_hash() + os.environ["DATABASE_URL"].rpartition("/")[2]


def forget_schema() -> None:
    """The database was made anew: the next start migrates it."""
    (store_path() / STAMP).unlink(missing_ok=True)


def schema_hash() -> str:
    """The hash of all migrations and of what triggers, functions and grants are made from after them."""
    source = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256()
    for path in sorted({path for pattern in SCHEMA_FILES for path in source.rglob(pattern)}):
        digest.update(path.read_bytes())
    return digest.hexdigest()
