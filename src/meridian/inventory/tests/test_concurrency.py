"""Many at once, over real connections: nothing is lost, nothing goes below nothing, nothing waits for ever (W10)."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from meridian.inventory.services import NewLot, ensure_lots, post_movements
from meridian.inventory.tests.stock_case import Script, Step, StockPaper, Warehouse
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused
from meridian.kernel.sql import fetch
from meridian.kernel.tests.engine_case import in_threads
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import Work
from meridian.ledger.documents import AccountingPeriodDocument
from meridian.organization.vocabulary import Role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.committing]
CLIENTS = 32


def attempt(warehouse: Warehouse, paper: UUID, step: Step, key: str = "") -> Callable[[], str]:
    """One client's try, and what became of it."""

    def work() -> str:
        try:
            outcome = perform(step, Command(paper, key=key), actor=warehouse.keeper)
        except Refused as refused:
            return refused.code
        return "replayed" if outcome.replayed else outcome.state

    return work


def deadlocks() -> int:
    [(count,)] = fetch("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    return int(count)


def test_w10_ten_pieces_and_thirty_two_who_want_one(committed_warehouse: Warehouse) -> None:
    """Exactly ten succeed, twenty-two are refused for want of stock, and a repeated key does not issue again."""
    warehouse, before = committed_warehouse, deadlocks()
    lot = warehouse.stock("W10", 10, cost="7")
    papers = []
    for _client in range(CLIENTS):
        moves = [warehouse.loss(lot, 1)]
        effect = lambda work, moves=moves: post_movements(work, moves=moves, summary="领用")  # noqa: E731
        papers.append(warehouse.paper(Script(requests=[warehouse.request(lot, 1)], effect=effect)))
    tries = [attempt(warehouse, paper, StockPaper.take, f"k-{paper}") for paper in papers]
    answers = in_threads(tries)
    assert Counter(answers) == {"posted": 10, "stock_sufficient": 22}
    assert warehouse.on_hand(lot) == 0
    assert warehouse.ask("SELECT quantity, value FROM inventory_item_cost WHERE company_id = %(c)s") == [(0, 0)]
    assert warehouse.ask("SELECT sum(debit - credit) FROM ledger_account_balance WHERE company_id = %(c)s "
                         "AND account_code = '1405'") == [(Decimal(0),)]  # fmt: skip
    assert warehouse.ask("SELECT count(*) FROM kernel_refusal WHERE company_id = %(c)s") == [(22,)]
    winner = answers.index("posted")
    assert tries[winner]() == "replayed"
    assert warehouse.ask("SELECT count(*) FROM inventory_movement WHERE company_id = %(c)s") == [(11,)]
    numbers = [row[0][-4:] for row in warehouse.ask("SELECT number FROM ledger_voucher WHERE company_id = %(c)s")]
    assert sorted(numbers) == [f"{n:04}" for n in range(1, 12)]
    assert deadlocks() == before


def test_many_bring_the_same_new_lots_of_new_items_at_once(committed_warehouse: Warehouse) -> None:
    """Eight clients write the same two lots of two items in opposite order: one lot each, nothing lost."""
    warehouse, before = committed_warehouse, deadlocks()
    first, second = warehouse.item("甲"), warehouse.item("乙")

    def bring(order: tuple[UUID, UUID]) -> UUID:
        lots = [NewLot(uuid7(), item, "M", "A1") for item in order]

        def effect(work: Work[Any, Any]) -> None:
            made = ensure_lots(work, lots=lots)
            moves = [warehouse.gain(made[lot.line_id], 1, cost="3", item=lot.item_id) for lot in lots]
            post_movements(work, moves=moves, summary="收货")

        return warehouse.paper(Script(effect=effect))

    papers = [bring((first, second) if n % 2 else (second, first)) for n in range(8)]
    assert set(in_threads([attempt(warehouse, paper, StockPaper.post) for paper in papers])) == {"posted"}
    assert warehouse.ask("SELECT count(*) FROM inventory_lot WHERE company_id = %(c)s") == [(2,)]
    assert warehouse.ask("SELECT quantity, value FROM inventory_item_cost WHERE company_id = %(c)s") == [
        (8, 24),
        (8, 24),
    ]
    assert warehouse.ask("SELECT quantity FROM inventory_balance WHERE company_id = %(c)s") == [(8,), (8,)]
    assert deadlocks() == before


def test_a_month_closes_between_postings_and_none_falls_into_it_afterwards(committed_warehouse: Warehouse) -> None:
    """Whoever posts beside the closing is in the month before it closes, or is refused; the books agree at the end."""
    warehouse, before = committed_warehouse, deadlocks()
    lot, company = warehouse.stock("P1", 100, cost="3"), warehouse.company
    period = company.draft(
        AccountingPeriodDocument, {"month": warehouse.today().isoformat()}, role=Role.FINANCE_MANAGER
    ).document_id

    def close() -> str:
        return company.perform(AccountingPeriodDocument.close, period, role=Role.FINANCE_MANAGER).state

    tries = []
    for _client in range(12):
        effect = lambda work: post_movements(work, moves=[warehouse.loss(lot, 1)], summary="领用")  # noqa: E731
        paper = warehouse.paper(Script(requests=[warehouse.request(lot, 1)], effect=effect))
        tries.append(attempt(warehouse, paper, StockPaper.take))
    tries.insert(6, close)
    answers = Counter(in_threads(tries))
    assert answers["closed"] == 1
    assert answers["posted"] + answers["period_open"] == 12
    assert warehouse.on_hand(lot) == 100 - answers["posted"]
    [(vouchers,)] = warehouse.ask("SELECT count(*) FROM ledger_voucher WHERE company_id = %(c)s")
    assert vouchers == 1 + answers["posted"]
    assert attempt(warehouse, warehouse.paper(Script()), StockPaper.take)() == "period_open"
    assert deadlocks() == before
