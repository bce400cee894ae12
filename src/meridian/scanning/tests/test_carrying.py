"""Putting away and moving by scan: what is taken up, where it may be laid down, and that a stop moves nothing."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meridian.inventory.models import Lot
from meridian.items.tests.factories import BOX_DI, CASE_DI
from meridian.kernel.act import open_act
from meridian.organization.models import Place
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.purchasing.tests.inbound import ALL_PASSED, Inbound, barcode, new_inbound
from meridian.scanning.answers import ScanAnswer, TaskStanding
from meridian.scanning.queries import standing
from meridian.scanning.services import begin, undo
from meridian.scanning.tests.scanned import scan, stopped
from meridian.scanning.vocabulary import ScanTask, Verdict
from meridian.warehouse.documents import InternalMoveDocument, PutawayDocument
from meridian.warehouse.models import InternalMoveLine, PutawayLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def inbound() -> Inbound:
    """95 boxes of lot L1 accepted into the green zone, 5 rejected into the red one."""
    made = new_inbound()
    inspection = made.received("100")
    made.inspect(
        inspection,
        {**ALL_PASSED, "package": "failed", "accepted_quantity": "95", "rejected_quantity": "5",
         "conclusion": "partly", "nonconformity": "外包装破损", "disposition": "return"},
    )  # fmt: skip
    made.conclude(inspection)
    made.release(inspection)
    bin_in(made, ZoneKind.QUALIFIED, "HG-01")
    bin_in(made, ZoneKind.NONCONFORMING, "BHG-01")
    return made


def bin_in(inbound: Inbound, zone: ZoneKind, code: str, **fields: Any) -> UUID:
    set_up = inbound.company.set_up
    with inbound.company.scope(), open_act(set_up.system):
        made = Place.objects.create(site_id=set_up.site_id, parent_id=set_up.places[zone], kind="bin", zone_kind=zone,
                                    code=code, name=code, company_id=inbound.company.company_id, **fields)  # fmt: skip
        return made.pk


def begun(inbound: Inbound, task: ScanTask = ScanTask.PUT_AWAY) -> UUID:
    return begin(task, inbound.company.set_up.site_id, actor=inbound.company.actors[Role.KEEPER], key="")


def put(inbound: Inbound, document: UUID, text: str, task: ScanTask = ScanTask.PUT_AWAY) -> ScanAnswer:
    answer = scan(inbound.company, task, document, text)
    assert answer.refused is None, answer.card
    return answer


def lines(inbound: Inbound, document: UUID, model: Any = PutawayLine) -> list[tuple[str, str, str, int]]:
    with inbound.company.scope():
        rows = model.objects.filter(document_id=document).select_related("place", "to_place").order_by("line_no")
        return [(r.place.code, r.to_place.code if r.to_place else "", r.stock_status, int(r.quantity)) for r in rows]


def seen(inbound: Inbound, document: UUID, task: ScanTask = ScanTask.PUT_AWAY) -> TaskStanding:
    return standing(task, document, actor=inbound.company.actors[Role.KEEPER])


def test_goods_in_two_zones_are_not_guessed_at__the_place_is_scanned_first(inbound: Inbound) -> None:
    document = begun(inbound)
    answer = stopped(inbound.company, ScanTask.PUT_AWAY, document, barcode())
    assert answer.card.code == "source_place_needed"
    assert "BHG 不合格品区（不合格）、HG 合格品区（合格）" in str(answer.card.sentence)
    assert put(inbound, document, "HG").line_id is None
    answer = put(inbound, document, barcode(CASE_DI))
    assert (int(answer.added), answer.card.zone) == (20, "qualified")
    assert lines(inbound, document) == [("HG", "HG-01", "qualified", 20)]
    [line] = seen(inbound, document).lines
    assert (int(line.done), int(line.wanted or 0), str(line.note)) == (20, 95, "建议放 HG-01 HG-01")


def test_goods_are_counted_up_to_what_lies_there(inbound: Inbound) -> None:
    document = begun(inbound)
    put(inbound, document, "BHG")
    for _box in range(5):
        put(inbound, document, barcode(BOX_DI))
    answer = stopped(inbound.company, ScanTask.PUT_AWAY, document, barcode(BOX_DI))
    assert answer.card.code == "stock_sufficient"
    assert "需要 6，可用 5" in str(answer.card.sentence)


def test_zone_matches_status__a_wrong_zone_stops__the_right_one_takes_what_is_in_hand(inbound: Inbound) -> None:
    document = begun(inbound)
    put(inbound, document, "BHG")
    put(inbound, document, barcode(BOX_DI))
    assert seen(inbound, document).steps[-2].standing == "now"
    answer = stopped(inbound.company, ScanTask.PUT_AWAY, document, "HG-01")
    assert answer.card.code == "zone_matches_status"
    assert "不能放入合格品区 HG-01" in str(answer.card.sentence)
    put(inbound, document, "BHG-01")
    assert lines(inbound, document) == [("BHG", "BHG-01", "nonconforming", 1)]
    [line] = seen(inbound, document).lines
    assert (line.place, line.is_complete) == ("BHG-01 BHG-01", True)


def test_storage_condition_met__a_place_that_is_too_warm_stops() -> None:
    inbound = new_inbound(temperature_celsius_min="2", temperature_celsius_max="8")
    inspection = inbound.received("10")
    inbound.inspect(inspection, {**ALL_PASSED, "accepted_quantity": "10", "conclusion": "accepted"})
    inbound.conclude(inspection)
    inbound.release(inspection)
    bin_in(inbound, ZoneKind.QUALIFIED, "WARM", temperature_celsius_min="10", temperature_celsius_max="30")
    bin_in(inbound, ZoneKind.QUALIFIED, "COLD", temperature_celsius_min="2", temperature_celsius_max="8")
    document = begun(inbound)
    put(inbound, document, barcode())
    assert stopped(inbound.company, ScanTask.PUT_AWAY, document, "WARM").card.code == "storage_condition_met"
    put(inbound, document, "COLD")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("WHO-KNOWS", "scan_unreadable"),
        (barcode(lot="L9"), "scan_lot_unknown"),
        (barcode("09520000000028"), "scan_unknown"),
        (barcode(last="290105"), "scan_matches_line"),
        (f"(01){BOX_DI}", "scan_incomplete"),
        ("HG-01", "place_holds_nothing"),
        ("TH", "place_holds_nothing"),
    ],
)
def test_what_means_no_goods_and_no_place_to_take_from_stops(inbound: Inbound, text: str, code: str) -> None:
    assert stopped(inbound.company, ScanTask.PUT_AWAY, begun(inbound), text).card.code == code


def test_the_same_lot_goes_to_two_bins_line_by_line__place_usable(inbound: Inbound) -> None:
    bin_in(inbound, ZoneKind.QUALIFIED, "HG-02")
    document = begun(inbound)
    for text in ("HG", barcode(CASE_DI), "HG-01", "L1", "L1", "HG-02"):  # a typed lot number counts one
        put(inbound, document, text)
    assert lines(inbound, document) == [("HG", "HG-01", "qualified", 20), ("HG", "HG-02", "qualified", 2)]
    put(inbound, document, barcode())
    assert stopped(inbound.company, ScanTask.PUT_AWAY, document, "HG").card.code == "place_usable"


def test_what_was_written_down_before_is_counted_and_not_doubled(inbound: Inbound) -> None:
    with inbound.company.scope():
        shelf = Place.objects.get(code="HG-01").pk
        lot = Lot.objects.get(lot_no="L1").pk
    line = {"lot": lot, "place": inbound.place(ZoneKind.QUALIFIED), "quantity": "40", "to_place": shelf}
    document = inbound.company.draft(PutawayDocument, {}, [line], role=Role.KEEPER).document_id
    put(inbound, document, barcode(CASE_DI))
    [standing_line] = seen(inbound, document).lines
    assert (standing_line.done, standing_line.wanted) == (Decimal(20), Decimal(40))
    assert lines(inbound, document) == [("HG", "HG-01", "qualified", 40)]
    undo(ScanTask.PUT_AWAY, document, key="", actor=inbound.company.actors[Role.KEEPER])
    assert lines(inbound, document) == [("HG", "HG-01", "qualified", 40)]
    assert seen(inbound, document).done == 0


def test_undo_goes_back_scan_by_scan__a_place_too(inbound: Inbound) -> None:
    keeper = inbound.company.actors[Role.KEEPER]
    document = begun(inbound)
    for text in ("HG", barcode(CASE_DI), barcode(), "HG-01"):
        put(inbound, document, text)
    assert not any(step.standing == "now" and "货位" in str(step.label) for step in seen(inbound, document).steps)
    answer = undo(ScanTask.PUT_AWAY, document, key="u-1", actor=keeper)
    assert str(answer.card.headline) == "已撤销：HG-01 HG-01"
    [line] = seen(inbound, document).lines
    assert not line.is_complete
    undo(ScanTask.PUT_AWAY, document, key="u-2", actor=keeper)
    assert [row[3] for row in lines(inbound, document)] == [20]
    undo(ScanTask.PUT_AWAY, document, key="u-3", actor=keeper)
    assert lines(inbound, document) == []
    undo(ScanTask.PUT_AWAY, document, key="u-4", actor=keeper)  # the place the goods were taken from
    last = undo(ScanTask.PUT_AWAY, document, key="u-5", actor=keeper)
    assert (last.card.verdict, last.card.code) == (Verdict.STOP, "nothing_to_undo")


def test_a_move_wants_what_is_taken_and_no_more(inbound: Inbound) -> None:
    document = begun(inbound, ScanTask.MOVE)
    put(inbound, document, "HG", ScanTask.MOVE)
    put(inbound, document, barcode(CASE_DI), ScanTask.MOVE)
    [line] = seen(inbound, document, ScanTask.MOVE).lines
    assert (line.done, line.wanted) == (Decimal(20), None)
    put(inbound, document, "HG-01", ScanTask.MOVE)
    inbound.company.perform(InternalMoveDocument.move, document, role=Role.KEEPER)
    assert lines(inbound, document, InternalMoveLine) == [("HG", "HG-01", "qualified", 20)]
    assert inbound.stock()["HG-01", "qualified"] == 20


def test_beginning_twice_under_one_key_is_one_document(inbound: Inbound) -> None:
    keeper, site = inbound.company.actors[Role.KEEPER], inbound.company.set_up.site_id
    first = begin(ScanTask.PUT_AWAY, site, actor=keeper, key="b-1")
    assert begin(ScanTask.PUT_AWAY, site, actor=keeper, key="b-1") == first
    with pytest.raises(ValueError, match="made elsewhere"):
        begin(ScanTask.PICK, site, actor=keeper, key="b-2")


def _statements(work: Callable[[], object]) -> int:
    """Statements of the work itself; the clock of the store is read every two seconds, whoever asks."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return sum("SAVEPOINT" not in each["sql"] and "clock_offset FROM" not in each["sql"]
               for each in captured.captured_queries)  # fmt: skip


def test_putting_away_takes_the_same_statements_for_1_line_and_40(inbound: Inbound) -> None:
    document = begun(inbound)
    put(inbound, document, "HG")
    found = []
    for rounds in (1, 39):
        for _round in range(rounds):
            put(inbound, document, barcode())
            put(inbound, document, "HG-01")
        put(inbound, document, barcode())
        found.append((
            _statements(partial(put, inbound, document, barcode())),
            _statements(partial(put, inbound, document, "HG-01")),
            _statements(partial(seen, inbound, document)),
        ))  # fmt: skip
    assert found[0] == found[1]
    assert max(found[0]) <= 45
    assert found[0][2] <= 8
