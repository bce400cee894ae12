"""Reads of the company: the zones of its sites and the places goods may lie at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from meridian.kernel.clock import now
from meridian.kernel.context import current_company_id
from meridian.kernel.declare import Locks
from meridian.organization.models import Company, OwnLicence, Place, Site
from meridian.organization.vocabulary import PlaceKind, ZoneKind

_zones: dict[tuple[UUID, UUID], ZoneInfo] = {}


def zone_of_site(site_id: UUID) -> ZoneInfo:
    """The time zone of a site of the company in scope; raises LookupError for a site it does not have.

    Remembered for the life of the process: nothing changes the time zone of a site, whose records carry its days.
    """
    key = (current_company_id(), site_id)
    if key not in _zones:
        name = Site.objects.filter(pk=site_id).values_list("time_zone", flat=True).first()
        if name is None:
            raise LookupError(f"this company has no site {site_id}")
        _zones[key] = ZoneInfo(name)
    return _zones[key]


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
