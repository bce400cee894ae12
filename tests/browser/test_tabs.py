"""Tabs of a window: they survive a reload, keep their place, are pinned and closed from a menu, or are not there."""

import re

import pytest
from playwright.sync_api import Page, expect

from meridian.items.models import Item
from meridian.platform.screens.derive import editing
from tests.browser.conftest import Open, violations
from tests.browser.stage import Stage, new_supplier, supplier_url

pytestmark = pytest.mark.browser
PLACES = ("/items/items/?view=2", "/parties/suppliers/?view=2", "/parties/customers/", "/parties/licences/")


def titles(page: Page) -> list[str]:
    """The open tabs, left to right, without the first page's."""
    return page.locator(".m-tabs .tab a").all_inner_texts()


def visited(page: Page) -> None:
    for place in PLACES:
        page.goto(place)


def test_tabs_survive_a_reload_and_a_page_has_one(open_page: Open) -> None:
    page = open_page("quality_staff", "/", fresh=False)
    visited(page)
    page.goto(PLACES[0])
    before = titles(page)
    assert len(before) == len(PLACES)
    page.reload()
    assert titles(page) == before
    other = open_page("quality_staff", "/", fresh=False)
    assert titles(other) == []


def test_who_signs_in_next_in_the_window_does_not_see_the_tabs_of_the_one_before(open_page: Open) -> None:
    page = open_page("quality_staff", "/", fresh=False)
    visited(page)
    next_one = open_page("quality_head", "/", fresh=False)
    page.context.clear_cookies()
    page.context.add_cookies(next_one.context.cookies())  # type: ignore[arg-type]
    page.goto("/")
    assert titles(page) == []


def test_a_tab_comes_back_to_where_it_was_scrolled(open_page: Open) -> None:
    page = open_page("quality_head", "/items/items/?view=2&size=50", height=500, fresh=False)
    page.evaluate("scrollTo(0, 200)")
    at = page.evaluate("scrollY")
    assert at > 0
    page.goto("/parties/suppliers/")
    page.click(".m-tabs .tab a >> nth=0")
    page.wait_for_url(re.compile("items"))
    page.wait_for_function("(at) => Math.abs(scrollY - at) < 4", arg=at)


def test_the_menu_of_a_tab_pins_it_and_closes_the_others(open_page: Open) -> None:
    page = open_page("quality_staff", "/", fresh=False)
    visited(page)
    before = titles(page)
    page.click(".m-tabs .tab >> nth=1", button="right")
    assert violations(page) == []
    page.click("#tab-menu [data-do=pin]")
    assert titles(page)[0] == before[1]
    assert page.locator(".m-tabs .tab.fixed button").count() == 0
    page.click(".m-tabs .tab >> nth=3", button="right")
    page.keyboard.press("Enter")
    expect(page.locator(".m-tabs .tab")).to_have_count(2)
    assert titles(page) == [before[1], before[3]]
    page.click(".m-tabs .tab >> nth=1", button="right")
    page.keyboard.press("Escape")
    expect(page.locator("#tab-menu")).to_have_count(0)


def test_at_most_twelve_are_kept_and_pinned_ones_stay(open_page: Open, stage: Stage) -> None:
    page = open_page("quality_staff", PLACES[0], fresh=False)
    page.click(".m-tabs .tab >> nth=0", button="right")
    page.click("#tab-menu [data-do=pin]")
    first = titles(page)[0]
    for _ in range(13):
        page.goto(supplier_url(new_supplier(stage)))
    assert len(titles(page)) == 12
    assert titles(page)[0] == first


def test_unsaved_changes_show_at_the_tab_and_closing_it_asks(open_page: Open, stage: Stage) -> None:
    page = open_page("quality_staff", f"{supplier_url(new_supplier(stage))}edit", fresh=False)
    expect(page.locator(".m-tabs .tab.dirty")).to_have_count(0)
    page.fill("#f-address", "苏州市吴中区 1 号")
    expect(page.locator(".m-tabs .tab.on.dirty")).to_have_count(1)
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", stay)
    page.click(".m-tabs .tab.on button")
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    expect(page.locator("#f-address")).to_have_value("苏州市吴中区 1 号")
    expect(page.locator(".m-tabs .tab.on.dirty")).to_have_count(1)


def test_the_strip_may_be_switched_off(open_page: Open) -> None:
    page = open_page("quality_staff", "/", fresh=False)
    page.click(".m-top .m-menu summary >> nth=-1")
    page.click("button[name=tabs][value=off]")
    page.wait_for_load_state()
    assert page.locator(".m-tabs").count() == 0
    page.goto(PLACES[0])
    assert page.locator(".m-tabs").count() == 0
    assert violations(page) == []


