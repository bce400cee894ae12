"""Reads of labels: the words of what they stand on, how often it was labelled before, and the facts of a print."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import override

from meridian.inventory.models import Lot
from meridian.inventory.queries import lot_facts
from meridian.items import udi
from meridian.items.queries import ItemVerdict, item_verdicts
from meridian.items.vocabulary import StorageCondition
from meridian.kernel.context import current_company_id
from meridian.kernel.declare import Locks
from meridian.kernel.registry import AnyDocumentType
from meridian.kernel.sql import array_text, fetch
from meridian.labels.symbols import Content, Identity, content_of
from meridian.labels.vocabulary import ZONE_COLOURS, FileFormat, LabelKind, LabelSize, Resolution, SymbolKind
from meridian.labels.wording import Words
from meridian.organization.models import Place
from meridian.organization.vocabulary import ZoneKind

Columns = dict[str, Any]
"""The columns of a label's line that say what stands on it."""

_SMALLEST_DI = """
SELECT u.item_id, d.di FROM unnest(%s::uuid[]) AS u(item_id)
CROSS JOIN LATERAL (
  SELECT x.di FROM items_device_identifier x
  WHERE x.document_id = u.item_id AND x.company_id IS NOT DISTINCT FROM %s AND x.units_per_package = 1
  ORDER BY x.line_no LIMIT 1
) d
"""


def product_columns(lot_ids: Collection[UUID]) -> Mapping[UUID, Columns]:
    """What stands on the label of each lot; unknown lots are left out. Six statements at most.

    The identifier is the one the goods came in with, else that of a single base unit of the item.
    """
    lots = lot_facts(lot_ids, frozenset())
    items = item_verdicts([lot.item_id for lot in lots.values()], frozenset())
    nameless = sorted({lot.item_id for lot in lots.values() if not lot.di})
    smallest = dict(fetch(_SMALLEST_DI, [array_text(nameless), current_company_id()])) if nameless else {}
    found = {}
    for lot in lots.values():
        item = items[lot.item_id]
        identity = Identity(
            lot.di or smallest.get(lot.item_id, ""), lot.lot_no, lot.serial_no, lot.sterilization_lot_no,
            lot.manufactured_on, lot.expires_on,
        )  # fmt: skip
        found[lot.id] = {
            "lot_id": lot.id, "title": item.device_name, "code": lot.name, "model": item.model,
            "specification": item.specification,
            "registration_no": lot.registration.registration_no if lot.registration else "",
            "lot_no": lot.lot_no, "serial_no": lot.serial_no, "sterilization_lot_no": lot.sterilization_lot_no,
            "manufactured_on": lot.manufactured_on, "expires_on": lot.expires_on,
            "storage_condition": storage_words(item), **_content_columns(identity),
        }  # fmt: skip
    return found


def _content_columns(identity: Identity) -> Columns:
    try:
        content = content_of(identity)
    except udi.UdiRefused as refused:
        return {"content": "", "is_gs1": False, "content_fault": refused.code}
    return {"content": content.text, "is_gs1": content.is_gs1, "content_fault": ""}


def storage_words(item: ItemVerdict) -> str:
    """The storage condition and its temperatures, as a label says them."""
    low, high = item.temperature_celsius_min, item.temperature_celsius_max
    with override(settings.LANGUAGE_CODE):
        condition = str(StorageCondition(item.storage_condition).label)
    return f"{condition} {temperatures(low, high)}".strip()


def temperatures(low: Decimal | None, high: Decimal | None) -> str:
    """A range of degrees Celsius; empty where nothing is set."""
    said = [f"{each.normalize():f}" if each is not None else "" for each in (low, high)]
    if low is None or high is None:
        return f"≥ {said[0]} ℃" if low is not None else f"≤ {said[1]} ℃" if high is not None else ""
    return f"{said[0]}～{said[1]} ℃"


def place_columns(place_ids: Collection[UUID]) -> Mapping[UUID, Columns]:
    """What stands on the label of each place: its code alone is in the symbol, which is what a scan of it means."""
    places = Place.objects.select_related("parent").in_bulk(list(place_ids))
    found = {}
    for place in places.values():
        with override(settings.LANGUAGE_CODE):
            zone = str(ZoneKind(place.zone_kind).label) if place.zone_kind else ""
            colour = str(ZONE_COLOURS.get(place.zone_kind, ""))
        note = " · ".join(each for each in (colour, zone, place.parent.name if place.parent else "") if each)
        degrees = temperatures(place.temperature_celsius_min, place.temperature_celsius_max)
        found[place.pk] = {
            "title": place.name, "code": place.code, "note": note, "storage_condition": degrees, "content": place.code,
        }  # fmt: skip
    return found


