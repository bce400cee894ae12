"""A return by a customer through its page: blocked until the inspector has written, then ready for the signature."""

from datetime import timedelta

import pytest

from meridian.competence.tests.factories import qualification
from meridian.organization.vocabulary import Role
from meridian.sales.tests.factories import confirmed_order, today
from meridian.warehouse.documents import CustomerReturnDocument
from meridian.warehouse.models import CustomerReturn, CustomerReturnLine
from meridian.warehouse.tests.outbound import ROLES, LotIn, new_house
from tests.scenarios.people import Person

pytestmark = pytest.mark.django_db
PATH = "warehouse/customer-returns"


def test_the_page_waits_for_the_inspectors_words_and_then_offers_the_signature() -> None:
    house = new_house(roles=(*ROLES, Role.RECEIVER, Role.INSPECTOR))
    house.stock(LotIn("L1", "100", today(house) + timedelta(days=400)))
    qualification(house.company, house.company.actors[Role.INSPECTOR].user_id)
    shipment = house.shipment(confirmed_order(house, "30"))
    house.to_shipped(shipment)
    receiver, inspector = Person(house, Role.RECEIVER), Person(house, Role.INSPECTOR)
    back = receiver.creates(PATH, {"shipment": shipment, "return_reason": "多发"},
                            [{"lot": house.lots["L1"], "quantity": "10"}])  # fmt: skip
    receiver.moves(PATH, back, "receive")
    page = inspector.sees(PATH, back)
    assert "btn-blocked" in page
    assert "尚无验收人员" in page
    with house.company.scope():
        line = CustomerReturnLine.objects.get(document_id=back).pk
    found = {"id": line, "accepted_quantity": "10", "quality_condition": "包装完好"}
    house.company.draft(CustomerReturnDocument, {}, [found], role=Role.INSPECTOR, document_id=back)
    assert "btn-blocked" not in inspector.sees(PATH, back)
    house.company.perform(CustomerReturnDocument.inspect, back, role=Role.INSPECTOR)
    with house.company.scope():
        row = CustomerReturn.objects.get(pk=back)
    assert row.inspector_id == house.company.actors[Role.INSPECTOR].user_id
