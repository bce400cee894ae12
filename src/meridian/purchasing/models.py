"""Tables of purchasing. A released order is written into inventory's table of supply and demand for receipts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.items.quantities import require_not_negative, require_positive
from meridian.items.vocabulary import Unit
from meridian.kernel.models import Document, DocumentLine
from meridian.kernel.tenancy import CompanyForeignKey, CompanyModel, Evidence
from meridian.kernel.values.fields import MoneyField, QuantityField, UnitPriceField
from meridian.purchasing.vocabulary import ContractKind, Currency


class PurchaseOrder(Document):
    """The purchase record 采购记录 (GSP Art 55, 58). `amount` is the sum of its lines in the company's currency."""

    supplier = CompanyForeignKey("parties.Supplier", verbose_name=_("供货者"))
    supplier_name = models.CharField(_("供货者名称"), max_length=120, blank=True)
    ordered_on = models.DateField(_("购货日期"))
    promised_on = models.DateField(_("约定到货日期"))
    committed_on = models.DateField(_("提交日期"), null=True, editable=False)
    """The day it was submitted, or released without; counted from it where orders to one supplier are summed."""
    amount = MoneyField(_("金额"), default=0)
    note = models.TextField(_("备注"), blank=True, max_length=500)
    contract = CompanyForeignKey("purchasing.PurchaseContract", verbose_name=_("采购合同"), null=True, blank=True)
    inquiry_id = models.UUIDField(_("询价单"), null=True, editable=False)
    inquiry_number = models.CharField(_("询价单号"), max_length=40, blank=True, editable=False)
    buyer_id = models.UUIDField(_("采购员"), null=True, editable=False)
    buyer_name = models.CharField(_("采购员"), max_length=80, blank=True, editable=False)

    class Meta:
        db_table = "purchasing_purchase_order"
        base_manager_name = "objects"
        verbose_name = _("采购订单")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="purchase_order_number")]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="purchase_order_latest"),
            models.Index(fields=["company_id", "state", "-id"], name="purchase_order_of_state"),
        ]


class PurchaseOrderLine(DocumentLine):
    """One item ordered, in its base unit, with the words of the item's file as they stood when it was ordered."""

    document = CompanyForeignKey(PurchaseOrder, on_delete=models.CASCADE)
    item = CompanyForeignKey("items.Item", verbose_name=_("物料"))
    device_name = models.CharField(_("医疗器械名称"), max_length=160, blank=True)
    model = models.CharField(_("型号"), max_length=120, blank=True)
    specification = models.CharField(_("规格"), max_length=160, blank=True)
    registration_no = models.CharField(_("注册证编号/备案编号"), max_length=60, blank=True)
    registrant_name = models.CharField(_("注册人/备案人名称"), max_length=120, blank=True)
    unit = models.CharField(_("单位"), max_length=12, choices=Unit.choices, blank=True)
    quantity = QuantityField(_("数量"), validators=[require_positive])
    unit_price = UnitPriceField(_("单价"), validators=[require_not_negative])
    amount = MoneyField(_("金额"), default=0)
    requisition_line_id = models.UUIDField(_("申请行"), null=True, editable=False)
    contract_line_id = models.UUIDField(_("合同行"), null=True, editable=False)

    class Meta:
        db_table = "purchasing_purchase_order_line"
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="purchase_line_quantity_positive"),
            models.CheckConstraint(condition=models.Q(unit_price__gte=0), name="purchase_line_price_not_negative"),
        ]
        indexes = [models.Index(fields=["document", "line_no"], name="purchase_line_order")]


class Requisition(Document):
    """Somebody needs goods by a day and says what for 采购申请. `amount` is what its lines are estimated to cost."""

    needed_on = models.DateField(_("需用日期"))
    purpose = models.CharField(_("用途"), max_length=200)
    amount = MoneyField(_("估计金额"), default=0)
    ordered_percent = models.PositiveSmallIntegerField(_("已订购 %"), default=0, editable=False)
    note = models.TextField(_("备注"), blank=True, max_length=500)

    class Meta:
        db_table = "purchasing_requisition"
        base_manager_name = "objects"
        verbose_name = _("采购申请")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="requisition_number")]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="requisition_latest"),
            models.Index(fields=["company_id", "state", "-id"], name="requisition_of_state"),
        ]


