"""The engine asks in one order: what stops at once stops at once, what belongs together comes together."""

from dataclasses import replace
from datetime import date, timedelta
from http import HTTPStatus

import pytest

from meridian.kernel.content import hash_of_content
from meridian.kernel.context import in_company
from meridian.kernel.declare import Meaning
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import FindingKind
from meridian.kernel.models import Act, SignatureRecord, TransitionRecord
from meridian.kernel.signature import Signing
from meridian.kernel.sql import fetch
from meridian.kernel.tests import engine_case
from meridian.kernel.tests.engine_case import (
    PASSWORD,
    Firm,
    PaperForTests,
    codes,
    counted_statements,
    footprint,
    refused,
    today,
    transitions_of,
)
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import Outcome
from meridian.organization.vocabulary import Role
from meridian.parties.models import Supplier

pytestmark = pytest.mark.django_db(transaction=True)


def move_of(outcome: Outcome) -> TransitionRecord:
    """The trail row of a move."""
    assert outcome.transition_id is not None
    return TransitionRecord.objects.get(pk=outcome.transition_id)


def test_a_move_writes_state_version_trail_and_retention_together(firm: Firm) -> None:
    paper = firm.submitted(valid_until="2027-03-31", issued_by="上海市药监局", supplier_id=firm.supplier())
    outcome = perform(PaperForTests.approve, Command(paper.document_id, version=2, reason="齐全"), actor=firm.manager)
    stored = firm.stored(paper.document_id)
    assert (outcome.state, outcome.version, outcome.replayed) == ("approved", 3, False)
    assert (stored.state, stored.version, stored.number) == ("approved", 3, outcome.number)
    assert stored.keep_until == date(2029, 3, 31)  # R1: expiry + 2 years (REGULATIONS §5, first vector)
    record = TransitionRecord.objects.filter(document_id=paper.document_id).latest("id")
    assert record.pk == outcome.transition_id
    assert (record.from_state, record.to_state, record.document_version) == ("submitted", "approved", 3)
    assert (record.actor_id, record.role, record.reason) == (firm.manager.user_id, "purchasing_manager", "齐全")
    assert record.site_day == today()
    assert {gate["code"]: gate["outcome"] for gate in record.gates} == dict.fromkeys(
        [gate.code for gate in PaperForTests.approve.gates], "met"
    )
    act = Act.objects.get(pk=record.transaction_id)
    assert (act.actor_id, act.company_id, act.at) == (firm.manager.user_id, firm.company_id, record.at)


def test_each_check_hides_those_behind_it(firm: Firm) -> None:
    """One request that is wrong in every way; cured one way at a time, it names the next, in the order of DESIGN §5."""
    paper = firm.paper(lines=[], valid_until="2026-01-02")
    key = uuid7().hex
    other = firm.paper()
    perform(PaperForTests.submit, Command(other.document_id, key=key), actor=firm.buyer)
    nobody, stranger = firm.person(Role.KEEPER), firm.person(Role.SALES_STAFF)
    wrong = Command(uuid7(), version=9, key=key)

    def met(command: Command, actor: object = firm.buyer) -> tuple[list[str], int]:
        answer = refused(firm, lambda: perform(PaperForTests.approve, command, actor=actor))  # type: ignore[arg-type]
        return codes(answer), answer.status

    with_key = replace(wrong, document_id=paper.document_id)
    assert met(with_key) == (["idempotency_key_reused"], HTTPStatus.UNPROCESSABLE_ENTITY)
    assert met(replace(wrong, key="")) == (["not_found"], HTTPStatus.NOT_FOUND)
    without_key = replace(with_key, key="")
    assert met(without_key, nobody) == (["not_found"], HTTPStatus.NOT_FOUND)
    assert met(without_key, stranger) == (["version_conflict"], HTTPStatus.CONFLICT)
    latest = replace(without_key, version=1)
    assert met(latest, stranger) == (["illegal_transition"], HTTPStatus.CONFLICT)
    perform(PaperForTests.submit, Command(paper.document_id), actor=firm.buyer)
    latest = replace(latest, version=2)
    assert met(latest, stranger) == (["permission_required"], HTTPStatus.FORBIDDEN)
    found, status = met(latest)
    assert (found, status) == (
        ["second_person_required", "scope_named", "paper_valid"], HTTPStatus.UNPROCESSABLE_ENTITY,
    )  # fmt: skip


