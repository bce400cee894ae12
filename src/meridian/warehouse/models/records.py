"""Tables of what lies in the house, moves in it, leaves it and comes back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.evidence.personal import PersonalField
from meridian.inspection.vocabulary import Disposition
from meridian.inventory.vocabulary import StockStatus
from meridian.items.quantities import require_not_negative, require_positive
from meridian.items.vocabulary import Unit
from meridian.kernel.models import Document, DocumentLine
from meridian.kernel.tenancy import CompanyForeignKey
from meridian.kernel.values.fields import QuantityField
from meridian.warehouse.vocabulary import AdjustmentReason, HeldOutcome, ReviewDefect, TransportMode

LATE_HELP = _("仅补录时填写；由仓库主管补录，账务日期为该日。")


class QualityHold(Document):
    """Doubt about a lot: it is locked wherever it lies, until quality lifts the hold (GSP Art 74)."""

    lot = CompanyForeignKey("inventory.Lot", verbose_name=_("批号"))
    doubt = models.CharField(_("质量疑问"), max_length=300)
    held_at = models.DateTimeField(_("锁定时间"), null=True)
    lifted_at = models.DateTimeField(_("解除时间"), null=True)
    warehouse_id = models.UUIDField(_("仓库"), null=True, editable=False)

    class Meta:
        db_table = "warehouse_quality_hold"
        base_manager_name = "objects"
        verbose_name = _("质量锁定单")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="quality_hold_number")]
        indexes = [models.Index(fields=["company_id", "-id"], name="quality_hold_latest")]


class StockAdjustment(Document):
    """Stock that leaves without a customer: issued for use, or scrapped."""

    cause = models.CharField(_("事由"), max_length=16, choices=AdjustmentReason.choices)
    note = models.TextField(_("说明"), blank=True, max_length=500)
    posted_at = models.DateTimeField(_("过账时间"), null=True)
    warehouse_id = models.UUIDField(_("仓库"), null=True, editable=False)

    class Meta:
        db_table = "warehouse_stock_adjustment"
        base_manager_name = "objects"
        verbose_name = _("库存调整单")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="stock_adjustment_number")]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="stock_adjustment_latest"),
            models.Index(fields=["company_id", "state", "-id"], name="stock_adjustment_of_state"),
        ]


class StockAdjustmentLine(DocumentLine):
    """A quantity of one lot at one place in one status, in the item's base unit."""

    document = CompanyForeignKey(StockAdjustment, on_delete=models.CASCADE)
    item = CompanyForeignKey("items.Item", verbose_name=_("物料"))
    lot = CompanyForeignKey("inventory.Lot", verbose_name=_("批号"))
    place = CompanyForeignKey("organization.Place", verbose_name=_("货位"))
    stock_status = models.CharField(
        _("质量状态"), max_length=24, choices=StockStatus.choices, default=StockStatus.QUALIFIED
    )
    quantity = QuantityField(_("数量"), validators=[require_positive])

    class Meta:
        db_table = "warehouse_stock_adjustment_line"
        base_manager_name = "objects"
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gt=0), name="adjustment_line_positive")]
        indexes = [models.Index(fields=["document", "line_no"], name="adjustment_line_order")]


class LotWords(DocumentLine):
    """What a record repeats of a lot's and an item's files as they stood, so that it stays whole by itself."""

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
    expires_on = models.DateField(_("使用期限/失效日期"), null=True)
    storage_condition = models.CharField(_("运输及贮存条件"), max_length=60, blank=True)
    udi = models.CharField(_("医疗器械唯一标识"), max_length=40, blank=True)
    unit = models.CharField(_("单位"), max_length=12, choices=Unit.choices, blank=True)

    class Meta:
        abstract = True
        base_manager_name = "objects"