class RequisitionLine(DocumentLine):
    """One item needed, in its base unit. What is being asked for and what was ordered is counted on it, under lock."""

    document = CompanyForeignKey(Requisition, on_delete=models.CASCADE)
    item = CompanyForeignKey("items.Item", verbose_name=_("物料"))
    quantity = QuantityField(_("数量"), validators=[require_positive])
    needed_on = models.DateField(_("需用日期"), null=True, blank=True)
    estimated_price = UnitPriceField(_("估计单价"), default=0, validators=[require_not_negative])
    suggested_supplier = CompanyForeignKey("parties.Supplier", verbose_name=_("建议供货者"), null=True, blank=True)
    amount = MoneyField(_("估计金额"), default=0)
    asked = QuantityField(_("已询价"), default=0, editable=False)
    ordered = QuantityField(_("已订购"), default=0, editable=False)

    class Meta:
        db_table = "purchasing_requisition_line"
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="requisition_line_positive"),
            models.CheckConstraint(condition=models.Q(asked__gte=0, ordered__gte=0), name="requisition_line_counts"),
        ]
        indexes = [models.Index(fields=["document", "line_no"], name="requisition_line_order")]


class Inquiry(Document):
    """Suppliers are asked what goods cost 询价; the best lawful offer is awarded and kept as it was compared."""

    requisition = CompanyForeignKey(Requisition, verbose_name=_("采购申请"), null=True, blank=True)
    answer_by = models.DateField(_("报价截止"))
    needed_on = models.DateField(_("需用日期"))
    note = models.TextField(_("备注"), blank=True, max_length=500)
    evidence_hash = models.CharField(_("定标依据"), max_length=64, blank=True, editable=False)
    amount = MoneyField(_("定标金额"), default=0, editable=False)

    class Meta:
        db_table = "purchasing_inquiry"
        base_manager_name = "objects"
        verbose_name = _("询价单")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="inquiry_number")]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="inquiry_latest"),
            models.Index(fields=["company_id", "state", "-id"], name="inquiry_of_state"),
            models.Index(fields=["company_id", "requisition", "-id"], name="inquiry_of_requisition"),
        ]


class InquiryLine(DocumentLine):
    """One item asked for; once offers are in, whose offer is chosen, and why where it is not the lowest."""

    document = CompanyForeignKey(Inquiry, on_delete=models.CASCADE)
    item = CompanyForeignKey("items.Item", verbose_name=_("物料"))
    quantity = QuantityField(_("数量"), validators=[require_positive])
    requisition_line_id = models.UUIDField(_("申请行"), null=True, editable=False)
    chosen_supplier = CompanyForeignKey("parties.Supplier", verbose_name=_("中标供货者"), null=True, blank=True)
    choice_reason = models.CharField(_("未选最低价的理由"), max_length=200, blank=True)

    class Meta:
        db_table = "purchasing_inquiry_line"
        base_manager_name = "objects"
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gt=0), name="inquiry_line_positive")]
        indexes = [models.Index(fields=["document", "line_no"], name="inquiry_line_order")]


class Quotation(Document):
    """What one supplier was invited to offer, and offers 报价. Prices are for one base unit, without tax."""

    inquiry = CompanyForeignKey(Inquiry, verbose_name=_("询价单"))
    supplier = CompanyForeignKey("parties.Supplier", verbose_name=_("供货者"))
    currency = models.CharField(_("币种"), max_length=3, choices=Currency.choices, default=Currency.CNY)
    tax_rate = models.DecimalField(
        _("税率 %"), max_digits=5, decimal_places=2, default=13, validators=[require_not_negative]
    )
    valid_until = models.DateField(_("报价有效期至"), null=True, blank=True)
    supplier_reference = models.CharField(_("供货者报价单号"), max_length=60, blank=True)
    note = models.TextField(_("备注"), blank=True, max_length=500)

    class Meta:
        db_table = "purchasing_quotation"
        base_manager_name = "objects"
        verbose_name = _("报价单")
        constraints = [
            models.UniqueConstraint(fields=["number", "company_id"], name="quotation_number"),
            models.CheckConstraint(condition=models.Q(tax_rate__gte=0, tax_rate__lt=100), name="quotation_tax_rate"),
        ]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="quotation_latest"),
            models.Index(fields=["company_id", "state", "-id"], name="quotation_of_state"),
            models.Index(fields=["company_id", "inquiry", "-id"], name="quotation_of_inquiry"),
        ]


