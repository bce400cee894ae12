"""Vouchers: balanced, numbered without gaps, never changed; what accounts held is read off them."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import IntegrityError

from meridian.kernel.sql import fetch, run
from meridian.kernel.values.identity import uuid7
from meridian.ledger.queries import TrialBalanceRow, held_by_account, last_day_of, trial_balance
from meridian.ledger.services import Entry, post_voucher
from meridian.ledger.tests.period_case import Books, new_books

pytestmark = pytest.mark.django_db


@pytest.fixture
def books() -> Books:
    return new_books()


def d(text: str) -> Decimal:
    return Decimal(text)


def test_a_voucher_carries_its_source_its_day_and_who_made_it(books: Books) -> None:
    outcome = books.post(Entry("1405", debit=d("12.30")), Entry("220202", credit=d("12.30")))
    [row] = fetch(
        "SELECT number, posted_on, period, debit, credit, source_type, source_id, prepared_by_name, summary "
        "FROM ledger_voucher WHERE company_id = %s", [books.company.company_id],
    )  # fmt: skip
    today = books.today()
    assert row == (
        f"记-{today:%Y%m}-0001", today, f"{today:%Y-%m}", d("12.30"), d("12.30"), "ledger_paper", outcome,
        books.manager.name, "测试",
    )  # fmt: skip


def test_numbers_run_on_without_a_gap_when_an_act_fails(books: Books) -> None:
    pair = (Entry("1001", debit=d("1")), Entry("6001", credit=d("1")))
    books.post(*pair)
    with pytest.raises(ValueError, match="does not balance"):
        books.post(Entry("1001", debit=d("1")), Entry("6001", credit=d("1.01")))
    books.post(*pair)
    numbers = fetch("SELECT right(number, 4) FROM ledger_voucher WHERE company_id = %s", [books.company.company_id])
    assert sorted(numbers) == [("0001",), ("0002",)]


def test_entries_without_an_amount_leave_no_voucher(books: Books) -> None:
    books.post(Entry("1001", debit=d("0")), Entry("6001", credit=d("0.00")))
    assert fetch("SELECT count(*) FROM ledger_voucher WHERE company_id = %s", [books.company.company_id]) == [(0,)]


def test_the_database_refuses_lines_that_do_not_balance(books: Books) -> None:
    line = """INSERT INTO ledger_voucher_line (id, company_id, transaction_id, at, voucher_id, line_no, account_code,
      debit, credit, period) VALUES (%s, %s, %s, now(), %s, 1, '1001', 5, 0, '2026-08')"""

    def write(transaction: UUID) -> None:
        run(line, [uuid7(), books.company.company_id, transaction, uuid7()])

    with pytest.raises(IntegrityError, match="debit and credit differ"):
        books.run(lambda work: write(work.transaction_id))


def test_trial_balance_shows_opening_turnover_and_closing(books: Books) -> None:
    """Three months by hand: 100 in the first; 50 and −30 in the second; the third is not asked for."""
    company = books.company.company_id
    for period, code, debit, credit in (
        ("2026-05", "1001", 100, 0), ("2026-05", "4001", 0, 100),
        ("2026-06", "1001", 50, 30), ("2026-06", "6001", 0, 50), ("2026-06", "6602", 30, 0),
        ("2026-07", "1001", 999, 0), ("2026-07", "6001", 0, 999),
    ):  # fmt: skip
        run("INSERT INTO ledger_account_balance (id, company_id, account_code, period, debit, credit) "
            "VALUES (%s, %s, %s, %s, %s, %s)", [uuid7(), company, code, period, debit, credit])  # fmt: skip
    with books.company.scope():
        rows = trial_balance("2026-06", "2026-06")
        assert held_by_account("1001", [date(2026, 5, 9), date(2026, 7, 31)]) == {
            date(2026, 5, 9): d("100"), date(2026, 7, 31): d("1119"),
        }  # fmt: skip
    assert rows == [
        TrialBalanceRow("1001", "库存现金", d("100.00"), d("50.00"), d("30.00")),
        TrialBalanceRow("4001", "实收资本", d("-100.00"), d("0"), d("0")),
        TrialBalanceRow("6001", "主营业务收入", d("0"), d("0.00"), d("50.00")),
        TrialBalanceRow("6602", "管理费用", d("0"), d("30.00"), d("0.00")),
    ]
    assert [row.closing for row in rows] == [d("120"), d("-100"), d("-50"), d("30")]
    assert sum(row.debit for row in rows) == sum(row.credit for row in rows)


@pytest.mark.parametrize(
    ("day", "last"),
    [(date(2026, 2, 3), date(2026, 2, 28)), (date(2028, 2, 29), date(2028, 2, 29)),
     (date(2026, 12, 31), date(2026, 12, 31))],
)  # fmt: skip
def test_months_end_on_their_last_day(day: date, last: date) -> None:
    assert last_day_of(day) == last


def test_post_voucher_is_one_statement_of_its_own(books: Books) -> None:
    def many(n: int) -> list[Entry]:
        return [Entry("1001", debit=d("1"), item_id=uuid7()) for _line in range(n)] + [Entry("6001", credit=d(str(n)))]

    assert books.statements(lambda work: post_voucher(work, entries=many(1), summary="测试")) == 1
    assert books.statements(lambda work: post_voucher(work, entries=many(500), summary="测试")) == 1
