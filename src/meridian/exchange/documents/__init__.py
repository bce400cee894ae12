"""The document types of imports."""

from meridian.exchange.documents.import_run import ImportRunDocument

__all__ = ["ImportRunDocument"]
