"""The document types of the warehouse."""

from meridian.warehouse.documents.customer_return import CustomerReturnDocument
from meridian.warehouse.documents.goods_receipt import GoodsReceiptDocument
from meridian.warehouse.documents.internal_move import InternalMoveDocument
from meridian.warehouse.documents.place_closure import PlaceClosureDocument
from meridian.warehouse.documents.place_set import PlaceSetDocument
from meridian.warehouse.documents.putaway import PutawayDocument
from meridian.warehouse.documents.quality_hold import QualityHoldDocument
from meridian.warehouse.documents.shipment import ShipmentDocument
from meridian.warehouse.documents.stock_adjustment import StockAdjustmentDocument
from meridian.warehouse.documents.supplier_return import SupplierReturnDocument

__all__ = [
    "CustomerReturnDocument",
    "GoodsReceiptDocument",
    "InternalMoveDocument",
    "PlaceClosureDocument",
    "PlaceSetDocument",
    "PutawayDocument",
    "QualityHoldDocument",
    "ShipmentDocument",
    "StockAdjustmentDocument",
    "SupplierReturnDocument",
]
