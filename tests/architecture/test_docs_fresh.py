"""Documentation that can go stale fails the build."""

import os
import subprocess
import sys

from tests.architecture.source import ROOT

STALE = """
import django
django.setup()
from meridian.site.languages.compiling import compile_stale
compile_stale()
from meridian.site.documentation import FOLDER, pages, render
print("\\n".join(name for name in sorted(pages()) if (FOLDER / name).read_text(encoding="utf-8") != render(name)))
"""


def test_generated_pages_are_fresh() -> None:
    """Rendered in a process of its own: document types that other tests declare are no part of the product."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "meridian.site.settings", "PYTHONPATH": str(ROOT / "src")}
    rendered = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", STALE],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert rendered.stdout.strip() == "", "run: ./meridian docs"
