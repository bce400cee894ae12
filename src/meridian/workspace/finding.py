"""The search of the top bar: a document by its number in one statement, else wherever the site knows to look."""

from typing import Any

from django.db.models import CharField, Value
from django.utils.translation import gettext as _

from meridian.kernel.permission import readable
from meridian.kernel.registry import registry
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.derive.columns import about, state_badge
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.view import Cell, Column, EmptyState, ListPage, Row

EACH_MAX = 5
FOUND = ("type", "id", "number", "state", "about")


def matches(text: str, reader: Reader) -> list[dict[str, Any]]:
    """Documents whose number begins with the text, within the reader's scope."""
    parts: list[Any] = []
    for declared in registry.document_types.values():
        scope = readable(reader.grants, declared)
        if scope is not None:
            rows: Any = declared.model.objects.filter(scope, number__istartswith=text).order_by("-pk")
            literal = Value(declared.code, output_field=CharField())
            parts.append(rows.annotate(type=literal, about=about(declared)).values(*FOUND)[:EACH_MAX])
    if not parts or not text:
        return []
    return list(parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0])


def address_of(row: dict[str, Any]) -> str:
    """Where a found document stands."""
    return addresses.page_url(registry.document_types[row["type"]], row["id"])


def result_page(text: str, found: list[dict[str, Any]]) -> ListPage:
    """What was found, as a list."""
    rows = []
    for row in found:
        declared = registry.document_types[row["type"]]
        url = address_of(row)
        badge = Cell(kind="badge", badge=state_badge(declared, row["state"]))
        cells = (
            Cell(kind="id", value=row["number"], url=url),
            Cell(value=declared.label),
            Cell(value=row["about"]),
            badge,
        )
        rows.append(Row(key=str(row["id"]), cells=cells, url=url))
    return ListPage(
        title=_("搜索"),
        url="/find",
        columns=(
            Column(name="number", label=_("单号"), kind="id", phone="title"),
            Column(name="type", label=_("类型"), phone="sub"),
            Column(name="about", label=_("要点"), phone="sub", width="wide"),
            Column(name="state", label=_("状态"), kind="badge", phone="status"),
        ),
        rows=tuple(rows),
        search=text,
        search_hint=_("单号、批号、序列号或 UDI"),
        total_count=len(rows),
        count_unit=_("条记录"),
        empty=_empty(text) if not rows else None,
    )


def _empty(text: str) -> EmptyState:
    if not text:
        return EmptyState(kind="first_use", title=_("要找什么？"), sentence=_("输入或扫描单号、批号、序列号或 UDI。"))
    title = _("没有找到“%(text)s”") % {"text": text[:60]}
    return EmptyState(kind="no_match", title=title, sentence=_("请核对后再试。"))
