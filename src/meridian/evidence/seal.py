"""Sealing: transactions named by the queue become leaves of their company's log, under a head signed with Ed25519.

As the seal role. The queue is emptied in the transaction that writes the log, so a row is sealed exactly once whatever
fails, and a transaction that commits late is simply found later.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from meridian.evidence.keys import SigningKey, signing_key
from meridian.evidence.leaves import FORMAT, SESSION, leaf_hash, log_of
from meridian.evidence.merkle import frontier_at
from meridian.evidence.tree import Reader, StoredTree
from meridian.kernel.evidence.catalogue import sealed_tables
from meridian.kernel.values.canonical import canonical_text
from meridian.kernel.values.identity import uuid7

ROWS_PER_BATCH = 50_000
_LABELS_READ = 5_000
HEAD_FORMAT = 1
_LOCK = sql.SQL("SELECT pg_advisory_xact_lock(hashtext('kernel.seal'))")  # order only; the unique position decides

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Sealed:
    """What one call sealed."""

    rows: int = 0
    batches: int = 0
    heads: int = 0


@dataclass(frozen=True)
class _Head:
    log_id: UUID
    size: int
    root: bytes
    text: str
    signature: bytes

    def copy(self) -> str:
        """The line of the head's copy."""
        return json.dumps({"head": self.text, "signature": self.signature.hex()}, ensure_ascii=False)


def seal_with(url: str, store: Path) -> Sealed:
    """Connects as the seal role and seals what waits."""
    with psycopg.connect(url, autocommit=True) as connection:
        return seal_pending(connection, store)


def seal_pending(connection: Connection, store: Path, *, rows_per_batch: int = ROWS_PER_BATCH) -> Sealed:
    """Seals every transaction that waits, batch by batch; whole transactions only.

    `connection` is the seal role's, in autocommit. A batch holds at most `rows_per_batch` rows, or one transaction.
    """
    key = signing_key(store)
    done = Sealed()
    while True:
        with connection.transaction():
            rows, heads = _seal_batch(connection, key, rows_per_batch)
        if not heads:
            return done
        _copy_heads(store, heads)
        done = Sealed(done.rows + rows, done.batches + 1, done.heads + len(heads))


def _seal_batch(connection: Connection, key: SigningKey, limit: int) -> tuple[int, list[_Head]]:
    connection.execute(SESSION)
    connection.execute(_LOCK)
    labels = _take(connection, limit)
    if not labels:
        return 0, []
    leaves = _append(connection, labels)
    by_log: dict[UUID, list[tuple[int, bytes]]] = {}
    for log_id, position, leaf in leaves:
        by_log.setdefault(log_id, []).append((position, leaf))
    return len(leaves), [_grow(connection, key, log_id, sorted(by_log[log_id])) for log_id in sorted(by_log)]


def _take(connection: Connection, limit: int) -> list[UUID]:
    """Takes the oldest waiting transactions from the queue, as many whole ones as fit."""
    counts = sql.SQL(" + ").join(
        sql.SQL("(SELECT count(*) FROM {} t WHERE t.transaction_id = q.transaction_id)").format(
            sql.Identifier(table.name)
        )
        for table in sealed_tables()
    )
    waiting = connection.execute(
        sql.SQL(
            "SELECT q.transaction_id, {} FROM (SELECT transaction_id FROM kernel_unsealed ORDER BY transaction_id "
            "LIMIT {}) AS q ORDER BY 1"
        ).format(counts, sql.Literal(_LABELS_READ))
    ).fetchall()
    chosen: list[UUID] = []
    total = 0
    for label, rows in waiting:
        total += rows
        if chosen and total > limit:
            break
        chosen.append(label)
    taken = connection.execute(
        "DELETE FROM kernel_unsealed WHERE transaction_id = ANY(%s) RETURNING transaction_id", [chosen]
    )
    return [label for (label,) in taken.fetchall()]


