"""Documentation that can go stale fails the build."""

import pytest

from meridian.site.documentation import FOLDER, pages, render


@pytest.mark.parametrize("name", sorted(pages()))
def test_generated_page_is_fresh(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == render(name), "run: ./meridian docs"
