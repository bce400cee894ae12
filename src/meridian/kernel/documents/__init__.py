"""Document types of the kernel."""

from meridian.kernel.documents.waiver import WaiverDocument

__all__ = ["WaiverDocument"]
