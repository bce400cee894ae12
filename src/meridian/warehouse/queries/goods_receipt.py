"""The facts of a goods receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F

from meridian.inventory.queries import ExpectedRow, expected_rows, maker_key
from meridian.items.queries import ItemVerdict
from meridian.kernel.clock import now
from meridian.kernel.declare import Locks
from meridian.kernel.sql import array_text, fetch
from meridian.ledger.queries import closed_months
from meridian.organization.queries import zone_of_site
from meridian.parties.queries import SupplierVerdict, supplier_verdicts
from meridian.warehouse.models import GoodsReceipt, GoodsReceiptLine
from meridian.warehouse.scanning import Scan, read_scan


@dataclass(frozen=True)
class ReceivedItem:
    """A product as a receipt needs it. `maker_name` is its contract manufacturer, else registrant."""

    id: UUID
    number: str
    device_class: str
    is_ivd: bool
    is_implantable: bool
    udi_list: str
    base_unit: str
    tracking: str
    has_expiry: bool
    maker_name: str
    registration_id: UUID | None


def maker_of(item: ItemVerdict) -> str:
    """Who makes an item, as its lots name it: the contract manufacturer, where there is none the registrant."""
    registrant = item.registrant_name or (item.registration.registrant_name if item.registration else "")
    return item.contract_manufacturer_name or registrant


@dataclass(frozen=True)
class KnownLot:
    """What the stock book already knows: the days of this very lot, and whether this serial number lies in stock."""

    is_known: bool
    manufactured_on: date | None
    expires_on: date | None
    serial_in_stock: bool


@dataclass(frozen=True)
class ReceiptLineFacts:
    """One lot as it arrived; `named_item_id` is the item that the scanned DI names."""

    line_id: UUID
    item: ReceivedItem
    order_line: ExpectedRow | None
    scan: Scan | None
    named_item_id: UUID | None
    known: KnownLot
    lot_no: str
    serial_no: str
    sterilization_lot_no: str
    manufactured_on: date | None
    expires_on: date | None
    quantity: Decimal

    @property
    def name(self) -> str:
        """What people call it: the serial number of a single unit, else the lot number."""
        return self.serial_no or self.lot_no


@dataclass(frozen=True)
class ReceiptFacts:
    """A goods receipt as its gates see it; `site_day` is the day it was read at the site."""

    number: str
    order_id: UUID | None
    order_number: str
    supplier: SupplierVerdict
    delivery_note_number: str
    place_id: UUID
    place_name: str
    place_is_pending: bool
    """An active place of a pending zone at the receipt's own site."""
    closed_months: tuple[date, ...]
    lines: tuple[ReceiptLineFacts, ...]
    site_day: date


_RECEIPTS = """
SELECT r.id, r.number, r.order_id, r.order_number, r.supplier_id, r.delivery_note_number, r.site_id, r.place_id,
       p.code || ' ' || p.name, p.zone_kind = 'pending' AND p.is_active AND p.site_id = r.site_id,
       l.id, l.order_line_id, l.scanned, l.lot_no, l.serial_no, l.sterilization_lot_no, l.manufactured_on,
       l.expires_on, l.quantity,
       (SELECT d.document_id FROM items_device_identifier d WHERE d.di = l.di AND d.company_id = l.company_id),
       i.id, i.number, i.device_class, i.is_ivd, i.is_implantable, i.udi_list, i.base_unit, i.tracking, i.has_expiry,
       coalesce(nullif(i.contract_manufacturer_name, ''), nullif(i.registrant_name, ''), c.registrant_name, ''),
       i.registration_id
FROM warehouse_goods_receipt r
JOIN organization_place p ON p.id = r.place_id AND p.company_id = r.company_id
LEFT JOIN warehouse_goods_receipt_line l ON l.document_id = r.id AND l.company_id = r.company_id
LEFT JOIN items_item i ON i.id = l.item_id AND i.company_id = l.company_id
LEFT JOIN items_registration_certificate c ON c.id = i.registration_id AND c.company_id = i.company_id
WHERE r.id = ANY(%s) AND r.company_id = %s ORDER BY r.id, l.line_no
"""
_KNOWN = """
SELECT u.line_id, k.id IS NOT NULL, k.manufactured_on, k.expires_on, u.serial_no <> '' AND EXISTS (
  SELECT 1 FROM inventory_lot t
  JOIN LATERAL (SELECT 1 FROM inventory_balance b
                WHERE b.lot_id = t.id AND b.company_id = t.company_id AND b.quantity > 0 LIMIT 1) held ON true
  WHERE t.serial_no = u.serial_no AND t.serial_no <> '' AND t.item_id = u.item_id
    AND t.company_id IS NOT DISTINCT FROM %(company)s)
FROM unnest(%(lines)s::uuid[], %(items)s::uuid[], %(lots)s::text[], %(serials)s::text[], %(sterile)s::text[],
            %(makers)s::text[]) AS u(line_id, item_id, lot_no, serial_no, sterilization_lot_no, maker_key)
LEFT JOIN LATERAL (
  SELECT x.id, x.manufactured_on, x.expires_on FROM inventory_lot x
  WHERE x.item_id = u.item_id AND x.lot_no = u.lot_no AND x.serial_no = u.serial_no
    AND x.sterilization_lot_no = u.sterilization_lot_no AND x.maker_key = u.maker_key
    AND x.company_id IS NOT DISTINCT FROM %(company)s
  LIMIT 1
) k ON true
"""


