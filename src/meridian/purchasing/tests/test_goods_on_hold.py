"""Goods that are not in order on arrival: refused, or accepted to hold until quality decides."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from meridian.inspection.models import AcceptanceInspection
from meridian.inventory.models import StockBalance, StockMovement, SupplyDemand
from meridian.inventory.queries import Demand, allocate
from meridian.kernel.act import open_act
from meridian.kernel.clock import now
from meridian.kernel.content import hash_of_content
from meridian.kernel.documents import WaiverDocument
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused
from meridian.kernel.models import SignatureRecord
from meridian.kernel.signature import Signing
from meridian.kernel.tests.engine_case import counted_statements
from meridian.ledger.queries import trial_balance
from meridian.organization.models import Place
from meridian.organization.tests.factories import PASSWORD
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.parties.documents import LicenceDocument
from meridian.parties.models import Licence
from meridian.purchasing.tests.inbound import ALL_PASSED, Inbound, new_inbound
from meridian.warehouse.documents import (
    GoodsReceiptDocument,
    InternalMoveDocument,
    PutawayDocument,
    SupplierReturnDocument,
)
from meridian.warehouse.models import GoodsReceipt

pytestmark = pytest.mark.django_db

HOLD = GoodsReceiptDocument.accept_to_hold
REFUSE = GoodsReceiptDocument.refuse_goods
RELEASE = GoodsReceiptDocument.release_from_hold
CONDEMN = GoodsReceiptDocument.condemn


@pytest.fixture
def inbound() -> Inbound:
    return new_inbound()


def refused(call: Any, *arguments: Any, **options: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*arguments, **options)
    return caught.value


def codes(found: Refused) -> list[str]:
    return [finding.code for finding in found.findings]


def held(inbound: Inbound, order: UUID | None = None, quantity: str = "10", **fields: Any) -> UUID:
    """A delivery on hold whose papers were in order when it came."""
    receipt = inbound.receipt(order or inbound.order(quantity), [inbound.line(quantity)], **fields)
    hold(inbound, receipt)
    return receipt


def hold(inbound: Inbound, receipt: UUID) -> None:
    inbound.company.perform(HOLD, receipt, role=Role.RECEIVER, reason="外箱受潮，待质量确认")


def cleared(inbound: Inbound, receipt: UUID) -> None:
    """The quality head's waiver that lets goods wait in the house although their note fails."""
    fields = {
        "gate_code": "faulty_note_cleared_for_hold", **inbound.company.about(GoodsReceiptDocument, receipt),
        "justification": "供方承诺当日补送随货同行单", "ends_on": "2099-12-31",
    }  # fmt: skip
    made = inbound.company.draft(WaiverDocument, fields, role=Role.QUALITY_HEAD).document_id
    inbound.company.perform(WaiverDocument.sign_alone, made, role=Role.QUALITY_HEAD)


def row(inbound: Inbound, receipt: UUID) -> GoodsReceipt:
    with inbound.company.scope():
        return GoodsReceipt.objects.get(pk=receipt)


def stock_account(inbound: Inbound) -> Decimal:
    with inbound.company.scope():
        rows = [each for each in trial_balance("2000-01", "2099-12") if each.account_code == "1405"]
    return rows[0].closing if rows else Decimal(0)


def test_delivery_note_matches__refuses_what_was_not_stated__allows_what_agrees(inbound: Inbound) -> None:
    unstated = {"note_presence": "", "note_form": "", "note_lines": ""}
    receipt = inbound.receipt(inbound.order("10"), [inbound.line("10")], **unstated)
    found = refused(inbound.receive, receipt)
    assert codes(found) == ["delivery_note_matches"]
    assert str(found.findings[0].evidence) == "请填写随货同行单、单据样式与印章、单货核对。"
    assert (inbound.movements(), inbound.refusals(receipt)) == (0, ["delivery_note_matches"])
    stated = {"note_presence": "present", "note_form": "passed", "note_lines": "passed"}
    inbound.company.draft(GoodsReceiptDocument, stated, role=Role.RECEIVER, document_id=receipt)
    inbound.receive(receipt)
    assert inbound.stock() == {("DY", "pending_inspection"): Decimal(10)}


