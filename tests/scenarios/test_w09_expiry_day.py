"""W9: a lot is usable until 23:59:59 of its expiry day at the site, by no path a second longer (PEERS §5)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.inventory.matrix import MATRIX
from meridian.inventory.models import StockBalance
from meridian.inventory.queries import LotFacts
from meridian.inventory.rules import lot_not_expired
from meridian.inventory.vocabulary import MovementType
from meridian.kernel.clock import Moment
from meridian.kernel.findings import Refused
from meridian.kernel.registry import registry
from meridian.kernel.values.identity import uuid7
from meridian.organization.vocabulary import Role
from meridian.purchasing.tests.inbound import Inbound, new_inbound
from meridian.sales.tests.factories import confirmed_order
from meridian.scanning.answers import Capture
from meridian.scanning.services import take
from meridian.scanning.vocabulary import ScanTask
from meridian.warehouse.documents import (
    InternalMoveDocument,
    PutawayDocument,
    ShipmentDocument,
    StockAdjustmentDocument,
    SupplierReturnDocument,
)
from meridian.warehouse.tests.outbound import House, LotIn, new_house
from tests.scenarios.clock import YEAR, site_clock
from tests.scenarios.people import Person

LAST_DAY = date(YEAR, 8, 1)
SHIPMENTS, ADJUSTMENTS = "warehouse/shipments", "warehouse/stock-adjustments"
RETURNS = "warehouse/supplier-returns"
USES = {MovementType.ACCEPT, MovementType.SHIP, MovementType.ISSUE, MovementType.SAMPLE, MovementType.CONSUME}
"""Movements that put goods to use; every other brings in, sets aside, gives back or destroys, whatever the date."""

ZONES = st.sampled_from(["Asia/Shanghai", "Asia/Urumqi", "UTC", "America/New_York", "Pacific/Kiritimati"])


@dataclass(frozen=True)
class Line:
    lot: LotFacts
    movement: MovementType
    line_id: UUID


@dataclass(frozen=True)
class Paper:
    lines: tuple[Any, ...]


def refused_at(movement: MovementType, zone: ZoneInfo, instant: datetime) -> bool:
    lot = LotFacts(uuid7(), uuid7(), "L1", "", "", "", None, LAST_DAY, "", None)
    return bool(lot_not_expired(Paper((Line(lot, movement, uuid7()),)), Moment.at(instant, zone)))


@given(movement=st.sampled_from(list(MovementType)), zone=ZONES, seconds=st.integers(-200_000, 200_000))
def test_lot_not_expired__by_any_movement_in_any_zone(movement: MovementType, zone: str, seconds: int) -> None:
    """Expected from the wall clock alone: midnight after the last day at the site, and the kind of movement."""
    site = ZoneInfo(zone)
    midnight = datetime.combine(LAST_DAY + timedelta(days=1), time(0), tzinfo=site).astimezone(UTC)
    after = seconds >= 0
    assert refused_at(movement, site, midnight + timedelta(seconds=seconds)) is (after and movement in USES)


@pytest.mark.parametrize("movement", list(MovementType))
def test_lot_not_expired__allows_the_last_second__refuses_the_next(movement: MovementType) -> None:
    site = ZoneInfo("Asia/Shanghai")
    last = datetime.combine(LAST_DAY, time(23, 59, 59), tzinfo=site)
    assert not refused_at(movement, site, last)
    assert refused_at(movement, site, last + timedelta(seconds=1)) is (movement in USES)


def test_returning_to_the_supplier_and_scrapping_are_allowed_after_expiry() -> None:
    allowed = {movement for movement, rule in MATRIX.items() if rule.expired_allowed}
    assert {MovementType.RETURN_TO_SUPPLIER, MovementType.SCRAP, MovementType.REJECT, MovementType.HOLD} <= allowed
    assert allowed == set(MovementType) - USES


def test_every_transition_that_takes_goods_to_use_asks_the_one_rule() -> None:
    asked = {
        transition.permission
        for declared in registry.document_types.values()
        for transition in declared.transitions.values()
        if lot_not_expired in registry.gates_of(transition)
    }
    assert {
        "warehouse.pick_shipment", "warehouse.review_shipment", "warehouse.ship_shipment",
        "warehouse.post_stock_adjustment",
    } <= asked  # fmt: skip


@dataclass(frozen=True)
class Papers:
    """Documents about the lot, each one move away from using it."""

    to_pick: UUID
    to_review: UUID
    to_ship: UUID
    to_issue: UUID
    to_sample: UUID


def papers(house: House, order: UUID) -> Papers:
    to_pick, to_review, to_ship = (house.shipment(order, ("L1", "1")) for _each in range(3))
    for shipment in (to_review, to_ship):
        house.company.perform(ShipmentDocument.pick, shipment, role=Role.PICKER)
    house.company.perform(ShipmentDocument.review, to_ship, role=Role.REVIEWER)
    issue, sample = (house.adjustment(cause, ("L1", "1")) for cause in ("internal_use", "sample"))
    return Papers(to_pick, to_review, to_ship, issue, sample)


def by_engine(house: House, each: Papers) -> list[list[str]]:
    """What each use of the lot met through the engine."""
    moves: list[tuple[Any, UUID, Role]] = [
        (ShipmentDocument.pick, each.to_pick, Role.PICKER),
        (ShipmentDocument.review, each.to_review, Role.REVIEWER),
        (ShipmentDocument.ship, each.to_ship, Role.KEEPER),
        (StockAdjustmentDocument.post, each.to_issue, Role.KEEPER),
        (StockAdjustmentDocument.post, each.to_sample, Role.KEEPER),
    ]
    answers: list[list[str]] = []
    for transition, document, role in moves:
        try:
            house.company.perform(transition, document, role=role, reason="领用")
            answers.append([])
        except Refused as refused:
            answers.append([finding.code for finding in refused.findings])
    return answers


def by_api(house: House, each: Papers) -> list[list[str]]:
    """What each use of the lot met over the API."""
    picker, reviewer, keeper = (Person(house, role) for role in (Role.PICKER, Role.REVIEWER, Role.KEEPER))
    answers = [
        picker.asks(SHIPMENTS, each.to_pick, "pick"),
        reviewer.asks(SHIPMENTS, each.to_review, "review"),
        keeper.asks(SHIPMENTS, each.to_ship, "ship"),
        keeper.asks(ADJUSTMENTS, each.to_issue, "post", reason="领用"),
        keeper.asks(ADJUSTMENTS, each.to_sample, "post", reason="取样"),
    ]
    return [[finding["code"] for finding in answer.json().get("findings", ())] for answer in answers]


def by_page(house: House, each: Papers) -> list[list[str]]:
    """What each use of the lot met on its page, as the refusals recorded for the document say."""
    picker, reviewer, keeper = (Person(house, role) for role in (Role.PICKER, Role.REVIEWER, Role.KEEPER))
    for person, path, document, move, remark in (
        (picker, SHIPMENTS, each.to_pick, "pick", ""),
        (reviewer, SHIPMENTS, each.to_review, "review", ""),
        (keeper, SHIPMENTS, each.to_ship, "ship", ""),
        (keeper, ADJUSTMENTS, each.to_issue, "post", "领用"),
        (keeper, ADJUSTMENTS, each.to_sample, "post", "取样"),
    ):
        status = person.presses(path, document, move, remark=remark)
        assert (status == HTTPStatus.FOUND) is not bool(house.refusals(document))
    return [house.refusals(document) for document in vars(each).values()]


@pytest.mark.django_db
@pytest.mark.parametrize("way", [by_engine, by_api, by_page])
def test_every_path_gives_the_same_answer_on_the_day_and_the_day_after(way: Any) -> None:
    site_clock(YEAR, 8, 1, 23, 30)
    house = new_house(LotIn("L1", "20", LAST_DAY))
    order = confirmed_order(house, "20", arrives_on=LAST_DAY)
    today, tomorrow = papers(house, order), papers(house, order)
    assert way(house, today) == [[]] * 5
    left = house.on_hand("L1")
    assert left == Decimal(17)

    site_clock(YEAR, 8, 2, 0, 0)
    assert way(house, tomorrow) == [["lot_not_expired"]] * 5
    assert [house.refusals(document) for document in vars(tomorrow).values()] == [["lot_not_expired"]] * 5
    assert house.on_hand("L1") == left
    assert house.lines_of(house.shipment(order)) == []  # allocation finds nothing fit to sell

    scrap = house.adjustment("expired", ("L1", "10"))
    house.company.perform(StockAdjustmentDocument.approve, scrap, role=Role.QUALITY_HEAD)
    house.company.perform(StockAdjustmentDocument.post, scrap, role=Role.KEEPER, reason="过期")
    assert house.on_hand("L1") == left - 10


def scanned_by_services(house: House, task: ScanTask, document: UUID, role: Role) -> str:
    """What a barcode of the lot came to through the services."""
    return str(take(task, document, Capture(text="L1"), actor=house.company.actors[role]).card.code)


def scanned_on_page(house: House, task: ScanTask, document: UUID, role: Role) -> str:
    """What it came to on the scan page."""
    url = f"/scan/{task.replace('_', '-')}/{document}/take"
    given = {"text": "L1", "key": uuid7().hex}
    answer = Person(house, role).client.post(url, given, headers={"HX-Request": "true"})
    stopped = 'data-verdict="stop"' in answer.content.decode()
    assert stopped == (answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY)
    return house.refusals(document)[-1] if stopped else ""


def scanned_by_api(house: House, task: ScanTask, document: UUID, role: Role) -> str:
    """What it came to over the API."""
    slug = {ScanTask.PUT_AWAY: "putaways", ScanTask.MOVE: "internal-moves"}.get(task, "shipments")
    url = f"/api/v1/warehouse/{slug}/{document}/scans"
    answer = Person(house, role).client.post(url, {"scan": "L1"}, content_type="application/json")
    return "" if answer.status_code == HTTPStatus.OK else str(answer.json()["code"])


@pytest.mark.django_db
@pytest.mark.parametrize("way", [scanned_by_services, scanned_on_page, scanned_by_api])
def test_every_scan_gives_the_same_answer_in_the_last_minute_and_at_midnight(way: Any) -> None:
    site_clock(YEAR, 8, 1, 20, 0)
    house = new_house(LotIn("L1", "20", LAST_DAY))
    order = confirmed_order(house, "10", arrives_on=LAST_DAY)
    to_pick, to_review = house.shipment(order, ("L1", "3")), house.shipment(order, ("L1", "3"))
    house.company.perform(ShipmentDocument.pick, to_review, role=Role.PICKER)
    moved = [house.company.draft(declared, {}, role=Role.KEEPER).document_id
             for declared in (PutawayDocument, InternalMoveDocument)]  # fmt: skip
    scans = (
        (ScanTask.PICK, to_pick, Role.PICKER),
        (ScanTask.REVIEW, to_review, Role.REVIEWER),
        (ScanTask.PUT_AWAY, moved[0], Role.KEEPER),
        (ScanTask.MOVE, moved[1], Role.KEEPER),
    )
    site_clock(YEAR, 8, 1, 23, 59)
    assert [way(house, *each) for each in scans] == ["", "", "", ""]
    site_clock(YEAR, 8, 2, 0, 0)
    assert [way(house, *each) for each in scans] == ["lot_not_expired", "lot_not_expired", "", ""]


def sent_back_by_engine(story: Inbound, document: UUID) -> None:
    """Approved by quality and sent back by the keeper."""
    story.company.perform(SupplierReturnDocument.approve, document, role=Role.QUALITY_HEAD)
    story.company.perform(SupplierReturnDocument.send_back, document, role=Role.KEEPER)


def sent_back_by_api(story: Inbound, document: UUID) -> None:
    """The same over the API."""
    Person(story, Role.QUALITY_HEAD).moves(RETURNS, document, "approve")
    Person(story, Role.KEEPER).moves(RETURNS, document, "send_back")


def sent_back_on_page(story: Inbound, document: UUID) -> None:
    """The same on the record's page."""
    assert Person(story, Role.QUALITY_HEAD).presses(RETURNS, document, "approve") == HTTPStatus.FOUND
    assert Person(story, Role.KEEPER).presses(RETURNS, document, "send_back") == HTTPStatus.FOUND


@pytest.mark.django_db
@pytest.mark.parametrize("way", [sent_back_by_engine, sent_back_by_api, sent_back_on_page])
def test_expired_goods_go_back_to_the_supplier_by_every_path(way: Any) -> None:
    site_clock(YEAR, 7, 30, 9, 0)
    story = new_inbound()
    order = story.order("10", ordered_on=f"{YEAR}-07-30", promised_on=f"{YEAR}-07-31")
    receipt = story.receipt(order, [story.line("10", expires_on=str(LAST_DAY))])
    story.receive(receipt)
    site_clock(YEAR, 8, 2, 0, 0)
    with story.company.scope():
        lot = StockBalance.objects.get(quantity__gt=0).lot_id
    line = {"lot": lot, "place": story.place(), "stock_status": "pending_inspection", "quantity": "10"}
    fields = {"supplier": story.supplier, "return_reason": "过期"}
    document = story.company.draft(SupplierReturnDocument, fields, [line], role=Role.KEEPER).document_id
    way(story, document)
    assert story.stock() == {}
    assert story.refusals(document) == []
