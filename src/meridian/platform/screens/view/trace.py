"""The trace of a lot, serial number or document: a laid-out graph and its equal table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .base import Badge, Crumb, KeyValue, Link, Note, Text
from .document import Fact, LineGrid


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphColumn:
    """Heading over one layer of nodes; `x` in px."""

    label: Text
    x: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphNode:
    """A lot, document, place or party. `source` cause · `affected` · `held` · `focus`. `x`, `y`: top left corner in px,
    set by `graph.layered`."""

    key: str
    title: Text
    text: Text
    x: int = 0
    y: int = 0
    width: int = 126
    height: int = 44
    kind: Literal["plain", "source", "affected", "held", "focus"] = "plain"
    url: str = ""
    is_selected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphEdge:
    """A line between two nodes: `path` is the `d` of an SVG path."""

    path: str
    is_affected: bool = False
    title: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Positions are computed by `graph.layered`; `width` and `height` in px."""

    width: int
    height: int
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
    columns: tuple[GraphColumn, ...] = ()


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
