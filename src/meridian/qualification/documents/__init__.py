"""The document types of qualification."""

from meridian.qualification.documents.supplier_qualification import SupplierQualificationDocument

__all__ = ["SupplierQualificationDocument"]
