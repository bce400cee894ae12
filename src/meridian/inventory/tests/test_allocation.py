"""Allocation first expiry first: W8 to its figures, and what allocation leaves alone."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from meridian.inventory.queries import Allocation, Demand, allocate
from meridian.inventory.services import Reserved, block_lot, reserve
from meridian.inventory.tests.stock_case import PENDING, Warehouse
from meridian.inventory.vocabulary import BlockKind
from meridian.kernel.tests.engine_case import counted_statements
from meridian.kernel.values.identity import uuid7

pytestmark = pytest.mark.django_db
ARRIVAL = date(2026, 8, 1)
SITE_DAY = date(2026, 7, 20)


def allocated(warehouse: Warehouse, *wanted: tuple[str | int, int], item: UUID | None = None) -> list[list[Allocation]]:
    """What each demand (quantity, minimum of days) got."""
    demands = [Demand(uuid7(), item or warehouse.item(), Decimal(q), ARRIVAL, days) for q, days in wanted]
    with warehouse.company.scope():
        found = allocate(demands, site_day=SITE_DAY)
    return [[row for row in found if row.line_id == demand.line_id] for demand in demands]


def got(rows: list[Allocation]) -> list[tuple[UUID, Decimal]]:
    return [(row.lot_id, row.quantity) for row in rows]


def test_w8_a_customer_with_180_days_gets_the_later_lot_and_a_note(warehouse: Warehouse) -> None:
    warehouse.stock("L1", 40, date(2026, 12, 31))
    second = warehouse.stock("L2", 100, date(2027, 6, 30))
    [rows] = allocated(warehouse, (60, 180))
    assert got(rows) == [(second, Decimal(60))]
    assert rows[0].note == "L1 跳过：152 < 180 天"


def test_w8_a_customer_with_90_days_gets_the_earlier_lot_first(warehouse: Warehouse) -> None:
    first = warehouse.stock("L1", 40, date(2026, 12, 31))
    second = warehouse.stock("L2", 100, date(2027, 6, 30))
    [rows] = allocated(warehouse, (60, 90))
    assert got(rows) == [(first, Decimal(40)), (second, Decimal(20))]
    assert [row.note for row in rows] == ["", ""]


def test_the_minimum_is_met_on_its_very_day(warehouse: Warehouse) -> None:
    lot = warehouse.stock("L1", 40, date(2026, 12, 31))
    exact, short = allocated(warehouse, (1, 152), (1, 153))
    assert (got(exact), short) == ([(lot, Decimal(1))], [])


def test_two_demands_share_what_there_is_and_the_rest_stays_unallocated(warehouse: Warehouse) -> None:
    lot = warehouse.stock("L1", 10, date(2027, 6, 30))
    first, second = allocated(warehouse, (7, 0), (7, 0))
    assert (got(first), got(second)) == ([(lot, Decimal(7))], [(lot, Decimal(3))])


def test_only_free_qualified_unexpired_stock_is_given(warehouse: Warehouse) -> None:
    warehouse.stock("gone", 5, SITE_DAY - timedelta(days=1))
    last_day = warehouse.stock("last day", 5, SITE_DAY)
    blocked = warehouse.stock("blocked", 5, date(2027, 1, 1))
    pending = warehouse.lot("pending", date(2027, 1, 2))
    warehouse.post(warehouse.gain(pending, 5, cost="1", status=PENDING))
    reserved = warehouse.stock("reserved", 5, date(2027, 1, 3))
    warehouse.run(lambda work: block_lot(work, lot_id=blocked, kind=BlockKind.HOLD, reason="疑问"))
    rows = [Reserved(uuid7(), reserved, warehouse.place, "qualified", Decimal(4))]
    warehouse.run(lambda work: reserve(work, rows=rows))
    demand = Demand(uuid7(), warehouse.item(), Decimal(100), SITE_DAY, 0)
    with warehouse.company.scope():
        found = allocate([demand], site_day=SITE_DAY)
    assert got(list(found)) == [(last_day, Decimal(5)), (reserved, Decimal(1))]


def test_stock_without_expiry_leaves_after_dated_stock_oldest_lot_first(warehouse: Warehouse) -> None:
    older, newer = warehouse.stock("N1", 5), warehouse.stock("N2", 5)
    dated = warehouse.stock("D1", 5, date(2030, 1, 1))
    [rows] = allocated(warehouse, (12, 30))
    assert got(rows) == [(dated, Decimal(5)), (older, Decimal(5)), (newer, Decimal(2))]


def test_a_demand_over_many_lots_is_met_in_few_statements(warehouse: Warehouse) -> None:
    item = warehouse.item("many")
    lots = [warehouse.lot(f"M{n:03}", date(2027, 1, 1) + timedelta(days=n), item) for n in range(40)]
    warehouse.post(*[warehouse.gain(lot, 1, cost="1", item=item) for lot in lots])
    with counted_statements() as statements:
        [rows] = allocated(warehouse, (40, 0), item=item)
    assert [row.lot_id for row in rows] == lots
    assert len(statements) == 2
