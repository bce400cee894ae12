"""Table rows as HTML: one markup that is a table row on a screen and a card on a phone (style sheet, `.p-*`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.utils.safestring import SafeString

from .cells import NUMERIC, inner
from .markup import NOTHING, escaped, filled, joined
from .view import Cell, Column, Row, Text

SWAP = 'hx-get="{}" hx-target="#list" hx-select="#list" hx-swap="outerHTML show:none" hx-push-url="true"'
"""Attributes that let a link of a list replace the list alone."""
LONG = 24
"""Characters past which a cell of a record's lines may wrap; shorter ones stay in one line."""


def column_classes(column: Column) -> str:
    """Style classes of a column's heading and cells."""
    parts = [f"p-{column.phone}"]
    if column.kind in NUMERIC:
        parts.append("num")
    elif column.kind in ("id", "due", "expiry", "date", "datetime"):
        parts.append("m-num nb")
    if column.is_pinned:
        parts.append("pin")
    if column.width != "normal":
        parts.append(f"w-{column.width}")
    return " ".join(parts)


def heads_html(columns: Sequence[Column], *, swap: bool) -> SafeString:
    """All `<th>`; with `swap` a link that sorts replaces the list alone."""
    return joined(_head(column, swap=swap) for column in columns)


def _head(column: Column, *, swap: bool) -> SafeString:
    label: Text = column.label
    if column.sort_url:
        arrow = {"ascending": " ↑", "descending": " ↓"}.get(column.sort or "", "")
        more = filled(f" {SWAP}", column.sort_url) if swap else NOTHING
        label = filled('<a href="{}"{}>{}{}</a>', column.sort_url, more, label, arrow)
    sort = filled(' aria-sort="{}"', column.sort) if column.sort else NOTHING
    mark = '<th role="columnheader" scope="col" class="{}"{}>{}</th>'
    return filled(mark, column_classes(column), sort, label)


def cell_html(column: Column, cell: Cell, today: date) -> SafeString:
    """One `<td>`."""
    return _cell(*_opening(column), cell, today)


def _opening(column: Column) -> tuple[str, str]:
    """What every cell of a column begins with: its style classes, and for facts the label of the card."""
    label = filled(' data-label="{}"', column.label) if column.phone == "fact" and column.label else NOTHING
    return f'<td role="cell" class="{column_classes(column)}', f'"{label}>'


def _cell(classes: str, label: str, cell: Cell, today: date) -> SafeString:
    style = " m-two" if cell.note else ""
    if isinstance(cell.value, str) and len(cell.value) > LONG:
        style += " long"
    return SafeString(f"{classes}{style}{label}{inner(cell, today)}</td>")


def row_html(openings: Sequence[tuple[str, str]], row: Row, today: date) -> SafeString:
    """One `<tr>`; its url is where Enter goes."""
    cells = "".join([_cell(*opening, cell, today) for opening, cell in zip(openings, row.cells, strict=True)])
    link = f' data-url="{escaped(row.url)}"' if row.url else ""
    tone = f' class="row-{escaped(row.tone)}"' if row.tone else ""
    return SafeString(f'<tr role="row"{tone}{link}>{cells}</tr>')


def rows_html(columns: Sequence[Column], rows: Sequence[Row], today: date) -> SafeString:
    """All rows. ValueError when a row has not one cell per column."""
    openings = [_opening(column) for column in columns]
    return joined((row_html(openings, row, today) for row in rows), "\n")


def totals_html(columns: Sequence[Column], totals: Sequence[Cell], today: date) -> SafeString:
    """The totals row in column order; empty cells stay empty, the others stand on phones too."""
    cells = joined(total_html(column, cell, today) for column, cell in zip(columns, totals, strict=True))
    return filled('<tr role="row">{}</tr>', cells)


def total_html(column: Column, cell: Cell, today: date) -> SafeString:
    """One total; words head the card a row becomes on phones, figures are facts of it."""
    if cell.value is None and not cell.badge:
        return filled('<td role="cell" class="{}"></td>', column_classes(replace(column, phone="hidden")))
    if isinstance(cell.value, str):
        return cell_html(replace(column, phone="title"), cell, today)
    return cell_html(replace(column, phone="fact"), cell, today)
