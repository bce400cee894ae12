"""W8 of PEERS §5, clicked through: an order of 60 that wants 180 days left takes L2, and says why L1 was passed over.

L1 40 expires 152 days after the goods arrive, L2 100 nearly a year after. Picked, reviewed by another person with a
signature, shipped by a third; everybody signs in by password on the sign-in page.
"""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from meridian.kernel.clock import now
from meridian.organization.vocabulary import Role
from meridian.warehouse.tests.outbound import LotIn, new_house
from tests.browser.acting import NEXT_STEP, RECORD, STATE, Cast, fill, goes_to, opened, rows, saved, signs
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(database: None, open_page: Open) -> Cast:
    """A company with 40 of L1 and 100 of L2 on the shelf, and a hospital that wants 180 days left."""
    house = new_house(
        LotIn("L1", "40", arrival() + timedelta(152)),
        LotIn("L2", "100", arrival() + timedelta(333)),
        customer={"min_remaining_days": 180},
    )
    return Cast(house.company, open_page)


def arrival() -> date:
    """Two days from now."""
    return now().date() + timedelta(2)


def test_w8_from_order_to_dispatch_through_pages(cast: Cast) -> None:
    order = sells(cast)
    picker = cast.enters(Role.PICKER)
    goes_to(picker, "销售", "销售订单")
    opened(picker, order)
    picker.click("a[href*='/shipments/new']")
    shipment = saved(picker)
    expect(rows(picker)).to_have_count(1)
    for words in ("L2", "60", "L1 跳过：152 < 180 天"):
        expect(rows(picker).first).to_contain_text(words)
    picker.click(NEXT_STEP)
    expect(picker.locator(STATE)).to_have_text("待复核")

    reviewer = cast.enters(Role.REVIEWER)
    open_shipment(reviewer, shipment)
    signs(reviewer)
    expect(reviewer.locator(STATE)).to_have_text("待发货")

    keeper = cast.enters(Role.KEEPER)
    open_shipment(keeper, shipment)
    keeper.click("main a[href$='/edit']")
    fill(keeper, {"vehicle_plate_no": "苏A·D9520", "driver_name": "司机甲"})
    assert saved(keeper) == shipment
    keeper.click(NEXT_STEP)
    expect(keeper.locator(STATE)).to_have_text("已发货")
    goes_to(keeper, "仓储", "库存台账")
    for lot in ("L1", "L2"):
        expect(rows(keeper).filter(has_text=lot)).to_contain_text("40")


def sells(cast: Cast) -> str:
    """Sales staff write the order, the sales manager confirms it; its number."""
    staff = cast.enters(Role.SALES_STAFF)
    goes_to(staff, "销售", "销售订单")
    staff.click(".m-head .btn-primary")
    fill(staff, {"customer": "医院", "ordered_on": now().date().isoformat(), "arrives_on": arrival().isoformat(),
                 "lines-0-item": "一次性使用无菌注射器", "lines-0-quantity": "60",
                 "lines-0-unit_price": "115.00"})  # fmt: skip
    number = saved(staff)
    expect(rows(staff)).to_contain_text("6,900.00")
    manager = cast.enters(Role.SALES_MANAGER)
    goes_to(manager, "销售", "销售订单")
    opened(manager, number)
    manager.click(NEXT_STEP)
    expect(manager.locator(STATE)).to_have_text("已确认")
    return number


def open_shipment(page: Page, number: str) -> None:
    goes_to(page, "仓储", "出库单")
    opened(page, number)
    page.wait_for_url(RECORD)
