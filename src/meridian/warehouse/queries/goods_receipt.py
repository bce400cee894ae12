"""The facts of a goods receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F

from meridian.inventory.models import StockBalance
from meridian.inventory.queries import (
    ExpectedRow,
    expected_rows,
    maker_key,
)
from meridian.inventory.vocabulary import MovementType, StockStatus
from meridian.items.queries import ItemVerdict
from meridian.kernel.clock import now
from meridian.kernel.context import current_company_id
from meridian.kernel.declare import Locks
from meridian.kernel.sql import array_text, fetch
from meridian.ledger.queries import closed_months
from meridian.organization.queries import kept_in_use, zone_of_kind, zone_of_site
from meridian.organization.vocabulary import ZoneKind
from meridian.parties.queries import SupplierVerdict, supplier_verdicts
from meridian.warehouse.models import GoodsReceipt, GoodsReceiptLine, TransitLog
from meridian.warehouse.queries.late import is_drafter, late_days
from meridian.warehouse.scanning import Scan, read_scan
from meridian.warehouse.vocabulary import GoodsReceiptState


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
    is_cold_chain: bool = False
    temperature_celsius_min: Decimal | None = None
    temperature_celsius_max: Decimal | None = None


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


UNKNOWN = KnownLot(is_known=False, manufactured_on=None, expires_on=None, serial_in_stock=False)


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
class TransitLogFacts:
    """What a logger's file said about the way here, from `departed_at` to `arrived_at`; instants UTC, degrees Celsius.

    Without a reading in that time there is neither first nor last, lowest nor highest.
    """

    id: UUID
    file_name: str
    departed_at: datetime
    arrived_at: datetime
    first_at: datetime | None
    last_at: datetime | None
    readings: int
    lowest: Decimal | None
    lowest_at: datetime | None
    highest: Decimal | None
    highest_at: datetime | None
    longest_gap: timedelta | None
    gap_from: datetime | None


@dataclass(frozen=True)
class HeldLine:
    """One lot of a receipt on hold; `on_hand` is what lies on hold of the lot where the receipt brought it."""

    line_id: UUID
    item_id: UUID
    lot_id: UUID
    lot_name: str
    unit: str
    quantity: Decimal
    place_id: UUID
    place_name: str
    on_hand: Decimal


@dataclass(frozen=True)
class ReceiptHead:
    """The header of a goods receipt, and the place it names."""

    id: UUID
    number: str
    state: str
    order_id: UUID | None
    order_number: str
    supplier_id: UUID
    delivery_note_number: str
    note_presence: str
    note_form: str
    note_lines: str
    site_id: UUID
    place_id: UUID
    place_name: str
    place_zone: str
    place_is_usable: bool
    """In use, and at the receipt's own site."""
    pending_place_id: UUID | None
    """The site's first pending zone in use."""
    place_low: Decimal | None
    """Degrees Celsius the place keeps to, its zone's or warehouse's where it names none."""
    place_high: Decimal | None
    happened_at: datetime | None
    """When goods that are entered late came."""
    drafted_by_id: UUID | None
    departed_at: datetime | None
    arrived_at: datetime | None
    arrival_celsius: Decimal | None
    transport_unit: str
    statement_attached: bool
    """The registrant's stability statement it names is attached."""

    @property
    def place_is_pending(self) -> bool:
        """An active place of a pending zone at the receipt's own site."""
        return self.place_is_usable and self.place_zone == ZoneKind.PENDING

    @property
    def released_to(self) -> UUID | None:
        """Where goods wait for their inspection once quality releases them from hold."""
        return self.place_id if self.place_is_pending else self.pending_place_id


@dataclass(frozen=True)
class ReceiptFacts(ReceiptHead):
    """A goods receipt as its gates see it; `site_day` is the day it was read at the site."""

    supplier: SupplierVerdict
    closed_months: tuple[date, ...]
    lines: tuple[ReceiptLineFacts, ...]
    held: tuple[HeldLine, ...]
    """What lies on hold of each line, for a receipt on hold."""
    transit_log: TransitLogFacts | None
    """The last reading of a logger file that is still attached."""
    site_day: date
    late_days: int
    """How many days ago it may have been received at most."""
    is_drafter: bool = False
    """Whoever acts drafted it; false on a page, where nobody acts."""
    late_transition: str = "receive_late"

    @property
    def cold_lines(self) -> tuple[ReceiptLineFacts, ...]:
        """The lines of cold-chain items."""
        return tuple(line for line in self.lines if line.item.is_cold_chain)


