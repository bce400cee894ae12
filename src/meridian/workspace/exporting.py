"""A list as a table: the rows its address finds, in its columns, read page by page by their keys."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from meridian.kernel.registry import AnyDocumentType
from meridian.platform.screens.derive import listing, query
from meridian.platform.screens.derive.columns import Shown, all_paths, shown_of
from meridian.platform.screens.derive.query import Asked
from meridian.platform.screens.derive.reader import Reader
from meridian.workspace import arranging
from meridian.workspace.arranging import Layout

ROWS_MAX = 10_000
"""A file made while its reader waits has no more rows; a longer list is made in the background."""
SELECTED_MAX = 1_000
PAGE = 1_000
SHOWN, EVERY = "shown", "every"
"""Which columns: as the list shows them, or all the reader may see."""


@dataclass(frozen=True)
class ListTable:
    """What a file is to hold: a list's rows in these columns. Reading it takes a statement for each page of rows."""

    declared: AnyDocumentType
    rows: Any
    columns: Sequence[Shown]

    def headings(self) -> list[str]:
        """The number, the columns with units of their own beside quantities, the state."""
        names = [_("单号")]
        for each in self.columns:
            names.append(str(each.label))
            if each.unit_path:
                names.append(_("%(column)s单位") % {"column": each.label})
        return [*names, _("状态")]

    def pages(self) -> Iterator[list[list[Any]]]:
        """The rows, newest first, a page at a time; ends with the last."""
        states = dict(self.declared.states.choices)
        paths = all_paths(self.columns, "id", "number", "state")
        last: UUID | None = None
        while True:
            wanted = self.rows.filter(pk__lt=last) if last is not None else self.rows
            page = list(wanted.values(*paths)[:PAGE])
            if page:
                yield [self._line(row, states) for row in page]
                last = page[-1]["id"]
            if len(page) < PAGE:
                return

    def _line(self, row: dict[str, Any], states: dict[str, Any]) -> list[Any]:
        line: list[Any] = [row["number"]]
        for each in self.columns:
            line.append(each.value(row))
            if each.unit_path:
                line.append(each.unit(row))
        return [*line, states.get(row["state"], row["state"])]

    def count(self) -> int:
        """How many rows there are; one statement."""
        found: int = self.rows.count()
        return found

    def is_longer_than(self, limit: int) -> bool:
        """Whether there are more rows; one statement."""
        return len(self.rows.values("pk")[: limit + 1]) > limit


def table_of(declared: AnyDocumentType, address: QueryDict, reader: Reader, layout: Layout | None) -> ListTable:
    """The list at an address as this reader may see it: their scope, no secret column without its right.

    `id` in the address takes those rows alone, `columns=every` all columns the reader may see.
    """
    asked = query.asked_of(declared, address, reader)
    ids = [key for each in address.getlist("id")[:SELECTED_MAX] if (key := query.as_uuid(each)) is not None]
    further = arranging.further_columns(declared, reader)
    found = {each.path: each for each in listing.visible_columns(declared, reader)}
    if address.get("columns") == EVERY:
        layout = None
        found |= {each.path: each for each in map(shown_of, further)}
    found |= {each.path: each for each in map(shown_of, arranging.wanted_refs(further, layout))}
    names = [name for name in layout.shown if name in found] if layout is not None else list(found)
    return ListTable(declared, rows_of(declared, asked, reader, ids), [found[name] for name in names])


def rows_of(declared: AnyDocumentType, asked: Asked, reader: Reader, ids: Sequence[UUID] = ()) -> Any:
    """The records an address asks for, within the reader's scope, newest first; only those of `ids` if any."""
    rows = declared.model.objects.filter(reader.scope(declared) & query.condition(asked, reader))
    states = query.states_of_view(declared, reader, asked.view)
    if states is not None:
        rows = rows.filter(state__in=states)
    return (rows.filter(pk__in=ids) if ids else rows).order_by("-pk")
