"""Tables of the money book. Voucher lines carry no foreign key: their keys come from rows read in the same act."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.kernel.models import Document
from meridian.kernel.tenancy import CompanyModel, Evidence
from meridian.kernel.values.fields import MoneyField
from meridian.ledger.vocabulary import AccountKind, Direction


class BookRow(CompanyModel):
    """A row of a book: insert-only, sealed, labelled with the act that wrote it."""

    evidence = Evidence.BOOK

    transaction_id = models.UUIDField()
    at = models.DateTimeField(_("入账时间"))

    class Meta:
        abstract = True
        base_manager_name = "objects"


class Account(CompanyModel):
    """An account of the company's chart 会计科目."""

    evidence = Evidence.GOVERNED
    trail_as_set = True

    code = models.CharField(_("科目代码"), max_length=12)
    name = models.CharField(_("科目名称"), max_length=80)
    kind = models.CharField(_("类别"), max_length=12, choices=AccountKind.choices)
    direction = models.CharField(_("余额方向"), max_length=8, choices=Direction.choices)

    class Meta:
        db_table = "ledger_account"
        base_manager_name = "objects"
        verbose_name = _("会计科目")
        constraints = [models.UniqueConstraint(fields=["code", "company_id"], name="account_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class AccountingPeriod(Document):
    """A calendar month; while closed, nothing is posted into it."""

    month = models.DateField(_("月份"))

    class Meta:
        db_table = "ledger_period"
        base_manager_name = "objects"
        verbose_name = _("会计期间")
        constraints = [
            models.UniqueConstraint(fields=["number", "company_id"], name="period_number"),
            models.UniqueConstraint(fields=["month", "company_id"], name="period_month"),
        ]
        indexes = [models.Index(fields=["company_id", "-id"], name="period_latest")]


class Voucher(BookRow):
    """A posted voucher 记账凭证; numbered without gaps within its month (会计法 Art 15)."""

    number = models.CharField(_("凭证号"), max_length=40)
    posted_on = models.DateField(_("记账日期"))
    period = models.CharField(_("期间"), max_length=7)
    summary = models.CharField(_("摘要"), max_length=200)
    debit = MoneyField(_("借方合计"))
    credit = MoneyField(_("贷方合计"))
    source_type = models.CharField(_("来源单据类型"), max_length=48)
    source_id = models.UUIDField(_("来源单据"))
    source_number = models.CharField(_("来源单号"), max_length=40)
    prepared_by_id = models.UUIDField(_("制单人"))
    prepared_by_name = models.CharField(_("制单人"), max_length=80)

    class Meta:
        db_table = "ledger_voucher"
        base_manager_name = "objects"
        verbose_name = _("记账凭证")
        constraints = [
            models.UniqueConstraint(fields=["number", "company_id"], name="voucher_number"),
            models.CheckConstraint(condition=models.Q(debit=models.F("credit")), name="voucher_balances"),
        ]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="voucher_latest"),
            models.Index(fields=["source_id"], name="voucher_source"),
        ]


class VoucherLine(BookRow):
    """One side of a voucher."""

    voucher_id = models.UUIDField()
    line_no = models.PositiveIntegerField()
    account_code = models.CharField(_("科目"), max_length=12)
    debit = MoneyField(_("借方"), default=0)
    credit = MoneyField(_("贷方"), default=0)
    period = models.CharField(max_length=7)
    item_id = models.UUIDField(null=True)
    party_id = models.UUIDField(null=True)

    class Meta:
        db_table = "ledger_voucher_line"
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(debit__gte=0, credit=0) | models.Q(debit=0, credit__gte=0), name="voucher_line_side"
            ),
        ]
        indexes = [
            models.Index(fields=["voucher_id"], name="voucher_line_voucher"),
            models.Index(fields=["company_id", "account_code", "period"], name="voucher_line_account"),
        ]


class AccountBalance(CompanyModel):
    """The turnover of an account in a month; recomputed from voucher lines by `verify`."""

    evidence = Evidence.DERIVED

    account_code = models.CharField(max_length=12)
    period = models.CharField(max_length=7)
    debit = MoneyField(default=0)
    credit = MoneyField(default=0)

    class Meta:
        db_table = "ledger_account_balance"
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["account_code", "period", "company_id"], name="account_balance_key"),
        ]
