"""The evidence rows of one document: which they are, word for word, where they stand in the log, and their proofs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import sql

from meridian.evidence.leaves import leaf_hash, leaf_text, log_id_of
from meridian.evidence.tree import StoredTree
from meridian.kernel.evidence.catalogue import Table, governed_tables, sealed_tables
from meridian.kernel.sql import fetch


@dataclass(frozen=True)
class Head:
    """The newest signed head of a log."""

    size: int
    text: str
    signature: bytes
    key_id: str


@dataclass(frozen=True)
class Leaf:
    """One evidence row. `text` is None where the reader may not see it, `position` where it is not yet sealed."""

    table: str
    id: UUID
    log: UUID
    text: str | None
    hash: bytes
    position: int | None
    path: Sequence[bytes] = ()

    def as_data(self) -> dict[str, Any]:
        """The leaf as the bundle holds it."""
        shown = {"hash": self.hash.hex()} if self.text is None else {"text": self.text}
        place = {"log": str(self.log), "position": self.position, "path": [node.hex() for node in self.path]}
        return {"table": self.table, "id": str(self.id), **place, **shown}


def head_of(company_id: UUID) -> Head | None:
    """The newest head of the company's log; None before the first sealing."""
    rows = fetch(
        "SELECT tree_size, signed_text, signature, key_id FROM kernel_head WHERE log_id = %s "
        "ORDER BY tree_size DESC LIMIT 1",
        [log_id_of(company_id)],
    )
    return Head(rows[0][0], rows[0][1], bytes(rows[0][2]), rows[0][3]) if rows else None


def row_ids_of(document_id: UUID) -> list[UUID]:
    """The document and every governed row that ever belonged to it: lines, deleted ones too, and attachments."""
    parts = [
        sql.SQL("SELECT t.id FROM {} t WHERE t.document_id = {}").format(
            sql.Identifier(table.name), sql.Literal(document_id)
        )
        for table in governed_tables()
        if "document_id" in table.columns
    ]
    parts.append(
        sql.SQL(
            "SELECT (e.value ->> 'id')::uuid FROM kernel_change c CROSS JOIN LATERAL json_array_elements(c.new) AS e "
            "WHERE c.row_id = {} AND json_typeof(c.new) = 'array'"
        ).format(sql.Literal(document_id))
    )
    return [document_id, *(key for (key,) in fetch(sql.SQL(" UNION ").join(parts)))]


def leaves_of(company_id: UUID, row_ids: Sequence[UUID], head: Head | None, hidden: frozenset[str]) -> list[Leaf]:
    """Both trails, signatures, refusals and the acts they belong to, each with its proof under the head."""
    document_id = row_ids[0]
    known = {table.name: table for table in sealed_tables()}
    kept = ("kernel_transition", "kernel_signature", "kernel_refusal")
    statements = [_texts(known[name], sql.SQL("t.document_id = {}").format(sql.Literal(document_id))) for name in kept]
    changed = sql.SQL("t.row_id = ANY({}::uuid[])").format(sql.Literal(list(row_ids)))
    statements.append(_texts(known["kernel_change"], changed))
    rows = fetch(_placed(statements, company_id))
    labels = sorted({label for _table, _key, label, *_rest in rows})
    acts = _texts(known["kernel_act"], sql.SQL("t.id = ANY({}::uuid[])").format(sql.Literal(labels)))
    rows += fetch(_placed([acts], company_id))
    tree = StoredTree(fetch, log_id_of(company_id))
    size = head.size if head else 0
    return [
        _leaf(row, company_id, size, tree, hidden)
        for row in sorted(rows, key=lambda row: (str(row[2]), row[0], str(row[1])))
    ]


def _texts(table: Table, condition: sql.Composable) -> sql.Composed:
    return sql.SQL(
        "SELECT {name}::varchar AS table_name, t.id, t.transaction_id, {text} AS text, {hash} AS hash FROM {table} t "
        "WHERE {condition}"
    ).format(
        name=sql.Literal(table.name),
        text=leaf_text(table),
        hash=leaf_hash(table),
        table=sql.Identifier(table.name),
        condition=condition,
    )


def _placed(statements: Sequence[sql.Composable], company_id: UUID) -> sql.Composed:
    """The rows with their places; a row of another company's log is none of ours."""
    return sql.SQL(
        "SELECT r.table_name, r.id, r.transaction_id, r.text, r.hash, g.position FROM ({rows}) AS r "
        "LEFT JOIN kernel_log g ON g.row_id = r.id AND g.table_name = r.table_name AND g.log_id = {log}"
    ).format(rows=sql.SQL(" UNION ALL ").join(statements), log=sql.Literal(log_id_of(company_id)))


def _leaf(row: tuple[Any, ...], company_id: UUID, size: int, tree: StoredTree, hidden: frozenset[str]) -> Leaf:
    table, key, _label, text, digest, position = row
    place = position if position is not None and position < size else None
    return Leaf(
        table=table,
        id=key,
        log=log_id_of(company_id),
        text=None if _shows(text, hidden) else text,
        hash=bytes(digest),
        position=place,
        path=tree.inclusion(place, size) if place is not None else (),
    )


def _shows(text: str, hidden: frozenset[str]) -> bool:
    """Whether an image of the change trail holds a field the reader may not see."""
    if not hidden:
        return False
    row = json.loads(text)["row"]
    images = [image for side in ("old", "new") for image in _listed(row.get(side))]
    return any(hidden & image.keys() for image in images)


def _listed(side: Any) -> list[dict[str, Any]]:
    return side if isinstance(side, list) else [side] if side else []
