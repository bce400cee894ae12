"""Before a post is granted: what one person could then do alone, computed from the declarations, nothing written."""

import re
from collections.abc import Iterable
from uuid import UUID

import pytest

from meridian.accounts.models import AccessChange
from meridian.accounts.simulation import Alone, Run, Seat, Separated, could_do_alone, new_steps
from meridian.kernel.context import in_company
from meridian.kernel.models import Act, Change, RoleAssignment
from meridian.kernel.registry import registry
from meridian.kernel.tests.engine_case import counted_statements
from meridian.kernel.values.identity import uuid7
from meridian.organization.services import SEPARATED, installed_rights
from tests.accounts.firm import Firm, access_change, new_firm

A, B = uuid7(), uuid7()
RULES = [Separated(first.value, second.value, reason) for first, second, reason in SEPARATED]


def alone(*seats: Seat) -> Alone:
    rights: dict[str, set[str]] = {}
    for role, right in installed_rights():
        rights.setdefault(role, set()).add(right)
    return could_do_alone(seats, rights, RULES, list(registry.document_types.values()))


def named(run: Run) -> list[str]:
    return [step.permission.partition(".")[2] for step in run.steps]


def run_of(runs: Iterable[Run], *documents: str) -> Run | None:
    return next((run for run in runs if run.documents == documents), None)


def at(role: str, kind: str, key: UUID) -> Seat:
    return Seat(role, kind, key)


def test_one_post_that_asks_and_another_that_approves_make_one_person_do_both() -> None:
    assert run_of(alone(Seat("quality_head")).within, "access_change") is None
    both = run_of(alone(Seat("system_admin"), Seat("quality_staff")).within, "access_change")
    assert both is not None
    assert "put_into_force_access_change" not in named(both), "approval differs from submission"
    assert named(both) == ["draft_access_change", "submit_access_change", "reject_access_change"]


def test_a_buyer_who_also_receives_and_inspects_handles_the_goods_from_order_to_release() -> None:
    way = ("purchase_order", "goods_receipt", "acceptance_inspection")
    buyer = alone(Seat("buyer"), Seat("receiver")).across
    assert not any(set(way) <= set(run.documents) for run in buyer)
    everything = alone(Seat("buyer"), Seat("purchasing_manager"), Seat("receiver"), Seat("inspector")).across
    found = [run for run in everything if set(way) <= set(run.documents)]
    assert found
    for run in found:
        order = [run.documents.index(code) for code in way]
        assert order == sorted(order), "goods follow the order, and their inspection follows the goods"
        assert set(way) <= {step.document for step in run.steps}


def test_posts_in_two_warehouses_never_meet_on_one_document_and_in_one_they_do() -> None:
    code = next(
        declared.code
        for declared in registry.document_types.values()
        if "warehouse" in declared.scope and len(declared.transitions) > 1 and declared.screen.flow
    )
    declared = registry.document_types[code]
    chain = [move.permission for move in declared.transitions.values() if not move.differs_from]
    rights = {"one": [declared.permission("draft")], "two": chain}
    types = [declared]
    apart = could_do_alone([at("one", "warehouse", A), at("two", "warehouse", B)], rights, (), types)
    together = could_do_alone([at("one", "warehouse", A), at("two", "warehouse", A)], rights, (), types)
    drafting = declared.permission("draft")
    assert not any(step.permission == drafting for run in apart.within for step in run.steps)
    assert any(step.permission == drafting for run in together.within for step in run.steps)


def test_a_pair_that_a_rule_separates_is_named_with_its_reason_and_the_engine_s_refusal() -> None:
    found = alone(Seat("keeper"), Seat("accountant"))
    assert [rule.reason for rule in found.conflicts] == ["会计不得兼管实物（会计法第三十五条）"]
    assert all(run.is_held_back for run in found.within if run.documents == ("putaway",))
    assert not alone(Seat("keeper")).conflicts


def test_only_rights_that_were_not_there_before_count_as_new() -> None:
    before = alone(Seat("buyer")).within
    after = run_of(alone(Seat("buyer"), Seat("purchasing_manager")).within, "purchase_order")
    assert after is not None
    assert all(right.startswith("purchasing.") for right in new_steps(after, before))
    assert not new_steps(after, [after])


