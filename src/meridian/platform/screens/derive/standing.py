"""What stands in a line and cannot be changed: shown in its form so that people know which line they fill in."""

from collections.abc import Mapping, Sequence
from typing import Any

from meridian.kernel.declare import column_field
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.screens.cells import plain
from meridian.platform.screens.derive.columns import Shown, all_paths, cell, folded, shown_of
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.view import Cell, Column, EditField

COLUMNS_MAX = 4
PREFIX = "standing-"
TELLING = ("text", "quantity", "expiry", "due", "date")
"""Kinds that tell lines apart, the most telling first; amounts are computed from what is being typed."""


Rows = Mapping[str, Mapping[str, Any]]


def standing(declared: AnyDocumentType, reader: Reader, document: Any | None) -> tuple[list[Shown], Rows]:
    """The telling columns of the stored lines that the form does not write and that say something, and their values by
    the line's id; one statement, none for a new document."""
    lines = declared.lines
    if lines is None or document is None:
        return [], {}
    written = {column_field(ref).name for ref in lines.editable}
    told = [
        each
        for each in folded([shown_of(ref) for ref in lines.columns if reader.sees(declared, ref)])
        if each.kind in TELLING and each.path.partition("__")[0] not in written
    ]
    if not told:
        return [], {}
    found = lines.model._default_manager.filter(document_id=document.pk).values(*all_paths(told, "id"))
    rows = {str(row["id"]): row for row in found}
    saying = [each for each in told if any(row[each.value_path] not in (None, "") for row in rows.values())]
    chosen = sorted(saying, key=lambda each: TELLING.index(each.kind))[:COLUMNS_MAX]
    return [each for each in saying if each in chosen], rows


def headings(told: Sequence[Shown]) -> tuple[Column, ...]:
    """Their headings."""
    return tuple(
        Column(name=f"{PREFIX}{each.path}", label=each.label, kind="text", phone="sub" if place else "title")
        for place, each in enumerate(told)
    )


def fields(told: Sequence[Shown], row: Mapping[str, Any]) -> list[EditField]:
    """The values as text; a new line has none."""
    made = []
    for each in told:
        shown = cell(each, row, with_note=True) if row else Cell()
        text = "" if shown.value in (None, "") else plain(shown.value)
        words = f"{text} {shown.unit}" if text and shown.unit else text
        name = f"{PREFIX}{each.path}"
        made.append(EditField(name=name, label=each.label, kind="readonly", value=words, help=shown.note))
    return made
