"""Forms: an input method's Enter is not ours, one press or two make one record, and nothing typed is ever lost."""

import re
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Dialog, Page, expect

from meridian.organization.tests.factories import PASSWORD, example_uscc
from meridian.organization.vocabulary import Role
from meridian.parties.documents import SupplierDocument
from meridian.parties.models import Licence, LicenceScope, Supplier
from meridian.platform.screens import writing
from meridian.platform.screens.derive import editing
from meridian.sales.tests.factories import confirmed_order
from tests.browser.conftest import Heard, Open
from tests.browser.stage import Stage, new_supplier, supplier_url

pytestmark = pytest.mark.browser

NEW = "/parties/suppliers/new"
SAVE = "main form .m-head .btn-primary"


def fill_supplier(page: Page, serial: int, name: str = "嘉兴秀洲医疗科技有限公司") -> None:
    """A complete new supplier."""
    page.fill("#f-name", name)
    page.fill("#f-uscc", example_uscc(serial))
    page.select_option("#f-kind", "dealer")
    page.fill("#f-address", "嘉兴市秀洲区 9 号")
    page.fill("#f-phone", "0573-00000000")


def suppliers_of(stage: Stage, serial: int) -> list[Supplier]:
    """The stored suppliers of a code."""
    with stage.company.scope():
        return list(Supplier.objects.filter(uscc=example_uscc(serial)))


