"""The scanner's pages: who is offered what, how they look in every width, theme and language, and what they weigh."""

import gzip
import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from meridian.purchasing.tests.inbound import barcode
from meridian.warehouse.models import GoodsReceipt
from tests.browser.conftest import CONTRAST, Open, violations
from tests.browser.scanner import Dock, settled, task_url, types, verdict
from tests.browser.stage import LOT, Stage

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, summary, input, label.btn")]
  .filter((each) => each.checkVisibility() && !each.closest(".m-sr, .m-skip, .m-top, .m-bottom, p"))
  .map((each) => [each.getBoundingClientRect(), each])
  .filter(([box]) => box.width > 1 && (box.height < 47.5 || box.width < 47.5))
  .map(([box, each]) => `${each.tagName} ${each.id || each.innerText} ${box.width}x${box.height}`)"""
SMALL_FACTS = """() => [...document.querySelectorAll(".m-hit .nm, .m-hit .why, .m-ai dd, .m-line b, .m-line .n")]
  .filter((each) => parseFloat(getComputedStyle(each).fontSize) < 16).map((each) => each.innerText)"""


def looks(page: Page, name: str) -> list[str]:
    """What axe finds in light and in dark, and whether the page moves sideways at the narrowest width."""
    found = [f"{name}: {each}" for each in violations(page)]
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    found += [f"{name} dark: {each}" for each in violations(page, **CONTRAST)]
    page.evaluate("document.documentElement.dataset.bsTheme = 'light'")
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 800})
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if size is not None:
        page.set_viewport_size(size)
    return [*found, *([f"{name}: {wide} px too wide at 320"] if wide > 0 else [])]


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("width", "language"), [(390, "zh-hans"), (390, "en"), (1440, "zh-hans"), (1440, "en")])
def test_axe_finds_nothing_and_nothing_moves_sideways(width: int, language: str, dock: Dock, open_page: Open) -> None:
    receipt = dock.of_boxes()
    page = open_page("receiver", "/scan", fresh=False, width=width, language=language)
    found = looks(page, "hub")
    page.goto(f"/scan?q={LOT}")
    found += looks(page, "known")
    page.goto(task_url(receipt))
    found += looks(page, "task")
    types(page, barcode())
    settled(page)
    page.click("#scan-set")
    found += looks(page, "counted")
    types(page, "no code at all")
    page.wait_for_selector("#scan-card[data-stop]")
    found += looks(page, "stop")
    page.goto(f"{task_url(receipt)}/finish")
    found += looks(page, "unfinished")
    assert not found, "\n".join(found)


def test_targets_are_large_enough_for_gloves(dock: Dock, open_page: Open) -> None:
    receipt = dock.of_boxes()
    page = open_page("receiver", task_url(receipt), fresh=False, **PHONE)
    types(page, barcode())
    settled(page)
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate(SMALL_FACTS) == []
    types(page, "no code at all")
    page.wait_for_selector("#scan-card[data-stop]")
    assert page.evaluate(SMALL_TARGETS) == []
    page.goto("/scan")
    assert page.evaluate(SMALL_TARGETS) == []


def test_the_first_visit_stays_small(dock: Dock, open_page: Open) -> None:
    page = open_page("receiver", "/account/security", fresh=False, **PHONE)
    sizes: dict[str, int] = {}
    page.on("response", lambda answer: sizes.update({answer.url: len(gzip.compress(answer.body()))}))
    for url in (task_url(dock.of_boxes()), "/scan"):
        sizes.clear()
        page.context.clear_cookies(name="none")
        page.goto(url, wait_until="networkidle")
        assert len(sizes) <= 8, sorted(sizes)
        assert sum(sizes.values()) <= 120_000, sizes


def test_the_hub_opens_a_document_a_place_and_a_lot(dock: Dock, stage: Stage, open_page: Open) -> None:
    receipt = dock.of_boxes()
    with stage.company.scope():
        number = GoodsReceipt.objects.get(pk=receipt).number
    page = open_page("receiver", "/scan", fresh=False, **PHONE)
    tile = page.locator("section", has=page.locator("h2:has-text('收货')"))
    expect(tile.locator("a[href^='/scan/receive/']").first).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    types(page, number)
    page.wait_for_url(re.compile(f"/scan/receive/{receipt}$"))
    expect(page.locator("h1")).to_have_text("收货扫码")
    page.goto(f"/scan?q={quote(LOT)}")
    expect(page.locator(".m-known")).to_contain_text(LOT)
    expect(page.locator(".m-known")).to_contain_text("绿 · 合格")
    page.goto("/scan?q=HG")
    expect(page.locator(".m-known")).to_contain_text("合格品区")
    page.goto("/scan?q=nothing-of-that-name")
    expect(page.locator(".m-known .m-note")).to_be_visible()


def test_nobody_is_offered_a_task_of_another_post(dock: Dock, stage: Stage, open_page: Open) -> None:
    receipt = dock.of_boxes()
    receiver = open_page("receiver", "/scan", fresh=False)
    assert receiver.locator(".m-tile h2").all_inner_texts()[0].startswith("收货")
    assert receiver.locator("button:has-text('新建上架')").count() == 0
    keeper = open_page("keeper", "/scan", fresh=False)
    assert keeper.locator("button:has-text('新建上架')").count() == 1
    keeper.click("button:has-text('新建移库')")
    keeper.wait_for_url(re.compile("/scan/move/"))
    verdict(keeper, "还没有扫描")
    accountant = open_page("accountant", "/scan", fresh=False)
    expect(accountant.locator(".m-tiles")).to_contain_text("没有可扫的作业")
    answer = accountant.goto(task_url(receipt))
    assert answer is not None
    assert answer.status in (403, 404)
    reviewer = open_page("reviewer", f"/warehouse/shipments/{stage.shipment}/", fresh=False)
    expect(reviewer.locator(".m-head a:has-text('扫码复核')")).to_have_attribute("href", re.compile("/scan/review/"))


def test_a_phone_lands_on_the_hub_and_a_desk_on_the_first_page(stage: Stage, open_page: Open) -> None:
    for browser, path in (("Mozilla/5.0 (Linux; Android 13; PDA)", "/scan"), ("Mozilla/5.0 (X11; Linux)", "/")):
        page = open_page("", "/sign-in", user_agent=browser, **PHONE)
        page.fill("#username", stage.username("keeper"))
        page.fill("#password", "correct horse battery staple")
        page.press("#password", "Enter")
        page.wait_for_url(re.compile(f"127.0.0.1:\\d+{path}$"))
        expect(page.locator(".m-bottom a[href='/scan']")).to_be_visible()
