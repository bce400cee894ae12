"""The document types of sales."""

from meridian.sales.documents.sales_order import SalesOrderDocument

__all__ = ["SalesOrderDocument"]
