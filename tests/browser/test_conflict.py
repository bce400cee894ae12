"""Two people at one record: what each changed alone is merged, what both changed is asked, nothing is lost."""

from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from meridian.organization.vocabulary import Role
from meridian.purchasing.documents import PurchaseOrderDocument
from meridian.purchasing.models import PurchaseOrder, PurchaseOrderLine
from tests.browser.conftest import CONTRAST, Open, violations
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser
SAVE = "main form .btn-primary"
HEADER = {"ordered_on": "2026-11-20", "promised_on": "2099-12-31"}


def order_of(stage: Stage, *quantities: str) -> UUID:
    """A purchase order in draft with a line for each quantity."""
    lines = [{"item": stage.house.item, "quantity": each, "unit_price": "10"} for each in quantities]
    header = {**HEADER, "supplier": stage.approved, "note": "整箱到货"}
    return stage.company.draft(PurchaseOrderDocument, header, lines, role=Role.BUYER).document_id


def lines_of(stage: Stage, order: UUID) -> list[tuple[int, int]]:
    """Quantity and price of each line."""
    with stage.company.scope():
        rows = PurchaseOrderLine.objects.filter(document_id=order).order_by("line_no")
        return [(int(row.quantity), int(row.unit_price)) for row in rows]


def editing(stage: Stage, open_page: Open, order: UUID, **options: Any) -> Page:
    """The buyer's form of an order."""
    return open_page("buyer", f"/purchasing/purchase-orders/{order}/edit", fresh=False, **options)


def other_writes(stage: Stage, order: UUID, *changes: dict[str, str] | None, **header: str) -> None:
    """The manager changes the order meanwhile: a dictionary for each line, None for one that goes."""
    with stage.company.scope():
        ids = list(PurchaseOrderLine.objects.filter(document_id=order).order_by("line_no").values_list("pk", flat=True))
    new = [{"item": stage.house.item, "unit_price": "10", **change} for change in changes[len(ids) :] if change]
    kept = [{"id": key, **change} for key, change in zip(ids, changes, strict=False) if change is not None]
    company = stage.company
    company.draft(PurchaseOrderDocument, header, [*kept, *new], role=Role.PURCHASING_MANAGER, document_id=order)


def cell(page: Page, line: int, name: str) -> str:
    """An input of the grid."""
    return f"#f-lines-{line}-{name}"


def test_what_each_changed_alone_is_saved_together(open_page: Open, stage: Stage) -> None:
    order = order_of(stage, "1", "2")
    page = editing(stage, open_page, order)
    page.fill("#f-note", "分两车到货")
    page.fill(cell(page, 0, "quantity"), "7")
    other_writes(stage, order, {"unit_price": "11"}, {"quantity": "9"}, {"quantity": "3"}, promised_on="2099-11-30")
    page.click(SAVE)
    expect(page.locator("main")).to_contain_text("没有冲突")
    assert page.locator("main input[type=radio]").count() == 0
    page.click(SAVE)
    page.wait_for_url(f"**/purchase-orders/{order}/")
    assert lines_of(stage, order) == [(7, 11), (9, 10), (3, 10)]
    with stage.company.scope():
        stored = PurchaseOrder.objects.get(pk=order)
    assert (stored.note, str(stored.promised_on)) == ("分两车到货", "2099-11-30")


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_what_both_changed_is_asked_field_by_field_and_line_by_line(choice: str, open_page: Open, stage: Stage) -> None:
    order = order_of(stage, "1", "2", "3", "4")
    page = editing(stage, open_page, order)
    page.fill("#f-note", "我的备注")
    page.fill(cell(page, 0, "quantity"), "11")
    page.fill(cell(page, 3, "quantity"), "44")
    page.focus(cell(page, 2, "quantity"))
    page.keyboard.press("Control+Delete")
    other_writes(stage, order, {"quantity": "10"}, {"quantity": "2"}, {"quantity": "33"}, None, note="对方的备注")
    page.click(SAVE)
    asked = page.locator("main tbody tr")
    expect(asked).to_have_count(4)
    for row, words in enumerate((("备注", "我的备注", "对方的备注"), ("第 1 行", "11", "10"),
                                 ("第 3 行", "44", "删除此行"), ("对方的第 3 行", "删除此行", "33"))):  # fmt: skip
        for each in words:
            expect(asked.nth(row)).to_contain_text(each)
    if choice == "theirs":
        for row in range(4):
            asked.nth(row).locator("input").last.check()
    page.click(SAVE)
    page.wait_for_url(f"**/purchase-orders/{order}/")
    mine, theirs = [(11, 10), (2, 10), (44, 10)], [(10, 10), (2, 10), (33, 10)]
    assert lines_of(stage, order) == (mine if choice == "mine" else theirs)
    with stage.company.scope():
        assert PurchaseOrder.objects.get(pk=order).note == ("我的备注" if choice == "mine" else "对方的备注")


def test_a_third_change_during_the_choice_is_asked_again(open_page: Open, stage: Stage) -> None:
    order = order_of(stage, "1")
    page = editing(stage, open_page, order, width=390, theme="dark")
    page.fill(cell(page, 0, "quantity"), "5")
    other_writes(stage, order, {"quantity": "6"})
    page.click(SAVE)
    expect(page.locator("main tbody tr")).to_contain_text("6")
    assert violations(page) == []
    assert violations(page, **CONTRAST) == []
    other_writes(stage, order, {"quantity": "8"})
    page.click(SAVE)
    expect(page.locator("main tbody tr")).to_contain_text("8")
    page.click(SAVE)
    page.wait_for_url(f"**/purchase-orders/{order}/")
    assert lines_of(stage, order) == [(5, 10)]


def test_a_record_that_moved_on_meanwhile_keeps_what_was_typed(open_page: Open, stage: Stage) -> None:
    order = order_of(stage, "1")
    page = editing(stage, open_page, order)
    page.fill("#f-note", "改为周五到货")
    page.fill(cell(page, 0, "quantity"), "5")
    stage.company.perform(PurchaseOrderDocument.release, order, role=Role.PURCHASING_MANAGER)
    page.click(SAVE)
    expect(page.locator("main [role=alert]")).to_contain_text("采购主管甲")
    page.click(SAVE)
    expect(page.locator("[data-errors]")).to_contain_text("内容已锁定")
    expect(page.locator("#f-note")).to_have_value("改为周五到货")
    expect(page.locator(cell(page, 0, "quantity"))).to_have_value("5")
    assert lines_of(stage, order) == [(1, 10)]
