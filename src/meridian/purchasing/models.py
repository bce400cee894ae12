"""Tables of purchasing. A released order is written into inventory's table of supply and demand for receipts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.kernel.models import Document, DocumentLine
from meridian.kernel.tenancy import CompanyForeignKey
from meridian.kernel.values.fields import QuantityField, UnitPriceField


class PurchaseOrder(Document):
    """The purchase record 采购记录 (GSP Art 55, 58)."""

    supplier = CompanyForeignKey("parties.Supplier", verbose_name=_("供货者"))
    ordered_on = models.DateField(_("购货日期"))
    promised_on = models.DateField(_("约定到货日期"))
    note = models.TextField(_("备注"), blank=True, max_length=500)

    class Meta:
        db_table = "purchasing_purchase_order"
        base_manager_name = "objects"
        verbose_name = _("采购订单")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="purchase_order_number")]
        indexes = [models.Index(fields=["company_id", "-id"], name="purchase_order_latest")]


class PurchaseOrderLine(DocumentLine):
    """One item ordered, in its base unit."""

    document = CompanyForeignKey(PurchaseOrder, on_delete=models.CASCADE)
    item = CompanyForeignKey("items.Item", verbose_name=_("物料"))
    quantity = QuantityField(_("数量"))
    unit_price = UnitPriceField(_("单价"))

    class Meta:
        db_table = "purchasing_purchase_order_line"
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="purchase_line_quantity_positive"),
            models.CheckConstraint(condition=models.Q(unit_price__gte=0), name="purchase_line_price_not_negative"),
        ]
        indexes = [models.Index(fields=["document", "line_no"], name="purchase_line_order")]
