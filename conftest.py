"""The suite's own database server: started once a run, stopped by its own process id, one database a worker.

The schema is built as the owner; tests run as the application role, as the product does.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from pytest_django import DjangoDbBlocker
from tests.databases import TEMPLATE, new_database

from meridian.kernel.clock import forget_offset
from meridian.kernel.models import Store
from meridian.site import postgres
from meridian.site.commands.migrate import schema_hash
from meridian.site.database import as_role, settings_of
from meridian.site.migration import migrate_store

ROOT = Path(__file__).parent
SHARED = ROOT.parent / "shared"


def pytest_configure(config: pytest.Config) -> None:
    settings.PASSWORD_HASHERS = ["tests.hashing.QuickScryptHasher"]
    if not hasattr(config, "workerinput"):
        store = tempfile.mkdtemp(prefix="meridian-tests-")
        os.chmod(store, 0o755)
        os.environ["MERIDIAN_TEST_STORE"] = store
        os.environ["MERIDIAN_STORE"] = store
        settings.STORE = Path(store)  # pytest-django reads the settings before this hook runs


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        store = Path(os.environ["MERIDIAN_TEST_STORE"])
        for server in (*store.glob("server"), *store.glob("*/server")):
            postgres.stop(server)
        shutil.rmtree(store, ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests on files that may not be shipped are collected only where those files are."""
    shared = [item for item in items if item.get_closest_marker("shared_data")]
    if not SHARED.exists():
        items[:] = [item for item in items if item not in shared]
    if not hasattr(config, "workerinput"):
        verb = "collected" if SHARED.exists() else "not collected (no ../shared here)"
        config.stash[_SHARED_LINE] = f"{len(shared)} tests on files that may not be shipped: {verb}"


_SHARED_LINE = pytest.StashKey[str]()


def pytest_report_collectionfinish(config: pytest.Config) -> str:
    return config.stash.get(_SHARED_LINE, "")


@pytest.fixture(autouse=True)
def fresh_worker() -> Iterator[None]:
    """Every test begins in the source language and asks its store for the clock, and so does the next module's fixture.

    A page shown in English leaves its language to the worker; a story told in another year leaves the store's offset,
    which the process remembers for two seconds after the database has taken it back.
    """
    translation.deactivate()
    forget_offset()
    yield
    forget_offset()


@pytest.fixture(scope="session")
def database_urls(django_db_blocker: DjangoDbBlocker) -> postgres.Urls:
    """The run's server; the database of this worker is made from one migrated template."""
    base = Path(os.environ["MERIDIAN_TEST_STORE"])
    urls = postgres.ensure(base / "server", durable=False)
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with open(base / "template.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (base / "template.ready").exists():
            with django_db_blocker.unblock():
                _build_template(urls)
            (base / "template.ready").touch()
    return new_database(urls, name)


def _build_template(urls: postgres.Urls) -> None:
    """A migrated database; outside CI the migrated schema of an earlier run with these very migrations is restored."""
    template = postgres.create_database(urls, TEMPLATE)
    kept = Path(tempfile.gettempdir()) / f"meridian-test-schema-{os.geteuid()}" / f"{schema_hash()}.dump"
    may_keep = os.environ.get("CI") != "true"
    if may_keep and kept.exists():
        _client(
            "pg_restore",
            template.owner,
            "--no-owner",
            "--no-privileges",
            "--no-comments",
            "--dbname",
            TEMPLATE,
            str(kept),
        )
    with as_role(template.owner):
        migrate_store(Store.Kind.TEST, verbosity=0)
    if may_keep and not kept.exists():
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        unfinished = kept.with_suffix(f".{os.getpid()}")
        _client("pg_dump", template.superuser, "--format=custom", "--exclude-table-data=kernel_store",
                "--file", str(unfinished))  # fmt: skip
        unfinished.replace(kept)


def _client(program: str, url: str, *arguments: str) -> None:
    environment = {**os.environ, **postgres.connection_environment(url)}
    subprocess.run([str(postgres.tool(program)), *arguments], env=environment, check=True)


@pytest.fixture(scope="session")
def django_db_setup(database_urls: postgres.Urls, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    connection.close()
    chosen = settings_of(database_urls.application)
    connection.settings_dict.update({name: chosen[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")})
    yield
    with django_db_blocker.unblock():
        connection.close()


@pytest.fixture(autouse=True, scope="session")
def no_flush() -> None:
    """Committing tests make a company of their own: the application's role may not empty tables."""
    TransactionTestCase._fixture_teardown = lambda _self: None  # type: ignore[method-assign,misc]
