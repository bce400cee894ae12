"""W5 over the API alone: order 100, scan 100 in, accept 95, reject 5, release, put away; a wrong zone is refused."""

from decimal import Decimal
from typing import Any

import pytest

from meridian.items.tests.factories import BOX_DI, CASE_DI
from meridian.kernel.act import open_act
from meridian.organization.models import Place
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.purchasing.tests.inbound import ALL_PASSED, NOTE_AGREES, Inbound, barcode, new_inbound
from tests.scenarios.people import Person

pytestmark = pytest.mark.django_db

ORDERS, RECEIPTS = "purchasing/purchase-orders", "warehouse/goods-receipts"
INSPECTIONS, PUTAWAYS = "inspection/acceptance-inspections", "warehouse/putaways"


def bins(story: Inbound) -> None:
    """A shelf in the green zone and one in the red."""
    set_up = story.company.set_up
    with story.company.scope(), open_act(set_up.system):
        for zone, code in ((ZoneKind.QUALIFIED, "HG-01"), (ZoneKind.NONCONFORMING, "BHG-01")):
            Place.objects.create(site_id=set_up.site_id, parent_id=set_up.places[zone], kind="bin", zone_kind=zone,
                                 code=code, name=code, company_id=story.company.company_id)  # fmt: skip


def received(story: Inbound) -> Any:
    """Ordered, released, scanned in by four cases of 20 and 20 boxes, and posted; the inspection that this opened."""
    order = Person(story, Role.BUYER).creates(ORDERS, {
        "supplier": story.supplier, "ordered_on": "2026-11-20", "promised_on": "2026-12-31",
    }, [{"item": story.item, "quantity": "100", "unit_price": "12.50"}])  # fmt: skip
    Person(story, Role.PURCHASING_MANAGER).moves(ORDERS, order, "release")
    receiver = Person(story, Role.RECEIVER)
    receipt = receiver.creates(RECEIPTS, {
        "order_id": order, "delivery_note_number": "SHTX-1", "place": story.place(), **NOTE_AGREES,
    })  # fmt: skip
    for text in [barcode(CASE_DI)] * 4 + [barcode(BOX_DI)] * 20:
        assert receiver.scans(RECEIPTS, receipt, text)[0] == ""
    assert receiver.scans(RECEIPTS, receipt, barcode(BOX_DI))[0] == "quantity_within_order"
    receiver.moves(RECEIPTS, receipt, "receive")
    return story.inspection(receipt)


def test_w5_over_the_api() -> None:
    story = new_inbound()
    bins(story)
    inspection = received(story)
    assert story.stock() == {("DY", "pending_inspection"): Decimal(100)}
    inspector, head = Person(story, Role.INSPECTOR), Person(story, Role.QUALITY_HEAD)
    inspector.edits(INSPECTIONS, inspection, [
        {**ALL_PASSED, "accepted_quantity": "80", "conclusion": "accepted"},
        {**ALL_PASSED, "package": "failed", "accepted_quantity": "15", "rejected_quantity": "5",
         "conclusion": "partly", "nonconformity": "外包装破损", "disposition": "return"},
    ])  # fmt: skip
    inspector.moves(INSPECTIONS, inspection, "conclude")
    assert story.stock() == {("DY", "pending_inspection"): Decimal(95), ("BHG", "nonconforming"): Decimal(5)}
    head.moves(INSPECTIONS, inspection, "release")
    shown = head.reads(INSPECTIONS, inspection)["header"]
    names = {role: story.company.actors[role].name for role in (Role.INSPECTOR, Role.QUALITY_HEAD)}
    assert (shown["inspector_name"], shown["released_by_name"]) == tuple(names.values())

    keeper = Person(story, Role.KEEPER)
    putaway = keeper.creates(PUTAWAYS, {}, [])
    for text in ["HG", *[barcode(CASE_DI)] * 4, *[barcode(BOX_DI)] * 15]:
        assert keeper.scans(PUTAWAYS, putaway, text)[0] == ""
    code, told = keeper.scans(PUTAWAYS, putaway, "BHG-01")
    assert (code, "不能放入不合格品区 BHG-01" in told["findings"][0]["evidence"]) == ("zone_matches_status", True)
    assert keeper.scans(PUTAWAYS, putaway, "HG-01")[0] == ""
    keeper.moves(PUTAWAYS, putaway, "put_away")
    assert story.stock() == {("HG-01", "qualified"): Decimal(95), ("BHG", "nonconforming"): Decimal(5)}
    assert keeper.reads(PUTAWAYS, putaway)["header"]["moved_by_name"] == story.company.actors[Role.KEEPER].name
