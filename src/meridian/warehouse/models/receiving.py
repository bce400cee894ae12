"""Tables of goods that arrive. Where they were ordered is known only by reference: purchasing stands above."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meridian.inspection.vocabulary import CheckResult
from meridian.items.quantities import require_positive
from meridian.kernel.models import Document, DocumentLine
from meridian.kernel.tenancy import CompanyForeignKey, CompanyModel, Evidence
from meridian.kernel.values.fields import QuantityField
from meridian.warehouse.vocabulary import NotePresence, TransportMode


class GoodsReceipt(Document):
    """Goods checked in against a purchase order and a delivery note 收货 (GSP Art 60–63).

    `note_…` is what the receiver found comparing the note with the supplier's sample and the goods. `decided_…` tells
    of the refusal, or of quality's decision about goods on hold. `arrived_at` is when the receipt was begun.
    """

    order_id = models.UUIDField(_("采购订单"), null=True, blank=True)
    order_number = models.CharField(_("采购订单号"), max_length=40, blank=True)
    supplier = CompanyForeignKey(
        "parties.Supplier", null=True, blank=True, verbose_name=_("供货者"), help_text=_("留空则取订单的供货者。")
    )
    delivery_note_number = models.CharField(
        _("随货同行单号"), max_length=60, blank=True, help_text=_("没有随货同行单时留空。")
    )
    note_presence = models.CharField(_("随货同行单"), max_length=8, choices=NotePresence.choices, blank=True)
    note_form = models.CharField(
        _("单据样式与印章"), max_length=8, choices=CheckResult.choices, blank=True,
        help_text=_("与供货者备案的随货同行单样式、出库印章比对。"),
    )  # fmt: skip
    note_lines = models.CharField(
        _("单货核对"), max_length=8, choices=CheckResult.choices, blank=True,
        help_text=_("随货同行单与采购记录、实物逐行核对。"),
    )  # fmt: skip
    transport_mode = models.CharField(_("运输方式"), max_length=12, choices=TransportMode.choices, default="supplier")
    place = CompanyForeignKey("organization.Place", verbose_name=_("收货位置"))
    happened_at = models.DateTimeField(
        _("实际收货时间"), null=True, blank=True, help_text=_("仅补录时填写；由仓库主管补录，账务日期为该日。")
    )
    departed_at = models.DateTimeField(_("启运时间"), null=True, blank=True, help_text=_("冷链货物必填。"))
    arrived_at = models.DateTimeField(_("到货时间"), null=True)
    arrival_celsius = models.DecimalField(
        _("到货温度"), max_digits=5, decimal_places=1, null=True, blank=True, help_text=_("℃；冷链货物必填。")
    )
    transport_unit = models.CharField(
        _("运输工具/箱号"), max_length=60, blank=True, help_text=_("冷藏车车牌、冷藏箱或保温箱编号；冷链货物必填。")
    )
    stability_statement = models.CharField(
        _("稳定性说明附件"), max_length=160, blank=True,
        help_text=_("在途超温时填写：注册人稳定性说明作为附件添加，此处填其文件名。"),
    )  # fmt: skip
    received_by_id = models.UUIDField(_("收货人"), null=True)
    received_by_name = models.CharField(_("收货人"), max_length=80, blank=True)
    received_at = models.DateTimeField(_("收货时间"), null=True)
    hold_reason = models.TextField(_("待处理原因"), blank=True)
    decided_by_name = models.CharField(_("处理人"), max_length=80, blank=True)
    decided_at = models.DateTimeField(_("处理时间"), null=True)
    decision_reason = models.TextField(_("处理原因"), blank=True)
    warehouse_id = models.UUIDField(_("仓库"), null=True, editable=False)

    class Meta:
        db_table = "warehouse_goods_receipt"
        base_manager_name = "objects"
        verbose_name = _("收货单")
        constraints = [models.UniqueConstraint(fields=["number", "company_id"], name="goods_receipt_number")]
        indexes = [
            models.Index(fields=["company_id", "-id"], name="goods_receipt_latest"),
            models.Index(fields=["company_id", "state", "-id"], name="goods_receipt_of_state"),
            models.Index(fields=["order_id"], name="goods_receipt_order"),
        ]


class GoodsReceiptLine(DocumentLine):
    """One lot as it arrived, in base units. `scanned` keeps the barcode's raw text, the first capture (ALCOA)."""

    document = CompanyForeignKey(GoodsReceipt, on_delete=models.CASCADE)
    order_line_id = models.UUIDField(_("订单行"), null=True, blank=True)
    item = CompanyForeignKey("items.Item", verbose_name=_("物料"))
    lot_no = models.CharField(_("生产批号"), max_length=40, blank=True)
    serial_no = models.CharField(_("序列号"), max_length=40, blank=True)
    sterilization_lot_no = models.CharField(_("灭菌批号"), max_length=40, blank=True)
    manufactured_on = models.DateField(_("生产日期"), null=True, blank=True)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    quantity = QuantityField(_("数量"), validators=[require_positive])
    scanned = models.CharField(_("扫码原文"), max_length=400, blank=True)
    di = models.CharField(_("产品标识"), max_length=40, blank=True)

    class Meta:
        db_table = "warehouse_goods_receipt_line"
        base_manager_name = "objects"
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gt=0), name="receipt_line_positive")]
        indexes = [models.Index(fields=["document", "line_no"], name="receipt_line_order")]


