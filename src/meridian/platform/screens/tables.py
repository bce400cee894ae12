"""Table rows as HTML: one markup that is a table row on a screen and a card on a phone (style sheet, `.p-*`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .cells import NUMERIC, inner
from .view import Cell, Column, Row

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


def cell_html(column: Column, classes: str, cell: Cell, today: date) -> SafeString:
    """One `<td>`; facts carry their label for the card."""
    label = format_html(' data-label="{}"', column.label) if column.phone == "fact" and column.label else ""
    style = f"{classes} m-two" if cell.note else classes
    if isinstance(cell.value, str) and len(cell.value) > LONG:
        style += " long"
    return format_html('<td role="cell" class="{}"{}>{}</td>', style, label, inner(cell, today))


def row_html(columns: Sequence[Column], classes: Sequence[str], row: Row, today: date) -> SafeString:
    """One `<tr>`; its url is where Enter goes."""
    cells = format_html_join(
        "", "{}", ((cell_html(c, k, v, today),) for c, k, v in zip(columns, classes, row.cells, strict=True))
    )
    link = format_html(' data-url="{}"', row.url) if row.url else ""
    tone = format_html(' class="row-{}"', row.tone) if row.tone else ""
    return format_html('<tr role="row"{}{}>{}</tr>', tone, link, cells)


def rows_html(columns: Sequence[Column], rows: Sequence[Row], today: date) -> SafeString:
    """All rows. ValueError when a row has not one cell per column."""
    classes = [column_classes(column) for column in columns]
    return format_html_join("\n", "{}", ((row_html(columns, classes, row, today),) for row in rows))


def totals_html(columns: Sequence[Column], totals: Sequence[Cell], today: date) -> SafeString:
    """The totals row in column order; empty cells stay empty, the others stand on phones too."""
    cells = format_html_join(
        "", "{}", ((total_html(column, cell, today),) for column, cell in zip(columns, totals, strict=True))
    )
    return format_html('<tr role="row">{}</tr>', cells)


def total_html(column: Column, cell: Cell, today: date) -> SafeString:
    """One total; words head the card a row becomes on phones, figures are facts of it."""
    if cell.value is None and not cell.badge:
        return format_html('<td role="cell" class="{}"></td>', column_classes(replace(column, phone="hidden")))
    if isinstance(cell.value, str):
        return cell_html(column, column_classes(replace(column, phone="title")), cell, today)
    placed = replace(column, phone="fact")
    return cell_html(placed, column_classes(placed), cell, today)
