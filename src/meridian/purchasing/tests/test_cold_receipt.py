"""Cold goods come in with a log that is read: through the two doors, with what it says kept as evidence."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from meridian.kernel.documents import WaiverDocument
from meridian.kernel.findings import Refused
from meridian.kernel.tests.engine_case import counted_statements
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.platform.attachments.keeping import withdraw
from meridian.purchasing.tests.cold import (
    attached,
    cold_inbound,
    cold_place,
    cold_receipt,
    log_text,
    logged,
    read,
    way_of,
)
from meridian.purchasing.tests.inbound import Inbound, new_inbound
from meridian.warehouse.documents import GoodsReceiptDocument
from meridian.warehouse.models import TransitLog
from meridian.warehouse.transit import read_transit_log

pytestmark = pytest.mark.django_db

EXCURSION = ("5.0", "8.1", "5.0")


@pytest.fixture
def inbound() -> Inbound:
    return cold_inbound()


def refused(call: Any, *arguments: Any, **options: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*arguments, **options)
    return caught.value


def codes(found: Refused) -> list[str]:
    return [finding.code for finding in found.findings]


def waive(inbound: Inbound, receipt: UUID) -> None:
    fields = {
        "gate_code": "transit_temperature_in_range", **inbound.company.about(GoodsReceiptDocument, receipt),
        "justification": "注册人出具稳定性说明，短时 8.1 ℃ 不影响质量", "ends_on": "2099-12-31",
    }  # fmt: skip
    made = inbound.company.draft(WaiverDocument, fields, role=Role.QUALITY_HEAD).document_id
    inbound.company.perform(WaiverDocument.sign_alone, made, role=Role.QUALITY_HEAD)


def test_a_cold_delivery_is_received_with_the_log_of_its_way(inbound: Inbound) -> None:
    receipt = cold_receipt(inbound)
    assert codes(refused(inbound.receive, receipt)) == ["transit_temperature_proved"]
    assert (inbound.movements(), inbound.refusals(receipt)) == (0, ["transit_temperature_proved"])
    logged(inbound, receipt, ("2.0", "8.0", "5.5"))
    inbound.receive(receipt)
    assert inbound.stock() == {("DY-LC", "pending_inspection"): Decimal(10)}
    with inbound.company.scope():
        kept = TransitLog.objects.get()
    assert (kept.lowest, kept.highest, kept.out_of_range) == (Decimal("2.00"), Decimal("8.00"), 0)
    assert (kept.low_limit, kept.high_limit) == (Decimal("2.0"), Decimal("8.0"))
    assert kept.longest_gap is not None
    assert kept.longest_gap <= timedelta(minutes=5)
    assert kept.readings in (36, 37)  # three hours, every five minutes
    assert kept.read_by_name == inbound.company.actors[Role.RECEIVER].name


def test_an_excursion_passes_only_by_the_quality_head_over_the_registrants_statement(inbound: Inbound) -> None:
    receipt = cold_receipt(inbound)
    logged(inbound, receipt, EXCURSION)
    both = ["transit_temperature_in_range", "stability_statement_attached"]
    assert codes(refused(inbound.receive, receipt)) == both
    waive(inbound, receipt)
    assert codes(refused(inbound.receive, receipt)) == ["stability_statement_attached"]
    fields = {"stability_statement": "稳定性说明.txt"}
    inbound.company.draft(GoodsReceiptDocument, fields, role=Role.RECEIVER, document_id=receipt)
    assert codes(refused(inbound.receive, receipt)) == ["stability_statement_attached"]  # named, not attached
    attached(inbound, receipt, "注册人说明：2–25 ℃ 累计 24 小时内稳定。", "稳定性说明.txt")
    assert inbound.movements() == 0
    inbound.receive(receipt)
    with inbound.company.scope():
        kept = TransitLog.objects.get()
    assert kept.highest == Decimal("8.10")
    assert kept.out_of_range == 12


def test_goods_with_an_excursion_wait_on_hold_in_the_cold_until_the_statement_comes(inbound: Inbound) -> None:
    receipt = cold_receipt(inbound)
    logged(inbound, receipt, EXCURSION)
    inbound.company.perform(GoodsReceiptDocument.accept_to_hold, receipt, role=Role.RECEIVER, reason="在途超温")
    assert inbound.stock() == {("DY-LC", "quality_hold"): Decimal(10)}
    release, head = GoodsReceiptDocument.release_from_hold, Role.QUALITY_HEAD
    found = refused(inbound.company.perform, release, receipt, role=head, reason="同意")
    assert codes(found) == ["transit_temperature_in_range", "stability_statement_attached"]
    waive(inbound, receipt)
    attached(inbound, receipt, "注册人说明", "说明.txt")
    fields = {"stability_statement": "说明.txt"}
    inbound.company.draft(GoodsReceiptDocument, fields, role=Role.RECEIVER, document_id=receipt)
    inbound.company.perform(release, receipt, role=head, reason="注册人说明支持放行")
    assert inbound.stock() == {("DY-LC", "pending_inspection"): Decimal(10)}


def test_a_missing_log_is_never_waived__found_later_it_frees_the_goods_on_hold(inbound: Inbound) -> None:
    receipt = cold_receipt(inbound)
    inbound.company.perform(GoodsReceiptDocument.accept_to_hold, receipt, role=Role.RECEIVER, reason="没有温度记录")
    release, head = GoodsReceiptDocument.release_from_hold, Role.QUALITY_HEAD
    found = refused(inbound.company.perform, release, receipt, role=head, reason="同意")
    assert codes(found) == ["transit_temperature_proved"]
    logged(inbound, receipt)
    inbound.company.perform(release, receipt, role=head, reason="供方补交温度记录")
    assert inbound.stock() == {("DY-LC", "pending_inspection"): Decimal(10)}


@pytest.mark.parametrize("move", [GoodsReceiptDocument.receive, GoodsReceiptDocument.accept_to_hold])
def test_cold_goods_in_fit_place__refuses_the_warm_zone__allows_the_cold_bin(inbound: Inbound, move: Any) -> None:
    receipt = cold_receipt(inbound, place=inbound.place())
    logged(inbound, receipt)
    perform = inbound.company.perform
    assert codes(refused(perform, move, receipt, role=Role.RECEIVER, reason="x")) == ["cold_goods_in_fit_place"]
    assert inbound.movements() == 0
    fields = {"place": cold_place(inbound.company)}
    inbound.company.draft(GoodsReceiptDocument, fields, role=Role.RECEIVER, document_id=receipt)
    perform(move, receipt, role=Role.RECEIVER, reason="x")
    assert [place for place, _status in inbound.stock()] == ["DY-LC"]


def test_a_log_that_ends_before_the_arrival_leaves_the_way_unproved(inbound: Inbound) -> None:
    receipt = cold_receipt(inbound)
    since, until = way_of(inbound, receipt)
    short = log_text(since, until - timedelta(minutes=30))
    read(inbound, receipt, attached(inbound, receipt, short))
    assert codes(refused(inbound.receive, receipt)) == ["transit_temperature_proved"]
    logged(inbound, receipt)  # the last file read counts
    inbound.receive(receipt)


def test_a_departure_changed_after_the_reading_asks_for_another(inbound: Inbound) -> None:
    receipt = cold_receipt(inbound)
    logged(inbound, receipt)
    earlier = {"departed_at": (way_of(inbound, receipt)[0] - timedelta(hours=1)).isoformat()}
    inbound.company.draft(GoodsReceiptDocument, earlier, role=Role.RECEIVER, document_id=receipt)
    [finding] = refused(inbound.receive, receipt).findings
    assert str(finding.evidence) == "启运时间在读取 TL-01.csv 之后改过，请重新读取。"


def test_a_file_withdrawn_proves_nothing(inbound: Inbound) -> None:
    receipt, actor = cold_receipt(inbound), inbound.company.actors[Role.RECEIVER]
    logged(inbound, receipt)
    with inbound.company.scope():
        file = TransitLog.objects.get().attachment_id
        withdraw(GoodsReceiptDocument, receipt, file, "传错文件", actor=actor)
    assert codes(refused(inbound.receive, receipt)) == ["transit_temperature_proved"]
    assert refused(read, inbound, receipt, file).code == "attachment_withdrawn"


def test_a_file_that_cannot_be_read_is_refused_with_line_and_column__nothing_is_kept(inbound: Inbound) -> None:
    receipt = cold_receipt(inbound)
    file = attached(inbound, receipt, "时间,温度\n2026-11-27 09:00,5.0\n2026-11-27 09:05,ERR\n")
    found = refused(read, inbound, receipt, file)
    assert (found.code, str(found.findings[0].evidence)) == (
        "transit_log_unreadable",
        "TL-01.csv 第 3 行“温度”不是温度：ERR",
    )
    with inbound.company.scope():
        assert not TransitLog.objects.exists()
    assert inbound.refusals(receipt) == ["transit_log_unreadable"]


def test_reading_asks_for_the_right__a_departure__and_a_receipt_still_open(inbound: Inbound) -> None:
    receipt = cold_receipt(inbound, departed_at=None)
    file = attached(inbound, receipt, "时间,温度\n2026-11-27 09:00,5.0\n")
    assert refused(read, inbound, receipt, file).code == "field_required"
    assert refused(read_transit_log, receipt, file, actor=inbound.company.actors[Role.BUYER]).status == 403
    inbound.company.perform(GoodsReceiptDocument.refuse_goods, receipt, role=Role.RECEIVER, reason="没有启运时间")
    assert refused(read, inbound, receipt, file).code == "record_locked"


def test_the_same_key_reads_a_file_once(inbound: Inbound) -> None:
    receipt, actor = cold_receipt(inbound), inbound.company.actors[Role.RECEIVER]
    file = attached(inbound, receipt, log_text(*way_of(inbound, receipt)))
    first = read_transit_log(receipt, file, actor=actor, key="K1")
    assert read_transit_log(receipt, file, actor=actor, key="K1") == first
    with inbound.company.scope():
        assert TransitLog.objects.count() == 1


def test_the_log_costs_a_receipt_no_further_statement() -> None:
    warm, cold = new_inbound(), cold_inbound()
    counts = []
    for story, receipt in (
        (warm, warm.receipt(warm.order("10"), [warm.line("10")])),
        (cold, cold_receipt(cold, place=cold_place(cold.company, ZoneKind.PENDING))),
    ):
        if story is cold:
            logged(cold, receipt)
        with counted_statements() as seen:
            story.receive(receipt)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[1] <= 20
