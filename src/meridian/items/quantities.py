"""What a quantity or price may be, in the user's words; the columns' check constraints say the same to the database."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def require_positive(value: Decimal) -> None:
    """Raises ValidationError for zero and less."""
    if value <= 0:
        raise ValidationError(_("必须大于 0。"))


def require_not_negative(value: Decimal) -> None:
    """Raises ValidationError for less than zero."""
    if value < 0:
        raise ValidationError(_("不能小于 0。"))
