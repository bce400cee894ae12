"""The picture of a trace: receipts, lots by layer, shipments and shelves, customers; causes left of consequences."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext as _

from meridian.inventory.pages import words
from meridian.inventory.queries.genealogy import ROOT, SOURCE, Flow, TraceAnswer, TracedLot
from meridian.inventory.vocabulary import Direction, EdgeKind, MovementType, StockStatus
from meridian.platform.screens import formats
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.graph import Connection, Layer, layered
from meridian.platform.screens.view import Graph, GraphNode

NodeKind = Literal["plain", "affected", "held", "focus"]


@dataclass(frozen=True)
class Drawing:
    """An answer on its way to a picture, for one reader."""

    answer: TraceAnswer
    reader: Reader

    def flows(self, movement: MovementType) -> list[Flow]:
        """Movements of this kind of the lots whose outer ends are shown."""
        return [flow for flow in self.answer.flows if flow.movement == movement]

    def unit(self, lot_id: UUID) -> str:
        """The unit a lot counts in."""
        return self.answer.by_id[lot_id].unit


def picture(answer: TraceAnswer, reader: Reader) -> Graph:
    """The whole graph, laid out; siblings past twelve fold into one node, the tables name them all."""
    drawing = Drawing(answer, reader)
    left, into = _receipts(drawing)
    right, out = _ways_out(drawing)
    customers, to_customers = _customers(drawing)
    between = _lot_edges(answer)
    lots = _lot_layers(drawing, between)
    layers = [
        Layer(label=_("供货与收货"), nodes=tuple(left)),
        *lots,
        Layer(label=_("出库 / 在库"), nodes=tuple(_outside_in(right, out, lots))),
        Layer(label=_("客户"), nodes=tuple(customers)),
    ]
    edges = [*into, *between, *out, *to_customers]
    return layered(_untangled([layer for layer in layers if layer.nodes], to_customers), edges)


def lot_key(lot_id: UUID) -> str:
    """The node of a lot."""
    return f"lot-{lot_id}"


def _receipts(drawing: Drawing) -> tuple[list[GraphNode], list[Connection]]:
    grouped: dict[tuple[UUID, str], list[Flow]] = defaultdict(list)
    for flow in drawing.answer.receipts:
        grouped[flow.document_id, flow.party_name].append(flow)
    nodes, edges = [], []
    for (document_id, party), flows in grouped.items():
        key = f"receipt-{document_id}-{party}"
        total = words.amounts((flow.quantity, drawing.unit(flow.lot_id)) for flow in flows)
        url = words.document_url(drawing.reader, flows[0].document_type, document_id)
        nodes.append(GraphNode(key=key, title=party or flows[0].document_number, text=_join(flows[0].day, total),
                               url=url))  # fmt: skip
        edges += [Connection(source=key, target=lot_key(flow.lot_id)) for flow in flows]
    return nodes, edges


def _join(day: date, text: str) -> str:
    return f"{day:%m-%d} · {text}"


def _lot_layers(drawing: Drawing, edges: Sequence[Connection]) -> list[Layer]:
    """Lots by layer, each near what it was made from."""
    layers: dict[int, list[TracedLot]] = defaultdict(list)
    for lot in drawing.answer.lots:
        layers[lot.layer].append(lot)
    made = [
        Layer(label=_layer_label(lots), nodes=tuple(_lot_node(drawing, lot) for lot in lots))
        for _layer, lots in sorted(layers.items())
    ]
    return _untangled(made, edges)


def _untangled(layers: Sequence[Layer], edges: Sequence[Connection]) -> list[Layer]:
    """The layers with each one's nodes in the order of the mean place of their sources; others keep theirs."""
    sources: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        sources[edge.target].append(edge.source)
    place: dict[str, float] = {}
    ordered = []
    for layer in layers:
        height = max(len(layer.nodes) - 1, 1)
        wanted = {node.key: index / height for index, node in enumerate(layer.nodes)}
        for key in wanted:
            known = [place[source] for source in sources[key] if source in place]
            wanted[key] = sum(known) / len(known) if known else wanted[key]
        nodes = sorted(layer.nodes, key=lambda node: wanted[node.key])
        place |= {node.key: index / height for index, node in enumerate(nodes)}
        ordered.append(Layer(label=layer.label, nodes=tuple(nodes)))
    return ordered


def _outside_in(nodes: Sequence[GraphNode], edges: Sequence[Connection], layers: Sequence[Layer]) -> list[GraphNode]:
    """What comes from the farthest lots outermost, so that its edges run over and under the lots between."""
    place_of = {node.key: (depth, row) for depth, layer in enumerate(layers) for row, node in enumerate(layer.nodes)}
    nearest: dict[str, tuple[int, int]] = {}
    for edge in edges:
        nearest[edge.target] = max(nearest.get(edge.target, (0, 0)), place_of[edge.source])
    above: list[GraphNode] = []
    below: list[GraphNode] = []
    middle = [node for node in nodes if nearest[node.key][0] == len(layers) - 1]
    for node in sorted(nodes, key=lambda each: nearest[each.key]):
        if nearest[node.key][0] < len(layers) - 1:
            (above if len(above) <= len(below) else below).append(node)
    return above + sorted(middle, key=lambda node: nearest[node.key]) + below[::-1]