class Shipment(Document):
    """Goods leaving for one customer address 出库 (GSP Art 87–92).

    It repeats the words of the company's, the customer's and the items' files as they stood when it was drafted: its
    delivery note and its review record stay whole by themselves.
    """

    order_id = models.UUIDField(_("销售订单"))
    order_number = models.CharField(_("销售订单号"), max_length=40, blank=True)
    customer = CompanyForeignKey("parties.Customer", verbose_name=_("购货者"))
    customer_name = models.CharField(_("收货单位名称"), max_length=120, blank=True)
    customer_contact = PersonalField(_("购货者联系方式"), subject="customer_id", max_length=170, blank=True)
    supplier_name = models.CharField(_("供货企业名称"), max_length=120, blank=True)
    supplier_address = models.CharField(_("供货企业地址"), max_length=200, blank=True)
    supplier_contact = models.CharField(_("供货企业联系方式"), max_length=40, blank=True)
    delivery_address = models.CharField(
        _("收货地址"), max_length=200, blank=True, help_text=_("留空则取订单的收货地址。")
    )
    arrives_on = models.DateField(_("预计到货日期"), null=True, blank=True, help_text=_("留空则取订单的要求到货日期。"))
    transport_mode = models.CharField(_("运输方式"), max_length=12, choices=TransportMode.choices, default="own")
    carrier_name = models.CharField(_("承运单位"), max_length=120, blank=True)
    waybill_no = models.CharField(_("运单号"), max_length=60, blank=True)
    vehicle_plate_no = models.CharField(_("车牌号"), max_length=20, blank=True)
    driver_name = models.CharField(_("运输人员"), max_length=80, blank=True)
    seal = models.CharField(_("出库印章"), max_length=140, blank=True)
    picked_by_name = models.CharField(_("拣货人"), max_length=80, blank=True)
    reviewed_by_name = models.CharField(_("复核人"), max_length=80, blank=True)
    reviewed_at = models.DateTimeField(_("复核时间"), null=True)
    shipped_at = models.DateTimeField(_("发货时间"), null=True)
    happened_at = models.DateTimeField(_("实际发货时间"), null=True, blank=True, help_text=LATE_HELP)
    held_outcome = models.CharField(_("处置措施"), max_length=10, choices=HeldOutcome.choices, blank=True)
    warehouse_id = models.UUIDField(_("仓库"), null=True, editable=False)

    class Meta:
        db_table = "warehouse_shipment"
        base_manager_name = "objects"
        verbose_name = _("出库单")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="shipment_number")]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="shipment_latest"),
            models.Index(fields=["company_id", "state", "-id"], name="shipment_of_state"),
            models.Index(fields=["order_id"], name="shipment_order"),
        ]


class ShipmentLine(LotWords):
    """A quantity of one lot from one place for one order line, in the item's base unit."""

    document = CompanyForeignKey(Shipment, on_delete=models.CASCADE)
    order_line_id = models.UUIDField(_("订单行"), null=True, blank=True)
    item = CompanyForeignKey("items.Item", verbose_name=_("物料"))
    lot = CompanyForeignKey("inventory.Lot", verbose_name=_("批号"))
    place = CompanyForeignKey("organization.Place", verbose_name=_("货位"))
    quantity = QuantityField(_("数量"), validators=[require_positive])
    allocation_note = models.CharField(_("配货说明"), max_length=300, blank=True)
    review_defect = models.CharField(_("复核不合格事项"), max_length=10, choices=ReviewDefect.choices, blank=True)
    review_note = models.CharField(_("质量状况"), max_length=200, blank=True)
    hold_place = CompanyForeignKey("organization.Place", null=True, related_name="+", verbose_name=_("待处理位置"))

    class Meta:
        db_table = "warehouse_shipment_line"
        base_manager_name = "objects"
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gt=0), name="shipment_line_positive")]
        indexes = [
            models.Index(fields=["document", "line_no"], name="shipment_line_order"),
            models.Index(fields=["order_line_id"], name="shipment_line_order_line"),
        ]


