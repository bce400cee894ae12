"""The money book over the API: vouchers and the trial balance."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from meridian.accounts.rights import require_right
from meridian.accounts.session import actor_of
from meridian.kernel.findings import require_storable
from meridian.kernel.permission import grants_of
from meridian.kernel.steps import not_found
from meridian.kernel.values.canonical import plain
from meridian.ledger.journal import VoucherFilter, lines_of, vouchers
from meridian.ledger.models import Voucher
from meridian.ledger.queries import trial_balance
from meridian.ledger.vocabulary import READ_BOOK
from meridian.platform.endpoints.schemas import REFUSALS

PERIOD = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
TAGS = ["ledger"]
HEADER = ("id", "number", "posted_on", "period", "summary", "debit", "credit", "source_type", "source_id",
          "source_number", "prepared_by_name", "at")  # fmt: skip
LINE = ("line_no", "account_code", "debit", "credit", "item_id", "party_id")


class VouchersQuery(Schema):
    """Vouchers, newest first; `after` is the id of the last one seen."""

    account: str = Field("", max_length=12)
    first_period: str = Field("", pattern=PERIOD + "|^$")
    last_period: str = Field("", pattern=PERIOD + "|^$")
    source: str = Field("", max_length=40)
    after: UUID | None = None
    limit: int = Field(50, ge=1, le=100)


class PageBody(Schema):
    """One page; `next` is the key of the page after it."""

    items: list[dict[str, Any]]
    next: str | None


class VoucherBody(Schema):
    """A voucher with its lines; amounts are text."""

    voucher: dict[str, Any]
    lines: list[dict[str, Any]]


class TrialBalanceQuery(Schema):
    """Months, both included."""

    first_period: str = Field(pattern=PERIOD)
    last_period: str = Field(pattern=PERIOD)


class TrialBalanceBody(Schema):
    """Debit less credit before, turnover within, debit less credit after; amounts are text."""

    accounts: list[dict[str, Any]]


def mount(router: Router) -> None:
    """Mounts the operations of this module."""
    router.add_api_operation("/ledger/vouchers", ["GET"], list_vouchers, response={200: PageBody, **REFUSALS},
                             operation_id="list_vouchers", tags=TAGS, summary="Vouchers")  # fmt: skip
    router.add_api_operation("/ledger/vouchers/{voucher_id}", ["GET"], read_voucher,
                             response={200: VoucherBody, **REFUSALS}, operation_id="read_voucher", tags=TAGS,
                             summary="A voucher with its lines")  # fmt: skip
    router.add_api_operation("/ledger/trial-balance", ["GET"], read_trial_balance,
                             response={200: TrialBalanceBody, **REFUSALS}, operation_id="trial_balance", tags=TAGS,
                             summary="Trial balance")  # fmt: skip


def _require(request: HttpRequest) -> None:
    require_right(grants_of(actor_of(request)), READ_BOOK, everywhere=True)


def list_vouchers(request: HttpRequest, asked: Query[VouchersQuery]) -> dict[str, Any]:
    """One page of vouchers."""
    _require(request)
    require_storable({"account": asked.account, "source": asked.source})
    wanted = VoucherFilter(search=asked.source, account_code=asked.account, first_period=asked.first_period,
                           last_period=asked.last_period)  # fmt: skip
    rows = vouchers(wanted, after=asked.after, limit=asked.limit + 1)
    page = rows[: asked.limit]
    return {
        "items": [plain({name: getattr(row, name) for name in HEADER}) for row in page],
        "next": str(page[-1].pk) if len(rows) > asked.limit else None,
    }


def read_voucher(request: HttpRequest, voucher_id: UUID) -> dict[str, Any]:
    """One voucher; 404 for another company's."""
    _require(request)
    row = Voucher.objects.filter(pk=voucher_id).first()
    if row is None:
        raise not_found()
    return {
        "voucher": plain({name: getattr(row, name) for name in HEADER}),
        "lines": [plain({name: getattr(line, name) for name in LINE}) for line in lines_of(voucher_id)],
    }


def read_trial_balance(request: HttpRequest, asked: Query[TrialBalanceQuery]) -> dict[str, Any]:
    """Every account with a posting up to the last month."""
    _require(request)
    rows = trial_balance(asked.first_period, asked.last_period)
    return {
        "accounts": [
            plain({"code": row.account_code, "name": row.account_name, "opening": row.opening, "debit": row.debit,
                   "credit": row.credit, "closing": row.closing})
            for row in rows
        ]
    }  # fmt: skip
