"""The command palette by keyboard: it opens, waits for the answer to what was typed, keeps out of an input method."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open, violations
from tests.browser.stage import LOT, Stage, supplier_url

pytestmark = pytest.mark.browser

OPTIONS = "#palette-list [role=option]"


def opened(page: Page, text: str = "") -> None:
    """Opens the palette by its key and types."""
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-q")).to_be_focused()
    page.keyboard.type(text)


def chosen(page: Page) -> str:
    """The words of the active option, as assistive technology is told."""
    words = page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.textContent ?? ''"
    )
    return str(words)


def test_initials_find_an_item_and_enter_opens_it(open_page: Open) -> None:
    page = open_page("quality_staff", "/", fresh=False)
    opened(page, "ycxsyyykz 07")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/items/items/[0-9a-f-]{36}/"))
    expect(page.locator("main")).to_contain_text("口罩 07")


def test_arrows_move_the_active_option_and_what_was_typed_is_marked(open_page: Open) -> None:
    page = open_page("quality_staff", "/", fresh=False)
    opened(page, "ycxsyyykz")
    expect(page.locator(OPTIONS)).to_have_count(8)
    expect(page.locator(f"{OPTIONS} mark >> nth=0")).to_have_text("一次性使用医用口罩")
    first = chosen(page)
    page.keyboard.press("ArrowDown")
    assert chosen(page) not in ("", first)
    page.keyboard.press("ArrowUp")
    assert chosen(page) == first
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_enter_waits_for_the_answer_and_an_older_one_is_dropped(open_page: Open, stage: Stage) -> None:
    page = open_page("quality_staff", supplier_url(stage.ready), fresh=False)
    number = page.locator("h1").inner_text().split()[-1]
    page.goto("/")
    held: list[Route] = []

    def answer(route: Route) -> None:
        if "q=ycx&" in route.request.url:
            held.append(route)
        else:
            route.continue_()

    page.route("**/palette?*", answer)
    opened(page, "ycx")
    page.wait_for_timeout(300)
    page.fill("#palette-q", number)
    expect(page.locator(f"{OPTIONS} >> nth=0")).to_contain_text(number)
    for route in held:
        route.continue_()
    page.wait_for_timeout(300)
    expect(page.locator(f"{OPTIONS} >> nth=0")).to_contain_text(number)
    page.fill("#palette-q", number.lower())
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{supplier_url(stage.ready)}")


def test_enter_of_an_input_method_opens_nothing(open_page: Open) -> None:
    page = open_page("quality_staff", "/", fresh=False)
    opened(page, "ycxsyyykz")
    expect(page.locator(OPTIONS)).to_have_count(8)
    for options in ("{isComposing: true}", "{keyCode: 229}"):
        page.evaluate(
            "(options) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
            f" {{key: 'Enter', bubbles: true, cancelable: true, ...{options}}}))",
            None,
        )
    page.wait_for_timeout(200)
    assert page.url.endswith("/")
    expect(page.locator("#palette")).to_be_visible()


def test_a_lot_typed_whole_opens_its_page(open_page: Open) -> None:
    page = open_page("warehouse_manager", "/", fresh=False)
    opened(page, f"={LOT}")
    expect(page.locator(f"{OPTIONS} >> nth=0")).to_contain_text("合格")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/inventory/lots/"))


def test_records_opened_lately_stand_first_and_belong_to_the_person(
    open_page: Open, stage: Stage, address: str
) -> None:
    page = open_page("quality_staff", supplier_url(stage.ready), fresh=False)
    number = page.locator("h1").inner_text().split()[-1]
    page.goto("/")
    opened(page)
    expect(page.locator("#pal-recent-1")).to_contain_text(number)
    page.context.add_cookies([{"name": "sessionid", "value": stage.sessions["quality_head"], "url": address}])
    page.goto("/")
    opened(page)
    expect(page.locator(f"{OPTIONS} >> nth=0")).to_be_visible()
    expect(page.locator("#pal-recent-1")).to_have_count(0)


def test_the_keys_are_offered_as_help_and_nothing_found_says_so(open_page: Open) -> None:
    page = open_page("quality_staff", "/", fresh=False)
    opened(page, ">kjj")
    page.keyboard.press("Enter")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")
    opened(page, "nothing-of-that-name")
    expect(page.locator("#palette-list")).to_contain_text("没有找到“nothing-of-that-name”")
    page.keyboard.press("Enter")
    assert page.url.endswith("/")


@pytest.mark.parametrize(("width", "theme", "language"), [(1440, "light", "zh-hans"), (390, "dark", "en")])
def test_the_open_palette_fits_and_axe_finds_nothing(open_page: Open, width: int, theme: str, language: str) -> None:
    page = open_page("quality_head", "/", width=width, theme=theme, language=language, fresh=False)
    page.click(".m-top .m-search")
    for text in ("", "ycx", "nothing-of-that-name", "@"):
        page.fill("#palette-q", text)
        page.wait_for_timeout(400)
        assert violations(page) == [], text
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
