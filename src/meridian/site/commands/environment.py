"""The database a command works on: the one the environment names, else the embedded one of the store."""

import os
import secrets
from pathlib import Path

import django

from meridian.site import postgres


def store_path() -> Path:
    """Where keys, attachments, secrets and the embedded database lie (`MERIDIAN_STORE`, else `var/store`)."""
    root = Path(__file__).resolve().parents[4]
    return Path(os.environ.get("MERIDIAN_STORE", root / "var" / "store")).resolve()


def is_embedded() -> bool:
    """Whether the store's own server is used: no `DATABASE_URL` in the environment."""
    return not os.environ.get("DATABASE_URL") or os.environ.get("MERIDIAN_EMBEDDED") == "1"


def open_database() -> None:
    """Has the database running, as `start_database` does, then loads Django."""
    start_database()
    django.setup()


def start_database() -> None:
    """Has the database running and puts its URLs into the environment, which the processes started from here inherit.

    Raises SystemExit with a sentence when only one of `DATABASE_URL` and `DATABASE_OWNER_URL` is given.
    """
    store = store_path()
    store.mkdir(parents=True, exist_ok=True)
    os.environ["MERIDIAN_STORE"] = str(store)
    given = [name for name in ("DATABASE_URL", "DATABASE_OWNER_URL") if os.environ.get(name)]
    if len(given) == 1:
        raise SystemExit(f"meridian: {given[0]} is set alone; set DATABASE_OWNER_URL and DATABASE_URL together")
    if is_embedded():
        urls = postgres.ensure(store / "server", report=lambda sentence: print(f"  {sentence}", flush=True))
        os.environ |= {
            "DATABASE_URL": urls.application,
            "DATABASE_OWNER_URL": urls.owner,
            "DATABASE_SEAL_URL": urls.seal,
            "MERIDIAN_EMBEDDED": "1",
        }
    _session_key(store)


def _session_key(store: Path) -> None:
    key = store / "secrets" / "session.key"
    key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not key.exists():
        key.touch(mode=0o600)
        key.write_text(secrets.token_urlsafe(48))
