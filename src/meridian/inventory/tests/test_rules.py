"""The gates of stock, each at its boundary, through the engine: a refusal moves nothing and is recorded once."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from meridian.inventory.matrix import MATRIX
from meridian.inventory.queries import StockRequest
from meridian.inventory.rules import is_expired
from meridian.inventory.services import Reserved, block_lot, lift_blocks, post_movements, reserve
from meridian.inventory.tests.stock_case import PENDING, Script, Step, StockPaper, Warehouse
from meridian.inventory.vocabulary import BlockKind, MovementType, StockStatus
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused
from meridian.kernel.models import RefusalRecord

pytestmark = pytest.mark.django_db
M = MovementType


def ship(warehouse: Warehouse, *requests: StockRequest, step: Step = StockPaper.take, **script: object) -> None:
    """Asks the gates for these lines and takes what they want."""
    moves = [warehouse.loss(r.lot_id, r.quantity, movement=r.movement, status=r.status) for r in requests]
    effect = lambda work: post_movements(work, moves=moves, summary="测试")  # noqa: E731
    warehouse.run(effect, step, requests=requests, **script)


def refused(warehouse: Warehouse, act: Callable[[], None]) -> list[str]:
    """The codes an act was refused with; proves that the books stand still and one refusal row was written."""
    company = warehouse.company.company_id
    count = "SELECT (SELECT count(*) FROM inventory_movement WHERE company_id = %(c)s), " \
            "(SELECT sum(quantity) FROM inventory_balance WHERE company_id = %(c)s), " \
            "(SELECT count(*) FROM ledger_voucher WHERE company_id = %(c)s)"  # fmt: skip
    before = warehouse.ask(count)
    refusals = RefusalRecord.objects.filter(company_id=company).count()
    with pytest.raises(Refused) as caught:
        act()
    assert warehouse.ask(count) == before
    assert RefusalRecord.objects.filter(company_id=company).count() == refusals + 1
    codes = [finding.code for finding in caught.value.findings]
    assert [entry["code"] for entry in RefusalRecord.objects.filter(company_id=company).latest("id").findings] == codes
    return codes


@pytest.mark.parametrize(("left", "expired"), [(1, False), (0, False), (-1, True)])
def test_expired_is_one_predicate(left: int, expired: bool) -> None:
    today = date(2026, 8, 1)
    assert is_expired(today + timedelta(days=left), today) is expired
    assert not is_expired(None, today)


def test_lot_not_expired__allows_on_the_expiry_day__refuses_the_day_after(warehouse: Warehouse) -> None:
    today = warehouse.today()
    last_day = warehouse.stock("E0", 5, today)
    gone = warehouse.stock("E-1", 5, today - timedelta(days=1))
    ship(warehouse, warehouse.request(last_day, 5))
    assert warehouse.on_hand(last_day) == 0
    assert refused(warehouse, lambda: ship(warehouse, warehouse.request(gone, 1))) == ["lot_not_expired"]
    assert refused(warehouse, lambda: ship(warehouse, warehouse.request(gone, 1, M.ISSUE))) == ["lot_not_expired"]


@pytest.mark.parametrize("movement", [M.SCRAP, M.RETURN_TO_SUPPLIER, M.ADJUST_OUT])
def test_lot_not_expired__lets_expired_stock_be_returned_and_removed(warehouse: Warehouse, movement: M) -> None:
    gone = warehouse.stock("E-1", 5, warehouse.today() - timedelta(days=1))
    ship(warehouse, warehouse.request(gone, 5, movement))
    assert warehouse.on_hand(gone) == 0


def test_selling_is_never_allowed_for_what_is_expired_or_blocked() -> None:
    for movement in (M.SHIP, M.ISSUE, M.CONSUME):
        assert not MATRIX[movement].expired_allowed
        assert not MATRIX[movement].blocked_allowed
        assert MATRIX[movement].from_statuses == {StockStatus.QUALIFIED}


def test_lot_not_blocked__refuses_while_a_block_stands__allows_when_it_is_lifted(warehouse: Warehouse) -> None:
    lot = warehouse.stock("B1", 5)
    script = Script(
        effect=lambda work: block_lot(work, lot_id=lot, kind=BlockKind.HOLD, reason="漏气"),
        undoing=lambda work: lift_blocks(work, reason="复检合格"),
    )
    hold = warehouse.paper(script)
    perform(StockPaper.post, Command(hold), actor=warehouse.keeper)
    assert refused(warehouse, lambda: ship(warehouse, warehouse.request(lot, 1))) == ["lot_not_blocked"]
    ship(warehouse, warehouse.request(lot, 1, M.ADJUST_OUT))
    warehouse.run(lambda work: lift_blocks(work, reason="别的单据"))
    assert refused(warehouse, lambda: ship(warehouse, warehouse.request(lot, 1))) == ["lot_not_blocked"]
    perform(StockPaper.undo, Command(hold), actor=warehouse.keeper)
    ship(warehouse, warehouse.request(lot, 1))
    assert warehouse.on_hand(lot) == 3


def test_stock_status_allowed__sells_qualified_stock_alone(warehouse: Warehouse) -> None:
    lot = warehouse.lot("P1")
    warehouse.post(warehouse.gain(lot, 5, cost="1", status=PENDING), warehouse.gain(lot, 5, cost="1"))
    assert refused(warehouse, lambda: ship(warehouse, warehouse.request(lot, 1, status=PENDING))) == [
        "stock_status_allowed"
    ]
    ship(warehouse, warehouse.request(lot, 1))


def test_stock_sufficient__allows_the_last_piece__refuses_one_more(warehouse: Warehouse) -> None:
    lot = warehouse.stock("S1", 10)
    assert refused(warehouse, lambda: ship(warehouse, warehouse.request(lot, "10.000001"))) == ["stock_sufficient"]
    ship(warehouse, warehouse.request(lot, 10))
    assert warehouse.on_hand(lot) == 0
    assert refused(warehouse, lambda: ship(warehouse, warehouse.request(lot, 1))) == ["stock_sufficient"]


def test_stock_sufficient__adds_up_the_lines_that_take_from_one_place(warehouse: Warehouse) -> None:
    lot = warehouse.stock("S2", 10)
    both = (warehouse.request(lot, 6), warehouse.request(lot, 5))
    assert refused(warehouse, lambda: ship(warehouse, *both)) == ["stock_sufficient", "stock_sufficient"]
    ship(warehouse, warehouse.request(lot, 6), warehouse.request(lot, 4))


def test_stock_sufficient__leaves_what_others_reserved__and_counts_its_own(warehouse: Warehouse) -> None:
    lot = warehouse.stock("S3", 10)
    rows = [Reserved(UUID(int=1), lot, warehouse.place, "qualified", Decimal(7))]
    owner = warehouse.run(lambda work: reserve(work, rows=rows))
    assert refused(warehouse, lambda: ship(warehouse, warehouse.request(lot, 4))) == ["stock_sufficient"]
    ship(warehouse, warehouse.request(lot, 3))
    ship(warehouse, warehouse.request(lot, 7, document_id=owner.document_id))
    assert warehouse.on_hand(lot) == 0


def test_first_expiry_first__refuses_a_later_lot_while_an_earlier_one_is_free(warehouse: Warehouse) -> None:
    early = warehouse.stock("F1", 10, date(2027, 1, 1))
    late = warehouse.stock("F2", 10, date(2027, 1, 2))
    pick = StockPaper.pick
    assert refused(warehouse, lambda: ship(warehouse, warehouse.request(late, 1), step=pick)) == ["first_expiry_first"]
    partly = (warehouse.request(early, 9), warehouse.request(late, 1))
    assert refused(warehouse, lambda: ship(warehouse, *partly, step=pick)) == ["first_expiry_first"]
    ship(warehouse, warehouse.request(early, 10), warehouse.request(late, 1), step=pick)
    ship(warehouse, warehouse.request(late, 1), step=pick)


def test_first_expiry_first__passes_over_lots_that_are_not_fit(warehouse: Warehouse) -> None:
    today = warehouse.today()
    warehouse.stock("U1", 10, today - timedelta(days=1))
    blocked = warehouse.stock("U2", 10, today + timedelta(days=400))
    short = warehouse.stock("U3", 10, today + timedelta(days=500))
    taken = warehouse.stock("U4", 10, today + timedelta(days=600))
    late = warehouse.stock("U5", 10, today + timedelta(days=700))
    warehouse.run(lambda work: block_lot(work, lot_id=blocked, kind=BlockKind.RECALL, reason="召回"))
    rows = [Reserved(UUID(int=1), taken, warehouse.place, "qualified", Decimal(10))]
    warehouse.run(lambda work: reserve(work, rows=rows))
    life = {"arrives_on": today, "min_remaining_days": 501}
    ship(warehouse, warehouse.request(late, 1), step=StockPaper.pick, **life)
    assert refused(
        warehouse,
        lambda: ship(warehouse, warehouse.request(late, 1), step=StockPaper.pick, **life | {"min_remaining_days": 500}),
    ) == ["first_expiry_first"]
    assert warehouse.on_hand(short) == 10


def test_first_expiry_first__sees_a_free_lot_behind_many_that_others_reserved(warehouse: Warehouse) -> None:
    days = [date(2030, 1, 1) + timedelta(days=n) for n in range(9)]
    lots = [warehouse.stock(f"Q{n}", 1, day) for n, day in enumerate(days)]
    rows = [Reserved(UUID(int=n + 1), lot, warehouse.place, "qualified", Decimal(1)) for n, lot in enumerate(lots[:7])]
    warehouse.run(lambda work: reserve(work, rows=rows))
    pick = StockPaper.pick
    assert refused(warehouse, lambda: ship(warehouse, warehouse.request(lots[8], 1), step=pick)) == [
        "first_expiry_first"
    ]
    ship(warehouse, warehouse.request(lots[7], 1), step=pick)


def test_first_expiry_first__without_expiry_the_older_lot_leaves_first(warehouse: Warehouse) -> None:
    older, newer = warehouse.stock("N1", 5), warehouse.stock("N2", 5)
    pick = StockPaper.pick
    assert refused(warehouse, lambda: ship(warehouse, warehouse.request(newer, 1), step=pick)) == ["first_expiry_first"]
    ship(warehouse, warehouse.request(older, 1), step=pick)


def test_remaining_life_meets_customer_minimum__allows_the_exact_days__refuses_one_less(warehouse: Warehouse) -> None:
    """152 days lie between 2026-08-01 and 2026-12-31."""
    lot = warehouse.stock("R1", 10, date(2026, 12, 31))
    arrival = {"arrives_on": date(2026, 8, 1), "step": StockPaper.pick}
    ship(warehouse, warehouse.request(lot, 1), **arrival, min_remaining_days=152)  # type: ignore[arg-type]
    assert refused(
        warehouse,
        lambda: ship(warehouse, warehouse.request(lot, 1), **arrival, min_remaining_days=153),  # type: ignore[arg-type]
    ) == ["remaining_life_meets_customer_minimum"]
