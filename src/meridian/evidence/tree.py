"""A log's tree as it is stored: leaves in `kernel_log`, one tile for every 256 hashes of the tier below."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from meridian.evidence.merkle import TILE_LEVELS, consistency_path, fold, inclusion_path

Reader = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]
"""Runs a statement with its parameters and gives all rows."""

_LEAVES = (
    "SELECT position, leaf_hash FROM kernel_log WHERE log_id = %s AND position >= %s::bigint AND position < %s::bigint"
)
_TILES = (
    "SELECT index, hash FROM kernel_tile WHERE log_id = %s AND level = %s::smallint AND index >= %s::bigint "
    "AND index < %s::bigint"
)
_BLOCK = 1 << TILE_LEVELS


class MissingHashesError(LookupError):
    """The log lacks hashes its size says it has: it was tampered with; `verify` tells where."""


class StoredTree:
    """Proofs of one log. Reads blocks of 256 hashes of a tier, each once: neighbouring leaves share them."""

    def __init__(self, read: Reader, log_id: UUID) -> None:
        self._read = read
        self._log_id = log_id
        self.complete = lru_cache(maxsize=65_536)(self._complete)
        self._block = lru_cache(maxsize=1024)(self._read_block)

    def inclusion(self, position: int, size: int) -> list[bytes]:
        """The path from a leaf to the root of the tree of `size` leaves."""
        return inclusion_path(position, size, self.complete)

    def consistency(self, first: int, second: int) -> list[bytes]:
        """The proof that the tree of `second` leaves continues that of `first`."""
        return consistency_path(first, second, self.complete)

    def _complete(self, level: int, index: int) -> bytes:
        tier, rest = divmod(level, TILE_LEVELS)
        first, count = index << rest, 1 << rest
        block = self._block(tier, first // _BLOCK)
        try:
            return fold([block[place] for place in range(first, first + count)])
        except KeyError as place:
            raise MissingHashesError(f"log {self._log_id}: tier {tier} holds no hash at {place}") from None

    def _read_block(self, tier: int, block: int) -> dict[int, bytes]:
        first = block * _BLOCK
        statement, which = (_TILES, [self._log_id, tier]) if tier else (_LEAVES, [self._log_id])
        return {place: bytes(value) for place, value in self._read(statement, [*which, first, first + _BLOCK])}
