"""Reads of the money book: which months are shut, what accounts hold, and the facts of a period."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from meridian.kernel.clock import now
from meridian.kernel.context import current_company_id
from meridian.kernel.declare import Locks
from meridian.kernel.sql import fetch
from meridian.ledger.models import AccountingPeriod
from meridian.ledger.vocabulary import SHUT, VOUCHER_SERIES

SubsidiaryBook = Callable[[Sequence[date]], Mapping[date, Decimal]]
"""What a higher module's own book says an account holds at the end of each of these days; set-based."""

_subsidiary_books: dict[str, SubsidiaryBook] = {}


def attach_subsidiary_book(account_code: str, book: SubsidiaryBook) -> None:
    """Has the close of a month compare this account with the book that explains it; called once, by the site."""
    _subsidiary_books[account_code] = book


def period_of(day: date) -> str:
    """The month of a day as vouchers name it: `2026-08`."""
    return day.strftime("%Y-%m")


_MONTHS = "SELECT month, state FROM ledger_period WHERE company_id = %s ORDER BY id "


def closed_months(locks: Locks) -> tuple[date, ...]:
    """The first days of the months that take no voucher, earliest first; one statement.

    Every month's row is locked `FOR SHARE` when `locks` names the periods, so that none closes meanwhile.
    """
    rows = fetch(_MONTHS + ("FOR SHARE" if AccountingPeriod in locks else ""), [current_company_id()])
    return tuple(sorted(month for month, state in rows if state in SHUT))


@dataclass(frozen=True)
class TrialBalanceRow:
    """An account over months: what it held before, what moved, what it holds; net on the side where it stands."""

    account_code: str
    account_name: str
    opening: Decimal
    """Debit less credit before the first month."""
    debit: Decimal
    credit: Decimal

    @property
    def closing(self) -> Decimal:
        """Debit less credit at the end of the last month."""
        return self.opening + self.debit - self.credit


_TRIAL_BALANCE = """
SELECT b.account_code, coalesce(a.name, ''), b.opening, b.debit, b.credit
FROM (
  SELECT account_code, coalesce(sum(debit - credit) FILTER (WHERE period < %(first)s), 0) AS opening,
         coalesce(sum(debit) FILTER (WHERE period >= %(first)s), 0) AS debit,
         coalesce(sum(credit) FILTER (WHERE period >= %(first)s), 0) AS credit
  FROM ledger_account_balance WHERE company_id = %(company)s AND period <= %(last)s GROUP BY account_code
) b
LEFT JOIN ledger_account a ON a.code = b.account_code AND a.company_id = %(company)s
ORDER BY b.account_code
"""


def trial_balance(from_period: str, to_period: str) -> Sequence[TrialBalanceRow]:
    """Every account with a posting up to `to_period` (`2026-08`), by code; one statement. Debits equal credits."""
    values = {"first": from_period, "last": to_period, "company": current_company_id()}
    return [TrialBalanceRow(*row) for row in fetch(_TRIAL_BALANCE, values)]


_HELD = """
SELECT u.period, coalesce((SELECT sum(b.debit - b.credit) FROM ledger_account_balance b
  WHERE b.account_code = %s AND b.company_id = %s AND b.period <= u.period), 0)
FROM unnest(%s::text[]) AS u(period)
"""


def held_by_account(account_code: str, days: Sequence[date]) -> Mapping[date, Decimal]:
    """Debit less credit of an account at the end of the month of each day; one statement."""
    periods = {day: period_of(day) for day in days}
    found = dict(fetch(_HELD, [account_code, current_company_id(), sorted(set(periods.values()))]))
    return {day: found[period] for day, period in periods.items()}


@dataclass(frozen=True)
class Comparison:
    """An account beside the book that explains it, at the end of a month."""

    account_code: str
    in_ledger: Decimal
    in_book: Decimal


@dataclass(frozen=True)
class PeriodFacts:
    """An accounting period as its gates see it; comparisons are made for open months only."""

    number: str
    month: date
    last_day: date
    unbalanced: tuple[str, ...]
    """Numbers of vouchers whose debit and credit differ."""
    comparisons: tuple[Comparison, ...]
    read_on: date


def last_day_of(month: date) -> date:
    """The last day of the month a day lies in."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


_PERIODS = "SELECT id, number, month, state FROM ledger_period WHERE id = ANY(%s) AND company_id = %s"
_COUNTERS = """
SELECT value FROM kernel_counter WHERE series = %s AND period = ANY(%s) AND company_id = %s
ORDER BY series, period FOR NO KEY UPDATE
"""
_UNBALANCED = """
SELECT v.period, v.number FROM ledger_voucher v
CROSS JOIN LATERAL (SELECT sum(l.debit) AS debit, sum(l.credit) AS credit FROM ledger_voucher_line l
                    WHERE l.voucher_id = v.id AND l.company_id IS NOT DISTINCT FROM v.company_id) l
WHERE v.company_id = %s AND v.period = ANY(%s)
  AND (l.debit IS DISTINCT FROM v.debit OR l.credit IS DISTINCT FROM v.credit OR v.debit <> v.credit)
ORDER BY v.number
"""


def load_periods(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, PeriodFacts]:
    """Facts of accounting periods; the same statements for one or fifty.

    While a period moves, the voucher counters of its month are held: postings under way are waited for.
    """
    rows = fetch(_PERIODS, [list(ids), company_id])
    judged = {month: last_day_of(month) for _id, _number, month, state in rows if state not in SHUT}
    periods = [period_of(month) for month in judged]
    if AccountingPeriod in locks:
        fetch(_COUNTERS, [VOUCHER_SERIES, periods, company_id])
    unbalanced: dict[str, list[str]] = {}
    for period, number in fetch(_UNBALANCED, [company_id, periods]):
        unbalanced.setdefault(period, []).append(number)
    comparisons = _comparisons(sorted(judged.values()))
    today = now().date()
    return {
        key: PeriodFacts(number, month, last_day_of(month), tuple(unbalanced.get(period_of(month), ())),
                         comparisons.get(last_day_of(month), ()), today)
        for key, number, month, _state in rows
    }  # fmt: skip


def _comparisons(days: Sequence[date]) -> dict[date, tuple[Comparison, ...]]:
    found: dict[date, tuple[Comparison, ...]] = {}
    for code, book in sorted(_subsidiary_books.items()):
        in_book, in_ledger = book(days), held_by_account(code, days)
        for day in days:
            compared = Comparison(code, in_ledger[day], in_book.get(day, Decimal(0)))
            found[day] = (*found.get(day, ()), compared)
    return found
