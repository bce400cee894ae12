"""A review that fails: what is wrong stands apart and is quality's to decide, the rest is free (GSP Art 87, 88, 96)."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from meridian.inventory.models import Reservation, StockBalance, StockMovement
from meridian.kernel.act import open_act
from meridian.kernel.findings import Refused
from meridian.kernel.models import Role as RoleRow
from meridian.kernel.models import RoleAssignment
from meridian.organization.models import Place
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.sales.tests.factories import confirmed_order, today
from meridian.warehouse.documents import QualityHoldDocument
from meridian.warehouse.documents import ShipmentDocument as Document
from meridian.warehouse.models import Shipment, ShipmentLine
from meridian.warehouse.tests.outbound import House, LotIn, new_house

pytestmark = pytest.mark.django_db
REASON = "外箱压破"


@pytest.fixture
def house() -> House:
    """40 of L1 and 100 of L2 on the shelf."""
    house = new_house()
    house.stock(
        LotIn("L1", "40", today(house) + timedelta(days=200)), LotIn("L2", "100", today(house) + timedelta(days=400))
    )
    return house


def picked(house: House, quantity: str = "60") -> UUID:
    """40 of L1 and what is missing of L2, in the picker's hands."""
    shipment = house.shipment(confirmed_order(house, quantity))
    house.company.perform(Document.pick, shipment, role=Role.PICKER)
    return shipment


def failed(house: House) -> UUID:
    """L1's packages are broken: the review has failed."""
    shipment = picked(house)
    house.find(shipment, "package", "L1")
    house.company.perform(Document.fail_review, shipment, role=Role.REVIEWER, reason=REASON)
    return shipment


def lying(house: House, lot: str = "L1") -> Mapping[tuple[str, str], Decimal]:
    """By kind of zone and status, what lies of a lot."""
    with house.company.scope():
        rows = StockBalance.objects.filter(lot_id=house.lots[lot], quantity__gt=0).select_related("place")
        return {(row.place.zone_kind, row.status): row.quantity for row in rows}


def refused(house: House, transition: Any, shipment: UUID, role: Role, **options: Any) -> list[str]:
    """The findings of a refused move; proves that nothing moved and that one refusal row says so."""
    with house.company.scope():
        before = list(StockMovement.objects.values_list("pk")), house.state_of(shipment), Reservation.objects.count()
    told = len(house.refusals(shipment))
    with pytest.raises(Refused) as caught:
        house.company.perform(transition, shipment, role=role, **options)
    with house.company.scope():
        after = list(StockMovement.objects.values_list("pk")), house.state_of(shipment), Reservation.objects.count()
    assert after == before
    assert house.refusals(shipment)[told:] == [caught.value.code]
    return [finding.code for finding in caught.value.findings]


@pytest.mark.parametrize("defect", ["package", "label", "expired", "other"])
def test_outbound_review_passed__refuses_each_of_the_four_defects__allows_none(house: House, defect: str) -> None:
    shipment = picked(house)
    house.find(shipment, defect, "L1", note="封条断裂")
    assert refused(house, Document.review, shipment, Role.REVIEWER) == ["outbound_review_passed"]
    house.find(shipment, "", "L1")
    house.company.perform(Document.review, shipment, role=Role.REVIEWER)


def test_a_refused_review_names_lot_and_defect_and_leads_to_the_failed_review(house: House) -> None:
    shipment = picked(house)
    house.find(shipment, "label", "L1", note="批号模糊")
    with pytest.raises(Refused) as caught:
        house.company.perform(Document.review, shipment, role=Role.REVIEWER)
    [finding] = caught.value.findings
    assert str(finding.evidence) == "批号 L1：标签脱落、不清或与实物不符。批号模糊"
    assert finding.remedy is not None
    assert finding.remedy.transition == "fail_review"


