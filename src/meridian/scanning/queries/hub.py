"""The hub: which tasks a person may do, and which documents wait for them within their data scope."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce

from meridian.kernel.context import Actor, in_company
from meridian.kernel.models import TransitionRecord
from meridian.kernel.permission import COMPANY_SCOPE, Grants, grants_of
from meridian.scanning.answers import HubDocument, HubTile
from meridian.scanning.tasks import TASKS, TaskRules
from meridian.scanning.vocabulary import ScanTask

SHOWN = 10
"""Documents shown on a tile; the oldest wait longest and come first."""
_ABOUT: Mapping[ScanTask, str] = {
    ScanTask.RECEIVE: "supplier__name",
    ScanTask.PUT_AWAY: "created_by_name",
    ScanTask.MOVE: "created_by_name",
    ScanTask.PICK: "customer_name",
    ScanTask.REVIEW: "customer_name",
}


def hub(*, actor: Actor) -> tuple[HubTile, ...]:
    """The tasks this person's posts do, in the order of a delivery's way; one statement for rights, one for a tile."""
    with in_company(actor.company_id):
        grants = grants_of(actor, [rules.right for rules in TASKS.values()])
        found = ((task, waiting_for(task, grants, actor)) for task in TASKS)
        return tuple(_tile(task, rows) for task, rows in found if rows is not None)


def waiting_for(task: ScanTask, grants: Grants, actor: Actor) -> QuerySet[Any] | None:
    """The documents that wait for this person to do a task; None when they may do it nowhere."""
    rules = TASKS[task]
    scope = _within(rules, grants)
    if scope is None:
        return None
    rows: QuerySet[Any] = rules.declared.model.objects.filter(scope, state=rules.state)
    if rules.ends_with.differs_from:
        before = [other.name for other in rules.ends_with.differs_from]
        mine = TransitionRecord.objects.filter(company_id=actor.company_id, document_id=OuterRef("pk"),
                                               transition__in=before, actor_id=actor.user_id)  # fmt: skip
        rows = rows.exclude(Exists(mine))
    return rows


def _within(rules: TaskRules, grants: Grants) -> Q | None:
    """The documents the right to the task reaches, as a filter."""
    condition = None
    for grant in grants.of(rules.right):
        if grant.scope_kind == COMPANY_SCOPE:
            return Q()
        if column := rules.declared.scope.get(grant.scope_kind):
            condition = (condition or Q()) | Q(**{column: grant.scope_id})
    return condition


def _tile(task: ScanTask, rows: QuerySet[Any]) -> HubTile:
    declared = TASKS[task].declared
    lines: Any = declared.lines.model if declared.lines else None
    of_document = lines.objects.filter(document_id=OuterRef("pk")).order_by().values("document_id")
    counted: list[tuple[UUID, str, str | None, int, int]] = list(
        rows.annotate(
            about=F(_ABOUT[task]),
            size=Coalesce(Subquery(of_document.annotate(size=Count("pk")).values("size")), 0),
            waiting=Window(Count("pk")),
        )
        .order_by("pk")
        .values_list("pk", "number", "about", "size", "waiting")[:SHOWN]
    )
    return HubTile(
        task=task,
        waiting=counted[0][4] if counted else 0,
        documents=tuple(HubDocument(document_id=key, number=number, about=about or "", lines=size)
                        for key, number, about, size, _waiting in counted),
    )  # fmt: skip