class QuotationLine(DocumentLine):
    """The offer for one line of the inquiry. Landed cost of a unit = price + freight + other cost of a unit."""

    document = CompanyForeignKey(Quotation, on_delete=models.CASCADE)
    item = CompanyForeignKey("items.Item", verbose_name=_("物料"))
    inquiry_line_id = models.UUIDField(_("询价行"), null=True, editable=False)
    quantity = QuantityField(_("询价数量"), default=0, editable=False)
    unit_price = models.DecimalField(
        _("单价"), max_digits=18, decimal_places=6, null=True, blank=True, validators=[require_not_negative]
    )
    freight = UnitPriceField(_("每单位运费"), default=0, validators=[require_not_negative])
    other_cost = UnitPriceField(_("每单位其他费用"), default=0, validators=[require_not_negative])
    landed_cost = models.DecimalField(_("到岸单位成本"), max_digits=18, decimal_places=6, null=True, editable=False)
    minimum_quantity = QuantityField(_("最小订购量"), default=0, validators=[require_not_negative])
    lead_days = models.PositiveSmallIntegerField(_("交货期（天）"), null=True, blank=True)

    class Meta:
        db_table = "purchasing_quotation_line"
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(condition=models.Q(freight__gte=0, other_cost__gte=0), name="quotation_line_costs"),
        ]
        indexes = [
            models.Index(fields=["document", "line_no"], name="quotation_line_order"),
        ]


class AwardRecord(CompanyModel):
    """The comparison an award was made on, as it stood at that moment: inserted once, sealed, altered by nothing."""

    evidence = Evidence.BOOK

    transaction_id = models.UUIDField(editable=False)
    inquiry_id = models.UUIDField()
    compared = models.TextField()
    """Canonical JSON of the matrix: lines, offers, verdicts, the choice and its reason."""
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    awarded_by_id = models.UUIDField()
    awarded_by_name = models.CharField(max_length=80)

    class Meta:
        db_table = "purchasing_award_record"
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["inquiry_id", "company_id"], name="one_award_of_an_inquiry")]


class PurchaseContract(Document):
    """What was agreed with a supplier: prices, ceilings, validity, and who answers for quality and after sales.

    GSP Art 55, 56. Orders call it off; `called` on its lines is what they took, counted under lock.
    """

    supplier = CompanyForeignKey("parties.Supplier", verbose_name=_("供货者"))
    kind = models.CharField(_("类型"), max_length=8, choices=ContractKind.choices, default=ContractKind.BLANKET)
    supplier_reference = models.CharField(_("对方合同号"), max_length=60, blank=True)
    signed_on = models.DateField(_("签订日期"))
    valid_from = models.DateField(_("生效日期"))
    valid_until = models.DateField(_("有效期至"))
    quality_terms = models.TextField(_("质量责任"), blank=True, max_length=1000)
    after_sales_terms = models.TextField(_("售后服务责任"), blank=True, max_length=1000)
    delivery_terms = models.CharField(_("交货条款"), max_length=300, blank=True)
    payment_terms = models.CharField(_("付款条款"), max_length=300, blank=True)
    acceptance_terms = models.CharField(_("验收条款"), max_length=300, blank=True)
    amount = MoneyField(_("金额"), default=0)

    class Meta:
        db_table = "purchasing_contract"
        base_manager_name = "objects"
        verbose_name = _("采购合同")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="purchase_contract_number")]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="purchase_contract_latest"),
            models.Index(fields=["company_id", "state", "-id"], name="purchase_contract_of_state"),
        ]


class PurchaseContractLine(DocumentLine):
    """An item at its agreed price, up to a quantity, in its base unit."""

    document = CompanyForeignKey(PurchaseContract, on_delete=models.CASCADE)
    item = CompanyForeignKey("items.Item", verbose_name=_("物料"))
    quantity = QuantityField(_("数量上限"), validators=[require_positive])
    unit_price = UnitPriceField(_("单价"), validators=[require_not_negative])
    amount = MoneyField(_("金额"), default=0)
    called = QuantityField(_("已下单"), default=0, editable=False)
    remaining = QuantityField(_("剩余"), default=0, editable=False)

    class Meta:
        db_table = "purchasing_contract_line"
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, called__gte=0, called__lte=models.F("quantity")),
                name="contract_line_ceiling",
            ),
        ]
        indexes = [models.Index(fields=["document", "line_no"], name="contract_line_order")]
