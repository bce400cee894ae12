"""What happened to one record: transitions, signatures, changes and refusals, read once and told in two depths."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import Q
from django.db.models.fields.json import KT
from django.db.models.lookups import Exact

from meridian.kernel.content import hash_of_content
from meridian.kernel.declare import column_path
from meridian.kernel.models import Change as ChangeRecord
from meridian.kernel.models import RefusalRecord, SignatureRecord, TransitionRecord
from meridian.kernel.models.document import SYSTEM_COLUMNS
from meridian.kernel.registry import AnyDocumentType
from meridian.kernel.sql import fetch
from meridian.platform.attachments.models import Attachment
from meridian.platform.prepared import COMPANY, KEY, KEYS, records

TRANSACTIONS_MAX = 200
"""Acts read for one page; older ones are on the next."""
SILENT_COLUMNS = (SYSTEM_COLUMNS | {"document_id", "pinyin"}) - {"site_id"}
"""Columns the engine writes: their changes are told by transitions, not one by one."""

_ACTS = """
WITH done AS (SELECT DISTINCT transaction_id FROM (
  SELECT transaction_id FROM kernel_change WHERE row_id = %(id)s AND company_id = %(company)s
  UNION ALL SELECT transaction_id FROM kernel_transition WHERE document_id = %(id)s AND company_id = %(company)s
  UNION ALL SELECT c.transaction_id FROM attachments_attachment a JOIN kernel_change c ON c.row_id = a.id
  WHERE a.document_id = %(id)s AND a.company_id = %(company)s
) AS mine ORDER BY transaction_id DESC LIMIT %(limit)s),
refused AS (SELECT transaction_id, transition, findings FROM kernel_refusal
            WHERE document_id = %(id)s AND company_id = %(company)s ORDER BY id DESC LIMIT %(limit)s)
SELECT a.at, a.transaction_id, a.actor_name, a.reason, a.source, a.address, r.transition, r.findings
FROM kernel_act a LEFT JOIN refused r ON r.transaction_id = a.transaction_id
WHERE a.company_id = %(company)s
  AND a.transaction_id = ANY(ARRAY(SELECT transaction_id FROM done UNION ALL SELECT transaction_id FROM refused))
"""
_MOVED = [column.attname for column in TransitionRecord._meta.concrete_fields if column.attname != "gates"]
_SIGNED = [column.attname for column in SignatureRecord._meta.concrete_fields]
_MOVES = f"""
SELECT {", ".join(f"t.{name}" for name in _MOVED)}, {", ".join(f"s.{name}" for name in _SIGNED)}
FROM kernel_transition t LEFT JOIN kernel_signature s
  ON s.transition_id = t.id AND s.document_id = t.document_id AND s.company_id = t.company_id
WHERE t.document_id = %s AND t.company_id = %s ORDER BY t.id
"""


@dataclass
class Event:
    """One act upon the record, with everything it did to it."""

    at: datetime
    transaction_id: UUID
    actor: str
    reason: str = ""
    source: str = ""
    address: str = ""
    transition: TransitionRecord | None = None
    signature: SignatureRecord | None = None
    refusal: RefusalRecord | None = None
    changes: list[ChangeRecord] = field(default_factory=list)


@dataclass(frozen=True)
class History:
    """Everything known of a record's past, newest first."""

    events: tuple[Event, ...]
    moves: tuple[TransitionRecord, ...]
    """All, oldest first; their gates are read when asked for."""
    signatures: tuple[SignatureRecord, ...]
    content_hash: str
    """Today's hash of the content; empty when nobody signed."""

    def done_by(self, person_id: UUID) -> set[str]:
        """The moves a person made, by name."""
        return {move.transition for move in self.moves if move.actor_id == person_id}

    def changed_after(self, signature: SignatureRecord) -> bool:
        """Whether the content differs today from what was signed."""
        return signature.content_hash != self.content_hash


def history_of(declared: AnyDocumentType, document: Any) -> History:
    """Reads the past of one record: three statements, one more when it was signed and has lines."""
    company_id, key = document.company_id, document.pk
    events: dict[UUID, Event] = {}
    for *act, refused, findings in fetch(_ACTS, {"id": key, "company": company_id, "limit": TRANSACTIONS_MAX}):
        event = events[act[1]] = Event(*act)
        if refused is not None:
            event.refusal = RefusalRecord(transition=refused, findings=json.loads(findings))
    moves, signatures = _moves(company_id, key)
    for move in moves:
        if move.transaction_id in events:
            events[move.transaction_id].transition = move
    for signature in signatures:
        if signature.transaction_id in events:
            events[signature.transaction_id].signature = signature
    for change in _changes(declared, document, list(events)):
        events[change.transaction_id].changes.append(change)
    ordered = sorted(events.values(), key=lambda event: (event.at, event.transaction_id), reverse=True)
    stored = hash_of_content(declared, key, document) if signatures else ""
    return History(tuple(ordered), tuple(moves), tuple(signatures), stored)


