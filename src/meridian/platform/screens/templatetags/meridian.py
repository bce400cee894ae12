"""Template tags of the screens: icons, badges, cells, rows, and the formats of `formats.py`."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache

from django import template
from django.template.loader import render_to_string
from django.templatetags import static as files
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from meridian.platform.screens import cells, formats, tables, view
from meridian.platform.screens.markup import filled

register = template.Library()


@register.simple_tag
def translate(text: str) -> SafeString:
    """Django's `{% translate "…" %}`, looked up once for each language: a page has a hundred. TypeError for other
    words than the template's own."""
    if not isinstance(text, SafeString):
        raise TypeError("only words that stand in the template are translated")
    return _said(text, get_language())


@cache
def _said(text: str, language: str | None) -> SafeString:
    del language  # part of the key: the words differ by it
    return SafeString(gettext(text))


@register.simple_tag
@cache
def static(path: str) -> str:
    """`{% static "…" %}` of Django, which finds the same answer on every page."""
    return files.static(path)


@register.simple_tag
def kept(component: str, shown: Hashable = None) -> SafeString:
    """`{% kept "components/….html" value %}`: a component that says nothing but `shown`, rendered once for each value
    and language. For frozen values that hang on the declarations and on rights, never on rows."""
    return _rendered(component, shown, get_language())


@lru_cache(maxsize=1024)
def _rendered(component: str, shown: Hashable, language: str | None) -> SafeString:
    del language
    return render_to_string(component, {"shown": shown})


@register.simple_tag
def icon(name: str, size: int = 18, title: str = "") -> SafeString:
    """`{% icon "search" 16 %}`."""
    return cells.icon(name, size, title)


@register.simple_tag(name="badge")
def badge_tag(value: view.Badge, size: str = "") -> SafeString:
    """`{% badge page.status "lg" %}`."""
    return cells.badge(value, size)


@register.simple_tag(name="tag")
def tag_tag(value: view.Tag) -> SafeString:
    """`{% tag each %}`."""
    return cells.tag(value)


@register.simple_tag
def table_heads(columns: Sequence[view.Column], swap_links: object) -> SafeString:
    """All `<th>` of a table."""
    return tables.heads_html(columns, swap=bool(swap_links))


@register.simple_tag
def table_rows(columns: Sequence[view.Column], rows: Sequence[view.Row], today: date) -> SafeString:
    """All `<tr>` of a table body."""
    return tables.rows_html(columns, rows, today)


@register.simple_tag
def table_totals(columns: Sequence[view.Column], totals: Sequence[view.Cell], today: date) -> SafeString:
    """The `<tr>` of a table foot."""
    return tables.totals_html(columns, totals, today)


@register.simple_tag
def value(shown: view.Fact | view.KeyValue | view.Total, today: date) -> SafeString:
    """The value of a fact, key-value line or total, by its kind; days are written whole."""
    if isinstance(shown.value, date) and not isinstance(shown.value, datetime):
        return filled("{}", shown.value.isoformat())
    url = "" if isinstance(shown, view.Total) else shown.url
    return cells.inner(view.Cell(kind=shown.kind, value=shown.value, unit=shown.unit, url=url), today)


@register.simple_tag
def meaning(shown: view.Fact | view.KeyValue, today: date) -> str:
    """What a day means (“12 天后”, “余 709 天”); empty for other values."""
    if not isinstance(shown.value, date) or isinstance(shown.value, datetime):
        return ""
    if shown.kind == "due":
        return formats.distance(shown.value, today)
    return formats.remaining(shown.value, today) if shown.kind == "expiry" else ""


@register.simple_tag(name="cell")
def cell_tag(shown: view.Cell, today: date) -> SafeString:
    """A cell's content outside a table."""
    return cells.inner(shown, today)


@register.simple_tag
def gate_count(shown: view.GateCount) -> SafeString:
    """The mini gate of a todo."""
    return cells.gate_count(shown)


@register.simple_tag
def due_day(due_on: date, today: date) -> SafeString:
    """A due day with its distance, red when late."""
    return cells.due(due_on, today, None)


@register.simple_tag
def swap(url: str) -> SafeString:
    """Attributes that let a link of a list replace the list alone; without JavaScript the link works as it stands."""
    return filled(tables.SWAP, url)


@register.simple_tag
def minute(at: datetime, today: date) -> SafeString:
    """A `<time>` as short as its distance from today allows, the whole instant in its title."""
    mark = '<time class="m-num" datetime="{}" title="{}">{}</time>'
    return filled(mark, formats.machine(at), formats.instant(at), formats.minute(at, today))


@register.filter
def instant(at: datetime) -> str:
    """The whole instant with its zone."""
    return formats.instant(at)


@register.filter
def file_size(size: int) -> str:
    """Bytes for people."""
    return formats.bytes_size(size)


@register.filter
def short_hash(digest: str) -> str:
    """The first and last digits of a hash."""
    return formats.short_hash(digest)


@register.filter
def initial(name: str) -> str:
    """The avatar's character: the first of a Chinese name, the capital of a Latin one."""
    return name.strip()[:1].upper()


@register.filter
def avatar_tone(name: str) -> str:
    """One of four quiet avatar colours, the same for a name everywhere."""
    return ("", "g", "v", "o")[sum(map(ord, name)) % 4]


@register.filter
def percent_of(part: int | Decimal, whole: int | Decimal) -> int:
    """Whole percent, 100 when there is nothing to do."""
    return int(Decimal(part) * 100 / Decimal(whole)) if whole else 100


@register.filter
def open_rows(rows: Sequence[view.GateRow]) -> list[view.GateRow]:
    """Gate rows always shown: everything that is not passed, and passes up to the fourth."""
    passed = [row for row in rows if row.kind == "pass"][:4]
    return [row for row in rows if row.kind != "pass"] + passed


@register.filter
def folded_rows(rows: Sequence[view.GateRow]) -> list[view.GateRow]:
    """Passes after the fourth."""
    return [row for row in rows if row.kind == "pass"][4:]


@register.filter
def nodes_at(graph: view.Graph, column: view.GraphColumn) -> list[view.GraphNode]:
    """The nodes of one layer, top to bottom."""
    return sorted((node for node in graph.nodes if node.x == column.x), key=lambda node: node.y)


@register.filter
def with_columns(row: view.EditRow, columns: Sequence[view.Column]) -> list[tuple[view.EditField, view.Column]]:
    """The fields of a line beside their columns. ValueError when a row has not one field per column."""
    return list(zip(row.fields, columns, strict=True))


@register.filter
def classes(column: view.Column) -> str:
    """Style classes of a column's heading."""
    return tables.column_classes(column)


@register.filter
def line_prefix(prefix: str, index: int | str) -> str:
    """`lines` with 0 → `lines-0-`: what a line's field names begin with."""
    return f"{prefix}-{index}-"


@register.filter
def html_language(code: str) -> str:
    """`zh-hans` → `zh-Hans`."""
    main, _, script = code.partition("-")
    return f"{main}-{script.title()}" if script else main