PASTE = """(text) => {
    const cell = document.getElementById("f-lines-0-class_code");
    const data = new DataTransfer();
    data.setData("text/plain", text);
    cell.focus();
    cell.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def codes(page: Page) -> list[str]:
    return [field.input_value() for field in page.locator("tbody input[name$=class_code]").all()]


def test_a_sheet_with_headings_finds_its_columns_and_is_taken_back_by_one_key(open_page: Open) -> None:
    page = open_page("quality_staff", "/parties/licences/new", fresh=False)
    heads = [head.split("\n")[0] for head in page.locator("table.m-edit thead th").all_inner_texts()]
    code, words = heads[2], heads[3]
    rows = [f"{words}\t{code}", *(f"范围 {n}\t{n:02}" for n in range(1, 201))]
    page.evaluate(PASTE, "\n".join(rows))
    assert codes(page) == [f"{n:02}" for n in range(1, 201)]
    expect(page.locator("#f-lines-0-description")).to_have_value("范围 1")
    page.focus("#f-lines-5-class_code")
    page.keyboard.press("Control+z")
    assert codes(page) == [""]


SHEET = """(text) => {
    const cell = document.querySelector("tbody td input:not([type=hidden])");
    const data = new DataTransfer();
    data.setData("text/plain", text);
    cell.focus();
    const before = performance.now();
    cell.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
    return performance.now() - before;
}"""


def test_two_hundred_rows_of_twelve_cells_are_pasted_marked_and_taken_back(
    open_page: Open, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editing, "LINE_SELECT_MAX", 0)  # a table of many rows is a picker, not a list of options
    page = open_page("receiver", "/warehouse/goods-receipts/new", fresh=False)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/pick/" in request.url else None)
    heads = [head.split("\n")[0] for head in page.locator("table.m-edit thead th").all_inner_texts()][1:-1]
    with stage.company.scope():
        item = Item.objects.get(pk=stage.house.item)
    told = {"物料": item.number, "有效期至": "2029年1月4日", "生产日期": "2026/1/5", "数量": "1,200"}
    columns = [*heads, *(f"备注{n}" for n in range(12 - len(heads)))]
    words = {head: next((told[key] for key in told if key in head), "") for head in columns}
    rows = [[words[head] or (f"X{n:03}" if "批号" in head else "") for head in columns] for n in range(200)]
    for row in rows:
        row[-1] = "表格里多出的列"
    at = {key: next(place for place, head in enumerate(columns) if key in head) for key in told}
    rows[10][at["物料"]] = "没有这种物料"
    rows[20][at["有效期至"]] = "2029-02-30"
    rows[30][at["数量"]] = "十盒"
    text = "\r\n".join("\t".join(row) for row in [columns, *rows]) + "\r\n"
    assert len(columns) == 12
    page.evaluate(SHEET, text)
    expect(page.locator("[data-paste-bar]")).to_contain_text("已粘贴 200 行，3 处有误", timeout=20_000)
    assert page.locator("tbody tr").count() == 200
    assert len(asked) == 1, "one request for all names"
    marked = page.locator("td:has(> [data-pasted])")
    assert marked.count() == 3
    assert [marked.nth(n).locator("p").inner_text() for n in range(3)] == [
        "没有编码或名称为“没有这种物料”的记录", "“2029-02-30”不是日期", "“十盒”不是数字"
    ]  # fmt: skip
    expect(page.locator("input[name='lines-0-item']")).to_have_value(str(item.pk))
    expect(page.locator("input[name='lines-0-quantity']")).to_have_value("1200")
    expect(page.locator("input[name='lines-199-expires_on']")).to_have_value("2029-01-04")
    page.click("[data-paste-next]")
    assert page.evaluate("document.activeElement.name").startswith("lines-10-item")
    page.fill("input[name='lines-30-quantity']", "10")
    assert page.locator("td:has(> [data-pasted])").count() == 2
    page.focus("input[name='lines-5-quantity']")
    page.keyboard.press("Control+z")
    assert page.locator("tbody tr").count() == 1
    assert page.locator("[data-pasted]").count() == 0
    expect(page.locator("[data-paste-bar]")).to_be_hidden()


def test_a_short_table_is_matched_by_code_among_its_options(open_page: Open, stage: Stage) -> None:
    page = open_page("receiver", "/warehouse/goods-receipts/new", fresh=False)
    with stage.company.scope():
        item = Item.objects.get(pk=stage.house.item)
    page.evaluate(SHEET.replace("input:not([type=hidden])", "select"), f"{item.number}\tL1\n没有\tL2")
    expect(page.locator("[data-paste-bar]")).to_contain_text("已粘贴 2 行，1 处有误")
    expect(page.locator("select[name='lines-0-item']")).to_have_value(str(item.pk))
    expect(page.locator("td:has(> [data-pasted]) p")).to_have_text("没有“没有”这个选项")


def test_a_cell_with_line_ends_and_quotes_stays_one_cell(open_page: Open) -> None:
    page = open_page("quality_staff", "/parties/licences/new", fresh=False)
    page.evaluate(PASTE, '14\t"第一行 ""引号""\n第二行"\r\n16\t普通\r\n')
    expect(page.locator("[data-paste-bar]")).to_contain_text("已粘贴 2 行，0 处有误")
    assert codes(page) == ["14", "16"]


def test_a_removed_line_comes_back_and_tab_goes_on_to_a_new_one(open_page: Open) -> None:
    page = open_page("quality_staff", "/parties/licences/new", fresh=False)
    page.fill("#f-lines-0-class_code", "14")
    page.locator("tbody tr >> nth=0 >> input:visible, textarea:visible").last.focus()
    for _ in range(4):
        if page.locator("tbody tr").count() == 2:
            break
        page.keyboard.press("Tab")
    assert page.locator("tbody tr").count() == 2
    page.focus("#f-lines-0-class_code")
    page.keyboard.press("Control+Delete")
    assert codes(page) == [""]
    page.keyboard.press("Control+z")
    assert codes(page) == ["14", ""]
