"""Fetch the browser files Meridian serves itself, and cut the icon sprite to the icons in use.

    python tools/vendor.py          fetch, write files and their manifest
    python tools/vendor.py --check  compare the files with the manifest, without network

Needs `npm` only for fetching; nothing of node runs in the product. Versions are pinned here; what was written is pinned
by `vendor/manifest.json` (sha256 per file), which a test compares with the files.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

SCREENS = Path(__file__).resolve().parents[1] / "src" / "meridian" / "platform" / "screens"
VENDOR = SCREENS / "static" / "screens" / "vendor"
MANIFEST = VENDOR / "manifest.json"
ICON_NAMES = SCREENS / "icons.txt"

PACKAGES: dict[str, dict[str, str]] = {
    "htmx.org@2.0.10": {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "htmx.LICENSE.txt"},
    "@alpinejs/csp@3.17.4": {"dist/cdn.min.js": "alpine-csp.min.js"},
    "@tabler/icons@3.51.0": {"LICENSE": "tabler-icons.LICENSE.txt"},
    "zxing-wasm@3.1.4": {
        "dist/iife/reader/index.js": "zxing-reader.js",
        "dist/reader/zxing_reader.wasm": "zxing_reader.wasm",
        "LICENSE": "zxing-wasm.LICENSE.txt",
    },
}
ALPINE_LICENCE = """MIT License

Copyright (c) 2019-2026 Caleb Porzio and contributors

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
"""The package on npm carries no licence file; the licence asks for this notice."""
ICONS = "@tabler/icons@3.51.0"
SPRITE = "icons.svg"


def fetch(package: str, folder: Path) -> Path:
    """Download one pinned package as a tar file, with npm's own integrity check."""
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), package]
    name = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder).stdout.split()[-1]
    return folder / name


def read_member(archive: tarfile.TarFile, name: str) -> bytes:
    """Read `package/<name>`; KeyError if the package no longer has it."""
    member = archive.extractfile(f"package/{name}")
    if member is None:
        raise KeyError(name)
    return member.read()


def symbol(name: str, svg: str) -> str:
    """One `<symbol>` with the shapes of an outline icon; stroke and size come from the style sheet."""
    body = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    shapes = re.sub(r"\s+", " ", body).replace("> <", "><").strip()
    return f'<symbol id="i-{name}" viewBox="0 0 24 24">{shapes}</symbol>'


def sprite(archive: tarfile.TarFile) -> bytes:
    """All icons of `icons.txt` as one SVG file."""
    symbols = []
    for name in sorted(ICON_NAMES.read_text().split()):
        symbols.append(symbol(name, read_member(archive, f"icons/outline/{name}.svg").decode()))
    return ('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n").encode()


def fetch_all() -> None:
    """Write every vendored file and the manifest."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    (VENDOR / "alpine-csp.LICENSE.txt").write_text(ALPINE_LICENCE)
    sources = {"alpine-csp.LICENSE.txt": "tools/vendor.py"}
    with tempfile.TemporaryDirectory() as folder:
        for package, files in PACKAGES.items():
            print(f"fetching {package}")
            with tarfile.open(fetch(package, Path(folder))) as archive:
                for inside, outside in files.items():
                    (VENDOR / outside).write_bytes(read_member(archive, inside))
                    sources[outside] = f"{package} {inside}"
                if package == ICONS:
                    (VENDOR / SPRITE).write_bytes(sprite(archive))
                    sources[SPRITE] = f"{package} icons/outline, cut to icons.txt"
    entries = {name: {"sha256": digest(VENDOR / name), "source": sources[name]} for name in sorted(sources)}
    MANIFEST.write_text(json.dumps(entries, indent=2) + "\n")


def digest(path: Path) -> str:
    """sha256 of a file, hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def differences() -> list[str]:
    """Sentences about files that are missing, altered or not in the manifest; empty when all is as recorded."""
    entries = json.loads(MANIFEST.read_text())
    found = {path.name for path in VENDOR.iterdir()} - {MANIFEST.name}
    problems = [f"{name} is not in the manifest" for name in sorted(found - set(entries))]
    for name, entry in entries.items():
        if name not in found:
            problems.append(f"{name} is missing")
        elif digest(VENDOR / name) != entry["sha256"]:
            problems.append(f"{name} was altered")
    return problems


def main() -> int:
    """Fetch, or with `--check` compare; exit status 1 when something differs."""
    if "--check" not in sys.argv[1:]:
        fetch_all()
    problems = differences()
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