def document_columns(declared: AnyDocumentType, documents: Sequence[Any]) -> Mapping[UUID, Columns]:
    """What stands on the label of each document: its number, nothing else, is in the symbol."""
    with override(settings.LANGUAGE_CODE):
        label = str(declared.label)
    return {
        each.pk: {"title": label, "code": each.number, "note": each.created_at.date().isoformat(),
                  "content": each.number}
        for each in documents
    }  # fmt: skip


_PRINTED = """
SELECT l.subject_id, count(*) FROM labels_label_line l
JOIN labels_label_job j ON j.id = l.document_id AND j.company_id = l.company_id AND j.state = 'printed'
WHERE l.subject_id = ANY(%(subjects)s) AND l.company_id = %(company)s
  AND (%(source)s::uuid IS NULL OR j.source_id IS NULL OR j.source_id = %(source)s::uuid)
GROUP BY l.subject_id
"""


def prints_before(subject_ids: Sequence[UUID], source_id: UUID | None) -> Mapping[UUID, int]:
    """How often each thing was labelled before, in one statement.

    A receipt's first labels are no reprint because an earlier receipt of the same lot had its own.
    """
    values = {"subjects": list(subject_ids), "company": current_company_id(), "source": source_id}
    return dict(fetch(_PRINTED, values))


@dataclass(frozen=True)
class LabelFacts:
    """One label of a print."""

    line_id: UUID
    words: Words
    content: Content
    content_fault: str
    copies: int
    reprint_no: int

    @property
    def name(self) -> str:
        """What people call the thing it stands on."""
        return self.words.code


@dataclass(frozen=True)
class LabelJobFacts:
    """A print of labels as its gates see it and as its file is made: nothing else goes into the file."""

    kind: LabelKind
    size: LabelSize
    resolution: Resolution
    symbol: SymbolKind
    file_format: FileFormat
    reprint_reason: str
    lines: tuple[LabelFacts, ...]
    recorded_on: date
    is_implantable: bool

    @property
    def line_count(self) -> int:
        """How many things are labelled."""
        return len(self.lines)

    @property
    def label_count(self) -> int:
        """How many labels are printed."""
        return sum(label.copies for label in self.lines)


_WORDS = tuple(Words.__dataclass_fields__)
_LINES = f"""
SELECT j.id, j.kind, j.size, j.resolution, j.symbol, j.file_format, j.reprint_reason, j.created_at,
       coalesce(i.is_implantable, false), l.id, {", ".join(f"l.{name}" for name in _WORDS)}, l.content, l.is_gs1,
       l.content_fault, l.copies, l.reprint_no
FROM labels_label_job j
LEFT JOIN labels_label_line l ON l.document_id = j.id AND l.company_id = j.company_id
LEFT JOIN {Lot._meta.db_table} b ON b.id = l.lot_id AND b.company_id = l.company_id
LEFT JOIN items_item i ON i.id = b.item_id AND i.company_id = b.company_id
WHERE j.id = ANY(%s) AND j.company_id = %s ORDER BY j.id, l.line_no
"""


def load_label_jobs(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, LabelJobFacts]:
    """Facts of prints; one statement, whatever they hold."""
    del locks
    rows: dict[UUID, list[tuple[Any, ...]]] = {}
    for key, *row in fetch(_LINES, [list(ids), company_id]):
        rows.setdefault(key, []).append(tuple(row))
    return {key: _job_of(found) for key, found in rows.items()}


def _job_of(rows: Sequence[tuple[Any, ...]]) -> LabelJobFacts:
    kind, size, resolution, symbol, file_format, reason, created_at, *_line = rows[0]
    return LabelJobFacts(
        kind=LabelKind(kind),
        size=LabelSize(size),
        resolution=Resolution(resolution),
        symbol=SymbolKind(symbol),
        file_format=FileFormat(file_format),
        reprint_reason=reason,
        lines=tuple(_label_of(row[8], row[9:]) for row in rows if row[8] is not None),
        recorded_on=created_at.date(),
        is_implantable=any(row[7] for row in rows),
    )


def _label_of(line_id: UUID, columns: Sequence[Any]) -> LabelFacts:
    text, is_gs1, fault, copies, reprint_no = columns[len(_WORDS) :]
    return LabelFacts(line_id, Words(*columns[: len(_WORDS)]), Content(text, is_gs1), fault, copies, reprint_no)
