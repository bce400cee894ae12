"""The list of a document type, from its declaration: one page by keys, counts, totals, mini gates.

The number of statements is the same for 1 row and 100: a page, its count, totals, facts, and one for each filter over
a referenced table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from meridian.kernel.declare import ColumnRef, column_field, column_path
from meridian.kernel.registry import AnyDocumentType
from meridian.kernel.sql import fetch
from meridian.platform.prepared import KEY, prepared
from meridian.platform.screens.derive import addresses, filters, gatepanel, query
from meridian.platform.screens.derive.columns import (
    CURRENCY,
    Shown,
    all_paths,
    cell,
    shown_of,
    state_badge,
    table_columns,
)
from meridian.platform.screens.derive.query import Asked
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.view import (
    Action,
    Cell,
    CellKind,
    Column,
    EmptyState,
    Link,
    ListPage,
    Pager,
    Row,
    Total,
    ViewTab,
)  # fmt: skip

COUNT_CAP = 10_000
"""No exact count past this: a list over a million records stays fast."""
ALWAYS = ("id", "company_id", "site_id", "state", "number")


@dataclass(frozen=True)
class Found:
    """One page of rows and what lies around it."""

    rows: list[dict[str, Any]]
    has_previous: bool
    has_next: bool


@dataclass(frozen=True)
class Counted:
    """How many records a view has, at most `COUNT_CAP` + 1, and how many there are by state; None past the cap."""

    in_view: int
    by_state: dict[str, int] | None


_COUNTS = """
WITH listed AS NOT MATERIALIZED ({listed}),
counted AS (SELECT state, count(*) AS n FROM (SELECT state FROM listed {order} LIMIT {cap} + 1) AS capped GROUP BY 1)
SELECT state, n FROM counted
UNION ALL SELECT NULL, count(*) FROM (SELECT FROM listed WHERE state = ANY(%s) LIMIT {cap} + 1) AS in_view
WHERE (SELECT sum(n) FROM counted) > {cap}
"""
"""By state up to the cap; beside NULL, and only where there is more than that, the view alone."""


def list_page(declared: AnyDocumentType, asked: Asked, reader: Reader, more: Sequence[ColumnRef] = ()) -> ListPage:
    """The page an address asks for; `more` columns stand after the declared ones."""
    columns = [*visible_columns(declared, reader), *(shown_of(ref) for ref in more)]
    narrowing = reader.scope(declared) & query.condition(asked, reader)
    scoped = declared.model.objects.filter(narrowing)
    states = query.states_of_view(declared, reader, asked.view)
    counted = count_of(scoped, states, is_narrowed=bool(narrowing))
    in_view = counted.in_view
    rows = scoped if states is None else scoped.filter(state__in=states)
    found = page_of(rows, asked, all_paths(columns, *ALWAYS), states, is_narrowed=bool(narrowing))
    gates = gatepanel.counts(declared, found.rows, reader)
    has_gates = _has_gates(declared)
    total = min(in_view, COUNT_CAP)
    chips = filters.chips(declared, asked, reader)
    narrowed = bool(asked.search or chips)
    return ListPage(
        title=declared.label,
        url=addresses.list_url(declared),
        columns=headings(declared, columns),
        rows=tuple(_row(declared, columns, row, gates.get(row["id"]) if has_gates else None, has_gates)
                   for row in found.rows),
        views=_views(declared, asked, reader, counted),
        search=asked.search,
        search_hint=_search_hint(declared, reader),
        query_kept=asked.kept("q"),
        chips=chips,
        filters=filters.filters(declared, asked, reader, chips),
        primary=_new(declared, reader),
        links=(Link(label=_("生命周期"), url=addresses.lifecycle_url(declared), icon="sitemap"),),
        total_count=total,
        total_is_capped=in_view > COUNT_CAP,
        count_unit=_("条记录"),
        totals=_totals(declared, rows, reader) if 0 < in_view <= COUNT_CAP else (),
        pager=_pager(asked, found),
        empty=None if found.rows else _empty(declared, reader, asked, narrowed=narrowed or states is not None),
    )  # fmt: skip


def visible_columns(declared: AnyDocumentType, reader: Reader) -> list[Shown]:
    """The declared columns the reader may see, number and state apart."""
    refs = [ref for ref in declared.screen.columns if column_path(ref) not in ("number", "state")]
    return [shown_of(ref) for ref in refs if reader.sees(declared, ref)]


def page_of(
    rows: QuerySet[Any], asked: Asked, paths: list[str], states: list[str] | None, *, is_narrowed: bool
) -> Found:
    """Newest first, by key: what was created later has the greater key."""

    def read(key: UUID | None, make: Callable[[Any], QuerySet[Any]], turn: str) -> list[dict[str, Any]]:
        if is_narrowed:
            return list(make(key).values(*paths)[:wanted])
        name = (asked.declared, "page", turn, wanted, tuple(states or ()), *paths)
        return prepared(name, lambda: make(KEY).values(*paths)[:wanted]).rows(key)

    after, before = query.as_uuid(asked.query.get("after", "")), query.as_uuid(asked.query.get("before", ""))
    wanted = asked.size + 1
    if before is not None:
        page = read(before, lambda key: rows.filter(pk__gt=key).order_by("pk"), "before")
        return Found(page[: asked.size][::-1], has_previous=len(page) == wanted, has_next=True)
    if after is not None:
        page = read(after, lambda key: rows.filter(pk__lt=key).order_by("-pk"), "after")
    else:
        page = read(None, lambda _key: rows.order_by("-pk"), "first")
    return Found(page[: asked.size], has_previous=after is not None, has_next=len(page) == wanted)


def count_of(rows: QuerySet[Any], states: list[str] | None, *, is_narrowed: bool) -> Counted:
    """The records by state and those of a view in one statement over at most twice `COUNT_CAP` rows."""
    if is_narrowed:
        listed, parameters = rows.order_by().values("state").query.sql_with_params()
    else:
        kept = prepared((rows.model, "states"), lambda: rows.order_by().values("state"))
        listed, parameters = kept.statement, tuple(kept.values())
    order = "" if is_narrowed else "ORDER BY state"  # along the index of states; a filter may have one of its own
    found = dict(fetch(_COUNTS.format(listed=listed, order=order, cap=COUNT_CAP), [*parameters, states or []]))
    view = found.pop(None, 0)
    total = sum(found.values())
    if total > COUNT_CAP:
        return Counted(in_view=total if states is None else view, by_state=None)
    return Counted(in_view=sum(n for state, n in found.items() if states is None or state in states), by_state=found)


def _has_gates(declared: AnyDocumentType) -> bool:
    return any(transition.gates for transition in declared.transitions.values())


def headings(declared: AnyDocumentType, columns: list[Shown]) -> tuple[Column, ...]:
    """Number, what is asked for, the mini gate of types that have gates, and the state."""
    first = Column(name="number", label=_("单号"), kind="id", phone="title", is_pinned=True)
    gate = (Column(name="gate", label=_("前置条件"), kind="gate"),) if _has_gates(declared) else ()
    return (first, *table_columns(columns), *gate, Column(name="state", label=_("状态"), kind="badge", phone="status"))


def _row(declared: AnyDocumentType, columns: list[Shown], row: dict[str, Any], gate: Any, has_gates: bool) -> Row:
    url = addresses.page_url(declared, row["id"])
    cells = [Cell(kind="id", value=row["number"], url=url), *(cell(shown, row) for shown in columns)]
    if has_gates:
        cells.append(Cell(kind="gate", gate=gate))
    cells.append(Cell(kind="badge", badge=state_badge(declared, row["state"])))
    return Row(key=str(row["id"]), cells=tuple(cells), url=url)


def _views(declared: AnyDocumentType, asked: Asked, reader: Reader, counted: Counted) -> tuple[ViewTab, ...]:
    labels = {query.ALL: _("全部"), query.MINE: _("待我处理")}
    tabs = []
    for name, view in query.view_names(declared, reader).items():
        states = query.states_of_view(declared, reader, name)
        count = None
        if counted.by_state is not None:
            of_states = counted.by_state.items()
            count = sum(n for state, n in of_states if states is None or state in states)
        label = view.label if view is not None else labels[name]
        tabs.append(ViewTab(label=label, url=asked.url(view=name), is_current=name == asked.view, count=count))
    return tuple(tabs) if len(tabs) > 1 else ()


def _search_hint(declared: AnyDocumentType, reader: Reader) -> str:
    seen = [column_field(ref).verbose_name for ref in declared.screen.search if reader.sees(declared, ref)]
    return " / ".join(dict.fromkeys([str(_("单号")), *map(str, seen)]))


def _new(declared: AnyDocumentType, reader: Reader) -> Action | None:
    if not (declared.creatable and reader.may_draft(declared)):
        return None
    label = _("新建%(type)s") % {"type": declared.label}
    return Action(name="new", label=label, url=addresses.new_url(declared), kind="primary", method="get", icon="plus")


def _totals(declared: AnyDocumentType, rows: QuerySet[Any], reader: Reader) -> tuple[Total, ...]:
    refs = [ref for ref in declared.screen.totals if reader.sees(declared, ref)]
    if not refs:
        return ()
    sums = rows.order_by().aggregate(**{f"total_{n}": Sum(column_path(ref)) for n, ref in enumerate(refs)})
    totals = []
    for n, ref in enumerate(refs):
        shown = shown_of(ref)
        unit = CURRENCY if shown.kind == "money" else ""
        kind: CellKind = "money" if shown.kind == "money" else "number"
        totals.append(Total(label=shown.label, value=sums[f"total_{n}"] or 0, kind=kind, unit=unit))
    return tuple(totals)


def _pager(asked: Asked, found: Found) -> Pager | None:
    if not found.rows or not (found.has_previous or found.has_next):
        return None
    first, last = str(found.rows[0]["id"]), str(found.rows[-1]["id"])
    return Pager(
        label=_("本页 %(n)s 条") % {"n": len(found.rows)},
        previous_url=asked.url(before=first) if found.has_previous else "",
        next_url=asked.url(after=last) if found.has_next else "",
    )


def _empty(declared: AnyDocumentType, reader: Reader, asked: Asked, *, narrowed: bool) -> EmptyState:
    if narrowed:
        clear = Link(label=_("清除筛选"), url=f"{addresses.list_url(declared)}?view={query.ALL}")
        return EmptyState(
            kind="no_match",
            title=_("没有符合条件的%(type)s") % {"type": declared.label},
            sentence=_("换一个视图，或清除搜索与筛选。"),
            links=(clear,) if asked.query else (),
        )
    new = _new(declared, reader)
    return EmptyState(
        kind="first_use",
        title=_("还没有%(type)s") % {"type": declared.label},
        sentence=declared.help or _("单据建立后会出现在这里。"),
        links=(Link(label=new.label, url=new.url, icon="plus"),) if new else (),
    )
