"""The watch: idempotent, set-based, told again in time, closing what is gone; one broken rule silences no other."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from meridian.alerts.declared import AlertRule, Condition, provide_rules, rules
from meridian.alerts.documents import AlertDocument, AlertSettingDocument
from meridian.alerts.models import Alert, Telling
from meridian.alerts.tests.factories import alert_of, expiring_licence, ignorable, raised, today
from meridian.alerts.vocabulary import Severity
from meridian.alerts.watching import RuleFailedError, watch, watch_all
from meridian.kernel.messages import message
from meridian.kernel.models import Change, User
from meridian.organization.documents import OwnLicenceDocument
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.organization.vocabulary import LicenceKind, Role

pytestmark = pytest.mark.django_db
HEAD, STAFF = Role.QUALITY_HEAD, Role.QUALITY_STAFF


@pytest.fixture(autouse=True)
def rules_as_they_were() -> Iterator[None]:
    before = rules()
    yield
    provide_rules(before)


@pytest.fixture
def company() -> CompanyForTests:
    return new_company((HEAD, STAFF, Role.BUYER, Role.KEEPER))


def some(company: CompanyForTests, count: int) -> list[Condition]:
    return [
        Condition(
            "lot", uuid4(), f"L{number}", company.set_up.site_id, message("批号 {lot}", lot=number),
            message("{kind}", kind=LicenceKind.PRODUCTION_LICENSE.label), "/",
        )
        for number in range(count)
    ]  # fmt: skip


def only(conditions: Sequence[Condition], owners: Sequence[str] = (STAFF, HEAD)) -> None:
    provide_rules([AlertRule("late_sale", "规则", owners, lambda _today: conditions)])


def tellings(company: CompanyForTests, key: UUID) -> list[str]:
    with company.scope():
        return list(Telling.objects.filter(alert_id=key).order_by("id").values_list("kind", flat=True))


def test_run_twice_it_changes_nothing_more(company: CompanyForTests) -> None:
    key = raised(company)
    with company.scope():
        before = (Alert.objects.count(), Telling.objects.count(), Change.objects.count())
    done = watch(company.company_id)
    with company.scope():
        assert (Alert.objects.count(), Telling.objects.count(), Change.objects.count()) == before
    assert (done.raised, done.changed, done.returned, done.cleared) == (0, 0, 0, 0)
    assert tellings(company, key) == ["raised"]


def test_one_alert_and_a_hundred_take_the_same_statements(company: CompanyForTests) -> None:
    only(some(company, 1))
    watch(company.company_id)  # sets the service account up
    counts = []
    for size in (1, 1, 100):  # the first also reads what is remembered for good
        only(some(company, size))
        with company.scope():
            before = set(Alert.objects.exclude(state="cleared").values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as sent:
            done = watch(company.company_id)
        assert (done.raised, done.cleared) == (size, len(before))
        counts.append(len(sent))
    assert counts[1] == counts[2]


def test_it_is_dealt_with_and_told_again_only_after_its_rest(company: CompanyForTests) -> None:
    key = raised(company)
    company.perform(AlertDocument.claim, key, role=HEAD)
    company.perform(AlertDocument.resolve, key, role=HEAD, reason="已向药监局递交延续申请")
    watch(company.company_id)
    with company.scope():
        alert = Alert.objects.get(pk=key)
    assert (alert.state, alert.quiet_until) == ("resolved", today(company) + timedelta(days=7))


def test_what_is_ignored_comes_back_the_day_after(company: CompanyForTests, monkeypatch: pytest.MonkeyPatch) -> None:
    key = ignorable(company, until=5)
    company.perform(AlertDocument.ignore, key, role=HEAD, reason="延续中")
    until = today(company) + timedelta(days=5)
    for day, state in ((until, "ignored"), (until + timedelta(days=1), "new")):
        monkeypatch.setattr("meridian.alerts.watching.today_of_company", lambda day=day: day)
        watch(company.company_id)
        with company.scope():
            assert Alert.objects.get(pk=key).state == state
    assert tellings(company, key)[-1] == "returned"


def test_a_muted_rule_raises_nothing_until_its_day_has_passed(
    company: CompanyForTests, monkeypatch: pytest.MonkeyPatch
) -> None:
    until = today(company) + timedelta(days=3)
    fields = {"rule": "own_papers", "muted_until": until, "justification": "集中换证"}
    setting = company.draft(AlertSettingDocument, fields).document_id
    company.perform(AlertSettingDocument.put_into_force, setting, role=HEAD)
    paper = expiring_licence(company)
    for day, count in ((until, 0), (until + timedelta(days=1), 1)):
        monkeypatch.setattr("meridian.alerts.watching.today_of_company", lambda day=day: day)
        watch(company.company_id)
        with company.scope():
            assert Alert.objects.filter(subject_id=paper).count() == count


def test_a_setting_says_how_soon_and_to_whom_it_goes_on(
    company: CompanyForTests, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = {"rule": "own_papers", "answer_days": 1, "escalate_to": "keeper", "justification": "负责人出差"}
    setting = company.draft(AlertSettingDocument, fields).document_id
    company.perform(AlertSettingDocument.put_into_force, setting, role=HEAD)
    key = raised(company)
    start = today(company)
    for days, role in ((1, HEAD), (2, Role.KEEPER)):
        monkeypatch.setattr("meridian.alerts.watching.today_of_company", lambda day=start + timedelta(days=days): day)
        watch(company.company_id)
        with company.scope():
            assert Alert.objects.get(pk=key).owner_id == company.actors[role].user_id


def test_alerts_are_shared_out_and_never_left_to_nobody(company: CompanyForTests) -> None:
    only(some(company, 4), owners=(STAFF, HEAD))
    watch(company.company_id)
    with company.scope():
        assert set(Alert.objects.values_list("owner_id", flat=True)) == {company.actors[STAFF].user_id}
        User.objects.filter(pk=company.actors[STAFF].user_id).update(is_active=False)
    watch(company.company_id)
    with company.scope():
        assert set(Alert.objects.values_list("owner_id", flat=True)) == {company.actors[HEAD].user_id}
        assert Telling.objects.filter(kind="handed_over").count() == 4


def test_a_rule_nobody_answers_for_goes_to_the_head_of_quality(company: CompanyForTests) -> None:
    only(some(company, 1), owners=("accountant",))
    watch(company.company_id)
    with company.scope():
        assert Alert.objects.get().owner_id == company.actors[HEAD].user_id


def test_a_broken_rule_silences_no_other_and_clears_nothing(company: CompanyForTests) -> None:
    key = raised(company)

    def broken(_today: date) -> Sequence[Condition]:
        raise ValueError("no such table")

    provide_rules([replace(each, find=broken) if each.code == "own_papers" else each for each in rules()])
    with pytest.raises(RuleFailedError, match="own_papers"):
        watch_all()
    with company.scope():
        assert Alert.objects.get(pk=key).state == "new"


def test_what_is_gone_is_cleared_even_when_it_was_resolved(company: CompanyForTests) -> None:
    paper = expiring_licence(company)
    watch(company.company_id)
    key = alert_of(company, paper).pk
    company.perform(AlertDocument.claim, key, role=HEAD)
    company.perform(AlertDocument.resolve, key, role=HEAD, reason="不再经营")
    company.perform(OwnLicenceDocument.withdraw, paper, reason="注销")
    watch(company.company_id)
    with company.scope():
        assert Alert.objects.get(pk=key).state == "cleared"


def test_it_is_read_in_the_language_of_the_reader(company: CompanyForTests) -> None:
    key = raised(company)
    with company.scope(), translation.override("en"):
        alert = Alert.objects.get(pk=key)
        assert "Class I production filing" in alert.fact or "is valid through" in alert.fact
        assert "After that day" in alert.consequence
    with company.scope(), translation.override("zh-hans"):
        assert "有效至" in Alert.objects.get(pk=key).fact
    assert Severity(alert.severity) is Severity.WARNING
