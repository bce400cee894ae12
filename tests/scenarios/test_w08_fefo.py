"""W8: first expiry first with a customer's minimum of remaining days (PEERS §5), through the engine and the API.

L1 40 expires on 12-31, L2 100 on 06-30 of the next year; an order of 60 arrives on 08-01; 152 days lie between 08-01
and 12-31 of any year. The story's year is moved ahead of the real clock, which a store can follow but not go behind.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from meridian.kernel.findings import Refused
from meridian.kernel.values.identity import uuid7
from meridian.organization.vocabulary import Role
from meridian.sales.tests.factories import confirmed_order
from meridian.scanning.answers import Capture
from meridian.scanning.queries import standing
from meridian.scanning.services import set_quantity, take
from meridian.scanning.vocabulary import ScanTask
from meridian.warehouse.documents import ShipmentDocument
from meridian.warehouse.tests.outbound import OWN_TRUCK, House, LotIn, new_house
from tests.scenarios.clock import YEAR, site_clock
from tests.scenarios.people import Person

pytestmark = pytest.mark.django_db

ARRIVES_ON = date(YEAR, 8, 1)
L1 = LotIn("L1", "40", date(YEAR, 12, 31))
L2 = LotIn("L2", "100", date(YEAR + 1, 6, 30))


def story(min_remaining_days: int) -> House:
    site_clock(YEAR, 7, 30, 9, 0)
    return new_house(L1, L2, customer={"min_remaining_days": min_remaining_days})


def test_min_180_days_takes_60_of_l2_and_says_why_l1_was_skipped() -> None:
    house = story(180)
    shipment = house.shipment(confirmed_order(house, "60", arrives_on=ARRIVES_ON))
    assert house.lines_of(shipment) == [("L2", "60", "L1 跳过：152 < 180 天")]
    house.to_shipped(shipment)
    assert (f"{house.on_hand('L1'):f}", f"{house.on_hand('L2'):f}") == ("40.000000", "40.000000")


def test_min_90_days_takes_40_of_l1_and_20_of_l2() -> None:
    house = story(90)
    shipment = house.shipment(confirmed_order(house, "60", arrives_on=ARRIVES_ON))
    assert house.lines_of(shipment) == [("L1", "40", ""), ("L2", "20", "")]
    house.to_shipped(shipment)
    assert (f"{house.on_hand('L1'):f}", f"{house.on_hand('L2'):f}") == ("0.000000", "80.000000")


@pytest.mark.parametrize(("minimum", "lots"), [(152, ["L1", "L2"]), (153, ["L2"])])
def test_the_minimum_is_met_on_the_very_day(minimum: int, lots: list[str]) -> None:
    house = story(minimum)
    shipment = house.shipment(confirmed_order(house, "60", arrives_on=ARRIVES_ON))
    assert [lot for lot, _quantity, _note in house.lines_of(shipment)] == lots


def test_l1_by_hand_is_refused_under_the_customers_minimum() -> None:
    house = story(180)
    shipment = house.shipment(confirmed_order(house, "60", arrives_on=ARRIVES_ON), ("L1", "40"), ("L2", "20"))
    with pytest.raises(Refused) as caught:
        house.company.perform(ShipmentDocument.pick, shipment, role=Role.PICKER)
    (finding,) = caught.value.findings
    assert finding.code == "remaining_life_meets_customer_minimum"
    assert str(finding.evidence) == "批号 L1 到货时余 152 天 < 180 天。"


def test_the_api_allocates_picks_reviews_and_ships_the_same() -> None:
    house = story(180)
    staff, head = Person(house, Role.SALES_STAFF), Person(house, Role.SALES_MANAGER)
    order = staff.creates("sales/sales-orders", {
        "customer": house.customer, "ordered_on": f"{YEAR}-07-30", "arrives_on": ARRIVES_ON,
    }, [{"item": house.item, "quantity": "60", "unit_price": "115.00"}])  # fmt: skip
    head.moves("sales/sales-orders", order, "confirm")
    picker, reviewer, keeper = (Person(house, role) for role in (Role.PICKER, Role.REVIEWER, Role.KEEPER))
    shipment = picker.creates("warehouse/shipments", {"order_id": order, **OWN_TRUCK})
    lines = picker.reads("warehouse/shipments", shipment)["lines"]
    assert [(line["quantity"], line["allocation_note"]) for line in lines] == [("60", "L1 跳过：152 < 180 天")]
    picker.moves("warehouse/shipments", shipment, "pick")
    assert keeper.refused("warehouse/shipments", shipment, "ship") == ["outbound_reviewed"]
    reviewer.moves("warehouse/shipments", shipment, "review")
    assert keeper.moves("warehouse/shipments", shipment, "ship")["state"] == "shipped"
    assert keeper.reads("sales/sales-orders", order)["header"]["state"] == "confirmed"
    assert house.on_hand("L2") == 40


def test_the_pages_allocate_pick_review_and_ship_the_same() -> None:
    house = story(180)
    order = confirmed_order(house, "60", arrives_on=ARRIVES_ON)
    path = "warehouse/shipments"
    picker, reviewer, keeper = (Person(house, role) for role in (Role.PICKER, Role.REVIEWER, Role.KEEPER))
    shipment = picker.fills(path, order_id=order, **OWN_TRUCK)
    page = picker.sees(path, shipment)
    assert "L1 跳过：152 &lt; 180 天" in page
    assert "先到期先出" in page  # the rule stands in the panel before the button is pressed
    assert picker.presses(path, shipment, "pick") == 302
    assert keeper.presses(path, shipment, "ship") == 422
    assert "尚未出库复核" in keeper.sees(path, shipment)
    assert reviewer.presses(path, shipment, "review") == 302
    assert keeper.presses(path, shipment, "ship") == 302
    english = keeper.sees(path, shipment, headers={"accept-language": "en"})
    assert "Shipped" in english
    assert [int(house.on_hand(lot)) for lot in ("L1", "L2")] == [40, 40]


def by_services(house: House, shipment: UUID, text: str) -> str:
    """What a barcode came to through the services: the code it was refused with, if any."""
    return take(ScanTask.PICK, shipment, Capture(text=text), actor=house.company.actors[Role.PICKER]).card.code


def on_the_page(house: House, shipment: UUID, text: str) -> str:
    """The same on the scan page."""
    given = {"text": text, "key": uuid7().hex}
    url = f"/scan/pick/{shipment}/take"
    answer = Person(house, Role.PICKER).client.post(url, given, headers={"HX-Request": "true"})
    assert (answer.status_code == 422) == ('data-verdict="stop"' in answer.content.decode())
    return house.refusals(shipment)[-1] if answer.status_code == 422 else ""


def over_the_api(house: House, shipment: UUID, text: str) -> str:
    """The same over the API."""
    return Person(house, Role.PICKER).scans("warehouse/shipments", shipment, text)[0]


@pytest.mark.parametrize("way", [by_services, on_the_page, over_the_api])
def test_a_customer_with_90_days_gets_40_of_l1_and_20_of_l2_by_scan(way: Callable[[House, UUID, str], str]) -> None:
    house = story(90)
    shipment = house.shipment(confirmed_order(house, "60", arrives_on=ARRIVES_ON))
    rows = standing(ScanTask.PICK, shipment, actor=house.company.actors[Role.PICKER]).lines
    for line, left in zip(rows, (2, 1), strict=True):  # all but the last ones are counted by the stepper
        assert line.line_id is not None
        set_quantity(ScanTask.PICK, shipment, line.line_id, (line.wanted or Decimal(0)) - left, key="",
                     actor=house.company.actors[Role.PICKER])  # fmt: skip
    assert [way(house, shipment, text) for text in ("L1", "L1", "L1", "L2", "L2")] == [
        "", "", "line_is_complete", "", "line_is_complete",
    ]  # fmt: skip
    rows = standing(ScanTask.PICK, shipment, actor=house.company.actors[Role.PICKER]).lines
    assert sorted((line.lot, int(line.done)) for line in rows) == [("L1", 40), ("L2", 20)]
    house.to_shipped(shipment)
    assert [int(house.on_hand(lot)) for lot in ("L1", "L2")] == [0, 80]