class SupplierReturn(Document):
    """Goods going back to the supplier they were bought from 购进退出: rejected, expired, wrong or too many."""

    supplier = CompanyForeignKey("parties.Supplier", verbose_name=_("供货者"))
    supplier_name = models.CharField(_("供货者名称"), max_length=120, blank=True)
    return_reason = models.CharField(_("退货原因"), max_length=200)
    transport_mode = models.CharField(_("运输方式"), max_length=12, choices=TransportMode.choices, default="supplier")
    carrier_name = models.CharField(_("承运单位"), max_length=120, blank=True)
    waybill_no = models.CharField(_("运单号"), max_length=60, blank=True)
    returned_by_name = models.CharField(_("退货人"), max_length=80, blank=True)
    returned_at = models.DateTimeField(_("退货时间"), null=True)
    happened_at = models.DateTimeField(_("实际退货时间"), null=True, blank=True, help_text=LATE_HELP)
    warehouse_id = models.UUIDField(_("仓库"), null=True, editable=False)

    class Meta:
        db_table = "warehouse_supplier_return"
        base_manager_name = "objects"
        verbose_name = _("购进退出单")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="supplier_return_number")]
        indexes = [models.Index(fields=["company_id", "-id"], name="supplier_return_latest")]


class SupplierReturnLine(LotWords):
    """A quantity of one lot from one place in one status, in the item's base unit."""

    document = CompanyForeignKey(SupplierReturn, on_delete=models.CASCADE)
    item = CompanyForeignKey("items.Item", verbose_name=_("物料"))
    lot = CompanyForeignKey("inventory.Lot", verbose_name=_("批号"))
    place = CompanyForeignKey("organization.Place", verbose_name=_("货位"))
    stock_status = models.CharField(
        _("质量状态"), max_length=24, choices=StockStatus.choices, default=StockStatus.NONCONFORMING
    )
    quantity = QuantityField(_("数量"), validators=[require_positive])

    class Meta:
        db_table = "warehouse_supplier_return_line"
        base_manager_name = "objects"
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gt=0), name="supplier_return_line_positive")]
        indexes = [models.Index(fields=["document", "line_no"], name="supplier_return_line_order")]


class CustomerReturn(Document):
    """Goods a customer sends back 销售退回 (GSP Art 106–107): received apart, inspected, then shelved or set aside."""

    shipment = CompanyForeignKey(Shipment, verbose_name=_("原出库单"))
    original_outbound_no = models.CharField(_("原出库单号"), max_length=40, blank=True)
    customer_id = models.UUIDField(_("退货单位"), null=True, editable=False)
    returning_party_name = models.CharField(_("退货单位名称"), max_length=120, blank=True)
    return_reason = models.CharField(_("退货原因"), max_length=200)
    temperature_proof = models.CharField(
        _("售出期间温度证明"), max_length=200, blank=True,
        help_text=_("冷链产品必填：温度记录的编号或附件名称；没有证明的冷链退货不得接收。"),
    )  # fmt: skip
    received_by_name = models.CharField(_("收货人"), max_length=80, blank=True)
    returned_on = models.DateField(_("退货日期"), null=True)
    happened_at = models.DateTimeField(_("实际收货时间"), null=True, blank=True, help_text=LATE_HELP)
    inspector_id = models.UUIDField(_("验收人员"), null=True)
    inspector_name = models.CharField(_("验收人员"), max_length=80, blank=True)
    inspected_at = models.DateTimeField(_("验收日期"), null=True)
    warehouse_id = models.UUIDField(_("仓库"), null=True, editable=False)

    class Meta:
        db_table = "warehouse_customer_return"
        base_manager_name = "objects"
        verbose_name = _("销售退回单")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="customer_return_number")]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="customer_return_latest"),
            models.Index(fields=["shipment"], name="customer_return_shipment"),
        ]


