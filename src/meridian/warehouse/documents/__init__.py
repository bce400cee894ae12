"""The document types of the warehouse."""

from meridian.warehouse.documents.shipment import ShipmentDocument
from meridian.warehouse.documents.stock_adjustment import StockAdjustmentDocument

__all__ = ["ShipmentDocument", "StockAdjustmentDocument"]
