"""W9 of PEERS §5 on a PDA and on the pages: the last minute of the expiry day still counts, midnight does not.

A picker scans a piece at 23:59 and the next one at 00:00 on the same page; the list that was picked in time is not
reviewed, the one picked too late is not picked. What is expired may be moved aside.
"""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from meridian.items.tests.factories import BOX_DI
from meridian.kernel.clock import now
from meridian.organization.vocabulary import Role
from meridian.purchasing.tests.inbound import MAKER, PACKAGES
from meridian.sales.tests.factories import confirmed_order
from meridian.warehouse.documents import ShipmentDocument
from meridian.warehouse.tests.outbound import LotIn, new_house
from tests.browser.acting import Cast
from tests.browser.conftest import Open
from tests.browser.scanner import LISTENS, settled, types, verdict
from tests.scenarios.clock import SITE_ZONE, at

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_w9_the_last_minute_counts_and_midnight_does_not(own_store: None, open_page: Open) -> None:
    last_day = now().astimezone(SITE_ZONE).date() + timedelta(days=1)
    at(last_day, "20:00")
    house = new_house(LotIn("L1", "20", last_day), item={"identifiers": PACKAGES, **MAKER})
    order = confirmed_order(house, "10", arrives_on=last_day)
    to_pick, to_review = house.shipment(order, ("L1", "3")), house.shipment(order, ("L1", "3"))
    house.company.perform(ShipmentDocument.pick, to_review, role=Role.PICKER)
    piece = f"(01){BOX_DI}(17){last_day:%y%m%d}(10)L1"
    cast = Cast(house.company, open_page)

    at(last_day, "23:58")
    picker, reviewer = cast.enters(Role.PICKER), cast.enters(Role.REVIEWER)
    picker.set_viewport_size({"width": 390, "height": 844})
    picker.add_init_script(LISTENS)
    picker.goto(f"/scan/pick/{to_pick}")
    reviewer.goto(f"/warehouse/shipments/{to_review}/")
    expect(reviewer.locator("#gate li.must")).to_have_count(0)
    at(last_day, "23:59")
    types(picker, piece)
    verdict(picker, "已拣 +1", "余 0 天")
    settled(picker)

    at(last_day + timedelta(days=1), "00:00")
    types(picker, piece)
    verdict(picker, "批号已过有效期", f"批号 L1 有效期至 {last_day}，今日已过期")
    expect(picker.locator("#scan-card")).to_have_class(re.compile(r"\bbad\b"))
    assert picker.evaluate("heard.at(-1)") == [220, 300]
    picker.goto(f"/warehouse/shipments/{to_pick}/")
    expect(picker.locator(".btn-blocked")).to_be_visible()
    expect(picker.locator("#gate li.must")).to_contain_text(f"有效期至 {last_day}")
    reviewer.reload()
    expect(reviewer.locator("#gate li.must")).to_contain_text(f"有效期至 {last_day}")
    assert [house.state_of(each) for each in (to_pick, to_review)] == ["draft", "picked"]

    keeper = cast.enters(Role.KEEPER)
    keeper.goto("/scan")
    keeper.click("button:has-text('新建移库')")
    keeper.wait_for_url(re.compile("/scan/move/"))
    settled(keeper)
    types(keeper, piece)
    verdict(keeper, "已取 +1", "今日已过期")
    settled(keeper)
