"""New tasks of a case, and whose turn it is after each answer. Inside an act only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from meridian.approvals.documents.task import ApprovalTaskDocument
from meridian.approvals.flow import Asked, Progress, progress
from meridian.approvals.vocabulary import TaskState
from meridian.kernel.context import current_company_id
from meridian.kernel.declare import DocumentType
from meridian.kernel.sql import array_text, fetch, run
from meridian.kernel.work import NumberedInsert, Work
from meridian.workspace.models import Comment, Mention


@dataclass(frozen=True)
class NewTask:
    """A task to write: what it says of its case, and how it stands in the flow."""

    flow: Asked
    case: Mapping[str, Any]
    """`case_id`, `document_number`, `summary`, `counted_amount`, `subject_hash`."""
    role: str
    person_id: UUID | None = None
    person_name: str = ""
    through: tuple[UUID, ...] = ()
    through_names: str = ""
    qualification: str = ""
    limit_hours: int | None = None
    time_out: str = ""
    escalate_to: str = ""


def insert_document(
    work: Work[Any, Any], declared: type[DocumentType[Any, Any]], key: UUID, header: Mapping[str, Any]
) -> None:
    """A document in its first state, written and numbered by the closing statement of the act at work."""
    document, actor = work.document, work.actor
    values = {
        "id": key, "company_id": document.company_id, "state": str(declared.initial), "version": 1,
        "site_id": document.site_id, "created_at": work.moment.instant, "created_by_id": actor.user_id,
        "created_by_name": actor.name, "retention_class": declared.retention.code, **header,
    }  # fmt: skip
    work.insert_numbered(NumberedInsert(declared.model._meta.db_table, tuple(values), tuple(values.values()),
                                        declared.code, declared.number, work.moment.site_day))  # fmt: skip


def insert_task(work: Work[Any, Any], new: NewTask, *, is_open: bool) -> None:
    """Writes a task; its time begins when its turn comes."""
    flow, instant = new.flow, work.moment.instant
    due_at = instant + timedelta(hours=new.limit_hours) if is_open and new.limit_hours else None
    insert_document(work, ApprovalTaskDocument, flow.id, {
        **new.case, "step": flow.step, "turn": flow.turn, "rule": flow.rule, "seat": flow.seat,
        "parent_seat": flow.parent, "origin": flow.origin, "role": new.role, "person_id": new.person_id,
        "person_name": new.person_name, "through": Jsonb([str(key) for key in new.through]),
        "through_names": new.through_names[:200], "qualification": new.qualification, "limit_hours": new.limit_hours,
        "time_out": new.time_out, "escalate_to": new.escalate_to, "is_open": is_open,
        "opened_at": instant if is_open else None, "due_at": due_at, "timed_out_at": None, "next_username": "",
        "next_id": None, "next_name": "", "voted_by_name": "", "behalf_of_name": "", "answer": "",
    })  # fmt: skip


_ANSWER = "UPDATE approvals_task SET answer = %s WHERE id = %s AND company_id = %s"


def answered(work: Work[Any, Any], state: TaskState) -> None:
    """Writes down what the task at work is coming to, so that what follows from it is judged by it; one statement."""
    run(_ANSWER, [state.value, work.document.pk, work.document.company_id])


_TURN = """
UPDATE approvals_task SET
  is_open = id = ANY(%(open)s::uuid[]),
  opened_at = CASE WHEN id = ANY(%(open)s::uuid[]) THEN coalesce(opened_at, %(now)s) ELSE opened_at END,
  due_at = CASE WHEN id = ANY(%(open)s::uuid[]) AND due_at IS NULL
                THEN %(now)s + make_interval(hours => limit_hours::int) ELSE due_at END
WHERE case_id = %(case)s AND company_id = %(company)s AND state = 'pending' AND id <> %(own)s
  AND is_open <> (id = ANY(%(open)s::uuid[]))
"""


def turn_to(work: Work[Any, Any], case_id: UUID, standing: Progress, own: UUID) -> None:
    """Marks whose turn it is in a case, but for the task at work; one statement."""
    run(_TURN, {"open": array_text(sorted(standing.open)), "now": work.moment.instant, "case": case_id,
                "company": work.document.company_id, "own": own})  # fmt: skip


def after(tasks: Iterable[Asked], own: UUID, state: TaskState, added: Sequence[Asked] = ()) -> Progress:
    """Where a case stands once one task is in this state and others were added."""
    return progress([*(replace(task, state=state.value) if task.id == own else task for task in tasks), *added])


_HOLDERS = """
SELECT DISTINCT a.user_id FROM kernel_role_assignment a
JOIN kernel_role r ON r.id = a.role_id AND r.company_id = a.company_id
JOIN kernel_user u ON u.id = a.user_id AND u.company_id = a.company_id AND u.is_active AND NOT u.is_machine
WHERE a.company_id = %(company)s AND r.code = ANY(%(roles)s::text[])
  AND a.valid_from <= %(at)s AND (a.valid_until IS NULL OR a.valid_until > %(at)s)
  AND (a.scope_kind = 'company' OR (a.scope_kind = 'site' AND a.scope_id = %(site)s))
"""


def holders(work: Work[Any, Any], roles: Sequence[str]) -> list[UUID]:
    """Everybody who holds one of these posts at the document's site; one statement."""
    asked = {"company": current_company_id(), "roles": array_text(roles), "at": work.moment.instant,
             "site": work.document.site_id}  # fmt: skip
    return [key for (key,) in fetch(_HOLDERS, asked)]


def tell(work: Work[Any, Any], document_type: str, document_id: UUID, text: str, people: Iterable[UUID]) -> None:
    """Says something on a record and tells people of it, but for whoever says it; two statements."""
    told = sorted(set(people) - {work.actor.user_id})
    if not told:
        return
    row = Comment.objects.create(
        document_type=document_type, document_id=document_id, text=text, created_at=work.moment.instant,
        created_by_id=work.actor.user_id, created_by_name=work.actor.name,
    )  # fmt: skip
    Mention.objects.bulk_create([Mention(comment=row, user_id=key) for key in told])