@pytest.mark.parametrize(
    ("found", "evidence"),
    [
        ({"note_presence": "missing", "delivery_note_number": "", "note_form": "", "note_lines": ""},
         ["没有随货同行单。"]),
        ({"note_form": "failed"}, ["随货同行单的样式或印章与备案不符。"]),
        ({"note_lines": "failed"}, ["随货同行单与采购记录或到货实物不符。"]),
        ({"note_form": "failed", "delivery_note_number": ""},
         ["随货同行单的样式或印章与备案不符。", "请填写随货同行单号。"]),
    ],
)  # fmt: skip
def test_delivery_note_matches__refuses_each_fault_and_names_the_cures(
    inbound: Inbound, found: dict[str, str], evidence: list[str]
) -> None:
    receipt = inbound.receipt(inbound.order("10"), [inbound.line("10")], **found)
    answer = refused(inbound.receive, receipt)
    assert codes(answer) == ["delivery_note_matches"] * len(evidence)
    assert [str(finding.evidence) for finding in answer.findings] == evidence
    remedy = answer.findings[0].remedy
    assert remedy is not None
    assert (remedy.transition, remedy.label) == ("accept_to_hold", "转待处理，或拒收")
    assert (inbound.movements(), inbound.refusals(receipt)) == (0, ["delivery_note_matches"])


def test_refuse_goods__asks_for_a_reason__nothing_enters_stock_and_the_order_stays_open(inbound: Inbound) -> None:
    order = inbound.order("10")
    receipt = inbound.receipt(order, [inbound.line("10")], note_presence="missing", delivery_note_number="")
    assert codes(refused(inbound.company.perform, REFUSE, receipt, role=Role.RECEIVER)) == ["reason_required"]
    inbound.company.perform(REFUSE, receipt, role=Role.RECEIVER, reason="没有随货同行单")
    kept = row(inbound, receipt)
    assert (kept.state, kept.decision_reason) == ("refused", "没有随货同行单")
    assert kept.decided_by_name == inbound.company.actors[Role.RECEIVER].name
    assert kept.decided_at is not None
    assert inbound.movements() == 0
    assert stock_account(inbound) == 0
    with inbound.company.scope():
        expected = SupplyDemand.objects.get()
        assert (expected.done, expected.is_open) == (Decimal(0), True)
    again = inbound.receipt(order, [inbound.line("10")])
    inbound.receive(again)
    assert codes(refused(inbound.receive, receipt)) == ["illegal_transition"]


def test_goods_on_hold_are_in_both_books__counted_for_the_order__and_not_for_sale(inbound: Inbound) -> None:
    order = inbound.order("10")
    receipt = held(inbound, order)
    assert inbound.stock() == {("DY", "quality_hold"): Decimal(10)}
    assert stock_account(inbound) == Decimal("125.00")
    kept = row(inbound, receipt)
    assert (kept.state, kept.hold_reason) == ("on_hold", "外箱受潮，待质量确认")
    assert kept.received_by_name == inbound.company.actors[Role.RECEIVER].name
    with inbound.company.scope():
        expected = SupplyDemand.objects.get()
        assert (expected.done, expected.is_open) == (Decimal(10), False)
        assert not AcceptanceInspection.objects.exists()
        today = now().date()
        demand = Demand(line_id=inbound.item, item_id=inbound.item, quantity=Decimal(10), arrives_on=today,
                        min_remaining_days=0)  # fmt: skip
        assert [found.quantity for found in allocate([demand], site_day=today)] == []


def test_faulty_note_cleared_for_hold__refuses_without_the_quality_head__allows_with_the_waiver(
    inbound: Inbound,
) -> None:
    receipt = inbound.receipt(inbound.order("10"), [inbound.line("10")], note_presence="missing")
    assert codes(refused(hold, inbound, receipt)) == ["faulty_note_cleared_for_hold"]
    assert (inbound.movements(), inbound.refusals(receipt)) == (0, ["faulty_note_cleared_for_hold"])
    cleared(inbound, receipt)
    hold(inbound, receipt)
    assert inbound.stock() == {("DY", "quality_hold"): Decimal(10)}
    assert codes(refused(inbound.company.perform, RELEASE, receipt, role=Role.QUALITY_HEAD, reason="同意")) == [
        "delivery_note_matches"
    ]  # the waiver lets the goods wait; it never accepts them


@pytest.mark.parametrize("zone", [ZoneKind.PENDING, ZoneKind.RETURNS, ZoneKind.NONCONFORMING])
def test_hold_place_fits__allows_zones_for_goods_in_doubt(inbound: Inbound, zone: ZoneKind) -> None:
    held(inbound, place=inbound.place(zone))
    assert [status for _place, status in inbound.stock()] == ["quality_hold"]


def test_hold_place_fits__refuses_a_green_zone(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order("10"), [inbound.line("10")], place=inbound.place(ZoneKind.QUALIFIED))
    assert codes(refused(hold, inbound, receipt)) == ["hold_place_fits"]
    assert (inbound.movements(), inbound.refusals(receipt)) == (0, ["hold_place_fits"])