def test_what_failed_stands_on_hold_and_everything_else_is_free(house: House) -> None:
    shipment = failed(house)
    [(zone, status)] = lying(house)
    assert (status, lying(house)[zone, status]) == ("quality_hold", Decimal(40))
    assert zone in {"pending", "nonconforming", "returns"}
    assert lying(house, "L2") == {("qualified", "qualified"): Decimal(100)}
    with house.company.scope():
        row = Shipment.objects.get(pk=shipment)
        broken, whole = ShipmentLine.objects.filter(document_id=shipment).order_by("line_no")
        assert not Reservation.objects.exists()
    assert (row.state, row.reviewed_by_name) == ("review_failed", house.company.actors[Role.REVIEWER].name)
    assert (broken.review_defect, whole.review_defect) == ("package", "")
    again = house.shipment(confirmed_order(house, "60"))  # what is on hold is never allocated
    assert house.lines_of(again) == [("L2", "60", "")]


def test_the_order_is_open_again_after_a_failed_review(house: House) -> None:
    order = confirmed_order(house, "60")
    shipment = house.shipment(order)
    house.company.perform(Document.pick, shipment, role=Role.PICKER)
    house.find(shipment, "package", "L1")
    house.company.perform(Document.fail_review, shipment, role=Role.REVIEWER, reason=REASON)
    again = house.shipment(order)
    assert house.lines_of(again) == [("L2", "60", "")]
    house.to_shipped(again)


def test_quality_finds_the_goods_fit_and_they_are_sold(house: House) -> None:
    shipment = failed(house)
    house.company.perform(Document.release_held, shipment, role=Role.QUALITY_HEAD, reason="内包装完好，换外箱")
    assert lying(house) == {("qualified", "qualified"): Decimal(40)}
    with house.company.scope():
        row = Shipment.objects.get(pk=shipment)
    assert (row.state, row.held_outcome) == ("disposed", "released")
    house.to_shipped(house.shipment(confirmed_order(house, "60")))


def test_quality_finds_the_goods_unfit_and_they_go_to_the_red_zone(house: House) -> None:
    shipment = failed(house)
    house.company.perform(Document.condemn_held, shipment, role=Role.QUALITY_HEAD, reason="内包装破损")
    assert lying(house) == {("nonconforming", "nonconforming"): Decimal(40)}
    with house.company.scope():
        row = Shipment.objects.get(pk=shipment)
    assert (row.state, row.held_outcome) == ("disposed", "rejected")


def test_lot_not_blocked_and_stock_moved_away_hold_the_release(house: House) -> None:
    shipment = failed(house)
    hold = house.company.draft(QualityHoldDocument, {"lot": house.lots["L1"], "doubt": "有异味"}, role=Role.KEEPER)
    house.company.perform(QualityHoldDocument.hold, hold.document_id, role=Role.KEEPER)
    found = refused(house, Document.release_held, shipment, Role.QUALITY_HEAD, reason="无")
    assert found == ["lot_not_blocked"]
    house.company.perform(Document.condemn_held, shipment, role=Role.QUALITY_HEAD, reason="内包装破损")


def test_review_findings_named__refuses_none_and_an_undescribed_other__allows_a_described_one(house: House) -> None:
    shipment = picked(house)
    assert refused(house, Document.fail_review, shipment, Role.REVIEWER, reason=REASON) == ["review_findings_named"]
    house.find(shipment, "other", "L1")
    assert refused(house, Document.fail_review, shipment, Role.REVIEWER, reason=REASON) == ["review_findings_named"]
    house.find(shipment, "other", "L1", note="有异味")
    house.company.perform(Document.fail_review, shipment, role=Role.REVIEWER, reason=REASON)


def test_isolation_place_found__refuses_a_site_without_one_in_use__allows_one(house: House) -> None:
    shipment = picked(house)
    house.find(shipment, "package", "L1")
    apart = [ZoneKind.PENDING, ZoneKind.NONCONFORMING, ZoneKind.RETURNS]
    with open_act(house.company.set_up.system):
        Place.objects.filter(zone_kind__in=apart).update(is_active=False)
    assert refused(house, Document.fail_review, shipment, Role.REVIEWER, reason=REASON) == ["isolation_place_found"]
    with open_act(house.company.set_up.system):
        Place.objects.filter(zone_kind=ZoneKind.NONCONFORMING).update(is_active=True)
    house.company.perform(Document.fail_review, shipment, role=Role.REVIEWER, reason=REASON)
    assert set(lying(house)) == {("nonconforming", "quality_hold")}
    house.company.perform(Document.condemn_held, shipment, role=Role.QUALITY_HEAD, reason="破损")
    assert set(lying(house)) == {("nonconforming", "nonconforming")}


