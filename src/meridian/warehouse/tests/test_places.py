"""Places come into use and go out of it by documents: many at once, under codes of their own, and only when empty."""

import re
from collections.abc import Callable
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from meridian.kernel.findings import Refused
from meridian.kernel.models import User
from meridian.kernel.tests.engine_case import counted_statements
from meridian.organization.models import Place
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.warehouse.documents import InternalMoveDocument, PlaceClosureDocument, PlaceSetDocument
from meridian.warehouse.numbering import RangeError, combined, expanded
from meridian.warehouse.tests.lifecycles import Lifecycle, departures, moved
from meridian.warehouse.tests.outbound import ROLES, House, LotIn, new_house

pytestmark = pytest.mark.django_db

SET, CLOSURE = PlaceSetDocument, PlaceClosureDocument
KEEPERS = {Role.KEEPER, Role.WAREHOUSE_MANAGER}
SHELVES = {"prefix": "B", "place_name": "B 区", "aisles": "01-10", "bays": "01-20", "levels": "A-D"}


@pytest.fixture
def house() -> House:
    return new_house(LotIn("L1", "10", None), item={"has_expiry": False})


def place_set(house: House, inside: UUID | None = None, **fields: Any) -> UUID:
    values = {"inside": inside or house.shelf, **SHELVES, **fields}
    return house.company.draft(SET, values, role=Role.KEEPER).document_id


def activate(house: House, document: UUID) -> None:
    house.company.perform(SET.activate, document, role=Role.WAREHOUSE_MANAGER)


def closure(house: House, place: UUID) -> UUID:
    fields = {"place": place, "cause": "货架检修"}
    return house.company.draft(CLOSURE, fields, role=Role.KEEPER).document_id


def close(house: House, document: UUID, transition: Any = CLOSURE.block) -> None:
    house.company.perform(transition, document, role=Role.WAREHOUSE_MANAGER, reason="清空")


def refused(house: House, call: Any, *arguments: Any) -> Refused:
    """The refusal; no place was added, closed or reopened by it."""
    before = places(house)
    with pytest.raises(Refused) as caught:
        call(house, *arguments)
    assert places(house) == before
    return caught.value


def codes(found: Refused) -> list[str]:
    return [finding.code for finding in found.findings]


def places(house: House) -> dict[str, bool]:
    with house.company.scope():
        return dict(Place.objects.order_by("code").values_list("code", "is_active"))


def place(house: House, code: str) -> Place:
    with house.company.scope():
        return Place.objects.get(code=code)


def warehouse(house: House) -> UUID:
    with house.company.scope():
        return Place.objects.get(kind="warehouse").pk


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", []), ("07", ["07"]), ("01-03", ["01", "02", "03"]), ("8-11", RangeError),
        ("08-11", ["08", "09", "10", "11"]),
        ("A-C", ["A", "B", "C"]), ("01,05、07", ["01", "05", "07"]), ("1–2，A", ["1", "2", "A"]),
        ("03-01", RangeError), ("A-3", RangeError), ("01,01", RangeError), ("甲", RangeError), ("Y-b", RangeError),
        ("0001-5000", [f"{each:04}" for each in range(1, 5001)]), ("0000-5000", RangeError),
        ("1-999999999", RangeError),
    ],
)  # fmt: skip
def test_what_a_range_stands_for(text: str, codes: Any) -> None:
    if codes is RangeError:
        with pytest.raises(RangeError):
            expanded(text)
    else:
        assert expanded(text) == codes


def test_every_combination_is_a_place_the_last_part_running_fastest() -> None:
    assert combined([["A"], ["1", "2"], [], ["x", "y"]]) == ["A-1-x", "A-1-y", "A-2-x", "A-2-y"]


def test_many_bins_are_shown_by_count_and_ends_before_they_come_into_use(house: House) -> None:
    before = places(house)
    document = place_set(house)
    with house.company.scope():
        drafted = SET.model.objects.get(pk=document)
    assert (drafted.place_count, drafted.first_code, drafted.last_code) == (800, "B-01-01-A", "B-10-20-D")
    assert places(house) == before
    activate(house, document)
    made = place(house, "B-10-20-D")
    assert len(places(house)) == len(before) + 800
    assert (made.kind, made.zone_kind, made.name, made.parent_id) == ("bin", "qualified", "B 区 10-20-D", house.shelf)
    line = {"lot": house.lots["L1"], "place": house.shelf, "quantity": "10", "to_place": made.pk}
    move = house.company.draft(InternalMoveDocument, {}, [line], role=Role.KEEPER).document_id
    house.company.perform(InternalMoveDocument.move, move, role=Role.KEEPER)  # it is a place like any other


