"""`./meridian` itself: it lists its commands without an environment, and says what is missing instead of failing."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMANDS = [
    "run",
    "test",
    "check",
    "bench",
    "rule",
    "verify",
    "trace",
    "calc",
    "docs",
    "token",
    "demo",
    "backup",
    "restore",
]


def meridian(*arguments: str, root: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the root command with the system's Python."""
    command = [sys.executable, str(root / "meridian"), *arguments]
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)


@pytest.fixture
def bare_clone(tmp_path: Path) -> Path:
    """The root command without an environment and without locks to make one from."""
    (tmp_path / "meridian").write_bytes((ROOT / "meridian").read_bytes())
    return tmp_path


def test_alone_it_lists_the_commands_in_two_languages_and_makes_nothing(bare_clone: Path) -> None:
    done = meridian(root=bare_clone)
    lines = [line for line in done.stdout.splitlines() if line.startswith("  ")]
    assert done.returncode == 0
    assert [line.split()[0] for line in lines] == COMMANDS
    assert all(re.search(r"[a-z]{3}.*[\u4e00-\u9fff]{2}", line) for line in lines)
    assert [path.name for path in bare_clone.iterdir()] == ["meridian"]


def test_an_unknown_command_is_refused_with_the_list(bare_clone: Path) -> None:
    done = meridian("rnu", root=bare_clone)
    assert (done.returncode, done.stdout) == (2, "")
    assert "rnu" in done.stderr
    assert "  run " in done.stderr


def test_a_missing_browser_is_refused_with_the_one_command_to_run() -> None:
    """Neither CI nor --install: nothing is installed behind the operator's back."""
    done = meridian("test", MERIDIAN_CHROMIUM="/nowhere/chromium", CI="")
    assert done.returncode == 1
    assert re.search(r"Run: (sudo )?apt-get install -y chromium|Install what your system calls chromium", done.stderr)


def test_an_answer_on_standard_output_is_not_mixed_with_progress() -> None:
    done = meridian("rule", "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("usage:")


@pytest.mark.parametrize("name", ["base", "dev", "uv"])
def test_every_package_is_pinned_by_hash_and_no_registry_is_named(name: str) -> None:
    lock = (ROOT / "requirements" / f"{name}.txt").read_text()
    packages = [part for part in re.split(r"\n(?=\S)", lock) if part.strip()]
    assert packages
    assert [package for package in packages if not re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+", package)] == []
    assert [package for package in packages if "--hash=sha256:" not in package] == []
    assert not re.search(r"://|index-url|find-links|trusted-host", lock)


@pytest.mark.parametrize("name", ["base", "dev", "uv"])
def test_a_lock_holds_what_its_input_names(name: str) -> None:
    """An input changed without its lock would be installed by nobody."""
    lines = (ROOT / "requirements" / f"{name}.in").read_text().splitlines()
    named = [re.sub(r"\[.*\]", "", line) for line in lines if line and not line.startswith(("#", "-r"))]
    lock = (ROOT / "requirements" / f"{name}.txt").read_text()
    assert [entry for entry in named if not re.search(rf"^{re.escape(entry)}(\s|$)", lock, re.MULTILINE)] == []
