"""The document types of parameters."""

from meridian.parameters.documents.parameter_change import ParameterChangeDocument

__all__ = ["ParameterChangeDocument"]
