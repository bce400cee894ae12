"""What a draft would change of what is stored: some states leave only a few columns open."""

from typing import Any

from meridian.kernel.declare import column_field
from meridian.kernel.drafts import Draft
from meridian.kernel.models import DocumentLine
from meridian.kernel.registry import registry

LINES = "lines"
"""Stands for lines that are added, taken away or put in another order."""


def changed(draft: Draft, line_model: type[DocumentLine]) -> tuple[set[str], set[str]]:
    """The header's columns and the lines' columns that differ; a form may send the rest as it stands. One statement."""
    stored: Any = draft.document
    header = {name for name, value in draft.header.items() if getattr(stored, name) != value}
    if draft.lines is None:
        return header, set()
    manager: Any = line_model._default_manager
    kept = {row.pk: row for row in manager.filter(document_id=stored.pk).order_by("line_no")}
    if [line.get("id") for line in draft.lines] != list(kept):
        return header, {LINES}
    return header, {
        name for line in draft.lines for name, value in line.items() if getattr(kept[line["id"]], name) != value
    }


def closed_changes(draft: Draft, line_model: type[DocumentLine]) -> tuple[set[str], set[str]]:
    """Of the header's and the lines' columns that differ, those the declaration does not leave open in this state."""
    header, lines = changed(draft, line_model)
    [declared] = [each for each in registry.document_types.values() if each.model is type(draft.document)]
    columns = [column_field(ref) for ref in declared.open_in.get(draft.document.state, ())]
    return (
        header - {column.attname for column in columns if column.model is declared.model},
        lines - {column.attname for column in columns if column.model is line_model},
    )
