"""Outbound and moving with nothing but a scanner: picked, reviewed, reviewed and found faulty, moved, the last piece.

W8's order of 60 for a customer that wants 180 days left is picked and reviewed scan by scan; a stop is seen, felt and
heard. Of the last piece in the house two scanners get one success and one clear refusal (W10).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from meridian.inventory.models import StockBalance
from meridian.items.tests.factories import BOX_DI, CASE_DI
from meridian.kernel.act import open_act
from meridian.kernel.clock import now
from meridian.organization.models import Place
from meridian.organization.tests.factories import PASSWORD
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.purchasing.tests.inbound import MAKER, PACKAGES
from meridian.sales.tests.factories import confirmed_order
from meridian.warehouse.documents import ShipmentDocument
from meridian.warehouse.models import Shipment
from meridian.warehouse.tests.outbound import House, LotIn, new_house
from tests.browser.acting import RECORD, STATE, Cast, fill, saved
from tests.browser.conftest import Open
from tests.browser.scanner import LISTENS, settled, types, verdict

pytestmark = pytest.mark.browser


def in_days(days: int) -> date:
    """A day counted from today."""
    return now().date() + timedelta(days)


def lots() -> tuple[LotIn, LotIn]:
    """W8's L1, which has 152 days left on the day after tomorrow, and L2 with enough."""
    return LotIn("L1", "40", in_days(154)), LotIn("L2", "100", in_days(335))


@dataclass(frozen=True)
class Story(Cast):
    """The cast of a house with 40 of L1 and 100 of L2."""

    house: House

    def scanner(self, role: Role) -> Page:
        """A person's PDA at the hub, with ears."""
        page = self.enters(role)
        page.set_viewport_size({"width": 390, "height": 844})
        page.add_init_script(LISTENS)
        page.goto("/scan")
        return page

    def number(self, shipment: UUID) -> str:
        """The number of a shipment."""
        with self.company.scope():
            return Shipment.objects.get(pk=shipment).number

    def stock(self) -> list[tuple[str, str, str, int]]:
        """Lot, place, status and quantity of what lies in the house."""
        with self.company.scope():
            rows = StockBalance.objects.filter(quantity__gt=0).select_related("lot", "place")
            return sorted((row.lot.lot_no, row.place.code, row.status, int(row.quantity)) for row in rows)


def story_of(open_page: Open, *lots: LotIn) -> Story:
    house = new_house(*lots, customer={"min_remaining_days": 180}, item={"identifiers": PACKAGES, **MAKER})
    return Story(house.company, open_page, house)


@pytest.fixture
def story(database: None, open_page: Open) -> Story:
    """A company of its own."""
    return story_of(open_page, *lots())


def code(lot: LotIn, di: str = BOX_DI) -> str:
    """The barcode of a lot of the house."""
    return f"(01){di}(17){lot.expires_on:%y%m%d}(10){lot.lot_no}"


def refused_three_ways(page: Page, *words: str) -> None:
    """A stop: red with its words and a sign, a low tone, a long shake; and told to who cannot see."""
    card = page.locator("#scan-card[data-stop]")
    expect(card).to_have_class(re.compile(r"\bbad\b"))
    expect(card.locator("h2 svg")).to_be_visible()
    verdict(page, *words)
    expect(page.locator("#scan-alert")).to_contain_text(words[0])
    assert page.evaluate("heard.at(-1)") == [220, 300]
    assert page.evaluate("felt.at(-1)") == [200, 100, 200]


def opens_task(page: Page, number: str) -> None:
    """The document's number, scanned at the hub, opens its task."""
    page.evaluate("document.activeElement.blur()")
    types(page, number)
    page.wait_for_url(re.compile("/scan/(pick|review)/"))
    expect(page.locator("#scan-net")).to_be_visible()


def counts(page: Page, texts: Sequence[str], last: str) -> None:
    """Scans one after the other, and what the steps say in the end."""
    for text in texts:
        types(page, text)
    settled(page)
    expect(page.locator("#scan-steps")).to_contain_text(last)


def finishes(page: Page, state: str, *, signed: bool = False) -> None:
    """Ends the task; the record's state afterwards."""
    page.click("#scan-finish")
    if signed:
        page.fill("[name=password]", PASSWORD)
    page.click("main footer .btn-primary")
    page.wait_for_url(RECORD)
    expect(page.locator(STATE)).to_have_text(state)


def test_w8_picked_and_reviewed_by_scan(story: Story) -> None:
    l1, l2 = lots()
    number = story.number(story.house.shipment(confirmed_order(story.house, "60", arrives_on=in_days(2))))
    picker = story.scanner(Role.PICKER)
    opens_task(picker, number)
    types(picker, code(l1))
    refused_three_ways(picker, "剩余效期短于客户要求", "余 152 天 < 180 天", "应扫 L2")
    picker.click("text=重扫")
    counts(picker, [code(l2, CASE_DI)] * 3, "60 / 60")
    finishes(picker, "待复核")

    reviewer = story.scanner(Role.REVIEWER)
    opens_task(reviewer, number)
    expect(reviewer.locator("#scan-lines")).not_to_contain_text("货位")
    types(reviewer, code(l1))
    refused_three_ways(reviewer, "剩余效期短于客户要求")
    reviewer.click("text=重扫")
    counts(reviewer, [code(l2, CASE_DI)] * 3, "60 / 60")
    finishes(reviewer, "待发货", signed=True)
    assert story.stock() == [("L1", "HG", "qualified", 40), ("L2", "HG", "qualified", 100)]