class CustomerReturnLine(LotWords):
    """What comes back of one lot of the shipment, and what the inspection found; base units."""

    document = CompanyForeignKey(CustomerReturn, on_delete=models.CASCADE)
    item = CompanyForeignKey("items.Item", verbose_name=_("物料"))
    lot = CompanyForeignKey("inventory.Lot", verbose_name=_("批号"))
    quantity = QuantityField(_("退货数量"), validators=[require_positive])
    accepted_quantity = QuantityField(_("合格数量"), default=0, validators=[require_not_negative])
    rejected_quantity = QuantityField(_("不合格数量"), default=0, validators=[require_not_negative])
    quality_condition = models.CharField(_("质量状况"), max_length=200, blank=True)
    disposition = models.CharField(_("处置措施"), max_length=10, choices=Disposition.choices, blank=True)

    class Meta:
        db_table = "warehouse_customer_return_line"
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="customer_return_line_positive"),
            models.CheckConstraint(
                condition=models.Q(accepted_quantity__gte=0, rejected_quantity__gte=0),
                name="customer_return_line_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["document", "line_no"], name="customer_return_line_order"),
            models.Index(fields=["lot"], name="customer_return_line_lot"),
        ]


class GoodsMove(Document):
    """Stock that changes its place within one site; its status, its lot and its value stay."""

    note = models.TextField(_("说明"), blank=True, max_length=500)
    moved_by_name = models.CharField(_("搬运人"), max_length=80, blank=True)
    moved_at = models.DateTimeField(_("完成时间"), null=True)
    happened_at = models.DateTimeField(_("实际完成时间"), null=True, blank=True, help_text=LATE_HELP)
    warehouse_id = models.UUIDField(_("仓库"), null=True, editable=False)

    class Meta:
        abstract = True
        base_manager_name = "objects"


class GoodsMoveLine(LotWords):
    """A quantity of one lot in one status, from one place to another, in the item's base unit."""

    item = CompanyForeignKey("items.Item", verbose_name=_("物料"))
    lot = CompanyForeignKey("inventory.Lot", verbose_name=_("批号"))
    place = CompanyForeignKey("organization.Place", verbose_name=_("从货位"))
    to_place = CompanyForeignKey(
        "organization.Place", null=True, blank=True, verbose_name=_("到货位"),
        help_text=_("留空则建议一个质量状态和贮存条件都合适的货位。"),
    )  # fmt: skip
    stock_status = models.CharField(
        _("质量状态"), max_length=24, choices=StockStatus.choices, default=StockStatus.QUALIFIED
    )
    quantity = QuantityField(_("数量"), validators=[require_positive])

    class Meta:
        abstract = True
        base_manager_name = "objects"


class Putaway(GoodsMove):
    """Goods brought from where they were accepted to the shelf 上架; the stock-in record 入库记录 (GSP Art 69, 70)."""

    class Meta:
        db_table = "warehouse_putaway"
        base_manager_name = "objects"
        verbose_name = _("上架单")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="putaway_number")]
        indexes = [models.Index(fields=["company_id", "-id"], name="putaway_latest")]


class PutawayLine(GoodsMoveLine):
    """One lot put on one shelf."""

    document = CompanyForeignKey(Putaway, on_delete=models.CASCADE)

    class Meta:
        db_table = "warehouse_putaway_line"
        base_manager_name = "objects"
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gt=0), name="putaway_line_positive")]
        indexes = [models.Index(fields=["document", "line_no"], name="putaway_line_order")]


class InternalMove(GoodsMove):
    """Stock brought to another place of the same site 移库."""

    class Meta:
        db_table = "warehouse_internal_move"
        base_manager_name = "objects"
        verbose_name = _("移库单")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="internal_move_number")]
        indexes = [models.Index(fields=["company_id", "-id"], name="internal_move_latest")]


class InternalMoveLine(GoodsMoveLine):
    """One lot brought to one place."""

    document = CompanyForeignKey(InternalMove, on_delete=models.CASCADE)

    class Meta:
        db_table = "warehouse_internal_move_line"
        base_manager_name = "objects"
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gt=0), name="internal_move_line_positive")]
        indexes = [models.Index(fields=["document", "line_no"], name="internal_move_line_order")]
