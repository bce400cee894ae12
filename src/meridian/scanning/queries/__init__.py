"""Reads for the scanner: how a task stands, which tasks wait, what is known about a lot."""

from meridian.scanning.queries.standing import standing

__all__ = ["standing"]
