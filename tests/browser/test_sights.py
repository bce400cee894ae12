"""Whatever there is to look at is accessible, fits every width and zoom, and has room for longer words."""

from typing import Any

import pytest
from playwright.sync_api import Page

from meridian.platform.screens.derive import home
from tests.browser.conftest import CONTRAST, Heard, Open, violations
from tests.browser.records import Records
from tests.browser.sights import shown
from tests.browser.stage import Stage
from tests.browser.test_phone import CUT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PARTS = 2
"""Tests the sights are dealt out to, for two processes at once."""
WIDTHS = (320, 384, 390, 512, 720, 768, 1024, 1440, 1920)
"""384, 512 and 720 are 768, 1024 and 1440 at 200 %."""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LONGER = """() => {
  const accents = { a: "á", e: "ë", i: "ï", o: "ö", u: "ü", c: "ç", n: "ñ", A: "Å", E: "Ê", I: "Î", O: "Ø", U: "Ü" };
  const spoken = "h1,h2,button,.btn,label,th,legend,summary,nav a,.m-b,dt,p,.q,.w,small,option";
  const silent = "script,style,template,svg,kbd,.nb,.id";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent, within = node.parentElement;
    if (!/[A-Za-z]{2}/.test(text) || !within.closest(spoken) || within.closest(silent)) continue;
    const words = text.trim().replace(/[aeioucnAEIOU]/g, (sign) => accents[sign] ?? sign);
    node.textContent = `${words} ${"lóng wörds ".repeat(9).slice(0, Math.ceil(words.length * 0.4))}`.trimEnd();
  }
}"""
"""Makes the texts of an English page two fifths longer, with accents: what another language would do to it."""


def looks(page: Page) -> list[str]:
    """Everything axe knows in light, and in dark what differs there: colour."""
    found = violations(page)
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    found += [f"dark {each}" for each in violations(page, **CONTRAST)]
    page.evaluate("document.documentElement.dataset.bsTheme = 'light'")
    return found


def too_wide(page: Page) -> list[str]:
    """The widths at which the page moves sideways; it is as wide as before afterwards."""
    size, found = page.viewport_size, []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        room = page.evaluate(TOO_WIDE)
        if room > 0:
            found.append(f"at {width}: {room} px too wide")
    if size is not None:
        page.set_viewport_size(size)
    return found


def cut_when_longer(page: Page, name: str) -> list[str]:
    """What is cut off or moves sideways once the words of a page are longer; they stay so."""
    page.evaluate(LONGER)
    found = [f"longer: {each}" for each in page.evaluate(CUT) if not each.startswith("out of reach")]
    if name.startswith("scan "):
        found = [each for each in found if "H1" not in each]  # its bar is one line high
    is_wide = (page.viewport_size or {"width": 1440})["width"] >= 992
    page.set_viewport_size({"width": 1024 if is_wide else 320, "height": 900})
    found += ["longer: moves sideways"] * (page.evaluate(TOO_WIDE) > 0)
    page.set_viewport_size({"width": 1440 if is_wide else 390, "height": 900})
    return found


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [1440, 390])
def test_a_sight_is_accessible_never_moves_sideways_and_has_room_for_longer_words(
    width: int, language: str, part: int, stage: Stage, records: Records, address: str, open_page: Open
) -> None:
    """One visit for all that is asked of a sight: coming there takes longer than looking."""
    page = open_page("quality_head", "/", width=width, language=language, fresh=False)
    found: list[str] = []
    for name in shown(page, stage, records, address, part, PARTS):
        wrong = looks(page)
        wrong += too_wide(page) if width == 1440 else []
        wrong += cut_when_longer(page, name) if language == "en" else []
        found += [f"{name}: {each}" for each in wrong]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("width", "language"), [(1440, "zh-hans"), (390, "en")])
def test_the_page_of_a_server_error_is_one_too(
    width: int, language: str, open_page: Open, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: Any, **named: Any) -> None:
        raise RuntimeError("the disk is on fire")

    page = open_page("quality_head", "/find?q=x", width=width, language=language, fresh=False)
    with monkeypatch.context() as patched:
        patched.setattr(home, "home_page", broken)
        answer = page.goto("/")
    assert answer is not None
    assert answer.status == 500
    assert page.locator("h1").count() == 1
    assert "disk" not in page.locator("body").inner_text()
    assert looks(page) == []
    assert page.evaluate(TOO_WIDE) == 0
    heard.complaints.clear()


def test_axe_finds_nothing_on_the_way_in(open_page: Open) -> None:
    page = open_page("", "/sign-in")
    assert looks(page) == []
    page.fill("#username", "nobody")
    page.fill("#password", "wrong")
    page.click("form[action='/sign-in'] .btn-primary")
    page.wait_for_selector("[role=alert]")
    assert looks(page) == []