def test_second_person_reason_and_all_gates_come_together(firm: Firm) -> None:
    paper = firm.submitted(licence_no="待定")
    answer = refused(firm, lambda: perform(PaperForTests.send_back, Command(paper.document_id), actor=firm.buyer))
    assert codes(answer) == ["second_person_required", "reason_required", "number_known"]
    assert [finding.kind for finding in answer.findings] == [FindingKind.MUST, FindingKind.MUST, FindingKind.WAIT]
    assert answer.code == "second_person_required"


def test_a_reason_of_blanks_is_no_reason(firm: Firm) -> None:
    paper = firm.submitted()
    blank = Command(paper.document_id, reason=" \t\u3000")
    assert codes(refused(firm, lambda: perform(PaperForTests.send_back, blank, actor=firm.manager))) == [
        "reason_required"
    ]
    perform(PaperForTests.send_back, Command(paper.document_id, reason="编号有误"), actor=firm.manager)
    assert firm.stored(paper.document_id).state == "draft"


def test_nobody_signs_what_a_gate_refuses(firm: Firm) -> None:
    paper = firm.paper(lines=[])
    signing = Signing(content_hash="", meaning=Meaning.RELEASED, password="falsch")
    answer = refused(
        firm, lambda: perform(PaperForTests.close, Command(paper.document_id, signing=signing), actor=firm.head)
    )
    assert codes(answer) == ["scope_named"]


def test_a_refused_command_leaves_its_key_free(firm: Firm) -> None:
    paper, key = firm.paper(lines=[]), uuid7().hex
    command = Command(paper.document_id, key=key)
    assert codes(refused(firm, lambda: perform(PaperForTests.book, command, actor=firm.accountant))) == ["scope_named"]
    assert fetch("SELECT count(*) FROM kernel_claim WHERE key = %s", [key]) == [(0,)]


def test_an_illegal_move_is_refused_from_every_other_state(firm: Firm) -> None:
    paper = firm.submitted()
    answer = refused(firm, lambda: perform(PaperForTests.submit, Command(paper.document_id), actor=firm.buyer))
    assert (answer.code, answer.status) == ("illegal_transition", HTTPStatus.CONFLICT)


def test_an_expired_paper__passes_on_its_last_day__refused_the_day_after(firm: Firm) -> None:
    last_day = firm.submitted(valid_until=today())
    day_before = firm.submitted(valid_until=today() - timedelta(days=1))
    day_after = firm.submitted(valid_until=today() + timedelta(days=1))
    for passing in (last_day, day_after):
        assert perform(PaperForTests.approve, Command(passing.document_id), actor=firm.manager).state == "approved"
    late = Command(day_before.document_id)
    assert codes(refused(firm, lambda: perform(PaperForTests.approve, late, actor=firm.manager))) == ["paper_valid"]


def test_a_gate_that_asks_for_an_explanation_passes_with_a_remark_only(firm: Firm) -> None:
    paper = firm.submitted(issued_by="")
    for remarks in ({}, {"issuer_named": "  "}, {"paper_valid": "别的规则"}):
        command = Command(paper.document_id, remarks=remarks)
        answer = refused(firm, lambda command=command: perform(PaperForTests.approve, command, actor=firm.manager))  # type: ignore[misc]
        assert [(finding.code, finding.kind) for finding in answer.findings] == [("issuer_named", FindingKind.EXPLAIN)]
    command = Command(paper.document_id, remarks={"issuer_named": "原件已核对"})
    outcome = perform(PaperForTests.approve, command, actor=firm.manager)
    [told] = [gate for gate in move_of(outcome).gates if gate["code"] == "issuer_named"]
    assert (told["outcome"], told["remark"], len(told["findings"])) == ("passed", "原件已核对", 1)


