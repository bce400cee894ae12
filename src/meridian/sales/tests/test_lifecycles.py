"""Every state of an order, a shipment and an adjustment × every transition × who may and who may not."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from meridian.kernel.declare import DocumentType
from meridian.kernel.findings import Refused
from meridian.organization.vocabulary import Role
from meridian.sales.documents import SalesOrderDocument
from meridian.sales.tests.factories import confirmed_order, draft_order, today
from meridian.warehouse.documents import ShipmentDocument, StockAdjustmentDocument
from meridian.warehouse.tests.outbound import ROLES, House, LotIn, new_house

pytestmark = pytest.mark.django_db
REASON = "改期"
Make = Callable[[House], UUID]


def moved(make: Make, *steps: tuple[Any, Role]) -> Make:
    """A document made and then moved."""

    def run(house: House) -> UUID:
        document = make(house)
        for transition, role in steps:
            house.company.perform(transition, document, role=role, reason=REASON)
        return document

    return run


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
        "closed": moved(lambda house: confirmed_order(house, "1"), (ORDER.close, Role.SALES_MANAGER)),
        "voided": moved(lambda house: draft_order(house, "1"), (ORDER.void, Role.SALES_STAFF)),
    },
    SHIPMENT: {
        "draft": shipment,
        "picked": moved(shipment, PICK),
        "reviewed": moved(shipment, PICK, REVIEW),
        "shipped": moved(shipment, PICK, REVIEW, (SHIPMENT.ship, Role.KEEPER)),
        "review_failed": moved(found_broken, (SHIPMENT.fail_review, Role.REVIEWER)),
        "disposed": moved(found_broken, (SHIPMENT.fail_review, Role.REVIEWER), CONDEMN),
        "voided": moved(shipment, (SHIPMENT.void, Role.KEEPER)),
    },
    ADJUSTMENT: {
        "draft": adjustment,
        "approved": moved(adjustment, APPROVE),
        "posted": moved(adjustment, APPROVE, (ADJUSTMENT.post, Role.KEEPER)),
        "voided": moved(adjustment, (ADJUSTMENT.void, Role.KEEPER)),
    },
}

LEGAL = {
    ORDER: {("draft", "confirm"): "confirmed", ("draft", "void"): "voided", ("confirmed", "close"): "closed"},
    SHIPMENT: {
        ("draft", "pick"): "picked", ("picked", "review"): "reviewed", ("reviewed", "ship"): "shipped",
        ("picked", "fail_review"): "review_findings_named", ("review_failed", "release_held"): "disposed",
        ("review_failed", "condemn_held"): "disposed", ("picked", "ship"): "outbound_reviewed",
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
    document = STATES[declared][state](house)
    assert set(declared.transitions) == set(MAY[declared])
    for name, transition in declared.transitions.items():
        allowed = MAY[declared][name]
        legal = (state, name) in LEGAL[declared]
        for role in ROLES:
            if legal and role in allowed:
                continue
            reads = role.value in {*declared.read_by, *declared.drafted_by, *(r for t in declared.transitions.values()
                                                                            for r in t.allowed_to)}  # fmt: skip
            expected = "not_found" if not reads else "permission_required" if legal else "illegal_transition"
            assert answer(house, transition, document, role) == expected, (name, role)
    for name in declared.transitions:
        if (state, name) in LEGAL[declared]:
            fresh = STATES[declared][state](house)
            role = sorted(MAY[declared][name])[0]
            outcome = answer(house, declared.transitions[name], fresh, role)
            assert outcome == LEGAL[declared][state, name], (name, role)


def answer(house: House, transition: Any, document: UUID, role: Role) -> str:
    """The state a move ends in, or the code it is refused with."""
    try:
        return house.company.perform(transition, document, role=role, reason=REASON).state
    except Refused as refused:
        return refused.code


def test_every_state_is_covered() -> None:
    assert {declared: set(states) for declared, states in STATES.items()} == {
        declared: set(declared.states.values) for declared in STATES
    }
