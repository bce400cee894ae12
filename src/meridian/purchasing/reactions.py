"""What purchasing does when goods move."""

from meridian.kernel.work import Work
from meridian.purchasing.models import PurchaseOrder
from meridian.warehouse.models import GoodsReceipt
from meridian.warehouse.queries.goods_receipt import ReceiptFacts
from meridian.warehouse.services.keeping import prolong
from meridian.warehouse.services.receiving import retention_anchors


def keep_order_with_goods(work: Work[GoodsReceipt, ReceiptFacts]) -> None:
    """The purchase record is kept as long as the record of the goods that arrived for it (R1, GSP Art 23, 58)."""
    if work.facts.order_id is not None:
        prolong(work, PurchaseOrder, work.facts.order_id, retention_anchors(work.facts))
