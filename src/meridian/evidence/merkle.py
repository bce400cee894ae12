"""The Merkle tree of RFC 9162 §2.1: leaves and nodes hashed with different prefixes, proofs of logarithmic length."""

import hashlib
from collections.abc import Callable, Iterator, Sequence

LEAF, NODE = b"\x00", b"\x01"
EMPTY_ROOT = hashlib.sha256(b"").digest()
TILE_LEVELS = 8
"""A tile is the hash over 2^8 hashes of the tier below: proofs read at most 256 hashes of each tier."""

Complete = Callable[[int, int], bytes]
"""`complete(level, index)`: the hash over the leaves index·2^level … (index+1)·2^level − 1, all present."""


def leaf_hash(text: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(LEAF + text).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return hashlib.sha256(NODE + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes of one level."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=True)]
    return level[0]


class Frontier:
    """The compact state of a growing tree: the roots of its complete subtrees, largest first (one per bit of size)."""

    def __init__(self, size: int = 0, roots: Sequence[bytes] = ()) -> None:
        levels = [level for level in range(size.bit_length() - 1, -1, -1) if size >> level & 1]
        if len(levels) != len(roots):
            raise ValueError(f"a tree of {size} leaves has {len(levels)} complete subtrees, not {len(roots)}")
        self.size = size
        self._stack = list(zip(levels, roots, strict=True))

    def append(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Adds a leaf's hash; yields the tiles it completes as (tier, index, hash)."""
        level, node = 0, leaf
        self.size += 1
        while self._stack and self._stack[-1][0] == level:
            node = node_hash(self._stack.pop()[1], node)
            level += 1
            if level % TILE_LEVELS == 0:
                yield level // TILE_LEVELS, (self.size >> level) - 1, node
        self._stack.append((level, node))

    def root(self) -> bytes:
        """The tree's root now."""
        if not self._stack:
            return EMPTY_ROOT
        root = self._stack[-1][1]
        for _level, left in reversed(self._stack[:-1]):
            root = node_hash(left, root)
        return root


def frontier_at(size: int, complete: Complete) -> Frontier:
    """The frontier of the first `size` leaves, read back from stored hashes."""
    roots, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            roots.append(complete(level, start >> level))
            start += 1 << level
    return Frontier(size, roots)


def _split(size: int) -> int:
    """The largest power of two smaller than size."""
    return 1 << (size - 1).bit_length() - 1


def range_hash(start: int, size: int, complete: Complete) -> bytes:
    """The root over `size` leaves from `start` on, as the tree joins them."""
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return complete(level, start >> level)
    left = _split(size)
    return node_hash(range_hash(start, left, complete), range_hash(start + left, size - left, complete))


def inclusion_path(position: int, size: int, complete: Complete) -> list[bytes]:
    """RFC 9162 §2.1.3.1: the hashes that lead from a leaf to the root; raises ValueError outside the tree."""
    if not 0 <= position < size:
        raise ValueError(f"no leaf {position} in a tree of {size}")
    path: list[bytes] = []
    start = 0
    while size > 1:
        left = _split(size)
        if position - start < left:
            path.append(range_hash(start + left, size - left, complete))
            size = left
        else:
            path.append(range_hash(start, left, complete))
            start, size = start + left, size - left
    return path[::-1]


def root_from_path(leaf: bytes, position: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """RFC 9162 §2.1.3.2: the root a leaf and its path lead to, or None for a path of the wrong length."""
    node, place, last = leaf, position, size - 1
    for sibling in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    return node if last == 0 else None


def consistency_path(first: int, second: int, complete: Complete) -> list[bytes]:
    """RFC 9162 §2.1.4.1: the proof that the tree of `second` leaves continues that of `first`."""
    if not 0 < first <= second:
        raise ValueError(f"a tree of {second} leaves does not continue one of {first}")
    path: list[bytes] = []
    start, size, whole = 0, second, True
    while first - start < size:
        left = _split(size)
        if first - start <= left:
            path.append(range_hash(start + left, size - left, complete))
            size = left
        else:
            path.append(range_hash(start, left, complete))
            start, size, whole = start + left, size - left, False
    if not whole:
        path.append(range_hash(start, size, complete))
    return path[::-1]


def is_consistent(first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]) -> bool:
    """RFC 9162 §2.1.4.2: whether the path proves that nothing of the first tree was changed in the second."""
    if first == second:
        return first_root == second_root and not path
    hashes = [first_root, *path] if first & (first - 1) == 0 else list(path)
    if not hashes:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root
