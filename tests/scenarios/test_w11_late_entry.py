"""W11: a receipt entered late moves the value date only; what it changes is adjusted, linked, in the open period."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from meridian.competence.tests.factories import qualification
from meridian.inventory.checks import check_balances, check_costs, check_month_ends, check_stock_equals_ledger
from meridian.inventory.models import ItemCost, StockMovement, ValueAdjustment
from meridian.inventory.queries import issued_value, stock_as_of, stock_value
from meridian.inventory.services import keep_month_ends
from meridian.inventory.vocabulary import MovementType
from meridian.items.tests.factories import approved_item
from meridian.kernel.act import open_act
from meridian.kernel.findings import Refused
from meridian.ledger.documents import AccountingPeriodDocument
from meridian.ledger.models import Voucher, VoucherLine
from meridian.ledger.queries import trial_balance
from meridian.organization.tests.factories import new_company
from meridian.organization.vocabulary import Role
from meridian.parties.documents import LicenceDocument
from meridian.parties.models import Licence
from meridian.parties.tests.factories import approved_customer, approved_supplier
from meridian.purchasing.documents import PurchaseOrderDocument
from meridian.purchasing.tests.inbound import ALL_PASSED, MAKER, PACKAGES, ROLES, Inbound
from meridian.sales.tests.factories import confirmed_order
from meridian.warehouse.documents import GoodsReceiptDocument
from meridian.warehouse.models import GoodsReceipt
from meridian.warehouse.tests.outbound import House
from tests.scenarios.clock import SITE_ZONE, YEAR, site_clock

pytestmark = pytest.mark.django_db

POSTS = (*ROLES, Role.SALES_STAFF, Role.SALES_MANAGER, Role.PICKER, Role.REVIEWER)
LATE = GoodsReceiptDocument.receive_late
LAST = f"{YEAR + 2}-12-31"


def at(day: int, hour: int = 10, month: int = 8) -> datetime:
    return datetime(YEAR, month, day, hour, tzinfo=SITE_ZONE)


class Story:
    """W11 up to the day the forgotten delivery is found: 100 at 10 received on 08-01, 60 sold on 08-05."""

    def __init__(self) -> None:
        site_clock(YEAR, 7, 20, 9, 0)
        company = new_company(POSTS)
        item = approved_item(company, identifiers=PACKAGES, **MAKER)
        self.inbound = Inbound(company, approved_supplier(company), item)
        self.house = House(company, item, approved_customer(company))
        qualification(company, company.actors[Role.INSPECTOR].user_id)
        first, self.order = self.ordered("10"), self.ordered("12")
        site_clock(YEAR, 8, 1, 10, 0)
        self.shelved(self.receipt(first, "L1"))
        site_clock(YEAR, 8, 5, 10, 0)
        self.sold("60")

    def ordered(self, price: str) -> UUID:
        """A released order of 100 at a price."""
        fields = {"supplier": self.inbound.supplier, "ordered_on": f"{YEAR}-07-20", "promised_on": f"{YEAR}-08-10"}
        lines = [{"item": self.inbound.item, "quantity": "100", "unit_price": price}]
        made = self.inbound.company.draft(PurchaseOrderDocument, fields, lines, role=Role.BUYER).document_id
        self.inbound.company.perform(PurchaseOrderDocument.release, made, role=Role.PURCHASING_MANAGER)
        return made

    def receipt(self, order: UUID, lot: str, **fields: Any) -> UUID:
        """A draft of 100."""
        line = self.inbound.line("100", lot_no=lot, manufactured_on="2026-01-05", expires_on=LAST)
        return self.inbound.receipt(order, [line], **fields)

    def shelved(self, receipt: UUID) -> None:
        """Received, inspected and released."""
        self.inbound.receive(receipt)
        inspection = self.inbound.inspection(receipt)
        self.inbound.inspect(inspection, {**ALL_PASSED, "accepted_quantity": "100", "conclusion": "accepted"})
        self.inbound.conclude(inspection)
        self.inbound.release(inspection)

    def sold(self, quantity: str) -> None:
        """Allocated, picked, reviewed and shipped."""
        self.house.to_shipped(self.house.shipment(confirmed_order(self.house, quantity)))

    def late(self, happened: datetime | None) -> UUID:
        """The forgotten delivery, drafted with the moment it came."""
        return self.receipt(self.order, "L2", happened_at=happened.isoformat() if happened else None)

    def enter(self, receipt: UUID, role: Role = Role.WAREHOUSE_MANAGER, reason: str = "漏登，补录") -> None:
        """The late entry itself."""
        self.inbound.company.perform(LATE, receipt, role=role, reason=reason)

    def account(self, code: str) -> Decimal:
        """What an account holds."""
        with self.inbound.company.scope():
            return sum((r.closing for r in trial_balance("2000-01", "2099-12") if r.account_code == code), Decimal(0))


@pytest.fixture
def story() -> Story:
    return Story()


def refused(call: Any, *arguments: Any, **options: Any) -> list[str]:
    with pytest.raises(Refused) as caught:
        call(*arguments, **options)
    return [finding.code for finding in caught.value.findings]


def rows(story: Story) -> list[Any]:
    with story.inbound.company.scope():
        return list(StockMovement.objects.order_by("id").values())


def test_w11_late_entry(story: Story) -> None:
    before, item = rows(story), story.inbound.item
    assert story.account("1405") == Decimal("400.00")
    site_clock(YEAR, 8, 9, 10, 0)
    story.enter(story.late(at(3)))
    assert rows(story)[: len(before)] == before  # old rows unchanged
    with story.inbound.company.scope():
        receipt = GoodsReceipt.objects.get(order_id=story.order)
        moved = StockMovement.objects.get(document_id=receipt.pk)
        adjusted = ValueAdjustment.objects.get()
        issue = StockMovement.objects.get(movement="ship")
        cost = ItemCost.objects.get(item_id=item)
        vouchers = list(Voucher.objects.filter(source_id=receipt.pk).order_by("posted_on").values_list(
            "posted_on", "debit"))  # fmt: skip
        charged = VoucherLine.objects.filter(account_code="6401").latest("at")
        known = [issued_value(item, MovementType.SHIP, day=date(YEAR, 8, 31), known_at=at(day, 23)) for day in (6, 9)]
        worth = stock_value([date(YEAR, 8, 3), date(YEAR, 8, 5), date(YEAR, 8, 9)])
        on_third = sum(row.quantity for row in stock_as_of(date(YEAR, 8, 3)))
        found = [*check_balances(), *check_costs(), *check_stock_equals_ledger(), *check_month_ends()]
        ours = str(story.inbound.company.company_id)  # tests that forge rows leave theirs in the same database
        assert [problem for problem in found if ours in f"{problem.row_id} {problem.detail}"] == []
    assert (moved.day, moved.value) == (date(YEAR, 8, 3), Decimal("1200.00"))
    assert moved.at.astimezone(SITE_ZONE).date() == date(YEAR, 8, 9)  # recorded today
    assert receipt.received_at == moved.at
    assert (adjusted.value, adjusted.movement_id) == (Decimal("60.00"), issue.pk)
    assert (adjusted.document_id, adjusted.day) == (receipt.pk, date(YEAR, 8, 9))
    assert charged.debit == Decimal("60.00")
    assert vouchers == [(date(YEAR, 8, 3), Decimal("1200.00")), (date(YEAR, 8, 9), Decimal("60.00"))]
    assert (cost.quantity, cost.value) == (Decimal(140), Decimal("1540.00"))
    assert story.account("1405") == Decimal("1540.00")
    assert story.account("6401") == Decimal("660.00")
    assert known == [Decimal("600.00"), Decimal("660.00")]
    assert worth == {
        date(YEAR, 8, 3): Decimal("2200.00"),
        date(YEAR, 8, 5): Decimal("1600.00"),
        date(YEAR, 8, 9): Decimal("1540.00"),
    }
    assert on_third == Decimal(200)


def test_w11_a_date_in_a_closed_period_is_refused(story: Story) -> None:
    company = story.inbound.company
    period = company.draft(AccountingPeriodDocument, {"month": f"{YEAR}-07-01"}, role=Role.ACCOUNTANT).document_id
    company.perform(AccountingPeriodDocument.close, period, role=Role.FINANCE_MANAGER)
    receipt = story.late(at(31, month=7))
    moved = len(rows(story))
    assert refused(story.enter, receipt) == ["period_open"]  # today's month is open, that day's is not
    assert (len(rows(story)), story.inbound.refusals(receipt)) == (moved, ["period_open"])


def test_late_entry_in_window__allows_seven_days__refuses_the_eighth_the_future_and_none(story: Story) -> None:
    site_clock(YEAR, 8, 9, 10, 0)
    for happened in (at(1, 23), at(9, 10) + timedelta(hours=1), None):
        receipt = story.late(happened)
        assert refused(story.enter, receipt) == ["late_entry_in_window"]
        assert story.inbound.refusals(receipt) == ["late_entry_in_window"]
    story.enter(story.late(at(2, 0)))


def test_only_the_warehouse_manager_enters_late__with_a_reason(story: Story) -> None:
    site_clock(YEAR, 8, 9, 10, 0)
    receipt = story.late(at(3))
    assert refused(story.enter, receipt, role=Role.RECEIVER) == ["permission_required"]
    assert refused(story.enter, receipt, reason="") == ["reason_required"]


def test_entered_when_it_happened__refuses_to_receive_what_names_an_earlier_moment(story: Story) -> None:
    site_clock(YEAR, 8, 9, 10, 0)
    receipt = story.late(at(3))
    assert refused(story.inbound.receive, receipt) == ["entered_when_it_happened"]
    fields = {"happened_at": None}
    story.inbound.company.draft(GoodsReceiptDocument, fields, role=Role.RECEIVER, document_id=receipt)
    story.inbound.receive(receipt)
    with story.inbound.company.scope():
        assert StockMovement.objects.get(document_id=receipt).day == date(YEAR, 8, 9)
        assert not ValueAdjustment.objects.exists()


def test_received_after_ordering__allows_the_day_of_the_order__refuses_the_day_before(story: Story) -> None:
    site_clock(YEAR, 8, 9, 10, 0)
    company = story.inbound.company
    fields = {"supplier": story.inbound.supplier, "ordered_on": f"{YEAR}-08-04", "promised_on": f"{YEAR}-08-10"}
    lines = [{"item": story.inbound.item, "quantity": "100", "unit_price": "12"}]
    story.order = company.draft(PurchaseOrderDocument, fields, lines, role=Role.BUYER).document_id
    company.perform(PurchaseOrderDocument.release, story.order, role=Role.PURCHASING_MANAGER)
    early = story.late(at(3))
    assert refused(story.enter, early) == ["received_after_ordering"]
    assert story.inbound.refusals(early) == ["received_after_ordering"]
    story.enter(story.late(at(4)))


def test_gates_judge_both_moments__a_licence_that_was_valid_then_and_is_not_now(story: Story) -> None:
    site_clock(YEAR, 8, 9, 10, 0)
    receipt = story.late(at(3))
    with story.inbound.company.scope():
        paper = Licence.objects.get(kind="business_license", supplier__isnull=False).pk
    story.inbound.company.perform(LicenceDocument.withdraw, paper, reason="被吊销")
    assert refused(story.enter, receipt) == ["supplier_papers_valid"]


def test_a_late_entry_before_a_kept_month_end_is_in_it(story: Story) -> None:
    company = story.inbound.company
    site_clock(YEAR, 9, 3, 10, 0)
    with company.scope(), open_act(company.set_up.system):
        assert keep_month_ends(company.company_id, today=date(YEAR, 9, 3)) >= 1
    story.enter(story.late(at(30)))
    with company.scope():
        assert list(check_month_ends()) == []
        assert sum(row.quantity for row in stock_as_of(date(YEAR, 8, 31))) == Decimal(140)
