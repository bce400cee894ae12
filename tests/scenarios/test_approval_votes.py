"""Handing on, asking another first or afterwards, absence, time limits, and orders submitted in the same instant."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from meridian.approvals.documents import (
    AbsenceDocument,
    ApprovalCaseDocument,
    ApprovalPolicyDocument,
    ApprovalTaskDocument,
)
from meridian.approvals.jobs import follow_up
from meridian.approvals.models import ApprovalTask
from meridian.approvals.queries import site_today
from meridian.kernel.act import open_act
from meridian.kernel.context import Actor
from meridian.kernel.findings import Refused
from meridian.kernel.tests.engine_case import in_threads
from meridian.organization.vocabulary import Role
from meridian.purchasing.documents import PurchaseOrderDocument
from meridian.purchasing.tests.approving import (
    BUYER,
    FINANCE,
    FREE,
    HEAD,
    MANAGER,
    MIDDLE,
    Approving,
    another,
    codes,
    draft_policy,
    new_approving,
    username,
)
from meridian.workspace.messages import messages_of

pytestmark = pytest.mark.django_db
TASK = ApprovalTaskDocument


def refused(call: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value


def as_person(firm: Approving, role: Role, person: Actor) -> Approving:
    """The same firm, in which another person holds a post."""
    actors = {**firm.company.actors, role: person}
    company = type(firm.company)(firm.company.set_up, actors)
    return Approving(company, firm.supplier, firm.item)


@pytest.fixture
def firm() -> Approving:
    return new_approving()


def test_a_task_handed_on_is_answered_by_the_next_and_not_by_the_first(firm: Approving) -> None:
    order = firm.submitted("60000")
    task, second = firm.open(order, MANAGER), another(firm.company, MANAGER)
    firm.name_next(task, MANAGER, second)
    firm.company.perform(TASK.transfer, task, role=MANAGER)
    [gone, following] = firm.tasks(order)
    assert (gone.state, following.origin, following.person_id) == ("handed_on", "transfer", second.user_id)
    found = refused(lambda: firm.company.perform(TASK.agree, following.pk, role=MANAGER))
    assert codes(found) == ["approver_entitled"]
    as_person(firm, MANAGER, second).agree(order, MANAGER)
    assert firm.case(order).state == "agreed"


def test_next_approver_holds_same_post__allows_it__refuses_another_post_and_nobody(firm: Approving) -> None:
    order = firm.submitted("60000")
    task = firm.open(order, MANAGER)
    found = refused(lambda: firm.company.perform(TASK.transfer, task, role=MANAGER))
    assert codes(found) == ["next_approver_named"]
    firm.name_next(task, MANAGER, firm.company.actors[FINANCE])
    found = refused(lambda: firm.company.perform(TASK.transfer, task, role=MANAGER))
    assert codes(found) == ["next_approver_holds_same_post"]
    assert [each.state for each in firm.tasks(order)] == ["pending"]
    firm.name_next(task, MANAGER, another(firm.company, MANAGER))
    assert firm.company.perform(TASK.transfer, task, role=MANAGER).state == "handed_on"


def test_four_eyes_hold_when_the_maker_hands_the_task_on(firm: Approving) -> None:
    order = firm.buy("60000", role=MANAGER)
    firm.submit(order)
    task, second = firm.open(order, MANAGER), another(firm.company, MANAGER)
    firm.name_next(task, MANAGER, second)
    firm.company.perform(TASK.transfer, task, role=MANAGER)
    other = as_person(firm, MANAGER, second)
    found = refused(lambda: other.agree(order, MANAGER))
    assert (codes(found), firm.case(order).state) == (["approver_is_not_maker"], "running")


def test_a_delegate_answers_first_and_the_task_comes_back(firm: Approving) -> None:
    order = firm.submitted("60000")
    task, second = firm.open(order, MANAGER), another(firm.company, MANAGER)
    firm.name_next(task, MANAGER, second)
    firm.company.perform(TASK.delegate, task, role=MANAGER)
    assert [(each.origin, each.is_open) for each in firm.tasks(order)] == [("policy", False), ("delegation", True)]
    assert codes(refused(lambda: firm.company.perform(TASK.agree, task, role=MANAGER))) == ["approval_turn_reached"]
    as_person(firm, MANAGER, second).agree(order, MANAGER)
    assert (firm.case(order).state, firm.open(order, MANAGER)) == ("running", task)
    firm.agree(order, MANAGER)
    assert firm.case(order).state == "agreed"


def test_a_signer_added_afterwards_is_asked_when_the_first_has_agreed(firm: Approving) -> None:
    order = firm.submitted("60000")
    task = firm.open(order, MANAGER)
    firm.name_next(task, MANAGER, firm.company.actors[FINANCE])
    firm.company.perform(TASK.add_after, task, role=MANAGER)
    firm.agree(order, MANAGER)
    assert firm.states(order) == [("purchasing_manager", "agreed", False), ("finance_manager", "pending", True)]
    firm.agree(order, FINANCE)
    assert firm.case(order).state == "agreed"


def test_added_approver_holds_a_post__allows_an_approver__refuses_the_maker(firm: Approving) -> None:
    order = firm.submitted("60000")
    task = firm.open(order, MANAGER)
    firm.name_next(task, MANAGER, firm.company.actors[BUYER])
    found = refused(lambda: firm.company.perform(TASK.add_before, task, role=MANAGER))
    assert codes(found) == ["added_approver_holds_a_post"]
    firm.name_next(task, MANAGER, firm.company.actors[HEAD])
    firm.company.perform(TASK.add_before, task, role=MANAGER)
    assert firm.states(order) == [("purchasing_manager", "pending", False), ("enterprise_head", "pending", True)]


def test_one_of_two_is_enough_where_the_step_says_so() -> None:
    either = [
        {**MIDDLE, "amount_to": None, "rule": "any", "role": role} for role in ("finance_manager", "sales_manager")
    ]
    firm = new_approving([FREE, *either])
    order = firm.submitted("60000")
    firm.agree(order, FINANCE)
    assert firm.states(order) == [("finance_manager", "agreed", False), ("sales_manager", "lapsed", False)]
    assert firm.case(order).state == "agreed"


def test_delegate_holds_same_post__allows_it__refuses_another_post(firm: Approving) -> None:
    day = str(site_today())
    fields = {"role": "finance_manager", "first_day": day, "last_day": day}

    def away(delegate: Actor) -> object:
        named = {**fields, "delegate_username": username(firm.company, delegate)}
        made = firm.company.draft(AbsenceDocument, named, role=FINANCE)
        return firm.company.perform(AbsenceDocument.begin, made.document_id, role=FINANCE).state

    assert codes(refused(lambda: away(firm.company.actors[HEAD]))) == ["delegate_holds_same_post"]
    assert away(another(firm.company, FINANCE)) == "in_force"


def test_who_stands_in_for_a_named_person_agrees_in_their_name(firm: Approving) -> None:
    named = {**MIDDLE, "amount_to": None, "role": "finance_manager",
             "username": username(firm.company, firm.company.actors[FINANCE])}  # fmt: skip
    policy = draft_policy(firm.company, [FREE, named])
    firm.company.perform(ApprovalPolicyDocument.check, policy, role=Role.SYSTEM_ADMIN)
    firm.company.perform(ApprovalPolicyDocument.put_into_force, policy, role=HEAD)
    order, second = firm.submitted("60000"), another(firm.company, FINANCE)
    other = as_person(firm, FINANCE, second)
    assert codes(refused(lambda: other.agree(order, FINANCE))) == ["approver_entitled"]
    day = str(site_today())
    made = firm.company.draft(AbsenceDocument, {"role": "finance_manager", "first_day": day, "last_day": day,
                              "delegate_username": username(firm.company, second)}, role=FINANCE)  # fmt: skip
    firm.company.perform(AbsenceDocument.begin, made.document_id, role=FINANCE)
    other.agree(order, FINANCE)
    [task] = firm.tasks(order)
    assert (task.voted_by_name, task.behalf_of_name) == (second.name, firm.company.actors[FINANCE].name)


def test_policy_leaves_no_gap__allows_all_amounts__refuses_a_stretch_without_an_answer(firm: Approving) -> None:
    made = draft_policy(firm.company, [FREE, {**MIDDLE, "amount_over": "60000", "amount_to": None}])
    check = ApprovalPolicyDocument.check
    found = refused(lambda: firm.company.perform(check, made, role=Role.SYSTEM_ADMIN))
    assert (codes(found), firm.refused(made)) == (["policy_leaves_no_gap"], ["policy_leaves_no_gap"])
    whole = draft_policy(firm.company, [FREE, {**MIDDLE, "amount_to": None}])
    assert firm.company.perform(check, whole, role=Role.SYSTEM_ADMIN).state == "checked"


def test_policy_begins_no_earlier_than_today__allows_today__refuses_the_day_before(firm: Approving) -> None:
    check = ApprovalPolicyDocument.check
    late = draft_policy(firm.company, day=str(site_today() - timedelta(days=1)))
    found = refused(lambda: firm.company.perform(check, late, role=Role.SYSTEM_ADMIN))
    assert codes(found) == ["policy_begins_no_earlier_than_today"]
    now = draft_policy(firm.company, day=str(site_today()))
    assert firm.company.perform(check, now, role=Role.SYSTEM_ADMIN).state == "checked"


def test_a_running_case_keeps_the_steps_it_began_with(firm: Approving) -> None:
    order = firm.submitted("60000")
    policy = draft_policy(firm.company, [{"amount_over": "0", "rule": "all", "role": "enterprise_head"}])
    firm.company.perform(ApprovalPolicyDocument.check, policy, role=Role.SYSTEM_ADMIN)
    firm.company.perform(ApprovalPolicyDocument.put_into_force, policy, role=HEAD)
    firm.agree(order, MANAGER)
    assert firm.release(order).state == "released"
    assert [task.role for task in firm.tasks(firm.submitted("1"))] == ["enterprise_head"]


def test_reminder_rests_an_hour__allows_the_first__refuses_the_next(firm: Approving) -> None:
    case = firm.case(firm.submitted("60000")).pk
    firm.company.perform(ApprovalCaseDocument.remind, case, role=BUYER)
    with firm.company.scope():
        told = messages_of(firm.company.actors[MANAGER].user_id, unread=True)
    assert [(each.document_type, each.by) for each in told] == [("approval_case", firm.company.actors[BUYER].name)]
    found = refused(lambda: firm.company.perform(ApprovalCaseDocument.remind, case, role=BUYER))
    assert codes(found) == ["reminder_rests_an_hour"]


def test_what_nobody_answered_in_time_goes_to_a_higher_post_as_well_once() -> None:
    timed = {**MIDDLE, "amount_to": None, "limit_hours": "2", "time_out": "escalate", "escalate_to": "enterprise_head"}
    firm = new_approving([FREE, timed])
    order = firm.submitted("60000")
    assert (follow_up(), len(firm.tasks(order))) == ("0", 1)
    with open_act(firm.company.set_up.system):
        for task in ApprovalTask.objects.filter(is_open=True):
            ApprovalTask.objects.filter(pk=task.pk).update(due_at=task.due_at - timedelta(hours=3))
    assert (follow_up(), follow_up()) == ("1", "0")
    assert firm.states(order) == [("purchasing_manager", "pending", True), ("enterprise_head", "pending", True)]
    firm.agree(order, HEAD)
    assert firm.states(order) == [("purchasing_manager", "lapsed", False), ("enterprise_head", "agreed", False)]
    assert firm.case(order).state == "agreed"


@pytest.mark.django_db(transaction=True)
def test_two_orders_submitted_in_the_same_instant_do_not_overlook_each_other() -> None:
    firm = new_approving()
    orders = [firm.buy("60000"), firm.buy("60000")]
    submit = PurchaseOrderDocument.submit
    in_threads([lambda order=order: firm.company.perform(submit, order, role=BUYER) for order in orders])  # type: ignore[misc]
    asked = sorted([task.role for task in firm.tasks(order)] for order in orders)
    assert asked == [["finance_manager", "enterprise_head"], ["purchasing_manager"]]
