"""The logger's workbook of a cold delivery, chosen and read in a browser; its summary on the receipt."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from meridian.organization.vocabulary import Role
from meridian.purchasing.tests.cold import cold_inbound, cold_receipt, log_text, way_of
from tests.browser.acting import Buyers
from tests.browser.conftest import Open, violations
from tests.scenarios.test_transit_log import workbook

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(database: None, open_page: Open) -> Buyers:
    inbound = cold_inbound()
    return Buyers(inbound.company, open_page, inbound)


def test_a_workbook_is_chosen_and_read__and_a_wrong_one_said_to_be_wrong(cast: Buyers, tmp_path: Path) -> None:
    receipt = cold_receipt(cast.inbound)
    good, wrong = tmp_path / "TL-01.xlsx", tmp_path / "TL-00.xlsx"
    good.write_bytes(workbook(log_text(*way_of(cast.inbound, receipt), celsius=["5.0", "7.9"])))
    wrong.write_bytes(workbook("品名,数量\n2026-11-27 09:00:00,1"))
    page = cast.enters(Role.RECEIVER)
    page.goto(f"/warehouse/goods-receipts/{receipt}/")
    page.click("text=温度记录")
    page.set_input_files("#transit-file", wrong)
    page.click("text=添加并读取")
    expect(page.get_by_role("alert")).to_contain_text("没有找到同时含“时间”和“温度”的表头行")
    page.set_input_files("#transit-file", good)
    page.click("text=添加并读取")
    expect(page.locator("main")).to_contain_text("7.90 ℃")
    assert violations(page) == []
    page.click("text=返回收货单")
    page.click("nav >> text=冷链运输")
    expect(page.locator("#sections")).to_contain_text("平均动力学温度")
    expect(page.locator("#sections")).to_contain_text("0.0 分钟")
    assert violations(page) == []