@pytest.fixture
def firm() -> Firm:
    return new_firm()


@pytest.mark.django_db
def test_the_page_compares_with_today_and_writes_nothing(firm: Firm) -> None:
    client, person = firm.client("system_admin"), str(firm.user("keeper").pk)
    with in_company(firm.company_id):
        rows = Act.objects.count(), Change.objects.count(), RoleAssignment.objects.count()
    today = client.get("/people/simulate", {"person": person}).content.decode()
    assert "以下是今天的情形" in today
    later = client.get("/people/simulate", {"person": person, "role": "accountant", "scope": "company:"})
    html = later.content.decode()
    assert "会计不得兼管实物" in html
    assert "新增" in html
    assert "系统会拒绝其中的步骤" in html
    with in_company(firm.company_id):
        assert rows == (Act.objects.count(), Change.objects.count(), RoleAssignment.objects.count())


@pytest.mark.django_db
def test_what_is_tried_can_be_taken_back_one_by_one(firm: Firm) -> None:
    client, person = firm.client("auditor"), str(firm.user("keeper").pk)
    page = client.get("/people/simulate", {"person": person, "add": ["picker|company|", "reviewer|company|"]})
    removals = re.findall(r'class="m-chip set" href="([^"]+)"', page.content.decode())
    assert len(removals) == 2
    without = client.get(removals[0].replace("&amp;", "&")).content.decode()
    assert without.count('class="m-chip set"') == 1


@pytest.mark.django_db
def test_a_change_of_access_and_the_form_that_asks_for_it_lead_to_their_simulation(firm: Firm) -> None:
    client = firm.client("system_admin")
    form = client.get(f"/people/{firm.user('keeper').pk}/change/assign_role").content.decode()
    assert f"/people/simulate?person={firm.user('keeper').pk}" in form
    change = access_change(firm, role_code="accountant")
    page = client.get(f"/accounts/access-changes/{change}/").content.decode()
    found = re.search(r'href="(/people/simulate\?[^"]+)"', page)
    assert found is not None
    assert "会计不得兼管实物" in client.get(found[1].replace("&amp;", "&")).content.decode()
    with in_company(firm.company_id):
        assert AccessChange.objects.count() == 1


@pytest.mark.django_db
def test_a_right_more_for_a_post_is_shown_for_the_post_and_for_everybody_in_it(firm: Firm) -> None:
    client = firm.client("system_admin")
    right = "accounts.draft_access_change"
    html = client.get("/people/simulate", {"post": "quality_staff", "add": right}).content.decode()
    assert "在岗人员的变化" in html
    assert "质管员甲" in html.partition("在岗人员的变化")[2]
    assert "新增" in html


@pytest.mark.django_db
def test_strangers_other_companies_and_nonsense_get_nothing(firm: Firm) -> None:
    other = new_firm()
    assert firm.client("keeper").get("/people/simulate").status_code == 404
    client = firm.client("auditor")
    for wrong in (str(other.user("keeper").pk), "nobody"):
        assert client.get("/people/simulate", {"person": wrong}).status_code == 404
    assert client.get("/people/simulate", {"post": "nothing"}).status_code == 404
    odd = {"person": str(firm.user("keeper").pk), "add": ["x", "keeper|site|", f"keeper|site|{uuid7()}", "no|company|"]}
    assert 'class="m-chip set"' not in client.get("/people/simulate", odd).content.decode()


@pytest.mark.django_db
def test_statements_do_not_grow_with_what_is_tried(firm: Firm) -> None:
    client, person = firm.client("auditor"), str(firm.user("keeper").pk)
    posts = [f"{code}|company|" for code in ("picker", "reviewer", "buyer", "inspector")]
    client.get("/people/simulate", {"person": person})
    with counted_statements() as one:
        client.get("/people/simulate", {"person": person, "add": posts[:1]})
    with counted_statements() as four:
        client.get("/people/simulate", {"person": person, "add": posts})
    assert len(one) == len(four) <= 25
