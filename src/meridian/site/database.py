"""How the process reaches its database: one Django alias, whose role a short owner task may change.

`DATABASE_URL` is the application's login, `DATABASE_OWNER_URL` the owner's. Requests and jobs never see the owner's.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.db import connection

CONNECTION_OPTIONS = {"server_side_binding": True, "prepare_threshold": 2}


def settings_of(url: str) -> dict[str, Any]:
    """Django's settings of a `postgresql://` URL; a socket directory travels as `?host=`."""
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    host = query.pop("host", "") or parts.hostname or ""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": query.pop("port", "") or str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 0,
        "OPTIONS": {**CONNECTION_OPTIONS, **query},
    }


def configured() -> dict[str, Any]:
    """The application's database from the environment; without one every connection fails with a plain sentence."""
    url = os.environ.get("DATABASE_URL", "")
    settings = settings_of(url or "postgresql://meridian_app@localhost/no_database_configured_set_DATABASE_URL")
    settings["OPTIONS"] |= {"pool": {"min_size": 2, "max_size": 8}} if os.environ.get("MERIDIAN_POOL") == "1" else {}
    return settings


@contextmanager
def as_role(url: str) -> Iterator[None]:
    """Everything inside talks to the database as another role; for migrations and other owner tasks only."""
    kept = {name: connection.settings_dict[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    connection.close()
    connection.settings_dict.update({name: settings_of(url)[name] for name in kept})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(kept)
