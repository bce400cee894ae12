"""Identifiers of products: GTINs and registration numbers as people type them."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from meridian.items.udi import gtin_is_valid


def require_gtin(text: str) -> None:
    """Raises ValidationError unless this is a GTIN-8, -12, -13 or -14 with the right check digit."""
    if not gtin_is_valid(text):
        raise ValidationError(_("产品标识应为 8、12、13 或 14 位数字的 GTIN，且校验位正确。"))


def normalized_registration_no(text: str) -> str | None:
    """A registration or filing number as it is compared: letters and digits only, half-width, upper case.

    Blanks, brackets, dashes and slashes fall away; None when nothing is left.
    """
    plain = unicodedata.normalize("NFKC", text)
    return "".join(character for character in plain if character.isalnum()).upper() or None