_HEAD_WIDTH = len(fields(ReceiptHead))
_LINE = _HEAD_WIDTH + len(fields(TransitLogFacts))
"""Where the columns of the line begin."""
_RECEIPTS = f"""
SELECT r.id, r.number, r.state, r.order_id, r.order_number, r.supplier_id, r.delivery_note_number, r.note_presence,
       r.note_form, r.note_lines, r.site_id, r.place_id, p.code || ' ' || p.name, p.zone_kind,
       p.is_active AND p.site_id = r.site_id, {zone_of_kind(ZoneKind.PENDING, "r")},
       coalesce(p.temperature_celsius_min, z.temperature_celsius_min, w.temperature_celsius_min),
       coalesce(p.temperature_celsius_max, z.temperature_celsius_max, w.temperature_celsius_max),
       r.happened_at, r.created_by_id, r.departed_at, r.arrived_at, r.arrival_celsius, r.transport_unit,
       r.stability_statement <> '' AND EXISTS (
         SELECT FROM attachments_attachment a WHERE a.document_id = r.id AND a.company_id = r.company_id
           AND a.withdrawn_at IS NULL AND a.name = r.stability_statement),
       g.id, g.file_name, g.departed_at, g.arrived_at, g.first_at, g.last_at, g.readings, g.lowest, g.lowest_at,
       g.highest, g.highest_at, g.longest_gap, g.gap_from,
       l.id, l.order_line_id, l.scanned,
       (SELECT d.document_id FROM items_device_identifier d WHERE d.di = l.di AND d.company_id = l.company_id),
       l.lot_no, l.serial_no, l.sterilization_lot_no, l.manufactured_on, l.expires_on, l.quantity,
       i.id, i.number, i.device_class, i.is_ivd, i.is_implantable, i.udi_list, i.base_unit, i.tracking, i.has_expiry,
       coalesce(nullif(i.contract_manufacturer_name, ''), nullif(i.registrant_name, ''), c.registrant_name, ''),
       i.registration_id, i.is_cold_chain, i.temperature_celsius_min, i.temperature_celsius_max
FROM warehouse_goods_receipt r
JOIN organization_place p ON p.id = r.place_id AND p.company_id = r.company_id
LEFT JOIN organization_place z ON z.id = p.parent_id AND z.company_id = p.company_id
LEFT JOIN organization_place w ON w.id = z.parent_id AND w.company_id = z.company_id
LEFT JOIN LATERAL (
  SELECT t.* FROM warehouse_transit_log t
  JOIN attachments_attachment a ON a.id = t.attachment_id AND a.company_id = t.company_id AND a.withdrawn_at IS NULL
  WHERE t.receipt_id = r.id AND t.company_id = r.company_id ORDER BY t.id DESC LIMIT 1
) g ON true
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
    """Facts of goods receipts; six statements for one or fifty, one more when any is late, one when any
    is on hold (five if all are), one more in an act.

    Of goods on hold what they were asked on arrival is not asked again: they are in both books.
    Places are kept in use and order lines locked while goods are received. What the stock book knows is read after and
    under these locks, so that one delivery is not received twice.
    """
    rows = fetch(_RECEIPTS, [list(ids), company_id])
    heads = _heads(rows, locks)
    logs = {row[0]: TransitLogFacts(*row[_HEAD_WIDTH:_LINE]) for row in rows if row[_HEAD_WIDTH] is not None}
    of_lines = {row[_LINE]: (row[0], *row[_LINE + 1 :]) for row in rows if row[_LINE] is not None}
    ordered = expected_rows([row[1] for row in of_lines.values() if row[1]], locks)
    suppliers = supplier_verdicts([head.supplier_id for head in heads.values()], locks)
    days = {key: now().astimezone(zone_of_site(head.site_id)).date() for key, head in heads.items()}
    items = {key: ReceivedItem(*row[10:]) for key, row in of_lines.items()}
    on_hold = [head for head in heads.values() if head.state == GoodsReceiptState.ON_HOLD]
    to_receive = {key: row for key, row in of_lines.items() if heads[row[0]] not in on_hold}
    known = _known_lots(company_id, to_receive, items)
    lines: dict[UUID, list[ReceiptLineFacts]] = {}
    for key, row in of_lines.items():
        scan = read_scan(row[2], days[row[0]]) if row[2] else None
        line = ReceiptLineFacts(key, items[key], ordered.get(row[1]), scan, row[3], known.get(key, UNKNOWN), *row[4:10])
        lines.setdefault(row[0], []).append(line)
    held = _held(on_hold, locks)
    windows = late_days((head.site_id, head.happened_at) for head in heads.values())
    months = closed_months(locks) if len(on_hold) < len(heads) else ()
    return {
        key: ReceiptFacts(
            **vars(head),
            supplier=suppliers[head.supplier_id],
            closed_months=months,
            lines=tuple(lines.get(key, ())),
            held=held.get(key, ()),
            transit_log=logs.get(key),
            site_day=days[key],
            late_days=windows[head.site_id],
            is_drafter=is_drafter(head.drafted_by_id, locks),
        )
        for key, head in heads.items()
    }


def _heads(rows: Sequence[tuple[Any, ...]], locks: Locks) -> dict[UUID, ReceiptHead]:
    """By receipt; for an act the places goods may go to are kept in use."""
    heads = {row[0]: ReceiptHead(*row[:_HEAD_WIDTH]) for row in rows}
    in_use = kept_in_use([place for head in heads.values() for place in (head.place_id, head.pending_place_id)], locks)
    return {
        key: replace(
            head,
            place_is_usable=head.place_is_usable and head.place_id in in_use,
            pending_place_id=head.pending_place_id if head.pending_place_id in in_use else None,
        )
        for key, head in heads.items()
    }


_BROUGHT = """
SELECT m.document_id, m.line_id, m.item_id, m.lot_id, coalesce(nullif(l.serial_no, ''), l.lot_no), m.unit, m.quantity,
       m.place_id, coalesce(b.quantity, 0)
