"""Words of the stock book: where stock stands, how it moves, what binds a lot."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from meridian.kernel.declare import Right
from meridian.organization.vocabulary import EVERYONE, QUALITY_ROLES, Role


class StockStatus(TextChoices):
    """Where a quantity stands 质量状态 (GSP Art 40); part of the stock key. Expired is derived, never stored."""

    PENDING_INSPECTION = "pending_inspection", _("待验")
    QUALIFIED = "qualified", _("合格")
    NONCONFORMING = "nonconforming", _("不合格")
    QUALITY_HOLD = "quality_hold", _("待处理")
    RETURNED_PENDING = "returned_pending", _("退货待验")


class VirtualPlace(TextChoices):
    """The other side of a movement that crosses the company's boundary, so that everything balances."""

    SUPPLIER = "supplier", _("供货者")
    CUSTOMER = "customer", _("购货者")
    PRODUCTION = "production", _("生产")
    SCRAP = "scrap", _("报废")
    ADJUSTMENT = "adjustment", _("调整")


class MovementType(TextChoices):
    """Why stock moves; `matrix.py` says from which status, and whether expired or blocked stock may."""

    RECEIVE = "receive", _("采购收货")
    ACCEPT = "accept", _("验收合格")
    REJECT = "reject", _("判不合格")
    HOLD = "hold", _("转待处理")
    RESUME = "resume", _("解除待处理")
    TRANSFER = "transfer", _("移库")
    SHIP = "ship", _("销售出库")
    RETURN_FROM_CUSTOMER = "return_from_customer", _("销售退回")
    RETURN_TO_SUPPLIER = "return_to_supplier", _("购进退出")
    ISSUE = "issue", _("领用出库")
    SAMPLE = "sample", _("检验取样")
    SCRAP = "scrap", _("报废")
    CONSUME = "consume", _("生产投料")
    PRODUCE = "produce", _("生产产出")
    ADJUST_IN = "adjust_in", _("盘盈")
    ADJUST_OUT = "adjust_out", _("盘亏")


class BlockKind(TextChoices):
    """What binds every present and future quantity of a lot wherever it lies."""

    HOLD = "hold", _("质量锁定")
    RECALL = "recall", _("召回")
    STOP_SALE = "stop_sale", _("停止销售")


class EdgeKind(TextChoices):
    """How one lot came out of another."""

    CONSUME = "consume", _("投料")
    PRODUCE = "produce", _("产出")
    SPLIT = "split", _("拆分")
    MERGE = "merge", _("合并")
    REPACK = "repack", _("分装")
    RELABEL = "relabel", _("重贴标签")
    REWORK = "rework", _("返工")
    STERILISE = "sterilise", _("灭菌")
    SAMPLE = "sample", _("取样")
    SCRAP = "scrap", _("报废")


class Expectation(TextChoices):
    """Which way an expected quantity will move."""

    SUPPLY = "supply", _("供给")
    DEMAND = "demand", _("需求")


class Direction(TextChoices):
    """Which way a trace goes from its lots."""

    BACK = "back", _("反查来源")
    FORWARD = "forward", _("正查去向")
    BOTH = "both", _("全链")


READ_STOCK = Right("inventory.read_stock", _("查看库存与批号"), EVERYONE)
"""What lies where. A post held for one site or warehouse sees the stock of that site or warehouse."""

READ_TRACE = Right(
    "inventory.read_trace",
    _("追溯来源与去向"),
    (*QUALITY_ROLES, Role.INSPECTOR, Role.WAREHOUSE_MANAGER, Role.SALES_MANAGER, Role.PURCHASING_MANAGER,
     Role.ENTERPRISE_HEAD, Role.AUDITOR),
)  # fmt: skip
"""Where goods came from and who has them. It shows partners of all sites: a whole company or nothing."""
