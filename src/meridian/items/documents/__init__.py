"""The document types of items."""

from meridian.items.documents.catalogue_snapshot import CatalogueSnapshotDocument
from meridian.items.documents.item import ItemDocument
from meridian.items.documents.registration_certificate import RegistrationCertificateDocument

__all__ = ["CatalogueSnapshotDocument", "ItemDocument", "RegistrationCertificateDocument"]
