"""Amounts of lines."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
LARGEST_AMOUNT = Decimal(10) ** 16
"""Amounts stay below: the column holds 16 digits before the point."""


def amount_of(quantity: Decimal, unit_price: Decimal) -> Decimal:
    """The amount of a line, rounded half up to the cent."""
    return (quantity * unit_price).quantize(CENT, ROUND_HALF_UP)
