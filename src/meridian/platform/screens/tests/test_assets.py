"""Static files: what is vendored is what was recorded; both dark themes are one; text keeps its contrast."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from meridian.platform.screens.icons import NAMES

STATIC = Path(__file__).resolve().parents[1] / "static" / "screens"
FIRST_VISIT = (
    "components.css",
    "meridian.js",
    "workspace.js",
    "vendor/htmx.min.js",
    "vendor/alpine-csp.min.js",
    "vendor/icons.svg",
)
FIRST_VISIT_BYTES = 120 * 1024
PAGE_BYTES = 10 * 1024
SPRITE_BYTES = 12 * 1024


def compressed(name: str) -> int:
    return len(gzip.compress((STATIC / name).read_bytes(), 9))


def test_vendored_files_are_as_recorded() -> None:
    manifest = json.loads((STATIC / "vendor" / "manifest.json").read_text())
    found = {path.name for path in (STATIC / "vendor").iterdir()} - {"manifest.json"}
    assert found == set(manifest)
    for name, entry in manifest.items():
        assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == entry["sha256"], name


def test_sprite_holds_exactly_the_listed_icons() -> None:
    sprite = (STATIC / "vendor" / "icons.svg").read_text()
    assert set(re.findall(r'<symbol id="i-([^"]+)"', sprite)) == NAMES


def test_first_visit_stays_within_its_budget() -> None:
    assert sum(map(compressed, FIRST_VISIT)) + PAGE_BYTES <= FIRST_VISIT_BYTES
    assert compressed("vendor/icons.svg") <= SPRITE_BYTES


@pytest.mark.parametrize("name", ["components.css", "meridian.js", "workspace.js", "editing.js"])
def test_nothing_is_loaded_from_elsewhere(name: str) -> None:
    text = (STATIC / name).read_text()
    assert not re.search(r"https?://|url\(|@import|\beval\b|new Function", text)


def blocks() -> dict[str, dict[str, str]]:
    css = (STATIC / "components.css").read_text()
    light = css[css.index(":root") : css.index("\n}")]
    dark = css[css.index("[data-bs-theme=dark]{") :]
    system = css[css.index("{[data-bs-theme=system]{") :]
    cut = {"light": light, "dark": dark[: dark.index("\n}")], "system": system[: system.index("\n}")]}
    return {name: dict(re.findall(r"(--m-[\w-]+):([^;]+);", text)) for name, text in cut.items()}


def test_the_systems_dark_is_the_chosen_dark() -> None:
    assert blocks()["dark"] == blocks()["system"]


def luminance(colour: str) -> float:
    """WCAG 2.2 relative luminance."""
    digits = colour[1:] if len(colour) == 7 else "".join(each * 2 for each in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_keeps_its_contrast(theme: str) -> None:
    tokens = blocks()[theme]
    pairs = [(f"--m-{tone}", f"--m-{tone}-bg") for tone in ("neutral", "info", "ok", "warn", "bad", "violet")]
    for ink in ("--m-ink", "--m-ink-2", "--m-ink-3", "--m-ink-4", "--m-brand-ink"):
        pairs += [(ink, "--m-surface"), (ink, "--m-surface-2"), (ink, "--m-bg")]
    assert [pair for pair in pairs if contrast(tokens[pair[0]], tokens[pair[1]]) < 4.5] == []
    solid = [f"--m-{tone}-s" for tone in ("info", "ok", "warn", "bad", "violet")] + ["--m-edge"]
    assert [name for name in solid if contrast(tokens[name], tokens["--m-surface"]) < 3] == []
