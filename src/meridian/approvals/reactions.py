"""What follows when a document is submitted or taken back, and when somebody answers."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from meridian.approvals.agreement import Asking, asked_in_words, asking, is_agreed
from meridian.approvals.asking import NewTask, after, answered, holders, insert_document, insert_task, tell, turn_to
from meridian.approvals.documents import ApprovalCaseDocument, ApprovalPolicyDocument, ApprovalTaskDocument
from meridian.approvals.flow import Asked, progress
from meridian.approvals.known import ApprovalSubject, category_choices, subject_at, subject_of
from meridian.approvals.models import ApprovalCase, ApprovalPolicy, ApprovalTask
from meridian.approvals.queries import (
    CaseFacts,
    PolicyFacts,
    TaskFacts,
    about,
    cases_with_tasks,
    latest_case,
    makers_of,
    site_today,
)
from meridian.approvals.rules import post_of_added
from meridian.approvals.vocabulary import CaseState, Origin, PolicyState, StepRule, TaskState, TimeOut
from meridian.kernel.content import hash_of_content
from meridian.kernel.context import Actor
from meridian.kernel.engine import Command, perform
from meridian.kernel.messages import listed, message
from meridian.kernel.registry import registry
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import Work

TaskWork = Work[ApprovalTask, TaskFacts]


def open_case(work: Work[Any, Any]) -> None:
    """A submitted document is asked about, unless nobody needs to agree or all have agreed to this very content."""
    subject = _subject(work)
    document = work.document
    if is_agreed(latest_case(subject.code, document.pk), subject, document.pk):
        return
    found = asking(subject, document.company_id, document.pk)
    if found is None or not found.voters:
        return
    case_id = uuid7()
    header = _case_header(work, subject, found)
    insert_document(work, ApprovalCaseDocument, case_id, header)
    in_short = {
        "case_id": case_id, "document_number": document.number,
        "summary": header["summary"], "counted_amount": found.counted, "subject_hash": header["content_hash"],
    }  # fmt: skip
    flows = [Asked(id=(key := uuid7()), step=band.step, turn=turn, rule=band.rule, seat=key, parent=None,
                   origin=Origin.POLICY.value, state=TaskState.PENDING.value)
             for turn, band in enumerate(found.voters, start=1)]  # fmt: skip
    standing = progress(flows)
    for flow, band in zip(flows, found.voters, strict=True):
        insert_task(work, NewTask(
            flow, in_short, band.role, band.person_id, band.person_name, qualification=band.qualification,
            limit_hours=band.limit_hours, time_out=band.time_out, escalate_to=band.escalate_to,
        ), is_open=flow.id in standing.open)  # fmt: skip
    copied = [band for band in found.bands or () if band.rule == StepRule.COPY]
    if copied:
        people = [band.person_id for band in copied if band.person_id is not None]
        people += holders(work, [band.role for band in copied if band.person_id is None])
        tell(work, "approval_case", case_id, str(message("抄送：{number} 提交审批。", number=document.number)), people)


def _case_header(work: Work[Any, Any], subject: ApprovalSubject, found: Asking) -> dict[str, Any]:
    document, figures = work.document, found.figures
    labels = dict(category_choices())
    copied = [(band.role, band.person_name) for band in found.bands or () if band.rule == StepRule.COPY]
    makers = makers_of(document.pk) | {document.created_by_id, work.actor.user_id}
    return {
        "policy_id": found.policy.id, "policy_version": found.policy.version, "subject": subject.code,
        "document_type": work.document_type, "document_id": document.pk, "document_number": document.number,
        "summary": figures.summary[:200], "amount": figures.amount, "counted_amount": found.counted,
        "categories": listed(labels.get(code, code) for code in sorted(figures.categories))[:200],
        "risk": figures.risk, "content_hash": hash_of_content(subject.transition.document, document.pk),
        "makers": Jsonb(sorted(map(str, makers))), "copied_to": asked_in_words(copied)[:200], "reminded_at": None,
    }  # fmt: skip


def withdraw_case(work: Work[Any, Any]) -> None:
    """A document taken back by its submitter is asked about no more."""
    subject = _subject(work)
    case = latest_case(subject.code, work.document.pk)
    if case is None or case.state != CaseState.RUNNING:
        return
    tasks = cases_with_tasks(work.document.company_id, [case.id])[case.id].tasks
    perform(ApprovalCaseDocument.withdraw, Command(case.id, reason=work.reason), actor=_consequence(work.actor))
    _lapse(work.actor, [task.id for task in tasks if task.state == TaskState.PENDING])


def go_on(work: TaskWork) -> None:
    """After one has agreed: whose turn it is, whose answer is not needed any more, and whether all have agreed."""
    case = work.facts.case
    standing = after(case.tasks, work.document.pk, TaskState.AGREED)
    answered(work, TaskState.AGREED)
    turn_to(work, case.id, standing, work.document.pk)
    if standing.is_agreed:
        perform(ApprovalCaseDocument.conclude, Command(case.id), actor=_consequence(work.actor))
    _lapse(work.actor, sorted(standing.lapsed))


def send_back(work: TaskWork) -> None:
    """After one has rejected, the case is over and the document goes back to where it may be edited."""
    case, actor = work.facts.case, _consequence(work.actor)
    asked = about(case.id)
    subject = subject_of(asked.subject)
    if subject is None:
        raise LookupError(f"no subject {asked.subject}")
    answered(work, TaskState.REJECTED)
    perform(ApprovalCaseDocument.reject, Command(case.id, reason=work.reason), actor=actor)
    perform(subject.send_back, Command(asked.document_id, reason=work.reason), actor=actor)
    pending = [task.id for task in case.tasks if task.state == TaskState.PENDING and task.id != work.document.pk]
    _lapse(work.actor, pending)


def hand_on(work: TaskWork) -> None:
    """Another of the same post answers in this one's place."""
    own = work.facts.own
    flow = replace(_flow_of(own), id=uuid7(), origin=own.origin if own.parent else Origin.TRANSFER.value,
                   state=TaskState.PENDING.value)  # fmt: skip
    _add(work, flow, TaskState.HANDED_ON, role=own.role)