FROM (
  SELECT x.*, r.place_id FROM inventory_movement x
  JOIN warehouse_goods_receipt r ON r.id = x.document_id AND r.company_id = x.company_id
  WHERE x.document_id = ANY(%(documents)s) AND x.movement = %(received)s AND x.company_id = %(company)s
  ORDER BY x.lot_id, r.place_id, x.id OFFSET 0
) m
CROSS JOIN LATERAL (SELECT x.lot_no, x.serial_no FROM inventory_lot x
                    WHERE x.id = m.lot_id AND x.company_id = m.company_id LIMIT 1) l
LEFT JOIN LATERAL (
  SELECT x.quantity FROM inventory_balance x
  WHERE x.lot_id = m.lot_id AND x.place_id = m.place_id AND x.status = %(held)s AND x.owner_id = %(company)s
    AND x.company_id = %(company)s
  LIMIT 1 {lock}
) b ON true
"""


def _held(heads: Sequence[ReceiptHead], locks: Locks) -> dict[UUID, tuple[HeldLine, ...]]:
    """By receipt, the lots it brought and what of them lies on hold where it brought them; no statement for none.

    Stock rows are locked in the order of their keys when `locks` names them.
    """
    if not heads:
        return {}
    names = {head.id: head.place_name for head in heads}
    statement = _BROUGHT.format(lock="FOR NO KEY UPDATE" if StockBalance in locks else "")
    rows = fetch(statement, {"documents": list(names), "received": MovementType.RECEIVE.value,
                             "held": StockStatus.QUALITY_HOLD.value, "company": current_company_id()})  # fmt: skip
    held: dict[UUID, list[HeldLine]] = {}
    for document_id, line_id, item_id, lot_id, lot, unit, quantity, place_id, on_hand in sorted(rows):
        line = HeldLine(line_id, item_id, lot_id, lot, unit, quantity, place_id, names[document_id], on_hand)
        held.setdefault(document_id, []).append(line)
    return {key: tuple(lines) for key, lines in held.items()}


def _known_lots(
    company_id: UUID, of_lines: Mapping[UUID, tuple[Any, ...]], items: Mapping[UUID, ReceivedItem]
) -> dict[UUID, KnownLot]:
    """By line; no statement for no line."""
    if not of_lines:
        return {}
    values = {
        "company": company_id,
        "lines": array_text(of_lines),
        "items": array_text([items[key].id for key in of_lines]),
        "lots": array_text([row[4] for row in of_lines.values()]),
        "serials": array_text([row[5] for row in of_lines.values()]),
        "sterile": array_text([row[6] for row in of_lines.values()]),
        "makers": array_text([maker_key(items[key].maker_name) for key in of_lines]),
    }
    return {row[0]: KnownLot(*row[1:]) for row in fetch(_KNOWN, values)}


_RECORD = (
    "number", "state", "order_number", "supplier_name", "delivery_note_number", "note_presence", "note_form",
    "note_lines", "transport_mode", "happened_at", "departed_at", "arrived_at", "arrival_celsius", "transport_unit",
    "place_name", "received_by_name", "received_at", "hold_reason", "decided_by_name", "decided_at", "decision_reason",
)  # fmt: skip
_RECORD_LINE = (
    "item_number", "device_name", "model", "specification", "lot_no", "serial_no", "sterilization_lot_no",
    "manufactured_on", "expires_on", "quantity", "unit", "scanned",
)  # fmt: skip


def receipt_record(company_id: UUID, document_id: UUID) -> Mapping[str, Any]:
    """The data of the printed receipt: the head by column, what the logger said, `lines` in order. Three statements."""
    del company_id
    head = GoodsReceipt.objects.filter(pk=document_id).annotate(
        supplier_name=F("supplier__name"), place_name=F("place__name")
    )
    lines = GoodsReceiptLine.objects.filter(document_id=document_id).order_by("line_no").annotate(
        item_number=F("item__number"), device_name=F("item__device_name"), model=F("item__model"),
        specification=F("item__specification"), unit=F("item__base_unit"),
    )  # fmt: skip
    return {**head.values(*_RECORD).get(), **_way(document_id), "lines": list(lines.values(*_RECORD_LINE))}


def _way(document_id: UUID) -> dict[str, str]:
    """The temperatures under way and the file that says so; empty where none was read."""
    log = TransitLog.objects.filter(receipt_id=document_id).order_by("-id").first()
    if log is None or log.lowest is None:
        return {"transit_temperatures": "", "transit_file": log.file_name if log else ""}
    return {"transit_temperatures": f"{log.lowest} – {log.highest} ℃", "transit_file": log.file_name}
