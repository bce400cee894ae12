"""W4, second half: two orders of 60,000 to one supplier in a week use the approvers above 100,000, by page and API."""

import re
from uuid import UUID

import pytest

from meridian.kernel.models import SignatureRecord
from meridian.organization.vocabulary import Role
from meridian.purchasing.tests.approving import BUYER, FINANCE, HEAD, MANAGER, Approving, new_approving
from tests.scenarios.people import Person

pytestmark = pytest.mark.django_db
ORDERS, TASKS, CASES = "purchasing/purchase-orders", "approvals/approval-tasks", "approvals/approval-cases"


@pytest.fixture
def firm() -> Approving:
    return new_approving()


def ordered(firm: Approving, buyer: Person) -> UUID:
    """An order of 60,000 over the API."""
    header = {"supplier": firm.supplier, "ordered_on": "2026-11-20", "promised_on": "2099-12-31"}
    return buyer.creates(ORDERS, header, [{"item": firm.item, "quantity": "1000", "unit_price": "60"}])


def test_w4_over_the_api(firm: Approving) -> None:
    buyer, manager = Person(firm, BUYER), Person(firm, MANAGER)
    first, second = ordered(firm, buyer), ordered(firm, buyer)
    buyer.moves(ORDERS, first, "submit")
    buyer.moves(ORDERS, second, "submit")
    answer = manager.asks(ORDERS, second, "release")
    assert answer.status_code == 422
    [found] = answer.json()["findings"]
    assert (found["code"], found["kind"]) == ("approval_agreed", "wait")
    assert found["evidence"].startswith("等待 财务主管 审批")
    assert manager.reads(CASES, firm.case(second).pk)["header"]["counted_amount"] == "120000"

    manager.moves(TASKS, firm.open(first, MANAGER), "agree")
    manager.moves(ORDERS, first, "release")
    for role in (FINANCE, HEAD):
        Person(firm, role).moves(TASKS, firm.open(second, role), "agree")
    manager.moves(ORDERS, second, "release")
    assert (firm.state(first), firm.state(second)) == ("released", "released")
    signers = [firm.company.actors[role].user_id for role in (FINANCE, HEAD)]
    with firm.company.scope():
        signed = SignatureRecord.objects.filter(document_id__in=[task.pk for task in firm.tasks(second)])
        assert list(signed.order_by("at").values_list("signer_id", flat=True)) == signers


def test_w4_by_pages(firm: Approving) -> None:
    buyer, manager, head = Person(firm, BUYER), Person(firm, MANAGER), Person(firm, HEAD)
    first, second = firm.submitted("60000"), firm.buy("60000")
    blocked = manager.sees(ORDERS, second)
    assert "与同一往来单位 7 天内的单据合计 120000，须由 财务主管、企业负责人 审批。" in blocked
    assert re.search(rf'href="/{ORDERS}/{second}/submit"', blocked)
    assert buyer.presses(ORDERS, second, "submit") in (302, 303)
    assert "等待 财务主管 审批 · 已 0 分钟" in manager.sees(ORDERS, second)
    assert f"/{CASES}/{firm.case(second).pk}/" in manager.sees(ORDERS, second)

    last = firm.tasks(second)[1].pk
    assert "等待 财务主管 先审批。" in head.sees(TASKS, last)
    assert Person(firm, FINANCE).presses(TASKS, firm.open(second, FINANCE), "agree") in (302, 303)
    assert head.presses(TASKS, last, "agree") in (302, 303)
    assert manager.presses(ORDERS, second, "release") in (302, 303)
    assert (firm.state(first), firm.state(second), firm.case(second).state) == ("submitted", "released", "agreed")


def test_who_may_not_read_approvals_finds_none(firm: Approving) -> None:
    order = firm.submitted("60000")
    keeper = Person(firm, Role.KEEPER)
    assert keeper.client.get(f"/api/v1/{TASKS}/{firm.tasks(order)[0].pk}").status_code in (403, 404)
