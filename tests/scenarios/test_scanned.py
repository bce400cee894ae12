"""W2, W5 and W8 of PEERS §5 with a scanner in the hand: every barcode through the scan book."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from meridian.items.tests.factories import BOX_DI
from meridian.kernel.act import open_act
from meridian.kernel.findings import Refused
from meridian.organization.models import Place
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.purchasing.tests.inbound import ALL_PASSED, MAKER, Inbound, barcode, new_inbound
from meridian.sales.tests.factories import confirmed_order
from meridian.scanning.answers import ScanAnswer
from meridian.scanning.queries import standing
from meridian.scanning.services import begin
from meridian.scanning.tests.scanned import scan, scan_in, stopped
from meridian.scanning.vocabulary import ScanTask
from meridian.warehouse.documents import PutawayDocument, ShipmentDocument
from meridian.warehouse.models import GoodsReceiptLine, Putaway
from meridian.warehouse.tests.outbound import LotIn, new_house
from tests.scenarios.clock import YEAR, site_clock

pytestmark = pytest.mark.django_db

W2_UNIT, W2_CASE = "06901234567892", "16901234567899"


def test_w2_a_wrong_check_digit_is_refused__a_case_of_10_receives_10() -> None:
    packages = [
        {"di": W2_UNIT, "package_level": "sales_unit", "units_per_package": "1"},
        {"di": W2_CASE, "package_level": "case", "units_per_package": "10"},
    ]
    story = new_inbound(identifiers=packages, storage_condition="refrigerated", is_cold_chain=True,
                        temperature_celsius_min="2", temperature_celsius_max="8")  # fmt: skip
    receipt = story.receipt(story.order("20"))
    wrong = stopped(story.company, ScanTask.RECEIVE, receipt, barcode("06901234567891"), role=Role.RECEIVER)
    assert wrong.card.code == "scan_unreadable"
    assert "校验码错误" in str(wrong.card.sentence)
    case = scan_in(story, receipt, barcode(W2_CASE))
    assert (int(case.added), int(case.standing.done), int(case.standing.wanted or 0)) == (10, 10, 20)
    scan_in(story, receipt, barcode(W2_UNIT))
    with story.company.scope():
        rows = GoodsReceiptLine.objects.filter(document_id=receipt).order_by("line_no")
        assert [(row.di, int(row.quantity)) for row in rows] == [(W2_CASE, 10), (W2_UNIT, 1)]


def _bin(story: Inbound, zone: ZoneKind, code: str) -> None:
    places = story.company.set_up
    with story.company.scope(), open_act(places.system):
        Place.objects.create(site_id=places.site_id, parent_id=places.places[zone], kind="bin", zone_kind=zone,
                             code=code, name=code, company_id=story.company.company_id)  # fmt: skip


def _inspected(story: Inbound) -> None:
    """100 arrived, 95 were accepted and 5 rejected."""
    receipt = story.receipt(story.order("100"))
    for _case in range(5):
        scan_in(story, receipt, barcode("19520000000018"))
    story.receive(receipt)
    inspection = story.inspection(receipt)
    story.inspect(
        inspection,
        {**ALL_PASSED, "package": "failed", "accepted_quantity": "95", "rejected_quantity": "5",
         "conclusion": "partly", "nonconformity": "外包装破损", "disposition": "return"},
    )  # fmt: skip
    story.conclude(inspection)
    story.release(inspection)


def test_w5_95_accepted_go_to_green_and_5_rejected_to_red__a_wrong_zone_is_refused() -> None:
    story, keeper = new_inbound(), Role.KEEPER
    _inspected(story)
    _bin(story, ZoneKind.QUALIFIED, "HG-01")
    _bin(story, ZoneKind.NONCONFORMING, "BHG-01")
    document = begin(ScanTask.PUT_AWAY, story.company.set_up.site_id, actor=story.company.actors[keeper], key="w5")

    def put(text: str) -> ScanAnswer:
        answer = scan(story.company, ScanTask.PUT_AWAY, document, text)
        assert answer.refused is None, answer.card
        return answer

    put("HG")
    for _case in range(4):
        put(barcode("19520000000018"))
    for _box in range(15):
        put(barcode(BOX_DI))
    wrong = stopped(story.company, ScanTask.PUT_AWAY, document, "BHG-01")
    assert wrong.card.code == "zone_matches_status"
    put("HG-01")
    put("BHG")
    for _box in range(5):
        put(barcode(BOX_DI))
    wrong = stopped(story.company, ScanTask.PUT_AWAY, document, "HG-01")
    assert wrong.card.code == "zone_matches_status"
    assert "批号 L1 的质量状态为“不合格”，不能放入合格品区 HG-01" in str(wrong.card.sentence)
    answer = put("BHG-01")
    assert answer.standing.finish_step == "put_away"
    story.company.perform(PutawayDocument.put_away, document, role=keeper)
    assert story.stock() == {("HG-01", "qualified"): Decimal(95), ("BHG-01", "nonconforming"): Decimal(5)}
    with story.company.scope():
        assert Putaway.objects.get(pk=document).moved_by_name == story.company.actors[keeper].name


def test_w8_60_are_picked_from_l2__l1_is_refused_with_the_reason() -> None:
    site_clock(YEAR, 7, 30, 9, 0)
    item: dict[str, Any] = {
        "identifiers": [{"di": BOX_DI, "package_level": "sales_unit", "units_per_package": "1"},
                        {"di": "19520000000018", "package_level": "case", "units_per_package": "20"}],
        **MAKER,
    }  # fmt: skip
    l1, l2 = LotIn("L1", "40", date(YEAR, 12, 31)), LotIn("L2", "100", date(YEAR + 1, 6, 30))
    house = new_house(l1, l2, customer={"min_remaining_days": 180}, item=item)
    shipment = house.shipment(confirmed_order(house, "60", arrives_on=date(YEAR, 8, 1)))
    code = "(01){di}(17){last:%y%m%d}(10){lot}"

    def picks(task: ScanTask, document: UUID, role: Role) -> list[tuple[str, int, int]]:
        refused = stopped(
            house.company, task, document, code.format(di=BOX_DI, last=l1.expires_on, lot="L1"), role=role
        )
        assert refused.card.code == "remaining_life_meets_customer_minimum"
        assert str(refused.card.sentence).startswith("批号 L1 到货时余 152 天 < 180 天。应扫 L2（HG 合格品区，余 60）")
        for _case in range(3):
            answer = scan(house.company, task, document, code.format(di="19520000000018", last=l2.expires_on, lot="L2"),
                          role=role)  # fmt: skip
            assert answer.refused is None
        lines = standing(task, document, actor=house.company.actors[role]).lines
        return [(line.lot, int(line.done), int(line.wanted or 0)) for line in lines]

    assert picks(ScanTask.PICK, shipment, Role.PICKER) == [("L2", 60, 60)]
    house.company.perform(ShipmentDocument.pick, shipment, role=Role.PICKER)
    with pytest.raises(Refused):
        scan(house.company, ScanTask.PICK, shipment, "(01)", role=Role.PICKER)
    assert picks(ScanTask.REVIEW, shipment, Role.REVIEWER) == [("L2", 60, 60)]
    house.company.perform(ShipmentDocument.review, shipment, role=Role.REVIEWER)
    house.company.perform(ShipmentDocument.ship, shipment, role=Role.KEEPER)
    assert (int(house.on_hand("L1")), int(house.on_hand("L2"))) == (40, 40)
