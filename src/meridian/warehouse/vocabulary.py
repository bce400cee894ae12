"""States, kinds and reasons of warehouse documents."""

from django.db.models import TextChoices


class GoodsReceiptState(TextChoices):
    """A goods receipt 收货."""

    DRAFT = "draft", "草稿"
    RECEIVED = "received", "已收货"
    VOIDED = "voided", "已作废"


class QualityHoldState(TextChoices):
    """A quality hold 待处理 (GSP Art 74)."""

    DRAFT = "draft", "草稿"
    HELD = "held", "已锁定"
    LIFTED = "lifted", "已解除"


class StockAdjustmentState(TextChoices):
    """A stock adjustment 库存调整: issue or scrap."""

    DRAFT = "draft", "草稿"
    POSTED = "posted", "已过账"
    VOIDED = "voided", "已作废"


class ShipmentState(TextChoices):
    """A shipment 出库发货."""

    DRAFT = "draft", "草稿"
    PICKED = "picked", "待复核"
    REVIEWED = "reviewed", "待发货"
    SHIPPED = "shipped", "已发货"
    VOIDED = "voided", "已作废"


class TransportMode(TextChoices):
    """How goods travel 运输方式."""

    SUPPLIER = "supplier", "供方送货"
    OWN = "own", "自有车辆"
    CARRIER = "carrier", "委托承运"
    PICKUP = "pickup", "自提"


class AdjustmentReason(TextChoices):
    """Why stock leaves without a customer."""

    INTERNAL_USE = "internal_use", "内部领用"
    SAMPLE = "sample", "检验取样"
    EXPIRED = "expired", "过期"
    DAMAGED = "damaged", "破损"
    NONCONFORMING = "nonconforming", "不合格处置"
