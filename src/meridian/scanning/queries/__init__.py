"""Reads for the scanner: how a task stands, which tasks wait, what is known about a scan."""

from meridian.scanning.queries.hub import hub
from meridian.scanning.queries.known import known_about
from meridian.scanning.queries.standing import standing

__all__ = ["hub", "known_about", "standing"]
