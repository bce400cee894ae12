"""The tree against RFC 9162: published roots, and proofs judged by the RFC's own verification algorithm."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meridian.evidence.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_path,
    frontier_at,
    inclusion_path,
    is_consistent,
    leaf_hash,
    root_from_path,
)

# inputs and roots of the reference tests of Certificate Transparency (google/certificate-transparency)
INPUTS = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def plain_root(leaves: list[bytes]) -> bytes:
    """The recursive definition of RFC 9162 §2.1.1, written out."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + plain_root(leaves[:split]) + plain_root(leaves[split:])).digest()


def tree_of(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


class Stored:
    """Complete subtrees straight from the leaves."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.leaves = leaves

    def complete(self, level: int, index: int) -> bytes:
        return plain_root(self.leaves[index << level : (index + 1) << level])


def test_the_published_roots_come_out() -> None:
    frontier = Frontier()
    assert frontier.root() == EMPTY_ROOT
    for text, root in zip(INPUTS, ROOTS, strict=True):
        list(frontier.append(leaf_hash(bytes.fromhex(text))))
        assert frontier.root().hex() == root


@settings(max_examples=60)
@given(st.integers(1, 600), st.data())
def test_appending_to_a_read_back_frontier_is_appending_to_the_tree(size: int, data: st.DataObject) -> None:
    leaves = tree_of(size)
    start = data.draw(st.integers(0, size))
    frontier = frontier_at(start, Stored(leaves).complete)
    tiles = [tile for leaf in leaves[start:] for tile in frontier.append(leaf)]
    assert frontier.root() == plain_root(leaves)
    wanted = [(1, i, plain_root(leaves[i * 256 : (i + 1) * 256])) for i in range(start // 256, size // 256)]
    assert tiles == wanted


@settings(max_examples=80)
@given(st.integers(1, 300), st.data())
def test_inclusion_is_proved_and_nothing_else_is(size: int, data: st.DataObject) -> None:
    leaves = tree_of(size)
    position = data.draw(st.integers(0, size - 1))
    path = inclusion_path(position, size, Stored(leaves).complete)
    assert root_from_path(leaves[position], position, size, path) == plain_root(leaves)
    assert root_from_path(leaf_hash(b"another"), position, size, path) != plain_root(leaves)
    assert root_from_path(leaves[position], position, size, [*path, path[0] if path else leaves[0]]) is None


@settings(max_examples=80)
@given(st.integers(1, 300), st.data())
def test_consistency_is_proved_and_a_rewritten_past_is_not(second: int, data: st.DataObject) -> None:
    leaves = tree_of(second)
    first = data.draw(st.integers(1, second))
    path = consistency_path(first, second, Stored(leaves).complete)
    old, new = plain_root(leaves[:first]), plain_root(leaves)
    assert is_consistent(first, second, old, new, path)
    rewritten = [leaf_hash(b"rewritten"), *leaves[1:]]
    assert not is_consistent(first, second, plain_root(rewritten[:first]), new, path)


@pytest.mark.parametrize(("position", "size"), [(-1, 4), (4, 4), (0, 0)])
def test_a_leaf_outside_the_tree_has_no_path(position: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_path(position, size, Stored(tree_of(4)).complete)
