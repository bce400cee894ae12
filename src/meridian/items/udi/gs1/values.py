"""Numbers inside GS1 elements: weights, measures, prices and percentages."""

from decimal import Decimal
from typing import NamedTuple

from meridian.items.udi.gs1.check_digits import is_digits

_CURRENCY_PREFIXES = ("391", "393")
_PRICE_PREFIXES = ("390", "392", "394", "395")
_CURRENCY_LENGTH = 3


class Money(NamedTuple):
    """An amount with its currency."""

    currency: str
    """ISO 4217 numeric code, as in the element."""
    amount: Decimal


def has_decimal_point(ai: str) -> bool:
    """True if the last digit of the identifier says how many decimals its data has."""
    if len(ai) != 4 or not is_digits(ai):
        return False
    return "310" <= ai[:3] <= "369" or ai[:3] in _CURRENCY_PREFIXES + _PRICE_PREFIXES


def decimal_value(ai: str, value: str) -> Decimal:
    """The number of a measure, price or percentage, exactly: `3102`, `000345` is 3.45. Trailing zeros are kept.

    Raises `ValueError` for an identifier without implied decimals, or with a currency (use `money_value`).
    """
    if not has_decimal_point(ai) or ai[:3] in _CURRENCY_PREFIXES:
        raise ValueError(f"({ai}) carries no plain number")
    return _scaled(ai, value)


def money_value(ai: str, value: str) -> Money:
    """The amount and currency of (391n) and (393n). Raises `ValueError` for any other identifier."""
    if not has_decimal_point(ai) or ai[:3] not in _CURRENCY_PREFIXES:
        raise ValueError(f"({ai}) carries no currency")
    return Money(value[:_CURRENCY_LENGTH], _scaled(ai, value[_CURRENCY_LENGTH:]))


def _scaled(ai: str, digits: str) -> Decimal:
    if not is_digits(digits):
        raise ValueError("not a number")
    return Decimal(digits).scaleb(-int(ai[3]))
