"""The one posting service: both books follow every movement, whatever moves, however many at once."""

from datetime import date
from decimal import Decimal

import pytest

from meridian.inventory.services import Move
from meridian.inventory.tests.stock_case import PENDING, QUALIFIED, Warehouse
from meridian.inventory.vocabulary import MovementType

pytestmark = pytest.mark.django_db


def test_receiving_and_shipping_write_both_books(warehouse: Warehouse) -> None:
    lot = warehouse.lot("L1", date(2027, 6, 30))
    receive = Move(MovementType.RECEIVE, warehouse.item(), lot, Decimal(100), "box", to_place_id=warehouse.other_place,
                   to_status=PENDING, unit_cost=Decimal("12.34"))  # fmt: skip
    warehouse.post(receive)
    accept = Move(MovementType.ACCEPT, warehouse.item(), lot, Decimal(100), "box", from_place_id=warehouse.other_place,
                  from_status=PENDING, to_place_id=warehouse.place, to_status=QUALIFIED)  # fmt: skip
    warehouse.post(accept)
    warehouse.post(warehouse.loss(lot, 40))

    assert warehouse.on_hand(lot) == 60
    assert warehouse.on_hand(lot, warehouse.other_place, PENDING) == 0
    assert warehouse.ask("SELECT quantity, value FROM inventory_item_cost WHERE company_id = %(c)s") == [
        (Decimal(60), Decimal("740.40"))
    ]
    lines = warehouse.ask(
        "SELECT account_code, sum(debit), sum(credit) FROM ledger_voucher_line WHERE company_id = %(c)s "
        "GROUP BY 1 ORDER BY 1"
    )
    assert lines == [
        ("1405", Decimal("1234.00"), Decimal("493.60")),
        ("220202", Decimal(0), Decimal("1234.00")),
        ("6401", Decimal("493.60"), Decimal(0)),
    ]
