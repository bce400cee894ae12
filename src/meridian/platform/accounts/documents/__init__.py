"""Document types of accounts."""

from meridian.platform.accounts.documents.access_change import AccessChangeDocument

__all__ = ["AccessChangeDocument"]
