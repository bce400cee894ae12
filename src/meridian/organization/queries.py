"""Reads of the company: the zones of its sites and the places goods may lie at."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from meridian.kernel.clock import now
from meridian.kernel.context import current_company_id
from meridian.kernel.declare import Locks
from meridian.kernel.sql import array_text, fetch
from meridian.organization.models import Company, OwnLicence, Place, Site
from meridian.organization.vocabulary import PlaceKind, ZoneKind

_zones: dict[tuple[UUID, UUID], ZoneInfo] = {}


def zone_of_site(site_id: UUID) -> ZoneInfo:
    """The time zone of a site of the company in scope; raises LookupError for a site it does not have.

    Remembered for the life of the process: nothing changes the time zone of a site, whose records carry its days.
    """
    key = (current_company_id(), site_id)
    if key not in _zones:
        _learn_places()
        name = Site.objects.filter(pk=site_id).values_list("time_zone", flat=True).first()
        if name is None:
            raise LookupError(f"this company has no site {site_id}")
        _zones[key] = ZoneInfo(name)
    return _zones[key]


@dataclass(frozen=True)
class Standing:
    """The site a place is at and the warehouse it lies in; a warehouse lies in itself."""

    site_id: UUID
    warehouse_id: UUID


_standings: dict[UUID, dict[UUID, Standing]] = {}


def standings(place_ids: Iterable[UUID]) -> Mapping[UUID, Standing]:
    """Where places of the company in scope stand, unknown ones left out; no statement for places seen before.

    Remembered for the life of the process: a place never moves to another site or warehouse, its stock would with it.
    """
    wanted, known = set(place_ids), _standings.get(current_company_id(), {})
    if not wanted <= known.keys():
        known = _learn_places()
    return {place: known[place] for place in wanted & known.keys()}


def places_at(site_id: UUID) -> Sequence[UUID] | None:
    """All places of a site; None when the company has no other site, so that nothing needs to be told apart."""
    known = _standings.get(current_company_id()) or _learn_places()
    if {standing.site_id for standing in known.values()} <= {site_id}:
        return None
    known = _learn_places()  # places are added while the process lives
    return [place for place, standing in known.items() if standing.site_id == site_id]


def _learn_places() -> dict[UUID, Standing]:
    """One statement."""
    known = {}
    tree = {place.id: place for place in place_tree()}
    for place in tree.values():
        top = place
        while top.parent_id is not None:
            top = tree[top.parent_id]
        known[place.id] = Standing(place.site_id, top.id)
    _standings[current_company_id()] = known
    return known


def scope_names(kind: str) -> Mapping[UUID, str]:
    """What a grant of this kind may be limited to, by key: sites, warehouses; in order of their codes."""
    if kind == "site":
        return {site.pk: site.name for site in Site.objects.order_by("code")}
    if kind == PlaceKind.WAREHOUSE:
        return {each.pk: each.name for each in Place.objects.filter(kind=PlaceKind.WAREHOUSE).order_by("code")}
    return {}


def company_in_scope() -> Company:
    """The company whose rows are in scope; raises Company.DoesNotExist before set-up."""
    return Company.objects.get(pk=current_company_id())


def sites() -> Sequence[Site]:
    """The company's sites by code."""
    return list(Site.objects.order_by("code"))


def zone_of_kind(kind: ZoneKind, owner: str) -> str:
    """The SQL of the place where goods of a kind go at the site of a row (`owner` is its alias): zones before bins."""
    return f"""(SELECT p.id FROM organization_place p
 WHERE p.site_id = {owner}.site_id AND p.zone_kind = '{kind.value}' AND p.is_active
   AND p.company_id = {owner}.company_id
 ORDER BY p.kind = 'zone' DESC, p.code LIMIT 1)"""


@dataclass(frozen=True)
class KeptAt:
    """Goods that need a place at a site; degrees Celsius, None where the label names no limit.

    `is_strict` goods lie nowhere else than where it is kept so; others rather there than elsewhere.
    """

    site_id: UUID
    lowest: Decimal | None
    highest: Decimal | None
    is_strict: bool


