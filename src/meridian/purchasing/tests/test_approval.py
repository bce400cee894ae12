"""Orders and those who must agree: bands, split orders, votes, four eyes."""

from collections.abc import Callable

import pytest

from meridian.approvals.documents import ApprovalTaskDocument
from meridian.inventory.models import SupplyDemand
from meridian.kernel.findings import Refused
from meridian.kernel.models import SignatureRecord
from meridian.organization.vocabulary import Role
from meridian.purchasing.documents import PurchaseOrderDocument
from meridian.purchasing.tests.approving import BUYER, FINANCE, HEAD, MANAGER, Approving, codes, new_approving

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Approving:
    return new_approving()


def refused(call: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value


def test_without_a_policy_an_order_is_released_from_draft_or_after_it_was_submitted() -> None:
    firm = new_approving(lines=None)
    assert firm.release(firm.buy("900000")).state == "released"
    order = firm.submitted("900000")
    assert firm.release(order).state == "released"


def test_an_order_in_the_free_band_is_released_from_draft(firm: Approving) -> None:
    assert firm.release(firm.buy("50000.00")).state == "released"


def test_an_order_above_the_free_band_waits_for_its_approver(firm: Approving) -> None:
    order = firm.buy("50000.01")
    found = refused(lambda: firm.release(order))
    assert (codes(found), found.findings[0].kind) == (["approval_agreed"], "must")
    assert found.findings[0].remedy is not None
    assert found.findings[0].remedy.transition == "submit"
    assert (firm.refused(order), firm.state(order)) == (["approval_agreed"], "draft")
    firm.submit(order)
    assert firm.states(order) == [("purchasing_manager", "pending", True)]
    waiting = refused(lambda: firm.release(order))
    assert (codes(waiting), waiting.findings[0].kind) == (["approval_agreed"], "wait")
    assert str(waiting.findings[0].evidence) == "等待 采购主管 审批 · 已 0 分钟"
    firm.agree(order, MANAGER)
    assert firm.case(order).state == "agreed"
    with firm.company.scope():
        assert not SupplyDemand.objects.filter(document_id=order).exists()
        signed = SignatureRecord.objects.get(document_id=firm.tasks(order)[0].pk)
    assert (signed.meaning, signed.signer_id) == ("approved", firm.company.actors[MANAGER].user_id)
    assert firm.release(order).state == "released"


def test_two_orders_of_60000_in_a_week_use_the_approvers_above_100000(firm: Approving) -> None:
    first, second = firm.submitted("60000"), firm.submitted("60000")
    assert [task.role for task in firm.tasks(first)] == ["purchasing_manager"]
    assert [(task.role, task.is_open) for task in firm.tasks(second)] == [
        ("finance_manager", True), ("enterprise_head", False),
    ]  # fmt: skip
    assert str(firm.case(second).counted_amount) == "120000.00"
    firm.agree(second, FINANCE)
    assert firm.states(second) == [("finance_manager", "agreed", False), ("enterprise_head", "pending", True)]
    firm.agree(second, HEAD)
    assert (firm.case(second).state, firm.release(second).state) == ("agreed", "released")


def test_two_small_orders_that_together_leave_the_free_band_are_not_both_free(firm: Approving) -> None:
    assert firm.release(firm.buy("30000")).state == "released"
    second = firm.buy("20000.01")
    assert codes(refused(lambda: firm.release(second))) == ["approval_agreed"]
    assert firm.release(firm.buy("20000")).state == "released"


def test_a_rejection_sends_the_order_back_and_a_changed_order_is_asked_about_anew(firm: Approving) -> None:
    order = firm.submitted("120000")
    task = firm.open(order, FINANCE)
    firm.company.perform(ApprovalTaskDocument.reject, task, role=FINANCE, reason="价格过高")
    assert (firm.state(order), firm.case(order).state) == ("draft", "rejected")
    assert firm.states(order) == [("finance_manager", "rejected", False), ("enterprise_head", "lapsed", False)]
    lines = [{"item": firm.item, "quantity": "1", "unit_price": "90000"}]
    firm.company.draft(PurchaseOrderDocument, {}, lines, role=BUYER, document_id=order)
    firm.submit(order)
    assert firm.states(order) == [("purchasing_manager", "pending", True)]


def test_agreement_holds_for_the_content_it_was_given_to(firm: Approving) -> None:
    order = firm.submitted("60000")
    firm.agree(order, MANAGER)
    firm.company.perform(PurchaseOrderDocument.send_back, order, role=MANAGER, reason="改价")
    lines = [{"item": firm.item, "quantity": "1", "unit_price": "61000"}]
    firm.company.draft(PurchaseOrderDocument, {}, lines, role=BUYER, document_id=order)
    found = refused(lambda: firm.release(order))
    assert codes(found) == ["approval_agreed"]
    assert "内容" in str(found.findings[0].evidence)
    lines = [{"item": firm.item, "quantity": "1", "unit_price": "60000"}]
    firm.company.draft(PurchaseOrderDocument, {}, lines, role=BUYER, document_id=order)
    assert firm.release(order).state == "released"  # the very content that was agreed to


def test_the_submitter_takes_the_order_back_and_nobody_else_does(firm: Approving) -> None:
    order = firm.submitted("60000")
    taken = PurchaseOrderDocument.withdraw_submission
    found = refused(lambda: firm.company.perform(taken, order, role=MANAGER))
    assert (codes(found), firm.state(order)) == (["submission_withdrawn_by_submitter"], "submitted")
    firm.company.perform(taken, order, role=BUYER)
    assert (firm.state(order), firm.case(order).state) == ("draft", "withdrawn")
    assert firm.states(order) == [("purchasing_manager", "lapsed", False)]


def test_an_order_under_approval_is_sent_back_only_by_a_vote(firm: Approving) -> None:
    order = firm.submitted("60000")
    found = refused(lambda: firm.company.perform(PurchaseOrderDocument.send_back, order, role=MANAGER, reason="改"))
    assert (codes(found), firm.state(order)) == (["approval_not_running"], "submitted")


def test_approver_is_not_maker__allows_another__refuses_who_wrote_or_submitted(firm: Approving) -> None:
    written = firm.buy("60000", role=MANAGER)
    firm.submit(written, role=BUYER)
    found = refused(lambda: firm.agree(written, MANAGER))
    assert codes(found) == ["approver_is_not_maker"]
    assert firm.states(written) == [("purchasing_manager", "pending", True)]
    assert firm.refused(firm.tasks(written)[0].pk) == ["approver_is_not_maker"]
    other = firm.submitted("40000.01")
    firm.agree(other, FINANCE)
    assert firm.tasks(other)[0].state == "agreed"


def test_approval_turn_reached__allows_the_first__refuses_the_second_before(firm: Approving) -> None:
    order = firm.submitted("120000")
    second = firm.tasks(order)[1].pk
    found = refused(lambda: firm.company.perform(ApprovalTaskDocument.agree, second, role=HEAD))
    assert (codes(found), found.findings[0].kind) == (["approval_turn_reached"], "wait")
    firm.agree(order, FINANCE)
    assert firm.company.perform(ApprovalTaskDocument.agree, second, role=HEAD).state == "agreed"


def test_approver_entitled__allows_the_post__refuses_another(firm: Approving) -> None:
    order = firm.submitted("60000")
    task = firm.open(order, MANAGER)
    found = refused(lambda: firm.company.perform(ApprovalTaskDocument.agree, task, role=FINANCE))
    assert (codes(found), firm.refused(task)) == (["approver_entitled"], ["approver_entitled"])
    assert firm.company.perform(ApprovalTaskDocument.agree, task, role=MANAGER).state == "agreed"


def test_whoever_has_no_right_to_agree_is_told_so(firm: Approving) -> None:
    order = firm.submitted("60000")
    task = firm.open(order, MANAGER)
    assert refused(lambda: firm.company.perform(ApprovalTaskDocument.agree, task, role=BUYER)).code == (
        "permission_required"
    )
    assert refused(lambda: firm.company.perform(ApprovalTaskDocument.agree, task, role=Role.KEEPER)).code == "not_found"
