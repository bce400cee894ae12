"""Directories the server's own system user can reach, and stores that are gone after the test."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from meridian.site import postgres


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """A directory others may pass through, as a clone under /srv or /opt is (pytest's own are closed)."""
    directory = Path(tempfile.mkdtemp(prefix="meridian-launch-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def store(open_directory: Path) -> Iterator[Path]:
    """A store that has no server yet."""
    path = open_directory / "store"
    yield path
    postgres.remove(path)


@pytest.fixture(scope="module")
def shared_store() -> Iterator[tuple[Path, postgres.Urls]]:
    """A running server for tests that only ask it things."""
    directory = Path(tempfile.mkdtemp(prefix="meridian-launch-"))
    directory.chmod(0o755)
    path = directory / "store"
    yield path, postgres.ensure(path, durable=False)
    postgres.remove(path)
    shutil.rmtree(directory)