def test_one_place_and_five_thousand_cost_the_same_statements(house: House) -> None:
    one = place_set(house, prefix="C", aisles="", bays="", levels="")
    many = place_set(house, prefix="D", aisles="01-50", bays="001-100", levels="")
    counts = []
    for document in (one, many):
        with counted_statements() as statements:
            activate(house, document)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 20


def test_five_thousand_at_most_and_nothing_that_is_no_range(house: House) -> None:
    for fields, field in (
        ({"aisles": "01-50", "bays": "001-100", "levels": "A-B"}, "aisles"),
        ({"bays": "20-01"}, "bays"),
        ({"prefix": "", "aisles": "", "bays": "", "levels": ""}, "prefix"),
        ({"prefix": "B" * 16, "aisles": "000001", "bays": "000001", "levels": "A" * 12}, "prefix"),
        ({"celsius_min": "8", "celsius_max": "2"}, "celsius_max"),
    ):
        found = refused(house, lambda house, fields=fields: place_set(house, **fields))
        assert (codes(found), found.findings[0].field) == (["field_invalid"], field)


def test_place_codes_free__refuses_a_code_in_use__allows_the_next(house: House) -> None:
    activate(house, place_set(house, aisles="01-02", bays="", levels=""))
    again = place_set(house, aisles="02-03", bays="", levels="")
    found = refused(house, activate, again)
    assert codes(found) == ["place_codes_free"]
    assert str(found.findings[0].evidence) == "1 个代码已被占用：B-02。"
    assert house.refusals(again) == ["place_codes_free"]
    activate(house, place_set(house, aisles="03-04", bays="", levels=""))


def test_place_fits_inside__zones_in_a_warehouse__bins_in_a_zone_of_their_kind(house: House) -> None:
    hall = warehouse(house)
    zone = {"place_kind": "zone", "aisles": "", "bays": "", "levels": "", "celsius_min": "2", "celsius_max": "8"}
    for inside, fields in (
        (house.shelf, {**zone, "zone_kind": "qualified"}), (hall, zone), (hall, {}),
        (house.shelf, {"zone_kind": "returns"}),
    ):  # fmt: skip
        document = place_set(house, inside, **fields)
        assert codes(refused(house, activate, document)) == ["place_fits_inside"]
        assert house.refusals(document) == ["place_fits_inside"]
    activate(
        house, place_set(house, hall, **{**zone, "zone_kind": "qualified", "prefix": "LK-HG", "place_name": "冷库"})
    )
    cold = place(house, "LK-HG")
    assert (cold.kind, cold.temperature_celsius_min, cold.temperature_celsius_max) == ("zone", Decimal(2), Decimal(8))
    activate(house, place_set(house, cold.pk, zone_kind="qualified"))


def test_nothing_lies_there__refuses_the_zone_around_goods__allows_what_is_empty(house: House) -> None:
    activate(house, place_set(house, aisles="01-02", bays="", levels=""))
    zone = closure(house, house.shelf)
    found = refused(house, close, zone)
    assert codes(found) == ["nothing_lies_there"]
    assert found.findings[0].remedy is not None
    assert found.findings[0].remedy.document_type == "internal_move"
    assert house.refusals(zone) == ["nothing_lies_there"]
    to = house.company.set_up.places[ZoneKind.DISPATCH]
    line = {"lot": house.lots["L1"], "place": house.shelf, "quantity": "10", "to_place": to}
    move = house.company.draft(InternalMoveDocument, {}, [line], role=Role.KEEPER).document_id
    house.company.perform(InternalMoveDocument.move, move, role=Role.KEEPER)
    close(house, zone)
    assert (places(house)["HG"], places(house)["B-01"], places(house)["B-02"]) == (False, False, False)


def test_a_place_reopened_leaves_closed_what_another_document_closed(house: House) -> None:
    activate(house, place_set(house, house.company.set_up.places[ZoneKind.RETURNS], aisles="01-02", bays="", levels=""))
    retired, around = closure(house, place(house, "B-01").pk), closure(house, place(house, "TH").pk)
    close(house, retired, CLOSURE.retire)
    close(house, around)
    assert (places(house)["TH"], places(house)["B-01"], places(house)["B-02"]) == (False, False, False)
    house.company.perform(CLOSURE.reopen, around, role=Role.WAREHOUSE_MANAGER, reason="修好")
    assert (places(house)["TH"], places(house)["B-01"], places(house)["B-02"]) == (True, False, True)


