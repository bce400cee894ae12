"""Moving average, against figures worked out by hand (CAS 1 Art 14)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meridian.inventory.valuation import Cost


def d(text: str) -> Decimal:
    return Decimal(text)


def test_receipts_at_two_prices_share_one_average() -> None:
    """100 at 10 and 50 at 13 are 150 worth 1,650: 11 each; 30 out cost 330."""
    cost = Cost()
    assert cost.take_in(d("100"), d("10")) == d("1000.00")
    assert cost.take_in(d("50"), d("13")) == d("650.00")
    assert cost.unit_cost == d("11.000000")
    assert cost.take_out(d("30")) == d("330.00")
    assert (cost.quantity, cost.value) == (d("120"), d("1320.00"))


def test_thirds_are_rounded_half_up_and_the_last_one_takes_the_rest() -> None:
    """Three for 10.00: 3.33, then half of 6.67 = 3.335 → 3.34, then what is left, 3.33."""
    cost = Cost()
    cost.take_in(d("3"), d("3.333333"))
    assert cost.value == d("10.00")
    assert [cost.take_out(d("1")) for _piece in range(3)] == [d("3.33"), d("3.34"), d("3.33")]
    assert (cost.quantity, cost.value) == (d("0"), d("0.00"))


def test_half_a_cent_goes_up() -> None:
    cost = Cost()
    assert cost.take_in(d("1"), d("0.005")) == d("0.01")
    assert cost.take_in(d("1"), d("0.004999")) == d("0.00")


def test_a_return_enters_at_the_present_average_and_at_the_last_one_when_nothing_is_left() -> None:
    cost = Cost()
    cost.take_in(d("10"), d("2.5"))
    cost.take_in(d("10"), d("3.5"))
    assert cost.take_in(d("4"), None) == d("12.00")
    cost.take_out(d("24"))
    assert (cost.quantity, cost.value, cost.unit_cost) == (d("0"), d("0.00"), d("3.000000"))
    assert cost.take_in(d("2"), None) == d("6.00")


def test_an_item_never_bought_enters_without_a_value() -> None:
    cost = Cost()
    assert cost.take_in(d("5"), None) == d("0.00")
    assert cost.take_out(d("5")) == d("0.00")


def test_great_quantities_stay_exact() -> None:
    """999,999,999,999.999999 pieces at 0.333333 are 333,333,000,000.00 to the cent (…999.999999666667 rounds up)."""
    cost = Cost()
    assert cost.take_in(d("999999999999.999999"), d("0.333333")) == d("333333000000.00")
    assert cost.take_out(d("333333333333.333333")) == d("111111000000.00")


steps = st.lists(st.tuples(st.booleans(), st.integers(1, 10**9), st.integers(0, 10**8)), min_size=1, max_size=30)


@given(steps)
def test_value_never_leaves_stock_and_every_issue_is_within_a_cent_of_the_exact_average(
    moves: list[tuple[bool, int, int]],
) -> None:
    cost = Cost()
    came, went = d("0"), d("0")
    for incoming, millis, price in moves:
        quantity = Decimal(millis) / 1000
        if incoming:
            came += cost.take_in(quantity, Decimal(price) / 10_000)
        elif cost.quantity > 0:
            quantity = min(quantity, cost.quantity)
            exact = Fraction(cost.value) / Fraction(cost.quantity) * Fraction(quantity)
            value = cost.take_out(quantity)
            assert abs(Fraction(value) - exact) <= Fraction(1, 200) or cost.quantity == 0
            went += value
        assert cost.value == came - went >= 0
        assert cost.quantity > 0 or cost.value == 0


@pytest.mark.parametrize("quantity", ["0.000001", "1", "123456.789"])
def test_taking_all_takes_all_the_value(quantity: str) -> None:
    cost = Cost()
    value = cost.take_in(d(quantity), d("7.77"))
    assert cost.take_out(d(quantity)) == value
