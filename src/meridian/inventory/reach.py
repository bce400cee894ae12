"""Whose stock a reader sees: the whole company's, or that of the sites and warehouses their posts are held for."""

from collections.abc import Collection
from uuid import UUID

from meridian.accounts.rights import require_right, scopes_of
from meridian.inventory.vocabulary import READ_STOCK
from meridian.kernel.permission import Grants
from meridian.organization.queries import place_tree


def places_in_reach(grants: Grants) -> frozenset[UUID] | None:
    """The places whose stock may be read, None for all; refuses (403) who may read none. At most one statement."""
    require_right(grants, READ_STOCK)
    scopes = scopes_of(grants, READ_STOCK)
    if scopes is None:
        return None
    tree = place_tree()
    sites = scopes.get("site", frozenset())
    inside = {place.id for place in tree if place.site_id in sites} | set(scopes.get("warehouse", ()))
    return with_all_below(inside, [(place.id, place.parent_id) for place in tree])


NOWHERE = UUID(int=0)
"""No place has this id: a filter that must find nothing."""


def within(reach: frozenset[UUID] | None, asked: Collection[UUID]) -> Collection[UUID]:
    """The places to look at, as a stock filter takes them: those asked for, or all, as far as the reader sees."""
    if reach is None:
        return asked
    return (reach & set(asked) if asked else reach) or (NOWHERE,)


def with_all_below(places: Collection[UUID], parents: Collection[tuple[UUID, UUID | None]]) -> frozenset[UUID]:
    """The places and whatever lies inside them, zones in warehouses and bins in zones."""
    found = set(places)
    size = -1
    while size != len(found):
        size = len(found)
        found |= {place for place, parent in parents if parent in found}
    return frozenset(found)
