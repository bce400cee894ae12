"""W5 of PEERS §5, clicked and scanned through: order 100, scan 100 in, accept 95, reject 5, release, put away by scan.

Everybody signs in by password on the sign-in page; who releases also proves it with a one-time code. What the pages
show afterwards is read back: 95 on their shelf in the qualified zone after the red zone's place was refused, 5 in the
red one, 100 boxes at 12.50 in the ledger.
"""

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from meridian.accounts.second_factor import STEP_SECONDS
from meridian.items.tests.factories import BOX_DI, CASE_DI
from meridian.kernel.act import open_act
from meridian.kernel.clock import now
from meridian.organization.models import Place
from meridian.organization.tests.factories import PASSWORD
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.purchasing.tests.inbound import barcode, new_inbound
from tests.browser.acting import NEXT_STEP, RECORD, STATE, Buyers, fill, goes_to, opened, rows, saved, signs
from tests.browser.conftest import Open
from tests.browser.scanner import settled, types, verdict

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(database: None, open_page: Open) -> Buyers:
    """A company of its own."""
    inbound = new_inbound()
    return Buyers(inbound.company, open_page, inbound)


def code_of(secret: str) -> str:
    """What an authenticator shows for a secret now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // STEP_SECONDS)))


def test_w5_from_order_to_release_through_pages(cast: Buyers) -> None:
    order = buys(cast)
    receives(cast, order)
    keeper = cast.enters(Role.KEEPER)
    assert stock(keeper) == [("DY 待验区", "待验", "100 盒")]
    inspection = inspects(cast)
    assert stock(keeper) == [("BHG 不合格品区", "不合格", "5 盒"), ("DY 待验区", "待验", "95 盒")]
    releases(cast, inspection)
    assert stock(keeper) == [("BHG 不合格品区", "不合格", "5 盒"), ("HG 合格品区", "合格", "95 盒")]
    puts_away(cast, keeper)
    assert stock(keeper) == [("BHG 不合格品区", "不合格", "5 盒"), ("HG-01 一号架", "合格", "95 盒")]
    the_ledger_shows_the_goods(cast)


def buys(cast: Buyers) -> str:
    """The buyer writes an order of 100, the purchasing manager releases it; its number."""
    buyer = cast.enters(Role.BUYER)
    goes_to(buyer, "采购", "采购订单")
    buyer.click(".m-head .btn-primary")
    today = now().date()
    fill(buyer, {"supplier": "苏州安和", "ordered_on": today.isoformat(),
                 "promised_on": (today + timedelta(30)).isoformat(), "lines-0-item": "一次性使用无菌注射器",
                 "lines-0-quantity": "100", "lines-0-unit_price": "12.50"})  # fmt: skip
    number = saved(buyer)
    expect(rows(buyer)).to_contain_text("1,250.00")
    manager = cast.enters(Role.PURCHASING_MANAGER)
    goes_to(manager, "采购", "采购订单")
    opened(manager, number)
    manager.click(NEXT_STEP)
    expect(manager.locator(STATE)).to_have_text("已下达")
    return number


def receives(cast: Buyers, order: str) -> None:
    """The receiver makes a receipt out of the order and scans four cases of 20 and 20 boxes."""
    receiver = cast.enters(Role.RECEIVER)
    goes_to(receiver, "采购", "采购订单")
    opened(receiver, order)
    receiver.click("a[href*='/goods-receipts/new']")
    fill(receiver, {"delivery_note_number": "SHTX-1", "place": "待验区"})
    fill(receiver, {"note_presence": "随货", "note_form": "符合", "note_lines": "符合"})
    saved(receiver)
    receiver.click(".m-head a:has-text('扫码收货')")
    settled(receiver)
    for case in range(1, 5):
        types(receiver, barcode(CASE_DI))  # nobody touches the mouse between two scans
        expect(receiver.locator("#scan-steps")).to_contain_text(f"{20 * case} / 100")
    for box in range(1, 21):
        types(receiver, barcode(BOX_DI))
        expect(receiver.locator("#scan-steps")).to_contain_text(f"{80 + box} / 100")
    receiver.click("#scan-finish")
    receiver.click("main footer .btn-primary")
    receiver.wait_for_url(RECORD)
    expect(receiver.locator(STATE)).to_have_text("已收货")


def inspects(cast: Buyers) -> str:
    """The inspector opens the inspection that the receipt made, writes the answers and signs; its number."""
    inspector = cast.enters(Role.INSPECTOR)
    goes_to(inspector, "质量", "验收单")
    rows(inspector).locator("a").first.click()
    inspector.wait_for_url(RECORD)
    number = inspector.locator("h1").inner_text().split()[-1]
    expect(inspector.locator(".btn-blocked")).to_contain_text("差")
    inspector.click(".m-head a[href$='/edit']")
    passed = dict.fromkeys(("appearance", "label", "certificate"), "符合")
    for line, answers in enumerate([
        {"package": "符合", "accepted_quantity": "80", "conclusion": "合格"},
        {"package": "不符合", "accepted_quantity": "15", "rejected_quantity": "5", "conclusion": "部分",
         "nonconformity": "外包装破损", "disposition": "退"},
    ]):  # fmt: skip
        fill(inspector, {f"lines-{line}-{name}": value for name, value in {**passed, **answers}.items()})
    saved(inspector)
    signs(inspector)
    expect(inspector.locator(STATE)).to_have_text("待放行")
    return number


def releases(cast: Buyers, inspection: str) -> None:
    """Somebody else releases, with a password and a code of the authenticator enrolled a moment ago."""
    head = cast.enters(Role.QUALITY_HEAD)
    head.goto("/account/security")
    secret = head.locator("section", has=head.locator("#code")).locator("p.m-num").inner_text().replace(" ", "")
    head.fill("#code", code_of(secret))
    head.fill("#code-password", PASSWORD)
    head.click("button:has-text('登记动态口令')")
    expect(head.locator(".m-note.ok")).to_contain_text("已保存")
    head.goto("/")
    goes_to(head, "质量", "验收单")
    head.click(".m-views a:has-text('待放行')")
    opened(head, inspection)
    signs(head, code_of(secret))
    expect(head.locator(STATE)).to_have_text("已放行")
    head.click(".m-views a:has-text('签核记录')")
    for words in (cast.name(Role.INSPECTOR), "验收", cast.name(Role.QUALITY_HEAD), "放行"):
        expect(head.locator("#sections")).to_contain_text(words)


def puts_away(cast: Buyers, keeper: Page) -> None:
    """A case and the rest by the stepper, the red zone's shelf refused, the green one's taken."""
    shelf(cast, ZoneKind.QUALIFIED, "HG-01", "一号架")
    shelf(cast, ZoneKind.NONCONFORMING, "BHG-01", "红架")
    goes_to(keeper, "仓储", "扫码作业")
    keeper.click("button:has-text('新建上架')")
    keeper.wait_for_url(re.compile("/scan/put-away/"))
    settled(keeper)
    types(keeper, "HG")
    verdict(keeper, "取货")
    types(keeper, barcode(CASE_DI))
    verdict(keeper, "+20", "绿 · 合格")
    settled(keeper)
    keeper.click("#scan-set")
    keeper.fill("#scan-amount", "95")
    keeper.press("#scan-amount", "Enter")
    settled(keeper)
    types(keeper, "BHG-01")
    expect(keeper.locator("#scan-card")).to_have_class(re.compile(r"\bbad\b"))
    keeper.click("text=重扫")
    types(keeper, "HG-01")
    verdict(keeper, "已放", "HG-01")
    settled(keeper)
    keeper.click("#scan-finish")
    keeper.click("main footer .btn-primary")
    keeper.wait_for_url(RECORD)
    expect(keeper.locator(STATE)).to_have_text("已完成")


def shelf(cast: Buyers, zone: ZoneKind, code: str, name: str) -> None:
    """A bin in a zone of the house."""
    set_up = cast.company.set_up
    with cast.company.scope(), open_act(set_up.system):
        Place.objects.create(site_id=set_up.site_id, parent_id=set_up.places[zone], kind="bin", zone_kind=zone,
                             code=code, name=name, company_id=cast.company.company_id)  # fmt: skip


def stock(keeper: Page) -> list[tuple[str, str, str]]:
    """What the keeper reads on the stock page: place, status, quantity."""
    goes_to(keeper, "仓储", "库存台账")
    shown = [row.locator("td").all_inner_texts() for row in rows(keeper).all()]
    assert all(lot.startswith("L1") for _item, lot, *_rest in shown)
    return sorted((place, status, quantity.replace("\xa0", " "))
                  for _item, _lot, _until, place, status, _block, _owner, quantity, _free in shown)  # fmt: skip


def the_ledger_shows_the_goods(cast: Buyers) -> None:
    """100 boxes at 12.50: a rejected box is still ours until it is returned."""
    accountant = cast.enters(Role.ACCOUNTANT)
    goes_to(accountant, "财务", "科目余额表")
    row = rows(accountant).filter(has_text="1405")
    expect(row).to_contain_text("1,250.00")
