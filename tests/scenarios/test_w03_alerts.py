"""W3: before a supplier's licence expires its alert is raised at 90, 60, 30 and 7 days, to a named owner."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet

from meridian.alerts.models import Alert, Telling
from meridian.alerts.watching import watch
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.organization.vocabulary import Role
from meridian.parties.documents import LicenceDocument, SupplierDocument
from meridian.parties.tests.factories import EVERYTHING, draft_supplier, licence
from tests.scenarios.clock import YEAR, at

pytestmark = pytest.mark.django_db

EXPIRY = date(YEAR, 9, 30)


@pytest.fixture
def company() -> CompanyForTests:
    return new_company((Role.QUALITY_STAFF, Role.QUALITY_HEAD, Role.BUYER, Role.KEEPER))


def alerts_of_papers() -> QuerySet[Alert, Any]:
    """Apart from what else the watch may find, such as a job that nobody runs in tests."""
    return Alert.objects.filter(rule="supplier_papers")


def told_of_papers() -> QuerySet[Telling, Any]:
    return Telling.objects.filter(rule="supplier_papers")


def supplier_until(company: CompanyForTests, last_day: date) -> dict[str, object]:
    supplier = draft_supplier(company)
    owner = {"supplier": supplier}
    licence(company, owner, "business_license")
    licence(company, owner, "dealing_license", mode="wholesale", scope=EVERYTHING, valid_until=last_day)
    licence(company, owner, "dealing_filing", mode="wholesale", scope=EVERYTHING)
    company.perform(SupplierDocument.approve, supplier, role=Role.QUALITY_HEAD)
    return {"supplier": supplier}


def watch_on(company: CompanyForTests, days_before: int) -> None:
    at(EXPIRY - timedelta(days=days_before), "08:00")
    watch(company.company_id)
    watch(company.company_id)  # run twice, it does the same


def test_the_alert_is_raised_at_each_stage_to_a_named_owner(company: CompanyForTests) -> None:
    at(EXPIRY - timedelta(days=120), "08:00")
    owner = supplier_until(company, EXPIRY)
    for days in (91, 90, 61, 60, 31, 30, 8, 7, 1, 0):
        watch_on(company, days)
    buyer = company.actors[Role.BUYER]
    with company.scope():
        told = list(told_of_papers().exclude(kind="escalated").order_by("id").values_list("stage", "day"))
        first = told_of_papers().order_by("id").first()
        alert = alerts_of_papers().get()
    assert told == [(stage, EXPIRY - timedelta(days=stage)) for stage in (90, 60, 30, 7, 0)]
    assert first is not None
    assert (first.person_id, first.person_name) == (buyer.user_id, buyer.name)
    assert (alert.state, alert.stage, alert.severity, alert.due_on) == ("new", 0, "critical", EXPIRY)
    assert "苏州安和医疗用品有限公司的医疗器械经营许可证 dealing_license-1 有效至 2046-09-30" in alert.fact
    assert alert.url == f"/parties/licences/{alert.subject_id}/"

    watch_on(company, -1)
    with company.scope():
        alert = alerts_of_papers().get()
        assert alert.stage == -1
        assert "已于 2046-09-30 到期" in alert.fact

    licence(company, owner, "dealing_license", mode="wholesale", scope=EVERYTHING,  # type: ignore[arg-type]
            licence_no="NEW-2", valid_until=date(YEAR + 5, 9, 30))  # fmt: skip
    watch(company.company_id)
    with company.scope():
        assert alerts_of_papers().get().state == "cleared"


def test_a_buyer_who_does_not_answer_is_passed_over(company: CompanyForTests) -> None:
    """Each post has three days; then the next one of the rule owns it, and its holder is told."""
    at(EXPIRY - timedelta(days=120), "08:00")
    supplier_until(company, EXPIRY)
    for days, post in ((90, Role.BUYER), (87, Role.BUYER), (86, Role.QUALITY_STAFF), (82, Role.QUALITY_HEAD)):
        watch_on(company, days)
        with company.scope():
            assert alerts_of_papers().get().owner_id == company.actors[post].user_id, days
    with company.scope():
        kinds = list(told_of_papers().order_by("id").values_list("kind", "post"))
    assert kinds == [("raised", "buyer"), ("escalated", "quality_staff"), ("escalated", "quality_head")]


def test_a_withdrawn_paper_warns_no_more(company: CompanyForTests) -> None:
    at(EXPIRY - timedelta(days=120), "08:00")
    supplier_until(company, EXPIRY)
    watch_on(company, 30)
    with company.scope():
        paper = alerts_of_papers().get().subject_id
    company.perform(LicenceDocument.withdraw, paper, reason="登记有误")
    watch(company.company_id)
    with company.scope():
        assert list(alerts_of_papers().values_list("state", flat=True)) == ["cleared"]
