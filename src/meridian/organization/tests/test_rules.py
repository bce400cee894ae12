"""Validity of papers by day, and scopes against devices."""

from dataclasses import dataclass
from datetime import date

import pytest

from meridian.organization.rules import ScopePart, scope_covers, valid_on


@dataclass(frozen=True)
class ADevice:
    device_class: str = "III"
    class_code: str = "14-01-03"
    old_class_code: str = "6815"


FIRST, LAST = date(2024, 3, 1), date(2029, 2, 28)


@pytest.mark.parametrize(
    ("day", "valid"),
    [
        (date(2024, 2, 29), False),
        (FIRST, True),
        (date(2024, 3, 2), True),
        (date(2029, 2, 27), True),
        (LAST, True),
        (date(2029, 3, 1), False),
    ],
)
def test_a_paper_is_valid_from_its_first_through_its_last_day(day: date, valid: bool) -> None:
    assert valid_on(day, FIRST, LAST) is valid


def test_a_paper_without_end_stays_valid() -> None:
    assert valid_on(date(2099, 1, 1), FIRST, None)


@pytest.mark.parametrize(
    ("part", "covered"),
    [
        (ScopePart("III", "14-01-03"), True),
        (ScopePart("III", "14-01"), True),
        (ScopePart("III", "14"), True),
        (ScopePart("III", "6815"), True),
        (ScopePart("III", ""), True),
        (ScopePart("", "14"), True),
        (ScopePart("", ""), True),
        (ScopePart("II", "14"), False),
        (ScopePart("III", "14-02"), False),
        (ScopePart("III", "6821"), False),
        (ScopePart("III", "1"), False),
    ],
)
def test_scope_parts(part: ScopePart, covered: bool) -> None:
    assert scope_covers([part], ADevice()) is covered


def test_a_code_ends_at_its_dash() -> None:
    assert not scope_covers([ScopePart("III", "14-01-0")], ADevice())
    assert not scope_covers([ScopePart("III", "14-01")], ADevice(class_code="14-010", old_class_code=""))


def test_no_part_covers_nothing() -> None:
    assert not scope_covers([], ADevice())


def test_any_part_is_enough() -> None:
    assert scope_covers([ScopePart("III", "02"), ScopePart("III", "14")], ADevice())
