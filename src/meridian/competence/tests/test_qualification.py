"""Qualifications of persons and the gate that asks for them (G13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meridian.competence.documents import QualificationDocument
from meridian.competence.models import Qualification
from meridian.competence.queries import PersonVerdict, QualificationPeriod, person_verdicts
from meridian.competence.rules import inspector_qualified
from meridian.competence.tests.factories import qualification
from meridian.kernel.clock import Moment
from meridian.kernel.findings import Refused
from meridian.kernel.values.identity import uuid7
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.organization.vocabulary import Role

NO_LOCKS: frozenset[Any] = frozenset()
FIRST, LAST = date(2025, 1, 1), date(2026, 12, 5)
DAY = timedelta(days=1)


def on(day: date) -> Moment:
    return Moment.at(datetime(day.year, day.month, day.day, 4, 0, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))


@dataclass(frozen=True)
class AnItem:
    is_ivd: bool = False


@dataclass(frozen=True)
class ALine:
    item: AnItem


@dataclass(frozen=True)
class AnInspection:
    inspector: PersonVerdict | None
    lines: Sequence[ALine] = (ALine(AnItem()),)


def person(*kinds: str) -> PersonVerdict:
    return PersonVerdict(uuid7(), "王验收", tuple(QualificationPeriod(kind, FIRST, LAST) for kind in kinds))


@pytest.mark.parametrize(
    ("day", "refused"),
    [(FIRST - DAY, True), (FIRST, False), (LAST - DAY, False), (LAST, False), (LAST + DAY, True)],
)
def test_the_inspector_is_qualified_through_the_last_day(day: date, refused: bool) -> None:
    breaches = inspector_qualified(AnInspection(person("acceptance")), on(day))
    assert bool(breaches) is refused
    assert all("王验收" in str(breach.evidence) for breach in breaches)


def test_the_refusal_names_the_last_day() -> None:
    breach = inspector_qualified(AnInspection(person("acceptance")), on(LAST + DAY))[0]
    assert "2026-12-05" in str(breach.evidence)


@pytest.mark.parametrize(
    ("kinds", "is_ivd", "found"),
    [
        (["acceptance"], False, 0),
        (["acceptance"], True, 1),
        (["acceptance", "ivd_acceptance"], True, 0),
        (["ivd_acceptance"], False, 1),
        (["cold_chain"], True, 2),
        ([], False, 1),
    ],
)
def test_reagents_ask_for_a_qualification_of_their_own(kinds: Sequence[str], is_ivd: bool, found: int) -> None:
    facts = AnInspection(person(*kinds), [ALine(AnItem()), ALine(AnItem(is_ivd=is_ivd))])
    assert len(inspector_qualified(facts, on(LAST))) == found


def test_nobody_is_not_qualified() -> None:
    assert inspector_qualified(AnInspection(None), on(LAST))


def test_the_gate_carries_the_law() -> None:
    assert (inspector_qualified.law, inspector_qualified.aliases) == ("G13", ("INSPECTOR_NOT_QUALIFIED",))
    assert inspector_qualified.waivable_by == ()


@pytest.fixture
def company() -> CompanyForTests:
    return new_company()


@pytest.mark.django_db
def test_a_reviewed_qualification_reaches_the_verdict_and_a_withdrawn_one_leaves_it(company: CompanyForTests) -> None:
    inspector = company.actors[Role.INSPECTOR].user_id
    made = qualification(company, inspector, valid_until="2026-12-05")
    with company.scope():
        verdict = person_verdicts([inspector], NO_LOCKS)[inspector]
        assert Qualification.objects.get().person_name == verdict.name == company.actors[Role.INSPECTOR].name
    assert verdict.qualified("acceptance", LAST)
    assert not verdict.qualified("acceptance", LAST + DAY)
    company.perform(QualificationDocument.withdraw, made, reason="调岗")
    with company.scope():
        assert person_verdicts([inspector], NO_LOCKS)[inspector].qualifications == ()


@pytest.mark.django_db
def test_a_draft_counts_for_nothing(company: CompanyForTests) -> None:
    inspector = company.actors[Role.INSPECTOR].user_id
    fields = {"person_id": inspector, "kind": "acceptance", "basis": "x", "valid_from": "2020-01-01"}
    company.draft(QualificationDocument, fields)
    with company.scope():
        assert not person_verdicts([inspector], NO_LOCKS)[inspector].qualified("acceptance", LAST)


@pytest.mark.django_db
def test_a_person_of_another_company_cannot_be_qualified_here(company: CompanyForTests) -> None:
    stranger = new_company().actors[Role.INSPECTOR].user_id
    with pytest.raises(Refused) as caught:
        qualification(company, stranger)
    assert (caught.value.code, caught.value.findings[0].field) == ("reference_not_found", "person_id")
    with company.scope():
        assert person_verdicts([stranger], NO_LOCKS) == {}
        assert not Qualification.objects.exists()


@pytest.mark.django_db
def test_only_quality_writes_qualifications(company: CompanyForTests) -> None:
    with pytest.raises(Refused) as caught:
        company.draft(QualificationDocument, {}, role=Role.INSPECTOR)
    assert (caught.value.code, caught.value.status) == ("permission_required", 403)


@pytest.mark.django_db
def test_verdicts_cost_the_same_statements_for_one_and_for_many(company: CompanyForTests) -> None:
    persons = [actor.user_id for actor in company.actors.values()]
    qualification(company, persons[0])
    counts = []
    for some in (persons[:1], persons):
        with company.scope(), CaptureQueriesContext(connection) as seen:
            assert set(person_verdicts(some, frozenset({Qualification}))) == set(some)
        counts.append(len(seen))
    assert counts == [2, 2]
