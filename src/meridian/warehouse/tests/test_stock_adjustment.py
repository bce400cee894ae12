"""Stock adjustments through the two doors: issue, sample and scrap, and what each rule stops."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from meridian.inventory.models import LotBlock, StockMovement
from meridian.inventory.vocabulary import StockStatus
from meridian.kernel.act import open_act
from meridian.kernel.clock import Moment, now
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused
from meridian.kernel.models import SignatureRecord
from meridian.kernel.tests.engine_case import counted_statements
from meridian.ledger.documents import AccountingPeriodDocument
from meridian.ledger.models import Voucher, VoucherLine
from meridian.organization.queries import zone_of_site
from meridian.organization.vocabulary import Role
from meridian.warehouse.documents import StockAdjustmentDocument
from meridian.warehouse.models import StockAdjustment, StockAdjustmentLine
from meridian.warehouse.tests.outbound import ROLES, House, LotIn, new_house

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return stocked()


def stocked(**options: Any) -> House:
    house = new_house(**options)
    with house.company.scope():
        day = Moment.at(now(), zone_of_site(house.company.set_up.site_id)).site_day
    house.stock(
        LotIn("GOOD", "10", day + timedelta(days=100)),
        LotIn("OLD", "10", day - timedelta(days=1)),
        LotIn("NEW", "10", day + timedelta(days=100), StockStatus.PENDING_INSPECTION),
        LotIn("BAD", "10", day + timedelta(days=100), StockStatus.NONCONFORMING),
    )
    return house


def post(house: House, adjustment: UUID, role: Role = Role.KEEPER, reason: str = "部门领用") -> None:
    house.company.perform(StockAdjustmentDocument.post, adjustment, role=role, reason=reason)


def refused(house: House, adjustment: UUID, role: Role = Role.KEEPER, reason: str = "部门领用") -> list[str]:
    """The findings of a refused posting; proves that nothing moved and that one refusal row says so."""
    with house.company.scope():
        before = (StockMovement.objects.count(), Voucher.objects.count(), StockAdjustment.objects.get(pk=adjustment))
    told = len(house.refusals(adjustment))
    with pytest.raises(Refused) as caught:
        post(house, adjustment, role, reason)
    with house.company.scope():
        row = StockAdjustment.objects.get(pk=adjustment)
        assert (StockMovement.objects.count(), Voucher.objects.count()) == before[:2]
        assert (row.state, row.version, row.posted_at) == (before[2].state, before[2].version, None)
    assert house.refusals(adjustment)[told:] == [caught.value.code]
    return [finding.code for finding in caught.value.findings]


@pytest.mark.parametrize(
    ("cause", "lot", "status", "movement", "target", "account"),
    [
        ("internal_use", "GOOD", "qualified", "issue", "adjustment", "6602"),
        ("sample", "NEW", "pending_inspection", "sample", "adjustment", "6602"),
    ],
)
def test_an_issue_takes_stock_and_books_its_cost(
    house: House, cause: str, lot: str, status: str, movement: str, target: str, account: str
) -> None:
    adjustment = house.adjustment(cause, (lot, "3"), status=status)
    post(house, adjustment)
    with house.company.scope():
        moved = StockMovement.objects.get(document_id=adjustment)
        vouchers = Voucher.objects.filter(source_id=adjustment).values("pk")
        sides = dict(VoucherLine.objects.filter(voucher_id__in=vouchers).values_list("account_code", "debit"))
        row = StockAdjustment.objects.get(pk=adjustment)
    assert (moved.movement, moved.to_virtual, moved.from_status) == (movement, target, status)
    assert (moved.quantity, moved.value) == (Decimal(3), Decimal(30))
    assert sides == {account: Decimal(30), "1405": Decimal(0)}
    assert house.on_hand(lot) == Decimal(7)
    assert row.state == "posted"
    assert row.posted_at is not None
    assert row.keep_until is not None


@pytest.mark.parametrize(
    ("cause", "lot", "status"), [("expired", "OLD", "qualified"), ("nonconforming", "BAD", "nonconforming")]
)
def test_disposition_approved__refuses_scrap_nobody_approved__allows_it_once_the_quality_head_signed(
    house: House, cause: str, lot: str, status: str
) -> None:
    adjustment = house.adjustment(cause, (lot, "10"), status=status)
    assert refused(house, adjustment) == ["disposition_approved"]
    house.company.perform(StockAdjustmentDocument.approve, adjustment, role=Role.QUALITY_HEAD)
    assert SignatureRecord.objects.get(document_id=adjustment).meaning == "approved"
    post(house, adjustment, Role.WAREHOUSE_MANAGER, "监销完成")
    assert house.on_hand(lot) == Decimal(0)
    with house.company.scope():
        moved = StockMovement.objects.get(document_id=adjustment)
    assert (moved.movement, moved.to_virtual, moved.value) == ("scrap", "scrap", Decimal(100))


def test_only_the_quality_head_approves_scrap(house: House) -> None:
    adjustment = house.adjustment("expired", ("OLD", "1"))
    with pytest.raises(Refused) as caught:
        house.company.perform(StockAdjustmentDocument.approve, adjustment, role=Role.QUALITY_STAFF)
    assert caught.value.code == "permission_required"


def test_an_approved_adjustment_is_no_longer_edited(house: House) -> None:
    adjustment = house.adjustment("expired", ("OLD", "1"))
    house.company.perform(StockAdjustmentDocument.approve, adjustment, role=Role.QUALITY_HEAD)
    with pytest.raises(Refused) as caught:
        house.company.draft(StockAdjustmentDocument, {"cause": "damaged"}, role=Role.KEEPER, document_id=adjustment)
    assert caught.value.code == "record_locked"


@pytest.mark.parametrize("cause", ["internal_use", "sample"])
def test_lot_not_expired__refuses_to_issue_or_sample_expired_stock(house: House, cause: str) -> None:
    assert refused(house, house.adjustment(cause, ("OLD", "1"))) == ["lot_not_expired"]


def test_stock_sufficient__allows_all_there_is__refuses_more(house: House) -> None:
    assert refused(house, house.adjustment("internal_use", ("GOOD", "10.000001"))) == ["stock_sufficient"]
    post(house, house.adjustment("internal_use", ("GOOD", "10")))
    assert house.on_hand("GOOD") == Decimal(0)
    assert refused(house, house.adjustment("internal_use", ("GOOD", "0.000001"))) == ["stock_sufficient"]


@pytest.mark.parametrize(
    ("cause", "lot", "status"),
    [
        ("internal_use", "NEW", "pending_inspection"), ("internal_use", "BAD", "nonconforming"),
        ("sample", "BAD", "nonconforming"),
    ],
)  # fmt: skip
def test_stock_status_allowed__refuses_to_issue_what_is_not_qualified(
    house: House, cause: str, lot: str, status: str
) -> None:
    assert refused(house, house.adjustment(cause, (lot, "1"), status=status)) == ["stock_status_allowed"]


def test_lot_not_blocked__refuses_issue_and_scrap_while_quality_has_not_decided(house: House) -> None:
    issue, scrap = house.adjustment("internal_use", ("GOOD", "1")), house.adjustment("damaged", ("GOOD", "1"))
    with open_act(house.company.set_up.system) as act:
        LotBlock.objects.create(
            lot_id=house.lots["GOOD"], kind="recall", reason="召回通知", document_type="recall_case",
            document_id=issue, blocked_at=act.instant, blocked_by_id=act.actor.user_id, blocked_by_name="质管员甲",
        )  # fmt: skip
    assert refused(house, issue) == ["lot_not_blocked"]
    assert refused(house, scrap) == ["disposition_approved", "lot_not_blocked"]
    with pytest.raises(Refused) as caught:
        house.company.perform(StockAdjustmentDocument.approve, scrap, role=Role.QUALITY_HEAD)
    assert caught.value.code == "lot_not_blocked"


def test_the_reason_is_asked_for(house: House) -> None:
    assert refused(house, house.adjustment("internal_use", ("GOOD", "1")), reason=" ") == ["reason_required"]


def test_period_open__refuses_a_closed_month() -> None:
    house = stocked(roles=(*ROLES, Role.FINANCE_MANAGER))
    with house.company.scope():
        day = Moment.at(now(), zone_of_site(house.company.set_up.site_id)).site_day
    month = house.company.draft(AccountingPeriodDocument, {"month": day}, role=Role.FINANCE_MANAGER)
    house.company.perform(AccountingPeriodDocument.close, month.document_id, role=Role.FINANCE_MANAGER)
    assert refused(house, house.adjustment("internal_use", ("GOOD", "1"))) == ["period_open"]


def test_every_line_takes_the_item_of_its_lot(house: House) -> None:
    adjustment = house.adjustment("internal_use", ("GOOD", "1"))
    with house.company.scope():
        line = StockAdjustmentLine.objects.get(document_id=adjustment)
    assert line.item_id == house.item
    with pytest.raises(Refused) as caught:
        house.company.draft(
            StockAdjustmentDocument, {}, [{"id": line.pk, "item": house.item}], role=Role.KEEPER, document_id=adjustment
        )
    assert caught.value.code == "field_unknown"


def test_several_lots_leave_together(house: House) -> None:
    post(house, house.adjustment("internal_use", ("GOOD", "4"), ("GOOD", "6")))
    assert house.on_hand("GOOD") == Decimal(0)


@pytest.mark.timeout(300)
def test_posting_1_line_and_200_lines_takes_the_same_statements_and_at_most_20() -> None:
    house = new_house()
    house.stock(*(LotIn(f"L{n:03}", "2", None) for n in range(200)))
    counts = []
    for lines in (1, 200):
        adjustment = house.adjustment("internal_use", *((f"L{n:03}", "1") for n in range(lines)))
        command = Command(adjustment, key=f"k{lines}", reason="领用")
        with counted_statements() as seen:
            perform(StockAdjustmentDocument.post, command, actor=house.company.actors[Role.KEEPER])
        counts.append(len(seen))
    assert counts == [16, 16]
