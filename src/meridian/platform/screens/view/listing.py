"""A list of records of one type."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from .base import Action, CellKind, Column, Crumb, Link, Note, Option, Row, Text, Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewTab:
    """A saved view as a tab. `count` None: not counted. `count_is_capped` shows “10 000+”."""

    label: Text
    url: str
    is_current: bool = False
    count: int | None = None
    count_is_capped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A filter that may be set: a small form (GET) in a drop-down; `kept` are the other query parameters."""

    name: str
    label: Text
    kind: Literal["choice", "text", "day", "day_range", "number_range"] = "choice"
    options: tuple[Option, ...] = ()
    value: str = ""
    until: str = ""
    """`day_range` reads and writes `<name>_from` (`value`) and `<name>_until` (`until`), ISO days, and beside them one
    of its `options`; `number_range` `<name>_min` and `<name>_max`."""
    chip: Chip | None = None
    """What is set: the filter is then its chip, edited in place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A filter that is set; `remove_url` is this list without it."""

    label: Text
    value: Text
    remove_url: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """Keyset paging: urls, empty where there is no such page. `label` is pre-formatted (“1–20”)."""

    label: Text
    previous_url: str = ""
    next_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A figure over the whole result, not over the page."""

    label: Text
    value: Decimal | int
    kind: CellKind = "number"
    unit: Text = ""
    tone: Tone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyState:
    """Why there are no rows: nothing exists yet, nothing matches, or the user may not see."""

    kind: Literal["first_use", "no_match", "no_permission"]
    title: Text
    sentence: Text
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnView:
    """A view this reader saved: may be replaced or deleted."""

    key: str
    name: str
    is_default: bool
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTools:
    """What a reader sets up for a list. Forms post `next`, this list's address, beside their own fields."""

    url: str
    """This list with everything asked of it."""
    export_url: str
    """Open at its end, for `form=csv` and `columns=every`."""
    columns_url: str
    views_url: str
    is_arranged: bool
    """Whether the columns differ from the declared ones."""
    own_view: OwnView | None = None
    roles: tuple[Option, ...] = ()
    """The posts a view may be shared with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """`list.html`. `query_kept` are query parameters that a new search or filter keeps (view, sort, other filters)."""

    title: Text
    url: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    crumbs: tuple[Crumb, ...] = ()
    note: Note | None = None
    views: tuple[ViewTab, ...] = ()
    search: str = ""
    search_hint: Text = ""
    """“单号 / 供应商 / 物料 / 助记码”; empty: the list has no search."""
    query_kept: tuple[tuple[str, str], ...] = ()
    chips: tuple[Chip, ...] = ()
    filters: tuple[Filter, ...] = ()
    primary: Action | None = None
    secondary: tuple[Action, ...] = ()
    links: tuple[Link, ...] = ()
    """Quiet links at the right of the title: lifecycle, API, help."""
    total_count: int | None = None
    total_is_capped: bool = False
    count_unit: Text = ""
    """Measure word: 张, 批."""
    totals: tuple[Total, ...] = ()
    pager: Pager | None = None
    empty: EmptyState | None = None
    tools: ListTools | None = None
    export_url: str = ""
    """A list without tools: the address of its file, open at its end."""
