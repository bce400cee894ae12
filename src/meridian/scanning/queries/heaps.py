"""What lies where, lot by lot: the heaps goods can be taken from."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from meridian.inventory.models import StockBalance
from meridian.kernel.context import current_company_id
from meridian.kernel.sql import array_text, fetch

HeapKey = tuple[UUID, UUID, str]
"""Lot, place, stock status."""


@dataclass(frozen=True)
class Heap:
    """A quantity of one lot in one status at one place; `kind` is the place's."""

    lot_id: UUID
    place_id: UUID
    status: str
    quantity: Decimal
    place: str
    kind: str

    @property
    def key(self) -> HeapKey:
        """Which heap it is."""
        return self.lot_id, self.place_id, self.status


_HEAPS = """
SELECT b.lot_id, b.place_id, b.status, b.quantity, p.code || ' ' || p.name, p.kind
FROM unnest(%(lots)s::uuid[]) AS u(lot_id)
CROSS JOIN LATERAL (SELECT * FROM inventory_balance x
                    WHERE x.lot_id = u.lot_id AND x.company_id = %(company)s AND x.owner_id = %(company)s
                      AND x.is_there) b
CROSS JOIN LATERAL (SELECT * FROM organization_place y
                    WHERE y.id = b.place_id AND y.company_id = %(company)s AND y.site_id = %(site)s LIMIT 1) p
ORDER BY p.code, b.status, b.lot_id
"""


def heaps_of(lot_ids: Collection[UUID], site_id: UUID) -> Sequence[Heap]:
    """Where these lots lie at a site, by place; one statement."""
    values = {"lots": array_text(lot_ids), "company": current_company_id(), "site": site_id}
    return [Heap(*row) for row in fetch(_HEAPS, values)]


def holds_goods(place_id: UUID) -> bool:
    """Whether anything lies at a place; one statement."""
    return StockBalance.objects.filter(place_id=place_id, is_there=True).exists()