def test_place_still_in_use__refuses_what_is_closed_already(house: House) -> None:
    activate(house, place_set(house, aisles="01", bays="", levels=""))
    first, second = (closure(house, place(house, "B-01").pk) for _each in range(2))
    close(house, first)
    assert codes(refused(house, close, second)) == ["place_still_in_use"]
    assert house.refusals(second) == ["place_still_in_use"]


def test_a_closed_place_stays_in_sight_and_says_why_it_cannot_be_chosen(house: House) -> None:
    activate(house, place_set(house, aisles="01-02", bays="", levels=""))
    shut = place(house, "B-01").pk
    line = {"lot": house.lots["L1"], "place": house.shelf, "quantity": "10", "to_place": shut}
    move = house.company.draft(InternalMoveDocument, {}, [line], role=Role.KEEPER).document_id
    close(house, closure(house, shut))
    client = Client()
    keeper = User.objects.get(pk=house.company.actors[Role.KEEPER].user_id)
    client.force_login(keeper, backend="meridian.accounts.session.PersonBackend")
    offered = client.get("/pick/organization/place?q=B-0").content.decode()
    found = re.findall(
        r"<li[^>]*data-text=\"B 区 0(\d)\"[^>]*?(aria-disabled)?(?:=\"true\")?>.*?<small>([^<]*)<", offered
    )
    assert found == [("1", "aria-disabled", "B-01 · 已停用"), ("2", "", "B-02")]
    empty = client.get("/warehouse/internal-moves/new").content.decode()
    written = client.get(f"/warehouse/internal-moves/{move}/edit").content.decode()
    assert f'<option value="{shut}" disabled>B 区 01 · B-01 · 已停用</option>' in empty
    assert f'<option value="{shut}" selected>B 区 01 · B-01 · 已停用</option>' in written  # what stands there is kept


def new_set(house: House, number: int) -> UUID:
    return place_set(house, prefix=f"E{number}", aisles="", bays="", levels="")


def new_closure(house: House, number: int) -> UUID:
    activate(house, place_set(house, prefix=f"F{number}", aisles="", bays="", levels=""))
    return closure(house, place(house, f"F{number}").pk)


def makers_of_sets(house: House) -> dict[str, Callable[[], UUID]]:
    """A fresh place set in each state."""
    numbers = count()
    steps = {"draft": (), "active": ((SET.activate, Role.WAREHOUSE_MANAGER),), "voided": ((SET.void, Role.KEEPER),)}
    return {
        name: lambda done=done: moved(house.company, new_set(house, next(numbers)), *done)  # type: ignore[misc]
        for name, done in steps.items()
    }


def makers_of_closures(house: House) -> dict[str, Callable[[], UUID]]:
    """A fresh closure in each state."""
    numbers, manager = count(), Role.WAREHOUSE_MANAGER
    block, reopen, retire = (CLOSURE.block, manager), (CLOSURE.reopen, manager), (CLOSURE.retire, manager)
    steps: dict[str, tuple[Any, ...]] = {
        "draft": (), "blocked": (block,), "reopened": (block, reopen), "retired": (retire,),
        "voided": ((CLOSURE.void, Role.KEEPER),),
    }  # fmt: skip
    return {
        name: lambda done=done: moved(house.company, new_closure(house, next(numbers)), *done)  # type: ignore[misc]
        for name, done in steps.items()
    }


@pytest.mark.parametrize("state", list(SET.states.values))
def test_lifecycle_of_a_place_set(house: House, state: str) -> None:
    makers = makers_of_sets(house)
    legal = {("draft", "activate"): "active", ("draft", "void"): "voided"}
    may = {"activate": {Role.WAREHOUSE_MANAGER}, "void": KEEPERS}
    assert set(makers) == set(SET.states.values)
    assert departures(house.company, Lifecycle(SET, makers, legal, may), state, ROLES) == []


@pytest.mark.parametrize("state", list(CLOSURE.states.values))
def test_lifecycle_of_a_place_closure(house: House, state: str) -> None:
    makers, manager = makers_of_closures(house), Role.WAREHOUSE_MANAGER
    legal = {
        ("draft", "block"): "blocked", ("draft", "retire"): "retired", ("draft", "void"): "voided",
        ("blocked", "reopen"): "reopened", ("blocked", "retire"): "retired",
    }  # fmt: skip
    may = {"block": {manager}, "reopen": {manager}, "retire": {manager}, "void": KEEPERS}
    assert set(makers) == set(CLOSURE.states.values)
    assert departures(house.company, Lifecycle(CLOSURE, makers, legal, may), state, ROLES) == []
