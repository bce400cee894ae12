"""The document types of purchasing."""

from meridian.purchasing.documents.purchase_order import PurchaseOrderDocument

__all__ = ["PurchaseOrderDocument"]
