"""Bringing a database to this release's schema, as owner: migrations, triggers and grants anew, the store's birth."""

from datetime import timedelta

from django.core.management import call_command
from django.db import connection

from meridian.evidence.install import install
from meridian.kernel.models import Store
from meridian.kernel.store import create_store

BEHIND = timedelta(days=189)
"""A demo store begins this far in the past and lives through it while it is loaded, up to the real day."""


def migrate_store(kind: Store.Kind, *, verbosity: int = 1) -> None:
    """Migrates the database the process is connected to (as owner) and installs triggers, functions and grants."""
    call_command("migrate", verbosity=verbosity, interactive=False)
    install(connection)
    create_store(kind, BEHIND if kind is Store.Kind.DEMO else timedelta(0))
