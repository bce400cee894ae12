"""Whatever is done in whatever order: stock is the sum of its movements, its value the ledger's, never negative."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meridian.inventory.checks import (
    check_balances,
    check_costs,
    check_expectations,
    check_month_ends,
    check_stock_equals_ledger,
)
from meridian.inventory.models import StockSnapshot
from meridian.inventory.queries import StockFilter, stock_as_of, stock_rows, stock_value
from meridian.inventory.services import Move, Reserved, block_lot, keep_month_ends, reserve
from meridian.inventory.tests.stock_case import PENDING, QUALIFIED, Warehouse
from meridian.inventory.vocabulary import BlockKind, MovementType
from meridian.kernel.act import open_act
from meridian.kernel.sql import run
from meridian.kernel.values.identity import uuid7
from meridian.ledger.checks import check_account_balances, check_vouchers
from meridian.ledger.queries import last_day_of

pytestmark = pytest.mark.django_db
M = MovementType

step = st.tuples(
    st.sampled_from([M.RECEIVE, M.ACCEPT, M.SHIP, M.RETURN_FROM_CUSTOMER, M.SCRAP, M.ADJUST_IN, M.TRANSFER]),
    st.integers(0, 2),
    st.decimals("0.001", "60", places=3),
    st.decimals("0", "99.9999", places=4),
)


def moved(warehouse: Warehouse, lots: Sequence[UUID], wanted: tuple[M, int, Decimal, Decimal]) -> Move:
    """The move a step of the play names; each lot is of an item of its own but the first two."""
    movement, which, quantity, cost = wanted
    item = warehouse.item("甲" if which < 2 else "乙")
    ends: dict[M, tuple[tuple[UUID, str] | None, tuple[UUID, str] | None]] = {
        M.RECEIVE: (None, (warehouse.other_place, PENDING)),
        M.ACCEPT: ((warehouse.other_place, PENDING), (warehouse.place, QUALIFIED)),
        M.SHIP: ((warehouse.place, QUALIFIED), None),
        M.RETURN_FROM_CUSTOMER: (None, (warehouse.other_place, "returned_pending")),
        M.SCRAP: ((warehouse.other_place, PENDING), None),
        M.ADJUST_IN: (None, (warehouse.place, QUALIFIED)),
        M.TRANSFER: ((warehouse.place, QUALIFIED), (warehouse.other_place, QUALIFIED)),
    }
    source, target = ends[movement]
    return Move(
        movement, item, lots[which], quantity, "box",
        from_place_id=source[0] if source else None, from_status=source[1] if source else "",
        to_place_id=target[0] if target else None, to_status=target[1] if target else "",
        unit_cost=cost if movement is M.RECEIVE else None,
    )  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plays=st.lists(st.lists(step, min_size=1, max_size=4), min_size=3, max_size=12))
def test_books_agree_after_any_play(warehouse: Warehouse, plays: list[list[tuple[M, int, Decimal, Decimal]]]) -> None:
    mark = uuid7().hex
    lots = [warehouse.lot(f"{mark}-{n}", item=warehouse.item("甲" if n < 2 else "乙")) for n in range(3)]
    expected: dict[tuple[UUID, UUID, str], Decimal] = {}
    for play in plays:
        moves = [moved(warehouse, lots, wanted) for wanted in play]
        after = dict(expected)
        for move in moves:
            for place, status, quantity in (
                (move.from_place_id, move.from_status, -move.quantity),
                (move.to_place_id, move.to_status, move.quantity),
            ):
                if place is not None:
                    key = (move.lot_id, place, status)
                    after[key] = after.get(key, Decimal(0)) + quantity
        if min(after.values()) < 0:
            with pytest.raises(IntegrityError):
                warehouse.post(*moves)
        else:
            warehouse.post(*moves)
            expected = after
    with warehouse.company.scope():
        rows = stock_rows(StockFilter(lot_ids=lots), limit=100)
        value = stock_value([warehouse.today()])[warehouse.today()]
    assert {(row.lot_id, row.place_id, row.status): row.quantity for row in rows} == {
        key: quantity for key, quantity in expected.items() if quantity
    }
    [(held,)] = warehouse.ask("SELECT coalesce(sum(debit - credit), 0) FROM ledger_account_balance "
                              "WHERE company_id = %(c)s AND account_code = '1405'")  # fmt: skip
    assert value == held
    assert problems() == []


def problems() -> list[str]:
    """What `verify` would say about both books."""
    checks = (check_balances, check_costs, check_expectations, check_month_ends, check_stock_equals_ledger,
              check_account_balances, check_vouchers)  # fmt: skip
    return [problem.line() for check in checks for problem in check()]


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ("UPDATE inventory_balance SET quantity = quantity + 1 WHERE company_id = %s", {"inventory_balance"}),
        ("DELETE FROM inventory_balance WHERE company_id = %s", {"inventory_balance"}),
        ("UPDATE inventory_item_cost SET value = value + 1 WHERE company_id = %s", {"inventory_item_cost"}),
        ("UPDATE ledger_account_balance SET debit = debit + 1 WHERE account_code = '1405' AND company_id = %s",
         {"ledger_account_balance", "inventory_item_cost"}),
    ],
)  # fmt: skip
def test_a_derived_figure_that_was_altered_is_named(warehouse: Warehouse, damage: str, named: set[str]) -> None:
    warehouse.stock("L1", 5, cost="2")
    assert problems() == []
    run(damage, [warehouse.company.company_id])
    found = problems()
    assert {line.split()[1] for line in found} == named
    assert all(str(warehouse.company.company_id) in line for line in found)


def test_stock_rows_say_what_is_there_what_is_free_and_what_is_bound(warehouse: Warehouse) -> None:
    today = warehouse.today()
    soon = warehouse.stock("A-1", 5, today + timedelta(days=30))
    later = warehouse.stock("A-2", 7, today + timedelta(days=300))
    empty = warehouse.stock("A-3", 1)
    warehouse.post(warehouse.loss(empty, 1))
    rows = [Reserved(uuid7(), soon, warehouse.place, QUALIFIED, Decimal(2))]
    warehouse.run(lambda work: reserve(work, rows=rows))
    warehouse.run(lambda work: block_lot(work, lot_id=later, kind=BlockKind.HOLD, reason="疑问"))
    with warehouse.company.scope():
        first, second = stock_rows(StockFilter())
        assert first.lot_no == "A-1"
        assert [first.quantity, first.reserved, first.available] == [5, 2, 3]
        assert (second.lot_id, second.is_blocked, first.is_blocked) == (later, True, False)
        assert stock_rows(StockFilter(), limit=1) == [first]
        assert stock_rows(StockFilter(), after=first.position) == [second]
        assert stock_rows(StockFilter(expires_through=today + timedelta(days=30))) == [first]
        assert stock_rows(StockFilter(lot_no="A-2", statuses=[QUALIFIED], item_ids=[warehouse.item()])) == [second]
        assert stock_rows(StockFilter(place_ids=[warehouse.other_place])) == []
        assert stock_rows(StockFilter(site_ids=[warehouse.company.set_up.site_id], lot_ids=[soon])) == [first]


def test_another_company_sees_nothing_of_it(warehouse: Warehouse, other_warehouse: Warehouse) -> None:
    lot = warehouse.stock("L1", 5)
    with other_warehouse.company.scope():
        assert stock_rows(StockFilter(lot_ids=[lot])) == []
        assert stock_as_of(other_warehouse.today()) == []


def three_months(
    warehouse: Warehouse, days_pass: Callable[[int], None]
) -> tuple[list[date], list[dict[UUID, Decimal]]]:
    """Days and what lies at each place at their ends: 10 come, then 4 go, then 1 is moved, about a month apart."""
    lot, here, there = warehouse.stock("L1", 10), warehouse.place, warehouse.other_place
    days = [warehouse.today() - timedelta(days=1), warehouse.today()]
    days_pass(35)
    warehouse.post(warehouse.loss(lot, 4))
    days.append(warehouse.today())
    days_pass(35)
    warehouse.post(Move(M.TRANSFER, warehouse.item(), lot, Decimal(1), "box", from_place_id=here, from_status=QUALIFIED,
                        to_place_id=there, to_status=QUALIFIED))  # fmt: skip
    days.append(warehouse.today())
    return days, [{}, {here: Decimal(10)}, {here: Decimal(6)}, {here: Decimal(5), there: Decimal(1)}]


def keep_due(warehouse: Warehouse) -> int:
    """Keeps the month ends that are due by now, as the nightly job does."""
    with open_act(warehouse.company.set_up.system) as act:
        return keep_month_ends(warehouse.company.company_id, today=act.instant.date())


def as_of(warehouse: Warehouse, day: date) -> dict[UUID, Decimal]:
    with warehouse.company.scope():
        return {row.place_id: row.quantity for row in stock_as_of(day)}


def test_stock_as_of_a_day_is_what_lay_there_at_its_end(warehouse: Warehouse, days_pass: Callable[[int], None]) -> None:
    days, expected = three_months(warehouse, days_pass)
    assert [as_of(warehouse, day) for day in days] == expected
    with warehouse.company.scope():
        assert stock_as_of(days[-1], item_ids=[uuid7()]) == []
        assert [row.quantity for row in stock_as_of(days[-1], item_ids=[warehouse.item()])] != []
        assert list(stock_value(days).values()) == [Decimal(0), Decimal(100), Decimal(60), Decimal(60)]
        assert [row.quantity for row in stock_rows(StockFilter(), day=days[2])] == [Decimal(6)]


def test_month_ends_are_kept_once_and_past_days_are_told_from_them(
    warehouse: Warehouse, days_pass: Callable[[int], None]
) -> None:
    """From a month end on, a day is the month end and the days since; `verify` adds them up again."""
    days, expected = three_months(warehouse, days_pass)
    days_pass(35)
    kept_now = keep_due(warehouse)
    with warehouse.company.scope():
        kept = sorted(StockSnapshot.objects.values_list("day", flat=True).distinct())
        rows = StockSnapshot.objects.count()
    assert kept_now == len(kept)
    assert 3 <= len(kept) <= 4
    assert all((day + timedelta(days=1)).day == 1 for day in kept)
    assert [as_of(warehouse, day) for day in days] == expected
    assert [as_of(warehouse, day) for day in kept][-1] == expected[-1]
    assert keep_due(warehouse) == 0
    assert problems() == []
    run("UPDATE inventory_snapshot SET quantity = quantity + 1 WHERE company_id = %s AND day = %s",
        [warehouse.company.company_id, kept[1]])  # fmt: skip
    assert {line.split()[1] for line in problems()} == {"inventory_snapshot"}
    with warehouse.company.scope():
        assert StockSnapshot.objects.count() == rows


def test_a_month_end_is_not_kept_before_the_month_has_ended_everywhere(warehouse: Warehouse) -> None:
    warehouse.stock("L1", 10)
    last = last_day_of(warehouse.today())
    company, system = warehouse.company.company_id, warehouse.company.set_up.system
    with open_act(system):
        assert keep_month_ends(company, today=last + timedelta(days=1)) == 0
        assert keep_month_ends(company, today=last + timedelta(days=2)) == 1
        assert keep_month_ends(company, today=last + timedelta(days=2)) == 0
