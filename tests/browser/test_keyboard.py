"""A day without a pointer: an order of ten lines, an approval with password and code, lists, menus and the palette."""

import re
import time
from uuid import UUID

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from meridian.accounts.second_factor import STEP_SECONDS
from meridian.items.models import Item
from meridian.kernel.models import SignatureRecord
from meridian.organization.tests.factories import PASSWORD
from meridian.parties.models import Supplier
from meridian.platform.screens.derive import editing
from meridian.purchasing.models import PurchaseOrder, PurchaseOrderLine
from tests.browser.conftest import Open
from tests.browser.keys import dated, press, see, tab_to
from tests.browser.stage import CODED_HEAD, Stage, new_supplier, supplier_url

pytestmark = pytest.mark.browser
RECORD = re.compile(r"/[0-9a-f-]{36}/$")


def goes(page: Page, words: str) -> None:
    """Somewhere by the palette."""
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-q")).to_be_focused()
    see(page)
    page.keyboard.type(words)
    expect(page.locator("#palette-list [aria-selected=true]")).to_be_visible()
    page.keyboard.press("Enter")


def chooses(page: Page, words: str) -> None:
    """A row of another table in the focused picker."""
    page.keyboard.type(words)
    expect(page.locator("[role=option]:visible").first).to_contain_text(words)
    page.keyboard.press("Enter")
    see(page)


def test_an_order_of_ten_lines_is_written_and_released(
    open_page: Open, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editing, "SELECT_MAX", 0)
    monkeypatch.setattr(editing, "LINE_SELECT_MAX", 0)
    with stage.company.scope():
        item = Item.objects.get(pk=stage.house.item).number
        supplier = Supplier.objects.get(pk=stage.approved).number
    page = open_page("buyer", "/", fresh=False)
    goes(page, ">xjcgdd")
    page.wait_for_url("**/purchasing/purchase-orders/new")
    press(page, "Tab")
    page.keyboard.press("Enter")  # past the menu by the skip link
    tab_to(page, "#f-supplier", within=8)
    chooses(page, supplier)
    for name, day in (("ordered_on", "2026-11-20"), ("promised_on", "2099-12-31")):
        tab_to(page, f"#f-{name}", within=4)
        dated(page, day)
    tab_to(page, "#f-lines-0-item", within=8)
    for line in range(10):
        chooses(page, item)
        tab_to(page, f"#f-lines-{line}-quantity", within=2)
        page.keyboard.type(str(line + 1))
        tab_to(page, f"#f-lines-{line}-unit_price", within=2)
        page.keyboard.type("12.5")
        if line < 9:
            press(page, "Enter")
    page.keyboard.press("Control+s")
    page.wait_for_url(RECORD)
    order = UUID(page.url.split("/")[-2])
    with stage.company.scope():
        lines = PurchaseOrderLine.objects.filter(document_id=order).order_by("line_no")
        assert [int(line.quantity) for line in lines] == list(range(1, 11))
    manager = open_page("purchasing_manager", "/", fresh=False)
    with stage.company.scope():
        number = PurchaseOrder.objects.get(pk=order).number
    goes(manager, number)
    manager.wait_for_url(RECORD)
    manager.keyboard.press("Control+Enter")
    expect(manager.locator(".m-head .m-b")).to_have_text("已下达")


def code_of(secret: str, steps: int = 0) -> str:
    """What an authenticator shows for a secret, now or so many steps later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // STEP_SECONDS + steps)))


def test_an_approval_is_signed_with_password_and_code(open_page: Open, stage: Stage) -> None:
    supplier = new_supplier(stage, with_papers=True, name="湖州南浔医疗科技有限公司")
    page = open_page(CODED_HEAD, "/account/security")
    secret = page.locator("section", has=page.locator("#code")).locator("p.m-num").inner_text().replace(" ", "")
    tab_to(page, "#code", within=10)
    page.keyboard.type(code_of(secret, -1))
    tab_to(page, "#code-password", within=1)
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".m-note.ok")).to_contain_text("已保存")
    page.goto("/parties/suppliers/?q=湖州南浔")
    press(page, "j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{supplier_url(supplier)}")
    page.keyboard.press("Control+Enter")
    expect(page.locator("dialog[open] [name=password]")).to_be_focused()
    see(page)
    page.keyboard.type(PASSWORD)
    tab_to(page, "dialog [name=code]", within=1)
    page.keyboard.type(code_of(secret))
    page.keyboard.press("Enter")
    expect(page.locator(".m-head .m-b")).to_have_text("已批准")
    with stage.company.scope():
        assert SignatureRecord.objects.filter(document_id=supplier, meaning="approved").count() == 1


def test_a_list_is_worked_by_its_keys(open_page: Open) -> None:
    page = open_page("quality_staff", "/items/items/?view=2", fresh=False)
    press(page, "j", "j", "k", "x", "f")
    expect(page.locator(".m-filters details[open]")).to_have_count(1)
    tab_to(page, ".m-filters details[open] input", within=2)
    press(page, "Space")
    tab_to(page, ".m-filters details[open] .btn-primary", within=6)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("state="))
    press(page, "c")
    expect(page.locator("form.m-cols input[name=show] >> nth=1")).to_be_focused()
    tab_to(page, "form.m-cols .btn-primary", within=200)
    page.keyboard.press("Escape")
    expect(page.locator("details.m-menu[open]")).to_have_count(0)
    see(page)
    press(page, "/")
    page.keyboard.type("口罩 07")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.keyboard.press("Tab")
    press(page, "j")
    page.keyboard.press("Space")
    expect(page.locator("dialog.m-look")).to_be_visible()
    see(page)
    page.keyboard.press("Escape")
    see(page)
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")


def test_every_stop_of_a_record_and_of_the_scanner_shows_its_focus(open_page: Open, stage: Stage) -> None:
    """Once around each page by Tab: nothing takes the focus unseen, nothing keeps it."""
    for post, url in (("quality_head", supplier_url(stage.ready)), ("keeper", "/scan"), ("keeper", "/inventory/stock")):
        page = open_page(post, url, fresh=False)
        seen: list[str] = []
        for _ in range(150):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement === document.body"):
                break
            seen.append(see(page))
        assert 3 < len(seen) < 150, (url, seen[-5:])
