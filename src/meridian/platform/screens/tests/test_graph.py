"""Layered layout: columns left to right, nothing overlaps, collapsed nodes keep their edges."""

import itertools

import pytest

from meridian.platform.screens.graph import SIBLINGS_MAX, Connection, Layer, layered
from meridian.platform.screens.view import GraphNode


def node(key: str) -> GraphNode:
    return GraphNode(key=key, title=key, text="")


def test_layers_stand_left_to_right_and_nodes_do_not_overlap() -> None:
    layers = [Layer(label="a", nodes=(node("1"),)), Layer(label="b", nodes=(node("2"), node("3"), node("4")))]
    graph = layered(layers, [Connection(source="1", target="3", is_affected=True), Connection(source="1", target="2")])
    places = {each.key: each for each in graph.nodes}
    assert places["1"].x < places["2"].x == places["3"].x
    assert places["1"].y == places["3"].y, "a single node stands at the middle of its neighbours"
    for one, other in itertools.pairwise(sorted((places["2"], places["3"], places["4"]), key=lambda each: each.y)):
        assert one.y + one.height < other.y
    assert all(each.x + each.width <= graph.width and each.y + each.height <= graph.height for each in graph.nodes)
    assert [each.is_affected for each in graph.edges] == [False, True], "affected edges are drawn on top"


def test_too_many_siblings_collapse_into_one_node_that_keeps_their_edge() -> None:
    many = tuple(node(f"n{index}") for index in range(50))
    layers = [Layer(label="a", nodes=(node("1"),)), Layer(label="b", nodes=many)]
    graph = layered(layers, [Connection(source="1", target=each.key) for each in many])
    shown = [each for each in graph.nodes if each.key != "1"]
    assert len(shown) == SIBLINGS_MAX
    assert shown[-1].title == "+39"
    assert len(graph.edges) == SIBLINGS_MAX


def test_collapsing_keeps_what_matters() -> None:
    hot = GraphNode(key="hot", title="hot", text="", kind="affected")
    layers = [Layer(label="a", nodes=(*(node(f"n{index}") for index in range(20)), hot))]
    assert "hot" in {each.key for each in layered(layers, []).nodes}


def test_an_edge_to_nowhere_is_an_error() -> None:
    with pytest.raises(KeyError):
        layered([Layer(label="a", nodes=(node("1"),))], [Connection(source="1", target="2")])


def test_an_edge_past_other_columns_runs_where_they_have_no_nodes() -> None:
    layers = [
        Layer(label="a", nodes=(node("1"),)),
        Layer(label="b", nodes=(node("2"),)),
        Layer(label="c", nodes=(node("3"), node("4"), node("5"))),
    ]
    graph = layered(layers, [Connection(source="1", target="3"), Connection(source="2", target="4")])
    places = {each.key: each for each in graph.nodes}
    top = places["3"].y + places["3"].height // 2
    assert graph.edges[0].path.endswith(f"{top}H{places['3'].x}")
    assert top < places["2"].y
