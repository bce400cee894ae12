"""Layered layout of a graph: nodes in columns from cause to effect, curves between them. Pure; pixels as integers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .view import Graph, GraphColumn, GraphEdge, GraphNode, Text

NODE_WIDTH = 126
NODE_HEIGHT = 44
COLUMN_GAP = 22
ROW_STEP = 58
TOP = 24
"""Room for the column headings."""
BACK_ROOM = 28
"""Room below the nodes for edges that run back."""
SIBLINGS_MAX = 12
"""More nodes than this in a column collapse into one “+38”."""
COLLAPSED = "+{count}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One column: heading and nodes in order; their `x` and `y` are ignored."""

    label: Text
    nodes: tuple[GraphNode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """An edge by node keys."""

    source: str
    target: str
    is_affected: bool = False
    title: Text = ""


def layered(
    layers: Sequence[Layer],
    connections: Sequence[Connection],
    *,
    node_width: int = NODE_WIDTH,
    column_gap: int = COLUMN_GAP,
) -> Graph:
    """Place layers left to right, each centred in height; affected edges are drawn last, on top.

    An edge whose node was collapsed ends at the collapsed node. KeyError for a connection to an unknown node.
    """
    step = node_width + column_gap
    shown, aliases = _collapse(layers)
    rows = max((len(layer.nodes) for layer in shown), default=0)
    inner_height = max(rows, 1) * ROW_STEP - (ROW_STEP - NODE_HEIGHT)
    placed: dict[str, GraphNode] = {}
    for index, layer in enumerate(shown):
        height = len(layer.nodes) * ROW_STEP - (ROW_STEP - NODE_HEIGHT)
        first = TOP + (inner_height - height) // 2
        for row, node in enumerate(layer.nodes):
            y = first + row * ROW_STEP
            placed[node.key] = replace(node, x=index * step, y=y, width=node_width, height=NODE_HEIGHT)
    ends = {**{key: key for key in placed}, **aliases}
    edges = {(ends[each.source], ends[each.target]): each for each in sorted(connections, key=_affected_last)}
    runs_back = any(placed[source].x >= placed[target].x for source, target in edges)
    return Graph(
        width=max(len(shown) * step - column_gap, node_width),
        height=TOP + inner_height + (BACK_ROOM if runs_back else 6),
        nodes=tuple(placed.values()),
        edges=tuple(
            _edge(placed[source], placed[target], each, column_gap, TOP + inner_height // 2)
            for (source, target), each in edges.items()
        ),
        columns=tuple(GraphColumn(label=layer.label, x=index * step) for index, layer in enumerate(shown)),
    )


def _affected_last(connection: Connection) -> bool:
    return connection.is_affected


def _collapse(layers: Sequence[Layer]) -> tuple[list[Layer], dict[str, str]]:
    """Layers with at most `SIBLINGS_MAX` nodes, and where the edges of the hidden ones go. Plain nodes go first."""
    shown: list[Layer] = []
    aliases: dict[str, str] = {}
    for index, layer in enumerate(layers):
        if len(layer.nodes) <= SIBLINGS_MAX:
            shown.append(layer)
            continue
        kept_keys = {node.key for node in sorted(layer.nodes, key=_is_plain)[: SIBLINGS_MAX - 1]}
        hidden = [node for node in layer.nodes if node.key not in kept_keys]
        rest = GraphNode(key=f"more-{index}", title=COLLAPSED.format(count=len(hidden)), text="")
        aliases.update({node.key: rest.key for node in hidden})
        kept = tuple(node for node in layer.nodes if node.key in kept_keys)
        shown.append(Layer(label=layer.label, nodes=(*kept, rest)))
    return shown, aliases


def _is_plain(node: GraphNode) -> bool:
    return node.kind == "plain"


def _edge(source: GraphNode, target: GraphNode, connection: Connection, gap: int, middle: int) -> GraphEdge:
    """A curve from the right side of one node to the left of the other; back edges run below.

    An edge past other columns bends within one gap and runs straight at the end farther from the middle of the
    picture, where those columns have no nodes.
    """
    x1, y1 = source.x + source.width, source.y + source.height // 2
    x2, y2 = target.x, target.y + target.height // 2
    if x2 <= source.x:
        below = max(source.y, target.y) + source.height
        x1, x2 = source.x + source.width // 2, target.x + target.width // 2
        path = f"M{x1} {source.y + source.height}C{x1} {below + 30} {x2} {below + 30} {x2} {target.y + target.height}"
    elif x2 - x1 <= gap:
        half = (x1 + x2) // 2
        path = f"M{x1} {y1}C{half} {y1} {half} {y2} {x2} {y2}"
    elif abs(y2 - middle) >= abs(y1 - middle):
        path = f"M{x1} {y1}C{x1 + gap // 2} {y1} {x1 + gap // 2} {y2} {x1 + gap} {y2}H{x2}"
    else:
        path = f"M{x1} {y1}H{x2 - gap}C{x2 - gap // 2} {y1} {x2 - gap // 2} {y2} {x2} {y2}"
    return GraphEdge(path=path, is_affected=connection.is_affected, title=connection.title)