_KEPT_AT = """
SELECT u.ord, s.id
FROM unnest(%(sites)s::uuid[], %(lows)s::numeric[], %(highs)s::numeric[], %(strict)s::boolean[])
  WITH ORDINALITY AS u(site_id, low, high, is_strict, ord)
CROSS JOIN LATERAL (
  SELECT p.id
  FROM organization_place p
  LEFT JOIN organization_place z ON z.id = p.parent_id AND z.company_id = p.company_id
  LEFT JOIN organization_place w ON w.id = z.parent_id AND w.company_id = z.company_id
  CROSS JOIN LATERAL (SELECT
    (u.low IS NULL OR coalesce(p.temperature_celsius_min, z.temperature_celsius_min, w.temperature_celsius_min, -274)
       >= u.low)
    AND (u.high IS NULL OR
      coalesce(p.temperature_celsius_max, z.temperature_celsius_max, w.temperature_celsius_max, 999) <= u.high)
    AS is_met,
    abs(coalesce(p.temperature_celsius_max, z.temperature_celsius_max, w.temperature_celsius_max, 99)
        - coalesce(u.high, 99)) AS colder) kept
  WHERE p.site_id = u.site_id AND p.zone_kind = %(kind)s AND p.is_active AND p.company_id = %(company)s
    AND (kept.is_met OR NOT u.is_strict)
  ORDER BY kept.is_met DESC, p.kind = 'zone' DESC, kept.colder, p.code LIMIT 1
) s
"""


def places_kept_at(kind: ZoneKind, wishes: Sequence[KeptAt]) -> list[UUID | None]:
    """For each wish the place in use where goods of a kind go; None where none may hold them.

    Zones before bins, and no colder than asked.

    A place keeps the temperatures of its zone or warehouse where it names none. One statement, none for no wish.
    """
    found: list[UUID | None] = [None] * len(wishes)
    if not wishes:
        return found
    rows = fetch(_KEPT_AT, {
        "company": current_company_id(), "kind": kind.value,
        "sites": array_text([wish.site_id for wish in wishes]),
        "lows": array_text([wish.lowest for wish in wishes]),
        "highs": array_text([wish.highest for wish in wishes]),
        "strict": [wish.is_strict for wish in wishes],
    })  # fmt: skip
    for order, place_id in rows:
        found[order - 1] = place_id
    return found


_STILL_IN_USE = """
SELECT id FROM organization_place WHERE id = ANY(%s) AND company_id = %s AND is_active ORDER BY id FOR SHARE
"""


def kept_in_use(place_ids: Iterable[UUID | None], locks: Locks) -> frozenset[UUID]:
    """Which of the places goods are about to go to are in use, and stay so until the act ends: one statement.

    On a page, which locks no place, all of them as they were read before: no statement.
    """
    wanted = frozenset(each for each in place_ids if each is not None)
    if Place not in locks or not wanted:
        return wanted
    return frozenset(row[0] for row in fetch(_STILL_IN_USE, [sorted(wanted), current_company_id()]))


def places_of_kind(site_id: UUID, zone_kind: ZoneKind) -> Sequence[Place]:
    """The active zones and bins of one kind at a site, by code."""
    return list(Place.objects.filter(site_id=site_id, zone_kind=zone_kind, is_active=True).order_by("code"))


def places(place_ids: Sequence[UUID]) -> Mapping[UUID, Place]:
    """Places by id, in one statement."""
    return Place.objects.in_bulk(list(place_ids))


@dataclass(frozen=True)
class PlaceInTree:
    """A place with its site and the place it lies in; `label` is code and name."""

    id: UUID
    site_id: UUID
    parent_id: UUID | None
    label: str


def place_tree() -> Sequence[PlaceInTree]:
    """All places of the company by code; one statement."""
    rows = Place.objects.order_by("code").values_list("id", "site_id", "parent_id", "code", "name")
    return [PlaceInTree(key, site, parent, f"{code} {name}") for key, site, parent, code, name in rows]


@dataclass(frozen=True)
class OwnLicenceFacts:
    """A paper of the company for its own transitions."""

    id: UUID
    valid_until: date | None
    read_on: date


def load_own_licences(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, OwnLicenceFacts]:
    """Facts of the company's own papers; one statement."""
    del company_id, locks
    today = now().date()
    return {row.pk: OwnLicenceFacts(row.pk, row.valid_until, today) for row in OwnLicence.objects.filter(pk__in=ids)}
