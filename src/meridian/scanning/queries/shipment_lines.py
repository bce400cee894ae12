"""Picking and reviewing as a scanner sees it: the allocated lines are wanted, the scan book says what was found."""

from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from meridian.kernel.context import current_company_id
from meridian.kernel.sql import fetch
from meridian.scanning.queries.book import Book
from meridian.scanning.queries.work import CHECK, ITEM_COLUMNS, SCAN_GOODS, Work, line_of, marked, steps_of
from meridian.scanning.vocabulary import ScanTask

_HEAD = """
SELECT number, customer_name, version, state FROM warehouse_shipment
WHERE id = %(document)s AND company_id = %(company)s
"""
_LINES = f"""
SELECT l.id, l.lot_no, l.serial_no, l.expires_on, l.quantity, p.code || ' ' || p.name, l.allocation_note,
       {ITEM_COLUMNS}
FROM warehouse_shipment_line l
CROSS JOIN LATERAL (SELECT * FROM items_item x WHERE x.id = l.item_id AND x.company_id = l.company_id LIMIT 1) i
CROSS JOIN LATERAL (SELECT * FROM organization_place x
                    WHERE x.id = l.place_id AND x.company_id = l.company_id LIMIT 1) p
WHERE l.document_id = %(document)s AND l.company_id = %(company)s ORDER BY l.line_no
"""


def shipment_work(task: ScanTask, document_id: UUID, book: Book) -> Work:
    """The lines of a shipment; two statements whatever it holds. A reviewer is not told where goods were picked."""
    values = {"document": document_id, "company": current_company_id()}
    [(number, customer, version, state)] = fetch(_HEAD, values)
    is_pick = task == ScanTask.PICK
    lines = [
        line_of(
            str(key), key, tuple(item), serial_no or lot_no, expires_on, done=book.counted.get(key, Decimal(0)),
            wanted=quantity, place=place if is_pick else "", note=note if is_pick else "",
        )
        for key, lot_no, serial_no, expires_on, quantity, place, note, *item in fetch(_LINES, values)
    ]  # fmt: skip
    complete = bool(lines) and all(line.is_complete for line in lines)
    return Work(
        number=number,
        party=customer,
        version=version,
        state=state,
        steps=steps_of(SCAN_GOODS, CHECK, now=1 if complete else 0),
        lines=marked(lines, book.current_line),
        hint=_("扫描 UDI / 箱码 / 库位码") if is_pick else _("扫描 UDI / 箱码"),
    )
