"""Every state of an order, a shipment and an adjustment × every transition × who may and who may not."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from meridian.kernel.declare import DocumentType
from meridian.organization.vocabulary import Role
from meridian.sales.documents import SalesOrderDocument
from meridian.sales.tests.factories import confirmed_order, draft_order, today
from meridian.warehouse.documents import ShipmentDocument, StockAdjustmentDocument
from meridian.warehouse.tests.lifecycles import Lifecycle, departures, moved
from meridian.warehouse.tests.outbound import ROLES, House, LotIn, new_house

pytestmark = pytest.mark.django_db
Make = Callable[[House], UUID]


def then(make: Make, *steps: tuple[Any, Role]) -> Make:
    """A document made and then moved."""
    return lambda house: moved(house.company, make(house), *steps)


def shipment(house: House) -> UUID:
    return house.shipment(confirmed_order(house, "1"))


def found_broken(house: House) -> UUID:
    """Picked, and the reviewer saw a broken package."""
    made = shipment(house)
    house.company.perform(SHIPMENT.pick, made, role=Role.PICKER)
    house.find(made, "package")
    return made


def adjustment(house: House) -> UUID:
    return house.adjustment("damaged", ("L1", "1"))


ORDER, SHIPMENT, ADJUSTMENT = SalesOrderDocument, ShipmentDocument, StockAdjustmentDocument
PICK, REVIEW = (SHIPMENT.pick, Role.PICKER), (SHIPMENT.review, Role.REVIEWER)
CONDEMN = (SHIPMENT.condemn_held, Role.QUALITY_HEAD)
APPROVE = (ADJUSTMENT.approve, Role.QUALITY_HEAD)

STATES: Mapping[type[DocumentType[Any, Any]], Mapping[str, Make]] = {
    ORDER: {
        "draft": lambda house: draft_order(house, "1"),
        "confirmed": lambda house: confirmed_order(house, "1"),
        "closed": then(lambda house: confirmed_order(house, "1"), (ORDER.close, Role.SALES_MANAGER)),
        "voided": then(lambda house: draft_order(house, "1"), (ORDER.void, Role.SALES_STAFF)),
    },
    SHIPMENT: {
        "draft": shipment,
        "picked": then(shipment, PICK),
        "reviewed": then(shipment, PICK, REVIEW),
        "shipped": then(shipment, PICK, REVIEW, (SHIPMENT.ship, Role.KEEPER)),
        "review_failed": then(found_broken, (SHIPMENT.fail_review, Role.REVIEWER)),
        "disposed": then(found_broken, (SHIPMENT.fail_review, Role.REVIEWER), CONDEMN),
        "voided": then(shipment, (SHIPMENT.void, Role.KEEPER)),
    },
    ADJUSTMENT: {
        "draft": adjustment,
        "approved": then(adjustment, APPROVE),
        "posted": then(adjustment, APPROVE, (ADJUSTMENT.post, Role.KEEPER)),
        "voided": then(adjustment, (ADJUSTMENT.void, Role.KEEPER)),
    },
}

LEGAL = {
    ORDER: {("draft", "confirm"): "confirmed", ("draft", "void"): "voided", ("confirmed", "close"): "closed"},
    SHIPMENT: {
        ("draft", "pick"): "picked", ("picked", "review"): "reviewed", ("reviewed", "ship"): "shipped",
        ("picked", "fail_review"): "review_findings_named", ("review_failed", "release_held"): "disposed",
        ("review_failed", "condemn_held"): "disposed", ("picked", "ship"): "outbound_reviewed",
        ("picked", "ship_late"): "outbound_reviewed", ("reviewed", "ship_late"): "late_entry_in_window",
        ("picked", "send_back"): "draft", ("reviewed", "send_back"): "draft",
        ("draft", "void"): "voided", ("picked", "void"): "voided", ("reviewed", "void"): "voided",
    },
    ADJUSTMENT: {
        ("draft", "approve"): "approved", ("approved", "post"): "posted", ("draft", "post"): "disposition_approved",
        ("draft", "void"): "voided", ("approved", "void"): "voided",
    },
}  # fmt: skip
"""What each move ends in: the next state, or the gate that stops it there. Anything else is `illegal_transition`."""

MAY = {
    ORDER: {
        "confirm": {Role.SALES_MANAGER}, "close": {Role.SALES_MANAGER}, "void": {Role.SALES_STAFF, Role.SALES_MANAGER},
    },
    SHIPMENT: {
        "pick": {Role.PICKER}, "review": {Role.REVIEWER}, "ship": {Role.KEEPER, Role.WAREHOUSE_MANAGER},
        "ship_late": {Role.WAREHOUSE_MANAGER},
        "send_back": {Role.PICKER, Role.REVIEWER, Role.KEEPER, Role.WAREHOUSE_MANAGER},
        "void": {Role.KEEPER, Role.WAREHOUSE_MANAGER}, "fail_review": {Role.REVIEWER},
        "release_held": {Role.QUALITY_HEAD}, "condemn_held": {Role.QUALITY_HEAD},
    },
    ADJUSTMENT: {
        "approve": {Role.QUALITY_HEAD}, "post": {Role.KEEPER, Role.WAREHOUSE_MANAGER},
        "void": {Role.KEEPER, Role.WAREHOUSE_MANAGER, Role.QUALITY_STAFF, Role.QUALITY_HEAD},
    },
}  # fmt: skip


def cases() -> Iterator[Any]:
    for declared, states in STATES.items():
        for state in states:
            yield pytest.param(declared, state, id=f"{declared.code}-{state}")


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> House:
    """One committed house for all cases: every case makes documents of its own."""
    with django_db_blocker.unblock():
        house = new_house()
        house.stock(LotIn("L1", "1000", today(house) + timedelta(days=400)))
        return house


@pytest.mark.parametrize(("declared", "state"), list(cases()))
def test_lifecycle(house: House, declared: type[DocumentType[Any, Any]], state: str) -> None:
    makers = {name: partial(make, house) for name, make in STATES[declared].items()}
    lifecycle = Lifecycle(declared, makers, LEGAL[declared], MAY[declared])
    assert (set(makers), set(MAY[declared])) == (set(declared.states.values), set(declared.transitions))
    assert departures(house.company, lifecycle, state, ROLES) == []