def _append(connection: Connection, labels: Sequence[UUID]) -> list[tuple[UUID, int, bytes]]:
    """Writes the leaves of these transactions behind the last head of each log; (log, position, hash) of each."""
    parts = [
        sql.SQL(
            "SELECT {log} AS log_id, {name}::text AS table_name, t.id AS row_id, t.transaction_id, {leaf} AS leaf_hash "
            "FROM unnest({labels}::uuid[]) AS q(label) JOIN {table} t ON t.transaction_id = q.label "
            "WHERE NOT EXISTS (SELECT FROM kernel_log g WHERE g.row_id = t.id AND g.table_name = {name})"
        ).format(
            log=log_of(table),
            name=sql.Literal(table.name),
            leaf=leaf_hash(table),
            table=sql.Identifier(table.name),
            labels=sql.Placeholder("labels"),
        )
        for table in sealed_tables()
    ]
    statement = sql.SQL(
        "WITH leaf AS MATERIALIZED ({leaves}), tree AS MATERIALIZED (SELECT l.log_id, coalesce((SELECT h.tree_size "
        "FROM kernel_head h WHERE h.log_id = l.log_id ORDER BY h.tree_size DESC LIMIT 1), 0) AS size "
        "FROM (SELECT DISTINCT log_id FROM leaf) AS l) "
        "INSERT INTO kernel_log (id, log_id, position, table_name, row_id, transaction_id, leaf_format, leaf_hash, "
        "sealed_at) SELECT kernel_uuid7(), leaf.log_id, tree.size - 1 + row_number() OVER (PARTITION BY leaf.log_id "
        'ORDER BY leaf.transaction_id, leaf.table_name COLLATE "C", leaf.row_id), leaf.table_name, leaf.row_id, '
        "leaf.transaction_id, {format}, leaf.leaf_hash, (SELECT kernel_now()) FROM leaf JOIN tree USING (log_id) "
        "RETURNING log_id, position, leaf_hash"
    ).format(leaves=sql.SQL(" UNION ALL ").join(parts), format=sql.Literal(FORMAT))
    return connection.execute(statement, {"labels": list(labels)}, binary=True).fetchall()


def _grow(connection: Connection, key: SigningKey, log_id: UUID, leaves: Sequence[tuple[int, bytes]]) -> _Head:
    """Brings one log's tree up to its new leaves: tiles, root, signed head."""
    size = leaves[0][0]
    frontier = frontier_at(size, StoredTree(_reader(connection), log_id).complete)
    tiles = [tile for _position, leaf in leaves for tile in frontier.append(leaf)]
    if tiles:
        tiers, indexes, hashes = (list(column) for column in zip(*tiles, strict=True))
        connection.execute(
            "INSERT INTO kernel_tile (id, log_id, level, index, hash) SELECT kernel_uuid7(), %s, u.* "
            "FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[]) AS u",
            [log_id, tiers, indexes, hashes],
        )
    return _sign_head(connection, key, log_id, frontier.size, frontier.root())


def _sign_head(connection: Connection, key: SigningKey, log_id: UUID, size: int, root: bytes) -> _Head:
    row = connection.execute("SELECT kernel_now(), kind FROM kernel_store").fetchone()
    if row is None:
        raise RuntimeError("the store has no kernel_store row: run the migrations")
    instant, kind = row
    text = head_text(log_id=log_id, size=size, root=root, at=instant, key_id=key.key_id, store=kind)
    head = _Head(log_id, size, root, text, key.sign(text))
    connection.execute(
        "INSERT INTO kernel_head (id, log_id, tree_size, root_hash, signed_text, signature, key_id, at) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        [uuid7(), log_id, size, root, text, head.signature, key.key_id, instant],
    )
    return head


def head_text(*, log_id: UUID, size: int, root: bytes, at: datetime, key_id: str, store: str) -> str:
    """The canonical text of a head, which is what is signed. `store` tells a demo's or test's simulated clock."""
    return canonical_text(
        {"format": HEAD_FORMAT, "log": log_id, "size": size, "root": root.hex(), "at": at.astimezone(UTC),
         "key": key_id, "store": store}
    )  # fmt: skip


def copy_path(store: Path, log_id: UUID) -> Path:
    """Where the copies of a log's heads are kept, one JSON line each, oldest first."""
    return store / "heads" / f"{log_id}.jsonl"


def _copy_heads(store: Path, heads: Sequence[_Head]) -> None:
    """After the commit: a copy without its head would accuse the innocent, a missing copy accuses nobody."""
    (store / "heads").mkdir(mode=0o700, parents=True, exist_ok=True)
    for head in heads:
        handle = os.open(copy_path(store, head.log_id), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(head.copy() + "\n")
            file.flush()
            os.fsync(file.fileno())


def _reader(connection: Connection) -> Reader:
    def read(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        return connection.execute(statement, parameters).fetchall()

    return read
