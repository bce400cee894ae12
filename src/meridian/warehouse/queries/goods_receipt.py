"""The facts of a goods receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from meridian.inventory.models import SupplyDemand
from meridian.items.queries import IdentifiedItem, ItemVerdict, item_by_di, item_verdicts
from meridian.kernel.clock import now
from meridian.kernel.declare import Locks
from meridian.kernel.sql import fetch
from meridian.ledger.queries import closed_months
from meridian.parties.queries import SupplierVerdict, supplier_verdicts
from meridian.warehouse.scanning import Scan, read_scan


@dataclass(frozen=True)
class OrderedLine:
    """The order line goods are received against; quantities in base units."""

    id: UUID
    document_id: UUID
    document_number: str
    item_id: UUID
    ordered: Decimal
    received: Decimal
    is_open: bool

    @property
    def still_open(self) -> Decimal:
        """What may still be received."""
        return self.ordered - self.received if self.is_open else Decimal(0)


@dataclass(frozen=True)
class ReceiptLineFacts:
    """One lot as it arrived; `identified` is the item and package that the scanned DI names."""

    line_id: UUID
    item: ItemVerdict
    order_line: OrderedLine | None
    lot_no: str
    serial_no: str
    sterilization_lot_no: str
    manufactured_on: date | None
    expires_on: date | None
    quantity: Decimal
    unit_cost: Decimal
    scan: Scan | None
    identified: IdentifiedItem | None


@dataclass(frozen=True)
class ReceiptFacts:
    """A goods receipt as its gates see it."""

    number: str
    order_id: UUID
    supplier: SupplierVerdict
    delivery_note_number: str
    place_id: UUID
    place_kind: str
    closed_months: tuple[date, ...]
    lines: tuple[ReceiptLineFacts, ...]


_HEADERS = """
SELECT r.id, r.number, r.order_id, r.supplier_id, r.delivery_note_number, r.place_id, p.zone_kind
FROM warehouse_goods_receipt r JOIN organization_place p ON p.id = r.place_id AND p.company_id = r.company_id
WHERE r.id = ANY(%s) AND r.company_id = %s
"""
_LINES = """
SELECT document_id, id, item_id, order_line_id, lot_no, serial_no, sterilization_lot_no, manufactured_on, expires_on,
       quantity, unit_cost, scanned
FROM warehouse_goods_receipt_line WHERE document_id = ANY(%s) AND company_id = %s ORDER BY document_id, line_no
"""
_ORDERED = """
SELECT line_id, line_id, document_id, document_number, item_id, expected, done, is_open FROM inventory_supply_demand
WHERE line_id = ANY(%s) AND company_id = %s AND kind = 'supply' ORDER BY id
"""


def load_goods_receipts(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, ReceiptFacts]:
    """Facts of goods receipts; the same statements for one or fifty. Order lines are locked while posting."""
    headers = fetch(_HEADERS, [list(ids), company_id])
    rows = fetch(_LINES, [list(ids), company_id])
    ordered_ids = sorted({row[3] for row in rows if row[3]})
    ordered_sql = _ORDERED + ("FOR NO KEY UPDATE" if SupplyDemand in locks else "")
    ordered = {key: OrderedLine(*columns) for key, *columns in fetch(ordered_sql, [ordered_ids, company_id])}
    suppliers = supplier_verdicts([row[3] for row in headers], locks)
    items = item_verdicts([row[2] for row in rows], locks)
    today = now().date()
    scans = {row[1]: read_scan(row[11], today) for row in rows if row[11]}
    identified = item_by_di([scan.di for scan in scans.values() if scan.di])
    lines: dict[UUID, list[ReceiptLineFacts]] = {}
    for document_id, line_id, item_id, order_line_id, *columns, _scanned in rows:
        scan = scans.get(line_id)
        line = ReceiptLineFacts(
            line_id,
            items[item_id],
            ordered.get(order_line_id),
            *columns,
            scan=scan,
            identified=identified.get(scan.di) if scan else None,
        )
        lines.setdefault(document_id, []).append(line)
    months = closed_months(locks)
    return {
        key: ReceiptFacts(
            number, order_id, suppliers[supplier_id], note, place_id, zone, months, tuple(lines.get(key, ()))
        )
        for key, number, order_id, supplier_id, note, place_id, zone in headers
    }
