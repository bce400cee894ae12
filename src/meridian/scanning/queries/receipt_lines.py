"""Receiving as a scanner sees it: the lots drafted so far, then what the order still expects."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from meridian.kernel.context import current_company_id
from meridian.kernel.messages import message
from meridian.kernel.sql import fetch
from meridian.scanning.answers import TaskLine
from meridian.scanning.queries.book import Book
from meridian.scanning.queries.work import CHECK, ITEM_COLUMNS, SCAN_GOODS, Work, line_of, marked, steps_of
from meridian.scanning.vocabulary import ScanTask

_HEAD = """
SELECT r.number, s.name, r.version, r.state, p.code || ' ' || p.name, r.order_id
FROM warehouse_goods_receipt r
LEFT JOIN parties_supplier s ON s.id = r.supplier_id AND s.company_id = r.company_id
LEFT JOIN organization_place p ON p.id = r.place_id AND p.company_id = r.company_id
WHERE r.id = %(document)s AND r.company_id = %(company)s
"""
_LINES = f"""
SELECT l.id, l.order_line_id, l.lot_no, l.serial_no, l.expires_on, l.quantity, {ITEM_COLUMNS}
FROM warehouse_goods_receipt_line l
CROSS JOIN LATERAL (SELECT * FROM items_item x WHERE x.id = l.item_id AND x.company_id = l.company_id LIMIT 1) i
WHERE l.document_id = %(document)s AND l.company_id = %(company)s ORDER BY l.line_no
"""
_EXPECTED = f"""
SELECT d.line_id, greatest(d.expected - d.done, 0), d.lot_no, {ITEM_COLUMNS}
FROM inventory_supply_demand d
CROSS JOIN LATERAL (SELECT * FROM items_item x WHERE x.id = d.item_id AND x.company_id = d.company_id LIMIT 1) i
WHERE d.document_id = %(order)s AND d.company_id = %(company)s AND d.kind = 'supply' AND d.is_open ORDER BY d.id
"""


def receipt_work(task: ScanTask, document_id: UUID, book: Book) -> Work:
    """The lines of a receipt; three statements whatever it holds.

    An order line is expected whole: of the lots drafted for it the last one still wants what is missing, a line that
    nothing came for stands with nothing done. Units with serial numbers stand together, lot by lot.
    """
    del task
    values = {"document": document_id, "company": current_company_id()}
    [(number, supplier, version, state, place, order_id)] = fetch(_HEAD, values)
    drafted = fetch(_LINES, values)
    expected = fetch(_EXPECTED, values | {"order": order_id})
    lines = _lines(drafted, expected)
    complete = bool(lines) and all(line.is_complete for line in lines)
    return Work(
        number=number,
        party=supplier or "",
        version=version,
        state=state,
        steps=steps_of(place or "—", SCAN_GOODS, CHECK, now=2 if complete else 1),
        lines=marked(lines, _counted_last(drafted, book.current_line)),
        hint=_("扫描 UDI / 箱码 / 库位码"),
    )


def _lines(drafted: list[tuple[Any, ...]], expected: list[tuple[Any, ...]]) -> list[TaskLine]:
    left: dict[int, Decimal] = {row[0].int: row[1] for row in expected}
    last: dict[int, list[tuple[Any, ...]]] = {}
    heaps: list[list[tuple[Any, ...]]] = []
    serials: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for row in drafted:
        rows = serials.setdefault(_lot_of(row), []) if _is_one_of_lot(row) else []
        if not rows:
            heaps.append(rows)
        rows.append(row)
        if row[1] is not None and row[1].int in left:
            left[row[1].int] -= row[5]
            last[row[1].int] = rows
    lines = [_line(rows, left, last) for rows in heaps]
    for order_line, still_open, lot_no, *item in expected:
        if order_line.int not in last and still_open > 0:
            note = str(message("订单批号 {lot}", lot=lot_no)) if lot_no else ""
            lines.append(line_of(f"expected-{order_line}", None, tuple(item), note=note, done=Decimal(0),
                                 wanted=still_open))  # fmt: skip
    return lines


def _line(
    rows: list[tuple[Any, ...]], left: Mapping[int, Decimal], last: Mapping[int, list[tuple[Any, ...]]]
) -> TaskLine:
    """One line of work for rows that stand together; the last ones of an order line want what is still missing."""
    line_id, order_line, lot_no, serial_no, expires_on, _quantity, *item = rows[-1]
    done, at = sum((row[5] for row in rows), Decimal(0)), order_line.int if order_line is not None else None
    wanted = None
    if at is not None and at in left:
        wanted = done + (max(left[at], Decimal(0)) if last[at] is rows else 0)
    note = str(message("最近 {serial}", serial=serial_no)) if _is_one_of_lot(rows[-1]) else ""
    return line_of(str(line_id), line_id, tuple(item), lot_no or serial_no, expires_on, done=done, wanted=wanted,
                   note=note)  # fmt: skip


def _is_one_of_lot(row: tuple[Any, ...]) -> bool:
    """Whether the row is a unit with a serial number out of a lot."""
    return bool(row[2] and row[3])


def _lot_of(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Units with serial numbers are counted by their lot, so that a person sees 37 of 50."""
    _line_id, order_line, lot_no, _serial_no, expires_on, _quantity, *item = row
    return (order_line.int if order_line is not None else None, lot_no, expires_on, *item)


def _counted_last(drafted: list[tuple[Any, ...]], line_id: UUID | None) -> UUID | None:
    """The line that stands for the one counted last."""
    counted = next((row for row in drafted if line_id is not None and row[0].int == line_id.int), None)
    if counted is None or not _is_one_of_lot(counted):
        return line_id
    lot = _lot_of(counted)
    return next((row[0] for row in reversed(drafted) if _is_one_of_lot(row) and _lot_of(row) == lot), None)
