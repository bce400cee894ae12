"""Secrets of a store: files in `<store>/keys/`, mode 0600, outside the database's data directory and its dumps."""

import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings


def store_path() -> Path:
    """The store of this process."""
    return Path(settings.STORE)


def secret(store: Path, name: str, make: Callable[[], bytes]) -> bytes:
    """The secret of this name, made at the first use."""
    path = store / "keys" / name
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_once(path, make().hex().encode())
    return bytes.fromhex(path.read_text())


def write_once(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all; the first of two writers wins and the other's content is dropped."""
    if path.exists():
        return
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(unfinished, path)
    except FileExistsError:
        return
    finally:
        unfinished.unlink()
