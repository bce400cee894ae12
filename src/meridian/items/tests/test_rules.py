"""Product and registration gates at their boundaries, and the dated UDI duty."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from meridian.items.queries import ItemVerdict, RegistrationPeriod, RegistrationVerdict
from meridian.items.rules import (
    product_file_complete,
    product_qualified,
    registration_in_force,
    registration_valid_for_lot,
    udi_required,
)
from meridian.kernel.clock import Moment
from meridian.kernel.gates import all_gates
from meridian.kernel.values.identity import uuid7

APPROVED_AT = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
FIRST, LAST = date(2021, 12, 6), date(2026, 12, 5)
DAY = timedelta(days=1)


def on(day: date) -> Moment:
    return Moment.at(datetime(day.year, day.month, day.day, 4, 0, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))


def registration(*periods: RegistrationPeriod, device_class: str = "II") -> RegistrationVerdict:
    return RegistrationVerdict("苏械注准20212140001", "甲公司", device_class, periods or (period(),))


def period(first: date = FIRST, last: date | None = LAST, cancelled_on: date | None = None) -> RegistrationPeriod:
    return RegistrationPeriod(uuid7(), first, last, cancelled_on)


def item(**changed: Any) -> ItemVerdict:
    made = ItemVerdict(
        id=uuid7(), number="WL-1", device_name="注射器", model="", specification="5 mL", device_class="II",
        class_code="14-01", old_class_code="6815", is_implantable=False, is_sterile=True, is_ivd=False,
        is_cold_chain=False, storage_condition="room", temperature_celsius_min=None, temperature_celsius_max=None,
        base_unit="box", tracking="lot", has_expiry=True, registrant_name="甲公司", contract_manufacturer_name="",
        production_license_no="", udi_list="", receipt_min_days=0, state="approved", approved_at=APPROVED_AT,
        registration=registration(),
    )  # fmt: skip
    return replace(made, **changed)


@dataclass(frozen=True)
class ALine:
    item: ItemVerdict
    line_id: Any
    lot_no: str = "L1"
    manufactured_on: date | None = None
    registration: RegistrationVerdict | None = None


@dataclass(frozen=True)
class ADocument:
    lines: Sequence[ALine]


def order(**changed: Any) -> ADocument:
    return ADocument([ALine(item(**changed), uuid7())])


def lots(made_on: date | None, held: RegistrationVerdict | None) -> ADocument:
    return ADocument([ALine(item(), uuid7(), "L7", made_on, held)])


# G05 ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "refused"), [(-1, True), (0, False), (1, False)])
def test_a_product_counts_as_approved_from_the_instant_of_approval(seconds: int, refused: bool) -> None:
    moment = Moment.at(APPROVED_AT + timedelta(seconds=seconds), ZoneInfo("Asia/Shanghai"))
    assert bool(product_qualified(order(), moment)) is refused


@pytest.mark.parametrize("state", ["draft", "suspended", "retired"])
def test_a_product_in_any_other_state_is_refused_line_by_line(state: str) -> None:
    good, bad = ALine(item(), uuid7()), ALine(item(state=state, number="WL-2"), uuid7())
    breaches = product_qualified(ADocument([good, bad]), on(LAST))
    assert [breach.subject_id for breach in breaches] == [bad.line_id]
    assert "WL-2" in str(breaches[0].evidence)


# G06 on orders --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "refused"),
    [(FIRST - DAY, True), (FIRST, False), (LAST - DAY, False), (LAST, False), (LAST + DAY, True)],
)
def test_an_order_needs_a_registration_valid_on_its_day(day: date, refused: bool) -> None:
    assert bool(registration_in_force(order(), on(day))) is refused


@pytest.mark.parametrize(("day", "refused"), [(-1, False), (0, True), (1, True)])
def test_nothing_is_ordered_from_the_day_of_cancellation_on(day: int, refused: bool) -> None:
    cancelled_on = date(2025, 3, 10)
    held = registration(period(cancelled_on=cancelled_on))
    breaches = registration_in_force(order(registration=held), on(cancelled_on + day * DAY))
    assert bool(breaches) is refused
    assert all("2025-03-10" in str(breach.evidence) for breach in breaches)


def test_a_product_without_registration_is_not_ordered() -> None:
    assert registration_in_force(order(registration=None), on(LAST))


def test_a_filing_has_no_last_day() -> None:
    held = registration(period(last=None))
    assert not registration_in_force(order(registration=held), on(date(2099, 1, 1)))


# G06 on lots ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made_on", "refused"),
    [(FIRST - DAY, True), (FIRST, False), (FIRST + DAY, False), (LAST - DAY, False), (LAST, False), (LAST + DAY, True)],
)
def test_the_day_of_manufacture_decides_even_years_after_expiry(made_on: date, refused: bool) -> None:
    """A lot made inside the validity stays saleable after it (Order 739 Art 55)."""
    assert bool(registration_valid_for_lot(lots(made_on, registration()), on(date(2028, 1, 1)))) is refused


@pytest.mark.parametrize(("day", "refused"), [(-1, False), (0, True), (1, True)])
def test_a_cancelled_registration_stops_lots_made_inside_it(day: int, refused: bool) -> None:
    cancelled_on = date(2025, 3, 10)
    held = registration(period(cancelled_on=cancelled_on))
    facts = lots(FIRST + DAY, held)
    assert bool(registration_valid_for_lot(facts, on(cancelled_on + day * DAY))) is refused


@pytest.mark.parametrize(("day", "refused"), [(LAST, False), (LAST + DAY, True)])
def test_a_lot_without_day_of_manufacture_is_judged_by_today(day: date, refused: bool) -> None:
    assert bool(registration_valid_for_lot(lots(None, registration()), on(day))) is refused


def test_a_renewal_keeps_the_number_and_a_gap_stays_a_gap() -> None:
    renewed = registration(period(), period(LAST + 10 * DAY, LAST + 1800 * DAY))
    moment = on(date(2028, 1, 1))
    assert not registration_valid_for_lot(lots(LAST, renewed), moment)
    assert registration_valid_for_lot(lots(LAST + DAY, renewed), moment)
    assert not registration_valid_for_lot(lots(LAST + 10 * DAY, renewed), moment)


def test_a_lot_without_registration_is_named() -> None:
    breach = registration_valid_for_lot(lots(FIRST, None), on(LAST))[0]
    assert "L7" in str(breach.evidence)


# product file ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OneFile:
    item: ItemVerdict


@pytest.mark.parametrize(("day", "refused"), [(LAST - DAY, False), (LAST, False), (LAST + DAY, True)])
def test_a_product_is_approved_on_a_registration_valid_that_day(day: date, refused: bool) -> None:
    assert bool(product_file_complete(OneFile(item()), on(day))) is refused


def test_the_classes_of_product_and_registration_agree() -> None:
    assert product_file_complete(OneFile(item(device_class="III")), on(LAST))
    assert product_file_complete(OneFile(item(registration=None)), on(LAST))


# UDI-4 ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first_day", "changed"),
    [
        (date(2021, 1, 1), {"device_class": "III", "udi_list": "first_batch"}),
        (date(2022, 6, 1), {"device_class": "III"}),
        (date(2022, 6, 1), {"device_class": "III", "is_ivd": True}),
        (date(2024, 6, 1), {"device_class": "II", "udi_list": "third_batch"}),
        (date(2027, 6, 1), {"device_class": "II"}),
        (date(2027, 6, 1), {"device_class": "II", "is_ivd": True}),
        (date(2027, 6, 1), {"device_class": "I", "is_ivd": True}),
        (date(2029, 6, 1), {"device_class": "I"}),
    ],
)
def test_the_duty_begins_with_units_made_on_its_first_day(first_day: date, changed: dict[str, Any]) -> None:
    subject = item(**changed)
    assert not udi_required(subject, first_day - DAY)
    assert udi_required(subject, first_day)
    assert udi_required(subject, first_day + DAY)


def test_a_list_of_one_class_says_nothing_about_another() -> None:
    assert not udi_required(item(device_class="II", udi_list="first_batch"), date(2027, 5, 31))


def test_gates_carry_the_law_and_the_old_codes() -> None:
    found = {code: (gate.law, gate.aliases, gate.waivable_by) for code, gate in all_gates().items()}
    assert found["product_qualified"] == ("G05", ("PRODUCT_NOT_QUALIFIED",), ())
    assert found["registration_in_force"] == ("G06", ("REGISTRATION_INVALID_FOR_LOT",), ())
    assert found["registration_valid_for_lot"] == ("G06", ("REGISTRATION_INVALID_FOR_LOT",), ())
