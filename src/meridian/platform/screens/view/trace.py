"""A laid-out graph: layers of nodes and the lines between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .base import Text


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
