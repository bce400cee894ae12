"""Picking and reviewing by scan: the allocated lot counts, another stops and says which one is wanted and why."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meridian.items.tests.factories import BOX_DI, CASE_DI, approved_item
from meridian.kernel.act import open_act
from meridian.kernel.findings import Refused
from meridian.kernel.models import Role as RoleRow
from meridian.kernel.models import RoleAssignment
from meridian.organization.vocabulary import Role
from meridian.sales.tests.factories import confirmed_order, today
from meridian.scanning.answers import ScanAnswer
from meridian.scanning.models import ScanRecord
from meridian.scanning.queries import standing
from meridian.scanning.services import set_quantity, undo
from meridian.scanning.tests.scanned import nothing_moves, scan, stopped
from meridian.scanning.vocabulary import ScanTask, Verdict
from meridian.warehouse.documents import QualityHoldDocument, ShipmentDocument
from meridian.warehouse.tests.outbound import House, LotIn, new_house

pytestmark = pytest.mark.django_db

PACKAGES = [
    {"di": BOX_DI, "package_level": "sales_unit", "units_per_package": "1"},
    {"di": CASE_DI, "package_level": "case", "units_per_package": "20"},
]
L1, L2 = date(2027, 12, 31), date(2028, 6, 30)


def code(lot: str, last: date, di: str = BOX_DI) -> str:
    return f"(01){di}(17){last:%y%m%d}(10){lot}"


@pytest.fixture
def house() -> House:
    """L1 expires half a year before L2; an order of 60 is filled from both, first expiry first."""
    return new_house(LotIn("L1", "40", L1), LotIn("L2", "100", L2), item={"identifiers": PACKAGES})


def shipment(house: House, quantity: str = "60") -> UUID:
    return house.shipment(confirmed_order(house, quantity))


def picked(house: House, document: UUID, text: str, task: ScanTask = ScanTask.PICK) -> ScanAnswer:
    role = Role.PICKER if task == ScanTask.PICK else Role.REVIEWER
    answer = scan(house.company, task, document, text, role=role)
    assert answer.refused is None, answer.card
    return answer


def done(house: House, document: UUID, task: ScanTask = ScanTask.PICK) -> list[tuple[str, int, int]]:
    role = Role.PICKER if task == ScanTask.PICK else Role.REVIEWER
    lines = standing(task, document, actor=house.company.actors[role]).lines
    return sorted((line.lot, int(line.done), int(line.wanted or 0)) for line in lines)


def test_a_scan_counts_its_lot_up_and_leaves_the_document_alone(house: House) -> None:
    document = shipment(house)
    before = house.lines_of(document)
    picked(house, document, code("L1", L1, CASE_DI))
    answer = picked(house, document, code("L2", L2))
    assert (int(answer.added), answer.card.verdict, str(answer.card.headline)) == (1, Verdict.OK, "已拣 +1")
    assert done(house, document) == [("L1", 20, 40), ("L2", 1, 20)]
    assert house.lines_of(document) == before
    shown = answer.standing
    assert (shown.done, shown.wanted, shown.finish_step) == (Decimal(21), Decimal(60), "pick")


def test_a_lot_that_was_not_allocated_stops_and_says_what_is_wanted(house: House) -> None:
    document = shipment(house, "30")
    answer = stopped(house.company, ScanTask.PICK, document, code("L2", L2), role=Role.PICKER)
    assert answer.card.code == "lot_not_allocated"
    assert str(answer.card.sentence) == "应扫 L1（HG 合格品区，余 30）；实扫 L2。"
    assert [fact.value for fact in answer.card.facts if fact.is_wrong] == ["L2"]


def test_more_than_the_line_wants_stops(house: House) -> None:
    document = shipment(house, "30")
    picked(house, document, code("L1", L1, CASE_DI))
    answer = stopped(house.company, ScanTask.PICK, document, code("L1", L1, CASE_DI), role=Role.PICKER)
    assert answer.card.code == "line_is_complete"
    assert "应 30，已扫 20，再加 20" in str(answer.card.sentence)


def test_lot_not_blocked__a_lot_held_since_it_was_allocated_stops(house: House) -> None:
    document = shipment(house, "30")
    held = house.company.draft(
        QualityHoldDocument, {"lot": house.lots["L1"], "doubt": "标签疑问"}, role=Role.QUALITY_STAFF
    )
    house.company.perform(QualityHoldDocument.hold, held.document_id, role=Role.QUALITY_STAFF)
    answer = stopped(house.company, ScanTask.PICK, document, code("L1", L1), role=Role.PICKER)
    assert answer.card.code == "lot_not_blocked"


def test_lot_not_expired__an_expired_lot_of_the_item_stops_by_its_expiry(house: House) -> None:
    last = today(house) - timedelta(days=1)
    house.stock(LotIn("OLD", "5", last))
    document = shipment(house, "30")
    answer = stopped(house.company, ScanTask.PICK, document, code("OLD", last), role=Role.PICKER)
    assert answer.card.code == "lot_not_expired"
    assert "应扫 L1" in str(answer.card.sentence)


def test_goods_and_places_that_are_not_on_the_list_stop(house: House) -> None:
    other = approved_item(house.company, identifiers=[{"di": "09520000000028", "package_level": "sales_unit",
                                                       "units_per_package": "1"}],
                          registration_no="苏械注准20262140002")  # fmt: skip
    house.stock(LotIn("X1", "5", L2), item=other)
    document = shipment(house, "30")
    answer = stopped(house.company, ScanTask.PICK, document, code("X1", L2, "09520000000028"), role=Role.PICKER)
    assert answer.card.code == "item_not_on_list"
    answer = stopped(house.company, ScanTask.PICK, document, "BHG", role=Role.PICKER)
    assert answer.card.code == "place_not_on_list"
    assert picked(house, document, "HG").line_id is None


def test_another_person_counts_again_at_review(house: House) -> None:
    document = shipment(house, "30")
    set_quantity(
        ScanTask.PICK, document, _line(house, document), Decimal(30), key="", actor=house.company.actors[Role.PICKER]
    )
    house.company.perform(ShipmentDocument.pick, document, role=Role.PICKER)
    assert done(house, document, ScanTask.REVIEW) == [("L1", 0, 30)]
    picked(house, document, code("L1", L1, CASE_DI), ScanTask.REVIEW)
    assert done(house, document, ScanTask.REVIEW) == [("L1", 20, 30)]
    house.company.perform(ShipmentDocument.send_back, document, role=Role.REVIEWER, reason="外箱破损")
    assert done(house, document) == [("L1", 0, 30)]  # picking starts anew
    house.company.perform(ShipmentDocument.pick, document, role=Role.PICKER)
    assert done(house, document, ScanTask.REVIEW) == [("L1", 0, 30)]


def _line(house: House, document: UUID) -> UUID:
    [line] = standing(ScanTask.PICK, document, actor=house.company.actors[Role.PICKER]).lines
    assert line.line_id is not None
    return line.line_id


def test_who_picked_does_not_review(house: House) -> None:
    document, picker = shipment(house, "30"), house.company.actors[Role.PICKER]
    house.company.perform(ShipmentDocument.pick, document, role=Role.PICKER)
    for code_of_refusal in ("permission_required", "second_person_required"):
        with pytest.raises(Refused) as caught:
            standing(ScanTask.REVIEW, document, actor=picker)
        assert (caught.value.code, caught.value.status) == (code_of_refusal, 403)
        with nothing_moves(house.company, ScanTask.REVIEW, document), pytest.raises(Refused) as caught:
            scan(house.company, ScanTask.REVIEW, document, code("L1", L1), role=Role.PICKER)
        assert caught.value.code == code_of_refusal
        with house.company.scope(), open_act(house.company.set_up.system) as act:
            reviewer = RoleRow.objects.get(code=Role.REVIEWER)
            RoleAssignment.objects.get_or_create(user_id=picker.user_id, role=reviewer,
                                                 defaults={"valid_from": act.instant})  # fmt: skip
    with pytest.raises(Refused) as caught:
        standing(ScanTask.PICK, document, actor=picker)
    assert (caught.value.code, caught.value.status) == ("illegal_transition", 409)


def test_the_stepper_stays_within_what_is_wanted(house: House) -> None:
    document, picker = shipment(house, "30"), house.company.actors[Role.PICKER]
    line = _line(house, document)
    set_quantity(ScanTask.PICK, document, line, Decimal(29), key="", actor=picker)
    set_quantity(ScanTask.PICK, document, line, Decimal(30), key="", actor=picker)
    with nothing_moves(house.company, ScanTask.PICK, document):
        answer = set_quantity(ScanTask.PICK, document, line, Decimal(31), key="", actor=picker)
    assert answer.card.code == "quantity_out_of_bounds"
    with nothing_moves(house.company, ScanTask.PICK, document):
        answer = set_quantity(ScanTask.PICK, document, line, Decimal("1.0000001"), key="", actor=picker)
    assert answer.card.code == "quantity_out_of_bounds"
    assert done(house, document) == [("L1", 30, 30)]
    undo(ScanTask.PICK, document, key="", actor=picker)
    assert done(house, document) == [("L1", 29, 30)]
    with house.company.scope():
        kinds = list(ScanRecord.objects.order_by("id").values_list("kind", "verdict"))
    assert kinds == [("quantity", "ok"), ("quantity", "ok"), ("quantity", "stop"), ("quantity", "stop"), ("undo", "ok")]


def _statements(work: Callable[[], object]) -> int:
    """Statements of the work itself; the clock of the store is read every two seconds, whoever asks."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return sum("SAVEPOINT" not in each["sql"] and "clock_offset FROM" not in each["sql"]
               for each in captured.captured_queries)  # fmt: skip


def test_picking_takes_the_same_statements_for_1_line_and_60() -> None:
    lots = [LotIn(f"P{n:02}", "10", L1) for n in range(60)]
    house = new_house(*lots, item={"identifiers": PACKAGES})
    actor, found = house.company.actors[Role.PICKER], []
    for wanted in (["P00"], [lot.lot_no for lot in lots[1:]]):
        order = confirmed_order(house, str(10 * len(wanted)))
        document = house.shipment(order, *((lot, "10") for lot in wanted))
        picked(house, document, code(wanted[0], L1))
        found.append((
            _statements(partial(picked, house, document, code(wanted[0], L1))),
            _statements(partial(standing, ScanTask.PICK, document, actor=actor)),
        ))  # fmt: skip
    assert found[0] == found[1]
    assert found[0][0] <= 40
    assert found[0][1] <= 7
