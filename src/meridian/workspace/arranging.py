"""A list as its reader arranged it: which columns, in which order, how wide, which stay at the left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from django.utils.translation import gettext as _

from meridian.kernel.declare import ColumnRef, column_path
from meridian.kernel.messages import Text
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.screens.derive.columns import shown_of
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.markup import filled
from meridian.platform.screens.view import Cell, Column, ListPage, Row

FIRST = "number"
"""The column that names the record: always first, always there."""
COLUMNS_MAX = 60


@dataclass(frozen=True)
class Layout:
    """A reader's columns, by name; `shown` in order. Names a release no longer knows are passed over."""

    shown: tuple[str, ...]
    pinned: frozenset[str] = frozenset()
    widths: Mapping[str, str] | None = None

    def as_data(self) -> dict[str, Any]:
        """As it is stored."""
        return {"shown": list(self.shown), "pinned": sorted(self.pinned), "widths": dict(self.widths or {})}


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChoice:
    """A column that may be shown, in the order of the list."""

    name: str
    label: Text
    is_shown: bool
    is_pinned: bool = False
    width: str = "normal"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnForm:
    """`workspace/column_form.html`: which columns a view shows. Posts `next`, the list's address, and the view."""

    url: str
    list_url: str
    view: str
    columns: tuple[ColumnChoice, ...]


def layout_of(data: Any) -> Layout | None:
    """What was stored; None for anything that is no layout."""
    if not isinstance(data, dict) or not isinstance(data.get("shown"), list):
        return None
    widths = {str(name): str(width) for name, width in dict(data.get("widths") or {}).items()}
    return Layout(tuple(map(str, data["shown"])), frozenset(map(str, data.get("pinned") or ())), widths)


def further_columns(declared: AnyDocumentType, reader: Reader) -> list[ColumnRef]:
    """Columns of the record's own page that its list does not declare: they may be added."""
    screen = declared.screen
    known = {column_path(ref) for ref in screen.columns} | {"number", "state"}
    refs = [*screen.facts, *(ref for section in screen.sections for ref in section.fields)]
    found = {column_path(ref): ref for ref in refs if reader.sees(declared, ref)}
    return [ref for path, ref in found.items() if path not in known]


def wanted_refs(refs: Sequence[ColumnRef], layout: Layout | None) -> list[ColumnRef]:
    """Those of the further columns a reader chose."""
    return [ref for ref in refs if layout is not None and column_path(ref) in layout.shown]


def arranged(page: ListPage, layout: Layout | None) -> ListPage:
    """The page with its columns as they were arranged."""
    if layout is None:
        return page
    places = {column.name: place for place, column in enumerate(page.columns)}
    names = [FIRST, *(name for name in layout.shown if name in places and name != FIRST)]
    names.sort(key=lambda name: (name != FIRST, name not in layout.pinned))  # what is pinned stands at the left
    order = [places[name] for name in names]
    columns = tuple(_column(page.columns[place], layout) for place in order)
    rows = tuple(replace(row, cells=tuple(row.cells[place] for place in order)) for row in page.rows)
    return replace(page, columns=columns, rows=rows)


def _column(column: Column, layout: Layout) -> Column:
    width: dict[str, Literal["narrow", "normal", "wide"]] = {"narrow": "narrow", "wide": "wide"}
    chosen = (layout.widths or {}).get(column.name)
    phone = column.phone if column.phone != "hidden" else "fact"
    return replace(
        column,
        phone=phone,
        is_pinned=column.name == FIRST or column.name in layout.pinned,
        width=width.get(chosen, "normal") if chosen is not None else column.width,
    )


def choices(columns: Sequence[Column], further: Sequence[ColumnRef], layout: Layout | None) -> tuple[ColumnChoice, ...]:
    """Every column that may be shown: those of the list in its order, then those left out."""
    labels = {column.name: column.label for column in columns}
    labels |= {column_path(ref): shown_of(ref).label for ref in further}
    added = {column_path(ref) for ref in further}
    shown = layout.shown if layout is not None else tuple(name for name in labels if name not in added)
    order = dict.fromkeys([FIRST, *(name for name in shown if name in labels), *labels])
    pinned = layout.pinned if layout is not None else frozenset()
    widths = (layout.widths or {}) if layout is not None else {}
    return tuple(
        ColumnChoice(name=name, label=labels[name], is_shown=name == FIRST or name in shown,
                     is_pinned=name in pinned, width=widths.get(name, "normal"))
        for name in order
    )  # fmt: skip


def selectable(page: ListPage) -> ListPage:
    """The page with a box before each row; boxes belong to the form of the batch bar."""
    if not page.rows:
        return page
    every = filled('<input type="checkbox" class="m-check" data-select-page aria-label="{}">', _("全选本页"))
    head = Column(name="select", label=every, phone="hidden", is_pinned=True, width="narrow")
    return replace(page, columns=(head, *page.columns), rows=tuple(_boxed(row) for row in page.rows))


def _boxed(row: Row) -> Row:
    mark = '<input type="checkbox" class="m-check" name="id" form="batch" value="{}" aria-label="{}">'
    box = filled(mark, row.key, _("选择 %(number)s") % {"number": row.cells[0].value})
    return replace(row, cells=(Cell(value=box), *row.cells))
