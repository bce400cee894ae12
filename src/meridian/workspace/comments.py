"""Comments on a record: whoever may read it may write; the writer may withdraw; the trace of both remains."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from meridian.kernel import steps
from meridian.kernel.act import answer_claim, open_act, request_hash
from meridian.kernel.context import Actor, current_company_id
from meridian.kernel.findings import Refused, refusal, require_storable
from meridian.kernel.messages import message
from meridian.kernel.permission import grants_of
from meridian.kernel.refusals import record_refusal
from meridian.kernel.registry import AnyDocumentType
from meridian.kernel.sql import fetch
from meridian.workspace.messages import told_of
from meridian.workspace.models import Comment, Mention

LONGEST = 2_000
SHOWN_MAX = 200


def write(declared: AnyDocumentType, document_id: UUID, text: str, *, actor: Actor, key: str = "") -> UUID:
    """Adds a comment and tells those it names as `@姓名`, as far as they may read the record.

    The same key answers the first success again. Raises Refused 404 outside the actor's scope, 422 for a text that is
    empty, too long or cannot be kept.
    """
    text = text.strip().replace("\r\n", "\n")
    request = request_hash("comment", declared.code, document_id, text)
    with _recorded(declared, document_id, "comment", actor), open_act(actor, key=key, request=request) as act:
        if act.replay is not None:
            return UUID(act.replay["id"])
        document = steps.find_and_lock(declared, document_id, grants_of(actor))
        require_storable({"remark": text})
        if not text or len(text) > LONGEST:
            raise refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY,
                          message("评论为 1 至 {limit} 个字符。", limit=LONGEST), field_name="remark")  # fmt: skip
        row = Comment.objects.create(
            document_type=declared.code, document_id=document_id, text=text, created_at=act.instant,
            created_by_id=actor.user_id, created_by_name=actor.name,
        )  # fmt: skip
        told = told_of(declared, document, text, actor)
        Mention.objects.bulk_create([Mention(comment=row, user_id=key, kind=kind) for key, kind in told.items()])
        answer_claim(act, {"id": str(row.pk)})
        return row.pk


def withdraw(declared: AnyDocumentType, document_id: UUID, comment_id: UUID, *, actor: Actor) -> None:
    """Takes a comment back: its text leaves the page, that there was one and when remains, its words in the trail.

    Raises Refused 404, 403 for another's comment, 409 when it was withdrawn.
    """
    with _recorded(declared, document_id, "withdraw_comment", actor), open_act(actor) as act:
        steps.find_and_lock(declared, document_id, grants_of(actor))
        row = Comment.objects.select_for_update().filter(document_id=document_id, pk=comment_id).first()
        if row is None:
            raise steps.not_found()
        if row.created_by_id != actor.user_id:
            raise refusal("permission_required", HTTPStatus.FORBIDDEN, message("只能撤回自己的评论。"))
        if row.withdrawn_at is not None:
            raise refusal("comment_withdrawn", HTTPStatus.CONFLICT, message("该评论已撤回。"))
        row.withdrawn_at = act.instant
        row.save(update_fields=["withdrawn_at"])


@contextmanager
def _recorded(declared: AnyDocumentType, document_id: UUID, name: str, actor: Actor) -> Iterator[None]:
    """A refusal inside is recorded after everything was rolled back."""
    try:
        yield
    except Refused as refused:
        record_refusal(refused, actor, declared, document_id, name)
        raise


@dataclass(frozen=True)
class Trace:
    """What was done with a comment, as the change trail keeps it: `insert` wrote it, `update` withdrew it."""

    comment_id: UUID
    operation: str
    text: str
    is_withdrawn: bool
    """Whether it is withdrawn now."""
    writer_id: UUID
    at: datetime
    actor: str
    source: str
    address: str

    @property
    def is_new(self) -> bool:
        """Whether this is the writing of it."""
        return self.operation == "insert"


_TRACES = """
SELECT c.id, h.operation, c.text, c.withdrawn_at IS NOT NULL, c.created_by_id, a.at, a.actor_name, a.source, a.address
FROM workspace_comment c
JOIN kernel_change h ON h.row_id = c.id AND h.company_id = c.company_id AND h.table_name = 'workspace_comment'
CROSS JOIN LATERAL (SELECT at, actor_name, source, address FROM kernel_act
                    WHERE id = h.transaction_id AND company_id = %(company)s LIMIT 1) AS a
WHERE c.document_id = %(document)s AND c.company_id = %(company)s ORDER BY h.id DESC LIMIT %(limit)s
"""


def traces_of(document_id: UUID) -> Sequence[Trace]:
    """Everything said about a record and taken back, newest first; one statement."""
    values = {"document": document_id, "company": current_company_id(), "limit": SHOWN_MAX}
    return [Trace(*row) for row in fetch(_TRACES, values)]
