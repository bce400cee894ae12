"""Lists: the address is the state, Back comes home to the same rows, and no row costs a statement."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.stage import Stage, new_supplier, supplier_url

pytestmark = pytest.mark.browser

STATEMENTS = 17
"""A record's trail, the longest of pages: what happened to it, its files, what people said, and the bell's count."""


def numbers(page: Page) -> list[str]:
    """The numbers of the rows, top to bottom."""
    return page.locator("tbody a.id").all_inner_texts()


def test_filter_open_and_back_shows_the_same_rows(open_page: Open) -> None:
    page = open_page("quality_staff", "/items/items/?view=all", fresh=False)
    before = numbers(page)
    page.click(".m-filters summary >> nth=0")
    page.check(".m-filters details[open] input[value=approved]")
    page.click(".m-filters details[open] .btn-primary")
    page.wait_for_url(re.compile("state=approved"))
    filtered = numbers(page)
    assert filtered
    assert filtered != before
    address = page.url
    page.click("tbody a.id >> nth=0")
    page.wait_for_url(re.compile(r"/items/items/[0-9a-f-]{36}/"))
    page.go_back()
    page.wait_for_url(address)
    assert numbers(page) == filtered
    assert page.locator(".m-chip.set").count() == 1


def test_back_comes_home_to_the_same_place_of_the_page(open_page: Open) -> None:
    page = open_page("quality_staff", "/items/items/?view=all&state=draft&size=50", height=500, fresh=False)
    before = numbers(page)
    row = page.locator("tbody a.id").nth(len(before) - 2)
    row.scroll_into_view_if_needed()
    at = page.evaluate("scrollY")
    assert at > 100
    row.click()
    page.wait_for_url(re.compile(r"/items/items/[0-9a-f-]{36}/"))
    page.go_back()
    page.wait_for_url(re.compile("size=50"))
    page.wait_for_function("(at) => Math.abs(scrollY - at) < 4", arg=at)
    assert numbers(page) == before
    page.go_forward()
    page.wait_for_url(re.compile(r"/items/items/[0-9a-f-]{36}/"))


def test_search_as_you_type_stands_in_the_address_and_survives_back(open_page: Open) -> None:
    page = open_page("quality_staff", "/items/items/?view=all", fresh=False)
    page.fill("#list-search", "口罩 07")
    page.wait_for_url(re.compile("q="))
    expect(page.locator("tbody tr")).to_have_count(1)
    found = numbers(page)
    page.click("tbody a.id")
    page.wait_for_url(re.compile(r"/items/items/[0-9a-f-]{36}/"))
    page.go_back()
    expect(page.locator("#list-search")).to_have_value("口罩 07")
    assert numbers(page) == found


def test_a_link_pasted_elsewhere_shows_the_same_page(open_page: Open) -> None:
    first = open_page("quality_staff", "/items/items/?view=all&size=20", fresh=False)
    first.click("a[rel=next]")
    first.wait_for_url(re.compile("after="))
    second = open_page("quality_head", first.url, fresh=False)
    assert numbers(second) == numbers(first)
    assert numbers(second)


def test_keys_walk_the_rows_and_open_one(open_page: Open) -> None:
    page = open_page("quality_staff", "/items/items/?view=all", fresh=False)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    first = numbers(page)[0]
    assert page.evaluate("document.activeElement.textContent") == first
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/items/items/[0-9a-f-]{36}/"))
    expect(page.locator("h1")).to_contain_text(first)


def test_a_list_without_match_says_so_and_offers_a_way_back(open_page: Open) -> None:
    page = open_page("quality_staff", "/items/items/?q=nothing-of-that-name", fresh=False)
    page.click(".m-empty a")
    assert numbers(page)


def test_search_of_the_top_bar_opens_a_number_at_once(open_page: Open, stage: Stage) -> None:
    page = open_page("quality_staff", supplier_url(stage.ready), fresh=False)
    number = page.locator("h1").inner_text().split()[-1]
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{supplier_url(stage.ready)}")
    assert page.locator("h1").inner_text().endswith(number)


def statements(stage: Stage, post: str) -> Callable[[str], int]:
    """How many statements a page takes for a person who has been there before."""
    client = stage.client(post)

    def count(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(url)
        assert answer.status_code == 200, url
        return sum("clock_offset" not in each["sql"] for each in captured)  # asked every two seconds, by any page

    return count


def test_pages_take_a_fixed_number_of_statements(stage: Stage) -> None:
    count = statements(stage, "quality_head")
    licences = "/parties/licences/"
    urls = ["/items/items/?view=all", licences, f"{licences}new", supplier_url(stage.without_papers)]
    urls += [f"{supplier_url(stage.approved)}?section=trail", f"{supplier_url(stage.approved)}trail"]
    urls += [f"{supplier_url(stage.ready)}approve", f"{supplier_url(stage.without_papers)}edit", "/find?q=GHZ"]
    counted = {url: count(url) for url in urls}
    assert max(counted.values()) <= STATEMENTS, counted


def test_a_row_costs_no_statement(stage: Stage) -> None:
    count = statements(stage, "quality_head")
    assert count("/items/items/?view=all&size=100") == count("/items/items/?view=all&q=07")
    page_url = "/parties/suppliers/?view=2"
    before = count(page_url), count("/")
    for _ in range(3):
        new_supplier(stage)
    assert (count(page_url), count("/")) == before
