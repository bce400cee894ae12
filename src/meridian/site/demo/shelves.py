"""Shelves: a cold and a cool room beside the hall, each with its zones and bins, and putting goods on them."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from meridian.inspection.models import AcceptanceInspection
from meridian.inventory.models import StockMovement
from meridian.inventory.vocabulary import MovementType
from meridian.organization.services import NewPlace, add_places
from meridian.organization.vocabulary import PlaceKind, Role, ZoneKind
from meridian.site.demo.staff import Staff
from meridian.warehouse.documents import PutawayDocument

COLD, COOL = (Decimal(2), Decimal(8)), (Decimal(5), Decimal(20))
HALL = "WH1"
SHELVES = (("HG", "A", 6, 4), ("LK-HG", "L", 2, 4), ("YL-HG", "Y", 2, 4))
"""Zone, letter of its shelves, shelves, bins of each."""


def build(staff: Staff) -> None:
    """Adds cold and cool zones for what waits, what is qualified and what is not, and the bins of each green zone."""
    add_places(staff.company.site_id, [*_zones(), *_bins()], actor=staff.company.system)


def _zones() -> Iterator[NewPlace]:
    for code, name, (low, high) in (("LK", "冷库", COLD), ("YL", "阴凉库", COOL)):
        for kind, suffix, label in ((ZoneKind.PENDING, "DY", "待验区"), (ZoneKind.QUALIFIED, "HG", "合格品区"),
                                    (ZoneKind.NONCONFORMING, "BHG", "不合格品区")):  # fmt: skip
            yield NewPlace(
                kind=PlaceKind.ZONE, zone_kind=kind, code=f"{code}-{suffix}", name=f"{name}{label}", inside=HALL,
                temperature_celsius_min=low, temperature_celsius_max=high,
            )  # fmt: skip


def _bins() -> Iterator[NewPlace]:
    for zone, letter, shelves, bins in SHELVES:
        for shelf in range(1, shelves + 1):
            for place in range(1, bins + 1):
                code = f"{letter}-{shelf:02}-{place:02}"
                name = f"{letter} 架 {shelf} 层 {place} 位"
                yield NewPlace(kind=PlaceKind.BIN, zone_kind=ZoneKind.QUALIFIED, code=code, name=name, inside=zone)


@dataclass(frozen=True)
class Shelving:
    """The keeper's side of the house."""

    staff: Staff

    def draft(self, inspection: UUID) -> UUID:
        """A putaway of what an inspection accepted, the places suggested by the system."""
        rows = StockMovement.objects.filter(document_id=inspection, movement=MovementType.ACCEPT).order_by("pk")
        lines = [
            {"lot": row.lot_id, "place": row.to_place_id, "stock_status": row.to_status, "quantity": row.quantity}
            for row in rows
        ]
        number = AcceptanceInspection.objects.values_list("number", flat=True).get(pk=inspection)
        return self.staff.draft(Role.KEEPER, PutawayDocument, {"note": f"验收单 {number}"}, lines)

    def finish(self, putaway: UUID) -> None:
        """The goods lie on their shelves."""
        self.staff.perform(Role.KEEPER, PutawayDocument.put_away, putaway)
