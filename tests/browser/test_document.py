"""A record: what stands in the way is said with its cure, and the server has the last word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import expect

from meridian.kernel.clock import Moment
from meridian.kernel.documents import WaiverDocument
from meridian.kernel.gates import Breach, Gate, GateKind, Remedy
from meridian.kernel.messages import message
from meridian.kernel.models import RefusalRecord, TransitionRecord
from meridian.kernel.registry import Guard, registry
from meridian.organization.tests.factories import PASSWORD
from meridian.organization.vocabulary import Role
from meridian.parties.documents import LicenceDocument, SupplierDocument
from meridian.parties.models import Supplier
from meridian.purchasing.tests.inbound import Inbound
from meridian.warehouse.models import GoodsReceipt
from tests.browser.conftest import Open
from tests.browser.stage import Stage, complete, new_supplier, supplier_url

pytestmark = pytest.mark.browser


@dataclass
class Switch:
    """A condition of the test's own: does not hold while it is on."""

    kind: GateKind
    is_on: bool = True

    def guard(self) -> Guard:
        """As a gate added to the approval of suppliers."""

        def check(facts: Any, moment: Moment) -> Sequence[Breach]:
            cure = Remedy(label="去看购货者", document_type="customer")
            breach = Breach(evidence=message("差 3 份，截至今天。"), remedy=cure, owner="quality_staff")
            return [breach] if self.is_on else []

        gate: Gate[Any] = Gate(
            check=check, code=f"test_{self.kind}", law="G00", blocks="试验 · test", kind=self.kind, locks=(),
            waivable_by=(), aliases=(), docstring="For tests.", module=__name__, line=1,
        )  # fmt: skip
        return Guard(on=SupplierDocument.approve, by=gate)


@pytest.fixture
def switches(monkeypatch: pytest.MonkeyPatch) -> dict[GateKind, Switch]:
    """One condition of each kind on the approval of suppliers."""
    made = {kind: Switch(kind) for kind in GateKind}
    guards = [switch.guard() for switch in made.values()]
    monkeypatch.setitem(registry.guards, SupplierDocument.approve, guards)
    return made


def test_each_kind_of_condition_shows_reason_and_remedy(
    open_page: Open, stage: Stage, switches: dict[GateKind, Switch]
) -> None:
    page = open_page("quality_head", supplier_url(stage.ready), fresh=False)
    expect(page.locator(".btn-blocked")).to_contain_text("差 2 项")
    for kind in ("must", "explain", "wait"):
        row = page.locator(f"#gate li.{kind}")
        expect(row).to_contain_text("差 3 份，截至今天。")
        expect(row).to_contain_text("质管员")
        expect(row.locator(".fix a")).to_have_attribute("href", "/parties/customers/")
    assert page.locator("#gate li.pass").count() == 1
    page.click("#gate li.must .fix a")
    page.wait_for_url("**/parties/customers/")


def test_a_blocked_button_leads_to_the_conditions(open_page: Open, stage: Stage) -> None:
    page = open_page("quality_head", supplier_url(stage.without_papers), height=400, fresh=False)
    assert page.locator("[data-dialog=do-approve]").count() == 0
    page.click(".btn-blocked")
    assert page.evaluate("document.activeElement.id") == "gate"
    expect(page.locator("#gate")).to_be_in_viewport()
    page.click("#gate li.must .fix a")
    page.wait_for_url(re.compile("/parties/licences/"))


def test_a_warning_is_explained_when_signing(open_page: Open, stage: Stage, switches: dict[GateKind, Switch]) -> None:
    switches[GateKind.MUST].is_on = switches[GateKind.WAIT].is_on = False
    supplier = new_supplier(stage, with_papers=True)
    page = open_page("quality_head", supplier_url(supplier), fresh=False)
    page.click("[data-dialog=do-approve]")
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("label").filter(has_text="1 个提醒项")).to_be_visible()
    dialog.locator("[name=password]").fill(PASSWORD)
    dialog.locator("footer .btn-primary").click()
    assert dialog.locator("[name=remark]:invalid").count() == 1, "nothing is sent without the explanation"
    dialog.locator("[name=remark]").fill("已电话核实")
    dialog.locator("footer .btn-primary").click()
    expect(page.locator(".m-head .m-b")).to_have_text("已批准")


def test_what_changed_since_the_page_opened_is_refused_with_the_new_condition(open_page: Open, stage: Stage) -> None:
    supplier = new_supplier(stage)
    paper = complete(stage, supplier)
    page = open_page("quality_head", supplier_url(supplier), fresh=False)
    expect(page.locator("#gate h2")).to_have_text("可以批准")
    stage.company.perform(LicenceDocument.withdraw, paper, reason="登记有误")
    page.click("[data-dialog=do-approve]")
    dialog = page.locator("dialog[open]")
    dialog.locator("[name=remark]").fill("资质齐全")
    dialog.locator("[name=password]").fill(PASSWORD)
    dialog.locator("footer .btn-primary").click()
    expect(dialog.locator("[data-errors]")).to_contain_text("营业执照")
    expect(dialog.locator("[name=remark]")).to_have_value("资质齐全")
    expect(page.locator("#gate h2")).to_contain_text("还差 1 项")
    with stage.company.scope():
        assert Supplier.objects.get(pk=supplier).state == "draft"
        refusals = RefusalRecord.objects.filter(document_id=supplier)
        assert [(row.code, row.status) for row in refusals] == [("supplier_papers_valid", 422)]
    dialog.locator("footer .btn-blocked").click()
    assert page.locator("dialog[open]").count() == 0
    assert page.evaluate("document.activeElement.id") == "gate"


