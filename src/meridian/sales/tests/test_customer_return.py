"""Returns by customers through the two doors: traced, proved cold, inspected before anything is sold again."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from meridian.competence.tests.factories import qualification
from meridian.inventory.models import StockBalance, StockMovement
from meridian.kernel.findings import Refused
from meridian.ledger.queries import trial_balance
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.sales.tests.factories import confirmed_order, today
from meridian.warehouse.documents import CustomerReturnDocument
from meridian.warehouse.models import CustomerReturn, CustomerReturnLine
from meridian.warehouse.tests.outbound import ROLES, House, LotIn, new_house

pytestmark = pytest.mark.django_db
ALL_ROLES = (*ROLES, Role.RECEIVER, Role.INSPECTOR, Role.ACCOUNTANT)


def shipped(**item: Any) -> tuple[House, UUID]:
    """30 of L1 sold to the hospital at a cost of 10 each, 70 left on the shelf."""
    house = new_house(item=item, roles=ALL_ROLES)
    house.stock(LotIn("L1", "100", today(house) + timedelta(days=400)), LotIn("L9", "5", today(house) + timedelta(500)))
    qualification(house.company, house.company.actors[Role.INSPECTOR].user_id)
    shipment = house.shipment(confirmed_order(house, "30"))
    house.to_shipped(shipment)
    return house, shipment


def drafted(house: House, shipment: UUID, *quantities: str, lot: str = "L1", **fields: Any) -> UUID:
    lines = [{"lot": house.lots[lot], "quantity": quantity} for quantity in quantities]
    header = {"shipment": shipment, "return_reason": "多发", **fields}
    return house.company.draft(CustomerReturnDocument, header, lines, role=Role.RECEIVER).document_id


def receive(house: House, document: UUID) -> None:
    house.company.perform(CustomerReturnDocument.receive, document, role=Role.RECEIVER)


def inspect(house: House, document: UUID, role: Role = Role.INSPECTOR) -> None:
    house.company.perform(CustomerReturnDocument.inspect, document, role=role)


def answer(house: House, document: UUID, accepted: str, rejected: str, **more: Any) -> None:
    with house.company.scope():
        line = CustomerReturnLine.objects.get(document_id=document).pk
    values = {"accepted_quantity": accepted, "rejected_quantity": rejected, "quality_condition": "包装完好", **more}
    house.company.draft(CustomerReturnDocument, {}, [{"id": line, **values}], role=Role.INSPECTOR, document_id=document)


def refused(house: House, act: Any, document: UUID) -> list[str]:
    """The findings of a refused move; proves that nothing moved and that one refusal row says so."""
    with house.company.scope():
        before, state = StockMovement.objects.count(), CustomerReturn.objects.get(pk=document).state
    told = len(house.refusals(document))
    with pytest.raises(Refused) as caught:
        act(house, document)
    with house.company.scope():
        assert (StockMovement.objects.count(), CustomerReturn.objects.get(pk=document).state) == (before, state)
    assert house.refusals(document)[told:] == [caught.value.code]
    return [finding.code for finding in caught.value.findings]


def lying(house: House) -> dict[tuple[str, str], Decimal]:
    """By kind of zone and status, what lies of L1."""
    kinds = {place: kind.value for kind, place in house.company.set_up.places.items()}
    with house.company.scope():
        rows = StockBalance.objects.filter(lot_id=house.lots["L1"], quantity__gt=0)
        return {(kinds[row.place_id], row.status): row.quantity for row in rows}


def closing(house: House, account: str) -> Decimal:
    with house.company.scope():
        return next(row.closing for row in trial_balance("2000-01", "2099-12") if row.account_code == account)


def test_a_return_comes_in_apart_is_inspected_and_only_then_sold_again() -> None:
    house, shipment = shipped()
    before = closing(house, "1405")
    document = drafted(house, shipment, "10", return_reason="规格不符")
    receive(house, document)
    assert lying(house) == {("qualified", "qualified"): Decimal(70), ("returns", "returned_pending"): Decimal(10)}
    assert closing(house, "1405") == before + Decimal("100.00")  # back at the cost it left at
    answer(house, document, "8", "2", disposition="destroy")
    inspect(house, document)
    assert lying(house) == {("qualified", "qualified"): Decimal(78), ("nonconforming", "nonconforming"): Decimal(2)}
    with house.company.scope():
        row, line = CustomerReturn.objects.get(pk=document), CustomerReturnLine.objects.get(document_id=document)
    # the fields that REGULATIONS §4.1 names for the return record
    head = (row.returned_on, row.original_outbound_no, row.returning_party_name, row.return_reason, row.inspector_name)
    words = (line.device_name, line.registration_no, line.registrant_name, line.lot_no, line.expires_on, line.quantity)
    assert all((*head, *words, line.quality_condition))
    assert row.inspector_name == house.company.actors[Role.INSPECTOR].name


def test_a_draft_without_lines_takes_every_lot_of_the_shipment() -> None:
    house, shipment = shipped()
    header = {"shipment": shipment, "return_reason": "拒收"}
    document = house.company.draft(CustomerReturnDocument, header, role=Role.RECEIVER).document_id
    with house.company.scope():
        [line] = CustomerReturnLine.objects.filter(document_id=document)
    assert (line.lot_no, line.quantity) == ("L1", Decimal(30))


def test_return_traceable__allows_all_that_left__refuses_one_more_and_twice_the_same() -> None:
    house, shipment = shipped()
    assert refused(house, receive, drafted(house, shipment, "31")) == ["return_traceable"]
    assert refused(house, receive, drafted(house, shipment, "1", "1")) == ["return_traceable"]
    receive(house, drafted(house, shipment, "20"))
    assert refused(house, receive, drafted(house, shipment, "11")) == ["return_traceable"]
    receive(house, drafted(house, shipment, "10"))


def test_a_lot_that_was_not_shipped_and_a_shipment_that_did_not_leave_are_named_at_once() -> None:
    house, shipment = shipped()
    with pytest.raises(Refused, match="field_invalid"):
        drafted(house, shipment, "1", lot="L9")
    with pytest.raises(Refused, match="field_invalid"):
        drafted(house, house.shipment(confirmed_order(house, "1")), "1")


def test_cold_return_proved__refuses_without_proof__allows_with_it() -> None:
    house, shipment = shipped(
        is_cold_chain=True, storage_condition="refrigerated", temperature_celsius_min="2", temperature_celsius_max="8"
    )
    assert refused(house, receive, drafted(house, shipment, "5")) == ["cold_return_proved"]
    receive(house, drafted(house, shipment, "5", temperature_proof="冷藏箱记录 LX-20261127"))


@pytest.mark.parametrize(
    "found",
    [
        {"accepted": "9", "rejected": "0"},
        {"accepted": "10", "rejected": "0", "quality_condition": ""},
        {"accepted": "8", "rejected": "2"},
    ],
)
def test_return_inspection_complete__refuses_what_is_not_counted_described_or_disposed_of__allows_what_is(
    found: dict[str, str],
) -> None:
    house, shipment = shipped()
    document = drafted(house, shipment, "10")
    receive(house, document)
    answer(house, document, **found)
    assert refused(house, inspect, document) == ["return_inspection_complete"]
    answer(house, document, "8", "2", disposition="destroy")
    inspect(house, document)
    with house.company.scope():
        assert CustomerReturn.objects.get(pk=document).state == "inspected"


def test_goods_and_quantities_do_not_change_once_received() -> None:
    house, shipment = shipped()
    document = drafted(house, shipment, "10")
    receive(house, document)
    with pytest.raises(Refused, match="field_invalid"):
        answer(house, document, "12", "0", quantity="12")


def test_whoever_received_does_not_inspect_and_nothing_is_sold_before() -> None:
    house, shipment = shipped()
    document = drafted(house, shipment, "10")
    with pytest.raises(Refused, match="illegal_transition"):
        inspect(house, document)
    receive(house, document)
    with pytest.raises(Refused, match="permission_required"):
        inspect(house, document, Role.RECEIVER)
    assert lying(house)[ZoneKind.RETURNS.value, "returned_pending"] == Decimal(10)
