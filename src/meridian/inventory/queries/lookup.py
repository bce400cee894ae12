"""Which lots a text means: a lot or serial number, a barcode, a device identifier, a document's number, a lot's id."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from meridian.inventory.models import Lot
from meridian.items import udi
from meridian.items.queries import item_by_di
from meridian.items.scan_words import fault_sentence
from meridian.items.udi.reader import SCAN_LENGTH_MAX
from meridian.kernel.context import current_company_id
from meridian.kernel.messages import Message, message
from meridian.kernel.registry import registry
from meridian.kernel.sql import fetch
from meridian.kernel.values.text import is_storable

CHOICES_MAX = 50
"""Lots offered for a choice; the latest ones."""
UNITS_MAX = 10_000
"""Units of one lot, or lots of one document, that are traced together."""

_SCAN = re.compile(r"^(\(\d|\]|\^|\x1d|https?://|01\d{14})|\x1d|\^")
"""What only a barcode looks like: brackets, a symbology identifier, FNC1, a web address, AI 01 with its GTIN."""
_KEY = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


class FoundLot(NamedTuple):
    """A lot as a person chooses among lots."""

    id: UUID
    item_id: UUID
    item_number: str
    item_name: str
    specification: str
    lot_no: str
    serial_no: str
    maker_name: str
    manufactured_on: date | None
    expires_on: date | None

    @property
    def name(self) -> str:
        """The serial number, else the lot number."""
        return self.serial_no or self.lot_no


@dataclass(frozen=True)
class Found:
    """What a text means. Without lots, `problem` says why; `position` is the 0-based fault in a barcode.

    `document_number` is set when the lots are those that a document moved.
    """

    text: str
    lots: tuple[FoundLot, ...] = ()
    document_number: str = ""
    problem: Message | None = None
    code: str = ""
    position: int | None = None

    @property
    def is_choice(self) -> bool:
        """Whether a person must choose: several lots that are not units of one lot nor goods of one document."""
        kinds = {(lot.item_id, lot.maker_name, lot.lot_no) for lot in self.lots}
        return len(kinds) > 1 and not self.document_number


_COLUMNS = """
SELECT l.id, l.item_id, i.number, i.device_name, i.specification, l.lot_no, l.serial_no, l.maker_name,
       l.manufactured_on, l.expires_on
"""
# `IS NOT DISTINCT FROM` keeps a probe on the index of its key: an index that leads with the company looks as good to a
# planner whose statistics do not know the company yet, and reads all of the company's rows.
_OURS = "company_id IS NOT DISTINCT FROM %(company)s"
_ITEM = """
CROSS JOIN LATERAL (SELECT number, device_name, specification FROM items_item
                    WHERE id = l.item_id AND company_id = %(company)s LIMIT 1) AS i
"""
_BY_NAME = f"""
{_COLUMNS} FROM (
    SELECT * FROM inventory_lot WHERE lot_no = ANY(%(names)s) AND {_OURS}
    UNION
    SELECT * FROM inventory_lot WHERE serial_no = ANY(%(names)s) AND serial_no <> '' AND {_OURS}
    LIMIT {UNITS_MAX}) AS l {_ITEM} ORDER BY l.id DESC
"""
_BY_DI = f"""
{_COLUMNS} FROM (
    SELECT document_id FROM items_device_identifier WHERE di = %(di)s AND company_id = %(company)s LIMIT 1) AS d
CROSS JOIN LATERAL (
    SELECT * FROM inventory_lot WHERE item_id = d.document_id AND {_OURS}
      AND %(serial)s <> '' AND serial_no = %(serial)s AND (%(lot)s = '' OR lot_no IN ('', %(lot)s))
    UNION ALL
    SELECT * FROM inventory_lot WHERE item_id = d.document_id AND {_OURS}
      AND %(lot)s <> '' AND lot_no = %(lot)s AND (%(serial)s = '' OR serial_no = '')
    UNION ALL
    (SELECT * FROM inventory_lot WHERE item_id = d.document_id AND {_OURS}
      AND %(lot)s = '' AND %(serial)s = '' ORDER BY id DESC LIMIT {CHOICES_MAX})
    LIMIT {UNITS_MAX}) AS l {_ITEM} ORDER BY l.id DESC
"""
_BY_ID = f"""
{_COLUMNS} FROM unnest(%(ids)s::uuid[]) AS wanted(id)
CROSS JOIN LATERAL (
    SELECT * FROM inventory_lot WHERE id = wanted.id AND company_id = %(company)s LIMIT 1) AS l {_ITEM}
ORDER BY l.id DESC
"""
_BY_DOCUMENT = f"""
WITH named AS ({{numbers}}), chain AS (SELECT id, number FROM named {{later}})
SELECT chain.number, touched.lot_id FROM chain CROSS JOIN LATERAL (
    (SELECT DISTINCT lot_id FROM inventory_movement WHERE document_id = chain.id AND {_OURS} LIMIT %(limit)s)
    {{written}}) AS touched LIMIT %(limit)s
"""
_NUMBERED = f"SELECT id, number FROM {{table}} WHERE number = ANY(%(names)s) AND {_OURS}"
_LATER = f"""
UNION SELECT b.id, named.number FROM named CROSS JOIN LATERAL (
    SELECT id FROM {{table}} WHERE {{column}} = named.id AND {_OURS} OFFSET 0) AS b
