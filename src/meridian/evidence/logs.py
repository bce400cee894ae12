"""The logs checked by themselves: places without gaps, tiles and heads recomputed from the leaves, copies compared."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from meridian.evidence.checks import Fault, Problem
from meridian.evidence.keys import UnknownKeyError, is_signed_by, public_key
from meridian.evidence.merkle import Frontier

_LEAVES_AT_ONCE = 20_000
_NAMED_OF_A_BATCH = 20


@dataclass(frozen=True)
class _Head:
    id: UUID
    log_id: UUID
    size: int
    root: bytes
    text: str
    signature: bytes
    key_id: str
    at: datetime


def copied_heads(store: Path) -> Mapping[UUID, Sequence[str]]:
    """The signed texts of the heads copied outside the database, by log.

    Read before the snapshot they are compared with: a head is copied after its commit, so what was copied by then is in
    the snapshot, and what is sealed meanwhile accuses nobody.
    """
    folder = store / "heads"
    return {
        UUID(path.stem): [json.loads(line)["head"] for line in path.read_text(encoding="utf-8").splitlines()]
        for path in sorted(folder.glob("*.jsonl") if folder.exists() else [])
    }


def check_logs(connection: Any, store: Path, copies: Mapping[UUID, Sequence[str]]) -> tuple[int, int, list[Problem]]:
    """How many logs and heads there are, and what is wrong with them and with their copies."""
    heads = _heads(connection)
    problems: list[Problem] = []
    sizes = dict(_rows(connection, "SELECT log_id, count(*) FROM kernel_log GROUP BY log_id"))
    for log_id in sorted(heads.keys() | sizes.keys()):
        of_log = heads.get(log_id, [])
        problems += _check_tree(connection, log_id, of_log)
        problems += _check_signatures(store, of_log)
        problems += _check_copies(log_id, copies.get(log_id, ()), of_log)
    problems += [
        Problem(Fault.HEAD, "kernel_head", str(log_id), None, "copies of heads exist, the log does not")
        for log_id in copies
        if log_id not in heads
    ]
    problems += _check_kind(connection, heads)
    problems += _check_restores(connection, store)
    problems += _out_of_order(connection)
    return len(sizes), sum(map(len, heads.values())), problems


def _rows(connection: Any, statement: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def _heads(connection: Any) -> dict[UUID, list[_Head]]:
    found: dict[UUID, list[_Head]] = defaultdict(list)
    statement = (
        "SELECT id, log_id, tree_size, root_hash, signed_text, signature, key_id, at FROM kernel_head "
        "ORDER BY log_id, tree_size"
    )
    for row in _rows(connection, statement):
        head = _Head(row[0], row[1], row[2], bytes(row[3]), row[4], bytes(row[5]), row[6], row[7])
        found[head.log_id].append(head)
    return dict(found)


def _leaves(connection: Any, log_id: UUID) -> Iterator[tuple[int, bytes]]:
    with connection.chunked_cursor() as cursor:
        cursor.itersize = _LEAVES_AT_ONCE
        cursor.execute("SELECT position, leaf_hash FROM kernel_log WHERE log_id = %s ORDER BY position", [log_id])
        while rows := cursor.fetchmany(_LEAVES_AT_ONCE):
            yield from rows


def _check_tree(connection: Any, log_id: UUID, heads: list[_Head]) -> list[Problem]:
    """Grows the tree anew; the first head whose root differs names the batch where the log was changed."""
    frontier, tiles, good = Frontier(), {}, 0
    waiting = list(reversed(heads))
    for position, leaf in _leaves(connection, log_id):
        if position != frontier.size:
            return _batch(connection, log_id, frontier.size, position, f"leaf {frontier.size} is missing from the log")
        for tier, index, value in frontier.append(bytes(leaf)):
            tiles[tier, index] = value
        while waiting and waiting[-1].size == frontier.size:
            head = waiting.pop()
            if frontier.root() != head.root:
                detail = f"leaves {good}–{head.size - 1} miss the signed root"
                return _batch(connection, log_id, good, head.size, detail)
            good = head.size
    if waiting:
        head = waiting[-1]
        detail = f"log {log_id} holds {frontier.size} leaves; its head says {head.size}"
        return [Problem(Fault.LOG, "kernel_log", str(head.id), head.at, detail)]
    if frontier.size != good:
        return _batch(connection, log_id, good, frontier.size, "leaves without a head")
    return _check_tiles(connection, log_id, tiles)


def _check_tiles(connection: Any, log_id: UUID, tiles: dict[tuple[int, int], bytes]) -> list[Problem]:
    stored = {
        (tier, index): (key, bytes(value))
        for key, tier, index, value in _rows(
            connection, "SELECT id, level, index, hash FROM kernel_tile WHERE log_id = %s", [log_id]
        )
    }
    wrong = [
        place
        for place in sorted(tiles.keys() | stored.keys())
        if place not in stored or tiles.get(place) != stored[place][1]
    ]
    keys = {place: str(stored[place][0]) if place in stored else "-" for place in wrong}
    return [
        Problem(Fault.LOG, "kernel_tile", keys[place], None, f"tile {place} of log {log_id} differs") for place in wrong
    ]


def _batch(connection: Any, log_id: UUID, first: int, end: int, detail: str) -> list[Problem]:
    """The rows whose leaves stand between two heads: one of them was changed together with its leaf."""
    rows = _rows(
        connection,
        "SELECT table_name, row_id, sealed_at FROM kernel_log WHERE log_id = %s AND position >= %s::bigint "
        "AND position < %s::bigint ORDER BY position LIMIT %s::int",
        [log_id, first, max(end, first + 1), _NAMED_OF_A_BATCH],
    )
    return [Problem(Fault.LOG, table, str(row_id), at, f"{detail} (log {log_id})") for table, row_id, at in rows] or [
        Problem(Fault.LOG, "kernel_log", str(log_id), None, detail)
    ]


def _check_signatures(store: Path, heads: list[_Head]) -> Iterable[Problem]:
    for head in heads:
        try:
            public = public_key(store, head.key_id)
        except UnknownKeyError:
            yield _of_head(head, f"the key {head.key_id} is not among this store's keys")
            continue
        told = json.loads(head.text)
        agrees = (told["log"], told["size"], told["root"]) == (str(head.log_id), head.size, head.root.hex())
        if not agrees or not is_signed_by(public, head.text, head.signature):
            yield _of_head(head, "the signature does not cover what the head says")


def _check_kind(connection: Any, heads: dict[UUID, list[_Head]]) -> Iterable[Problem]:
    """What kind of store this is was signed with every head: a demo cannot become a normal store afterwards."""
    for kind, since in _rows(connection, "SELECT kind, created_at FROM kernel_store"):
        signed = {json.loads(head.text)["store"] for of_log in heads.values() for head in of_log}
        if signed - {kind}:
            detail = f"the store says {kind}, its heads say {', '.join(sorted(signed))}"
            yield Problem(Fault.EDITED, "kernel_store", "-", since, detail)


def _check_restores(connection: Any, store: Path) -> Iterable[Problem]:
    statement = "SELECT id, signed_text, signature, key_id, at FROM kernel_restore_record ORDER BY id"
    for key, text, signature, key_id, at in _rows(connection, statement):
        try:
            signed = is_signed_by(public_key(store, key_id), text, bytes.fromhex(signature))
        except UnknownKeyError:
            signed = False
        if not signed:
            yield Problem(Fault.HEAD, "kernel_restore_record", str(key), at, "no signature of this store covers it")


def _check_copies(log_id: UUID, copies: Sequence[str], heads: list[_Head]) -> Iterable[Problem]:
    """Every copy outside the database has its head inside, word for word; a missing copy accuses nobody."""
    known = {head.text for head in heads}
    for text in copies:
        if text not in known:
            told = json.loads(text)
            at, detail = datetime.fromisoformat(told["at"]), f"a copied head of {told['size']} leaves is not here"
            yield Problem(Fault.HEAD, "kernel_head", str(log_id), at, detail)


def _out_of_order(connection: Any) -> Iterable[Problem]:
    """Within a batch leaves stand in the order of transaction, table and row: two that changed places are named."""
    statement = (
        'SELECT table_name, row_id, sealed_at, position FROM (SELECT *, lag((transaction_id, table_name COLLATE "C", '
        "row_id)) OVER w AS before, lag(sealed_at) OVER w AS sealed_before FROM kernel_log "
        "WINDOW w AS (PARTITION BY log_id ORDER BY position)) AS placed "
        'WHERE sealed_before = sealed_at AND before > (transaction_id, table_name COLLATE "C", row_id) LIMIT 20'
    )
    for table, row_id, at, position in _rows(connection, statement):
        yield Problem(Fault.LOG, table, str(row_id), at, f"leaf {position} is not in its place")


def _of_head(head: _Head, detail: str) -> Problem:
    return Problem(Fault.HEAD, "kernel_head", str(head.id), head.at, detail)
