"""A large catalogue is loaded by the worker: asked for, watched, cancelled, and given back with the reason."""

import time
from typing import Any
from uuid import UUID

import pytest

from meridian.items import jobs
from meridian.items.catalogue import TOLD_EVERY, read_catalogue
from meridian.items.documents import CatalogueSnapshotDocument
from meridian.items.jobs import load_waiting
from meridian.items.models import CatalogueProgress, CatalogueSnapshot, PublishedIdentifier
from meridian.items.pages import known_of_loading
from meridian.items.queries import progress_of
from meridian.items.tests.factories import draft_snapshot
from meridian.kernel.models import RefusalRecord, TransitionRecord
from meridian.kernel.sql import fetch
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.organization.vocabulary import Role

pytestmark = pytest.mark.django_db
ASK, CANCEL = CatalogueSnapshotDocument.load_in_background, CatalogueSnapshotDocument.cancel_loading
FILE = CatalogueSnapshotDocument.screen.sections[0].label


@pytest.fixture
def company() -> CompanyForTests:
    return new_company()


def asked(company: CompanyForTests, *contents: bytes, count: int = 3) -> UUID:
    """A snapshot that waits for the worker."""
    made = draft_snapshot(company, [f"{n:014}" for n in range(1, count + 1)], contents=contents or None)
    company.perform(ASK, made)
    return made


def row(company: CompanyForTests, key: UUID) -> CatalogueSnapshot:
    with company.scope():
        return CatalogueSnapshot.objects.get(pk=key)


def shown(company: CompanyForTests, key: UUID) -> list[str]:
    with company.scope():
        document = CatalogueSnapshot.objects.get(pk=key)
        return [str(fact.value) for fact in known_of_loading(CatalogueSnapshotDocument, document, FILE)]


def test_the_worker_loads_in_the_name_of_who_asked(company: CompanyForTests) -> None:
    made = asked(company)
    assert (row(company, made).state, shown(company, made)) == ("loading", ["等待后台任务"])
    load_waiting()
    loaded = row(company, made)
    assert (loaded.state, loaded.entry_count) == ("loaded", 3)
    with company.scope():
        last = TransitionRecord.objects.filter(document_id=made).latest("id")
        assert (last.transition, last.actor_id) == ("finish_loading", company.actors[Role.QUALITY_STAFF].user_id)
        assert not CatalogueProgress.objects.exists()
    assert shown(company, made) == []


def test_how_far_it_is_is_told_while_it_reads_and_cancelling_stops_it(
    company: CompanyForTests, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, told = asked(company, count=2 * TOLD_EVERY + 1), []

    def reading(content: bytes, tell: Any) -> Any:
        def heard(done: int) -> None:
            tell(done)
            told.append(shown(company, made)[0])
            company.perform(CANCEL, made)

        return read_catalogue(content, heard)

    monkeypatch.setattr(jobs, "read_catalogue", reading)
    load_waiting()
    assert told == ["已读 5,000 个标识"]
    assert row(company, made).state == "draft"
    with company.scope():
        assert not PublishedIdentifier.objects.exists()
        assert progress_of(made) is None


def test_a_file_that_cannot_be_read_goes_back_with_the_reason(company: CompanyForTests) -> None:
    made = asked(company, b"<!DOCTYPE a><udid/>")
    load_waiting()
    assert row(company, made).state == "draft"
    with company.scope():
        assert [each.code for each in RefusalRecord.objects.filter(document_id=made)] == ["snapshot_file_readable"]
        last = TransitionRecord.objects.filter(document_id=made).latest("id")
        assert (last.transition, last.reason != "") == ("cancel_loading", True)


def test_what_another_worker_is_at_is_left_alone(company: CompanyForTests) -> None:
    made = asked(company)
    with company.scope():
        assert fetch(jobs._CLAIM, {"snapshot": made, "company": company.company_id, "dead": 180}) != []
    load_waiting()
    assert row(company, made).state == "loading"


def test_100_000_rows_are_loaded__the_time_is_printed(company: CompanyForTests, capsys: Any) -> None:
    made, since = asked(company, count=100_000), time.monotonic()
    load_waiting()
    with capsys.disabled():
        print(f"\n100,000 identifiers loaded in {time.monotonic() - since:.1f} s")
    assert row(company, made).entry_count == 100_000
