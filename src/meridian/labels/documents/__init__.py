"""Document types of labels."""

from meridian.labels.documents.label_job import LabelJobDocument

__all__ = ["LabelJobDocument"]
