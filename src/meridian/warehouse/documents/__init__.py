"""The document types of the warehouse."""

from meridian.warehouse.documents.goods_receipt import GoodsReceiptDocument
from meridian.warehouse.documents.quality_hold import QualityHoldDocument
from meridian.warehouse.documents.shipment import ShipmentDocument
from meridian.warehouse.documents.stock_adjustment import StockAdjustmentDocument

__all__ = ["GoodsReceiptDocument", "QualityHoldDocument", "ShipmentDocument", "StockAdjustmentDocument"]
