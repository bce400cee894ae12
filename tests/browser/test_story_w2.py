"""W2 of PEERS §5, clicked: a product gets its registration and identifiers, is bought, received by the case and sold.

The story has a store of its own, so that it can wait for midnight: from 00:00 after the registration's last day nobody
buys, on a page that was opened before midnight neither; what lies in the house is sold and sent back as before.
"""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from meridian.kernel.clock import now
from meridian.organization.vocabulary import Role
from meridian.purchasing.documents import PurchaseOrderDocument
from meridian.purchasing.models import PurchaseOrder
from meridian.sales.tests.factories import confirmed_order
from meridian.warehouse.documents import SupplierReturnDocument
from meridian.warehouse.models import GoodsReceiptLine, Shipment, SupplierReturn
from tests.browser.acting import NEXT_STEP, STATE, Cast, fill, goes_to, opened, rows, saved, signs
from tests.browser.conftest import Open
from tests.browser.scanner import settled, types, verdict
from tests.scenarios.clock import SITE_ZONE, at
from tests.scenarios.new_product import CASE, ITEM, LOT, REGISTRATION, UNIT, WRONG, NewProduct, barcode
from tests.scenarios.new_product import firm_without_product as new_firm

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_w2_from_registration_to_the_night_it_ends(own_store: None, open_page: Open) -> None:
    last_day = now().astimezone(SITE_ZONE).date() + timedelta(days=1)
    at(last_day, "20:00")
    firm = new_firm()
    cast = Cast(firm.company, open_page)
    is_registered(cast, last_day)
    item = is_an_item(cast)
    order = is_bought(cast, last_day)
    receipt = is_received_by_the_case(cast, firm, item, order, last_day)
    firm.shelve(item, receipt, "10")
    second, third = (drafted_order(firm, item, last_day) for _order in range(2))
    sold = confirmed_order(firm.house(item), "4", arrives_on=last_day + timedelta(days=2))
    shipment = firm.house(item).shipment(sold)
    ends_at_midnight(cast, last_day, second, third)
    back = is_still_sold_and_sent_back(cast, firm, shipment)
    with firm.company.scope():
        released = dict(PurchaseOrder.objects.values_list("pk", "state"))
        [(received, counted)] = GoodsReceiptLine.objects.filter(document_id=receipt).values_list("item_id", "quantity")
        moved = (Shipment.objects.get(pk=shipment).state, SupplierReturn.objects.get(pk=back).state)
    assert released == {order: "released", second: "released", third: "draft"}
    assert (received, counted) == (item, Decimal(10))
    assert moved == ("picked", "returned")


def is_registered(cast: Cast, last_day: date) -> None:
    """Quality writes the certificate down and puts it in force."""
    staff = cast.enters(Role.QUALITY_STAFF)
    staff.goto("/items/registration-certificates/new")
    fill(staff, {"registration_no": REGISTRATION, "registrant_name": str(ITEM["registrant_name"]),
                 "device_class": "第二类", "valid_from": (last_day - timedelta(days=1800)).isoformat(),
                 "valid_until": last_day.isoformat()})  # fmt: skip
    saved(staff)
    signs(staff)
    expect(staff.locator(STATE)).to_have_text("已生效")


def is_an_item(cast: Cast) -> UUID:
    """The item with its two identifiers; a wrong check digit is refused beside its field, and the rest stays typed."""
    staff = cast.enters(Role.QUALITY_STAFF)
    staff.goto("/items/items/new")
    words = ("device_name", "model", "specification", "class_code", "registrant_name", "temperature_celsius_min",
             "temperature_celsius_max", "contract_manufacturer_name", "production_license_no")  # fmt: skip
    fill(staff, {name: str(ITEM[name]) for name in words})
    fill(
        staff,
        {
            "device_class": "第二类",
            "base_unit": "盒",
            "storage_condition": "冷藏",
            "registration": REGISTRATION,
        },
    )
    staff.check("[id='f-is_cold_chain']")
    fill(staff, {"lines-0-di": WRONG, "lines-0-package_level": "最小销售单元", "lines-0-units_per_package": "1"})
    add_row(staff)
    fill(staff, {"lines-1-di": CASE, "lines-1-package_level": "外箱", "lines-1-units_per_package": "10"})
    staff.click("main form .m-head .btn-primary")
    expect(staff.locator("[id='e-lines-0-di']")).to_contain_text("校验")
    expect(staff.locator("[id='f-lines-1-di']")).to_have_value(CASE)
    fill(staff, {"lines-0-di": UNIT})
    number = saved(staff)
    head = cast.enters(Role.QUALITY_HEAD)
    head.goto("/items/items/")
    opened(head, number)
    signs(head)
    expect(head.locator(STATE)).to_have_text("已批准")
    return UUID(head.url.rstrip("/").rsplit("/", 1)[1])


