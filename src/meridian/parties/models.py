"""Tables of parties. Verdicts (approved, papers valid, scope) are derived from these when asked, never stored."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.evidence.personal import PersonalField
from meridian.kernel.models import Document
from meridian.kernel.tenancy import CompanyForeignKey
from meridian.organization.identifiers import require_uscc
from meridian.organization.models import ScopeLine
from meridian.organization.vocabulary import DealingMode, LicenceKind
from meridian.parties.vocabulary import CustomerKind, SupplierKind


class Party(Document):
    """The common columns of suppliers and customers. `approved_at` is the instant of the latest approval (UTC)."""

    name = models.CharField(_("名称"), max_length=120)
    mnemonic = models.CharField(_("助记码"), max_length=60, blank=True)
    pinyin = models.TextField(_("拼音检索"), blank=True, editable=False)
    """Every spelling of the name: `kernel.values.pinyin.spelled`."""
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, validators=[require_uscc])
    address = models.CharField(_("地址"), max_length=200)
    contact = PersonalField(_("联系人"), max_length=80, blank=True)
    phone = PersonalField(_("联系方式"), max_length=80)
    approved_at = models.DateTimeField(_("批准时间"), null=True)
    proposed_file_id = models.UUIDField(_("待生效的审核单"), null=True, editable=False)
    """The reviewed file this approval rests on, named and used up within one transaction."""
    approval_file_id = models.UUIDField(_("批准所依据的审核单"), null=True, editable=False)
    review_due_on = models.DateField(_("复审日期"), null=True, editable=False)
    """The last day on which the approval counts; empty while nothing was approved by a file."""

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def __str__(self) -> str:
        return self.name


class Supplier(Party):
    """A firm goods are bought from 供货者."""

    kind = models.CharField(_("供货者类型"), max_length=12, choices=SupplierKind.choices)

    class Meta:
        db_table = "parties_supplier"
        base_manager_name = "objects"
        verbose_name = _("供货者")
        constraints = [
            models.UniqueConstraint(fields=["number", "company_id"], name="supplier_number"),
            models.UniqueConstraint(fields=["uscc", "company_id"], name="supplier_uscc"),
        ]
        indexes = [models.Index(fields=["company_id", "-id"], name="supplier_latest")]


class Customer(Party):
    """A firm goods are sold to 购货者. `min_remaining_days` counts from arrival to expiry (G26)."""

    kind = models.CharField(_("购货者类型"), max_length=20, choices=CustomerKind.choices)
    delivery_address = models.CharField(_("收货地址"), max_length=200)
    min_remaining_days = models.PositiveIntegerField(_("最短剩余效期（天）"), default=0)
    use_statement = models.TextField(_("使用需求说明"), blank=True, max_length=1000)

    class Meta:
        db_table = "parties_customer"
        base_manager_name = "objects"
        verbose_name = _("购货者")
        constraints = [
            models.UniqueConstraint(fields=["number", "company_id"], name="customer_number"),
            models.UniqueConstraint(fields=["uscc", "company_id"], name="customer_uscc"),
        ]
        indexes = [models.Index(fields=["company_id", "-id"], name="customer_latest")]


class Licence(Document):
    """A paper of exactly one supplier or customer, checked and put in force by quality staff (G77)."""

    supplier = CompanyForeignKey(Supplier, null=True, blank=True, verbose_name=_("供货者"))
    customer = CompanyForeignKey(Customer, null=True, blank=True, verbose_name=_("购货者"))
    kind = models.CharField(_("证照类型"), max_length=24, choices=LicenceKind.choices)
    licence_no = models.CharField(_("证照编号"), max_length=60)
    mode = models.CharField(_("经营方式"), max_length=12, choices=DealingMode.choices, blank=True)
    issued_by = models.CharField(_("发证部门"), max_length=80, blank=True)
    valid_from = models.DateField(_("生效日期"))
    valid_until = models.DateField(_("有效期至"), null=True, blank=True, help_text=_("空白表示长期有效。"))

    class Meta:
        db_table = "parties_licence"
        base_manager_name = "objects"
        verbose_name = _("证照")
        constraints = [
            models.UniqueConstraint(fields=["number", "company_id"], name="licence_number"),
            models.CheckConstraint(
                condition=models.Q(supplier__isnull=True, customer__isnull=False)
                | models.Q(supplier__isnull=False, customer__isnull=True),
                name="licence_one_party",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=models.F("valid_from")),
                name="licence_period",
            ),
        ]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="licence_latest"),
            models.Index(fields=["supplier", "state"], name="licence_supplier"),
            models.Index(fields=["customer", "state"], name="licence_customer"),
        ]


class LicenceScope(ScopeLine):
    """What a party's paper covers; a paper without any row covers nothing."""

    document = CompanyForeignKey(Licence, on_delete=models.CASCADE)

    class Meta:
        db_table = "parties_licence_scope"
        base_manager_name = "objects"
        indexes = [models.Index(fields=["document", "line_no"], name="licence_scope_order")]
