"""What a grant may be limited to: sites and warehouses, as the floors above name them."""

from collections.abc import Callable, Mapping
from uuid import UUID

ScopeNames = Callable[[str], Mapping[UUID, str]]
"""Kind of scope → key → name, of the company in scope."""


def _none(kind: str) -> Mapping[UUID, str]:
    del kind
    return {}


_provided: list[ScopeNames] = [_none]


def provide_scopes(names: ScopeNames) -> None:
    """Called once, by the site."""
    _provided[:] = [names]


def scope_names(kind: str) -> Mapping[UUID, str]:
    """All that grants of this kind may be limited to; empty for the whole company and for kinds nobody names."""
    return _provided[0](kind)
