"""The money book recomputed for `verify`, over all companies: balances from lines, headers from lines, numbers."""

from collections.abc import Iterator

from meridian.evidence.checks import Fault, Problem, register_derived_check
from meridian.evidence.counters import Numbered, register_numbered
from meridian.kernel.sql import fetch
from meridian.ledger.services import VOUCHERS
from meridian.ledger.vocabulary import VOUCHER_SERIES

NAMED_AT_MOST = 100

_BALANCES = """
SELECT company_id, account_code, period, l.debit, l.credit, b.debit, b.credit
FROM (SELECT company_id, account_code, period, sum(debit) AS debit, sum(credit) AS credit
      FROM ledger_voucher_line GROUP BY 1, 2, 3) l
FULL JOIN ledger_account_balance b USING (company_id, account_code, period)
WHERE (coalesce(l.debit, 0), coalesce(l.credit, 0)) IS DISTINCT FROM (coalesce(b.debit, 0), coalesce(b.credit, 0))
ORDER BY 1, 2, 3 LIMIT %s
"""
_VOUCHERS = """
SELECT v.id, v.number, v.at, v.debit, v.credit, l.debit, l.credit
FROM ledger_voucher v
LEFT JOIN (SELECT voucher_id, sum(debit) AS debit, sum(credit) AS credit FROM ledger_voucher_line GROUP BY 1) l
  ON l.voucher_id = v.id
WHERE v.debit <> v.credit OR l.debit IS DISTINCT FROM v.debit OR l.credit IS DISTINCT FROM v.credit
ORDER BY v.id LIMIT %s
"""


def check_account_balances() -> Iterator[Problem]:
    """One problem for each account and month whose turnover is not the sum of its lines."""
    for company, code, period, *figures in fetch(_BALANCES, [NAMED_AT_MOST]):
        debit, credit, kept_debit, kept_credit = (figure or 0 for figure in figures)
        detail = f"lines add up to {debit} debit, {credit} credit; the balance says {kept_debit}, {kept_credit}"
        yield Problem(Fault.DERIVED, "ledger_account_balance", f"{company} {code} {period}", None, detail)


def check_vouchers() -> Iterator[Problem]:
    """One problem for each voucher whose header, debit or credit side differs from its lines."""
    for key, number, at, *figures in fetch(_VOUCHERS, [NAMED_AT_MOST]):
        debit, credit, line_debit, line_credit = (figure or 0 for figure in figures)
        detail = f"{number}: header {debit} = {credit}, lines {line_debit} = {line_credit}"
        yield Problem(Fault.DERIVED, "ledger_voucher", str(key), at, detail)


def register_checks() -> None:
    """Has `verify` ask these checks and count the vouchers' numbers."""
    register_derived_check("account balances", check_account_balances)
    register_derived_check("vouchers", check_vouchers)
    register_numbered(Numbered(VOUCHER_SERIES, VOUCHERS, "ledger_voucher"))
