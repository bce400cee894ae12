"""Tables of sales. A confirmed order is written into inventory's supply-and-demand table, where shipments find it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.evidence.personal import PersonalField
from meridian.kernel.models import Document, DocumentLine
from meridian.kernel.tenancy import CompanyForeignKey
from meridian.kernel.values.fields import MoneyField, QuantityField, UnitPriceField


class SalesOrder(Document):
    """The sales record's order part 销售订单 (GSP Art 84). `amount` is the sum of its lines in the company's currency.

    It repeats the words of the customer's file as they stood at confirmation; those of the items and lots stand on the
    shipments made for it.
    """

    customer = CompanyForeignKey("parties.Customer", verbose_name=_("购货者"))
    customer_name = models.CharField(_("购货者名称"), max_length=120, blank=True)
    customer_contact = PersonalField(_("购货者联系方式"), subject="customer_id", max_length=170, blank=True)
    customer_license_no = models.CharField(_("许可证明文件编号/备案编号"), max_length=200, blank=True)
    ordered_on = models.DateField(_("销售日期"))
    arrives_on = models.DateField(_("要求到货日期"))
    delivery_address = models.CharField(
        _("收货地址"), max_length=200, blank=True, help_text=_("留空则取购货者档案中的收货地址。")
    )
    amount = MoneyField(_("金额"), default=0)
    note = models.TextField(_("备注"), blank=True, max_length=500)

    class Meta:
        db_table = "sales_sales_order"
        base_manager_name = "objects"
        verbose_name = _("销售订单")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="sales_order_number")]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="sales_order_latest"),
            models.Index(fields=["company_id", "state", "-id"], name="sales_order_of_state"),
        ]


class SalesOrderLine(DocumentLine):
    """One item sold, in its base unit; a lot the customer named is shipped whatever expires before it (G25)."""

    document = CompanyForeignKey(SalesOrder, on_delete=models.CASCADE)
    item = CompanyForeignKey("items.Item", verbose_name=_("物料"))
    quantity = QuantityField(_("数量"))
    unit_price = UnitPriceField(_("单价"))
    amount = MoneyField(_("金额"), default=0)
    lot_no = models.CharField(_("客户指定批号"), max_length=40, blank=True)

    class Meta:
        db_table = "sales_sales_order_line"
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="sales_line_quantity_positive"),
            models.CheckConstraint(condition=models.Q(unit_price__gte=0), name="sales_line_price_not_negative"),
        ]
        indexes = [models.Index(fields=["document", "line_no"], name="sales_line_order")]