class TransitLog(CompanyModel):
    """What a logger's file says about a delivery's way here; never changed, a later reading takes its place.

    Instants are UTC, temperatures degrees Celsius. Readings counted lie between departure and arrival as they stood in
    the receipt when the file was read. `out_of_range` counts those outside the limits all its cold
    items share, `time_outside` how long they lasted, `gaps` the stretches of more than five minutes without a reading.
    """

    evidence = Evidence.BOOK

    transaction_id = models.UUIDField()
    receipt_id = models.UUIDField(_("收货单"))
    attachment_id = models.UUIDField(_("附件"))
    file_name = models.CharField(_("附件"), max_length=160)
    sha256 = models.CharField(_("摘要"), max_length=64)
    departed_at = models.DateTimeField(_("启运时间"))
    arrived_at = models.DateTimeField(_("到货时间"))
    first_at = models.DateTimeField(_("首次读数"), null=True)
    last_at = models.DateTimeField(_("末次读数"), null=True)
    readings = models.PositiveIntegerField(_("在途读数"))
    lowest = models.DecimalField(_("最低温度"), max_digits=6, decimal_places=2, null=True)
    lowest_at = models.DateTimeField(_("最低温度时间"), null=True)
    highest = models.DecimalField(_("最高温度"), max_digits=6, decimal_places=2, null=True)
    highest_at = models.DateTimeField(_("最高温度时间"), null=True)
    longest_gap = models.DurationField(_("最长间隔"), null=True)
    gap_from = models.DateTimeField(_("间隔起点"), null=True)
    gaps = models.PositiveIntegerField(_("缺口"))
    mean_kinetic = models.DecimalField(_("平均动力学温度"), max_digits=6, decimal_places=2, null=True)
    time_outside = models.DurationField(_("超限时长"), null=True)
    low_limit = models.DecimalField(_("温度下限"), max_digits=5, decimal_places=1, null=True)
    high_limit = models.DecimalField(_("温度上限"), max_digits=5, decimal_places=1, null=True)
    out_of_range = models.PositiveIntegerField(_("超限读数"))
    first_out_at = models.DateTimeField(_("首次超限"), null=True)
    last_out_at = models.DateTimeField(_("末次超限"), null=True)
    at = models.DateTimeField(_("读取时间"))
    read_by_id = models.UUIDField(_("读取人"))
    read_by_name = models.CharField(_("读取人"), max_length=80)

    class Meta:
        db_table = "warehouse_transit_log"
        base_manager_name = "objects"
        verbose_name = _("在途温度记录")
        indexes = [models.Index(fields=["receipt_id", "id"], name="transit_log_receipt")]

    def __str__(self) -> str:
        return self.file_name
