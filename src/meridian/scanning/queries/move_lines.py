"""Putting away and moving as a scanner sees it: what is in hand, what was laid down, what still lies there."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from meridian.kernel.context import current_company_id
from meridian.kernel.messages import message
from meridian.kernel.sql import fetch
from meridian.scanning.answers import TaskLine
from meridian.scanning.queries.book import Book, LineCount, Way, way_of
from meridian.scanning.queries.work import CHECK, ITEM_COLUMNS, SCAN_GOODS, Work, line_of, marked, steps_of
from meridian.scanning.tasks import TASKS
from meridian.scanning.vocabulary import ScanTask

SCAN_PLACE = _("扫货位")
SCAN_SOURCE = _("扫原库位")

_HEAD = """
SELECT h.number, h.created_by_name, h.version, h.state, p.code || ' ' || p.name
FROM {table} h LEFT JOIN organization_place p ON p.id = %(source)s AND p.company_id = h.company_id
WHERE h.id = %(document)s AND h.company_id = %(company)s
"""
_LINES = f"""
SELECT l.id, l.lot_id, l.place_id, l.stock_status, l.lot_no, l.serial_no, l.expires_on, l.quantity,
       f.code || ' ' || f.name, t.code || ' ' || t.name,
       (SELECT b.quantity FROM inventory_balance b
        WHERE b.lot_id = l.lot_id AND b.place_id = l.place_id AND b.status = l.stock_status
          AND b.owner_id = %(company)s AND b.company_id = %(company)s), {ITEM_COLUMNS}
FROM {{table}}_line l
CROSS JOIN LATERAL (SELECT * FROM items_item x WHERE x.id = l.item_id AND x.company_id = l.company_id LIMIT 1) i
CROSS JOIN LATERAL (SELECT * FROM organization_place x
                    WHERE x.id = l.place_id AND x.company_id = l.company_id LIMIT 1) f
LEFT JOIN LATERAL (SELECT * FROM organization_place x
                   WHERE x.id = l.to_place_id AND x.company_id = l.company_id LIMIT 1) t ON true
WHERE l.document_id = %(document)s AND l.company_id = %(company)s ORDER BY l.line_no
"""


def move_work(task: ScanTask, document_id: UUID, book: Book) -> Work:
    """The lines of a putaway or move; three statements whatever it holds.

    Goods laid down are done. Of goods in hand a putaway wants all that lies there, a move what the person takes.
    """
    table, way = TASKS[task].declared.model._meta.db_table, way_of(task, document_id)
    values = {"document": document_id, "company": current_company_id(), "source": way.source_id}
    [(number, by, version, state, source)] = fetch(_HEAD.format(table=table), values)
    rows = fetch(_LINES.format(table=table), values)
    lines = _lines(task, rows, book, way)
    in_hand = any(row[0] in way.open_lines for row in rows)
    labels = [source or SCAN_SOURCE] if source or task == ScanTask.MOVE else []
    at = len(labels) + in_hand if source or rows or not labels else 0
    return Work(
        number=number,
        party=by,
        version=version,
        state=state,
        steps=steps_of(*labels, SCAN_GOODS, SCAN_PLACE, CHECK, now=at),
        lines=marked(lines, book.current_line),
        hint=_("扫描要放到的货位") if in_hand else _("扫描货品，或货物所在库位"),
    )


def _lines(task: ScanTask, rows: list[tuple[Any, ...]], book: Book, way: Way) -> list[TaskLine]:
    taken: dict[tuple[Any, ...], Decimal] = {}
    for row in rows:
        taken[row[1:4]] = taken.get(row[1:4], Decimal(0)) + row[7]
    lines = []
    for row in rows:
        key, *_stock, lot_no, serial_no, expires_on, quantity, origin, target, on_hand = row[:11]
        count = LineCount(book.counted.get(key, Decimal(0)), book.written.get(key, Decimal(0)))
        is_open, planned = key in way.open_lines, count.planned_of(quantity) > 0
        wanted: Decimal | None = quantity
        if is_open and not planned:
            wanted = None if task == ScanTask.MOVE else quantity + max((on_hand or 0) - taken[row[1:4]], Decimal(0))
        is_laid = not is_open and (not planned or count.counted > 0)
        note = str(message("建议放 {place}", place=target)) if target and not is_laid else ""
        lines.append(line_of(
            str(key), key, row[11:], serial_no or lot_no, expires_on, done=count.counted if planned else quantity,
            wanted=wanted, place=(target or origin) if is_laid else origin, note=note,
        ))  # fmt: skip
    return lines
