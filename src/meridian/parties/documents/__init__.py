"""The document types of parties."""

from meridian.parties.documents.customer import CustomerDocument
from meridian.parties.documents.licence import LicenceDocument
from meridian.parties.documents.supplier import SupplierDocument

__all__ = ["CustomerDocument", "LicenceDocument", "SupplierDocument"]
