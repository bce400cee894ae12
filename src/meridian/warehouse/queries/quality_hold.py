"""The facts of a quality hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from meridian.inventory.queries import LotFacts, lot_facts
from meridian.kernel.clock import now
from meridian.kernel.context import current_company_id
from meridian.kernel.declare import Locks
from meridian.kernel.sql import fetch
from meridian.organization.queries import zone_of_site


@dataclass(frozen=True)
class QualityHoldFacts:
    """A quality hold as its gates see it; `site_day` is the day it was read at the site."""

    number: str
    doubt: str
    lot: LotFacts
    is_implantable: bool
    site_day: date


_HOLDS = """
SELECT h.id, h.number, h.doubt, h.lot_id, i.is_implantable, h.site_id
FROM warehouse_quality_hold h
JOIN inventory_lot l ON l.id = h.lot_id AND l.company_id = h.company_id
JOIN items_item i ON i.id = l.item_id AND i.company_id = l.company_id
WHERE h.id = ANY(%s) AND h.company_id = %s
"""


def load_quality_holds(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, QualityHoldFacts]:
    """Facts of quality holds; four statements for one or fifty."""
    rows = fetch(_HOLDS, [list(ids), company_id])
    lots = lot_facts([row[3] for row in rows], locks)
    return {
        key: QualityHoldFacts(number, doubt, lots[lot_id], implantable, now().astimezone(zone_of_site(site_id)).date())
        for key, number, doubt, lot_id, implantable, site_id in rows
    }


_PLACES = """
SELECT DISTINCT place_id FROM inventory_balance WHERE lot_id = %s AND is_there AND company_id IS NOT DISTINCT FROM %s
"""


def places_of_lot(lot_id: UUID) -> Sequence[UUID]:
    """Where a lot of the company in scope lies; one statement."""
    return [place for (place,) in fetch(_PLACES, [lot_id, current_company_id()])]
