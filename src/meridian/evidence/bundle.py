"""The evidence bundle of one record: one ZIP that proves itself to anyone with Python and nothing else.

Holds the document, both trails, signatures and refusals as leaves with their inclusion proofs, the signed head, the
public key, and the verifier. What the reader may not see travels as a hash: its existence is proved, its text is not
shown.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from meridian.evidence import verify_bundle
from meridian.evidence.bundle_rows import Leaf, head_of, leaves_of, row_ids_of
from meridian.evidence.keys import SigningKey, public_key, signing_key
from meridian.evidence.leaves import SESSION
from meridian.kernel.clock import now
from meridian.kernel.content import content_of
from meridian.kernel.models import Document
from meridian.kernel.registry import AnyDocumentType
from meridian.kernel.sql import fetch
from meridian.kernel.store import kind_of_store
from meridian.kernel.values.canonical import canonical_text

_FILES = Path(__file__).parent / "bundle_files"
_VERIFIER = Path(verify_bundle.__file__)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Bundle:
    """A bundle as it is handed out; the name is ASCII."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Attachment:
    """One file attached to the document, as the list in the bundle names it; `id` is its governed row."""

    id: str
    name: str
    size: int
    sha256: str
    is_withdrawn: bool = False


def bundle(
    declared: AnyDocumentType,
    document: Document,
    *,
    store: Path,
    exported_by: str,
    hidden: frozenset[str] = frozenset(),
    attachments: Sequence[Attachment] = (),
) -> Bundle:
    """The bundle of a document of the company in scope, read in one snapshot, outside a transaction.

    `hidden` are the fields its reader may not see. Raises RuntimeError inside a transaction, MissingHashesError for a
    log that lost hashes.
    """
    if connection.in_atomic_block:
        raise RuntimeError("a bundle reads in a snapshot of its own: call it outside a transaction")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.cursor.execute(SESSION, prepare=False)
        head = head_of(document.company_id)
        leaves = leaves_of(document.company_id, row_ids_of(document.pk), head, hidden)
        files = {
            "README.zh.txt": (_FILES / "README.zh.txt").read_bytes(),
            "README.en.txt": (_FILES / "README.en.txt").read_bytes(),
            _VERIFIER.name: _VERIFIER.read_bytes(),
            verify_bundle.RECORD: _record(declared, document, hidden, attachments),
            verify_bundle.LEAVES: _lines_of([leaf.as_data() for leaf in leaves]),
            verify_bundle.HEADS: _lines_of([{"text": head.text, "signature": head.signature.hex()}] if head else []),
        }
        if not hidden:
            files[verify_bundle.CONTENT] = canonical_text(content_of(declared, document.pk)).encode()
        kind = kind_of_store()
    key = signing_key(store)
    if head is not None and head.key_id != key.key_id:
        files[f"key_{head.key_id}.txt"] = public_key(store, head.key_id).hex().encode()
    about = {"type": declared.code, "number": document.number, "id": document.pk, "state": document.state}
    manifest = {"store": str(kind), "company": document.company_id, "document": about, "exported_by": exported_by}
    return Bundle(_name(document), verify_bundle.pack(_signed(files, manifest, key)))


def _signed(files: dict[str, bytes], manifest: dict[str, Any], key: SigningKey) -> Mapping[str, bytes]:
    """The files with their list and its signature behind them."""
    files[verify_bundle.KEY] = key.public.hex().encode()
    listed = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    text = canonical_text(
        {**manifest, "format": verify_bundle.FORMAT, "exported_at": now(), "key": key.key_id, "files": listed}
    )
    files[verify_bundle.MANIFEST] = text.encode()
    files[verify_bundle.SIGNATURE] = key.sign(text).hex().encode()
    return files


def _record(
    declared: AnyDocumentType, document: Document, hidden: frozenset[str], attachments: Sequence[Attachment]
) -> bytes:
    """Header and lines in the database's own words, so that no figure is rounded on its way."""
    [header] = _rows(declared.model._meta.db_table, "id", document, hidden, order="id")
    lines: list[str] = []
    if declared.lines is not None:
        lines = _rows(declared.lines.model._meta.db_table, "document_id", document, hidden, order="line_no")
    listed = json.dumps([vars(attachment) for attachment in attachments], ensure_ascii=False)
    body = ",\n  ".join(lines)
    text = (
        f'{{"type": {json.dumps(declared.code)},\n "label": {json.dumps(str(declared.label), ensure_ascii=False)},\n'
        f' "header": {header},\n "lines": [{body}],\n "attachments": {listed}}}\n'
    )
    return text.encode()


def _rows(table: str, key: str, document: Document, hidden: frozenset[str], *, order: str) -> list[str]:
    statement = sql.SQL(
        "SELECT (to_jsonb(t) - {hidden}::text[])::text FROM {table} t "
        "WHERE t.{key} = {id} AND t.company_id = {company} ORDER BY t.{order}"
    ).format(
        hidden=sql.Literal(sorted(hidden)),
        table=sql.Identifier(table),
        key=sql.Identifier(key),
        id=sql.Literal(document.pk),
        company=sql.Literal(document.company_id),
        order=sql.Identifier(order),
    )
    return [text for (text,) in fetch(statement)]


def _lines_of(entries: Sequence[Mapping[str, Any]]) -> bytes:
    """A JSON list, one entry a line."""
    return ("[" + ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries) + "]\n").encode()


def _name(document: Document) -> str:
    return f"{_UNSAFE.sub('-', document.number).strip('-') or document.pk}-evidence.zip"


__all__ = ["Attachment", "Bundle", "Leaf", "bundle"]