def test_a_review_that_finds_a_fault_sets_the_goods_apart(story: Story) -> None:
    l1, l2 = lots()
    house = story.house
    shipment = house.shipment(confirmed_order(house, "20", arrives_on=in_days(2)))
    house.company.perform(ShipmentDocument.pick, shipment, role=Role.PICKER)
    reviewer = story.scanner(Role.REVIEWER)
    opens_task(reviewer, story.number(shipment))
    types(reviewer, code(l1))
    refused_three_ways(reviewer, "剩余效期短于客户要求")
    reviewer.click("text=移入待处理")
    verdict(reviewer, "已移入待处理")
    counts(reviewer, [code(l2)] * 3, "3 / 20")
    reviewer.click("#scan-finish")
    expect(reviewer.locator("main")).to_contain_text("还有 1 行未完成")
    reviewer.click("footer a:has-text('继续扫描')")
    reviewer.click(".m-scan-top a[href*='/shipments/']")
    reviewer.wait_for_url(RECORD)
    reviewer.goto(f"{reviewer.url}edit")
    fill(reviewer, {"lines-0-review_defect": "包装破损"})
    saved(reviewer)
    reviewer.goto(f"{reviewer.url}fail_review")
    reviewer.fill("[name=remark]", "外箱破损")
    reviewer.click("main footer .btn-danger")
    reviewer.wait_for_url(RECORD)
    expect(reviewer.locator(STATE)).to_have_text("复核未通过")
    assert ("L2", "quality_hold", 20) in [(lot, status, n) for lot, _place, status, n in story.stock()]


def shelf(story: Story, zone: ZoneKind, name: str) -> None:
    """A bin in a zone of the house."""
    set_up = story.company.set_up
    with story.company.scope(), open_act(set_up.system):
        Place.objects.create(site_id=set_up.site_id, parent_id=set_up.places[zone], kind="bin", zone_kind=zone,
                             code=name, name=name, company_id=story.company.company_id)  # fmt: skip


@pytest.mark.parametrize(("begins", "task"), [("新建上架", "put-away"), ("新建移库", "move")])
def test_goods_put_away_or_moved_go_to_no_wrong_zone(begins: str, task: str, story: Story) -> None:
    shelf(story, ZoneKind.QUALIFIED, "HG-07")
    shelf(story, ZoneKind.NONCONFORMING, "BHG-07")
    keeper = story.scanner(Role.KEEPER)
    keeper.click(f"button:has-text('{begins}')")
    keeper.wait_for_url(re.compile(f"/scan/{task}/"))
    settled(keeper)
    types(keeper, "HG")
    verdict(keeper, "从 HG 合格品区 取货")
    types(keeper, code(lots()[1], CASE_DI))
    verdict(keeper, "已取 +20", "绿 · 合格")
    settled(keeper)
    types(keeper, "BHG-07")
    refused_three_ways(keeper, "不合格品区 BHG-07")
    keeper.click("text=重扫")
    types(keeper, "HG-07")
    verdict(keeper, "已放 HG-07", "L2")
    settled(keeper)
    finishes(keeper, "已完成")
    assert story.stock() == [
        ("L1", "HG", "qualified", 40), ("L2", "HG", "qualified", 80), ("L2", "HG-07", "qualified", 20),
    ]  # fmt: skip


def test_w10_two_scanners_of_one_list_count_the_last_piece_once(database: None, open_page: Open) -> None:
    last = LotIn("L9", "1", in_days(400))
    story = story_of(open_page, last)
    number = story.number(story.house.shipment(confirmed_order(story.house, "1", arrives_on=in_days(2))))
    first, second = (story.scanner(Role.PICKER) for _pda in range(2))
    for page in (first, second):
        opens_task(page, number)
    for page in (first, second):  # neither waits for the other's answer
        types(page, code(last))
    cards = [page.locator("#scan-card[data-verdict]") for page in (first, second)]
    for card in cards:
        expect(card).to_be_visible()
    assert sorted(str(card.get_attribute("data-verdict")) for card in cards) == ["ok", "stop"]
    stopped = first if cards[0].get_attribute("data-verdict") == "stop" else second
    refused_three_ways(stopped, "本行数量已足", "批号 L9：应 1，已扫 1")


def test_w10_two_lists_want_the_last_piece__one_gets_it__the_other_is_told(database: None, open_page: Open) -> None:
    last = LotIn("L9", "1", in_days(400))
    story = story_of(open_page, last)
    order = confirmed_order(story.house, "2", arrives_on=in_days(2))
    shipments = [story.house.shipment(order, ("L9", "1")) for _list in range(2)]
    pages = [story.scanner(Role.PICKER) for _pda in range(2)]
    for page, shipment in zip(pages, shipments, strict=True):
        opens_task(page, story.number(shipment))
        counts(page, [code(last)], "1 / 1")
        page.click("#scan-finish")
        expect(page.locator("main footer .btn-primary")).to_be_visible()
    for page in pages:
        page.click("main footer .btn-primary", no_wait_after=True)
    errors = [page.locator("[data-errors], .m-gate li.must") for page in pages]
    for page, error in zip(pages, errors, strict=True):
        expect(error.first.or_(page.locator(STATE, has_text="待复核")).first).to_be_visible()
    states = [story.house.state_of(shipment) for shipment in shipments]
    assert sorted(states) == ["draft", "picked"]
    expect(errors[states.index("draft")].first).to_contain_text("L9")
    assert story.house.refusals(shipments[states.index("draft")]) == ["stock_sufficient"]
