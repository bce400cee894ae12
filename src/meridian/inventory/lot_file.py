"""One lot as a reader may see it, and the parts of its page that modules above fill."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from meridian.inventory.models import LotBlock, Reservation, StockMovement
from meridian.inventory.queries import StockRow
from meridian.inventory.rules import is_expired
from meridian.inventory.vocabulary import StockStatus
from meridian.kernel.registry import registry
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.derive.columns import state_badge
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.view import Badge, Cell, Column, LineGrid, Row, Text
from meridian.workspace.records import FoundRecord, read_records

ROWS_MAX = 200
"""Rows of one part; the latest ones, and it says so."""
DOCUMENTS_MAX = 500
"""Documents of one lot whose files, comments and scans its page looks for; the latest ones."""


@dataclass(frozen=True)
class LotFile:
    """One lot as this reader may see it: `places` None means everywhere."""

    lot: Any
    stock: Sequence[StockRow]
    blocks: Sequence[LotBlock]
    places: frozenset[UUID] | None
    today: date
    reader: Reader

    @property
    def unit(self) -> str:
        """The base unit of its item."""
        return str(self.lot.item.base_unit)

    @property
    def open_blocks(self) -> list[LotBlock]:
        """What binds the lot now."""
        return [block for block in self.blocks if block.released_at is None]

    @property
    def on_hand(self) -> Decimal:
        """All there is of it where the reader may look."""
        return sum((row.quantity for row in self.stock), Decimal(0))

    @property
    def usable(self) -> Decimal:
        """Qualified, unexpired, not blocked and not set aside."""
        if self.open_blocks or is_expired(self.lot.expires_on, self.today):
            return Decimal(0)
        return sum((row.available for row in self.stock if row.status == StockStatus.QUALIFIED), Decimal(0))

    def movements(self) -> Any:
        """The movements of the lot that touch a place the reader may look at."""
        rows = StockMovement.objects.filter(lot_id=self.lot.pk)
        if self.places is not None:
            rows = rows.filter(Q(from_place__in=self.places) | Q(to_place__in=self.places))
        return rows

    @cached_property
    def documents(self) -> Sequence[tuple[str, UUID]]:
        """What moved the lot where the reader may look or holds some of it back, by type and id; two statements."""
        moved = self.movements().order_by("document_type", "document_id").distinct()
        held = Reservation.objects.filter(lot_id=self.lot.pk)
        if self.places is not None:
            held = held.filter(place__in=self.places)
        found = {*moved.values_list("document_type", "document_id"), *held.values_list("document_type", "document_id")}
        return sorted(found, key=lambda each: each[1].int, reverse=True)[:DOCUMENTS_MAX]

    @cached_property
    def records(self) -> dict[UUID, FoundRecord]:
        """Those of the documents that the reader may read themselves; one statement more."""
        return {record.id: record for record in read_records(self.documents, self.reader)}

    @cached_property
    def line_ids(self) -> Sequence[UUID]:
        """The document lines that moved the lot."""
        return list(self.movements().exclude(line_id=None).values_list("line_id", flat=True).distinct())


@dataclass(frozen=True)
class LotPart:
    """A tab of the lot page, for those who hold a right (empty: all who see the lot). Statements are few and fixed."""

    name: str
    label: Text
    lines: Callable[[LotFile], LineGrid]
    permission: str = ""


_parts: list[LotPart] = []


def provide_lot_parts(parts: Sequence[LotPart]) -> None:
    """Called once, by the site."""
    _parts[:] = parts


def parts_of_site() -> Sequence[LotPart]:
    """What the site handed in."""
    return _parts


def grid_of(columns: tuple[Column, ...], rows: Sequence[Row], empty: Text) -> LineGrid:
    """A part's table; what is cut off is said."""
    note = _("只列出最近 %(n)s 条。") % {"n": ROWS_MAX} if len(rows) >= ROWS_MAX else ""
    return LineGrid(columns=columns, rows=tuple(rows[:ROWS_MAX]), empty=empty, note=note)


def document_cell(file: LotFile, document_type: str, document_id: UUID, number: str = "") -> Cell:
    """A document by its number, a link for who may read it."""
    record = file.records.get(document_id)
    url = addresses.page_url(record.declared, document_id) if record is not None else ""
    known = record.number if record is not None else number or "—"
    return Cell(kind="id", value=known, url=url, note=_label_of(document_type))


def state_of(file: LotFile, document_id: UUID) -> Badge | None:
    """The state of a document the reader may read."""
    record = file.records.get(document_id)
    return state_badge(record.declared, record.state) if record is not None else None


def _label_of(document_type: str) -> Text:
    declared = registry.document_type(document_type)
    return declared.label if declared is not None else document_type
