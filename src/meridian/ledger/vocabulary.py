"""Words of the money book."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from meridian.kernel.declare import Right


class AccountKind(TextChoices):
    """The six kinds of the 企业会计准则应用指南's chart."""

    ASSET = "asset", _("资产类")
    LIABILITY = "liability", _("负债类")
    COMMON = "common", _("共同类")
    EQUITY = "equity", _("所有者权益类")
    COST = "cost", _("成本类")
    PROFIT = "profit", _("损益类")


class Direction(TextChoices):
    """The side on which an account grows."""

    DEBIT = "debit", _("借")
    CREDIT = "credit", _("贷")


class PeriodState(TextChoices):
    """An accounting period 会计期间: a calendar month."""

    OPEN = "open", _("未结账")
    CLOSED = "closed", _("已结账")


VOUCHER_SERIES = "voucher"
INVENTORY = "1405"
PAYABLE = "2202"
WORK_IN_PROGRESS = "5001"
COST_OF_SALES = "6401"
ADMINISTRATION = "6602"
PENDING_LOSS = "1901"

READ_BOOK = Right(
    "ledger.read_book", _("查看凭证与科目余额"), ("accountant", "finance_manager", "enterprise_head", "auditor")
)
"""Vouchers and balances of the whole company; posts by their codes, because they are named on a floor above."""
