"""Bringing a database to this release's schema, as owner: migrations, triggers and grants anew, the store's birth."""

from django.core.management import call_command
from django.db import connection

from meridian.kernel.evidence.install import install
from meridian.kernel.models import Store
from meridian.kernel.store import create_store


def migrate_store(kind: Store.Kind, *, verbosity: int = 1) -> None:
    """Migrates the database the process is connected to (as owner) and installs triggers, functions and grants."""
    call_command("migrate", verbosity=verbosity, interactive=False)
    install(connection)
    create_store(kind)
