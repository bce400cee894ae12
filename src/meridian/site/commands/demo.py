"""`demo`: loads the demonstration company into an empty demo store."""

import argparse
from collections.abc import Sequence
from importlib import import_module

from meridian.site import postgres
from meridian.site.commands.environment import is_embedded, open_database, store_path
from meridian.site.commands.migrate import forget_schema, migrate

MARK = "demo.loading"
"""A file of the store that stands while the demonstration company is being loaded."""


def main(arguments: Sequence[str]) -> int:
    """Makes the database a demo store if it is new, and loads; 1 with a sentence for any other store."""
    argparse.ArgumentParser(prog="meridian demo").parse_args(arguments)
    open_database()
    clear_interrupted()
    migrate("demo")
    return load_if_empty()


def is_interrupted() -> bool:
    """Whether an earlier load was stopped half-way."""
    return (store_path() / MARK).exists()


def clear_interrupted() -> None:
    """Empties the embedded database of a half-loaded demonstration, so that it is loaded from the start."""
    if not is_interrupted():
        return
    if not is_embedded():
        raise SystemExit("meridian: an earlier load was interrupted; give an empty database and run this again")
    urls = postgres.ensure(store_path() / "server")
    postgres.drop_database(urls, postgres.DATABASE)
    postgres.create_database(urls, postgres.DATABASE)
    forget_schema()
    (store_path() / MARK).unlink()


def load_if_empty() -> int:
    """Loads the demonstration company unless a company is there; 1 with a sentence when the store is no demo store."""
    stores = import_module("meridian.kernel.store")
    sql = import_module("meridian.kernel.sql")
    if stores.kind_of_store().value != "demo":
        print("meridian: this is not a demo store; a demo store is made in an empty database: set MERIDIAN_STORE to "
              "another folder, or run with a new store")  # fmt: skip
        return 1
    if sql.fetch("SELECT 1 FROM organization_company LIMIT 1"):
        return 0
    mark = store_path() / MARK
    mark.touch()
    loading = import_module("meridian.site.demo.loading")
    loading.load(store_path() / "secrets" / "demo_accounts.json")
    mark.unlink()
    return 0
