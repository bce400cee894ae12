"""Columns for quantities and money: exact decimals, never floating point."""

from decimal import Decimal
from typing import Any

from django.db import models


class QuantityField(models.DecimalField[Decimal, Decimal]):
    """A quantity in the unit its row names: 12 digits before the point, 6 after."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("max_digits", 18)
        options.setdefault("decimal_places", 6)
        super().__init__(*args, **options)


class MoneyField(models.DecimalField[Decimal, Decimal]):
    """An amount in the company's currency: 16 digits before the point, 2 after."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("max_digits", 18)
        options.setdefault("decimal_places", 2)
        super().__init__(*args, **options)


class UnitPriceField(models.DecimalField[Decimal, Decimal]):
    """A price or cost of one unit: 12 digits before the point, 6 after."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("max_digits", 18)
        options.setdefault("decimal_places", 6)
        super().__init__(*args, **options)
