"""Every page for everybody: it answers, its scripts and its content policy are silent, it fits, it is accessible."""

import gzip
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from meridian.organization.vocabulary import Role
from tests.browser.conftest import CONTRAST, Open, violations
from tests.browser.stage import LOT, Stage, supplier_url

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 768, 1024, 1440, 1920)


def archetypes(stage: Stage) -> dict[str, str]:
    """One address of each kind of page."""
    blocked, approved = supplier_url(stage.without_papers), supplier_url(stage.approved)
    return {
        "home": "/",
        "list": "/items/items/",
        "list without match": "/items/items/?q=nothing-of-that-name",
        "record blocked": blocked,
        "record signed": f"{approved}?section=signatures",
        "record trail": f"{approved}?section=trail",
        "form": "/parties/licences/new",
        "form of a record": f"{blocked}edit",
        "move": f"{supplier_url(stage.ready)}approve",
        "trail": f"{approved}trail",
        "record with lines": f"/sales/sales-orders/{stage.order}/",
        "record between people": f"/warehouse/shipments/{stage.shipment}/",
        "trace": f"/trace?q={LOT}",
        "stock": "/inventory/stock",
        "lifecycle": "/lifecycle/supplier",
        "rule": "/rules/supplier_papers_valid",
        "search": "/find?q=GHZ",
        "no such page": "/no/such/page",
        "account": "/account/security",
    }


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


def test_every_kind_of_page_fits_every_width_in_both_languages(stage: Stage, open_page: Open) -> None:
    wide: list[str] = []
    for language in ("zh-hans", "en"):
        page = open_page("quality_head", "/", language=language, fresh=False)
        for name, url in archetypes(stage).items():
            page.goto(url)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                room = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                if room > 0:
                    wide.append(f"{language} {name} {width}: {room} px too wide")
    assert wide == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing(width: int, language: str, stage: Stage, open_page: Open) -> None:
    page = open_page("quality_head", "/", width=width, language=language, fresh=False)
    found: list[str] = []
    for name, url in archetypes(stage).items():
        page.goto(url)
        found += [f"{name}: {each}" for each in looks(page, in_dark=language == "zh-hans")]
    found += [f"{name}: {each}" for name in opened_dialogs(page, stage) for each in looks(page, in_dark=True)]
    assert not found, "\n".join(found)


def looks(page: Page, *, in_dark: bool) -> list[str]:
    """Everything in light; what differs in dark, which is colour: the same in every language."""
    found = violations(page)
    if not in_dark:
        return found
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    found += [f"dark {each}" for each in violations(page, **CONTRAST)]
    page.evaluate("document.documentElement.dataset.bsTheme = 'light'")
    return found


def opened_dialogs(page: Page, stage: Stage) -> Iterator[str]:
    """Each thing that opens over a page, while it is open."""
    page.goto(supplier_url(stage.ready))
    page.click("[data-dialog=do-approve]")
    yield "signature dialog"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    yield "keys"
    page.keyboard.press("Escape")
    page.goto(supplier_url(stage.approved))
    page.click("[data-dialog-url]")
    page.wait_for_selector("dialog[open] [name=remark]")
    yield "fetched dialog"
    page.keyboard.press("Escape")
    page.click(".m-top .m-menu summary >> nth=-1")
    yield "user menu"


def test_axe_finds_nothing_on_the_way_in(open_page: Open) -> None:
    page = open_page("", "/sign-in")
    assert looks(page, in_dark=True) == []
    page.fill("#username", "nobody")
    page.fill("#password", "wrong")
    page.click("form[action='/sign-in'] .btn-primary")
    page.wait_for_selector("[role=alert]")
    assert looks(page, in_dark=True) == []


def test_first_visit_and_repeat_visit_stay_small(open_page: Open, stage: Stage) -> None:
    page = open_page("quality_head", "/account/security")
    sizes: dict[str, int] = {}
    page.on("response", lambda answer: sizes.update({answer.url: len(gzip.compress(answer.body()))}))
    page.context.clear_cookies(name="none")
    page.goto(supplier_url(stage.ready), wait_until="networkidle")
    assert len(sizes) <= 8, sorted(sizes)
    assert sum(sizes.values()) <= 120_000, sizes
    document = next(size for url, size in sizes.items() if url.endswith(supplier_url(stage.ready)))
    assert document <= 20_000


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
