"""Who is told of a comment, and what a person has been told: people named in it, and those who took part before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from meridian.kernel.act import open_act
from meridian.kernel.clock import now
from meridian.kernel.context import Actor, current_company_id
from meridian.kernel.models import User
from meridian.kernel.permission import COMPANY_SCOPE
from meridian.kernel.registry import AnyDocumentType
from meridian.kernel.sql import array_text, fetch
from meridian.platform.prepared import KEY, prepared
from meridian.workspace.models import Comment, Mention

NAMED_MAX = 10
PARTICIPANTS_MAX = 20
SHOWN_MAX = 100

_READERS = """
SELECT DISTINCT a.user_id, a.scope_kind, a.scope_id
FROM kernel_role_assignment a
JOIN kernel_user u ON u.id = a.user_id AND u.company_id = a.company_id AND u.is_active
JOIN kernel_role_permission p ON p.role_id = a.role_id AND p.company_id = a.company_id AND p.permission = %(right)s
WHERE a.user_id = ANY(%(people)s::uuid[]) AND a.company_id = %(company)s
  AND a.valid_from <= %(at)s AND (a.valid_until IS NULL OR a.valid_until > %(at)s)
"""


def told_of(declared: AnyDocumentType, document: Any, text: str, actor: Actor) -> Mapping[UUID, str]:
    """Whom a comment on a record tells, each with the kind of message: never its writer, nor who may not read it.

    People named as `@姓名`, then who made the record and who spoke of it before. At most three statements.
    """
    named = dict.fromkeys(_named(text, actor)[:NAMED_MAX], Mention.Kind.NAMED.value) if "@" in text else {}
    spoke = Comment.objects.filter(document_id=document.pk, withdrawn_at=None).exclude(created_by_id=actor.user_id)
    before = list(dict.fromkeys(spoke.order_by("-pk").values_list("created_by_id", flat=True)[: 5 * PARTICIPANTS_MAX]))
    others = [document.created_by_id, *before][:PARTICIPANTS_MAX]
    told = {**dict.fromkeys(others, Mention.Kind.REPLY.value), **named}
    told.pop(actor.user_id, None)
    readers = _readers(declared, document, list(told)) if told else frozenset()
    return {key: kind for key, kind in told.items() if key in readers}


def _named(text: str, actor: Actor) -> list[UUID]:
    """The colleagues a text names; longer names first, so that none is taken for another."""
    people = User.objects.filter(company_id=actor.company_id, is_active=True, is_machine=False)
    named: list[tuple[UUID, str]] = []
    for key, name in sorted(people.values_list("pk", "name"), key=lambda person: -len(person[1])):
        if name and f"@{name}" in text and key != actor.user_id:
            named.append((key, name))
            text = text.replace(f"@{name}", "") if sum(name == other for _key, other in named) == 1 else text
    return [key for key, _name in named]


def _readers(declared: AnyDocumentType, document: Any, people: Sequence[UUID]) -> frozenset[UUID]:
    """Those of some people who may read a record now; one statement."""
    asked = {"right": declared.permission("read"), "people": array_text(people), "company": current_company_id(),
             "at": now()}  # fmt: skip
    scope = declared.scope or {}
    return frozenset(
        user_id
        for user_id, kind, key in fetch(_READERS, asked)
        if kind == COMPANY_SCOPE or not scope or (kind in scope and getattr(document, scope[kind], None) == key)
    )


@dataclass(frozen=True)
class Told:
    """A message to a person about a comment that still stands."""

    id: UUID
    kind: str
    document_type: str
    document_id: UUID
    by: str
    text: str
    at: datetime
    read_at: datetime | None


def messages_of(user_id: UUID, *, unread: bool = False, limit: int = SHOWN_MAX) -> Sequence[Told]:
    """What a person was told, the newest first, only what they have not read if `unread`; one statement."""
    rows = Mention.objects.filter(user_id=user_id, comment__withdrawn_at=None)
    if unread:
        rows = rows.filter(read_at=None)
    said = ("document_type", "document_id", "created_by_name", "text", "created_at")
    columns = ("pk", "kind", *(f"comment__{name}" for name in said), "read_at")
    return [Told(*row) for row in rows.order_by("-pk").values_list(*columns)[:limit]]


def unread_count(user_id: UUID) -> int:
    """How much of it they have not read, counted to a hundred; one statement."""

    def unread() -> QuerySet[Mention, Any]:
        rows = Mention.objects.filter(user_id=KEY, read_at=None, comment__withdrawn_at=None)
        return rows.values("pk")[:SHOWN_MAX]

    return len(prepared((Mention, "unread"), unread).tuples(user_id))


def mark_read(actor: Actor, *, document_id: UUID | None = None, message_id: UUID | None = None) -> None:
    """The actor knows what was said: about one record, in one message, or, without either, all of it."""
    unread = Mention.objects.filter(user_id=actor.user_id, read_at=None)
    if document_id is not None:
        unread = unread.filter(comment__document_id=document_id)
    if message_id is not None:
        unread = unread.filter(pk=message_id)
    keys = list(unread.values_list("pk", flat=True))
    if keys:
        with open_act(actor):
            Mention.objects.filter(pk__in=keys).update(read_at=now())