def test_released_from_hold_goods_wait_for_inspection_as_they_would_have_on_arrival(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order("10"), [inbound.line("10")], note_lines="failed")
    cleared(inbound, receipt)
    hold(inbound, receipt)
    inbound.company.draft(GoodsReceiptDocument, {"note_lines": "passed"}, role=Role.RECEIVER, document_id=receipt)
    inbound.company.perform(RELEASE, receipt, role=Role.QUALITY_HEAD, reason="供方已更正随货同行单")
    assert inbound.stock() == {("DY", "pending_inspection"): Decimal(10)}
    assert stock_account(inbound) == Decimal("125.00")  # moved between statuses: no value, no voucher
    kept = row(inbound, receipt)
    assert (kept.state, kept.decision_reason) == ("received", "供方已更正随货同行单")
    with inbound.company.scope():
        inspection = AcceptanceInspection.objects.get(receipt_id=receipt)
        assert inspection.received_by_id == inbound.company.actors[Role.RECEIVER].user_id
        assert inspection.bought_by_name == inbound.company.actors[Role.BUYER].name
        assert SignatureRecord.objects.get(document_id=receipt).meaning == "released"
        values = StockMovement.objects.order_by("id").values_list("movement", "value")
        assert list(values) == [("receive", Decimal("125.00")), ("resume", Decimal("0.00"))]
    inbound.inspect(inspection.pk, {**ALL_PASSED, "accepted_quantity": "10", "conclusion": "accepted"})
    inbound.conclude(inspection.pk)
    inbound.release(inspection.pk)
    assert inbound.stock() == {("HG", "qualified"): Decimal(10)}


def test_goods_held_in_another_zone_are_released_to_the_pending_zone(inbound: Inbound) -> None:
    receipt = held(inbound, place=inbound.place(ZoneKind.RETURNS))
    inbound.company.perform(RELEASE, receipt, role=Role.QUALITY_HEAD, reason="复核无误")
    assert inbound.stock() == {("DY", "pending_inspection"): Decimal(10)}


def test_pending_zone_awaits_goods__refuses_without_one__allows_with_one_in_use(inbound: Inbound) -> None:
    receipt = held(inbound, place=inbound.place(ZoneKind.RETURNS))
    in_use(inbound, inbound.place(), False)
    found = refused(inbound.company.perform, RELEASE, receipt, role=Role.QUALITY_HEAD, reason="复核无误")
    assert (codes(found), inbound.refusals(receipt)) == (["pending_zone_awaits_goods"],) * 2
    assert inbound.stock() == {("TH", "quality_hold"): Decimal(10)}
    in_use(inbound, inbound.place(), True)
    inbound.company.perform(RELEASE, receipt, role=Role.QUALITY_HEAD, reason="复核无误")
    assert inbound.stock() == {("DY", "pending_inspection"): Decimal(10)}


def in_use(inbound: Inbound, place: UUID, is_active: bool) -> None:
    with inbound.company.scope(), open_act(inbound.company.set_up.system):
        assert Place.objects.filter(pk=place).update(is_active=is_active) == 1


def test_only_quality_decides__and_never_who_put_the_goods_on_hold(inbound: Inbound) -> None:
    receipt = held(inbound)
    for move in (RELEASE, CONDEMN):
        assert refused(inbound.company.perform, move, receipt, role=Role.RECEIVER, reason="放行").status == 403
    assert codes(refused(inbound.company.perform, RELEASE, receipt, role=Role.QUALITY_HEAD)) == ["reason_required"]
    assert inbound.stock() == {("DY", "quality_hold"): Decimal(10)}


def test_supplier_papers_valid__stops_the_release_of_goods_on_hold(inbound: Inbound) -> None:
    receipt = held(inbound)
    with inbound.company.scope():
        paper = Licence.objects.get(kind="business_license").pk
    inbound.company.perform(LicenceDocument.withdraw, paper, reason="被吊销")
    found = refused(inbound.company.perform, RELEASE, receipt, role=Role.QUALITY_HEAD, reason="同意")
    assert codes(found) == ["supplier_papers_valid"]


def test_condemned_goods_go_to_the_red_zone_and_back_to_the_supplier(inbound: Inbound) -> None:
    receipt = held(inbound)
    inbound.company.perform(CONDEMN, receipt, role=Role.QUALITY_STAFF, reason="包装破损，内容物污染")
    assert inbound.stock() == {("DY", "nonconforming"): Decimal(10)}
    assert row(inbound, receipt).state == "condemned"
    with inbound.company.scope():
        lot = StockBalance.objects.filter(quantity__gt=0).get().lot_id
        assert not AcceptanceInspection.objects.exists()
        assert SignatureRecord.objects.get(document_id=receipt).meaning == "rejected"
    line = {"lot": lot, "place": inbound.place(), "stock_status": "nonconforming", "quantity": "10"}
    red = inbound.place(ZoneKind.NONCONFORMING)
    company = inbound.company
    away = company.draft(PutawayDocument, {}, [line | {"to_place": red}], role=Role.KEEPER).document_id
    company.perform(PutawayDocument.put_away, away, role=Role.KEEPER)
    assert inbound.stock() == {("BHG", "nonconforming"): Decimal(10)}
    header = {"supplier": inbound.supplier, "return_reason": "到货不合格"}
    back = company.draft(SupplierReturnDocument, header, [line | {"place": red}], role=Role.KEEPER).document_id
    company.perform(SupplierReturnDocument.approve, back, role=Role.QUALITY_HEAD)
    company.perform(SupplierReturnDocument.send_back, back, role=Role.KEEPER)
    assert stock_account(inbound) == 0


