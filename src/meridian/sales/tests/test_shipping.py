"""Shipments through the two doors: allocated, picked, reviewed by another person, shipped; what each rule stops."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from meridian.inventory.models import LotBlock, Reservation, StockMovement, SupplyDemand
from meridian.inventory.vocabulary import StockStatus
from meridian.items.tests.factories import approved_item
from meridian.kernel.act import open_act
from meridian.kernel.documents import WaiverDocument
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused
from meridian.kernel.models import Role as RoleRow
from meridian.kernel.models import RoleAssignment, TransitionRecord
from meridian.kernel.retention import years_after
from meridian.kernel.tests.engine_case import counted_statements
from meridian.ledger.documents import AccountingPeriodDocument
from meridian.ledger.models import Voucher, VoucherLine
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.sales.documents import SalesOrderDocument
from meridian.sales.models import SalesOrder
from meridian.sales.tests.factories import confirmed_order, today
from meridian.sales.tests.test_sales_order import withdraw_licence
from meridian.warehouse.documents import ShipmentDocument
from meridian.warehouse.models import Shipment, ShipmentLine
from meridian.warehouse.queries.shipment import delivery_note
from meridian.warehouse.tests.outbound import ROLES, House, LotIn, new_house

pytestmark = pytest.mark.django_db


def shelf(*lots: tuple[str, str, int | None], **options: Any) -> House:
    """A house with lots by number, quantity and days of life left."""
    house = new_house(**options)
    day = today(house)
    house.stock(*(
        LotIn(lot, quantity, None if days is None else day + timedelta(days=days)) for lot, quantity, days in lots
    ))  # fmt: skip
    return house


@pytest.fixture
def house() -> House:
    return shelf(("L1", "40", 200), ("L2", "100", 400))


def footprint(house: House, shipment: UUID) -> tuple[Any, ...]:
    """Whatever a refused move must leave as it was."""
    with house.company.scope():
        row = Shipment.objects.get(pk=shipment)
        return (
            row.state, row.version, StockMovement.objects.count(), Voucher.objects.count(),
            list(Reservation.objects.order_by("id").values_list("id", flat=True)),
            list(SupplyDemand.objects.order_by("id").values_list("done", flat=True)),
            TransitionRecord.objects.filter(document_id=shipment).count(),
        )  # fmt: skip


def refused(house: House, transition: Any, shipment: UUID, role: Role, **options: Any) -> list[str]:
    """The findings of a refused move; proves that nothing moved and that one refusal row says so."""
    before, told = footprint(house, shipment), len(house.refusals(shipment))
    with pytest.raises(Refused) as caught:
        house.company.perform(transition, shipment, role=role, **options)
    assert footprint(house, shipment) == before
    assert house.refusals(shipment)[told:] == [caught.value.code]
    return [finding.code for finding in caught.value.findings]


def picked(house: House, shipment: UUID) -> UUID:
    house.company.perform(ShipmentDocument.pick, shipment, role=Role.PICKER)
    return shipment


def reviewed(house: House, shipment: UUID) -> UUID:
    house.company.perform(ShipmentDocument.review, picked(house, shipment), role=Role.REVIEWER)
    return shipment


def test_a_shipment_without_lines_is_filled_first_expiry_first(house: House) -> None:
    order = confirmed_order(house, "60")
    shipment = house.shipment(order)
    assert house.lines_of(shipment) == [("L1", "40", ""), ("L2", "20", "")]
    with house.company.scope():
        row = Shipment.objects.get(pk=shipment)
    assert row.order_number.startswith("XSDD-")
    assert (row.customer_name, row.delivery_address) == ("江南市第一人民医院", "江南市中山路 8 号 设备科库房")
    assert (row.supplier_name, row.seal) == ("江南试验医疗器械有限公司", "江南试验医疗器械有限公司出库专用章")
    assert row.arrives_on == today(house) + timedelta(days=1)


def test_shipping_books_stock_cost_and_the_order(house: House) -> None:
    order = confirmed_order(house, "60")
    shipment = reviewed(house, house.shipment(order))
    house.company.perform(ShipmentDocument.ship, shipment, role=Role.KEEPER)
    with house.company.scope():
        moved = list(StockMovement.objects.filter(document_id=shipment).order_by("id"))
        sides = dict(VoucherLine.objects.filter(
            voucher_id__in=Voucher.objects.filter(source_id=shipment).values("pk")
        ).values_list("account_code", "debit"))  # fmt: skip
        demand = SupplyDemand.objects.get(document_id=order)
        row = Shipment.objects.get(pk=shipment)
        assert not Reservation.objects.exists()
    assert [(m.movement, m.from_status, m.to_virtual, m.quantity, m.value, m.unit, m.party_name) for m in moved] == [
        ("ship", "qualified", "customer", Decimal(40), Decimal("400.00"), "box", "江南市第一人民医院"),
        ("ship", "qualified", "customer", Decimal(20), Decimal("200.00"), "box", "江南市第一人民医院"),
    ]
    assert {m.expectation_id for m in moved} == {demand.pk}
    assert sides == {"6401": Decimal("600.00"), "1405": Decimal(0)}
    assert (demand.done, demand.is_open) == (Decimal(60), False)
    assert (house.on_hand("L1"), house.on_hand("L2")) == (Decimal(0), Decimal(80))
    assert row.shipped_at is not None
    assert (row.picked_by_name, row.reviewed_by_name) == ("拣货员甲", "复核员甲")
    last = house.lot("L2").expires_on
    assert last is not None
    assert row.keep_until is not None
    assert (row.keep_until.year, row.keep_until.month) == (last.year + 2, last.month)  # R1: two years past expiry


def test_an_order_is_kept_two_years_past_the_expiry_of_what_left_for_it() -> None:
    house = shelf(("L1", "40", 1200), ("L2", "100", 4000))
    order = confirmed_order(house, "60")

    def kept() -> date | None:
        with house.company.scope():
            return SalesOrder.objects.get(pk=order).keep_until

    day = today(house)
    assert kept() == years_after(day, 5)  # no lot known yet
    house.to_shipped(house.shipment(order, ("L1", "40")))
    assert kept() == years_after(day + timedelta(days=1200), 2) > years_after(day, 5)
    shipment = house.shipment(order, ("L2", "20"))
    assert kept() == years_after(day + timedelta(days=1200), 2)  # a draft prolongs nothing
    house.to_shipped(shipment)
    assert kept() == years_after(day + timedelta(days=4000), 2)
    house.company.perform(SalesOrderDocument.close, order, role=Role.SALES_MANAGER, reason="发齐")
    assert kept() == years_after(day + timedelta(days=4000), 2)


def test_stock_without_expiry_leaves_by_age() -> None:
    house = shelf(("A", "5", None), ("B", "5", None), item={"has_expiry": False})
    order = confirmed_order(house, "7")
    shipment = house.shipment(order)
    assert house.lines_of(shipment) == [("A", "5", ""), ("B", "2", "")]
    house.to_shipped(shipment)
    with house.company.scope():
        kept = Shipment.objects.get(pk=shipment).keep_until
    assert kept is not None
    assert kept.year == (today(house) + timedelta(days=1)).year + 5


def test_what_is_picked_is_nobody_elses(house: House) -> None:
    order = confirmed_order(house, "60")
    picked(house, house.shipment(order, ("L1", "40")))
    second = house.shipment(order)
    assert house.lines_of(second) == [("L2", "20", "")]
    taken = house.shipment(order, ("L1", "1"))
    assert refused(house, ShipmentDocument.pick, taken, Role.PICKER) == ["stock_sufficient"]


def test_voiding_and_sending_back_free_what_was_picked(house: House) -> None:
    order = confirmed_order(house, "40")
    for release in (ShipmentDocument.send_back, ShipmentDocument.void):
        shipment = picked(house, house.shipment(order))
        with house.company.scope():
            assert Reservation.objects.filter(document_id=shipment).count() == 1
        house.company.perform(release, shipment, role=Role.KEEPER, reason="改期")
        with house.company.scope():
            assert not Reservation.objects.exists()
            assert Shipment.objects.get(pk=shipment).picked_by_name in ("", "拣货员甲")


def test_a_shipped_shipment_is_not_voided(house: House) -> None:
    shipment = house.shipment(confirmed_order(house, "40"))
    house.to_shipped(shipment)
    assert refused(house, ShipmentDocument.void, shipment, Role.KEEPER, reason="错发") == ["illegal_transition"]


def test_stock_sufficient__allows_the_last_piece__refuses_one_more(house: House) -> None:
    order = confirmed_order(house, "200")
    shipment = house.shipment(order, ("L1", "40"), ("L2", "100"))
    picked(house, shipment)
    house.company.perform(ShipmentDocument.send_back, shipment, role=Role.PICKER, reason="试")
    more = house.shipment(order, ("L1", "40"), ("L2", "100.000001"))
    assert refused(house, ShipmentDocument.pick, more, Role.PICKER) == ["stock_sufficient"]


def test_two_lines_of_one_lot_share_what_lies_there(house: House) -> None:
    order = confirmed_order(house, "60")
    shipment = house.shipment(order, ("L1", "20"), ("L1", "21"))
    assert refused(house, ShipmentDocument.pick, shipment, Role.PICKER) == ["stock_sufficient"] * 2


def test_goods_awaiting_inspection_are_not_picked() -> None:
    house = new_house()
    pending = LotIn("L1", "40", today(house) + timedelta(days=100), StockStatus.PENDING_INSPECTION)
    house.stock(pending)
    shipment = house.shipment(confirmed_order(house, "10"), ("L1", "10"))
    assert refused(house, ShipmentDocument.pick, shipment, Role.PICKER) == ["stock_sufficient"]


def test_quantity_within_order_line__allows_the_rest__refuses_more_than_was_ordered(house: House) -> None:
    order = confirmed_order(house, "30")
    house.to_shipped(house.shipment(order, ("L1", "20")))
    over = house.shipment(order, ("L1", "10.5"))
    assert refused(house, ShipmentDocument.pick, over, Role.PICKER) == ["quantity_within_order_line"]
    rest = house.shipment(order)
    assert house.lines_of(rest) == [("L1", "10", "")]
    house.to_shipped(rest)
    with house.company.scope():
        assert SupplyDemand.objects.get(document_id=order).done == 30


def test_quantity_within_order_line__refuses_to_ship_what_another_shipment_has_shipped(house: House) -> None:
    order = confirmed_order(house, "30")
    first, second = house.shipment(order, ("L1", "20")), house.shipment(order, ("L1", "20"))
    reviewed(house, first)
    assert refused(house, ShipmentDocument.pick, second, Role.PICKER) == ["quantity_within_order_line"]
    house.company.perform(ShipmentDocument.ship, first, role=Role.WAREHOUSE_MANAGER)
    assert refused(house, ShipmentDocument.pick, second, Role.PICKER) == ["quantity_within_order_line"]


def test_quantity_within_order_line__refuses_after_the_order_was_closed(house: House) -> None:
    order = confirmed_order(house, "30")
    shipment = reviewed(house, house.shipment(order))
    house.company.perform(SalesOrderDocument.close, order, role=Role.SALES_MANAGER, reason="客户取消")
    assert refused(house, ShipmentDocument.ship, shipment, Role.KEEPER) == ["quantity_within_order_line"]


def test_outbound_reviewed__refuses_goods_nobody_reviewed__allows_them_after_review(house: House) -> None:
    shipment = picked(house, house.shipment(confirmed_order(house, "30")))
    assert refused(house, ShipmentDocument.ship, shipment, Role.KEEPER) == ["outbound_reviewed"]
    house.company.perform(ShipmentDocument.review, shipment, role=Role.REVIEWER)
    house.company.perform(ShipmentDocument.ship, shipment, role=Role.KEEPER)


def test_the_picker_does_not_review_the_same_goods() -> None:
    house = shelf(("L1", "40", 200))
    with open_act(house.company.set_up.system) as act:
        reviewer = RoleRow.objects.get(code=Role.REVIEWER)
        picker = house.company.actors[Role.PICKER].user_id
        RoleAssignment.objects.create(user_id=picker, role=reviewer, valid_from=act.instant)
    shipment = picked(house, house.shipment(confirmed_order(house, "10")))
    assert refused(house, ShipmentDocument.review, shipment, Role.PICKER) == ["second_person_required"]
    house.company.perform(ShipmentDocument.review, shipment, role=Role.REVIEWER)


def test_a_review_before_the_latest_pick_counts_for_nothing(house: House) -> None:
    shipment = reviewed(house, house.shipment(confirmed_order(house, "30")))
    house.company.perform(ShipmentDocument.send_back, shipment, role=Role.REVIEWER, reason="换包装")
    picked(house, shipment)
    assert refused(house, ShipmentDocument.ship, shipment, Role.KEEPER) == ["outbound_reviewed"]


def test_delivery_note_complete__refuses_a_missing_seal__cured_by_sending_back(house: House) -> None:
    shipment = house.shipment(confirmed_order(house, "30"))
    house.company.draft(ShipmentDocument, {"seal": ""}, role=Role.PICKER, document_id=shipment)
    reviewed(house, shipment)
    with pytest.raises(Refused) as caught:
        house.company.perform(ShipmentDocument.ship, shipment, role=Role.KEEPER)
    (finding,) = caught.value.findings
    assert (finding.code, str(finding.evidence)) == ("delivery_note_complete", "随货同行单缺“出库印章”。")
    assert finding.remedy is not None
    assert finding.remedy.transition == "send_back"
    house.company.perform(ShipmentDocument.send_back, shipment, role=Role.KEEPER, reason="补印章")
    house.company.draft(ShipmentDocument, {"seal": "出库专用章 1"}, role=Role.PICKER, document_id=shipment)
    house.to_shipped(shipment)


def test_lot_not_blocked__refuses_a_lot_held_after_picking(house: House) -> None:
    shipment = reviewed(house, house.shipment(confirmed_order(house, "30")))
    with open_act(house.company.set_up.system) as act:
        LotBlock.objects.create(
            lot_id=house.lots["L1"], kind="hold", reason="包装可疑", document_type="quality_hold", document_id=shipment,
            blocked_at=act.instant, blocked_by_id=act.actor.user_id, blocked_by_name="质管员甲",
        )  # fmt: skip
    assert refused(house, ShipmentDocument.ship, shipment, Role.KEEPER) == ["lot_not_blocked"]
    assert house.lines_of(house.shipment(confirmed_order(house, "5"))) == [("L2", "5", "")]


def test_customer_papers_valid__refuses_to_ship_after_the_paper_was_withdrawn(house: House) -> None:
    shipment = reviewed(house, house.shipment(confirmed_order(house, "30")))
    withdraw_licence(house)
    assert refused(house, ShipmentDocument.ship, shipment, Role.KEEPER) == ["customer_papers_valid"]


@pytest.mark.parametrize(("made_on", "expected"), [("2021-12-31", ["registration_valid_for_lot"]), ("2022-01-01", [])])
def test_registration_valid_for_lot__allows_the_first_day__refuses_the_day_before(
    made_on: str, expected: list[str]
) -> None:
    house = new_house()
    day = today(house)
    house.stock(LotIn("L1", "40", day + timedelta(days=200), manufactured_on=type(day).fromisoformat(made_on)))
    shipment = reviewed(house, house.shipment(confirmed_order(house, "30")))
    if expected:
        assert refused(house, ShipmentDocument.ship, shipment, Role.KEEPER) == expected
    else:
        house.company.perform(ShipmentDocument.ship, shipment, role=Role.KEEPER)


def test_period_open__refuses_to_ship_into_a_closed_month() -> None:
    house = shelf(("L1", "40", 200), roles=(*ROLES, Role.FINANCE_MANAGER))
    shipment = reviewed(house, house.shipment(confirmed_order(house, "30")))
    month = house.company.draft(AccountingPeriodDocument, {"month": today(house)}, role=Role.FINANCE_MANAGER)
    house.company.perform(AccountingPeriodDocument.close, month.document_id, role=Role.FINANCE_MANAGER)
    assert refused(house, ShipmentDocument.ship, shipment, Role.KEEPER) == ["period_open"]


def waive(house: House, gate: str, shipment: UUID, quantity: str, role: Role) -> None:
    """A signed waiver of a gate for this shipment."""
    fields = {"gate_code": gate, **house.company.about(ShipmentDocument, shipment), "quantity": quantity,
              "justification": "客户书面同意", "ends_on": today(house)}  # fmt: skip
    made = house.company.draft(WaiverDocument, fields, role=role)
    house.company.perform(WaiverDocument.sign_alone, made.document_id, role=role)


def test_first_expiry_first__refuses_a_later_lot__a_waiver_of_the_manager_lets_it_pass(house: House) -> None:
    shipment = house.shipment(confirmed_order(house, "60"), ("L2", "60"))
    assert refused(house, ShipmentDocument.pick, shipment, Role.PICKER) == ["first_expiry_first"]
    with pytest.raises(Refused) as caught:
        waive(house, "first_expiry_first", shipment, "60", Role.SALES_MANAGER)
    assert caught.value.code == "waiver_signer_authorised"
    waive(house, "first_expiry_first", shipment, "59", Role.WAREHOUSE_MANAGER)
    assert refused(house, ShipmentDocument.pick, shipment, Role.PICKER) == ["first_expiry_first"]
    with house.company.scope():
        assert not Reservation.objects.exists()


def test_first_expiry_first__a_waiver_for_the_whole_quantity_carries_to_shipping(house: House) -> None:
    shipment = house.shipment(confirmed_order(house, "60"), ("L2", "60"))
    waive(house, "first_expiry_first", shipment, "60", Role.WAREHOUSE_MANAGER)
    house.to_shipped(shipment)
    moves = TransitionRecord.objects.filter(document_id=shipment, transition__in=["pick", "ship"])
    for moved in moves:
        (passed,) = [gate for gate in moved.gates if gate["code"] == "first_expiry_first"]
        assert passed["outcome"] == "passed"
        assert passed["findings"][0]["waiver_id"]


def test_first_expiry_first__allows_a_later_lot_when_nothing_of_the_earlier_is_left_lying(house: House) -> None:
    shipment = house.shipment(confirmed_order(house, "60"), ("L2", "20"), ("L1", "40"))
    house.to_shipped(shipment)
    assert (house.state_of(shipment), house.on_hand("L1")) == ("shipped", Decimal(0))


def test_first_expiry_first__allows_a_lot_the_customer_named() -> None:
    house = shelf(("L1", "40", 200), ("L2", "100", 400), ("L3", "5", 300))
    day = today(house)
    fields = {"customer": house.customer, "ordered_on": day, "arrives_on": day}
    lines = [
        {"item": house.item, "quantity": "60", "unit_price": "1", "lot_no": "L2"},
        {"item": house.item, "quantity": "10", "unit_price": "1"},
    ]
    order = house.company.draft(SalesOrderDocument, fields, lines, role=Role.SALES_STAFF).document_id
    house.company.perform(SalesOrderDocument.confirm, order, role=Role.SALES_MANAGER)
    shipment = house.shipment(order)
    assert house.lines_of(shipment) == [("L2", "60", ""), ("L1", "10", "")]
    by_hand = house.shipment(order, ("L2", "60"), ("L3", "5"))
    assert refused(house, ShipmentDocument.pick, by_hand, Role.PICKER) == ["first_expiry_first"]
    house.to_shipped(shipment)


@pytest.mark.parametrize(("days", "allowed"), [(91, True), (90, False)])
def test_remaining_life_meets_customer_minimum__allows_90_days_at_arrival__refuses_89(days: int, allowed: bool) -> None:
    house = shelf(("L1", "40", days), customer={"min_remaining_days": 90})  # the order arrives tomorrow
    shipment = house.shipment(confirmed_order(house, "10"), ("L1", "10"))
    if allowed:
        house.to_shipped(shipment)
        return
    codes = ["remaining_life_meets_customer_minimum"]
    assert refused(house, ShipmentDocument.pick, shipment, Role.PICKER) == codes
    waive(house, codes[0], shipment, "9.999999", Role.SALES_MANAGER)
    assert refused(house, ShipmentDocument.pick, shipment, Role.PICKER) == codes


def test_remaining_life_meets_customer_minimum__a_waiver_of_the_sales_manager_lets_it_pass() -> None:
    house = shelf(("L1", "40", 90), customer={"min_remaining_days": 90})
    shipment = house.shipment(confirmed_order(house, "10"), ("L1", "10"))
    waive(house, "remaining_life_meets_customer_minimum", shipment, "10", Role.SALES_MANAGER)
    house.to_shipped(shipment)
    assert (house.state_of(shipment), house.on_hand("L1")) == ("shipped", Decimal(30))


NOTE = {
    "device_name", "model", "specification", "registration_no", "registrant_name", "contract_manufacturer_name",
    "lot_no", "expires_on", "quantity", "unit", "storage_condition",
}  # fmt: skip
"""The fields of column DN of the record matrix (GSP Art 92) that stand on a line."""


def test_the_delivery_note_keeps_the_words_of_the_files_as_they_stood() -> None:
    cold = {"storage_condition": "refrigerated", "temperature_celsius_min": "2", "temperature_celsius_max": "8",
            "contract_manufacturer_name": "江南代工有限公司"}  # fmt: skip
    house = shelf(("L1", "40", 200), item=cold)
    shipment = house.shipment(confirmed_order(house, "10"))
    house.to_shipped(shipment)
    with house.company.scope():
        note = delivery_note(house.company.company_id, shipment)
    (line,) = note["lines"]
    assert set(line) >= NOTE
    assert {key: line[key] for key in ("device_name", "registration_no", "registrant_name", "lot_no", "unit")} == {
        "device_name": "一次性使用无菌注射器", "registration_no": "苏械注准20262140001",
        "registrant_name": "江南示范医疗科技有限公司", "lot_no": "L1", "unit": "box",
    }  # fmt: skip
    assert (line["storage_condition"], line["contract_manufacturer_name"]) == ("冷藏 2–8 ℃", "江南代工有限公司")
    assert line["quantity"] == 10
    head = {"supplier_name": "江南试验医疗器械有限公司", "customer_name": "江南市第一人民医院",
            "delivery_address": "江南市中山路 8 号 设备科库房", "customer_contact": "025-00000000",
            "seal": "江南试验医疗器械有限公司出库专用章", "reviewed_by_name": "复核员甲"}  # fmt: skip
    assert {key: note[key] for key in head} == head
    assert note["shipped_at"] is not None


def test_lines_by_hand_take_item_words_and_order_line_from_lot_and_order(house: House) -> None:
    order = confirmed_order(house, "60")
    shipment = house.shipment(order, ("L1", "40"))
    with house.company.scope():
        line = ShipmentLine.objects.get(document_id=shipment)
        demand = SupplyDemand.objects.get(document_id=order)
    assert (line.item_id, line.order_line_id, line.lot_no) == (house.item, demand.line_id, "L1")
    changed = [{"id": line.pk, "lot": house.lots["L2"]}]
    house.company.draft(ShipmentDocument, {}, changed, role=Role.PICKER, document_id=shipment)
    with house.company.scope():
        line.refresh_from_db()
    assert (line.lot_no, line.quantity, line.allocation_note) == ("L2", Decimal(40), "")


def test_saving_a_draft_without_lines_allocates_anew(house: House) -> None:
    shipment = house.shipment(confirmed_order(house, "60"), ("L2", "60"))
    house.company.draft(ShipmentDocument, {}, [], role=Role.PICKER, document_id=shipment)
    assert house.lines_of(shipment) == [("L1", "40", ""), ("L2", "20", "")]


def test_an_item_that_was_not_ordered_is_not_shipped(house: House) -> None:
    order = confirmed_order(house, "60")
    other = approved_item(house.company, registration_no="苏械注准20262140002", specification="10 mL")
    house.stock(LotIn("X1", "5", today(house) + timedelta(days=100)), item=other)
    shipment = house.shipment(order, ("X1", "5"))
    assert refused(house, ShipmentDocument.pick, shipment, Role.PICKER) == ["quantity_within_order_line"]


def test_another_companys_lot_and_order_do_not_exist_here(house: House) -> None:
    other = shelf(("L1", "40", 200))
    order = confirmed_order(house, "10")
    with pytest.raises(Refused) as caught:
        other.shipment(order)
    assert caught.value.code == "field_invalid"
    line = {"lot": other.lots["L1"], "place": house.shelf, "quantity": "1"}
    with pytest.raises(Refused) as caught:
        house.company.draft(ShipmentDocument, {"order_id": order}, [line], role=Role.PICKER)
    assert caught.value.code == "reference_not_found"


@pytest.mark.timeout(300)
def test_shipping_1_line_and_200_lines_takes_the_same_statements_and_at_most_20() -> None:
    house = new_house()
    day = today(house)
    house.stock(*(LotIn(f"L{n:03}", "1", day + timedelta(days=100 + n)) for n in range(201)))
    counts = {}
    for lines in (1, 200):
        shipment = house.shipment(confirmed_order(house, str(lines)))
        assert len(house.lines_of(shipment)) == lines
        house.company.perform(ShipmentDocument.pick, shipment, role=Role.PICKER)
        house.company.perform(ShipmentDocument.review, shipment, role=Role.REVIEWER)
        with counted_statements() as seen:
            perform(ShipmentDocument.ship, Command(shipment, key=f"k{lines}"), actor=house.company.actors[Role.KEEPER])
        counts[lines] = [text for text in seen if "kernel_subject_key" not in text]  # read once in ten seconds
    assert len(counts[1]) == len(counts[200]) == 18


def test_facts_cost_the_same_statements_for_one_shipment_and_for_many(house: House) -> None:
    order = confirmed_order(house, "100")
    shipments = [house.shipment(order, ("L1", "1"), ("L2", "1")) for _each in range(4)]
    counts = []
    for some in (shipments[:1], shipments):
        with house.company.scope(), counted_statements() as seen:
            facts = ShipmentDocument.load(house.company.company_id, some, frozenset())
        counts.append(len([text for text in seen if "kernel_subject_key" not in text]))
        assert {key: len(found.lines) for key, found in facts.items()} == dict.fromkeys(some, 2)
    assert counts == [9, 9]


def test_the_dispatch_zone_counts_as_a_place_like_any_other(house: House) -> None:
    """Stock in another place of the house is not what the line names."""
    order = confirmed_order(house, "10")
    elsewhere = {"lot": house.lots["L1"], "place": house.company.set_up.places[ZoneKind.DISPATCH], "quantity": "10"}
    made = house.company.draft(ShipmentDocument, {"order_id": order}, [elsewhere], role=Role.PICKER)
    codes = refused(house, ShipmentDocument.pick, made.document_id, Role.PICKER)
    assert codes == ["stock_sufficient"]
