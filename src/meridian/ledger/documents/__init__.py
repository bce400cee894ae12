"""The document types of the money book."""

from meridian.ledger.documents.accounting_period import AccountingPeriodDocument

__all__ = ["AccountingPeriodDocument"]