def compose(page: Page, text: str) -> None:
    """An input method at work in the focused field: letters under composition, Enter takes them, then the words."""
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "suzhou", "selectionStart": 6, "selectionEnd": 6})
    for kind in ("rawKeyDown", "keyUp"):
        enter = {"type": kind, "key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229}
        session.send("Input.dispatchKeyEvent", enter)
    page.evaluate(
        """() => document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", {key: "Enter", isComposing: true, bubbles: true, cancelable: true}))"""
    )
    session.send("Input.insertText", {"text": text})


def test_enter_of_an_input_method_neither_sends_nor_adds_a_row(open_page: Open) -> None:
    page = open_page("quality_staff", "/parties/licences/new", fresh=False)
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(1)
    page.focus("#f-licence_no")
    compose(page, "苏州")
    page.focus("#f-lines-0-description")
    compose(page, "苏州")
    expect(page.locator("#f-licence_no")).to_have_value("苏州")
    expect(page.locator("#f-lines-0-description")).to_have_value("苏州")
    expect(rows).to_have_count(1)
    assert page.url.endswith("/parties/licences/new")
    page.press("#f-lines-0-description", "Enter")
    expect(rows).to_have_count(2)


def test_pressing_save_twice_makes_one_record(open_page: Open, stage: Stage) -> None:
    page = open_page("quality_staff", NEW, fresh=False)
    fill_supplier(page, 7001)
    page.dblclick(SAVE)
    page.wait_for_url(re.compile(r"/parties/suppliers/[0-9a-f-]{36}/"))
    assert len(suppliers_of(stage, 7001)) == 1


def test_the_same_form_sent_again_leads_to_the_same_record(stage: Stage) -> None:
    client = stage.client("quality_staff")
    form = client.get(NEW).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(key|site_id)" value="([^"]*)"', form))
    typed = {
        **hidden,
        "name": "无锡梁溪",
        "uscc": example_uscc(7002),
        "kind": "dealer",
        "address": "无锡",
        "phone": "1",
    }
    first, second = client.post(NEW, typed), client.post(NEW, typed)
    assert first.status_code == second.status_code == HTTPStatus.FOUND
    assert first["Location"] == second["Location"]
    assert len(suppliers_of(stage, 7002)) == 1


def test_faults_stand_at_their_fields_and_everything_typed_stays(open_page: Open) -> None:
    page = open_page("quality_staff", NEW, fresh=False)
    fill_supplier(page, 7003)
    page.fill("#f-uscc", "91320100MA1234567X")
    page.fill("#f-name", "")
    page.click(SAVE)
    summary = page.locator("[data-errors]")
    expect(summary).to_be_focused()
    expect(page.locator("#f-name")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#f-address")).to_have_value("嘉兴市秀洲区 9 号")
    expect(page.locator("#f-kind")).to_have_value("dealer")
    summary.locator("a >> nth=0").click()
    expect(page.locator("#f-name")).to_be_focused()


def test_lines_are_written_edited_and_removed(open_page: Open, stage: Stage) -> None:
    supplier = new_supplier(stage)
    page = open_page("quality_staff", f"/parties/licences/new?supplier={supplier}", fresh=False)
    page.select_option("#f-kind", "dealing_license")
    page.select_option("#f-mode", "wholesale")
    page.fill("#f-licence_no", "JY-7004")
    page.fill("#f-valid_from", "2025-01-01")
    for row, code in enumerate(("14", "13", "06")):
        page.fill(f"#f-lines-{row}-class_code", code)
        page.press(f"#f-lines-{row}-class_code", "Enter")
    page.keyboard.press("Control+Delete")
    page.click(SAVE)
    page.wait_for_url(re.compile(r"/parties/licences/[0-9a-f-]{36}/"))
    expect(page.locator("#sections tbody tr")).to_have_count(3)
    page.keyboard.press("e")
    page.wait_for_url(re.compile("/edit$"))
    page.focus("#f-lines-1-class_code")
    page.keyboard.press("Control+Delete")
    page.click(SAVE)
    page.wait_for_url(re.compile(r"/parties/licences/[0-9a-f-]{36}/$"))
    with stage.company.scope():
        paper = Licence.objects.get(licence_no="JY-7004")
        lines = LicenceScope.objects.filter(document_id=paper.pk).order_by("line_no")
        assert [line.class_code for line in lines] == ["14", "06"]


def test_a_stored_line_says_what_it_is_beside_what_may_be_changed(open_page: Open, stage: Stage) -> None:
    shipment = stage.house.shipment(confirmed_order(stage.house, "2"))
    page = open_page("picker", f"/warehouse/shipments/{shipment}/edit", fresh=False)
    said = page.locator("tbody .m-readonly")
    expect(said.first).to_contain_text("一次性使用无菌注射器")
    expect(said.first).to_contain_text("5 mL")
    page.fill("#f-lines-0-quantity", "1")
    page.click(SAVE)
    page.wait_for_url(f"**/warehouse/shipments/{shipment}/")
    expect(page.locator("#sections tbody tr")).to_contain_text("1")


def test_cells_of_a_sheet_are_pasted_as_rows(open_page: Open) -> None:
    page = open_page("quality_staff", "/parties/licences/new", fresh=False)
    sheet = "\\n".join(f"{code}\\t范围 {code}" for code in ("02", "06", "13", "14"))
    page.evaluate(
        """(text) => {
            const cell = document.getElementById("f-lines-0-class_code");
            const data = new DataTransfer();
            data.setData("text/plain", text.replaceAll("\\\\n", "\\n").replaceAll("\\\\t", "\\t"));
            cell.focus();
            cell.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        sheet,
    )
    expect(page.locator("tbody tr")).to_have_count(4)
    expect(page.locator("#f-lines-3-description")).to_have_value("范围 14")


def test_two_people_at_one_record_choose_field_by_field(open_page: Open, stage: Stage) -> None:
    supplier = new_supplier(stage)
    mine = open_page("quality_staff", f"{supplier_url(supplier)}edit", fresh=False)
    mine.fill("#f-phone", "0512-11111111")
    mine.fill("#f-contact", "孙立")
    changed = {"phone": "0512-22222222"}
    stage.company.draft(SupplierDocument, changed, role=Role.QUALITY_HEAD, document_id=supplier)
    mine.click(SAVE)
    expect(mine.locator("h1")).to_contain_text("两人同时修改")
    expect(mine.locator("tbody tr")).to_have_count(1)
    expect(mine.locator("tbody")).to_contain_text("0512-22222222")
    expect(mine.locator("tbody")).to_contain_text("0512-11111111")
    mine.check("input[value='0512-11111111']")
    mine.click("main form .btn-primary")
    mine.wait_for_url(f"**{supplier_url(supplier)}")
    with stage.company.scope():
        stored = Supplier.objects.get(pk=supplier)
    assert (stored.phone, stored.contact, stored.version) == ("0512-11111111", "孙立", 3)


def end_session(page: Page) -> None:
    """What fifteen idle minutes do."""
    key = next(each["value"] for each in page.context.cookies() if each["name"] == "sessionid")
    Session.objects.filter(pk=key).delete()


def test_a_session_that_ended_asks_to_sign_in_over_the_page_and_goes_on(open_page: Open, stage: Stage) -> None:
    page = open_page("quality_staff", NEW)
    fill_supplier(page, 7005)
    end_session(page)
    page.click(SAVE)
    dialog = page.locator("#sign-in-again")
    expect(dialog).to_be_visible()
    assert suppliers_of(stage, 7005) == []
    page.fill("#again-username", stage.username("quality_staff"))
    page.fill("#again-password", "wrong")
    dialog.locator(".btn-primary").click()
    expect(dialog.locator("[role=alert]")).to_be_visible()
    expect(page.locator("#f-address")).to_have_value("嘉兴市秀洲区 9 号")
    page.fill("#again-password", PASSWORD)
    dialog.locator(".btn-primary").click()
    page.wait_for_url(re.compile(r"/parties/suppliers/[0-9a-f-]{36}/"))
    assert len(suppliers_of(stage, 7005)) == 1


def test_another_person_signing_in_sends_nothing_by_itself(open_page: Open, stage: Stage) -> None:
    page = open_page("quality_staff", NEW)
    fill_supplier(page, 7006)
    end_session(page)
    page.click(SAVE)
    page.fill("#again-username", stage.username("quality_head"))
    page.fill("#again-password", PASSWORD)
    page.click("#sign-in-again .btn-primary")
    expect(page.locator(".m-toast.bad")).to_contain_text("另一个账户")
    expect(page.locator("#f-address")).to_have_value("嘉兴市秀洲区 9 号")
    assert suppliers_of(stage, 7006) == []


def test_a_session_that_ended_loses_nothing_without_script(open_page: Open, stage: Stage) -> None:
    page = open_page("quality_staff", NEW, java_script_enabled=False)
    fill_supplier(page, 7007)
    end_session(page)
    page.click(SAVE)
    page.fill("#username", stage.username("quality_staff"))
    page.fill("#password", PASSWORD)
    page.click("form[action='/sign-in'] .btn-primary")
    page.wait_for_url("**/resume")
    page.click("main form .btn-primary")
    page.wait_for_url(re.compile(r"/parties/suppliers/[0-9a-f-]{36}/"))
    assert len(suppliers_of(stage, 7007)) == 1


def test_a_server_error_says_so_and_everything_typed_stays(
    open_page: Open, stage: Stage, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: Any, **named: Any) -> None:
        raise RuntimeError("the disk is on fire")

    page = open_page("quality_staff", NEW, fresh=False)
    fill_supplier(page, 7008)
    with monkeypatch.context() as patched:
        patched.setattr(writing, "draft", broken)
        page.click(SAVE)
        expect(page.locator(".m-toast.bad")).to_contain_text("没有生效")
    expect(page.locator("#f-name")).to_have_value("嘉兴秀洲医疗科技有限公司")
    assert [each for each in heard.complaints if each.startswith("500 ")]
    heard.complaints.clear()
    page.click(SAVE)
    page.wait_for_url(re.compile(r"/parties/suppliers/[0-9a-f-]{36}/"))
    assert len(suppliers_of(stage, 7008)) == 1


def test_a_broken_line_says_so_and_everything_typed_stays(open_page: Open, stage: Stage, heard: Heard) -> None:
    page = open_page("quality_staff", NEW, fresh=False)
    fill_supplier(page, 7009)
    page.context.set_offline(True)
    page.click(SAVE)
    expect(page.locator(".m-toast.bad")).to_contain_text("没有应答")
    page.context.set_offline(False)
    heard.complaints.clear()
    page.click(SAVE)
    page.wait_for_url(re.compile(r"/parties/suppliers/[0-9a-f-]{36}/"))
    assert len(suppliers_of(stage, 7009)) == 1


def test_leaving_with_unsaved_changes_asks_first(open_page: Open) -> None:
    page = open_page("quality_staff", NEW, fresh=False)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.fill("#f-name", "半张表")
    expect(page.locator("[data-dirty-count]")).to_contain_text("1")
    page.click(".m-nav a >> nth=0")
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    expect(page.locator("#f-name")).to_have_value("半张表")


def test_a_governed_field_asks_for_a_reason(open_page: Open, stage: Stage) -> None:
    supplier = new_supplier(stage, name="原名医疗器械有限公司")
    page = open_page("quality_staff", f"{supplier_url(supplier)}edit", fresh=False)
    page.fill("#f-name", "新名医疗器械有限公司")
    page.click(SAVE)
    expect(page.locator("#e-reason")).to_be_visible()
    expect(page.locator("#f-name")).to_have_value("新名医疗器械有限公司")
    page.fill("#f-reason", "更名登记")
    page.click(SAVE)
    page.wait_for_url(f"**{supplier_url(supplier)}")
    expect(page.locator(".m-tl del")).to_have_text("原名医疗器械有限公司")
    expect(page.locator(".m-tl ins")).to_have_text("新名医疗器械有限公司")
    expect(page.locator(".m-tl")).to_contain_text("更名登记")


def test_a_reference_is_found_by_initials_and_chosen_by_keys(
    open_page: Open, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editing, "SELECT_MAX", 0)
    new_supplier(stage, name="绍兴越城检测设备有限公司")
    page = open_page("quality_staff", "/parties/licences/new", fresh=False)
    page.fill("#f-supplier", "sxyc")
    option = page.locator("[role=option]")
    expect(option).to_contain_text("绍兴越城检测设备有限公司")
    page.keyboard.press("Enter")
    expect(page.locator("#f-supplier")).to_have_value(re.compile("GHZ|绍兴越城"))
    assert page.locator("input[type=hidden][name=supplier]").input_value()
    page.fill("#f-supplier", "没有这一家")
    page.select_option("#f-kind", "business_license")
    page.fill("#f-licence_no", "X-1")
    page.fill("#f-valid_from", "2025-01-01")
    page.click(SAVE)
    expect(page.locator("[data-errors]")).to_contain_text("没有这一家")
    expect(page.locator("#f-supplier")).to_have_value("没有这一家")
