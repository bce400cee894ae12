"""What a scanned text stands for: goods by their barcode, a lot by its number, a place by its code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from meridian.inventory.models import Lot
from meridian.items.queries import IdentifiedItem, ItemVerdict, item_by_di, item_verdicts
from meridian.organization.models import Place
from meridian.warehouse.scanning import Scan, read_scan

CODE_LENGTH_MAX = 40
"""No place code, lot or serial number is longer."""


GROUP_SEPARATOR = "\x1d"


def plain(text: str) -> str:
    """A capture without the line end a scanner adds, its separators written `^`, which people can see.

    Behind a symbology identifier the standard knows 0x1D alone; there it stays.
    """
    text = text.strip("\r\n\t ")
    return text if text.startswith("]") else text.replace(GROUP_SEPARATOR, "^")


@dataclass(frozen=True)
class Goods:
    """A text read as goods. Without `item` it names no product known here; `scan` says why when it is no barcode."""

    text: str
    scan: Scan
    site_day: date
    named: IdentifiedItem | None = None
    item: ItemVerdict | None = None

    @property
    def units(self) -> Decimal:
        """How many base units one scan counts."""
        return self.named.units_per_package if self.named else Decimal(1)

    @property
    def lot_name(self) -> str:
        """The serial number, else the lot number, else the text itself."""
        return self.scan.serial_no or self.scan.lot_no or self.text


def read_goods(text: str, site_day: date) -> Goods:
    """The goods a text names by a barcode of any agency; three statements at most. Never raises."""
    scan = read_scan(text, site_day)
    named = item_by_di([scan.di]).get(scan.di) if scan.di else None
    item = item_verdicts([named.item_id], frozenset())[named.item_id] if named else None
    return Goods(text, scan, site_day, named, item)


def lots_of(goods: Goods) -> Sequence[Lot]:
    """The known lots goods may be of: by item, lot and serial number, or a lot or serial number typed; one statement.

    A unit's serial number goes before the lot it belongs to.
    """
    scan = goods.scan
    if goods.item is not None:
        wanted = Q(serial_no="", lot_no=scan.lot_no) if scan.lot_no else Q(pk__in=())
        if scan.serial_no:
            wanted |= Q(serial_no=scan.serial_no, lot_no__in=("", scan.lot_no))
        found = list(Lot.objects.filter(wanted, item_id=goods.item.id).order_by("pk"))
        return [lot for lot in found if scan.serial_no and lot.serial_no == scan.serial_no] or found
    if scan.di or not goods.text or len(goods.text) > CODE_LENGTH_MAX:
        return []
    named = scan.serial_no or scan.lot_no or goods.text
    return list(Lot.objects.filter(Q(lot_no=named, serial_no="") | Q(serial_no=named)).order_by("pk"))


def place_of_code(text: str, site_id: UUID) -> Place | None:
    """The place of this very code at a site; one statement, none for what is too long to be a code."""
    if not text or len(text) > CODE_LENGTH_MAX:
        return None
    return Place.objects.filter(site_id=site_id, code=text).first()
