"""Compiled catalogues: `.mo` files made from the committed `.po` files whenever those changed."""

import os
import tempfile
from importlib import import_module
from pathlib import Path

LOCALE = Path(__file__).resolve().parents[4] / "locale"


def compile_stale(folder: Path = LOCALE) -> list[Path]:
    """Compiles each `.po` whose `.mo` is missing or of another age; returns what was compiled.

    The `.mo` carries its source's modification time, so a checkout of older sources is noticed too. Two processes may
    compile at once: each puts its whole file in place.
    """
    stale = [source for source in sorted(folder.glob("*/LC_MESSAGES/*.po")) if _is_stale(source)]
    if stale:
        babel = import_module("babel.messages.pofile"), import_module("babel.messages.mofile")  # half a second to load
        for source in stale:
            _compile(source, *babel)
    return stale


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns != source.stat().st_mtime_ns


def _compile(source: Path, pofile: "object", mofile: "object") -> None:
    status = source.stat()
    with source.open("rb") as lines:
        catalog = pofile.read_po(lines)  # type: ignore[attr-defined]
    with tempfile.NamedTemporaryFile(dir=source.parent, delete=False) as unfinished:
        mofile.write_mo(unfinished, catalog)  # type: ignore[attr-defined]
    os.chmod(unfinished.name, 0o644)
    os.utime(unfinished.name, ns=(status.st_atime_ns, status.st_mtime_ns))
    os.replace(unfinished.name, source.with_suffix(".mo"))