def test_a_remark_does_not_open_a_gate_that_blocks(firm: Firm) -> None:
    paper = firm.submitted(lines=[])
    command = Command(paper.document_id, remarks={"scope_named": "没有范围也行"})
    assert codes(refused(firm, lambda: perform(PaperForTests.approve, command, actor=firm.manager))) == ["scope_named"]


@pytest.mark.parametrize(
    "reason",
    ["涨价 100%", "%s %(x)s %%", "it's \"so\" \\n \\' ; DROP TABLE x; --", "{seq} {} €𠮷\n两行", "$1 $$ E'\\'"],
)
def test_a_reason_is_kept_as_it_was_typed(firm: Firm, reason: str) -> None:
    paper = firm.submitted()
    outcome = perform(PaperForTests.send_back, Command(paper.document_id, reason=reason), actor=firm.manager)
    assert move_of(outcome).reason == reason


def test_the_facts_are_loaded_under_the_locks_the_gates_ask_for(firm: Firm) -> None:
    paper = firm.submitted()
    engine_case.LOADED.clear()
    perform(PaperForTests.approve, Command(paper.document_id), actor=firm.manager)
    [asked] = engine_case.LOADED
    assert asked == {PaperForTests.model, Supplier}


def test_one_move_sends_few_statements_whatever_the_number_of_lines(firm: Firm) -> None:
    counts = []
    for lines in (1, 1000):
        paper = firm.submitted(lines=[{"class_code": "14-01"}] * lines)
        perform(PaperForTests.approve, Command(firm.submitted().document_id), actor=firm.manager)
        with counted_statements() as sent:
            perform(PaperForTests.approve, Command(paper.document_id, key=uuid7().hex), actor=firm.manager)
        counts.append(len(sent))
    assert counts[0] == counts[1]
    assert counts[0] <= 20


def test_other_documents_and_companies_stay_as_they_were(firm: Firm, other_firm: Firm) -> None:
    bystander, paper = firm.submitted(), firm.submitted()
    elsewhere = footprint(other_firm.company_id)
    perform(PaperForTests.approve, Command(paper.document_id), actor=firm.manager)
    assert firm.stored(bystander.document_id).state == "submitted"
    assert transitions_of(bystander.document_id) == ["submit"]
    assert footprint(other_firm.company_id) == elsewhere


def test_a_signed_move_binds_the_signature_to_the_move(firm: Firm) -> None:
    paper = firm.paper()
    with in_company(firm.company_id):
        seen = hash_of_content(PaperForTests, paper.document_id)
    signing = Signing(content_hash=seen, meaning="released", password=PASSWORD, remark="核对无误")
    outcome = perform(PaperForTests.close, Command(paper.document_id, signing=signing), actor=firm.head)
    record = move_of(outcome)
    signature = SignatureRecord.objects.get(transition_id=record.pk)
    assert (signature.document_id, signature.transition_id) == (paper.document_id, outcome.transition_id)
    assert (signature.signer_id, signature.signer_name) == (firm.head.user_id, firm.head.name)
    assert (signature.role, signature.meaning, signature.method) == ("quality_head", "released", "password")
    assert (signature.content_hash, signature.time_zone, signature.remark) == (seen, "Asia/Shanghai", "核对无误")
    assert (signature.transaction_id, signature.at) == (record.transaction_id, record.at)


@pytest.mark.parametrize("text", ["a\x00b", "\ud83d 半个字符"])
@pytest.mark.parametrize("place", ["reason", "remark", "signing"])
def test_text_that_cannot_be_kept_is_refused_by_name(firm: Firm, place: str, text: str) -> None:
    paper = firm.submitted()
    command = {
        "reason": Command(paper.document_id, reason=text),
        "remark": Command(paper.document_id, remarks={"issuer_named": text}),
        "signing": Command(paper.document_id, signing=Signing(content_hash="", meaning="released", remark=text)),
    }[place]
    answer = refused(firm, lambda: perform(PaperForTests.send_back, command, actor=firm.manager))
    assert (codes(answer), answer.status) == (["field_invalid"], HTTPStatus.UNPROCESSABLE_ENTITY)
