"""The names of the icons in the sprite. `icons.txt` is the list; `tools/vendor.py` cuts the sprite from it."""

from __future__ import annotations

from pathlib import Path

NAMES: frozenset[str] = frozenset((Path(__file__).parent / "icons.txt").read_text(encoding="utf-8").split())
