"""The Enter that takes an input method's word sends nothing, opens nothing, adds nothing: wherever words are typed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Request, expect

from meridian.platform.screens.derive import editing
from tests.browser.conftest import Open
from tests.browser.scanner import Dock, task_url
from tests.browser.stage import Stage, new_supplier, supplier_url
from tests.browser.test_form import compose

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Field:
    """A field: whose, where, what is pressed to come to it, how it is found."""

    post: str
    url: str
    selector: str
    press: tuple[str, ...] = ()


FIELDS = {
    "header of a form": Field("quality_staff", "/parties/licences/new", "#f-licence_no"),
    "cell of a grid": Field("quality_staff", "/parties/licences/new", "#f-lines-0-description"),
    "search of a list": Field("quality_staff", "/items/items/?view=2", "#list-search"),
    "name of a view": Field("quality_staff", "/items/items/?view=2", "#sv-name", ("summary[aria-label='保存视图']",)),
    "stock": Field("keeper", "/inventory/stock", "main form input[type=search], main form input[name=q]"),
    "trace": Field("quality_head", "/trace", "main form input[name=q]"),
    "search of the site": Field("quality_head", "/find?q=x", "main form input[name=q], #search"),
    "hub of the scanner": Field("keeper", "/scan", "#scan-find"),
}


@contextmanager
def nothing_sent(page: Page) -> Iterator[None]:
    """Inside, the page stays where it is and nothing is posted."""
    posted: list[str] = []

    def hear(request: Request) -> None:
        if request.method == "POST" or request.is_navigation_request():
            posted.append(f"{request.method} {request.url}")

    path = page.evaluate("location.pathname")
    page.on("request", hear)
    yield
    page.wait_for_timeout(250)
    page.remove_listener("request", hear)
    assert (posted, page.evaluate("location.pathname")) == ([], path)


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_keeps_the_word_and_sends_nothing(name: str, open_page: Open) -> None:
    field = FIELDS[name]
    page = open_page(field.post, field.url, fresh=False)
    for selector in field.press:
        page.click(selector)
    rows = page.locator("main tbody tr").count()
    box = page.locator(field.selector).first
    box.fill("")
    box.focus()
    with nothing_sent(page):
        compose(page, "苏州")
    expect(box).to_have_value("苏州")
    if name == "cell of a grid":
        assert page.locator("main tbody tr").count() == rows


def test_a_picker_takes_nothing_while_a_word_is_composed(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "SELECT_MAX", 0)
    page = open_page("quality_staff", "/parties/licences/new", fresh=False)
    page.focus("#f-supplier")
    page.keyboard.press("F4")
    expect(page.locator("[role=option]:visible").first).to_be_visible()
    with nothing_sent(page):
        compose(page, "常州")
    expect(page.locator("#f-supplier")).to_have_value("常州")
    assert page.locator("input[type=hidden][name=supplier]").input_value() == ""


def test_the_palette_opens_nothing_while_a_word_is_composed(open_page: Open) -> None:
    page = open_page("quality_staff", "/", fresh=False)
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-list [role=option]").first).to_be_visible()
    with nothing_sent(page):
        compose(page, "口罩")
    expect(page.locator("#palette")).to_be_visible()
    expect(page.locator("#palette-q")).to_have_value("口罩")


def test_a_comment_and_a_remark_of_a_signature_are_not_sent(open_page: Open, stage: Stage) -> None:
    page = open_page("quality_head", supplier_url(stage.ready), fresh=False)
    for opener, box in (("do-comment", "#r-comment"), ("do-approve", "#r-approve"), ("do-approve", "#p-approve")):
        page.click(f"[data-dialog={opener}] >> nth=0")
        page.focus(box)
        with nothing_sent(page):
            compose(page, "资质")
        expect(page.locator("dialog[open]")).to_be_visible()
        page.keyboard.press("Escape")


def test_the_reason_of_a_change_and_a_scan_are_not_sent(open_page: Open, stage: Stage, dock: Dock) -> None:
    page = open_page("quality_staff", f"{supplier_url(new_supplier(stage))}edit", fresh=False)
    page.focus("#f-reason")
    with nothing_sent(page):
        compose(page, "更名")
    expect(page.locator("#f-reason")).to_have_value("更名")
    scan = open_page("receiver", task_url(dock.of_boxes()), fresh=False)
    scan.click("#scan-type")
    with nothing_sent(scan):
        compose(scan, "批号")
    assert scan.locator("#scan-net.ok").count() == 1