def test_a_review_does_not_fail_by_the_pickers_own_word(house: House) -> None:
    """The picker of these goods holds the reviewer's post too, and may not use it here."""
    shipment = picked(house)
    house.find(shipment, "package", "L1")
    with open_act(house.company.set_up.system) as act:
        picker = house.company.actors[Role.PICKER].user_id
        reviewer = RoleRow.objects.get(code=Role.REVIEWER)
        RoleAssignment.objects.create(user_id=picker, role=reviewer, valid_from=act.instant)
    assert refused(house, Document.fail_review, shipment, Role.PICKER, reason=REASON) == ["second_person_required"]


def test_sending_back_forgets_what_an_unfinished_review_found(house: House) -> None:
    shipment = picked(house)
    house.find(shipment, "package", "L1", note="压破")
    house.company.perform(Document.send_back, shipment, role=Role.REVIEWER, reason="换货")
    with house.company.scope():
        rows = ShipmentLine.objects.filter(document_id=shipment).values_list("review_defect", "review_note")
        assert set(rows) == {("", "")}


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"transport_mode": "own", "vehicle_plate_no": "", "driver_name": "司机甲"}, "车牌号"),
        ({"transport_mode": "own", "vehicle_plate_no": "苏A·D9520", "driver_name": ""}, "运输人员"),
        ({"transport_mode": "carrier", "carrier_name": "", "waybill_no": "XD1"}, "承运单位"),
        ({"transport_mode": "carrier", "carrier_name": "江南迅达", "waybill_no": ""}, "运单号"),
    ],
)
def test_transport_record_complete__refuses_each_missing_field__allows_it_written_after_the_review(
    house: House, fields: dict[str, str], missing: str
) -> None:
    shipment = house.shipment(confirmed_order(house, "10"), **fields)
    house.company.perform(Document.pick, shipment, role=Role.PICKER)
    house.company.perform(Document.review, shipment, role=Role.REVIEWER)
    with pytest.raises(Refused) as caught:
        house.company.perform(Document.ship, shipment, role=Role.KEEPER)
    [finding] = caught.value.findings
    assert finding.code == "transport_record_complete"
    assert missing in str(finding.evidence)
    whole = {"vehicle_plate_no": "苏A·D9520", "driver_name": "司机甲", "carrier_name": "江南迅达", "waybill_no": "XD1"}
    house.company.draft(Document, whole, role=Role.KEEPER, document_id=shipment)
    house.company.perform(Document.ship, shipment, role=Role.KEEPER)


def test_goods_that_are_picked_change_only_after_they_were_sent_back(house: House) -> None:
    shipment = picked(house)
    with house.company.scope():
        rows = list(ShipmentLine.objects.filter(document_id=shipment).order_by("line_no"))
    lines: list[dict[str, Any]] = [{"id": row.pk} for row in rows]
    attempts: list[tuple[dict[str, Any], list[dict[str, Any]] | None]] = [
        ({"delivery_address": "别处"}, None), ({"seal": ""}, None), ({}, lines[:1]),
        ({}, [{**lines[0], "quantity": "1"}, lines[1]]), ({}, [{**lines[0], "lot": house.lots["L2"]}, lines[1]]),
    ]  # fmt: skip
    for fields, changed in attempts:
        with pytest.raises(Refused) as caught:
            house.company.draft(Document, fields, changed, role=Role.PICKER, document_id=shipment)
        assert caught.value.code == "field_invalid"
    house.company.perform(Document.review, shipment, role=Role.REVIEWER)
    with pytest.raises(Refused) as caught:
        house.find(shipment, "package")  # the review is signed
    assert caught.value.code == "field_invalid"
