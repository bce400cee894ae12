"""W11 for what leaves or moves: a late entry is worth what it was worth that day, and no day may have lacked it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from meridian.competence.tests.factories import qualification
from meridian.inventory.checks import check_balances, check_costs, check_month_ends, check_stock_equals_ledger
from meridian.inventory.models import ItemCost, StockMovement, ValueAdjustment
from meridian.inventory.queries import stock_as_of, stock_value
from meridian.inventory.services import keep_month_ends
from meridian.kernel.act import open_act
from meridian.kernel.findings import Refused
from meridian.ledger.documents import AccountingPeriodDocument
from meridian.ledger.models import Voucher
from meridian.ledger.queries import trial_balance
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.sales.tests.factories import confirmed_order
from meridian.warehouse.documents import (
    CustomerReturnDocument,
    InternalMoveDocument,
    PutawayDocument,
    QualityHoldDocument,
    ShipmentDocument,
)
from meridian.warehouse.tests.outbound import ROLES, House, LotIn, new_house
from tests.scenarios.clock import SITE_ZONE, YEAR, site_clock

pytestmark = pytest.mark.django_db

POSTS = (*ROLES, Role.RECEIVER, Role.INSPECTOR, Role.ACCOUNTANT, Role.FINANCE_MANAGER)
SHIP, LATE = ShipmentDocument.ship, ShipmentDocument.ship_late
FAR = date(YEAR + 2, 12, 31)


def at(day: int, hour: int = 15, month: int = 8) -> datetime:
    return datetime(YEAR, month, day, hour, tzinfo=SITE_ZONE)


def house_of(*lots: LotIn) -> House:
    """A house that has these lots from 08-01 on."""
    site_clock(YEAR, 8, 1, 10, 0)
    house = new_house(*lots, item={"production_license_no": "苏药监械生产许20210001号"}, roles=POSTS)
    qualification(house.company, house.company.actors[Role.INSPECTOR].user_id)
    return house


def reviewed(house: House, quantity: str, lot: str, happened: datetime | None = None, **fields: Any) -> UUID:
    """A shipment that was picked and reviewed, and names the moment it left."""
    shipment = house.shipment(confirmed_order(house, quantity), (lot, quantity), happened_at=happened, **fields)
    house.company.perform(ShipmentDocument.pick, shipment, role=Role.PICKER)
    house.company.perform(ShipmentDocument.review, shipment, role=Role.REVIEWER)
    return shipment


def enter(house: House, document: UUID, transition: Any = LATE, role: Role = Role.WAREHOUSE_MANAGER) -> None:
    house.company.perform(transition, document, role=role, reason="漏登，补录")


def refused(house: House, document: UUID, transition: Any = LATE, role: Role = Role.WAREHOUSE_MANAGER) -> list[str]:
    """What a refused act found; nothing moved and one refusal was written."""
    with house.company.scope():
        moved, before = StockMovement.objects.count(), len(house.refusals(document))
    with pytest.raises(Refused) as caught:
        enter(house, document, transition, role)
    with house.company.scope():
        assert StockMovement.objects.count() == moved
    assert len(house.refusals(document)) == before + 1
    return [finding.code for finding in caught.value.findings]


def account(house: House, code: str) -> Decimal:
    with house.company.scope():
        return sum((r.closing for r in trial_balance("2000-01", "2099-12") if r.account_code == code), Decimal(0))


def books_disagree(house: House) -> list[Any]:
    ours = str(house.company.company_id)  # tests that forge rows leave theirs in the same database
    found = [*check_balances(), *check_costs(), *check_stock_equals_ledger(), *check_month_ends()]
    return [problem for problem in found if ours in f"{problem.row_id} {problem.detail}"]


def test_w11_late_shipment() -> None:
    """100 at 10 on 08-01, 100 at 16 on 08-05, 50 sold on 08-06 at 13; on 08-09 a shipment of 40 of 08-03 is entered.

    40 left at 10 (400.00). 08-05: (600 + 1600) / 160 = 13.75, so the 50 of 08-06 cost 687.50: 37.50 more.
    """
    house = house_of(LotIn("L1", "100", FAR))
    site_clock(YEAR, 8, 5, 10, 0)
    house.stock(LotIn("L2", "100", FAR + timedelta(days=1), unit_cost="16"))
    site_clock(YEAR, 8, 6, 10, 0)
    sold = house.shipment(confirmed_order(house, "50"), ("L1", "50"))
    house.to_shipped(sold)
    assert account(house, "6401") == Decimal("650.00")
    site_clock(YEAR, 8, 9, 10, 0)
    shipment = reviewed(house, "40", "L1", at(3))
    enter(house, shipment)
    with house.company.scope():
        moved = StockMovement.objects.get(document_id=shipment)
        adjusted = ValueAdjustment.objects.get()
        issue = StockMovement.objects.get(document_id=sold)
        cost = ItemCost.objects.get(item_id=house.item)
        rows = Voucher.objects.filter(source_id=shipment).order_by("posted_on")
        vouchers = list(rows.values_list("posted_on", "debit"))
        worth = stock_value([date(YEAR, 8, day) for day in (3, 5, 6, 9)])
        on_third = sum(row.quantity for row in stock_as_of(date(YEAR, 8, 3)))
        assert books_disagree(house) == []
    assert (moved.day, moved.value) == (date(YEAR, 8, 3), Decimal("400.00"))
    assert moved.at.astimezone(SITE_ZONE).date() == date(YEAR, 8, 9)
    assert (adjusted.value, adjusted.movement_id, adjusted.day) == (Decimal("37.50"), issue.pk, date(YEAR, 8, 9))
    assert issue.value == Decimal("650.00")  # old rows unchanged
    assert vouchers == [(date(YEAR, 8, 3), Decimal("400.00")), (date(YEAR, 8, 9), Decimal("37.50"))]
    assert (cost.quantity, cost.value) == (Decimal(110), Decimal("1512.50"))
    assert (account(house, "1405"), account(house, "6401")) == (Decimal("1512.50"), Decimal("1087.50"))
    assert worth == {
        date(YEAR, 8, 3): Decimal("600.00"),
        date(YEAR, 8, 5): Decimal("2200.00"),
        date(YEAR, 8, 6): Decimal("1550.00"),
        date(YEAR, 8, 9): Decimal("1512.50"),
    }
    assert on_third == Decimal(60)
    assert house.state_of(shipment) == "shipped"


def test_stock_sufficed_since__allows_the_day_it_came_back__refuses_the_day_before() -> None:
    house = house_of(LotIn("L1", "50", FAR))
    site_clock(YEAR, 8, 5, 10, 0)
    house.to_shipped(house.shipment(confirmed_order(house, "50"), ("L1", "50")))
    site_clock(YEAR, 8, 7, 10, 0)
    house.stock(LotIn("L1", "50", FAR))
    site_clock(YEAR, 8, 9, 10, 0)
    early, then = reviewed(house, "10", "L1", at(6)), reviewed(house, "10", "L1", at(7))
    assert refused(house, early) == ["stock_sufficed_since"]
    assert house.refusals(early) == ["stock_sufficed_since"]
    enter(house, then)
    assert house.state_of(then) == "shipped"


def test_stock_sufficed_since__no_day_between_may_lack_it() -> None:
    """100 lay there on 08-03, but only 20 on 08-05 and 08-06: no more than 20 can have left on 08-03."""
    house = house_of(LotIn("L1", "100", FAR))
    site_clock(YEAR, 8, 5, 10, 0)
    house.to_shipped(house.shipment(confirmed_order(house, "80"), ("L1", "80")))
    site_clock(YEAR, 8, 7, 10, 0)
    house.stock(LotIn("L1", "80", FAR))
    site_clock(YEAR, 8, 9, 10, 0)
    assert refused(house, reviewed(house, "21", "L1", at(3))) == ["stock_sufficed_since"]
    enter(house, reviewed(house, "20", "L1", at(3)))


def test_gates_judge_both_moments__a_lot_that_was_fit_then_and_has_expired_now() -> None:
    house = house_of(LotIn("L1", "10", date(YEAR, 8, 9)))
    site_clock(YEAR, 8, 9, 10, 0)
    today = date(YEAR, 8, 9)
    on_the_day, after = (reviewed(house, "1", "L1", at(day), arrives_on=today) for day in (3, 4))
    enter(house, on_the_day)
    site_clock(YEAR, 8, 10, 10, 0)
    assert refused(house, after) == ["lot_not_expired"]


def test_lot_was_not_blocked__allows_once_it_was_lifted__refuses_while_it_was_held() -> None:
    house = house_of(LotIn("L1", "10", FAR))
    site_clock(YEAR, 8, 3, 12, 0)
    doubt = {"lot": house.lots["L1"], "doubt": "外箱受潮"}
    hold = house.company.draft(QualityHoldDocument, doubt, role=Role.KEEPER).document_id
    house.company.perform(QualityHoldDocument.hold, hold, role=Role.KEEPER)
    site_clock(YEAR, 8, 4, 12, 0)
    house.company.perform(QualityHoldDocument.lift, hold, role=Role.QUALITY_STAFF, reason="查明无碍")
    site_clock(YEAR, 8, 9, 10, 0)
    assert refused(house, reviewed(house, "1", "L1", at(4, 11))) == ["lot_was_not_blocked"]
    enter(house, reviewed(house, "1", "L1", at(4, 13)))


def test_a_late_shipment_into_a_closed_period_is_refused_with_the_way_out() -> None:
    site_clock(YEAR, 7, 20, 10, 0)
    house = new_house(LotIn("L1", "10", FAR), roles=POSTS)
    site_clock(YEAR, 8, 3, 10, 0)
    period = house.company.draft(AccountingPeriodDocument, {"month": f"{YEAR}-07-01"}, role=Role.ACCOUNTANT).document_id
    house.company.perform(AccountingPeriodDocument.close, period, role=Role.FINANCE_MANAGER)
    shipment = reviewed(house, "1", "L1", at(31, month=7))
    with pytest.raises(Refused) as caught:
        enter(house, shipment)
    (finding,) = caught.value.findings
    assert (finding.code, finding.remedy is not None) == ("period_open", True)


def test_entered_late_by_another__refuses_whoever_drafted_it() -> None:
    house = house_of(LotIn("L1", "10", FAR))
    site_clock(YEAR, 8, 9, 10, 0)
    to = house.company.set_up.places[ZoneKind.DISPATCH]
    line = {"lot": house.lots["L1"], "place": house.shelf, "quantity": "1", "to_place": to}
    own, another = (
        house.company.draft(InternalMoveDocument, {"happened_at": at(3)}, [line], role=role).document_id
        for role in (Role.WAREHOUSE_MANAGER, Role.KEEPER)
    )
    assert refused(house, own, InternalMoveDocument.move_late) == ["entered_late_by_another"]
    enter(house, another, InternalMoveDocument.move_late)


def test_a_late_shipment_names_its_moment_and_leaves_by_no_other_way() -> None:
    house = house_of(LotIn("L1", "10", FAR))
    site_clock(YEAR, 8, 9, 10, 0)
    shipment = reviewed(house, "1", "L1")
    assert refused(house, shipment) == ["late_entry_in_window"]
    edit = {"happened_at": at(3)}  # it is filled in after the pick too: only what goes, and how, is fixed then
    house.company.draft(ShipmentDocument, edit, role=Role.WAREHOUSE_MANAGER, document_id=shipment)
    assert refused(house, shipment, SHIP, Role.KEEPER) == ["entered_when_it_happened"]
    assert refused(house, shipment, LATE, Role.KEEPER) == ["permission_required"]


@pytest.mark.parametrize(
    ("declared", "late"),
    [(InternalMoveDocument, InternalMoveDocument.move_late), (PutawayDocument, PutawayDocument.put_away_late)],
)
def test_a_late_move_before_a_kept_month_end_is_in_it(declared: Any, late: Any) -> None:
    house = house_of(LotIn("L1", "10", FAR))
    site_clock(YEAR, 9, 3, 10, 0)
    with house.company.scope(), open_act(house.company.set_up.system):
        assert keep_month_ends(house.company.company_id, today=date(YEAR, 9, 3)) >= 1
    to = house.company.set_up.places[ZoneKind.DISPATCH]
    line = {"lot": house.lots["L1"], "place": house.shelf, "quantity": "4", "to_place": to}
    move = house.company.draft(declared, {"happened_at": at(30)}, [line], role=Role.KEEPER).document_id
    enter(house, move, late)
    with house.company.scope():
        assert StockMovement.objects.get(document_id=move).day == date(YEAR, 8, 30)
        lying = {row.place_id: row.quantity for row in stock_as_of(date(YEAR, 8, 31))}
        assert (lying[house.shelf], lying[to]) == (Decimal(6), Decimal(4))
        assert books_disagree(house) == []


def test_returned_after_shipping__allows_the_day_it_left__refuses_the_day_before() -> None:
    """What comes back late keeps the cost it left at, on the day it came."""
    house = house_of(LotIn("L1", "100", FAR))
    site_clock(YEAR, 8, 4, 10, 0)
    sold = house.shipment(confirmed_order(house, "40"), ("L1", "40"))
    house.to_shipped(sold)
    site_clock(YEAR, 8, 9, 10, 0)
    header = {"shipment": sold, "return_reason": "多发", "happened_at": at(3)}
    back = house.company.draft(CustomerReturnDocument, header, role=Role.RECEIVER).document_id
    late = CustomerReturnDocument.receive_late
    assert refused(house, back, late) == ["returned_after_shipping"]
    house.company.draft(CustomerReturnDocument, {"happened_at": at(4)}, role=Role.RECEIVER, document_id=back)
    enter(house, back, late)
    with house.company.scope():
        moved = StockMovement.objects.get(document_id=back)
        assert (moved.day, moved.value) == (date(YEAR, 8, 4), Decimal("400.00"))
        assert books_disagree(house) == []
