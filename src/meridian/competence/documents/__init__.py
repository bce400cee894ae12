"""The document types of competence."""

from meridian.competence.documents.qualification import QualificationDocument

__all__ = ["QualificationDocument"]
