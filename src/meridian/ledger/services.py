"""Posting into the money book, and the chart a company starts from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.kernel.declare import RetentionAnchors, Series
from meridian.kernel.drafts import Draft
from meridian.kernel.sql import array_text, run
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import NumberedInsert, Work
from meridian.ledger.chart import CHART
from meridian.ledger.models import Account
from meridian.ledger.queries import PeriodFacts, period_of
from meridian.ledger.vocabulary import VOUCHER_SERIES

VOUCHERS = Series("记-{yyyy}{mm}-{seq:04}", gap_free=True)
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Entry:
    """One side of a voucher in the company's currency; the other side is another entry."""

    account_code: str
    debit: Decimal = _ZERO
    credit: Decimal = _ZERO
    item_id: UUID | None = None
    party_id: UUID | None = None


_POST = """
WITH lines AS (
  INSERT INTO ledger_voucher_line (id, company_id, transaction_id, at, voucher_id, line_no, account_code, debit, credit,
                                   period, item_id, party_id)
  SELECT l.id, %(company)s, %(transaction)s, %(at)s, %(voucher)s, l.line_no, l.account_code, l.debit, l.credit,
         %(period)s, l.item_id, l.party_id
  FROM unnest(%(ids)s::uuid[], %(codes)s::text[], %(debits)s::numeric[], %(credits)s::numeric[], %(items)s::uuid[],
              %(parties)s::uuid[]) WITH ORDINALITY AS l(id, account_code, debit, credit, item_id, party_id, line_no)
)
INSERT INTO ledger_account_balance AS b (id, company_id, account_code, period, debit, credit)
SELECT t.id, %(company)s, t.account_code, %(period)s, t.debit, t.credit
FROM unnest(%(total_ids)s::uuid[], %(total_codes)s::text[], %(total_debits)s::numeric[], %(total_credits)s::numeric[])
  AS t(id, account_code, debit, credit)
ORDER BY t.account_code
ON CONFLICT (account_code, period, company_id)
DO UPDATE SET debit = b.debit + excluded.debit, credit = b.credit + excluded.credit
"""


def post_voucher(work: Work[Any, Any], *, entries: Sequence[Entry], summary: str, day: date | None = None) -> None:
    """Writes a voucher of the value day, or of this one, for the document at work; its number comes at the close.

    Entries without an amount are left out, and so is a voucher without entries. One statement, besides the header.
    Raises ValueError when debits and credits differ: callers compute both sides from one figure.
    """
    written = [entry for entry in entries if entry.debit or entry.credit]
    if not written:
        return
    debit, credit = sum((e.debit for e in written), _ZERO), sum((e.credit for e in written), _ZERO)
    if debit != credit:
        raise ValueError(f"a voucher of {work.document.number} does not balance: {debit} against {credit}")
    voucher_id, day = uuid7(), day or work.value_day
    totals: dict[str, tuple[Decimal, Decimal]] = {}
    for entry in written:
        before = totals.get(entry.account_code, (_ZERO, _ZERO))
        totals[entry.account_code] = (before[0] + entry.debit, before[1] + entry.credit)
    codes = sorted(totals)
    run(_POST, {
        "company": work.document.company_id, "transaction": work.transaction_id, "at": work.moment.instant,
        "voucher": voucher_id, "period": period_of(day),
        "ids": array_text([uuid7() for _entry in written]),
        "codes": [entry.account_code for entry in written],
        "debits": array_text([entry.debit for entry in written]),
        "credits": array_text([entry.credit for entry in written]),
        "items": array_text([entry.item_id for entry in written]),
        "parties": array_text([entry.party_id for entry in written]),
        "total_ids": array_text([uuid7() for _code in codes]),
        "total_codes": codes,
        "total_debits": array_text([totals[code][0] for code in codes]),
        "total_credits": array_text([totals[code][1] for code in codes]),
    })  # fmt: skip
    work.insert_numbered(_header(work, voucher_id, debit, summary, day))


def _header(work: Work[Any, Any], voucher_id: UUID, amount: Decimal, summary: str, day: date) -> NumberedInsert:
    document = work.document
    values = {
        "id": voucher_id,
        "company_id": document.company_id,
        "transaction_id": work.transaction_id,
        "at": work.moment.instant,
        "posted_on": day,
        "period": period_of(day),
        "summary": summary,
        "debit": amount,
        "credit": amount,
        "source_type": work.document_type,
        "source_id": document.pk,
        "source_number": document.number,
        "prepared_by_id": work.actor.user_id,
        "prepared_by_name": work.actor.name,
    }
    return NumberedInsert(table="ledger_voucher", columns=tuple(values), values=tuple(values.values()),
                          series_code=VOUCHER_SERIES, series=VOUCHERS, day=day)  # fmt: skip


def set_up_chart() -> None:
    """Gives the company in scope the chart of the 企业会计准则应用指南. Inside an act only, once for a company."""
    Account.objects.bulk_create(
        Account(code=code, name=name, kind=kind, direction=direction) for code, name, kind, direction in CHART
    )


def prepare_period(draft: Draft) -> None:
    """Completes a period's draft: whatever day was given, the month is kept by its first day."""
    month: date | None = draft.header.get("month")
    if month is not None:
        draft.header["month"] = month.replace(day=1)


def period_anchors(facts: PeriodFacts) -> RetentionAnchors:
    """Accounting records are kept from the end of their year (Order 79 Art 15)."""
    return RetentionAnchors(base_day=date(facts.month.year, 12, 31))