def add_row(page: Page) -> None:
    """Another line of the grid."""
    page.click("main form [data-add]")
    expect(page.locator("[id='f-lines-1-di']")).to_be_visible()


def is_bought(cast: Cast, last_day: date) -> UUID:
    """An order of 20 is written by the buyer and released by the manager on the registration's last day."""
    buyer = cast.enters(Role.BUYER)
    goes_to(buyer, "采购", "采购订单")
    buyer.click(".m-head .btn-primary")
    fill(buyer, {"supplier": "苏州安和", "ordered_on": last_day.isoformat(), "promised_on": last_day.isoformat(),
                 "lines-0-item": str(ITEM["device_name"]), "lines-0-quantity": "20",
                 "lines-0-unit_price": "12.50"})  # fmt: skip
    number = saved(buyer)
    manager = cast.enters(Role.PURCHASING_MANAGER)
    goes_to(manager, "采购", "采购订单")
    opened(manager, number)
    manager.click(NEXT_STEP)
    expect(manager.locator(STATE)).to_have_text("已下达")
    return UUID(manager.url.rstrip("/").rsplit("/", 1)[1])


def is_received_by_the_case(cast: Cast, firm: NewProduct, item: UUID, order: UUID, today: date) -> UUID:
    """On the scan page a wrong check digit stops, and one scan of a case receives 10."""
    receipt = firm.receipt(item, order)
    receiver = cast.enters(Role.RECEIVER)
    receiver.set_viewport_size({"width": 390, "height": 844})
    receiver.goto(f"/scan/receive/{receipt}")
    settled(receiver)
    types(receiver, barcode(WRONG, today))
    verdict(receiver, "条码无法识别", "校验码错误")
    receiver.click("text=重扫")
    types(receiver, barcode(CASE, today))
    verdict(receiver, "已收 +10", "在途温度")
    expect(receiver.locator("#scan-steps")).to_contain_text("10 / 20")
    return receipt


def drafted_order(firm: NewProduct, item: UUID, day: date) -> UUID:
    """An order of 20 more, in draft."""
    header = {"supplier": firm.supplier, "ordered_on": day, "promised_on": day}
    lines = [{"item": item, "quantity": "20", "unit_price": "12.50"}]
    return firm.company.draft(PurchaseOrderDocument, header, lines, role=Role.BUYER).document_id


def ends_at_midnight(cast: Cast, last_day: date, second: UUID, third: UUID) -> None:
    """In the last minute an order is released; another, opened in that minute and pressed after it, is refused."""
    at(last_day, "23:59")
    manager = cast.enters(Role.PURCHASING_MANAGER)
    manager.goto(f"/purchasing/purchase-orders/{second}/")
    manager.click(NEXT_STEP)
    expect(manager.locator(STATE)).to_have_text("已下达")
    manager.goto(f"/purchasing/purchase-orders/{third}/")
    expect(manager.locator("#gate h2")).to_contain_text("可以下达")
    at(last_day + timedelta(days=1), "00:00")
    manager.click(NEXT_STEP)
    expect(manager.locator("main")).to_contain_text(f"有效期至 {last_day}，今日无效")
    manager.goto(f"/purchasing/purchase-orders/{third}/")
    expect(manager.locator("#gate li.must")).to_contain_text(REGISTRATION)
    expect(manager.locator(".btn-blocked")).to_be_visible()


def is_still_sold_and_sent_back(cast: Cast, firm: NewProduct, shipment: UUID) -> UUID:
    """The lot made inside the validity is picked for a customer; of what is left 3 go back to the supplier: by what."""
    picker = cast.enters(Role.PICKER)
    picker.goto(f"/warehouse/shipments/{shipment}/")
    expect(rows(picker).first).to_contain_text(LOT)
    picker.click(NEXT_STEP)
    expect(picker.locator(STATE)).to_have_text("待复核")
    line = firm.lies() | {"quantity": "3"}
    fields = {"supplier": firm.supplier, "return_reason": "注册证到期"}
    back = firm.company.draft(SupplierReturnDocument, fields, [line], role=Role.KEEPER).document_id
    head = cast.enters(Role.QUALITY_HEAD)
    head.goto(f"/warehouse/supplier-returns/{back}/")
    signs(head)
    keeper = cast.enters(Role.KEEPER)
    keeper.goto(f"/warehouse/supplier-returns/{back}/")
    keeper.click(NEXT_STEP)
    expect(keeper.locator(STATE)).to_have_text("已退货")
    return back