def test_held_goods_in_place__refuses_once_they_were_moved__allows_when_they_are_back(inbound: Inbound) -> None:
    receipt, returns = held(inbound), inbound.place(ZoneKind.RETURNS)
    moved(inbound, inbound.place(), returns, "1")
    for move in (RELEASE, CONDEMN):
        found = refused(inbound.company.perform, move, receipt, role=Role.QUALITY_HEAD, reason="决定")
        assert codes(found) == ["held_goods_in_place"]
        assert str(found.findings[0].evidence) == "批号 L1 在 DY 待验区 待处理 9，本单为 10；请先移回收货位置。"
    assert inbound.refusals(receipt) == ["held_goods_in_place"] * 2
    moved(inbound, returns, inbound.place(), "1")
    inbound.company.perform(RELEASE, receipt, role=Role.QUALITY_HEAD, reason="复核无误")
    assert inbound.stock() == {("DY", "pending_inspection"): Decimal(10)}


def moved(inbound: Inbound, here: UUID, there: UUID, quantity: str) -> None:
    with inbound.company.scope():
        lot = StockBalance.objects.filter(place_id=here).get().lot_id
    line = {"lot": lot, "place": here, "to_place": there, "stock_status": "quality_hold", "quantity": quantity}
    made = inbound.company.draft(InternalMoveDocument, {}, [line], role=Role.KEEPER).document_id
    inbound.company.perform(InternalMoveDocument.move, made, role=Role.KEEPER)


def test_of_goods_on_hold_only_the_papers_are_still_written(inbound: Inbound) -> None:
    receipt = held(inbound)
    for fields, lines in (
        ({"place": inbound.place(ZoneKind.RETURNS)}, None), ({"transport_mode": "own"}, None),
        ({}, [inbound.line("10")]), ({}, []),
    ):  # fmt: skip
        found = refused(inbound.company.draft, GoodsReceiptDocument, fields, lines, role=Role.RECEIVER,
                        document_id=receipt)  # fmt: skip
        assert codes(found) == ["record_locked"]
    later = {"delivery_note_number": "SHTX-1B", "note_lines": "passed", "place": inbound.place()}
    inbound.company.draft(GoodsReceiptDocument, later, role=Role.RECEIVER, document_id=receipt)
    assert row(inbound, receipt).delivery_note_number == "SHTX-1B"


def test_hold_release_and_condemning_cost_the_same_statements_for_one_line_and_for_many(inbound: Inbound) -> None:
    counts: list[list[int]] = []
    for serial, lines in enumerate((1, 40), start=1):
        rows = [inbound.line("1", lot_no=f"N{serial}{number:03}") for number in range(lines)]
        receipts = [inbound.receipt(inbound.order(str(lines)), rows) for _each in range(2)]
        steps: list[tuple[Any, UUID, Role]] = [
            (HOLD, receipts[0], Role.RECEIVER), (RELEASE, receipts[0], Role.QUALITY_HEAD),
            (HOLD, receipts[1], Role.RECEIVER), (CONDEMN, receipts[1], Role.QUALITY_HEAD),
        ]  # fmt: skip
        counts.append([])
        for move, receipt, role in steps:
            with inbound.company.scope():
                shown = hash_of_content(GoodsReceiptDocument, receipt)
            signing = Signing(shown, move.signature.value, PASSWORD) if move.signature else None
            with counted_statements() as seen:
                perform(move, Command(receipt, reason="决定", signing=signing), actor=inbound.company.actors[role])
            counts[-1].append(len(seen))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 20  # PERFORMANCE: client statements of one perform()


def test_what_is_wrong_with_goods_on_hold_offers_what_may_still_be_done_with_them(inbound: Inbound) -> None:
    receipt = held(inbound)
    inbound.company.draft(GoodsReceiptDocument, {"note_form": "failed"}, role=Role.RECEIVER, document_id=receipt)
    answer = refused(inbound.company.perform, RELEASE, receipt, role=Role.QUALITY_HEAD, reason="查明")
    assert codes(answer) == ["delivery_note_matches"]
    remedy = answer.findings[0].remedy
    assert remedy is not None
    assert (remedy.transition, remedy.label) == ("condemn", "补正单证，或判不合格")
