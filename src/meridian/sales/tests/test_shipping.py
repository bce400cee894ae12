from datetime import date

import pytest

from meridian.sales.tests.factories import confirmed_order
from meridian.warehouse.tests.outbound import LotIn, new_house

pytestmark = pytest.mark.django_db


def test_ship() -> None:
    house = new_house(LotIn("L1", "40", date(2099, 12, 31)), LotIn("L2", "100", date(2100, 6, 30)))
    order = confirmed_order(house, "60")
    shipment = house.shipment(order)
    assert house.lines_of(shipment) == [("L1", "40", ""), ("L2", "20", "")]
    house.to_shipped(shipment)
    assert house.state_of(shipment) == "shipped"
    assert house.on_hand("L2") == 80
