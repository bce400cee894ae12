"""The stock list as a file: what its address finds, in the order and the columns of the page, read by keys."""

from collections.abc import Iterator, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from meridian.inventory.pages import words
from meridian.inventory.pages.stock import asked_of, filter_of, owner_name
from meridian.inventory.queries import StockFilter, StockRow, stock_rows, stock_totals
from meridian.inventory.reach import places_in_reach
from meridian.inventory.rules import is_expired
from meridian.inventory.vocabulary import StockStatus
from meridian.kernel.clock import now
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.kernel.registry import registry
from meridian.organization.queries import place_tree
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.workspace.files import file_response
from meridian.workspace.sheets import form_of

ROWS_MAX = 50_000
"""Rows of one file; a longer answer is narrowed first."""
PAGE = 2_000


@for_reader
@require_safe
def stock_file(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The rows of the stock list as XLSX or CSV (`form`), within the reader's reach; refused 422 when too long."""
    today = now().astimezone(registry.providers.company_zone()).date()
    asked = asked_of(request.GET, today)
    wanted = filter_of(asked, places_in_reach(reader.grants), place_tree(), today)
    if stock_totals(wanted, day=asked.day, limit=ROWS_MAX).rows > ROWS_MAX:
        evidence = message("库存超过 {limit} 条，请先用筛选缩小范围再导出。", limit=ROWS_MAX)
        raise refusal("export_too_long", HTTPStatus.UNPROCESSABLE_ENTITY, evidence)
    name = _("库存台账") + (f" {asked.day.isoformat()}" if asked.day else "")
    return file_response(name, form_of(request.GET.get("form", "")), _headings(), _pages(wanted, asked.day, today))


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
