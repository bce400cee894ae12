"""Figures the company may set: asked by one person, signed by another, and then what the rules go by."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from meridian.accounts.signing_in import BACKEND
from meridian.kernel.findings import Refused
from meridian.kernel.models import RefusalRecord, User
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.organization.vocabulary import Role
from meridian.parameters.documents import ParameterChangeDocument
from meridian.parameters.models import ParameterChange, ParameterValue
from meridian.parameters.queries import values_in_force
from meridian.parameters.vocabulary import ChangeState, Parameter, parameters
from meridian.warehouse.tests.lifecycles import Lifecycle, departures, moved
from meridian.warehouse.vocabulary import LATE_ENTRY_DAYS
from tests.scenarios.clock import YEAR, site_clock
from tests.scenarios.test_w11_late_entry import Story, at, refused

pytestmark = pytest.mark.django_db

ROLES = (Role.SYSTEM_ADMIN, Role.WAREHOUSE_MANAGER, Role.QUALITY_HEAD, Role.FINANCE_MANAGER, Role.KEEPER, Role.AUDITOR)
SUBMIT, SIGN, REJECT = (
    ParameterChangeDocument.submit, ParameterChangeDocument.put_into_force, ParameterChangeDocument.reject,
)  # fmt: skip
ASKED = {"parameter_code": LATE_ENTRY_DAYS.code, "value": "3", "justification": "月末结账前核对频率提高"}


@pytest.fixture
def company() -> CompanyForTests:
    return new_company(ROLES)


def change(company: CompanyForTests, **fields: Any) -> UUID:
    made = company.draft(ParameterChangeDocument, {**ASKED, **fields}, role=Role.WAREHOUSE_MANAGER)
    return made.document_id


def signed(company: CompanyForTests, document: UUID) -> UUID:
    return moved(company, document, (SUBMIT, Role.WAREHOUSE_MANAGER), (SIGN, Role.QUALITY_HEAD))


def in_force(company: CompanyForTests) -> int:
    with company.scope():
        return values_in_force(LATE_ENTRY_DAYS, [company.set_up.site_id])[company.set_up.site_id]


def refusals(company: CompanyForTests, document: UUID) -> list[str]:
    with company.scope():
        return [each["code"] for row in RefusalRecord.objects.filter(document_id=document) for each in row.findings]


def test_a_signed_change_holds_from_then_on_and_keeps_what_held_before(company: CompanyForTests) -> None:
    assert in_force(company) == 7
    first = signed(company, change(company))
    assert in_force(company) == 3
    second = signed(company, change(company, value="5"))
    with company.scope():
        kept = dict(ParameterChange.objects.values_list("pk", "value_before"))
        row = ParameterValue.objects.get()
    assert kept == {first: 7, second: 3}
    assert (row.value, row.change_id, row.set_by_name) == (5, second, "质量负责人甲")


def test_what_one_company_sets_binds_no_other(company: CompanyForTests) -> None:
    signed(company, change(company))
    assert in_force(new_company(ROLES)) == 7


def test_parameter_within_bounds__allows_both_ends__refuses_one_beyond(company: CompanyForTests) -> None:
    for value, is_allowed in ((0, False), (1, True), (31, True), (32, False)):
        document = change(company, value=str(value))
        if is_allowed:
            signed(company, document)
            assert in_force(company) == value
        else:
            before = in_force(company)
            assert refused(company.perform, SUBMIT, document, role=Role.WAREHOUSE_MANAGER) == [
                "parameter_within_bounds"
            ]
            assert (in_force(company), refusals(company, document)) == (before, ["parameter_within_bounds"])


def test_parameter_known__refuses_an_unknown_code_and_a_site_of_another_company(company: CompanyForTests) -> None:
    for fields in ({"parameter_code": "warehouse.no_such"}, {"scope_site_id": str(uuid4())},
                   {"scope_site_id": str(new_company(ROLES).set_up.site_id)}):  # fmt: skip
        document = change(company, **fields)
        assert refused(company.perform, SUBMIT, document, role=Role.WAREHOUSE_MANAGER) == ["parameter_known"]
        assert refusals(company, document) == ["parameter_known"]
    signed(company, change(company, scope_site_id=str(company.set_up.site_id)))


def test_parameter_differs__refuses_what_holds_already__also_at_the_signature(company: CompanyForTests) -> None:
    same = change(company, value="7")
    assert refused(company.perform, SUBMIT, same, role=Role.WAREHOUSE_MANAGER) == ["parameter_differs"]
    one, other = change(company), change(company)
    for document in (one, other):
        company.perform(SUBMIT, document, role=Role.WAREHOUSE_MANAGER)
    company.perform(SIGN, one, role=Role.QUALITY_HEAD)
    assert refused(company.perform, SIGN, other, role=Role.QUALITY_HEAD) == ["parameter_differs"]


def test_parameter_signer_authorised__refuses_a_post_the_parameter_does_not_name(company: CompanyForTests) -> None:
    document = moved(company, change(company), (SUBMIT, Role.WAREHOUSE_MANAGER))
    assert refused(company.perform, SIGN, document, role=Role.FINANCE_MANAGER) == ["parameter_signer_authorised"]
    assert (in_force(company), refusals(company, document)) == (7, ["parameter_signer_authorised"])
    company.perform(SIGN, document, role=Role.QUALITY_HEAD)
    assert in_force(company) == 3


def test_nobody_signs_what_he_submitted(company: CompanyForTests) -> None:
    made = company.draft(ParameterChangeDocument, ASKED, role=Role.QUALITY_HEAD).document_id
    company.perform(SUBMIT, made, role=Role.QUALITY_HEAD)
    with pytest.raises(Refused) as caught:
        company.perform(SIGN, made, role=Role.QUALITY_HEAD)
    assert caught.value.code == "second_person_required"
    assert in_force(company) == 7


def makers(company: CompanyForTests) -> dict[str, Any]:
    submitted = lambda: moved(company, change(company), (SUBMIT, Role.WAREHOUSE_MANAGER))  # noqa: E731
    return {
        "draft": lambda: change(company),
        "submitted": submitted,
        "in_force": lambda: moved(company, submitted(), (SIGN, Role.QUALITY_HEAD)),
        "rejected": lambda: moved(company, submitted(), (REJECT, Role.QUALITY_HEAD)),
    }


@pytest.mark.parametrize("state", ChangeState.values)
def test_every_state_by_every_move(company: CompanyForTests, state: str) -> None:
    askers = {Role.SYSTEM_ADMIN, Role.WAREHOUSE_MANAGER, Role.QUALITY_HEAD, Role.FINANCE_MANAGER}
    signers = {Role.QUALITY_HEAD, Role.FINANCE_MANAGER}
    lifecycle = Lifecycle(
        declared=ParameterChangeDocument,
        makers=makers(company),
        legal={
            ("draft", "submit"): "submitted",
            ("submitted", "put_into_force"): "parameter_signer_authorised",  # the first of its signers by name
            ("submitted", "reject"): "rejected",
        },
        may={"submit": askers, "put_into_force": signers, "reject": signers},
    )
    assert departures(company, lifecycle, state, ROLES) == []


def test_late_entry_in_window__goes_by_what_is_set__and_by_the_site_first() -> None:
    story = Story()
    company, site = story.inbound.company, story.inbound.company.set_up.site_id
    site_clock(YEAR, 8, 9, 10, 0)
    signed(company, change(company))
    assert refused(story.enter, story.late(at(5, 23))) == ["late_entry_in_window"]  # four days ago, three allowed
    signed(company, change(company, scope_site_id=str(site), value="4"))
    story.enter(story.late(at(5, 0)))


def test_the_page_says_what_each_figure_does_and_who_set_it_last(company: CompanyForTests) -> None:
    client = Client()
    user = User.objects.get(pk=company.actors[Role.WAREHOUSE_MANAGER].user_id)
    client.force_login(user, backend=BACKEND)
    page = client.get("/settings/").content.decode()
    assert all(str(each.label) in page and str(each.effect) in page for each in parameters())
    assert "从未变更" in page
    document = signed(company, change(company))
    page = client.get("/settings/", {"section": "warehouse", "q": "补录"}).content.decode()
    assert "3 天" in page
    assert f"/parameters/parameter-changes/{document}/" in page
    assert "没有符合的参数" in client.get("/settings/", {"q": "没有这个参数"}).content.decode()
    client.force_login(User.objects.get(pk=company.actors[Role.KEEPER].user_id), backend=BACKEND)
    assert client.get("/settings/").status_code == 404


def test_every_parameter_lies_within_its_own_bounds() -> None:
    def faulty(each: Parameter) -> bool:
        return not each.least <= each.default <= each.most or not each.signed_by

    assert [each.code for each in parameters() if faulty(each)] == []
