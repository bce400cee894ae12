"""A list by keyboard: select, quick look, filters, columns; views that come back; comments on the record."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, violations
from tests.browser.stage import Stage, new_supplier, supplier_url

pytestmark = pytest.mark.browser
ITEMS = "/items/items/?view=all&state=draft"


def test_rows_are_selected_by_key_range_and_page_and_exported(open_page: Open) -> None:
    page = open_page("quality_staff", "/items/items/?view=2", fresh=False)
    for key in ("j", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    assert page.locator("tbody .m-check:checked").count() == 3
    expect(page.locator("[data-selected]")).to_have_text("3")
    assert violations(page) == []
    with page.expect_download() as download:
        page.click("#batch button[value=csv]")
    assert len(download.value.path().read_text(encoding="utf-8-sig").splitlines()) == 4
    page.keyboard.press("Control+a")
    assert page.locator("tbody .m-check:checked").count() == page.locator("tbody tr").count()
    page.click("[data-unselect]")
    expect(page.locator("#batch")).to_be_hidden()


def test_space_looks_into_a_record_without_leaving_the_list(open_page: Open) -> None:
    page = open_page("quality_staff", "/items/items/?view=2", fresh=False)
    page.keyboard.press("j")
    page.keyboard.press("Space")
    look = page.locator("dialog.m-look")
    expect(look.locator("#look-h")).to_contain_text(page.locator("tbody a.id >> nth=0").inner_text())
    expect(look.locator(".m-facts")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(look).to_have_count(0)
    assert "/items/items/?view=2" in page.url


def test_columns_are_arranged_and_come_back(open_page: Open) -> None:
    page = open_page("quality_head", "/items/items/?view=2", fresh=False)
    page.keyboard.press("c")
    menu = page.locator("form.m-cols")
    menu.locator("input[name=show][value=model]").uncheck()
    menu.locator("input[name=show][value=class_code]").check()
    for _ in range(2):
        menu.locator("li:has(input[value=specification]) [data-up]").click()
    menu.locator("input[name=pin][value=specification]").check()
    assert violations(page) == []
    menu.locator(".btn-primary").click()
    page.wait_for_load_state()
    heads = page.locator("thead th").all_inner_texts()
    assert heads[1:4] == ["单号", "规格", "名称"]
    assert "型号" not in heads
    assert "分类编码" in heads
    boxes = [page.locator(f"tbody tr >> nth=0 >> td >> nth={n}").bounding_box() for n in (0, 1, 2)]
    assert all(left is not None and right is not None and right["x"] >= left["x"] + left["width"] - 1
               for left, right in pairwise(boxes))  # fmt: skip
    page.reload()
    assert page.locator("thead th").all_inner_texts() == heads


def test_a_view_is_saved_from_the_filters_in_the_address(open_page: Open) -> None:
    page = open_page("quality_staff", "/items/items/?view=2&q=口罩", fresh=False)
    page.click("summary[aria-label='保存视图']")
    page.fill("#sv-name", "口罩类")
    assert violations(page) == []
    page.click(".m-tools[action$=views] .btn-primary")
    page.wait_for_url(re.compile("saved="))
    page.goto("/items/items/?view=0")
    page.click(".m-views a:has-text('口罩类')")
    page.wait_for_url(re.compile("saved="))
    expect(page.locator("#list-search")).to_have_value("口罩")
    expect(page.locator(".m-views a.on")).to_have_text("口罩类")


def test_a_filter_is_edited_where_its_chip_stands(open_page: Open) -> None:
    page = open_page("quality_staff", "/items/items/?view=2", fresh=False)
    page.keyboard.press("f")
    page.check(".m-filters details[open] input[value=approved]")
    page.click(".m-filters details[open] .btn-primary")
    page.wait_for_url(re.compile("state=approved"))
    page.click(".m-chip.set")
    page.check(".m-filters details[open] input[value=draft]")
    page.click(".m-filters details[open] .btn-primary")
    page.wait_for_url(re.compile("state=approved&state=draft|state=draft&state=approved"))
    assert violations(page) == []
    page.click(".m-chipx")
    page.wait_for_url(re.compile(r"view=2$"))
    assert page.locator(".m-chip.set").count() == 0


def test_days_are_filtered_by_words_that_move_with_the_day(open_page: Open) -> None:
    page = open_page("quality_head", "/competence/qualifications/?view=1&valid_until=next30", fresh=False)
    expect(page.locator(".m-chip.set")).to_have_text(re.compile("未来 30 天"))
    page.goto("/competence/qualifications/?view=1&valid_until=nonsense")
    assert page.locator(".m-chip.set").count() == 0


def test_a_comment_is_written_and_withdrawn_where_it_stands(open_page: Open, stage: Stage) -> None:
    page = open_page("quality_staff", supplier_url(new_supplier(stage)), fresh=False)
    page.click("[data-dialog=do-comment]")
    page.fill("#r-comment", "资料已电话核对")
    assert violations(page) == []
    page.click("#do-comment footer .btn-primary")
    expect(page.locator(".m-said")).to_have_text("资料已电话核对")
    page.click(".m-tl [data-dialog-url]")
    page.click("dialog[open] footer .btn-danger")
    expect(page.locator(".m-said")).to_have_count(0)
    expect(page.locator(".m-tl")).to_contain_text("评论已撤回")


def test_keys_lead_from_record_to_record_of_the_list_and_to_the_fixed_places(open_page: Open) -> None:
    page = open_page("quality_staff", "/items/items/?view=2", fresh=False)
    urls = page.locator("#list tbody tr[data-url]").evaluate_all("rows => rows.map(row => row.dataset.url)")
    for key in ("j", "j", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url(f"**{urls[1]}")
    expect(page.locator("[data-record-pager] .m-num")).to_have_text(f"2 / {len(urls)}")
    page.keyboard.press("Alt+ArrowRight")
    page.wait_for_url(f"**{urls[2]}")
    page.keyboard.press("Alt+ArrowLeft")
    page.wait_for_url(f"**{urls[1]}")
    page.keyboard.press("Alt+ArrowLeft")
    page.wait_for_url(f"**{urls[0]}")
    assert page.locator("[data-previous][href]").count() == 0
    for key, place in (("t", "/#todo"), ("a", "/#alerts"), ("w", "/"), ("l", "/trace")):
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(f"**{place}")
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("t")
    assert page.evaluate("document.activeElement.closest('#todo') !== null")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("明细表：撤销")
    assert violations(page) == []


def test_single_letters_may_be_switched_off_and_other_keys_stay(open_page: Open) -> None:
    page = open_page("quality_staff", "/items/items/?view=2")
    page.click(".m-top details.m-menu:last-of-type summary")
    page.click("button[name=keys][value=off]")
    page.keyboard.press("j")
    page.keyboard.press("c")
    assert page.locator("tr.at").count() == 0
    assert page.locator("details.m-menu[open]").count() == 0
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()


def test_everything_a_list_finds_is_selected_and_exported_beyond_the_page(open_page: Open) -> None:
    page = open_page("quality_staff", "/items/items/?view=2&q=口罩&size=20", fresh=False)
    total = page.locator(".m-foot b").first.inner_text()
    boxes = page.locator("tbody .m-check").count()
    for row in (0, boxes - 1):
        page.locator("tbody .m-check").nth(row).check()
    page.keyboard.press("Control+a")
    if boxes < int(total):
        page.keyboard.press("Control+a")
        expect(page.locator("[data-selected]")).to_have_text(total)
    with page.expect_download() as download:
        page.click("#batch button[value=csv]")
    assert len(download.value.path().read_text(encoding="utf-8-sig").splitlines()) == int(total) + 1
    page.locator("tbody .m-check").first.uncheck()
    expect(page.locator("[data-selected]")).to_have_text(str(boxes - 1))


@pytest.mark.parametrize("width", [390, 320])
def test_a_phone_reaches_export_views_and_columns(open_page: Open, width: int) -> None:
    page = open_page("quality_staff", "/items/items/?view=2", width=width, height=844, fresh=False)
    for name in ("导出", "保存视图", "列设置"):
        summary = page.locator(f"summary:has-text('{name}'), summary[aria-label='{name}']").first
        summary.click()
        opened = summary.locator("xpath=following-sibling::*[not(self::template)]").first
        expect(opened).to_be_visible()
        box = opened.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] >= 0
        assert violations(page) == []
        page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
