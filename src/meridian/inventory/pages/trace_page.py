"""The page of a trace: a laid-out graph and its equal tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from meridian.platform.screens.view import Badge, Crumb, Fact, Graph, KeyValue, LineGrid, Link, Note, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class TracePage:
    """`trace.html`. `graph` None: nothing was asked yet or nothing found (`note` says which).

    The input is a GET form: `q` and `direction` (back, forward, both). Tables say the same as the graph, with exact
    quantities.
    """

    url: str
    query: str = ""
    direction: Literal["back", "forward", "both"] = "both"
    directions: tuple[tuple[Text, str, bool], ...] = ()
    """(label, url, is current)."""
    crumbs: tuple[Crumb, ...] = ()
    note: Note | None = None
    summary: tuple[Fact, ...] = ()
    graph: Graph | None = None
    legend: tuple[Badge, ...] = ()
    selected_title: Text = ""
    selected_badge: Badge | None = None
    selected: tuple[KeyValue, ...] = ()
    selected_links: tuple[Link, ...] = ()
    selected_note: Note | None = None
    tables: tuple[tuple[Text, LineGrid], ...] = ()
    exports: tuple[Link, ...] = ()
