"""The document types of inspection."""

from meridian.inspection.documents.acceptance_inspection import AcceptanceInspectionDocument

__all__ = ["AcceptanceInspectionDocument"]
