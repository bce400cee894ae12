"""Every state of policies, absences, cases and tasks × every transition × who may and who may not."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from meridian.approvals.documents import (
    AbsenceDocument,
    ApprovalCaseDocument,
    ApprovalPolicyDocument,
    ApprovalTaskDocument,
)
from meridian.approvals.vocabulary import APPROVERS, SUBMITTERS
from meridian.organization.vocabulary import Role
from meridian.purchasing.documents import PurchaseOrderDocument
from meridian.purchasing.tests.approving import (
    BUYER,
    HEAD,
    POSTS,
    Approving,
    another,
    draft_policy,
    new_approving,
    put_into_force,
    username,
)
from meridian.warehouse.tests.lifecycles import Lifecycle, departures, moved

pytestmark = pytest.mark.django_db
POLICY, ABSENCE, CASE, TASK = ApprovalPolicyDocument, AbsenceDocument, ApprovalCaseDocument, ApprovalTaskDocument
ADMIN = Role.SYSTEM_ADMIN
HUGE = "5000001"
BY_THE_HEAD = (
    {"amount_over": "0", "amount_to": "5000000", "rule": "nobody"},
    {"amount_over": "5000000", "rule": "all", "role": "enterprise_head"},
)
"""Only an order above five millions is asked about, by the head of the enterprise; whatever else is bought goes on."""


@pytest.fixture(scope="module")
def firm(django_db_setup: None, django_db_blocker: Any) -> Approving:
    """One committed house for all cases: every case makes documents of its own."""
    with django_db_blocker.unblock():
        return new_approving(BY_THE_HEAD, split_days=0)


def pending(firm: Approving) -> UUID:
    """A task of the head, who has named another head to hand it to."""
    task = firm.open(firm.submitted(HUGE), HEAD)
    firm.name_next(task, HEAD, another(firm.company, HEAD))
    return task


def answered(firm: Approving, transition: Any) -> UUID:
    return moved(firm.company, pending(firm), (transition, HEAD))


def withdrawn(firm: Approving) -> UUID:
    order = firm.submitted(HUGE)
    moved(firm.company, order, (PurchaseOrderDocument.withdraw_submission, BUYER))
    return order


def case_of(firm: Approving, task: UUID) -> UUID:
    with firm.company.scope():
        found: UUID = TASK.model.objects.get(pk=task).case_id
        return found


def absent(firm: Approving) -> UUID:
    """The head's own absence, with another head to stand in."""
    fields = {"role": "enterprise_head", "delegate_username": username(firm.company, another(firm.company, HEAD)),
              "first_day": "2026-01-01", "last_day": "2099-12-31"}  # fmt: skip
    return firm.company.draft(ABSENCE, fields, role=HEAD).document_id


def makers(firm: Approving) -> dict[str, Mapping[str, Any]]:
    """A fresh record in each state; the policy in force comes last of its kind and stays."""
    company = firm.company
    draft = partial(draft_policy, company, BY_THE_HEAD, split_days=0)
    in_force = partial(put_into_force, company, BY_THE_HEAD, split_days=0)
    lapsed = lambda: firm.tasks(withdrawn(firm))[0].pk  # noqa: E731
    return {
        "approval_policy": {
            "draft": draft,
            "checked": lambda: moved(company, draft(), (POLICY.check, ADMIN)),
            "superseded": lambda: (in_force(), in_force())[0],
            "in_force": in_force,
        },
        "absence": {
            "draft": partial(absent, firm),
            "in_force": lambda: moved(company, absent(firm), (ABSENCE.begin, HEAD)),
            "ended": lambda: moved(company, absent(firm), (ABSENCE.end, HEAD)),
        },
        "approval_case": {
            "running": lambda: case_of(firm, pending(firm)),
            "agreed": lambda: case_of(firm, answered(firm, TASK.agree)),
            "rejected": lambda: case_of(firm, answered(firm, TASK.reject)),
            "withdrawn": lambda: firm.case(withdrawn(firm)).pk,
        },
        "approval_task": {
            "pending": partial(pending, firm),
            "agreed": lambda: answered(firm, TASK.agree),
            "rejected": lambda: answered(firm, TASK.reject),
            "handed_on": lambda: answered(firm, TASK.transfer),
            "lapsed": lapsed,
        },
    }


def lifecycles(firm: Approving) -> dict[str, Lifecycle]:
    made = makers(firm)
    approvers = {Role(code) for code in APPROVERS}
    everybody = approvers | {Role(code) for code in SUBMITTERS}
    return {
        "approval_policy": Lifecycle(
            POLICY, made["approval_policy"],
            {
                ("draft", "check"): "checked", ("checked", "put_into_force"): "in_force",
                ("checked", "return_to_draft"): "draft", ("in_force", "supersede"): "policy_has_successor",
                ("in_force", "retire"): "superseded",
            },
            {"check": {ADMIN}, "put_into_force": {HEAD}, "return_to_draft": {ADMIN, HEAD}, "supersede": {HEAD},
             "retire": {HEAD}},
        ),
        "absence": Lifecycle(
            ABSENCE, made["absence"],
            {("draft", "begin"): "in_force", ("draft", "end"): "ended", ("in_force", "end"): "ended"},
            {"begin": approvers, "end": approvers},
        ),
        "approval_case": Lifecycle(
            CASE, made["approval_case"],
            {
                ("running", "remind"): "running", ("running", "conclude"): "approval_steps_agreed",
                ("running", "reject"): "approval_rejected_by_vote", ("running", "withdraw"): "withdrawn",
            },
            dict.fromkeys(("remind", "conclude", "reject", "withdraw"), everybody),
        ),
        "approval_task": Lifecycle(
            TASK, made["approval_task"],
            {
                ("pending", "agree"): "agreed", ("pending", "reject"): "rejected",
                ("pending", "transfer"): "handed_on", ("pending", "delegate"): "pending",
                ("pending", "add_before"): "pending", ("pending", "add_after"): "pending",
                ("pending", "time_out"): "approval_overdue", ("pending", "lapse"): "approval_answer_needless",
            },
            {**dict.fromkeys(("agree", "reject", "transfer", "delegate", "add_before", "add_after"), approvers),
             "time_out": everybody, "lapse": everybody},
        ),
    }  # fmt: skip


def cases() -> Iterator[Any]:
    for declared in (POLICY, ABSENCE, CASE, TASK):
        for state in declared.states.values:
            yield pytest.param(declared.code, state, id=f"{declared.code}-{state}")


@pytest.mark.parametrize(("code", "state"), list(cases()))
def test_lifecycle(firm: Approving, code: str, state: str) -> None:
    lifecycle = lifecycles(firm)[code]
    declared = lifecycle.declared
    assert (set(lifecycle.makers), set(lifecycle.may)) == (set(declared.states.values), set(declared.transitions))
    assert departures(firm.company, lifecycle, state, (*POSTS, Role.KEEPER)) == []


def test_the_policy_put_into_force_supersedes_the_one_before(firm: Approving) -> None:
    first = put_into_force(firm.company, BY_THE_HEAD, split_days=0)
    second = put_into_force(firm.company, BY_THE_HEAD, split_days=0)
    with firm.company.scope():
        states = dict(POLICY.model.objects.filter(pk__in=[first, second]).values_list("pk", "state"))
    assert states == {first: "superseded", second: "in_force"}
