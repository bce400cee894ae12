"""Every page for everybody: it answers, and its scripts and its content policy are silent."""

import re

import pytest
from playwright.sync_api import Page

from meridian.organization.vocabulary import Role
from tests.browser.conftest import Open
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser


def walked(page: Page) -> dict[str, str]:
    """Every address the menu leads to, each opened once, and what is wrong with it: areas open one at a time."""
    wrong: dict[str, str] = {}
    waiting = ["/"]
    for url in waiting:
        answer = page.goto(url, wait_until="domcontentloaded")
        status = answer.status if answer is not None else 0
        headings = page.locator("h1").count()
        wrong[url] = "" if status == 200 and headings == 1 else f"{status}, {headings} headings"
        links = page.eval_on_selector_all(".m-nav a", "links => links.map((link) => link.getAttribute('href'))")
        waiting += [link for link in dict.fromkeys(links) if link not in waiting]
    return wrong


@pytest.mark.timeout(600)  # more than a hundred pages, in one window that keeps its style sheets
@pytest.mark.parametrize("part", range(3))
def test_every_leaf_of_the_menu_opens_for_every_post(part: int, open_page: Open, stage: Stage, address: str) -> None:
    page = open_page("keeper", "/", fresh=False)
    wrong: list[str] = []
    for role in list(Role)[part::3]:
        page.context.add_cookies([{"name": "sessionid", "value": stage.sessions[role.value], "url": address}])
        found = walked(page)
        assert len(found) > 3, role
        wrong += [f"{role.value} {url}: {what}" for url, what in found.items() if what]
    assert not wrong, "\n".join(wrong)


def test_a_list_of_fifty_stays_under_fifteen_hundred_nodes(open_page: Open) -> None:
    page = open_page("quality_head", "/items/items/?size=50&view=all")
    assert page.locator("tbody tr").count() >= 25
    nodes = page.evaluate("document.querySelectorAll('*').length")
    rows = page.locator("tbody tr").count()
    per_row = page.evaluate("document.querySelectorAll('tbody tr:first-child *').length") + 1
    assert nodes + (50 - rows) * per_row <= 1_500


def test_signing_in_and_out_by_hand(open_page: Open, stage: Stage) -> None:
    page = open_page("", "/parties/suppliers/?q=GHZ")
    assert re.search(r"/sign-in\?next=", page.url)
    page.fill("#username", stage.username("quality_staff"))
    page.fill("#password", "correct horse battery staple")
    page.press("#password", "Enter")
    page.wait_for_url("**/parties/suppliers/?q=GHZ")
    page.click(".m-top .m-menu summary >> nth=-1")
    page.click("form[action='/sign-out'] button")
    page.wait_for_url("**/sign-in")
    page.go_back()
    page.wait_for_load_state()
    assert "/sign-in" in page.url or page.locator("#username").count() == 1
