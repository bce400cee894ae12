"""Identifiers of products: device identifiers and registration numbers as people type them."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from meridian.items.udi import gtin14, gtin_is_valid

DI_LENGTH_MAX = 40

_OTHER_AGENCIES = re.compile(
    r"M[A-Z]\.[0-9]{3}\.M[0-9A-Z]\.[0-9A-Z]{6}\.[0-9A-Za-z]{2,20}"  # MA
    r"|[A-Z][A-Z0-9]{3}[A-Z0-9]{1,18}[0-9]"  # HIBC: labeler, product, unit of measure
    r"|[A-Z][A-Z0-9]{15}"  # ICCBBA
    r"|MF[0-9A-Za-z]{1,13}"  # AHM
)


def require_di(text: str) -> None:
    """Raises ValidationError unless this is a device identifier of an issuing agency: for GS1 a right GTIN."""
    if not gtin_is_valid(text) and not _OTHER_AGENCIES.fullmatch(text):
        raise ValidationError(
            _("产品标识应为校验位正确的 GTIN（8、12、13 或 14 位数字），或 MA、HIBC、ICCBBA、AHM 的产品标识。")
        )


def full_di(text: str) -> str:
    """A device identifier as it is compared: a GTIN with 14 digits, those of other agencies as they are."""
    return gtin14(text) if text.isdigit() else text


def normalized_registration_no(text: str) -> str | None:
    """A registration or filing number as it is compared: letters and digits only, half-width, upper case.

    Blanks, brackets, dashes and slashes fall away; None when nothing is left.
    """
    plain = unicodedata.normalize("NFKC", text)
    return "".join(character for character in plain if character.isalnum()).upper() or None
