"""Tables of inspection. An inspection is made by the receipt that brings the goods; nobody opens one by hand."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.inspection.vocabulary import CheckResult, Conclusion, Disposition
from meridian.kernel.models import Document, DocumentLine
from meridian.kernel.tenancy import CompanyForeignKey
from meridian.kernel.values.fields import QuantityField


class AcceptanceInspection(Document):
    """The purchase-check record 进货查验记录 (GSP Art 65). Inspector and instant come from the session."""

    receipt_id = models.UUIDField(_("收货单"))
    receipt_number = models.CharField(_("收货单号"), max_length=40)
    supplier = CompanyForeignKey("parties.Supplier", verbose_name=_("供货者"))
    purchased_on = models.DateField(_("购货日期"))
    received_by_id = models.UUIDField(_("收货人"))
    received_by_name = models.CharField(_("收货人"), max_length=80)
    inspector_id = models.UUIDField(_("验收人员"), null=True)
    inspector_name = models.CharField(_("验收人员"), max_length=80, blank=True)
    accepted_at = models.DateTimeField(_("验收日期"), null=True)
    released_by_name = models.CharField(_("放行人"), max_length=80, blank=True)
    released_at = models.DateTimeField(_("放行时间"), null=True)

    class Meta:
        db_table = "inspection_acceptance"
        base_manager_name = "objects"
        verbose_name = _("验收单")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="acceptance_number")]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="acceptance_latest"),
            models.Index(fields=["receipt_id"], name="acceptance_receipt"),
        ]


class AcceptanceInspectionLine(DocumentLine):
    """One lot received: what was checked, how much passed, and what becomes of the rest."""

    document = CompanyForeignKey(AcceptanceInspection, on_delete=models.CASCADE)
    item = CompanyForeignKey("items.Item", verbose_name=_("物料"))
    lot = CompanyForeignKey("inventory.Lot", verbose_name=_("批号"))
    place = CompanyForeignKey("organization.Place", verbose_name=_("货位"))
    udi = models.CharField(_("唯一标识"), max_length=200, blank=True)
    quantity = QuantityField(_("到货数量"))
    accepted_quantity = QuantityField(_("验收合格数量"), default=0)
    rejected_quantity = QuantityField(_("不合格数量"), default=0)
    appearance = models.CharField(_("外观"), max_length=8, choices=CheckResult.choices, blank=True)
    package = models.CharField(_("包装"), max_length=8, choices=CheckResult.choices, blank=True)
    label = models.CharField(_("标签"), max_length=8, choices=CheckResult.choices, blank=True)
    certificate = models.CharField(_("合格证明文件"), max_length=8, choices=CheckResult.choices, blank=True)
    conclusion = models.CharField(_("验收结论"), max_length=10, choices=Conclusion.choices, blank=True)
    nonconformity = models.CharField(_("不合格事项"), max_length=200, blank=True)
    disposition = models.CharField(_("处置措施"), max_length=10, choices=Disposition.choices, blank=True)

    class Meta:
        db_table = "inspection_acceptance_line"
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(accepted_quantity__gte=0, rejected_quantity__gte=0),
                name="acceptance_line_not_negative",
            ),
        ]
        indexes = [models.Index(fields=["document", "line_no"], name="acceptance_line_order")]
