"""A keeper prints the labels of a lot by keyboard: from the lot's page to the file, and finds the print in the log."""

from datetime import date

import pytest
from playwright.sync_api import expect

from meridian.items.tests.factories import BOX_DI
from meridian.organization.vocabulary import Role
from meridian.warehouse.tests.outbound import LotIn, new_house
from tests.browser.acting import Cast
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

IDENTIFIERS = [{"di": BOX_DI, "package_level": "sales_unit", "units_per_package": "1"}]


def test_labels_of_a_lot_from_its_page_to_the_print_log(database: None, open_page: Open) -> None:
    house = new_house(LotIn("L1", "40", date(2029, 1, 4)), item={"identifiers": IDENTIFIERS})
    keeper = Cast(house.company, open_page).enters(Role.KEEPER)
    base = "/".join(keeper.url.split("/", 3)[:3])
    keeper.goto(f"{base}/inventory/lots/{house.lots['L1']}")
    keeper.locator("main a[href^='/labels/print']:visible").first.click()
    expect(keeper.locator("h1")).to_have_text("标签打印")
    keeper.locator("input[name^='copies-']").fill("2")
    keeper.locator("select[name=file_format]").select_option("zpl")
    keeper.locator("button[value=preview]").focus()
    keeper.keyboard.press("Enter")
    expect(keeper.locator("#preview img")).to_have_count(1)
    expect(keeper.locator("input[name^='copies-']")).to_have_value("2")
    with keeper.context.expect_event("response", lambda answer: answer.request.method == "POST"):
        keeper.locator("button[value=print]").click()
    expect(keeper.locator("h1")).to_have_text("标签打印")  # the file opens beside the form
    keeper.goto(f"{base}/labels/label-jobs/")
    expect(keeper.locator("tbody tr")).to_have_count(1)
    expect(keeper.locator("tbody tr").first).to_contain_text("产品标签")
