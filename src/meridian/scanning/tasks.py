"""The tasks of a scanner, each on one document: which it is, in which state it waits, who may do it, what ends it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext_lazy as _

from meridian.kernel import steps
from meridian.kernel.context import Actor
from meridian.kernel.declare import DocumentType, Transition
from meridian.kernel.findings import Finding, Refused, refusal
from meridian.kernel.messages import Text, listed, message
from meridian.kernel.models import Document
from meridian.kernel.permission import Grants
from meridian.scanning.vocabulary import ScanTask
from meridian.warehouse.documents import (
    GoodsReceiptDocument,
    InternalMoveDocument,
    PutawayDocument,
    ShipmentDocument,
)


@dataclass(frozen=True)
class TaskRules:
    """A task: the transition that ends it, from whose first source state it is done."""

    declared: type[DocumentType[Any, Any]]
    ends_with: Transition[Any, Any]
    finish_label: Text
    writes_draft: bool
    """Whether a scan is written into the document's lines; else it is counted in the scan book alone."""

    @property
    def state(self) -> str:
        """The state in which the document waits for the task."""
        return str(self.ends_with.source[0])

    @property
    def right(self) -> str:
        """The permission that lets a person do it: writing the draft, or what the task ends with."""
        return self.declared.permission("draft") if self.writes_draft else self.ends_with.permission

    @property
    def roles(self) -> Sequence[str]:
        """The posts that hold the right at installation."""
        return self.declared.drafted_by if self.writes_draft else self.ends_with.allowed_to


TASKS: Mapping[ScanTask, TaskRules] = {
    ScanTask.RECEIVE: TaskRules(GoodsReceiptDocument, GoodsReceiptDocument.receive, _("完成收货"), writes_draft=True),
    ScanTask.PUT_AWAY: TaskRules(PutawayDocument, PutawayDocument.put_away, _("完成上架"), writes_draft=True),
    ScanTask.MOVE: TaskRules(InternalMoveDocument, InternalMoveDocument.move, _("完成移库"), writes_draft=True),
    ScanTask.PICK: TaskRules(ShipmentDocument, ShipmentDocument.pick, _("完成拣货"), writes_draft=False),
    ScanTask.REVIEW: TaskRules(ShipmentDocument, ShipmentDocument.review, _("完成复核"), writes_draft=False),
}


def require_task(task: ScanTask, document: Document, grants: Grants, actor: Actor) -> None:
    """The document waits for this task (409) and the actor may do it (403), the second person included."""
    rules = TASKS[task]
    if document.state != rules.state:
        raise _not_waiting(rules, document)
    if not grants.allows(rules.right):
        raise refusal("permission_required", HTTPStatus.FORBIDDEN,
                      message("您没有“{action}”的权限；可由以下岗位办理：{roles}。", action=task.label,
                              roles=listed(rules.roles)),
                      owner=",".join(rules.roles))  # fmt: skip
    if grants.role_for(rules.right, document, rules.declared.scope) is None:
        raise steps.outside_scope(task.label)
    same_person = steps.second_person(rules.ends_with, document, actor)
    if same_person:
        raise refused_by(same_person, HTTPStatus.FORBIDDEN)


def _not_waiting(rules: TaskRules, document: Document) -> Refused:
    state = rules.declared.states(document.state).label
    if rules.writes_draft:
        evidence = message("{number} 处于“{state}”，内容已锁定；更正须另开单据。", number=document.number, state=state)
        return refusal("record_locked", HTTPStatus.CONFLICT, evidence)
    evidence = message(
        "{number} 处于“{state}”，不能{action}；只能从“{source}”进行。",
        number=document.number,
        state=state,
        action=rules.ends_with.label,
        source=rules.declared.states(rules.state).label,
    )
    return refusal("illegal_transition", HTTPStatus.CONFLICT, evidence)


def refused_by(findings: Sequence[Finding], status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY) -> Refused:
    """The refusal by what the engine's checks and the document's gates found; named by the first."""
    return Refused(findings[0].code, status, findings)
