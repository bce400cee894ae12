"""Accounting periods: closed when the books agree, reopened by two persons only; a closed month takes nothing."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import IntegrityError

from meridian.kernel.findings import Refused
from meridian.kernel.models import RefusalRecord, SignatureRecord
from meridian.kernel.sql import fetch, run
from meridian.kernel.values.identity import uuid7
from meridian.ledger import queries
from meridian.ledger.documents import AccountingPeriodDocument
from meridian.ledger.models import AccountingPeriod
from meridian.ledger.queries import attach_subsidiary_book, closed_months
from meridian.ledger.services import Entry
from meridian.ledger.tests.period_case import Books, new_books
from meridian.organization.vocabulary import Role

pytestmark = pytest.mark.django_db
Period = AccountingPeriodDocument
PAIR = (Entry("1001", debit=Decimal(5)), Entry("6001", credit=Decimal(5)))


@pytest.fixture
def books() -> Books:
    return new_books()


def refused(books: Books, act: object) -> list[str]:
    """The codes an act was refused with; proves that no voucher was written and one refusal row was."""
    company = books.company.company_id
    count = "SELECT (SELECT count(*) FROM ledger_voucher WHERE company_id = %s), " \
            "(SELECT array_agg(state ORDER BY id) FROM ledger_period WHERE company_id = %s)"  # fmt: skip
    before = fetch(count, [company, company])
    refusals = RefusalRecord.objects.filter(company_id=company).count()
    with pytest.raises(Refused) as caught:
        act()  # type: ignore[operator]
    assert fetch(count, [company, company]) == before
    assert RefusalRecord.objects.filter(company_id=company).count() == refusals + 1
    return [finding.code for finding in caught.value.findings]


def header_alone(transaction: UUID, books: Books) -> None:
    """A voucher written past the posting service, as only a hand on the database could."""
    values = [uuid7(), books.company.company_id, transaction, books.today(), f"{books.today():%Y-%m}", uuid7(), uuid7()]
    run(
        "INSERT INTO ledger_voucher (id, company_id, transaction_id, at, number, posted_on, period, summary, debit, "
        "credit, source_type, source_id, source_number, prepared_by_id, prepared_by_name) "
        "VALUES (%s, %s, %s, now(), 'X-1', %s, %s, '', 1, 1, '', %s, '', %s, '')",
        values,
    )


def close(books: Books, day: date) -> UUID:
    period = books.month(day)
    books.company.perform(Period.close, period, role=Role.FINANCE_MANAGER)
    return period


def test_a_period_is_kept_by_the_first_day_of_its_month_and_exists_once(books: Books) -> None:
    period = books.month(date(2026, 8, 17))
    with books.company.scope():
        assert AccountingPeriod.objects.get(pk=period).month == date(2026, 8, 1)
    with pytest.raises(IntegrityError, match="period_month"):
        books.month(date(2026, 8, 2))


def test_period_open__allows_the_open_month__refuses_the_closed_one(books: Books) -> None:
    today = books.today()
    close(books, today.replace(day=1) - timedelta(days=1))
    books.post(*PAIR)
    close(books, today)
    assert refused(books, lambda: books.post(*PAIR)) == ["period_open"]
    with books.company.scope():
        first = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
        assert closed_months(frozenset({AccountingPeriod})) == (first, today.replace(day=1))


def test_the_database_refuses_a_voucher_in_a_closed_month(books: Books) -> None:
    """Behind the gate stands a trigger, for whatever writes a voucher without asking."""
    close(books, books.today())
    other = new_books()
    with pytest.raises(IntegrityError, match="its month is closed"):
        other.run(lambda work: header_alone(work.transaction_id, books))


def test_vouchers_balanced__names_the_voucher_whose_lines_are_missing(books: Books) -> None:
    """A header without lines, as only a hand on the database could leave it."""
    books.run(lambda work: header_alone(work.transaction_id, books))
    period = books.month(books.today())
    perform = books.company.perform
    assert refused(books, lambda: perform(Period.close, period, role=Role.FINANCE_MANAGER)) == ["vouchers_balanced"]
    next_month = books.month(books.today() + timedelta(days=31))
    perform(Period.close, next_month, role=Role.FINANCE_MANAGER)


def test_stock_value_equals_ledger__refuses_a_cent__allows_none(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "_subsidiary_books", {})
    attach_subsidiary_book("1001", lambda days: dict.fromkeys(days, Decimal("5.01")))
    books.post(*PAIR)
    period = books.month(books.today())

    def attempt() -> None:
        books.company.perform(Period.close, period, role=Role.FINANCE_MANAGER)

    assert refused(books, attempt) == ["stock_value_equals_ledger"]
    attach_subsidiary_book("1001", lambda days: dict.fromkeys(days, Decimal("5.00")))
    attempt()


def test_closing_is_confirmed_by_signature_and_belongs_to_the_finance_manager(books: Books) -> None:
    period = books.month(books.today())
    for role in (Role.ACCOUNTANT, Role.ENTERPRISE_HEAD):
        with pytest.raises(Refused, match="permission_required"):
            books.company.perform(Period.close, period, role=role)
    books.company.perform(Period.close, period, role=Role.FINANCE_MANAGER)
    [signature] = SignatureRecord.objects.filter(document_id=period)
    assert signature.meaning == "confirmed"


def test_reopening_takes_a_request_an_approval_and_reasons_of_two_persons(books: Books) -> None:
    """While it is asked for, the month stays shut; refused, it is closed again; approved, it takes postings."""
    company = books.company
    period = close(books, books.today())
    manager, head = Role.FINANCE_MANAGER, Role.ENTERPRISE_HEAD
    assert refused(books, lambda: company.perform(Period.request_reopening, period, role=manager)) == [
        "reason_required"
    ]
    company.perform(Period.request_reopening, period, role=manager, reason="漏记")
    assert refused(books, lambda: books.post(*PAIR)) == ["period_open"]
    assert refused(books, lambda: company.perform(Period.reopen, period, role=manager, reason="同意")) == [
        "permission_required"
    ]
    company.perform(Period.keep_closed, period, role=head, reason="下月调整")
    assert refused(books, lambda: books.post(*PAIR)) == ["period_open"]
    company.perform(Period.request_reopening, period, role=manager, reason="漏记")
    company.perform(Period.reopen, period, role=head, reason="同意")
    books.post(*PAIR)
    assert SignatureRecord.objects.filter(document_id=period).count() == 4


def test_facts_of_one_period_and_of_many_take_the_same_statements(books: Books) -> None:
    from_here = date(2026, 1, 1)
    ids = [books.month(from_here.replace(month=n)) for n in range(1, 13)]
    assert loading(books, ids[:1]) == loading(books, ids) <= 5


def loading(books: Books, ids: list[UUID]) -> int:
    """The statements of loading these periods."""
    return books.statements(lambda work: assert_loaded(work.document.company_id, ids))


def assert_loaded(company_id: UUID, ids: list[UUID]) -> None:
    assert queries.load_periods(company_id, ids, frozenset()).keys() == set(ids)
