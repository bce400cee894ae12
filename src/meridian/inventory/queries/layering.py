"""What follows from which lots were made of which: the layer each stands in, and what is reached from some. Pure."""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def layers_of(roots: Sequence[Key], pairs: Iterable[tuple[Key, Key]]) -> Mapping[Key, int]:
    """The longest way from a source to each lot of (parent, child) pairs, counted so that the first root has layer 0.

    A cycle is opened where the way from the sources enters it; its last edge then points back.
    """
    children: dict[Key, list[Key]] = defaultdict(list)
    waiting: dict[Key, int] = defaultdict(int)
    for parent, child in dict.fromkeys(pairs):
        children[parent].append(child)
        waiting[parent] += 0
        waiting[child] += 1
    layers = dict.fromkeys(waiting, 0)
    reached: set[Key] = set()
    ready = deque(lot for lot, count in waiting.items() if count == 0)
    while waiting:
        if not ready:
            ready.append(min(waiting, key=lambda lot: (lot not in reached, layers[lot])))
        lot = ready.popleft()
        del waiting[lot]
        for child in children[lot]:
            if child in waiting:
                layers[child] = max(layers[child], layers[lot] + 1)
                waiting[child] -= 1
                reached.add(child)
                if waiting[child] == 0:
                    ready.append(child)
    first = min((layers[root] for root in roots if root in layers), default=0)
    return {lot: layer - first for lot, layer in layers.items()}


def reached_from(roots: Sequence[Key], pairs: Iterable[tuple[Key, Key]]) -> set[Key]:
    """Every lot that some way of (parent, child) pairs leads to from a root; roots only where a cycle leads back."""
    children: dict[Key, list[Key]] = defaultdict(list)
    for parent, child in pairs:
        children[parent].append(child)
    found: set[Key] = set()
    left = [child for root in roots for child in children[root]]
    while left:
        lot = left.pop()
        if lot not in found:
            found.add(lot)
            left += children[lot]
    return found
