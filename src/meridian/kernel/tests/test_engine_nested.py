"""Acts inside acts, and masters that change while an act is judged."""

import threading

import pytest
from django.db import DatabaseError, IntegrityError

from meridian.kernel.act import open_act, retried
from meridian.kernel.context import in_company
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused
from meridian.kernel.models import Act, RefusalRecord, TransitionRecord
from meridian.kernel.refusals import record_refusal
from meridian.kernel.registry import Guard, Reaction, registry
from meridian.kernel.sql import fetch, run
from meridian.kernel.tests.engine_case import (
    DURING_EFFECT,
    Firm,
    PaperForTests,
    codes,
    footprint,
    in_threads,
    number_known,
    refused,
    transitions_of,
)
from meridian.kernel.work import Work
from meridian.parties.models import Licence, Supplier

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.committing]


def test_a_nested_move_stands_in_the_outer_act(firm: Firm) -> None:
    outer, inner = firm.submitted(), firm.submitted()
    DURING_EFFECT.append(
        lambda work: (
            perform(PaperForTests.send_back, Command(inner.document_id, reason="连带"), actor=work.actor) and None
        )
    )
    perform(PaperForTests.approve, Command(outer.document_id), actor=firm.manager)
    assert firm.stored(inner.document_id).state == "draft"
    records = TransitionRecord.objects.filter(document_id__in=[outer.document_id, inner.document_id])
    labels = {record.transaction_id for record in records.filter(transition__in=["approve", "send_back"])}
    assert len(labels) == 1
    assert Act.objects.filter(pk__in=labels).count() == 1


def test_a_nested_refusal_undoes_both_and_is_recorded_once_by_the_outermost(firm: Firm) -> None:
    outer, inner = firm.submitted(), firm.paper()

    def move_inner(work: Work[Licence, object]) -> None:
        perform(PaperForTests.approve, Command(inner.document_id), actor=work.actor)

    DURING_EFFECT.append(move_inner)
    answer = refused(firm, lambda: perform(PaperForTests.approve, Command(outer.document_id), actor=firm.manager))
    assert codes(answer) == ["illegal_transition"]
    row = RefusalRecord.objects.get(document_id=outer.document_id)
    assert row.transition == "approve"
    assert not RefusalRecord.objects.filter(document_id=inner.document_id).exists()


def test_a_caller_that_opened_the_act_records_the_refusal_itself(firm: Firm) -> None:
    paper = firm.paper()

    def together() -> None:
        try:
            with open_act(firm.manager):
                perform(PaperForTests.approve, Command(paper.document_id), actor=firm.manager)
        except Refused as refusal:
            record_refusal(refusal, firm.manager, PaperForTests, paper.document_id, "import")
            raise

    assert codes(refused(firm, together)) == ["illegal_transition"]


def test_an_effect_that_fails_moves_nothing(firm: Firm) -> None:
    paper = firm.submitted()

    def write_then_fail(work: Work[Licence, object]) -> None:
        run("UPDATE parties_licence SET issued_by = '改了' WHERE id = %s", [work.document.pk])
        raise ZeroDivisionError("a defect in an effect")

    DURING_EFFECT.append(write_then_fail)
    before = footprint(firm.company_id)
    with pytest.raises(ZeroDivisionError):
        perform(PaperForTests.approve, Command(paper.document_id), actor=firm.manager)
    assert footprint(firm.company_id) == before
    assert firm.stored(paper.document_id).issued_by == "上海市药监局"


def test_an_effect_cannot_move_the_state_behind_the_engine(firm: Firm) -> None:
    paper, other = firm.submitted(), firm.submitted()
    DURING_EFFECT.append(
        lambda _work: run("UPDATE parties_licence SET state = 'closed' WHERE id = %s", [other.document_id])
    )
    before = footprint(firm.company_id)
    with pytest.raises(IntegrityError):
        perform(PaperForTests.approve, Command(paper.document_id), actor=firm.manager)
    assert footprint(firm.company_id) == before


def test_a_reaction_runs_in_the_act_and_its_writes_share_its_fate(firm: Firm) -> None:
    paper, other = firm.submitted(), firm.submitted()

    def send_back_other(work: Work[Licence, object]) -> None:
        assert work.transition_name == "approve"
        perform(PaperForTests.send_back, Command(other.document_id, reason="连带"), actor=work.actor)

    registry.reactions[PaperForTests.approve] = [Reaction(when=PaperForTests.approve, then=send_back_other)]
    try:
        perform(PaperForTests.approve, Command(paper.document_id), actor=firm.manager)
        assert firm.stored(other.document_id).state == "draft"
        again = firm.submitted()
        answer = refused(firm, lambda: perform(PaperForTests.approve, Command(again.document_id), actor=firm.manager))
        assert codes(answer) == ["illegal_transition"]
    finally:
        del registry.reactions[PaperForTests.approve]
    assert firm.stored(again.document_id).state == "submitted"