"""
_WRITTEN = f"UNION (SELECT lot_id FROM {{table}} WHERE {{column}} = chain.id AND {_OURS} LIMIT %(limit)s)"


def is_scan(text: str) -> bool:
    """Whether a text can only be a barcode: what no person types for a number."""
    return bool(_SCAN.search(text)) or udi.gtin_is_valid(text)


def lots_by_id(lot_ids: Sequence[UUID]) -> tuple[FoundLot, ...]:
    """Lots of the company in scope; unknown ids are left out. One statement."""
    values = {"ids": list(dict.fromkeys(lot_ids)), "company": current_company_id()}
    return tuple(FoundLot(*row) for row in fetch(_BY_ID, values))


def find_lots(text: str, *, today: date) -> Found:
    """The lots a typed or scanned text means, within the company in scope; at most four statements.

    `today` (the site's day) fixes the century of a barcode's years. Never raises for what a person or scanner may send.
    """
    text = text.strip(" \t\r\n")
    if not text:
        return Found(text, problem=message("请输入批号、序列号、UDI 或单号。"), code="text_missing")
    if len(text) > SCAN_LENGTH_MAX or not is_storable(text):
        return Found(text[:80], problem=message("内容过长或含有不可用字符。"), code="text_invalid")
    if _SCAN.search(text):
        return _scanned(text, today)
    found = Found(text, _by_key(text) or _by_name(text))
    if not found.lots:
        found = _of_document(text)
    if not found.lots and udi.gtin_is_valid(text):
        found = _scanned(text, today)
    if not found.lots and found.problem is None:
        problem = message("没有找到“{text}”：它不是本公司的批号、序列号、产品标识或已移动货物的单号。", text=text[:80])
        found = Found(text, problem=problem, code="lot_not_found")
    return found


def _by_key(text: str) -> tuple[FoundLot, ...]:
    """The lot of this id: how a choice among lots is made where nothing can be clicked."""
    return lots_by_id([UUID(text)]) if _KEY.match(text) else ()


def _by_name(text: str) -> tuple[FoundLot, ...]:
    values = {"names": list({text, text.upper()}), "company": current_company_id()}
    lots = [FoundLot(*row) for row in fetch(_BY_NAME, values)]
    exact = [lot for lot in lots if text in (lot.lot_no, lot.serial_no)]
    return tuple(exact or lots)


def _scanned(text: str, today: date) -> Found:
    try:
        reading = udi.read(text, today=today)
    except udi.UdiRefused as refused:
        fault = fault_sentence(refused.code)
        problem = message("条码第 {place} 个字符处有误：{fault}。（{around}）", place=refused.position + 1, fault=fault,
                          around=_around(text, refused.position))  # fmt: skip
        return Found(text, problem=problem, code=refused.code, position=refused.position)
    lot, serial = reading.lot or "", reading.serial or ""
    if reading.di is None:
        named = _by_name(serial or lot) if serial or lot else ()
        if named:
            return Found(text, named)
        return Found(text, problem=message("条码可读，但其中没有本公司的批号或序列号。"), code="lot_not_found")
    values = {"di": reading.di, "lot": lot, "serial": serial, "company": current_company_id()}
    lots = [FoundLot(*row) for row in fetch(_BY_DI, values)]
    units = [each for each in lots if serial and each.serial_no == serial]
    if lots:
        return Found(text, tuple(units or lots))
    if reading.di not in item_by_di([reading.di]):
        problem = message("条码可读，但产品标识 {di} 不在物料档案中。", di=reading.di)
        return Found(text, problem=problem, code="di_unknown")
    problem = message("条码可读，但产品标识 {di} 没有批号 {lot}。", di=reading.di, lot=serial or lot or "—")
    return Found(text, problem=problem, code="lot_not_found")


def _around(scan: str, position: int) -> str:
    """The faulty character in its surroundings, control characters made visible."""
    shown = "".join(chr(0x2400 + ord(each)) if ord(each) < 0x20 else each for each in scan)
    before, after = shown[max(position - 10, 0) : position], shown[position + 1 : position + 11]
    return f"{before}【{shown[position : position + 1]}】{after}"


def _of_document(text: str) -> Found:
    """The lots of the documents of this number, and of those made for them: two statements.

    Lots that they moved and lots that stand written on them: a purchase order has those of its receipts, a sales order
    those of its shipments, a hold the lot it binds.
    """
    values = {"names": list({text, text.upper()}), "company": current_company_id(), "limit": UNITS_MAX}
    rows = fetch(_documents_statement(), values) if registry.document_types else []
    if not rows:
        return Found(text)
    return Found(text, lots_by_id([lot_id for _number, lot_id in rows]), document_number=rows[0][0])


def _documents_statement() -> str:
    """The statement that finds lots by a document's number, from what the document types declare about themselves."""
    declared = registry.document_types.values()
    tables = sorted({each.model._meta.db_table for each in declared})
    later = sorted({
        (each.model._meta.db_table, related.field)
        for each in declared for related in each.screen.related if related.upstream
    })  # fmt: skip
    written = sorted(_lot_columns())
    return _BY_DOCUMENT.format(
        numbers=" UNION ALL ".join(_NUMBERED.format(table=table) for table in tables),
        later="".join(_LATER.format(table=table, column=column) for table, column in later),
        written=" ".join(_WRITTEN.format(table=table, column=column) for table, column in written),
    )


def _lot_columns() -> set[tuple[str, str]]:
    """Tables with a lot written on them, headers and lines, and the column that holds the document's id."""
    found = set()
    for declared in registry.document_types.values():
        models = [(declared.model, "id"), *([(declared.lines.model, "document_id")] if declared.lines else [])]
        found |= {
            (model._meta.db_table, column)
            for model, column in models
            for field in model._meta.concrete_fields
            if field.attname == "lot_id" and field.related_model is Lot
        }
    return found