def test_a_reason_is_asked_in_a_dialog_and_kept_in_the_timeline(open_page: Open, stage: Stage) -> None:
    supplier = new_supplier(stage, with_papers=True)
    stage.company.perform(SupplierDocument.approve, supplier, role=Role.QUALITY_HEAD)
    page = open_page("quality_head", supplier_url(supplier), fresh=False)
    page.click("[data-dialog-url]")
    dialog = page.locator("dialog[open]")
    dialog.locator("[name=remark]").fill("许可证变更待核")
    dialog.locator("[name=password]").fill(PASSWORD)
    dialog.locator("footer .btn-danger").click()
    expect(page.locator(".m-head .m-b")).to_have_text("已停用")
    expect(page.locator(".m-tl")).to_contain_text("许可证变更待核")
    expect(page.locator(".m-status .stopped")).to_have_text(re.compile("已停用"))


def test_another_posts_turn_is_named(open_page: Open, stage: Stage) -> None:
    page = open_page("buyer", supplier_url(stage.ready), fresh=False)
    expect(page.locator(".m-waiting")).to_contain_text("等待 质量负责人 办理“批准”")
    assert page.locator(".m-head a[href$='/edit'], .m-head [data-dialog], .m-head [data-dialog-url]").count() == 0
    answer = page.goto(f"{supplier_url(stage.ready)}approve")
    assert answer is not None
    assert answer.status == 403
    expect(page.locator("main")).to_contain_text("批准")


def test_works_as_plain_links_and_forms(open_page: Open, stage: Stage) -> None:
    supplier = new_supplier(stage, with_papers=True)
    page = open_page("quality_head", supplier_url(supplier), java_script_enabled=False)
    page.click("a[href$='/approve']")
    page.fill("[name=password]", PASSWORD)
    page.click("footer .btn-primary")
    page.wait_for_url(f"**{supplier_url(supplier)}")
    expect(page.locator(".m-head .m-b")).to_have_text("已批准")


def test_pressing_a_step_twice_takes_it_once(open_page: Open, stage: Stage) -> None:
    order = Inbound(stage.company, stage.approved, stage.house.item).order("3", release=False)
    page = open_page("purchasing_manager", f"/purchasing/purchase-orders/{order}/", fresh=False)
    page.dblclick("form[action$='/release'] button", no_wait_after=True)
    expect(page.locator(".m-head .m-b")).to_have_text("已下达")
    with stage.company.scope():
        assert TransitionRecord.objects.filter(document_id=order, transition="release").count() == 1
        assert not RefusalRecord.objects.filter(document_id=order).exists()


def test_a_waived_condition_says_so_and_leads_to_who_signed_until_when(open_page: Open, stage: Stage) -> None:
    inbound = Inbound(stage.company, stage.approved, stage.house.item)
    receipt = inbound.receipt(inbound.order("10"), [inbound.line("12", lot_no="GIFT")])
    url = f"/warehouse/goods-receipts/{receipt}/"
    with stage.company.scope():
        number = GoodsReceipt.objects.get(pk=receipt).number
    receiver, manager = (open_page(post, url, fresh=False) for post in ("receiver", "warehouse_manager"))
    refused = "#gate li.must:has(a:text-is('quantity_within_order'))"
    for words in ("12", "采购主管"):
        expect(receiver.locator(refused)).to_contain_text(words)
    ask = manager.locator(f"{refused} .fix a:text-is('申请让步')").get_attribute("href") or ""
    assert ask.startswith("/kernel/waivers/new?gate_code=quantity_within_order&subject_type=goods_receipt&")
    asking = open_page("purchasing_manager", ask, fresh=False)
    expect(asking.locator("#f-gate_code")).to_have_value("quantity_within_order")
    fields = {"gate_code": "quantity_within_order", "subject_type": "goods_receipt", "subject_number": number,
              "quantity": "2", "justification": "供方随货赠送", "ends_on": "2099-12-31"}  # fmt: skip
    signer = Role.PURCHASING_MANAGER
    waiver = stage.company.draft(WaiverDocument, fields, role=signer).document_id
    stage.company.perform(WaiverDocument.sign_alone, waiver, role=signer)
    for page in (receiver, manager):
        page.reload()
        expect(page.locator(refused)).to_have_count(0)
        for words in ("供方随货赠送", "2099-12-31", "采购主管甲"):
            expect(page.locator("#gate li.waived")).to_contain_text(words)
    expect(receiver.locator("#gate li.waived .fix a")).to_have_count(0)  # whoever may not open it meets no closed door
    manager.click("#gate li.waived .fix a")
    manager.wait_for_url(f"**/kernel/waivers/{waiver}/")
    expect(manager.locator("main")).to_contain_text("供方随货赠送")
