"""Tables of purchasing. A released order is written into inventory's table of supply and demand for receipts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.items.quantities import require_not_negative, require_positive
from meridian.items.vocabulary import Unit
from meridian.kernel.models import Document, DocumentLine
from meridian.kernel.tenancy import CompanyForeignKey
from meridian.kernel.values.fields import MoneyField, QuantityField, UnitPriceField


class PurchaseOrder(Document):
    """The purchase record 采购记录 (GSP Art 55, 58). `amount` is the sum of its lines in the company's currency."""

    supplier = CompanyForeignKey("parties.Supplier", verbose_name=_("供货者"))
    supplier_name = models.CharField(_("供货者名称"), max_length=120, blank=True)
    ordered_on = models.DateField(_("购货日期"))
    promised_on = models.DateField(_("约定到货日期"))
    amount = MoneyField(_("金额"), default=0)
    note = models.TextField(_("备注"), blank=True, max_length=500)

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

    class Meta:
        db_table = "purchasing_purchase_order_line"
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="purchase_line_quantity_positive"),
            models.CheckConstraint(condition=models.Q(unit_price__gte=0), name="purchase_line_price_not_negative"),
        ]
        indexes = [models.Index(fields=["document", "line_no"], name="purchase_line_order")]
