"""Whose turn it is, and which answers are not needed any more: the rules of a step, without a database."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from meridian.approvals.bands import Band, asked, gap
from meridian.approvals.flow import Asked, progress


def task(number: int, *, step: int = 1, rule: str = "all", state: str = "pending", seat: int = 0, parent: int = 0,
         origin: str = "policy") -> Asked:  # fmt: skip
    key = UUID(int=number)
    return Asked(key, step, number, rule, UUID(int=seat) if seat else key, UUID(int=parent) if parent else None, origin,
                 state)  # fmt: skip


def numbers(keys: frozenset[UUID]) -> set[int]:
    return {key.int for key in keys}


def standing(*tasks: Asked) -> tuple[int | None, set[int], set[int]]:
    found = progress(tasks)
    return found.step, numbers(found.open), numbers(found.lapsed)


def test_all_of_a_step_are_asked_at_once_and_the_next_step_after_them() -> None:
    first, second, third = task(1), task(2), task(3, step=2)
    assert standing(first, second, third) == (1, {1, 2}, set())
    assert standing(replace(first, state="agreed"), second, third) == (1, {2}, set())
    assert standing(replace(first, state="agreed"), replace(second, state="agreed"), third) == (2, {3}, set())


def test_one_of_several_is_enough_and_the_others_are_not_needed() -> None:
    first, second, third = task(1, rule="any"), task(2, rule="any", state="agreed"), task(3, step=2)
    assert standing(first, second, third) == (2, {3}, {1})
    assert standing(first, second) == (None, set(), {1})


def test_in_turn_one_after_the_other() -> None:
    first, second = task(1, rule="in_turn"), task(2, rule="in_turn")
    assert standing(first, second) == (1, {1}, set())
    assert standing(replace(first, state="agreed"), second) == (1, {2}, set())


def test_who_was_asked_before_answers_first_and_it_comes_back() -> None:
    own, ahead = task(1), task(2, parent=1, origin="delegation")
    assert standing(own, ahead) == (1, {2}, set())
    assert standing(own, replace(ahead, state="agreed")) == (1, {1}, set())
    assert standing(replace(own, state="agreed"), replace(ahead, state="agreed")) == (None, set(), set())


def test_who_was_added_behind_answers_once_the_one_before_has() -> None:
    own, behind, next_step = task(1), task(2, parent=1, origin="after"), task(3, step=2)
    assert standing(own, behind, next_step) == (1, {1}, set())
    assert standing(replace(own, state="agreed"), behind, next_step) == (1, {2}, set())
    assert standing(replace(own, state="agreed"), replace(behind, state="agreed"), next_step) == (2, {3}, set())


def test_an_escalated_task_is_answered_by_either_and_a_handed_on_one_by_the_next() -> None:
    own, higher = task(1), task(2, seat=1, origin="escalation")
    assert standing(own, higher) == (1, {1, 2}, set())
    assert standing(own, replace(higher, state="agreed")) == (None, set(), {1})
    gone, following = task(1, state="handed_on"), task(2, seat=1, origin="transfer")
    assert standing(gone, following) == (1, {2}, set())


def band(over: str, to: str | None, rule: str = "nobody", **fields: str) -> Band:
    texts = {"category": "", "risk": "", "role": "", **fields}
    return Band(UUID(int=1), Decimal(over), Decimal(to) if to else None, texts["category"], texts["risk"], 1, rule,
                texts["role"])  # fmt: skip


BANDS = (band("0", "50000"), band("50000", "100000", "all", role="a"), band("100000", None, "all", role="b"),
         band("0", None, "all", role="q", category="implant"))  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "categories", "roles"),
    [
        ("0", (), []), ("50000.00", (), []), ("50000.01", (), ["a"]), ("100000.00", (), ["a"]),
        ("100000.01", (), ["b"]), ("1", ("implant",), ["q"]), ("60000", ("implant", "class_iii"), ["a", "q"]),
    ],
)  # fmt: skip
def test_a_band_holds_what_is_above_its_lower_and_not_above_its_upper_amount(
    amount: str, categories: tuple[str, ...], roles: list[str]
) -> None:
    found = asked(BANDS, Decimal(amount), frozenset(categories), "rated")
    assert found is not None
    assert [each.role for each in found] == roles


def test_figures_that_no_band_holds_are_not_agreed_to() -> None:
    assert asked((band("0", "10", risk="rated"),), Decimal(5), frozenset(), "unrated") is None


def test_a_gap_is_found_between_bands_and_above_the_last() -> None:
    assert gap(BANDS) is None
    assert gap((band("0", "10"), band("20", None))) == (Decimal(10), Decimal(20))
    assert gap((band("0", "10"),)) == (Decimal(10), None)
    assert gap((band("0", None, "copy"),)) == (Decimal(0), None)
