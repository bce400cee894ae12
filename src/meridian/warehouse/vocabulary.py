"""States, kinds and reasons of warehouse documents."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from meridian.parameters.vocabulary import Parameter


class GoodsReceiptState(TextChoices):
    """A goods receipt 收货. Goods refused never enter the books; goods on hold wait apart for quality's decision."""

    DRAFT = "draft", _("草稿")
    ON_HOLD = "on_hold", _("待处理")
    RECEIVED = "received", _("已收货")
    REFUSED = "refused", _("已拒收")
    CONDEMNED = "condemned", _("已判不合格")
    VOIDED = "voided", _("已作废")


class NotePresence(TextChoices):
    """Whether the delivery note came with the goods (GSP Art 60)."""

    PRESENT = "present", _("随货")
    MISSING = "missing", _("缺少")


class QualityHoldState(TextChoices):
    """A quality hold 待处理 (GSP Art 74)."""

    DRAFT = "draft", _("草稿")
    HELD = "held", _("已锁定")
    LIFTED = "lifted", _("已解除")


class StockAdjustmentState(TextChoices):
    """A stock adjustment 库存调整: issue or scrap; quality approves what is scrapped."""

    DRAFT = "draft", _("草稿")
    APPROVED = "approved", _("已批准")
    POSTED = "posted", _("已过账")
    VOIDED = "voided", _("已作废")


class GoodsMoveState(TextChoices):
    """Goods on their way to another place 上架、移库."""

    DRAFT = "draft", _("草稿")
    DONE = "done", _("已完成")
    VOIDED = "voided", _("已作废")


class SupplierReturnState(TextChoices):
    """A return to a supplier 购进退出; quality approves what goes back."""

    DRAFT = "draft", _("草稿")
    APPROVED = "approved", _("已批准")
    RETURNED = "returned", _("已退货")
    VOIDED = "voided", _("已作废")


class CustomerReturnState(TextChoices):
    """A return by a customer 销售退回; nothing of it is sold again before an inspection."""

    DRAFT = "draft", _("草稿")
    RECEIVED = "received", _("待验收")
    INSPECTED = "inspected", _("已验收")
    VOIDED = "voided", _("已作废")


class ShipmentState(TextChoices):
    """A shipment 出库发货."""

    DRAFT = "draft", _("草稿")
    PICKED = "picked", _("待复核")
    REVIEWED = "reviewed", _("待发货")
    SHIPPED = "shipped", _("已发货")
    REVIEW_FAILED = "review_failed", _("复核未通过")
    DISPOSED = "disposed", _("已处置")
    VOIDED = "voided", _("已作废")


class ReviewDefect(TextChoices):
    """What an outbound review may find: the four reasons for which goods must not leave (GSP Art 87)."""

    PACKAGE = "package", _("包装破损、污染或封口不牢")
    LABEL = "label", _("标签脱落、不清或与实物不符")
    EXPIRED = "expired", _("超过有效期")
    OTHER = "other", _("其他异常")


class HeldOutcome(TextChoices):
    """What quality decided about goods that failed their outbound review."""

    RELEASED = "released", _("恢复合格")
    REJECTED = "rejected", _("判不合格")


class TransportMode(TextChoices):
    """How goods travel 运输方式."""

    SUPPLIER = "supplier", _("供方送货")
    OWN = "own", _("自有车辆")
    CARRIER = "carrier", _("委托承运")
    PICKUP = "pickup", _("自提")


class AdjustmentReason(TextChoices):
    """Why stock leaves without a customer."""

    INTERNAL_USE = "internal_use", _("内部领用")
    SAMPLE = "sample", _("检验取样")
    EXPIRED = "expired", _("过期")
    DAMAGED = "damaged", _("破损")
    NONCONFORMING = "nonconforming", _("不合格处置")


class NewPlaceKind(TextChoices):
    """What may be added to a warehouse."""

    ZONE = "zone", _("库区")
    BIN = "bin", _("货位")


class PlaceSetState(TextChoices):
    """Places to be set up 库区货位增设."""

    DRAFT = "draft", _("草稿")
    ACTIVE = "active", _("已启用")
    VOIDED = "voided", _("已作废")


class PlaceClosureState(TextChoices):
    """A place taken out of use 库区货位停用: `blocked` may be reopened, `retired` may not."""

    DRAFT = "draft", _("草稿")
    BLOCKED = "blocked", _("停用中")
    REOPENED = "reopened", _("已恢复")
    RETIRED = "retired", _("已撤销")
    VOIDED = "voided", _("已作废")


LATE_ENTRY_DAYS = Parameter(
    code="warehouse.late_entry_days",
    section=_("仓储"),
    label=_("补录期限"),
    effect=_(
        "收货、上架、移库、发运和退货最多可补录几天以前发生的；更早的不得补录，另做库存调整。签署后对新的补录生效。"
    ),
    unit=_("天"),
    default=7,
    least=1,
    most=31,
    signed_by=("quality_head",),
    per_site=True,
)
"""A week unless set otherwise: what was missed over a weekend or a failure of the system is written down by then.
Whoever comes later no longer knows it from the goods, and writes an adjustment with its own reason and approval."""
