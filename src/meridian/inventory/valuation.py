"""Moving average (CAS 1 Art 14): what a quantity is worth when it crosses the boundary of the stock. Pure.

Values are rounded to the cent, half up. The last quantity out takes all the value that is left, so that no stock has no
value and no value is left without stock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from uuid import UUID

CENT = Decimal("0.01")
UNIT_COST = Decimal("0.000001")
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_ZERO = Decimal(0)


@dataclass
class Cost:
    """Quantity and value of an item in stock, and its average; the last average when nothing is left."""

    quantity: Decimal = _ZERO
    value: Decimal = _ZERO
    unit_cost: Decimal = _ZERO

    def take_in(self, quantity: Decimal, unit_cost: Decimal | None) -> Decimal:
        """Adds a quantity at this cost, or at the present average; returns its value."""
        value = self._worth(quantity) if unit_cost is None else _cents(_EXACT.multiply(quantity, unit_cost))
        self.quantity += quantity
        self.value += value
        self.average()
        return value

    def take_out(self, quantity: Decimal) -> Decimal:
        """Removes a quantity at the present average; returns its value."""
        value = self.value if quantity == self.quantity else min(self._worth(quantity), self.value)
        self.quantity -= quantity
        self.value -= value
        self.average()
        return value

    def _worth(self, quantity: Decimal) -> Decimal:
        if self.quantity > 0:
            return _cents(_EXACT.divide(_EXACT.multiply(quantity, self.value), self.quantity))
        return _cents(_EXACT.multiply(quantity, self.unit_cost))

    def average(self) -> None:
        """Takes the average anew; the last one stays when nothing is left."""
        if self.quantity > 0:
            self.unit_cost = _EXACT.divide(self.value, self.quantity).quantize(UNIT_COST, context=_EXACT)


@dataclass(frozen=True)
class Crossing:
    """A quantity that enters (`incoming`) or leaves; `unit_cost` only where it enters from outside at a known cost."""

    item_id: UUID
    quantity: Decimal
    incoming: bool
    unit_cost: Decimal | None = None


def value_crossings(costs: Mapping[UUID, Cost], crossings: Sequence[Crossing]) -> list[Decimal]:
    """The value of each crossing, one after the other; `costs` hold the state after the last of them."""
    return [
        costs[c.item_id].take_in(c.quantity, c.unit_cost) if c.incoming else costs[c.item_id].take_out(c.quantity)
        for c in crossings
    ]


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, context=_EXACT)