def test_a_guard_of_a_higher_floor_is_asked_like_the_types_own_gates(firm: Firm) -> None:
    paper = firm.paper(licence_no="待定")
    registry.guards[PaperForTests.submit] = [Guard(on=PaperForTests.submit, by=number_known)]
    try:
        answer = refused(firm, lambda: perform(PaperForTests.submit, Command(paper.document_id), actor=firm.buyer))
    finally:
        del registry.guards[PaperForTests.submit]
    assert codes(answer) == ["number_known"]
    assert transitions_of(paper.document_id) == []


def test_a_verdict_withdrawn_while_the_act_waits_is_seen(firm: Firm) -> None:
    """Write skew, first order: the master changes first, uncommitted; the act waits for it and is then refused."""
    supplier = firm.supplier()
    paper = firm.submitted(supplier=supplier)
    withdrawn, judged = threading.Event(), threading.Event()

    def withdraw() -> str:
        with open_act(firm.made.system):
            Supplier.objects.filter(pk=supplier).update(approved_at=None)
            withdrawn.set()
            assert not judged.wait(timeout=1.0), "the act was judged while the verdict was being changed"
        return "withdrawn"

    def approve() -> str:
        assert withdrawn.wait(timeout=20)
        try:
            return perform(PaperForTests.approve, Command(paper.document_id), actor=firm.manager).state
        except Refused as refusal:
            return refusal.code
        finally:
            judged.set()

    assert in_threads([withdraw, approve]) == ["withdrawn", "supplier_approved"]
    assert firm.stored(paper.document_id).state == "submitted"


def test_a_verdict_cannot_be_withdrawn_between_the_gate_and_the_books(firm: Firm) -> None:
    """Write skew, second order: the gate has spoken; the master stays as it is until the act has committed."""
    supplier = firm.supplier()
    paper = firm.submitted(supplier=supplier)
    in_effect, tried = threading.Event(), threading.Event()

    def wait_in_effect(work: Work[Licence, object]) -> None:
        in_effect.set()
        assert tried.wait(timeout=20)

    DURING_EFFECT.append(wait_in_effect)

    def withdraw() -> str:
        assert in_effect.wait(timeout=20)
        try:
            with open_act(firm.made.system):
                run("SET LOCAL lock_timeout = '300ms'")
                Supplier.objects.filter(pk=supplier).update(approved_at=None)
        except DatabaseError as error:
            return str(getattr(error.__cause__, "sqlstate", ""))
        finally:
            tried.set()
        return "withdrawn"

    def approve() -> str:
        return perform(PaperForTests.approve, Command(paper.document_id), actor=firm.manager).state

    assert in_threads([withdraw, approve]) == ["55P03", "approved"]  # 55P03: lock not available
    with in_company(firm.company_id):
        assert Supplier.objects.get(pk=supplier).approved_at is not None


def test_the_document_is_locked_from_the_first_look(firm: Firm) -> None:
    paper = firm.submitted()
    in_effect, tried = threading.Event(), threading.Event()

    def wait_in_effect(work: Work[Licence, object]) -> None:
        in_effect.set()
        assert tried.wait(timeout=20)

    DURING_EFFECT.append(wait_in_effect)

    def look() -> bool:
        assert in_effect.wait(timeout=20)
        try:
            return (
                fetch("SELECT 1 FROM parties_licence WHERE id = %s FOR UPDATE SKIP LOCKED", [paper.document_id]) == []
            )
        finally:
            tried.set()

    def approve() -> str:
        return perform(PaperForTests.approve, Command(paper.document_id), actor=firm.manager).state

    assert in_threads([look, approve]) == [True, "approved"]


def test_a_serialization_failure_is_tried_again_by_the_outermost_only(firm: Firm) -> None:
    tries: list[int] = []

    def fail_once() -> str:
        tries.append(1)
        with open_act(firm.made.system):
            if len(tries) < 2:
                run("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$")
        return "done"

    assert retried(fail_once) == "done"
    assert len(tries) == 2

    tries.clear()

    def inside() -> None:
        with open_act(firm.made.system):
            retried(fail_once)

    with pytest.raises(DatabaseError):
        inside()
    assert len(tries) == 1


def test_a_refused_statement_that_is_no_conflict_is_not_tried_again() -> None:
    tries: list[int] = []

    def fail() -> None:
        tries.append(1)
        run("SELECT 1 / 0")

    with pytest.raises(DatabaseError):
        retried(fail)
    assert len(tries) == 1
