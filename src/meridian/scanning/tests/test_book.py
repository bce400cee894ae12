"""The scan book: every capture is kept as it came, corrections follow it, reading costs the same for any size."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from meridian.items.tests.factories import BOX_DI, CASE_DI
from meridian.kernel.clock import now
from meridian.kernel.findings import Refused
from meridian.organization.queries import zone_of_site
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.purchasing.tests.inbound import Inbound, barcode, new_inbound
from meridian.scanning.answers import Capture, ScanAnswer, TaskStanding
from meridian.scanning.cards import as_card
from meridian.scanning.models import ScanRecord
from meridian.scanning.queries import hub, known_about, standing
from meridian.scanning.services import set_aside, set_quantity, take, undo
from meridian.scanning.tests.scanned import nothing_moves, scan_in, stopped
from meridian.scanning.vocabulary import ScanTask, Verdict

pytestmark = pytest.mark.django_db

RECEIVE = ScanTask.RECEIVE


@pytest.fixture
def inbound() -> Inbound:
    return new_inbound()


def seen(inbound: Inbound, receipt: UUID) -> TaskStanding:
    return standing(RECEIVE, receipt, actor=inbound.company.actors[Role.RECEIVER])


def quantities(inbound: Inbound, receipt: UUID) -> list[tuple[str, int, int]]:
    return [(line.lot, int(line.done), int(line.wanted or 0)) for line in seen(inbound, receipt).lines]


def test_the_capture_is_kept_as_the_device_sent_it(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order())
    raw, clock = f"]d201{BOX_DI}1729010410L1\x1d240REF\r\n", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    answer = take(RECEIVE, receipt, Capture(text=raw, key="g", captured_at=clock),
                  actor=inbound.company.actors[Role.RECEIVER])  # fmt: skip
    with inbound.company.scope():
        row = ScanRecord.objects.get(pk=answer.record_id)
    assert (row.text, row.captured_at, row.line_id) == (raw, clock, answer.line_id)
    assert (row.verdict, int(row.added), int(row.counted), row.document_type) == ("ok", 1, 1, "goods_receipt")
    assert row.told["what"].endswith("L1")
    assert row.at != clock
    assert [fact.value for fact in answer.card.facts] == ["L1", "2029-01-04"]
    assert str(answer.card.facts[1].note).endswith("天")


def test_the_order_is_shown_from_the_start__87_of_180(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order("180"))
    [line] = seen(inbound, receipt).lines
    assert (line.line_id, int(line.done), int(line.wanted or 0), line.is_current) == (None, 0, 180, True)
    for text in (barcode(CASE_DI), barcode(CASE_DI, lot="L2"), barcode(lot="L2")):
        scan_in(inbound, receipt, text)
    shown = seen(inbound, receipt)
    assert (shown.done, shown.wanted, shown.scans, shown.finished_lines) == (Decimal(41), Decimal(180), 3, 2)
    assert quantities(inbound, receipt) == [("L2", 1, 140), ("L1", 20, 20), ("L2", 20, 20)]
    assert [line.is_current for line in shown.lines] == [True, False, False]


def test_quantity_within_order__the_last_one_counts_the_next_one_stops(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order("21"))
    scan_in(inbound, receipt, barcode(CASE_DI))
    scan_in(inbound, receipt, barcode())
    answer = stopped(inbound.company, RECEIVE, receipt, barcode(), role=Role.RECEIVER)
    assert answer.card.code == "quantity_within_order"
    assert "本次 22，订单" in str(answer.card.sentence)


def test_lot_not_expired__counts_on_the_expiry_day__stops_the_day_after(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order("21"))
    known = known_about("DY", actor=inbound.company.actors[Role.RECEIVER])
    assert known.place_id == inbound.place(ZoneKind.PENDING)
    with inbound.company.scope():
        day = now().astimezone(zone_of_site(inbound.company.set_up.site_id)).date()
    scan_in(inbound, receipt, barcode(last=f"{day:%y%m%d}"))
    answer = stopped(inbound.company, RECEIVE, receipt, barcode(lot="L2", last=f"{day - timedelta(days=1):%y%m%d}"),
                     role=Role.RECEIVER)  # fmt: skip
    assert answer.card.code == "lot_not_expired"
    assert [fact.is_wrong for fact in answer.card.facts] == [False, True, False]
    assert str(answer.card.facts[1].note) == "已过期 1 天"


def test_short_dated_and_cold_goods_count_and_ask_for_attention() -> None:
    inbound = new_inbound(receipt_min_days=20000, is_cold_chain=True, storage_condition="refrigerated",
                          temperature_celsius_min="2", temperature_celsius_max="8")  # fmt: skip
    receipt = inbound.receipt(inbound.order("21"))
    answer = scan_in(inbound, receipt, barcode())
    assert answer.card.verdict == Verdict.ATTENTION
    assert "< 20000 天" in str(answer.card.sentence)
    assert "冷链" in str(answer.card.sentence)
    assert quantities(inbound, receipt) == [("L1", 1, 21)]


def test_registration_valid_for_lot__a_lot_made_before_the_registration_stops(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order("21"))
    scan_in(inbound, receipt, barcode(made="220101"))
    answer = stopped(inbound.company, RECEIVE, receipt, barcode(lot="L2", made="211231"), role=Role.RECEIVER)
    assert answer.card.code == "registration_valid_for_lot"


def test_a_place_that_goods_may_wait_at_is_taken__another_stops(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order("21"))
    answer = stopped(inbound.company, RECEIVE, receipt, "HG", role=Role.RECEIVER)
    assert answer.card.code == "place_is_pending_zone"
    assert scan_in(inbound, receipt, "DY").line is None


def test_a_stop_stays_open_until_scanned_again_or_set_aside(inbound: Inbound) -> None:
    receipt, receiver = inbound.receipt(inbound.order("21")), inbound.company.actors[Role.RECEIVER]
    first = stopped(inbound.company, RECEIVE, receipt, "hello", role=Role.RECEIVER)
    assert [row.is_open_stop for row in seen(inbound, receipt).records] == [True]
    scan_in(inbound, receipt, barcode())
    second = stopped(inbound.company, RECEIVE, receipt, barcode(last="290105"), role=Role.RECEIVER)
    assert [row.is_open_stop for row in seen(inbound, receipt).records] == [True, False, False]
    answer = set_aside(RECEIVE, receipt, second.record_id, key="a-1", actor=receiver)
    assert (answer.card.verdict, str(answer.card.headline)) == (Verdict.ATTENTION, "已移入待处理")
    shown = seen(inbound, receipt)
    assert (shown.scans, shown.stops, shown.set_aside) == (3, 2, 1)
    assert not any(row.is_open_stop for row in shown.records)
    with nothing_moves(inbound.company, RECEIVE, receipt):
        again = set_aside(RECEIVE, receipt, second.record_id, key="a-2", actor=receiver)
    assert again.card.code == "stop_not_open"
    assert set_aside(RECEIVE, receipt, second.record_id, key="a-1", actor=receiver).replayed
    with nothing_moves(inbound.company, RECEIVE, receipt), pytest.raises(Refused) as caught:
        set_aside(RECEIVE, receipt, uuid4(), key="", actor=receiver)
    assert caught.value.status == 404
    assert first.refused is not None


def test_a_stop_is_answered_again_under_its_key(inbound: Inbound) -> None:
    receipt, receiver = inbound.receipt(inbound.order("21")), inbound.company.actors[Role.RECEIVER]
    asked = Capture(text=barcode(lot="{0}", last="200101"), key="s-1")
    first, again = (take(RECEIVE, receipt, asked, actor=receiver) for _try in range(2))
    assert first.refused is not None
    assert again.refused is not None
    assert (again.replayed, again.record_id, again.card) == (True, first.record_id, first.card)
    assert again.refused.as_data() == first.refused.as_data()
    assert inbound.refusals(receipt) == [first.refused.code]


def test_undo_takes_the_last_scan_of_this_person_back(inbound: Inbound) -> None:
    receipt, receiver = inbound.receipt(inbound.order("41")), inbound.company.actors[Role.RECEIVER]
    for text in (barcode(CASE_DI), barcode(), barcode()):
        scan_in(inbound, receipt, text)
    stopped(inbound.company, RECEIVE, receipt, "hello", role=Role.RECEIVER)
    answer = undo(RECEIVE, receipt, key="u-1", actor=receiver)
    assert (answer.card.verdict, int(answer.added)) == (Verdict.OK, -1)
    assert undo(RECEIVE, receipt, key="u-1", actor=receiver).replayed
    undo(RECEIVE, receipt, key="u-2", actor=receiver)
    assert quantities(inbound, receipt) == [("L1", 20, 41)]
    assert [row.is_taken_back for row in seen(inbound, receipt).records] == [False, False, False, True, True, False]
    manager = inbound.company.actors[Role.WAREHOUSE_MANAGER]
    assert undo(RECEIVE, receipt, key="", actor=manager).card.code == "nothing_to_undo"
    undo(RECEIVE, receipt, key="u-3", actor=receiver)
    with nothing_moves(inbound.company, RECEIVE, receipt):
        assert undo(RECEIVE, receipt, key="u-4", actor=receiver).card.code == "nothing_to_undo"
    assert quantities(inbound, receipt) == [("", 0, 41)]


def test_the_stepper_writes_the_line_within_the_order(inbound: Inbound) -> None:
    receipt, receiver = inbound.receipt(inbound.order("41")), inbound.company.actors[Role.RECEIVER]
    line = scan_in(inbound, receipt, barcode()).line_id
    assert line is not None

    def to(quantity: str) -> ScanAnswer:
        return set_quantity(RECEIVE, receipt, line, Decimal(quantity), key="", actor=receiver)

    assert int(to("41").added) == 40
    with nothing_moves(inbound.company, RECEIVE, receipt):
        assert to("42").card.code == "quantity_within_order"
    with nothing_moves(inbound.company, RECEIVE, receipt):
        assert to("-1").card.code == "quantity_out_of_bounds"
    with nothing_moves(inbound.company, RECEIVE, receipt):
        assert to("NaN").card.code == "quantity_out_of_bounds"
    assert quantities(inbound, receipt) == [("L1", 41, 41)]
    to("0")
    assert quantities(inbound, receipt) == [("", 0, 41)]


def test_units_with_serial_numbers_have_no_stepper() -> None:
    inbound = new_inbound(tracking="serial", has_expiry=False)
    receipt, receiver = inbound.receipt(inbound.order("3")), inbound.company.actors[Role.RECEIVER]
    line = scan_in(inbound, receipt, f"(01){BOX_DI}(21)S1").line_id
    assert line is not None
    assert [each.may_step for each in seen(inbound, receipt).lines] == [False]
    with nothing_moves(inbound.company, RECEIVE, receipt):
        answer = set_quantity(RECEIVE, receipt, line, Decimal(2), key="", actor=receiver)
    assert answer.card.code == "quantity_of_serial"


def test_units_with_serial_numbers_stand_together_by_their_lot__3_of_5() -> None:
    inbound = new_inbound(tracking="serial")
    receipt = inbound.receipt(inbound.order("5"))
    for serial in ("S1", "S2", "S3"):
        scan_in(inbound, receipt, barcode(more=f"(21){serial}"))
    shown = seen(inbound, receipt)
    assert [(line.lot, int(line.done), int(line.wanted or 0), str(line.note)) for line in shown.lines] == [
        ("L1", 3, 5, "最近 S3"),
    ]  # fmt: skip
    expired = barcode(lot="L9", last="200101", more="(21)S9")
    wrong = stopped(inbound.company, RECEIVE, receipt, expired, role=Role.RECEIVER)
    assert str(wrong.card.sentence) == "批号 L9 有效期至 2020-01-01，今日已过期。"
    scan_in(inbound, receipt, barcode(lot="L2", more="(21)S4"))
    assert quantities(inbound, receipt) == [("L2", 1, 2), ("L1", 3, 3)]
    assert [line.is_current for line in seen(inbound, receipt).lines] == [True, False]
    undo(RECEIVE, receipt, key="u", actor=inbound.company.actors[Role.RECEIVER])
    undo(RECEIVE, receipt, key="v", actor=inbound.company.actors[Role.RECEIVER])
    assert quantities(inbound, receipt) == [("L1", 2, 5)]


def test_a_card_is_kept_for_readers_of_every_language(inbound: Inbound) -> None:
    receipt, receiver = inbound.receipt(inbound.order("21")), inbound.company.actors[Role.RECEIVER]
    scan_in(inbound, receipt, barcode())
    wrong = stopped(inbound.company, RECEIVE, receipt, barcode(lot="L2", last="200101"), role=Role.RECEIVER)
    with override("en"):
        read = {row.id: str(row.headline) for row in seen(inbound, receipt).records}
        with inbound.company.scope():
            row = ScanRecord.objects.get(pk=wrong.record_id)
        card = as_card(row.told)
        assert read[wrong.record_id] == "lot expired"
        assert str(card.sentence) == "Lot L2 expired after 2020-01-01."
        assert [str(fact.label) for fact in card.facts] == ["Lot", "Valid until", "Date of manufacture"]
    assert row.told["as_shown"] == "批号已过有效期 批号 L2 有效期至 2020-01-01，今日已过期。"
    assert str(as_card(row.told).headline) == "批号已过有效期"
    answer = set_aside(RECEIVE, receipt, wrong.record_id, key="a", actor=receiver)
    with override("en"):
        assert str(answer.card.sentence) == str(card.sentence)


def test_the_hub_shows_what_waits_for_this_person(inbound: Inbound) -> None:
    receipt = inbound.receipt(inbound.order("41"))
    scan_in(inbound, receipt, barcode())
    [tile] = hub(actor=inbound.company.actors[Role.RECEIVER])
    assert (tile.task, tile.waiting) == (RECEIVE, 1)
    assert [(each.document_id, each.lines) for each in tile.documents] == [(receipt, 1)]
    assert [tile.task for tile in hub(actor=inbound.company.actors[Role.KEEPER])] == [ScanTask.PUT_AWAY, ScanTask.MOVE]
    assert hub(actor=inbound.company.actors[Role.ACCOUNTANT]) == ()
    inbound.receive(receipt)
    [tile] = hub(actor=inbound.company.actors[Role.RECEIVER])
    assert tile.waiting == 0


def test_what_is_known_about_a_lot_a_place_and_a_document(inbound: Inbound) -> None:
    receipt, receiver = inbound.receipt(inbound.order("41")), inbound.company.actors[Role.RECEIVER]
    number = seen(inbound, receipt).number
    assert (known_about(number, actor=receiver).document_id, known_about(number, actor=receiver).task) == (
        receipt, RECEIVE,
    )  # fmt: skip
    scan_in(inbound, receipt, barcode(CASE_DI))
    assert str(known_about("L1", actor=receiver).problem) != ""
    inbound.receive(receipt)
    assert known_about(number, actor=receiver).task is None
    for text in ("L1", barcode(), barcode(CASE_DI)):
        card = known_about(text, actor=receiver)
        assert (card.lot, [(each.place, each.status, int(each.quantity)) for each in card.stock]) == (
            "L1", [("DY 待验区", "pending_inspection", 20)],
        )  # fmt: skip
    [move] = card.moves
    assert (move.document_id, move.document_number, int(move.quantity)) == (receipt, number, 20)
    assert card.days_left is not None
    place = known_about("DY", actor=receiver)
    assert [(each.lot, int(each.quantity)) for each in place.stock] == [("L1", 20)]
    assert str(known_about(barcode(lot="L7"), actor=receiver).problem).endswith("没有批号 L7。")
    assert "没有找到" in str(known_about("nothing like it", actor=receiver).problem)


def _scans(inbound: Inbound, count: int) -> tuple[UUID, int, int]:
    """Statements of one more scan and of the standing, on a receipt of this many lines."""
    receipt = inbound.receipt(inbound.order("1000"), [inbound.line("1", lot_no=f"N{n}") for n in range(count)])
    scan_in(inbound, receipt, barcode())
    with CaptureQueriesContext(connection) as scanning:
        scan_in(inbound, receipt, barcode())
    with CaptureQueriesContext(connection) as reading:
        seen(inbound, receipt)
    return receipt, _count(scanning), _count(reading)


def _count(captured: CaptureQueriesContext) -> int:
    """Statements of the work itself; the clock of the store is read every two seconds, whoever asks."""
    return sum("SAVEPOINT" not in each["sql"] and "clock_offset FROM" not in each["sql"]
               for each in captured.captured_queries)  # fmt: skip


def test_what_is_known_takes_the_same_statements_however_much_is_known(inbound: Inbound) -> None:
    receiver, found = inbound.company.actors[Role.RECEIVER], []
    for lots in (["A0"], [f"B{n:02}" for n in range(40)]):
        receipt = inbound.receipt(inbound.order("1000"), [inbound.line("1", lot_no=lot) for lot in lots])
        inbound.receive(receipt)
        counts = []
        for text in (lots[0], barcode(lot=lots[0]), "DY"):
            with CaptureQueriesContext(connection) as captured:
                assert known_about(text, actor=receiver).stock
            counts.append(_count(captured))
        found.append(counts)
    assert found[0] == found[1]
    assert max(found[0]) <= 25


def test_a_scan_and_the_standing_take_the_same_statements_for_1_line_and_200(inbound: Inbound) -> None:
    few, many = _scans(inbound, 1), _scans(inbound, 200)
    assert few[1:] == many[1:]
    assert many[1] <= 30
    assert many[2] <= 8
