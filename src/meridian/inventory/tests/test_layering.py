"""Layers of a picture: right of every source, and finite whatever the edges say."""

from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meridian.inventory.queries.layering import layers_of

A, B, C, D = (UUID(int=number) for number in range(1, 5))


def test_a_lot_stands_right_of_all_it_was_made_from() -> None:
    assert layers_of([A], [(A, B), (B, C), (A, C)]) == {A: 0, B: 1, C: 2}


def test_layers_count_from_the_first_lot_asked_about() -> None:
    assert layers_of([B], [(A, B), (B, C), (D, C)]) == {A: -1, B: 0, C: 1, D: -1}


def test_a_cycle_ends() -> None:
    assert layers_of([A], [(A, B), (B, C), (C, B)]) == {A: 0, B: 1, C: 2}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine draws slowly
@given(st.lists(st.tuples(st.integers(0, 11), st.integers(1, 12)), max_size=20))
def test_every_edge_without_cycles_points_right(pairs: list[tuple[int, int]]) -> None:
    edges = [(UUID(int=first), UUID(int=first + further)) for first, further in pairs]
    layers = layers_of([], edges)
    assert all(layers[parent] < layers[child] for parent, child in edges)
