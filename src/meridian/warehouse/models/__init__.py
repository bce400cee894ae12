"""Tables of the warehouse."""

from meridian.warehouse.models.places import PlaceClosure, PlaceSet
from meridian.warehouse.models.receiving import GoodsReceipt, GoodsReceiptLine, TransitLog
from meridian.warehouse.models.records import (
    CustomerReturn,
    CustomerReturnLine,
    GoodsMove,
    GoodsMoveLine,
    InternalMove,
    InternalMoveLine,
    LotWords,
    Putaway,
    PutawayLine,
    QualityHold,
    Shipment,
    ShipmentLine,
    StockAdjustment,
    StockAdjustmentLine,
    SupplierReturn,
    SupplierReturnLine,
)

__all__ = [
    "CustomerReturn",
    "CustomerReturnLine",
    "GoodsMove",
    "GoodsMoveLine",
    "GoodsReceipt",
    "GoodsReceiptLine",
    "InternalMove",
    "InternalMoveLine",
    "LotWords",
    "PlaceClosure",
    "PlaceSet",
    "Putaway",
    "PutawayLine",
    "QualityHold",
    "Shipment",
    "ShipmentLine",
    "StockAdjustment",
    "StockAdjustmentLine",
    "SupplierReturn",
    "SupplierReturnLine",
    "TransitLog",
]
