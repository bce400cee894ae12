"""A list as a file: the rows its address finds, in its columns, read page by page and sent as they are read."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from meridian.kernel.context import in_company
from meridian.kernel.registry import AnyDocumentType, registry
from meridian.platform.screens.derive import query
from meridian.platform.screens.derive.columns import Shown, all_paths
from meridian.platform.screens.derive.query import Asked
from meridian.platform.screens.derive.reader import Reader

ROWS_MAX = 10_000
"""A file for the browser has no more rows; what is longer is narrowed first."""
PAGE = 1_000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would run; such text gets an apostrophe before it."""
MARK = "\ufeff"


def rows_of(declared: AnyDocumentType, asked: Asked, reader: Reader, ids: Sequence[UUID] = ()) -> Any:
    """The records an address asks for, within the reader's scope, newest first; only those of `ids` if any."""
    rows = declared.model.objects.filter(reader.scope(declared) & query.condition(asked, reader))
    states = query.states_of_view(declared, reader, asked.view)
    if states is not None:
        rows = rows.filter(state__in=states)
    return (rows.filter(pk__in=ids) if ids else rows).order_by("-pk")


def headings(columns: Sequence[Shown]) -> list[str]:
    """The number, the columns with units of their own beside quantities, the state."""
    names = [_("单号")]
    for each in columns:
        names.append(str(each.label))
        if each.unit_path:
            names.append(_("%(column)s单位") % {"column": each.label})
    return [*names, _("状态")]


def lines(
    declared: AnyDocumentType, rows: Any, columns: Sequence[Shown], *, company_id: UUID, language: str
) -> Iterator[str]:
    """The file as text, a page of rows at a time; each page is read in the company's scope and one statement."""
    states = dict(declared.states.choices)
    paths = all_paths(columns, "id", "number", "state")
    with translation.override(language):
        yield MARK + _written([headings(columns)])
    last: UUID | None = None
    while True:
        with (
            in_company(company_id),
            translation.override(language),
            timezone.override(registry.providers.company_zone()),
        ):
            page = list((rows.filter(pk__lt=last) if last is not None else rows).values(*paths)[:PAGE])
            text = _written([_line(row, columns, states) for row in page])
        if text:
            yield text
        if len(page) < PAGE:
            return
        last = page[-1]["id"]


def _line(row: dict[str, Any], columns: Sequence[Shown], states: dict[str, Any]) -> list[Any]:
    line: list[Any] = [row["number"]]
    for each in columns:
        line.append(each.value(row))
        if each.unit_path:
            line.append(each.unit(row))
    return [*line, states.get(row["state"], row["state"])]


def _written(table: Sequence[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([safe(cell) for cell in line] for line in table)
    return text.getvalue()


def safe(cell: Any) -> str:
    """A cell as text: plain decimals, ISO days and instants, and nothing that a spreadsheet would run."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, bool):
        return _("是") if cell else _("否")
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}"
    if isinstance(cell, datetime):
        return timezone.localtime(cell).isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date | int):
        return str(cell)
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
