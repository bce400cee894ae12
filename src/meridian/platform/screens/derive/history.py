"""What happened to one record: transitions, signatures, changes and refusals, read once and told in two depths."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
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
refused AS (SELECT transaction_id FROM kernel_refusal WHERE document_id = %(id)s AND company_id = %(company)s
            ORDER BY id DESC LIMIT %(limit)s)
SELECT at, transaction_id, actor_name, reason, source, address FROM kernel_act
WHERE company_id = %(company)s
  AND transaction_id = ANY(ARRAY(SELECT transaction_id FROM done UNION ALL SELECT transaction_id FROM refused))
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
    signatures: tuple[SignatureRecord, ...]
    content_hash: str
    """Today's hash of the content; empty when nobody signed."""

    def transitions(self) -> list[TransitionRecord]:
        """All moves, newest first."""
        return [event.transition for event in self.events if event.transition is not None]

    def changed_after(self, signature: SignatureRecord) -> bool:
        """Whether the content differs today from what was signed."""
        return signature.content_hash != self.content_hash


def history_of(declared: AnyDocumentType, document: Any) -> History:
    """Reads the past of one record: five statements, two more when it was signed."""
    company_id, key = document.company_id, document.pk
    mine = Q(company_id=COMPANY, document_id=KEY)
    acts = fetch(_ACTS, {"id": key, "company": company_id, "limit": TRANSACTIONS_MAX})
    events = {row[1]: Event(*row) for row in acts}
    moves = records(TransitionRecord, "of a document", lambda rows: rows.filter(mine), key)
    transitions = {row.transaction_id: row for row in moves}
    signatures = records(SignatureRecord, "of a document", lambda rows: rows.filter(mine).order_by("-id"), key)
    refusals = records(
        RefusalRecord, "of a document", lambda rows: rows.filter(mine).order_by("-id")[:TRANSACTIONS_MAX], key
    )
    for transaction_id, event in events.items():
        event.transition = transitions.get(transaction_id)
    for signature in signatures:
        if signature.transaction_id in events:
            events[signature.transaction_id].signature = signature
    for change in _changes(declared, document, list(events)):
        events[change.transaction_id].changes.append(change)
    for refusal in refusals:
        if refusal.transaction_id in events:
            events[refusal.transaction_id].refusal = refusal
    ordered = sorted(events.values(), key=lambda event: (event.at, event.transaction_id), reverse=True)
    stored = hash_of_content(declared, key) if signatures else ""
    return History(events=tuple(ordered), signatures=tuple(signatures), content_hash=stored)


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
