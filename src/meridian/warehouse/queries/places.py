"""The facts of places to be set up and of places to be closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from meridian.kernel.declare import Locks
from meridian.kernel.sql import array_text, fetch
from meridian.organization.models import Place
from meridian.organization.queries import kept_in_use
from meridian.warehouse.numbering import combined, expanded
from meridian.warehouse.vocabulary import PlaceClosureState, PlaceSetState


@dataclass(frozen=True)
class PlaceSetFacts:
    """Places to be set up as its gates see them. Degrees Celsius, None where the place keeps its parent's."""

    id: UUID
    number: str
    state: str
    site_id: UUID
    created_at: datetime
    inside_id: UUID
    inside_name: str
    inside_kind: str
    inside_zone_kind: str
    inside_is_active: bool
    inside_is_at_site: bool
    place_kind: str
    zone_kind: str
    prefix: str
    place_name: str
    aisles: str
    bays: str
    levels: str
    celsius_min: Decimal | None
    celsius_max: Decimal | None
    taken: tuple[str, ...] = ()
    """Codes of these that another place of the site has already."""

    @property
    def codes(self) -> list[str]:
        """The code of each place, in order."""
        return combined([[self.prefix] if self.prefix else [], *map(expanded, (self.aisles, self.bays, self.levels))])

    @property
    def names(self) -> list[str]:
        """The name of each place, in the order of the codes."""
        numbered = combined([*map(expanded, (self.aisles, self.bays, self.levels))])
        return [f"{self.place_name} {each}".strip() for each in numbered]

    @property
    def recorded_on(self) -> date:
        """The day it was written."""
        return self.created_at.date()


_SETS = """
SELECT h.id, h.number, h.state, h.site_id, h.created_at, h.inside_id, p.code || ' ' || p.name, p.kind, p.zone_kind,
       p.is_active, p.site_id = h.site_id, h.place_kind, h.zone_kind, h.prefix, h.place_name, h.aisles, h.bays,
       h.levels, h.celsius_min, h.celsius_max
FROM warehouse_place_set h
JOIN organization_place p ON p.id = h.inside_id AND p.company_id = h.company_id
WHERE h.id = ANY(%s) AND h.company_id = %s
"""
_TAKEN = """
SELECT u.document_id, array_agg(u.code ORDER BY u.code)
FROM unnest(%(documents)s::uuid[], %(sites)s::uuid[], %(codes)s::text[]) AS u(document_id, site_id, code)
CROSS JOIN LATERAL (
  SELECT FROM organization_place x
  WHERE x.code = u.code AND x.site_id = u.site_id AND x.company_id = %(company)s LIMIT 1
) k
GROUP BY u.document_id
"""


def load_place_sets(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, PlaceSetFacts]:
    """Facts of places to be set up; two statements for one or fifty, three in an act, which keeps the place around."""
    found = [PlaceSetFacts(*row) for row in fetch(_SETS, [list(ids), company_id])]
    in_use = kept_in_use([each.inside_id for each in found], locks)
    asked = [(each.id, each.site_id, code) for each in found if each.state == PlaceSetState.DRAFT
             for code in each.codes]  # fmt: skip
    taken = dict(fetch(_TAKEN, {
        "company": company_id,
        "documents": array_text([row[0] for row in asked]),
        "sites": array_text([row[1] for row in asked]),
        "codes": array_text([row[2] for row in asked]),
    }))  # fmt: skip
    return {
        each.id: replace(
            each,
            taken=tuple(taken.get(each.id, ())),
            inside_is_active=each.inside_is_active and each.inside_id in in_use,
        )
        for each in found
    }


@dataclass(frozen=True)
class PlaceClosureFacts:
    """A place to be closed: `heaps` is how many stocks lie there or inside it, `heap_at` the first place that has one.

    `is_at_site` says that the place is at the site of the document.
    """

    number: str
    created_at: datetime
    place_id: UUID
    place_name: str
    is_active: bool
    is_at_site: bool
    heaps: int
    heap_at: str
    still_closed: Sequence[UUID]
    """Places that other documents keep closed."""

    @property
    def recorded_on(self) -> date:
        """The day it was written."""
        return self.created_at.date()


_CLOSURES = """
SELECT h.id, h.number, h.created_at, p.id, p.code || ' ' || p.name, p.is_active, p.site_id = h.site_id,
       held.heaps, coalesce(held.heap_at, ''),
       (SELECT coalesce(array_agg(o.place_id), '{}') FROM warehouse_place_closure o
        WHERE o.company_id = h.company_id AND o.id <> h.id AND o.state = ANY(%s))
FROM warehouse_place_closure h
JOIN organization_place p ON p.id = h.place_id AND p.company_id = h.company_id
CROSS JOIN LATERAL (
  SELECT count(*) AS heaps, min(x.code || ' ' || x.name) AS heap_at
  FROM organization_place x
  JOIN inventory_balance b ON b.place_id = x.id AND b.company_id IS NOT DISTINCT FROM x.company_id AND b.is_there
  WHERE x.company_id = h.company_id
    AND (x.id = p.id OR x.parent_id = p.id OR EXISTS (
      SELECT FROM organization_place z
      WHERE z.id = x.parent_id AND z.parent_id = p.id AND z.company_id = x.company_id))
) held
WHERE h.id = ANY(%s) AND h.company_id = %s
"""
_HELD = """
SELECT p.id FROM organization_place p
WHERE p.company_id = %(company)s AND EXISTS (
  SELECT FROM warehouse_place_closure h
  WHERE h.id = ANY(%(documents)s) AND h.company_id = p.company_id
    AND (p.id = h.place_id OR p.parent_id = h.place_id OR EXISTS (
      SELECT FROM organization_place z
      WHERE z.id = p.parent_id AND z.parent_id = h.place_id AND z.company_id = p.company_id)))
ORDER BY p.id FOR UPDATE
"""
_CLOSED = [PlaceClosureState.BLOCKED.value, PlaceClosureState.RETIRED.value]


def load_place_closures(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, PlaceClosureFacts]:
    """Facts of places to be closed; one statement for one or fifty, two in an act.

    Places about to be closed are locked first: goods on their way there have arrived, others find it closed.
    """
    if Place in locks:
        fetch(_HELD, {"company": company_id, "documents": list(ids)})
    rows = fetch(_CLOSURES, [_CLOSED, list(ids), company_id])
    return {row[0]: PlaceClosureFacts(*row[1:]) for row in rows}