def ask_first(work: TaskWork) -> None:
    """Another answers before this one does."""
    origin = Origin.DELEGATION if work.transition_name == ApprovalTaskDocument.delegate.name else Origin.BEFORE
    _add(work, _child(work.facts.own, origin), TaskState.PENDING, role=_role(work))
    work.set(is_open=False)


def ask_afterwards(work: TaskWork) -> None:
    """Another answers after this one has."""
    _add(work, _child(work.facts.own, Origin.AFTER), TaskState.PENDING, role=_role(work))


def _role(work: TaskWork) -> str:
    person = work.facts.next
    return (post_of_added(person, work.facts) if person is not None else None) or work.facts.own.role


def after_time(work: TaskWork) -> None:
    """Nobody answered in time: those who are asked are told, or a higher post may answer too."""
    task, own = work.document, work.facts.own
    if task.time_out == TimeOut.ESCALATE:
        key = uuid7()
        flow = replace(_flow_of(own), id=key, origin=own.origin if own.parent else Origin.ESCALATION.value)
        insert_task(work, NewTask(flow, _case_of(task), task.escalate_to, qualification=task.qualification),
                    is_open=True)  # fmt: skip
        people = holders(work, [task.escalate_to])
        words = message("{number} 超过审批时限，请您审批。", number=task.document_number)
    else:
        people = [own.person_id] if own.person_id else holders(work, [own.role])
        words = message("{number} 超过审批时限，请尽快审批。", number=task.document_number)
    tell(work, "approval_task", task.pk, str(words), people)


def remind(work: Work[ApprovalCase, CaseFacts]) -> None:
    """Those whose turn it is are told."""
    waiting = [task for task in work.facts.tasks if task.is_open]
    people = [task.person_id for task in waiting if task.person_id is not None]
    people += holders(work, [task.role for task in waiting if task.person_id is None])
    words = message("催办：{number} 等待您审批。", number=work.document.document_number)
    tell(work, "approval_case", work.document.pk, str(words), people)


def supersede_earlier(work: Work[ApprovalPolicy, PolicyFacts]) -> None:
    """A policy that binds from today on takes the place of those before it; one that is to come leaves them alone."""
    if work.facts.effective_from > site_today():
        return
    earlier = ApprovalPolicy.objects.filter(
        subject=work.facts.subject, state=PolicyState.IN_FORCE, effective_from__lte=work.facts.effective_from
    )
    keys = list(earlier.exclude(pk=work.document.pk).order_by("pk").values_list("pk", flat=True))
    ApprovalPolicy.objects.filter(pk__in=keys).update(successor_id=work.document.pk)
    for key in keys:
        perform(ApprovalPolicyDocument.supersede, Command(key), actor=_consequence(work.actor))


def _subject(work: Work[Any, Any]) -> ApprovalSubject:
    """The subject one of whose moves is under way."""
    moving = registry.document_types[work.document_type].transitions[work.transition_name]
    subject = subject_at(moving)
    if subject is None:
        raise LookupError(f"{work.document_type}.{work.transition_name} is no move of a subject")
    return subject


def _consequence(actor: Actor) -> Actor:
    """The right to an act is the right to what follows from it, whatever a token is limited to."""
    return replace(actor, token_scopes=None)


def _lapse(actor: Actor, keys: list[UUID]) -> None:
    for key in keys:
        perform(ApprovalTaskDocument.lapse, Command(key), actor=_consequence(actor))


def _flow_of(own: Asked) -> Asked:
    return Asked(own.id, own.step, own.turn, own.rule, own.seat, own.parent, own.origin, own.state)


def _child(own: Asked, origin: Origin) -> Asked:
    key = uuid7()
    return Asked(key, own.step, own.turn, StepRule.ALL.value, key, own.seat, origin.value, TaskState.PENDING.value)


def _case_of(task: ApprovalTask) -> dict[str, Any]:
    return {
        "case_id": task.case_id, "document_number": task.document_number,
        "summary": task.summary, "counted_amount": task.counted_amount, "subject_hash": task.subject_hash,
    }  # fmt: skip


def _add(work: TaskWork, flow: Asked, own_state: TaskState, *, role: str) -> None:
    """Writes the task of the person named next, which has come through all hands so far."""
    task, facts = work.document, work.facts
    standing = after(facts.case.tasks, task.pk, own_state, [flow])
    person = facts.next
    if person is None:
        raise LookupError(f"{task.number} names nobody")
    insert_task(work, NewTask(
        flow, _case_of(task), role, person.id, person.name,
        through=(*sorted(facts.through), work.actor.user_id, *((task.person_id,) if task.person_id else ())),
        through_names=listed(filter(None, [task.through_names, work.actor.name])),
        qualification=task.qualification, limit_hours=task.limit_hours, time_out=task.time_out,
        escalate_to=task.escalate_to,
    ), is_open=flow.id in standing.open)  # fmt: skip
    turn_to(work, facts.case.id, standing, task.pk)
