"""What modules add to the API by hand: functions that mount operations, handed in by the site once, at start."""

from collections.abc import Callable, Sequence

from ninja import Router

Mount = Callable[[Router], None]
"""Adds a module's own operations to the router of version 1."""

_mounts: list[Mount] = []


def provide_endpoints(mounts: Sequence[Mount]) -> None:
    """Called once, by the site, before addresses are resolved."""
    _mounts[:] = mounts


def provided_endpoints() -> Sequence[Mount]:
    """What the site handed in."""
    return tuple(_mounts)