def load_goods_receipts(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, ReceiptFacts]:
    """Facts of goods receipts; six statements for one or fifty. Order lines are locked while goods are received.

    What the stock book knows is read after and under these locks, so that one delivery is not received twice.
    """
    rows = fetch(_RECEIPTS, [list(ids), company_id])
    headers = {row[0]: row[1:10] for row in rows}
    of_lines = {row[10]: row for row in rows if row[10] is not None}
    ordered = expected_rows([row[11] for row in of_lines.values() if row[11]], locks)
    suppliers = supplier_verdicts([header[3] for header in headers.values()], locks)
    days = {key: now().astimezone(zone_of_site(header[5])).date() for key, header in headers.items()}
    items = {key: ReceivedItem(*row[20:]) for key, row in of_lines.items()}
    known = _known_lots(company_id, of_lines, items)
    lines: dict[UUID, list[ReceiptLineFacts]] = {}
    for key, row in of_lines.items():
        scan = read_scan(row[12], days[row[0]]) if row[12] else None
        order_line = ordered.get(row[11])
        line = ReceiptLineFacts(key, items[key], order_line, scan, row[19], known[key], *row[13:19])
        lines.setdefault(row[0], []).append(line)
    months = closed_months(locks)
    return {
        key: ReceiptFacts(
            number=header[0],
            order_id=header[1],
            order_number=header[2],
            supplier=suppliers[header[3]],
            delivery_note_number=header[4],
            place_id=header[6],
            place_name=header[7],
            place_is_pending=header[8],
            closed_months=months,
            lines=tuple(lines.get(key, ())),
            site_day=days[key],
        )
        for key, header in headers.items()
    }


def _known_lots(
    company_id: UUID, of_lines: Mapping[UUID, tuple[Any, ...]], items: Mapping[UUID, ReceivedItem]
) -> dict[UUID, KnownLot]:
    values = {
        "company": company_id,
        "lines": array_text(of_lines),
        "items": array_text([items[key].id for key in of_lines]),
        "lots": array_text([row[13] for row in of_lines.values()]),
        "serials": array_text([row[14] for row in of_lines.values()]),
        "sterile": array_text([row[15] for row in of_lines.values()]),
        "makers": array_text([maker_key(items[key].maker_name) for key in of_lines]),
    }
    return {row[0]: KnownLot(*row[1:]) for row in fetch(_KNOWN, values)}


_RECORD = (
    "number", "order_number", "supplier_name", "delivery_note_number", "transport_mode", "place_name",
    "received_by_name", "received_at",
)  # fmt: skip
_RECORD_LINE = (
    "item_number", "device_name", "model", "specification", "lot_no", "serial_no", "sterilization_lot_no",
    "manufactured_on", "expires_on", "quantity", "unit", "scanned",
)  # fmt: skip


def receipt_record(company_id: UUID, document_id: UUID) -> Mapping[str, Any]:
    """The data of the printed receipt: the head by column, `lines` in order. Two statements."""
    del company_id
    head = GoodsReceipt.objects.filter(pk=document_id).annotate(
        supplier_name=F("supplier__name"), place_name=F("place__name")
    )
    lines = GoodsReceiptLine.objects.filter(document_id=document_id).order_by("line_no").annotate(
        item_number=F("item__number"), device_name=F("item__device_name"), model=F("item__model"),
        specification=F("item__specification"), unit=F("item__base_unit"),
    )  # fmt: skip
    return {**head.values(*_RECORD).get(), "lines": list(lines.values(*_RECORD_LINE))}
