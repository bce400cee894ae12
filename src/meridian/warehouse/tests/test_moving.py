"""Putaway and internal move through the two doors: where goods may lie, and what stops them."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from meridian.inventory.models import StockBalance, StockMovement
from meridian.inventory.vocabulary import StockStatus
from meridian.kernel.act import open_act
from meridian.kernel.clock import Moment, now
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused
from meridian.kernel.tests.engine_case import counted_statements
from meridian.ledger.models import Voucher
from meridian.organization.models import Place
from meridian.organization.queries import zone_of_site
from meridian.organization.vocabulary import PlaceKind, Role, ZoneKind
from meridian.warehouse.documents import InternalMoveDocument, PutawayDocument
from meridian.warehouse.models import InternalMove, Putaway, PutawayLine
from meridian.warehouse.queries.goods_move import StockedWords
from meridian.warehouse.rules.moving import stock_in_record_complete
from meridian.warehouse.tests.outbound import ROLES, House, LotIn, new_house

pytestmark = pytest.mark.django_db


def day_of(house: House) -> Any:
    with house.company.scope():
        return Moment.at(now(), zone_of_site(house.company.set_up.site_id)).site_day


def place(house: House, code: str, zone: ZoneKind | None = ZoneKind.QUALIFIED, **fields: Any) -> UUID:
    """A bin of a zone; without a zone, a warehouse."""
    parent = None if zone is None else house.company.set_up.places[zone]
    values = {"kind": PlaceKind.BIN if zone else PlaceKind.WAREHOUSE, "zone_kind": zone or "", "name": code, **fields}
    with house.company.scope(), open_act(house.company.set_up.system):
        return Place.objects.create(
            site_id=house.company.set_up.site_id, parent_id=parent, code=code, company_id=house.company.company_id,
            **values,
        ).pk  # fmt: skip


def stocked(item: dict[str, Any] | None = None) -> House:
    house = new_house(item={"production_license_no": "苏药监械生产许20210001号", **(item or {})})
    day = day_of(house)
    house.stock(
        LotIn("GOOD", "10", day + timedelta(days=100)),
        LotIn("NEW", "10", day + timedelta(days=100), StockStatus.PENDING_INSPECTION),
        LotIn("BAD", "10", day + timedelta(days=100), StockStatus.NONCONFORMING),
        LotIn("HELD", "10", day + timedelta(days=100), StockStatus.QUALITY_HOLD),
    )
    return house


@pytest.fixture
def house() -> House:
    return stocked()


def line(house: House, lot: str, to: UUID | None, quantity: str = "4", status: str = "qualified") -> dict[str, Any]:
    values = {"lot": house.lots[lot], "place": house.shelf, "quantity": quantity, "stock_status": status}
    return values if to is None else values | {"to_place": to}


def move(house: House, *lines: dict[str, Any]) -> UUID:
    return house.company.draft(InternalMoveDocument, {}, lines, role=Role.KEEPER).document_id


def finish(house: House, document: UUID) -> None:
    house.company.perform(InternalMoveDocument.move, document, role=Role.KEEPER)


def refused(house: House, document: UUID) -> list[str]:
    """The findings of a refused move; proves that nothing moved and that one refusal row says so."""
    with house.company.scope():
        before = StockMovement.objects.count()
    told = len(house.refusals(document))
    with pytest.raises(Refused) as caught:
        finish(house, document)
    with house.company.scope():
        row = InternalMove.objects.get(pk=document)
        assert (StockMovement.objects.count(), row.state, row.moved_at) == (before, "draft", None)
    assert house.refusals(document)[told:] == [caught.value.code]
    return [finding.code for finding in caught.value.findings]


def lying(house: House, lot: str) -> dict[tuple[UUID, str], Decimal]:
    with house.company.scope():
        rows = StockBalance.objects.filter(lot_id=house.lots[lot], quantity__gt=0)
        return {(row.place_id, row.status): row.quantity for row in rows}


def test_a_putaway_brings_goods_to_their_shelf_and_keeps_the_stock_in_record(house: House) -> None:
    bin_a = place(house, "A-01")
    document = house.company.draft(PutawayDocument, {}, [line(house, "GOOD", bin_a)], role=Role.KEEPER).document_id
    with house.company.scope():
        vouchers = Voucher.objects.count()
    house.company.perform(PutawayDocument.put_away, document, role=Role.KEEPER)
    assert lying(house, "GOOD") == {(house.shelf, "qualified"): Decimal(6), (bin_a, "qualified"): Decimal(4)}
    with house.company.scope():
        row, record = Putaway.objects.get(pk=document), PutawayLine.objects.get(document_id=document)
        assert Voucher.objects.count() == vouchers  # places within the house have no value of their own
        movement = StockMovement.objects.get(document_id=document)
    assert (row.state, row.moved_by_name) == ("done", house.company.actors[Role.KEEPER].name)
    assert row.moved_at is not None
    assert row.keep_until is not None
    assert (movement.movement, movement.quantity, movement.value) == ("transfer", Decimal(4), Decimal(0))
    # what REGULATIONS §4.1 names for the stock-in record; the day of stock-in is `moved_at`
    words = {
        name: getattr(record, name)
        for name in (
            "device_name", "model", "specification", "registration_no", "registrant_name", "lot_no", "expires_on",
            "quantity",
        )
    }  # fmt: skip
    assert all(words.values()), words


def test_an_incomplete_record_is_not_put_away(house: House) -> None:
    other = new_house(LotIn("L1", "10", day_of(house) + timedelta(days=100)))
    document = other.company.draft(
        PutawayDocument, {}, [line(other, "L1", place(other, "A-01"))], role=Role.KEEPER
    ).document_id
    with pytest.raises(Refused) as caught:
        other.company.perform(PutawayDocument.put_away, document, role=Role.KEEPER)
    assert [finding.code for finding in caught.value.findings] == ["stock_in_record_complete"]
    assert lying(other, "L1") == {(other.shelf, "qualified"): Decimal(10)}


def test_stock_in_record_complete__refuses_a_line_without_registration__allows_it_once_the_file_has_one() -> None:
    words = StockedWords(False, "输液器", "", "0.7 mm", "", "江南示范", "苏药监械生产许20210001号", "L1", "", None)
    facts = SimpleNamespace(words={UUID(int=1): words})
    [breach] = stock_in_record_complete(facts, None)  # type: ignore[arg-type]
    assert "注册证编号" in str(breach.evidence)
    facts.words[UUID(int=1)] = replace(words, registration_no="苏械注准20262140001")
    assert stock_in_record_complete(facts, None) == []  # type: ignore[arg-type]
    facts.words[UUID(int=1)] = replace(words, registration_no="苏械注准20262140001", has_expiry=True)
    assert len(stock_in_record_complete(facts, None)) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lot", "status", "fits", "unfit"),
    [
        ("GOOD", "qualified", ZoneKind.QUALIFIED, ZoneKind.PENDING),
        ("GOOD", "qualified", ZoneKind.DISPATCH, ZoneKind.NONCONFORMING),
        ("NEW", "pending_inspection", ZoneKind.PENDING, ZoneKind.QUALIFIED),
        ("BAD", "nonconforming", ZoneKind.NONCONFORMING, ZoneKind.QUALIFIED),
        ("HELD", "quality_hold", ZoneKind.NONCONFORMING, ZoneKind.DISPATCH),
    ],
)
def test_zone_matches_status__allows_the_zone_of_the_status__refuses_another(
    house: House, lot: str, status: str, fits: ZoneKind, unfit: ZoneKind
) -> None:
    right, wrong = place(house, "R-1", fits), place(house, "W-1", unfit)
    assert refused(house, move(house, line(house, lot, wrong, status=status))) == ["zone_matches_status"]
    finish(house, move(house, line(house, lot, right, status=status)))
    assert lying(house, lot)[right, status] == Decimal(4)


@pytest.mark.parametrize(
    ("low", "high", "zone_low", "zone_high", "allowed"),
    [
        ("2", "8", None, None, True),
        ("2", "8.1", None, None, False),
        ("1.9", "8", None, None, False),
        ("10", "30", None, None, False),
        (None, None, "2", "8", True),
        (None, None, None, None, False),
    ],
)
def test_storage_condition_met__allows_a_range_within_the_labels__refuses_a_tenth_of_a_degree_outside(
    low: str | None, high: str | None, zone_low: str | None, zone_high: str | None, allowed: bool
) -> None:
    cold = {"storage_condition": "refrigerated", "temperature_celsius_min": "2", "temperature_celsius_max": "8"}
    house = stocked(cold)
    with house.company.scope(), open_act(house.company.set_up.system):
        Place.objects.filter(pk=house.shelf).update(temperature_celsius_min=zone_low, temperature_celsius_max=zone_high)
    target = place(house, "C-1", temperature_celsius_min=low, temperature_celsius_max=high)
    document = move(house, line(house, "GOOD", target))
    if allowed:
        finish(house, document)
        assert lying(house, "GOOD")[target, "qualified"] == Decimal(4)
    else:
        assert refused(house, document) == ["storage_condition_met"]


def test_place_usable__refuses_what_is_no_open_place_elsewhere_at_the_site(house: House) -> None:
    warehouse, closed = place(house, "W", None), place(house, "X-1", is_active=False)
    for target in (warehouse, closed, house.shelf):
        assert refused(house, move(house, line(house, "GOOD", target))) == ["place_usable"]


def test_a_place_is_suggested__by_lot_then_item_then_room__never_a_warm_one(house: House) -> None:
    first, second = place(house, "A-01"), place(house, "A-02")
    finish(house, move(house, line(house, "GOOD", second, "1")))
    document = house.company.draft(PutawayDocument, {}, [line(house, "GOOD", None)], role=Role.KEEPER).document_id
    with house.company.scope():
        assert PutawayLine.objects.get(document_id=document).to_place_id == second
    assert first != second


def test_without_a_fit_place_the_line_stays_open_and_the_gate_says_so(house: House) -> None:
    with house.company.scope(), open_act(house.company.set_up.system):
        Place.objects.filter(zone_kind=ZoneKind.NONCONFORMING).update(is_active=False)
        Place.objects.filter(zone_kind__in=(ZoneKind.PENDING, ZoneKind.RETURNS)).update(is_active=False)
    assert refused(house, move(house, line(house, "HELD", None, status="quality_hold"))) == ["place_usable"]


def test_stock_sufficient__moves_all_there_is__refuses_one_more(house: House) -> None:
    target = place(house, "A-01")
    assert refused(house, move(house, line(house, "GOOD", target, "11"))) == ["stock_sufficient"]
    finish(house, move(house, line(house, "GOOD", target, "10")))
    assert lying(house, "GOOD") == {(target, "qualified"): Decimal(10)}


@pytest.mark.parametrize("role", [role for role in ROLES if role not in (Role.KEEPER, Role.WAREHOUSE_MANAGER)])
def test_only_the_warehouse_moves_goods(house: House, role: Role) -> None:
    document = move(house, line(house, "GOOD", place(house, "A-01")))
    with pytest.raises(Refused) as caught:
        house.company.perform(InternalMoveDocument.move, document, role=role)
    assert caught.value.code in ("permission_required", "not_found")


def test_a_finished_move_is_neither_edited_voided_nor_repeated(house: House) -> None:
    document = move(house, line(house, "GOOD", place(house, "A-01")))
    finish(house, document)
    for act in (lambda: finish(house, document),
                lambda: house.company.perform(InternalMoveDocument.void, document, role=Role.KEEPER, reason="误建"),
                lambda: house.company.draft(InternalMoveDocument, {"note": "x"}, document_id=document,
                                            role=Role.KEEPER)):  # fmt: skip
        with pytest.raises(Refused):
            act()


@pytest.mark.timeout(300)
def test_moving_1_line_and_200_lines_takes_the_same_statements_and_at_most_20() -> None:
    house = new_house()
    house.stock(*(LotIn(f"L{n:03}", "2", None) for n in range(200)))
    target = place(house, "A-01")
    counts = []
    for lines in (1, 200):
        document = move(house, *(line(house, f"L{n:03}", target, "1") for n in range(lines)))
        with counted_statements() as seen:
            perform(InternalMoveDocument.move, Command(document, key=f"k{lines}"),
                    actor=house.company.actors[Role.KEEPER])  # fmt: skip
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 13