def _moves(company_id: UUID, key: UUID) -> tuple[list[TransitionRecord], list[SignatureRecord]]:
    """The moves of a document, oldest first, and what was signed with them, newest first."""
    rows, width = fetch(_MOVES, [key, company_id]), len(_MOVED)
    signed = [row[width:] for row in reversed(rows) if row[width] is not None]
    moves = [TransitionRecord.from_db(connection.alias, _MOVED, row[:width]) for row in rows]
    return moves, [SignatureRecord.from_db(connection.alias, _SIGNED, row) for row in signed]


def _changes(declared: AnyDocumentType, document: Any, acts: Sequence[UUID]) -> list[ChangeRecord]:
    """Changes of the header and of its lines in these acts, oldest first."""
    return records(
        ChangeRecord, declared.code, lambda rows: rows.filter(_own(declared)).order_by("id"), document.pk, acts
    )


def _own(declared: AnyDocumentType) -> Q:
    """What changed one record: a line is known by the header it names, or by its own key."""
    own = Q(table_name=declared.model._meta.db_table, row_id=KEY)
    attached = Attachment.objects.filter(document_id=KEY).values("pk")
    own |= Q(table_name=Attachment._meta.db_table, row_id__in=attached)
    if declared.lines is not None:
        table = declared.lines.model._meta.db_table
        line_keys = declared.lines.model._default_manager.filter(document_id=KEY).values("pk")
        own |= Q(table_name=table) & (
            Q(row_id=KEY)
            | Q(row_id__in=line_keys)
            | Q(Exact(KT("new__document_id"), str(KEY)))  # of the text `json`, which has no equality of its own
            | Q(Exact(KT("old__document_id"), str(KEY)))
        )
    return own & Q(company_id=COMPANY, transaction_id__in=[KEYS])


@dataclass(frozen=True)
class Difference:
    """One field's old and new value as stored; `line` is None for the header, 0 for a line whose number is unknown."""

    field: Any
    name: str
    old: Any
    new: Any
    change_id: UUID
    line: int | None = None


def differences(declared: AnyDocumentType, change: ChangeRecord) -> list[Difference]:
    """What a change row says, field by field; fields the engine writes are left out."""
    is_header = change.table_name == declared.model._meta.db_table
    model = declared.model if is_header or declared.lines is None else declared.lines.model
    if change.table_name == Attachment._meta.db_table:
        return _of_attachment(change)
    images = change.new if isinstance(change.new, list) else [change.new or {}]
    found = []
    for image in images:
        old = change.old or {}
        line = None if is_header else int((image or old).get("line_no") or old.get("line_no") or 0)
        for column in model._meta.concrete_fields:
            name = column.attname
            if name in SILENT_COLUMNS or name == "line_no" or (name not in image and name not in old):
                continue
            before, after = old.get(name), image.get(name)
            if before not in (None, "") or after not in (None, ""):
                found.append(Difference(column, column.name, before, after, change.pk, line))
    return found


def _of_attachment(change: ChangeRecord) -> list[Difference]:
    """Which file was attached, or why it was withdrawn."""
    old, new = change.old or {}, change.new or {}
    name = "withdraw_reason" if change.old else "name"
    return [Difference(Attachment._meta.get_field(name), name, old.get(name), new.get(name), change.pk)]


def outside_content(declared: AnyDocumentType) -> frozenset[str]:
    """Columns written by effects, by name."""
    return frozenset(column_path(ref) for ref in declared.outside_content)


def referenced(differences_: Sequence[Difference]) -> dict[type[models.Model], set[UUID]]:
    """The keys of other tables that the values name, so that they can be shown in words."""
    wanted: dict[type[models.Model], set[UUID]] = {}
    for each in differences_:
        if isinstance(each.field, models.ForeignKey):
            keys = {UUID(str(value)) for value in (each.old, each.new) if value}
            wanted.setdefault(each.field.related_model, set()).update(keys)
    return wanted
