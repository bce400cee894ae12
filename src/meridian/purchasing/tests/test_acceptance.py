"""Acceptance of what arrived: who inspects, what may be accepted, who releases, and what a hold does to it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meridian.competence.documents import QualificationDocument
from meridian.competence.models import Qualification
from meridian.inspection.documents import AcceptanceInspectionDocument
from meridian.inspection.models import AcceptanceInspection, AcceptanceInspectionLine
from meridian.inventory.models import Lot, LotBlock
from meridian.items.documents import ItemDocument, RegistrationCertificateDocument
from meridian.items.models import Item, RegistrationCertificate
from meridian.kernel.clock import now
from meridian.kernel.findings import Refused
from meridian.kernel.models import Role as RoleRow
from meridian.kernel.models import RoleAssignment
from meridian.organization.vocabulary import Role
from meridian.parties.models import Supplier
from meridian.purchasing.tests.inbound import ALL_PASSED, Inbound, new_inbound
from meridian.warehouse.documents import QualityHoldDocument

pytestmark = pytest.mark.django_db
ACCEPTED = {**ALL_PASSED, "accepted_quantity": "10", "conclusion": "accepted"}
REJECTED = {
    **ALL_PASSED, "label": "failed", "rejected_quantity": "10", "conclusion": "rejected",
    "nonconformity": "标签缺失", "disposition": "return",
}  # fmt: skip


@pytest.fixture
def inbound() -> Inbound:
    return new_inbound()


def refused(call: Any, *arguments: Any, **options: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*arguments, **options)
    return caught.value


def today(inbound: Inbound, days: int = 0) -> date:
    return now().date() + timedelta(days=days)


def accepted(inbound: Inbound, **line: Any) -> UUID:
    """An inspection of ten boxes, written up as good."""
    inspection = inbound.received("10", **line)
    inbound.inspect(inspection, ACCEPTED)
    return inspection


def test_an_inspection_waits_for_the_inspector_and_takes_lines_of_its_receipt_only(inbound: Inbound) -> None:
    inspection = inbound.received("10")
    with inbound.company.scope():
        row = AcceptanceInspection.objects.get(pk=inspection)
        line = AcceptanceInspectionLine.objects.get(document_id=inspection)
    assert (row.state, row.number[:3], row.inspector_id) == ("pending", "YS-", None)
    assert row.supplier_contact == "0512-00000000"
    assert (line.quantity, line.lot_no, line.unit, line.production_license_no) == (
        Decimal(10), "L1", "box", "苏药监械生产许20260001号",
    )  # fmt: skip
    edit = {"role": Role.INSPECTOR, "document_id": inspection}
    for lines in ([], [{"id": line.pk}, {"accepted_quantity": "1"}], [{"accepted_quantity": "10"}]):
        found = refused(inbound.company.draft, AcceptanceInspectionDocument, {}, lines, **edit)
        assert (found.code, found.findings[0].field) == ("field_invalid", "lines")
    smuggled = refused(inbound.company.draft, AcceptanceInspectionDocument, {"inspector_id": line.pk}, **edit)
    assert smuggled.code == "system_field_readonly"  # G76
    assert refused(inbound.company.draft, AcceptanceInspectionDocument, {}, role=Role.INSPECTOR).code == (
        "permission_required"
    )


def test_an_empty_record_is_not_concluded_and_nothing_moves(inbound: Inbound) -> None:
    inspection = inbound.received("10")
    moved = inbound.movements()
    found = refused(inbound.conclude, inspection)
    assert {finding.code for finding in found.findings} == {"acceptance_record_complete"}
    assert len(found.findings) == 6  # four checks, the conclusion, the count
    assert (inbound.movements(), inbound.refusals(inspection)) == (moved, ["acceptance_record_complete"])


def test_inspector_qualified__allows_the_last_day__refuses_the_day_after(inbound: Inbound) -> None:
    inspection = accepted(inbound)
    person = inbound.company.actors[Role.INSPECTOR].user_id
    with inbound.company.scope():
        endless = Qualification.objects.get(person_id=person).pk
    inbound.company.perform(QualificationDocument.withdraw, endless, reason="离岗")
    assert refused(inbound.conclude, inspection).code == "inspector_qualified"
    qualify(inbound, person, today(inbound, -1))
    assert refused(inbound.conclude, inspection).code == "inspector_qualified"
    qualify(inbound, person, today(inbound, 1))
    assert inbound.conclude(inspection).state == "inspected"


def qualify(inbound: Inbound, person: UUID, until: date) -> None:
    fields = {"person_id": person, "kind": "acceptance", "basis": "岗前培训考核合格", "valid_from": "2020-01-01",
              "valid_until": until.isoformat()}  # fmt: skip
    made = inbound.company.draft(QualificationDocument, fields)
    inbound.company.perform(QualificationDocument.put_into_force, made.document_id)


def test_an_expired_lot_is_rejected_but_never_accepted(inbound: Inbound) -> None:
    expired = today(inbound, -2).isoformat()
    inspection = accepted(inbound, expires_on=expired)
    assert "lot_not_expired" in {finding.code for finding in refused(inbound.conclude, inspection).findings}
    inbound.inspect(inspection, {**REJECTED, "accepted_quantity": "0"})
    inbound.conclude(inspection)
    assert inbound.stock() == {("BHG", "nonconforming"): Decimal(10)}
    inbound.release(inspection)  # nothing to release: quality confirms the record
    assert inbound.stock() == {("BHG", "nonconforming"): Decimal(10)}


def test_a_short_dated_lot_passes_with_two_signatures_only() -> None:
    inbound = new_inbound(receipt_min_days=180)
    inspection = accepted(inbound, expires_on=today(inbound, 170).isoformat())
    assert refused(inbound.conclude, inspection).code == "remaining_life_meets_receipt_minimum"
    fine = accepted(inbound, lot_no="L2", expires_on=today(inbound, 182).isoformat())
    assert inbound.conclude(fine).state == "inspected"


def test_a_lot_made_outside_its_registration_is_not_accepted(inbound: Inbound) -> None:
    inspection = accepted(inbound, manufactured_on="2021-12-31")  # registered from 2022-01-01 on
    assert refused(inbound.conclude, inspection).code == "registration_valid_for_lot"
    assert inbound.conclude(accepted(inbound, lot_no="L2", manufactured_on="2022-01-01")).state == "inspected"


def test_a_registration_cancelled_meanwhile_stops_the_release(inbound: Inbound) -> None:
    inspection = accepted(inbound)
    inbound.conclude(inspection)
    with inbound.company.scope():
        certificate = RegistrationCertificate.objects.get().pk
    inbound.company.perform(RegistrationCertificateDocument.cancel, certificate, role=Role.QUALITY_HEAD, reason="注销")
    assert refused(inbound.release, inspection).code == "registration_valid_for_lot"
    assert inbound.stock() == {("DY", "pending_inspection"): Decimal(10)}


def test_whoever_concluded_does_not_release(inbound: Inbound) -> None:
    inspection = accepted(inbound)
    inbound.conclude(inspection)
    assert refused(inbound.release, inspection, Role.INSPECTOR).code == "permission_required"
    actor = inbound.company.actors[Role.INSPECTOR]
    with inbound.company.scope():
        RoleAssignment.objects.create(
            user_id=actor.user_id, role=RoleRow.objects.get(code="quality_staff"), valid_from=now() - timedelta(days=1)
        )
    found = refused(inbound.release, inspection, Role.INSPECTOR)
    assert found.code == "second_person_required"
    assert inbound.release(inspection, Role.QUALITY_STAFF).state == "released"


def test_a_hold_binds_what_waits_and_quality_alone_lifts_it(inbound: Inbound) -> None:
    inspection = accepted(inbound)
    inbound.conclude(inspection)
    with inbound.company.scope():
        lot = Lot.objects.get().pk
    hold = inbound.company.draft(QualityHoldDocument, {"lot": lot, "doubt": "包装渗漏"}, role=Role.KEEPER).document_id
    held = inbound.company.perform(QualityHoldDocument.hold, hold, role=Role.KEEPER)
    assert held.state == "held"
    [finding] = refused(inbound.release, inspection).findings
    assert (finding.code, str(finding.evidence)) == ("lot_not_blocked", "批号 L1 因“质量锁定”锁定：包装渗漏")
    assert finding.remedy is not None
    assert finding.remedy.document_id == hold
    lift = inbound.company.perform
    assert refused(lift, QualityHoldDocument.lift, hold, role=Role.KEEPER, reason="x").code == "permission_required"
    assert refused(lift, QualityHoldDocument.lift, hold, role=Role.QUALITY_STAFF).code == "reason_required"
    assert lift(QualityHoldDocument.lift, hold, role=Role.QUALITY_STAFF, reason="复验合格").state == "lifted"
    with inbound.company.scope():
        block = LotBlock.objects.get(lot_id=lot)
    assert (block.release_reason, block.released_by_name) == (
        "复验合格", inbound.company.actors[Role.QUALITY_STAFF].name,
    )  # fmt: skip
    assert inbound.release(inspection).state == "released"


def test_the_words_of_the_record_are_taken_anew_when_the_inspector_saves(inbound: Inbound) -> None:
    inspection = inbound.received("10")
    company = inbound.company
    company.perform(ItemDocument.suspend, inbound.item, role=Role.QUALITY_HEAD, reason="补录")
    company.draft(ItemDocument, {"production_license_no": ""}, document_id=inbound.item, reason="更正")
    company.perform(ItemDocument.approve, inbound.item, role=Role.QUALITY_HEAD)
    inbound.inspect(inspection, ACCEPTED)
    [finding] = refused(inbound.conclude, inspection).findings
    assert str(finding.evidence) == "批号 L1：记录缺少生产许可证号或备案编号。"
    company.perform(ItemDocument.suspend, inbound.item, role=Role.QUALITY_HEAD, reason="补录")
    company.draft(ItemDocument, {"production_license_no": "苏 2 号"}, document_id=inbound.item, reason="更正")
    company.perform(ItemDocument.approve, inbound.item, role=Role.QUALITY_HEAD)
    inbound.inspect(inspection, ACCEPTED)
    assert inbound.conclude(inspection).state == "inspected"
    with company.scope():
        assert AcceptanceInspectionLine.objects.get(document_id=inspection).production_license_no == "苏 2 号"
        assert Item.objects.count() == 1
        assert Supplier.objects.count() == 1


def test_a_concluded_record_is_locked_and_every_state_has_its_own_moves(inbound: Inbound) -> None:
    inspection = accepted(inbound)
    assert refused(inbound.release, inspection).code == "illegal_transition"
    inbound.conclude(inspection)
    assert refused(inbound.conclude, inspection).code == "illegal_transition"
    assert refused(inbound.inspect, inspection, ACCEPTED).code == "record_locked"  # G74
    inbound.release(inspection)
    for move in (inbound.conclude, inbound.release):
        assert refused(move, inspection).code == "illegal_transition"
    with inbound.company.scope():
        assert AcceptanceInspection.objects.get(pk=inspection).keep_until == date(2031, 1, 4)


def test_conclusion_and_release_cost_the_same_statements_for_one_lot_and_for_many(inbound: Inbound) -> None:
    counts = []
    for count in (1, 40):
        lines = [inbound.line("1", lot_no=f"N{count}-{number}") for number in range(count)]
        receipt = inbound.receipt(inbound.order(str(count)), lines)
        inbound.receive(receipt)
        inspection = inbound.inspection(receipt)
        inbound.inspect(inspection, *[{**ACCEPTED, "accepted_quantity": "1"}] * count)
        with CaptureQueriesContext(connection) as concluding:
            inbound.conclude(inspection)
        with CaptureQueriesContext(connection) as releasing:
            inbound.release(inspection)
        counts.append([len(seen) for seen in (concluding, releasing)])
    assert counts[0] == counts[1]
