"""The stock list as a file: what its address finds, in the order and the columns of the page, read by keys."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from meridian.inventory.pages import words
from meridian.inventory.pages.stock import asked_of, filter_of, owner_name
from meridian.inventory.queries import StockFilter, StockRow, stock_rows, stock_totals
from meridian.inventory.reach import places_in_reach
from meridian.inventory.rules import is_expired
from meridian.inventory.vocabulary import StockStatus
from meridian.kernel.clock import now
from meridian.kernel.registry import registry
from meridian.organization.queries import place_tree
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.workspace.exporting import ROWS_MAX
from meridian.workspace.files import file_response, made_later
from meridian.workspace.provided import FurtherList
from meridian.workspace.sheets import form_of

PAGE = 2_000
COUNTED_MAX = 10_000_000
"""Rows counted to say how far a file is."""


@for_reader
@require_safe
def stock_file(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The rows of the stock list as XLSX or CSV (`form`), within the reader's reach; a long one is made later."""
    table = stock_table(request.GET, reader)
    if table.count(ROWS_MAX) > ROWS_MAX:
        return made_later(request, reader, STOCK)
    name = _("库存台账") + (f" {table.day.isoformat()}" if table.day else "")
    return file_response(name, form_of(request.GET.get("form", "")), table.headings(), table.pages())


@dataclass(frozen=True)
class StockTable:
    """What the file holds: the stock a filter finds now, or found at the end of a past day."""

    wanted: StockFilter
    day: date | None
    today: date

    def headings(self) -> Sequence[str]:
        """One a column."""
        return _headings()

    def pages(self) -> Iterator[list[list[Any]]]:
        """The rows in the order of the page, some at a time."""
        return _pages(self.wanted, self.day, self.today)

    def count(self, limit: int = COUNTED_MAX) -> int:
        """How many rows, counted up to a limit and one more."""
        return stock_totals(self.wanted, day=self.day, limit=limit).rows


def stock_table(address: QueryDict, reader: Reader) -> StockTable:
    """What the list's address finds within the reader's reach; raises Refused 403 for who may read no stock."""
    today = now().astimezone(registry.providers.company_zone()).date()
    asked = asked_of(address, today)
    return StockTable(filter_of(asked, places_in_reach(reader.grants), place_tree(), today), asked.day, today)


def _rights(reader: Reader) -> str:
    reach = places_in_reach(reader.grants)
    return "everywhere" if reach is None else " ".join(sorted(map(str, reach)))


STOCK = "stock"
"""The list's code among the files people asked for."""
STOCK_LIST = FurtherList(label=gettext_lazy("库存台账"), table=stock_table, rights=_rights)


def _headings() -> Sequence[str]:
    return (
        _("物料编码"), _("物料"), _("规格"), _("批号"), _("有效期至"), _("位置编码"), _("位置"), _("质量状态"),
        _("批号锁定"), _("货主"), _("数量"), _("单位"), _("已预留"), _("可用"),
    )  # fmt: skip


def _pages(wanted: StockFilter, day: date | None, today: date) -> Iterator[list[list[Any]]]:
    after = None
    while True:
        rows = stock_rows(wanted, after=after, day=day, limit=PAGE)
        if rows:
            yield [_line(row, today) for row in rows]
            after = rows[-1].position
        if len(rows) < PAGE:
            return


def _line(row: StockRow, today: date) -> list[Any]:
    usable = row.status == StockStatus.QUALIFIED and not row.is_blocked and not is_expired(row.expires_on, today)
    return [
        row.item_number, row.item_name, row.specification, row.lot_no, row.expires_on, row.place_code, row.place_name,
        words.status_badge(row.status).label, row.is_blocked, owner_name(row.owner_id), row.quantity,
        words.unit_label(row.unit), row.reserved, row.available if usable else 0,
    ]  # fmt: skip