def _layer_label(lots: Sequence[TracedLot]) -> str:
    roles = {lot.role for lot in lots}
    if ROOT in roles:
        return _("所查批")
    return _("来源批") if roles == {SOURCE} else _("产出批")


def _lot_node(drawing: Drawing, lot: TracedLot) -> GraphNode:
    text = f"{lot.item_name} {words.amount(lot.sums.came_in, lot.unit)}"
    url = words.trace_url(drawing.answer.direction, lot_id=lot.id)
    kind: NodeKind = "affected" if lot.id in drawing.answer.affected else "plain"
    if lot.role == ROOT or lot.blocks:
        kind = "focus" if lot.role == ROOT else "held"
    return GraphNode(key=lot_key(lot.id), title=lot.name, text=text, url=url, kind=kind, is_selected=lot.role == ROOT)


def _lot_edges(answer: TraceAnswer) -> list[Connection]:
    return [
        Connection(
            source=lot_key(edge.parent_id),
            target=lot_key(edge.child_id),
            is_affected=edge.parent_id in answer.affected,
            title=f"{EdgeKind(edge.kind).label} {formats.number(edge.parent_quantity)}"
            f" → {formats.number(edge.child_quantity)}",
        )
        for edge in answer.edges
        if edge.child_id is not None
    ]


def _ways_out(drawing: Drawing) -> tuple[list[GraphNode], list[Connection]]:
    """Shipments, shelves and losses of the affected lots."""
    nodes, edges = _shipments(drawing)
    for row in drawing.answer.affected_stock:
        key = f"stock-{row.lot_id}-{row.place_id}-{row.status}"
        lot = drawing.answer.by_id[row.lot_id]
        text = f"{words.amount(row.quantity, lot.unit)} · {words.status_badge(row.status).label}"
        kind: NodeKind = "plain" if row.status == StockStatus.QUALIFIED and not lot.blocks else "held"
        title = f"{lot.name} {row.place_name}"
        nodes.append(GraphNode(key=key, title=title, text=text, kind=kind, url=words.lot_url(row.lot_id)))
        edges.append(Connection(source=lot_key(row.lot_id), target=key, is_affected=True))
    for lot in drawing.answer.lots:
        if lot.id in drawing.answer.affected:
            for name, label, quantity in _other_ways(lot):
                key = f"{name}-{lot.id}"
                text = words.amount(quantity, lot.unit)
                nodes.append(GraphNode(key=key, title=f"{lot.name} {label}", text=text, url=words.lot_url(lot.id)))
                edges.append(Connection(source=lot_key(lot.id), target=key))
    return nodes, edges


def _other_ways(lot: TracedLot) -> list[tuple[str, str, Decimal]]:
    sums = lot.sums
    ways = [
        ("loss", _("报废"), sums.loss),
        ("back", _("退供货者"), sums.sent_back),
        ("issued", _("领用"), sums.issued),
        ("sampled", _("取样"), sums.sampled),
        ("adjusted", _("盘亏"), sums.adjusted_out),
    ]
    return [way for way in ways if way[2]]


def _shipments(drawing: Drawing) -> tuple[list[GraphNode], list[Connection]]:
    grouped: dict[UUID, list[Flow]] = defaultdict(list)
    for flow in drawing.flows(MovementType.SHIP):
        if flow.lot_id in drawing.answer.affected:
            grouped[flow.document_id].append(flow)
    nodes, edges = [], []
    for document_id, flows in grouped.items():
        key = f"shipment-{document_id}"
        total = words.amounts((flow.quantity, drawing.unit(flow.lot_id)) for flow in flows)
        url = words.document_url(drawing.reader, flows[0].document_type, document_id)
        nodes.append(GraphNode(key=key, title=flows[0].document_number, text=_join(flows[0].day, total),
                               kind="affected", url=url))  # fmt: skip
        edges += [Connection(source=lot_key(flow.lot_id), target=key, is_affected=True) for flow in flows]
    return nodes, edges


def _customers(drawing: Drawing) -> tuple[list[GraphNode], list[Connection]]:
    held: dict[tuple[UUID | None, str], list[tuple[Decimal, str]]] = defaultdict(list)
    for each in drawing.answer.holdings:
        held[each.party_id, each.party_name].append((each.net, drawing.unit(each.lot_id)))
    nodes = []
    for (party_id, name), quantities in held.items():
        url = words.document_url(drawing.reader, "customer", party_id) if party_id is not None else ""
        nodes.append(GraphNode(key=f"party-{party_id}-{name}", title=name or _("未记名"), kind="affected",
                               text=words.amounts(quantities), url=url))  # fmt: skip
    edges = [
        Connection(source=f"shipment-{flow.document_id}", target=f"party-{flow.party_id}-{flow.party_name}",
                   is_affected=True)
        for flow in drawing.flows(MovementType.SHIP)
        if flow.lot_id in drawing.answer.affected and drawing.answer.direction is not Direction.BACK
    ]  # fmt: skip
    return nodes, edges
