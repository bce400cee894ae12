"""Reads of the company: the zones of its sites and the places goods may lie at."""

from collections.abc import Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from meridian.kernel.context import current_company_id
from meridian.organization.models import Company, Place, Site
from meridian.organization.vocabulary import ZoneKind

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
