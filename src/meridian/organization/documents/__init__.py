"""The document types of the company."""

from meridian.organization.documents.own_licence import OwnLicenceDocument

__all__ = ["OwnLicenceDocument"]
