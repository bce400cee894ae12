"""W2 over the API: a product with its registration and two identifiers, bought until its registration ends.

A wrong check digit is refused, a case scan receives 10; from 00:00 of the day after the registration's last day nothing
is bought any more, while the lot made inside it stays saleable and may be returned or scrapped (PEERS §5, G06).
"""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from meridian.inventory.models import StockBalance
from meridian.organization.vocabulary import Role
from meridian.warehouse.models import GoodsReceiptLine
from tests.scenarios.clock import YEAR, site_clock
from tests.scenarios.new_product import (
    CASE,
    ITEM,
    LOT,
    PACKAGES,
    REGISTRATION,
    WRONG,
    NewProduct,
    barcode,
    firm_without_product,
)
from tests.scenarios.people import Person

pytestmark = pytest.mark.django_db

LAST_DAY = date(YEAR, 8, 1)
ITEMS, ORDERS, RECEIPTS = "items/items", "purchasing/purchase-orders", "warehouse/goods-receipts"
SHIPMENTS, RETURNS, ADJUSTMENTS = "warehouse/shipments", "warehouse/supplier-returns", "warehouse/stock-adjustments"


def registered(firm: NewProduct) -> UUID:
    """The item, approved under a registration whose last day is 08-01; a wrong check digit is refused on the way."""
    staff, head = Person(firm, Role.QUALITY_STAFF), Person(firm, Role.QUALITY_HEAD)
    certificate = staff.creates("items/registration-certificates", {
        "registration_no": REGISTRATION, "registrant_name": ITEM["registrant_name"], "device_class": "II",
        "valid_from": f"{YEAR - 5}-08-02", "valid_until": LAST_DAY.isoformat(),
    })  # fmt: skip
    staff.moves("items/registration-certificates", certificate, "put_into_force")
    fields = {**ITEM, "registration": str(certificate)}
    wrong = {
        "site_id": str(firm.company.set_up.site_id),
        "fields": fields,
        "lines": [{**PACKAGES[0], "di": WRONG}, PACKAGES[1]],
    }
    answer = staff.client.post(f"/api/v1/{ITEMS}", wrong, content_type="application/json")
    assert answer.status_code == 422
    [finding] = answer.json()["findings"]
    assert finding["field"].endswith("di")
    assert "校验" in finding["evidence"]
    item = staff.creates(ITEMS, fields, PACKAGES)
    head.moves(ITEMS, item, "approve")
    return item


def ordered(firm: NewProduct, item: UUID) -> UUID:
    """An order of 20, in draft."""
    fields = {"supplier": str(firm.supplier), "ordered_on": f"{YEAR}-07-30", "promised_on": LAST_DAY.isoformat()}
    lines = [{"item": str(item), "quantity": "20", "unit_price": "12.50"}]
    return Person(firm, Role.BUYER).creates(ORDERS, fields, lines)


def scanned(firm: NewProduct, receipt: UUID, text: str) -> tuple[int, Any]:
    """Status and answer of one scan."""
    url = f"/api/v1/{RECEIPTS}/{receipt}/scans"
    answer = Person(firm, Role.RECEIVER).client.post(url, {"scan": text}, content_type="application/json")
    return answer.status_code, answer.json()


def test_w2_over_the_api() -> None:
    site_clock(YEAR, 7, 30, 9, 0)
    firm = firm_without_product()
    item = registered(firm)
    first, second, third = (ordered(firm, item) for _order in range(3))
    Person(firm, Role.PURCHASING_MANAGER).moves(ORDERS, first, "release")
    receipt = firm.receipt(item, first)
    status, refused = scanned(firm, receipt, barcode(WRONG, date(YEAR, 7, 1)))
    assert (status, refused["code"]) == (422, "scan_unreadable")
    status, told = scanned(firm, receipt, barcode(CASE, date(YEAR, 7, 1)))
    assert (status, told["scan"]["added"], told["scan"]["quantity"]) == (200, "10", "10")
    with firm.company.scope():
        [line] = GoodsReceiptLine.objects.filter(document_id=receipt)
    assert (line.di, line.quantity, line.lot_no) == (CASE, Decimal(10), LOT)
    firm.shelve(item, receipt, "10")

    site_clock(YEAR, 8, 1, 23, 59)
    Person(firm, Role.PURCHASING_MANAGER).moves(ORDERS, second, "release")
    site_clock(YEAR, 8, 2, 0, 0)
    assert Person(firm, Role.PURCHASING_MANAGER).refused(ORDERS, third, "release") == ["registration_in_force"]
    assert firm.inbound(item).refusals(third) == ["registration_in_force"]
    is_sold_returned_and_scrapped(firm, item)


def is_sold_returned_and_scrapped(firm: NewProduct, item: UUID) -> None:
    """Of 10 made inside the validity 4 are picked and reviewed, 3 go back, 2 are scrapped."""
    house = firm.house(item)
    sales = Person(firm, Role.SALES_STAFF)
    order = sales.creates("sales/sales-orders", {
        "customer": str(firm.customer), "ordered_on": f"{YEAR}-08-02", "arrives_on": f"{YEAR}-08-03",
    }, [{"item": str(item), "quantity": "4", "unit_price": "115.00"}])  # fmt: skip
    Person(firm, Role.SALES_MANAGER).moves("sales/sales-orders", order, "confirm")
    shipment = house.shipment(order)
    Person(firm, Role.PICKER).moves(SHIPMENTS, shipment, "pick")
    Person(firm, Role.REVIEWER).moves(SHIPMENTS, shipment, "review")
    assert firm.shipped_lots(shipment) == ("reviewed", [LOT])

    heap = {name: str(value) for name, value in firm.lies().items()}
    keeper, head = Person(firm, Role.KEEPER), Person(firm, Role.QUALITY_HEAD)
    fields = {"supplier": str(firm.supplier), "return_reason": "注册证到期，退回供货者"}
    back = keeper.creates(RETURNS, fields, [heap | {"quantity": "3"}])
    head.moves(RETURNS, back, "approve")
    keeper.moves(RETURNS, back, "send_back")
    scrap = keeper.creates(ADJUSTMENTS, {"cause": "damaged"}, [heap | {"quantity": "2"}])
    head.moves(ADJUSTMENTS, scrap, "approve")
    keeper.moves(ADJUSTMENTS, scrap, "post", reason="报废")
    with firm.company.scope():
        assert StockBalance.objects.get(quantity__gt=0).quantity == Decimal(5)
