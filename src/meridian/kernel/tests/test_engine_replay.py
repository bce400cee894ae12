"""One key is one act: whoever asks again gets the first answer, however many ask at once."""

from collections import Counter
from dataclasses import replace

import pytest

from meridian.kernel.drafts import DraftCommand, draft
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused
from meridian.kernel.sql import fetch
from meridian.kernel.tests.engine_case import (
    Firm,
    PaperForTests,
    codes,
    footprint,
    in_threads,
    refused,
    transitions_of,
)
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import Outcome

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.committing]


def test_the_same_request_again_gets_the_first_answer_and_moves_nothing(firm: Firm) -> None:
    paper = firm.paper()
    command = Command(paper.document_id, version=1, key=uuid7().hex, reason="齐全")
    first = perform(PaperForTests.submit, command, actor=firm.buyer)
    before = footprint(firm.company_id)
    again = perform(PaperForTests.submit, command, actor=firm.buyer)
    assert again == replace(first, replayed=True)
    assert footprint(firm.company_id) == before


def test_a_draft_is_made_once_for_each_key(firm: Firm) -> None:
    command = DraftCommand(
        fields=firm.fields(), lines=[{"class_code": "14"}], site_id=firm.made.site_id, key=uuid7().hex
    )
    first = draft(PaperForTests, command, actor=firm.buyer)
    before = footprint(firm.company_id)
    assert draft(PaperForTests, command, actor=firm.buyer) == replace(first, replayed=True)
    assert footprint(firm.company_id) == before


def test_a_key_is_its_owners_own(firm: Firm) -> None:
    key = uuid7().hex
    papers = [firm.paper(), firm.paper()]
    for paper, person in zip(papers, (firm.buyer, firm.manager), strict=True):
        assert not perform(PaperForTests.submit, Command(paper.document_id, key=key), actor=person).replayed


@pytest.mark.parametrize("change", ["document", "transition", "version", "reason", "remark"])
def test_a_key_used_for_another_request_is_refused(firm: Firm, change: str) -> None:
    paper, other = firm.submitted(), firm.submitted()
    command = Command(paper.document_id, key=uuid7().hex, reason="编号有误")
    perform(PaperForTests.send_back, command, actor=firm.manager)
    transition = PaperForTests.approve if change == "transition" else PaperForTests.send_back
    changed = {
        "document": replace(command, document_id=other.document_id),
        "transition": command,
        "version": replace(command, version=2),
        "reason": replace(command, reason="另一个原因"),
        "remark": replace(command, remarks={"issuer_named": "原件已核对"}),
    }[change]
    answer = refused(firm, lambda: perform(transition, changed, actor=firm.manager))
    assert (codes(answer), answer.status) == (["idempotency_key_reused"], 422)


@pytest.mark.parametrize("change", ["field", "lines", "site", "reason"])
def test_a_draft_key_used_for_another_content_is_refused(firm: Firm, change: str) -> None:
    command = DraftCommand(
        fields=firm.fields(), lines=[{"class_code": "14"}], site_id=firm.made.site_id, key=uuid7().hex
    )
    draft(PaperForTests, command, actor=firm.buyer)
    changed = {
        "field": replace(command, fields={**command.fields, "licence_no": "另一个编号"}),
        "lines": replace(command, lines=[{"class_code": "15"}]),
        "site": replace(command, site_id=firm.second_site()),
        "reason": replace(command, reason="另一个原因"),
    }[change]
    answer = refused(firm, lambda: draft(PaperForTests, changed, actor=firm.buyer))
    assert codes(answer) == ["idempotency_key_reused"]


@pytest.mark.parametrize("key", ["k" * 121, "a\x00b", "\ud800"])
def test_a_key_that_cannot_be_kept_is_refused(firm: Firm, key: str) -> None:
    paper = firm.paper()
    answer = refused(firm, lambda: perform(PaperForTests.submit, Command(paper.document_id, key=key), actor=firm.buyer))
    assert (codes(answer), answer.status) == (["field_invalid"], 422)


def test_a_longest_key_is_kept(firm: Firm) -> None:
    paper, key = firm.paper(), uuid7().hex.ljust(120, "键")
    command = Command(paper.document_id, key=key)
    assert not perform(PaperForTests.submit, command, actor=firm.buyer).replayed
    assert perform(PaperForTests.submit, command, actor=firm.buyer).replayed


def test_twelve_clients_with_one_key_move_once_and_all_get_the_same_answer(firm: Firm) -> None:
    paper = firm.paper()
    command = Command(paper.document_id, version=1, key=uuid7().hex)

    def ask() -> Outcome:
        return perform(PaperForTests.submit, command, actor=firm.buyer)

    answers = in_threads([ask] * 12)
    assert Counter(answer.replayed for answer in answers) == {True: 11, False: 1}
    assert all(answer.as_data() == answers[0].as_data() for answer in answers)
    assert transitions_of(paper.document_id) == ["submit"]
    assert firm.stored(paper.document_id).version == 2
    stored = fetch("SELECT count(*) FROM kernel_refusal WHERE document_id = %s", [paper.document_id])
    assert stored == [(0,)]


def test_twelve_clients_without_a_key_move_once_and_eleven_are_refused(firm: Firm) -> None:
    paper = firm.paper()

    def ask() -> str:
        try:
            return perform(PaperForTests.submit, Command(paper.document_id, version=1), actor=firm.buyer).state
        except Refused as refusal:
            return refusal.code

    assert Counter(in_threads([ask] * 12)) == {"submitted": 1, "version_conflict": 11}
    assert transitions_of(paper.document_id) == ["submit"]
    told = fetch("SELECT code FROM kernel_refusal WHERE document_id = %s", [paper.document_id])
    assert Counter(code for (code,) in told) == {"version_conflict": 11}


def test_twelve_clients_with_one_key_make_one_draft(firm: Firm) -> None:
    command = DraftCommand(fields=firm.fields(), site_id=firm.made.site_id, key=uuid7().hex)
    answers = in_threads([lambda: draft(PaperForTests, command, actor=firm.buyer)] * 12)
    assert len({(answer.document_id, answer.number) for answer in answers}) == 1
    assert sum(not answer.replayed for answer in answers) == 1
