"""The document types of purchasing."""

from meridian.purchasing.documents.inquiry import InquiryDocument
from meridian.purchasing.documents.purchase_contract import PurchaseContractDocument
from meridian.purchasing.documents.purchase_order import PurchaseOrderDocument
from meridian.purchasing.documents.quotation import QuotationDocument
from meridian.purchasing.documents.requisition import RequisitionDocument

__all__ = [
    "InquiryDocument",
    "PurchaseContractDocument",
    "PurchaseOrderDocument",
    "QuotationDocument",
    "RequisitionDocument",
]
