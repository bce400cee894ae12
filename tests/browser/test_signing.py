"""Signing: what is signed is shown, the wrong person or password signs nothing, and a later change is visible."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from meridian.accounts.documents import AccessChangeDocument
from meridian.kernel.content import hash_of_content
from meridian.kernel.models import RefusalRecord, SignatureRecord
from meridian.organization.tests.factories import PASSWORD
from meridian.organization.vocabulary import Role
from meridian.parties.documents import SupplierDocument
from meridian.parties.models import Supplier
from meridian.platform.screens import writing
from meridian.platform.screens.formats import short_hash
from tests.browser.conftest import Heard, Open
from tests.browser.stage import ADMIN_AND_HEAD, CLUMSY_HEAD, Stage, new_supplier, supplier_url
from tests.browser.test_form import end_session

pytestmark = pytest.mark.browser


def sign(page: Page, password: str = PASSWORD) -> None:
    """Types the password into the open dialog and signs."""
    page.fill("dialog[open] [name=password]", password)
    page.click("dialog[open] footer .btn-primary")


def test_the_dialog_shows_what_is_signed_and_the_signature_is_manifested(open_page: Open, stage: Stage) -> None:
    supplier = new_supplier(stage, with_papers=True)
    page = open_page("quality_head", supplier_url(supplier))
    page.click("[data-dialog=do-approve]")
    with stage.company.scope():
        content = hash_of_content(SupplierDocument, supplier)
        number = Supplier.objects.get(pk=supplier).number
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text(f"供货者 {number} · 第 1 版")
    expect(dialog).to_contain_text("质量负责人甲（质量负责人）")
    expect(dialog).to_contain_text(re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\+8"))
    expect(dialog.locator(f"dd[title='{content}']")).to_contain_text(short_hash(content))
    expect(dialog.locator("[name=meaning]")).to_have_value("approved")
    expect(dialog.locator("[name=password]")).to_have_value("")
    expect(dialog.locator("[name=password]")).to_be_focused()
    dialog.locator("[name=remark]").fill("资质齐全")
    sign(page)
    expect(page.locator(".m-head .m-b")).to_have_text("已批准")
    page.goto(f"{supplier_url(supplier)}?section=signatures")
    shown = page.locator("#sections")
    for words in ("质量负责人甲", "批准", "资质齐全", short_hash(content), "UTC+8"):
        expect(shown).to_contain_text(words)
    expect(shown).not_to_contain_text("签名后已变更")


def test_a_wrong_password_signs_nothing_and_keeps_the_remark(open_page: Open, stage: Stage) -> None:
    supplier = new_supplier(stage, with_papers=True)
    page = open_page("quality_head", supplier_url(supplier))
    page.click("[data-dialog=do-approve]")
    page.fill("dialog[open] [name=remark]", "资质齐全")
    sign(page, "not the password")
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("[data-errors]")).to_contain_text("密码或动态码不正确")
    expect(dialog.locator("[name=remark]")).to_have_value("资质齐全")
    expect(dialog.locator("[name=password]")).to_be_focused()
    with stage.company.scope():
        assert Supplier.objects.get(pk=supplier).state == "draft"
        assert not SignatureRecord.objects.filter(document_id=supplier).exists()
    sign(page)
    expect(page.locator(".m-head .m-b")).to_have_text("已批准")


def test_whoever_prepared_it_may_not_approve_it(open_page: Open, stage: Stage) -> None:
    fields = {"kind": "assign_role", "username": stage.username("keeper"), "role_code": "receiver",
              "scope_kind": "company", "justification": "岗位调整"}  # fmt: skip
    change = stage.company.draft(AccessChangeDocument, fields, role=Role.SECURITY_ADMIN).document_id
    url = f"/accounts/access-changes/{change}/"
    page = open_page(ADMIN_AND_HEAD, url)
    page.click("form[action$='/submit'] button")
    expect(page.locator(".m-head .m-b")).to_have_text("待批准")
    expect(page.locator("#gate")).to_contain_text("须由另一人办理")
    expect(page.locator(".btn-blocked")).to_contain_text("差 1 项")
    page.goto(f"{url}put_into_force")
    expect(page.locator(".m-note", has_text="双人复核")).to_be_visible()
    assert page.locator("footer .btn-primary").count() == 0
    other = open_page("quality_head", url)
    other.click("[data-dialog=do-put_into_force]")
    expect(other.locator("dialog[open]")).to_contain_text("须与办理“提交”的人不同")
    sign(other)
    expect(other.locator(".m-head .m-b")).to_have_text("已生效")


def test_five_failures_lock_signing(open_page: Open, stage: Stage) -> None:
    supplier = new_supplier(stage, with_papers=True)
    page = open_page(CLUMSY_HEAD, supplier_url(supplier))
    page.click("[data-dialog=do-approve]")
    for _ in range(5):
        sign(page, "not the password")
        expect(page.locator("dialog[open] [data-errors]")).to_contain_text("密码或动态码不正确")
        page.evaluate("document.querySelector('dialog[open] [data-errors]').textContent = ''")
    sign(page)
    expect(page.locator("dialog[open] [data-errors]")).to_contain_text("签名已锁定")
    with stage.company.scope():
        assert Supplier.objects.get(pk=supplier).state == "draft"


def test_a_change_after_signing_is_marked(open_page: Open, stage: Stage) -> None:
    supplier = new_supplier(stage, with_papers=True)
    head = Role.QUALITY_HEAD
    stage.company.perform(SupplierDocument.approve, supplier, role=head)
    stage.company.perform(SupplierDocument.suspend, supplier, role=head, reason="迁址")
    moved = {"address": "苏州市高新区 18 号"}
    stage.company.draft(SupplierDocument, moved, document_id=supplier, reason="迁址登记")
    page = open_page("quality_head", f"{supplier_url(supplier)}?section=signatures", fresh=False)
    expect(page.locator("#sections .m-b.bad")).to_have_count(2)
    expect(page.locator(".m-tl")).to_contain_text("签名后已变更")


def test_content_that_changed_while_the_dialog_was_open_is_not_signed(open_page: Open, stage: Stage) -> None:
    supplier = new_supplier(stage, with_papers=True)
    page = open_page("quality_head", supplier_url(supplier), fresh=False)
    page.click("[data-dialog=do-approve]")
    dialog = page.locator("dialog[open]")
    dialog.locator("[name=remark]").fill("资质齐全")
    moved = {"address": "苏州市高新区 18 号"}
    stage.company.draft(SupplierDocument, moved, document_id=supplier, reason="迁址登记")
    sign(page)
    expect(dialog.locator("[data-errors]")).to_be_visible()
    expect(dialog.locator("[name=remark]")).to_have_value("资质齐全")
    with stage.company.scope():
        content = hash_of_content(SupplierDocument, supplier)
        assert Supplier.objects.get(pk=supplier).state == "draft"
        refusals = RefusalRecord.objects.filter(document_id=supplier)
        assert [row.code for row in refusals] in (["content_changed"], ["version_conflict"])
        assert not SignatureRecord.objects.filter(document_id=supplier).exists()
    expect(dialog.locator(f"dd[title='{content}']")).to_be_visible()  # what is signed now is shown anew
    sign(page)
    expect(page.locator(".m-head .m-b")).to_have_text("已批准")


def test_pressing_sign_twice_signs_once(open_page: Open, stage: Stage) -> None:
    supplier = new_supplier(stage, with_papers=True)
    page = open_page("quality_head", supplier_url(supplier), fresh=False)
    page.click("[data-dialog=do-approve]")
    page.fill("dialog[open] [name=password]", PASSWORD)
    page.dblclick("dialog[open] footer .btn-primary", no_wait_after=True)
    expect(page.locator(".m-head .m-b")).to_have_text("已批准")
    with stage.company.scope():
        assert SignatureRecord.objects.filter(document_id=supplier, meaning="approved").count() == 1
        assert not RefusalRecord.objects.filter(document_id=supplier).exists()


def test_a_session_that_ends_while_signing_keeps_the_remark(open_page: Open, stage: Stage) -> None:
    supplier = new_supplier(stage, with_papers=True)
    page = open_page("quality_head", supplier_url(supplier))
    page.click("[data-dialog=do-approve]")
    page.fill("dialog[open] [name=remark]", "资质齐全")
    end_session(page)
    sign(page)
    page.fill("#again-username", stage.username("quality_head"))
    page.fill("#again-password", PASSWORD)
    page.click("#sign-in-again .btn-primary")
    expect(page.locator("#sign-in-again")).to_have_count(0)
    expect(page.locator(".m-head .m-b")).to_have_text("已批准")  # what was asked is asked again by itself
    with stage.company.scope():
        assert SignatureRecord.objects.get(document_id=supplier, meaning="approved").remark == "资质齐全"


def test_a_server_error_while_signing_signs_nothing_and_keeps_the_remark(
    open_page: Open, stage: Stage, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: Any, **named: Any) -> None:
        raise RuntimeError("the disk is on fire")

    supplier = new_supplier(stage, with_papers=True)
    page = open_page("quality_head", supplier_url(supplier), fresh=False)
    page.click("[data-dialog=do-approve]")
    dialog = page.locator("dialog[open]")
    dialog.locator("[name=remark]").fill("资质齐全")
    with monkeypatch.context() as patched:
        patched.setattr(writing, "perform", broken)
        sign(page)
        expect(page.locator(".m-toast.bad")).to_contain_text("没有生效")
    expect(dialog.locator("[name=remark]")).to_have_value("资质齐全")
    assert [each for each in heard.complaints if each.startswith("500 ")]
    heard.complaints.clear()
    sign(page)
    expect(page.locator(".m-head .m-b")).to_have_text("已批准")
