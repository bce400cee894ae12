"""Document types of accounts."""

from meridian.accounts.documents.access_change import AccessChangeDocument

__all__ = ["AccessChangeDocument"]
