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
    """An accounting period 会计期间: a calendar month. Nothing is posted into a month that is not open."""

    OPEN = "open", _("未结账")
    CLOSED = "closed", _("已结账")
    REOPENING = "reopening", _("申请反结账")


SHUT = (PeriodState.CLOSED.value, PeriodState.REOPENING.value)
"""The states in which a month takes no voucher."""

VOUCHER_SERIES = "voucher"
INVENTORY = "1405"
"""库存商品: its balance is the value of the stock, always."""
PENDING_LOSS = "1901"
"""待处理财产损溢."""
PAYABLE = "2202"
"""应付账款."""
PAYABLE_UNINVOICED = "220202"
"""暂估应付账款: goods received, no invoice yet."""
WORK_IN_PROGRESS = "5001"
COST_OF_SALES = "6401"
ADMINISTRATION = "6602"

READ_BOOK = Right(
    "ledger.read_book", _("查看凭证与科目余额"), ("accountant", "finance_manager", "enterprise_head", "auditor")
)
"""Vouchers and balances of the whole company; posts by their codes, because they are named on a floor above."""
