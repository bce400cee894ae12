"""Tables of inspection. An inspection is made by the receipt that brings the goods; nobody opens one by hand."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.evidence.personal import PersonalField
from meridian.inspection.vocabulary import CheckResult, Conclusion, Disposition
from meridian.items.quantities import require_not_negative
from meridian.items.vocabulary import Unit
from meridian.kernel.models import Document, DocumentLine
from meridian.kernel.tenancy import CompanyForeignKey
from meridian.kernel.values.fields import QuantityField


class AcceptanceInspection(Document):
    """The purchase-check record 进货查验记录 (GSP Art 65). Inspector and instant come from the session.

    It repeats the words of the supplier's and the item's files as they stood, so that it stays whole by itself.
    """

    receipt_id = models.UUIDField(_("收货单"))
    receipt_number = models.CharField(_("收货单号"), max_length=40)
    delivery_note_number = models.CharField(_("随货同行单号"), max_length=60, blank=True)
    supplier = CompanyForeignKey("parties.Supplier", verbose_name=_("供货者"))
    supplier_name = models.CharField(_("供货者名称"), max_length=120, blank=True)
    supplier_address = models.CharField(_("供货者地址"), max_length=200, blank=True)
    supplier_contact = PersonalField(_("供货者联系方式"), max_length=80, subject="supplier_id", blank=True)
    purchased_on = models.DateField(_("购货日期"), null=True)
    bought_by_id = models.UUIDField(_("采购人"), null=True)
    bought_by_name = models.CharField(_("采购人"), max_length=80, blank=True)
    received_by_id = models.UUIDField(_("收货人"))
    received_by_name = models.CharField(_("收货人"), max_length=80)
    inspector_id = models.UUIDField(_("验收人员"), null=True)
    inspector_name = models.CharField(_("验收人员"), max_length=80, blank=True)
    accepted_at = models.DateTimeField(_("验收日期"), null=True)
    released_by_id = models.UUIDField(_("放行人"), null=True)
    released_by_name = models.CharField(_("放行人"), max_length=80, blank=True)
    released_at = models.DateTimeField(_("放行时间"), null=True)
    warehouse_id = models.UUIDField(_("仓库"), null=True, editable=False)

    class Meta:
        db_table = "inspection_acceptance"
        base_manager_name = "objects"
        verbose_name = _("验收单")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="acceptance_number")]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="acceptance_latest"),
            models.Index(fields=["company_id", "state", "-id"], name="acceptance_of_state"),
            models.Index(fields=["receipt_id"], name="acceptance_receipt"),
        ]


class AcceptanceInspectionLine(DocumentLine):
    """One lot received: what was checked, how much passed, and what becomes of the rest."""

    document = CompanyForeignKey(AcceptanceInspection, on_delete=models.CASCADE)
    item = CompanyForeignKey("items.Item", verbose_name=_("物料"))
    lot = CompanyForeignKey("inventory.Lot", verbose_name=_("批号"))
    place = CompanyForeignKey("organization.Place", verbose_name=_("货位"))
    device_name = models.CharField(_("医疗器械名称"), max_length=160, blank=True)
    model = models.CharField(_("型号"), max_length=120, blank=True)
    specification = models.CharField(_("规格"), max_length=160, blank=True)
    registration_no = models.CharField(_("注册证编号/备案编号"), max_length=60, blank=True)
    registrant_name = models.CharField(_("注册人/备案人名称"), max_length=120, blank=True)
    contract_manufacturer_name = models.CharField(_("受托生产企业名称"), max_length=120, blank=True)
    production_license_no = models.CharField(_("生产许可证号/备案编号"), max_length=60, blank=True)
    lot_no = models.CharField(_("生产批号"), max_length=40, blank=True)
    serial_no = models.CharField(_("序列号"), max_length=40, blank=True)
    manufactured_on = models.DateField(_("生产日期"), null=True)
    expires_on = models.DateField(_("有效期至"), null=True)
    unit = models.CharField(_("单位"), max_length=12, choices=Unit.choices, blank=True)
    udi = models.CharField(_("医疗器械唯一标识"), max_length=400, blank=True)
    quantity = QuantityField(_("到货数量"))
    accepted_quantity = QuantityField(_("验收合格数量"), default=0, validators=[require_not_negative])
    rejected_quantity = QuantityField(_("不合格数量"), default=0, validators=[require_not_negative])
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
