"""The workbench: figures from what stands with the list that proves each; alerts with fact, consequence and verb."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meridian.accounts.signing_in import BACKEND
from meridian.alerts.models import Alert
from meridian.alerts.tests.factories import expiring_licence
from meridian.alerts.vocabulary import Severity
from meridian.alerts.watching import watch
from meridian.competence.tests.factories import qualification
from meridian.items.tests.factories import approved_item
from meridian.kernel.models import User
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.organization.vocabulary import Role
from meridian.parties.tests.factories import approved_supplier
from meridian.purchasing.tests.inbound import ALL_PASSED, MAKER, PACKAGES, ROLES, Inbound
from meridian.site.workbench.figures import line_of

pytestmark = pytest.mark.django_db


def client_of(company: CompanyForTests, role: Role) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=company.actors[role].user_id), backend=BACKEND)
    return client


@pytest.fixture
def inbound() -> Inbound:
    company = new_company((*ROLES, Role.AUDITOR))
    item = approved_item(company, identifiers=PACKAGES, **MAKER)
    return Inbound(company, approved_supplier(company), item)


def test_it_says_what_was_inspected_and_what_waits(inbound: Inbound) -> None:
    qualification(inbound.company, inbound.company.actors[Role.INSPECTOR].user_id)
    good = inbound.received("10", lot_no="A1")
    inbound.inspect(good, {**ALL_PASSED, "accepted_quantity": "10", "conclusion": "accepted"})
    inbound.conclude(good)
    assert "来料批合格率" not in client_of(inbound.company, Role.QUALITY_HEAD).get("/").content.decode()
    inbound.release(good)
    inbound.received("10", lot_no="A2")
    inbound.received("10", lot_no="A3")
    page = client_of(inbound.company, Role.QUALITY_HEAD).get("/").content.decode()
    assert "来料批合格率" in page
    assert "100.0" in page
    assert "近四周 1 批" in page
    assert '<span class="v">2 <span class="m-faint">批</span>' in page
    assert "待检批次" not in client_of(inbound.company, Role.BUYER).get("/").content.decode()


def test_alerts_are_grouped_with_their_consequence_and_one_verb(inbound: Inbound) -> None:
    company = inbound.company
    for days in (5, 6, 40):
        expiring_licence(company, days)
    watch(company.company_id)
    client = client_of(company, Role.QUALITY_HEAD)
    page = client.get("/").content.decode()
    assert "本企业证照到期：2 项 · 7 天内" in page
    assert "/alerts/alerts/?rule=own_papers&amp;stage=7" in page
    with company.scope():  # the test store seals nothing, and says so to whoever looks after it
        critical = Alert.objects.filter(severity=Severity.CRITICAL).count()
        assert Alert.objects.filter(severity=Severity.CRITICAL, rule="own_papers").count() == 2
    assert f"{critical} 严重" in page
    assert "申请延续" in page
    assert "到期后不得经营许可范围内的产品" in page
    listed = client.get("/alerts/alerts/?rule=own_papers&stage=7").content.decode()
    assert listed.count("有效至") >= 2
    assert "申请延续" not in client_of(company, Role.KEEPER).get("/").content.decode()
    assert "申请延续" in client_of(company, Role.AUDITOR).get("/").content.decode()


def test_the_page_takes_no_more_than_twenty_five_statements(inbound: Inbound) -> None:
    company = inbound.company
    for days in range(4, 14):
        expiring_licence(company, days)
    inbound.received("10", lot_no="A2")
    watch(company.company_id)
    client = client_of(company, Role.QUALITY_HEAD)
    client.get("/")
    with CaptureQueriesContext(connection) as sent:
        assert client.get("/").status_code == 200
    assert len(sent) <= 25


def test_a_line_needs_two_figures_and_stays_in_its_box() -> None:
    assert line_of([3]) == ""
    points = [tuple(map(float, point.split(","))) for point in line_of([0, 10, 5]).split()]
    assert points == [(0, 23), (32, 3), (64, 13)]
