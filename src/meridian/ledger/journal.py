"""Reads of vouchers for screens and the API: one page by key, one voucher with its lines, the names behind its keys."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from meridian.kernel.registry import registry
from meridian.ledger.models import Account, Voucher, VoucherLine

COUNT_CAP = 10_000


@dataclass(frozen=True)
class VoucherFilter:
    """Which vouchers; empty means any. Periods are months, `2026-08`, both included."""

    search: str = ""
    """The beginning of the voucher's or its source's number."""
    account_code: str = ""
    first_period: str = ""
    last_period: str = ""
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True)
class VoucherTotals:
    """How many vouchers a filter finds, counted up to a cap, and what they or the account's lines add up to."""

    count: int
    debit: Decimal
    credit: Decimal

    @property
    def is_capped(self) -> bool:
        """Whether there are more than are counted; the sums are then of those counted."""
        return self.count > COUNT_CAP


def _periods(wanted: VoucherFilter) -> Q:
    found = Q()
    if wanted.first_period:
        found &= Q(period__gte=wanted.first_period)
    if wanted.last_period:
        found &= Q(period__lte=wanted.last_period)
    return found


def _lines_of_account(wanted: VoucherFilter) -> QuerySet[VoucherLine]:
    return VoucherLine.objects.filter(_periods(wanted), account_code=wanted.account_code)


def _vouchers(wanted: VoucherFilter) -> QuerySet[Voucher]:
    rows = Voucher.objects.filter(_periods(wanted))
    if wanted.search:
        rows = rows.filter(Q(number__istartswith=wanted.search) | Q(source_number__istartswith=wanted.search))
    if wanted.account_code:
        rows = rows.filter(pk__in=_lines_of_account(wanted).values("voucher_id"))
    if wanted.first_day is not None:
        rows = rows.filter(posted_on__gte=wanted.first_day)
    if wanted.last_day is not None:
        rows = rows.filter(posted_on__lte=wanted.last_day)
    return rows


def vouchers(
    wanted: VoucherFilter, *, after: UUID | None = None, before: UUID | None = None, limit: int = 50
) -> Sequence[Voucher]:
    """Vouchers, newest first: the page after a voucher, or the one that ends before it. One statement."""
    rows = _vouchers(wanted)
    if before is not None and after is None:
        return list(rows.filter(pk__gt=before).order_by("pk")[:limit])[::-1]
    return list((rows.filter(pk__lt=after) if after is not None else rows).order_by("-pk")[:limit])


def voucher_totals(wanted: VoucherFilter) -> VoucherTotals:
    """The figures over the whole result; with an account, of its lines. One statement, two with an account."""
    rows = _vouchers(wanted).order_by()[: COUNT_CAP + 1]
    of_vouchers = rows.aggregate(count=Count("pk"), debit=Sum("debit"), credit=Sum("credit"))
    sums = of_vouchers
    if wanted.account_code:
        lines = VoucherLine.objects.filter(account_code=wanted.account_code, voucher_id__in=rows.values("pk"))
        sums = lines.aggregate(debit=Sum("debit"), credit=Sum("credit"))
    return VoucherTotals(of_vouchers["count"], sums["debit"] or Decimal(0), sums["credit"] or Decimal(0))


def lines_of(voucher_id: UUID) -> Sequence[VoucherLine]:
    """The lines of a voucher, in order; one statement."""
    return list(VoucherLine.objects.filter(voucher_id=voucher_id).order_by("line_no"))


def account_names(codes: Collection[str]) -> Mapping[str, str]:
    """What accounts are called, by code; one statement."""
    return dict(Account.objects.filter(code__in=set(codes)).values_list("code", "name"))


@dataclass(frozen=True)
class Named:
    """A record another module keeps: what it is called, and the type it is a document of."""

    name: str
    document_type: str


def names_of(document_types: Sequence[str], ids: Collection[UUID]) -> Mapping[UUID, Named]:
    """Records by their keys, looked for in the tables of these document types; one statement for each type."""
    found: dict[UUID, Named] = {}
    for code in document_types:
        declared, wanted = registry.document_type(code), set(ids) - set(found)
        if declared is not None and wanted:
            rows: Mapping[Any, Any] = declared.model.objects.in_bulk(list(wanted))
            found |= {key: Named(str(row), code) for key, row in rows.items()}
    return found
