"""Identifiers that law gives to firms and to kinds of device: pure checks, used as validators of columns."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

USCC_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of a unified social credit code (GB 32100-2015 §4): no I, O, S, V, Z."""

CLASS_CODE = re.compile(r"[0-9]{2}(-[0-9]{2}){0,2}")
"""A code of the 2017 classification catalogue: `14`, `14-01`, `14-01-03`."""

OLD_CLASS_CODE = re.compile(r"68[0-9]{2}(-[0-9]{1,2})?")
"""A code of the 2002 classification catalogue: `6815`, `6846-1`."""


def uscc_check_digit(first_17: str) -> str:
    """The 18th character of a unified social credit code (GB 32100-2015 §5); raises ValueError for a foreign one."""
    if len(first_17) != 17:
        raise ValueError(f"17 characters are needed, {len(first_17)} given")
    total = sum(USCC_CHARACTERS.index(character) * pow(3, place, 31) for place, character in enumerate(first_17))
    return USCC_CHARACTERS[-total % 31]


def is_uscc(text: str) -> bool:
    """Whether this is a unified social credit code with the right check digit."""
    if len(text) != 18 or any(character not in USCC_CHARACTERS for character in text):
        return False
    return uscc_check_digit(text[:17]) == text[17]


def require_uscc(text: str) -> None:
    """Raises ValidationError unless this is a unified social credit code, letters in either case."""
    if not is_uscc(text.upper()):
        raise ValidationError(_("统一社会信用代码应为 18 位且校验位正确（GB 32100）。"))


def require_class_code(text: str) -> None:
    """Raises ValidationError unless this is a code of the 2017 catalogue."""
    if not CLASS_CODE.fullmatch(text):
        raise ValidationError(_("分类编码应为 2017 版目录编码，例如 14-01。"))


def require_old_class_code(text: str) -> None:
    """Raises ValidationError unless this is a code of the 2002 catalogue."""
    if not OLD_CLASS_CODE.fullmatch(text):
        raise ValidationError(_("原分类编码应为 2002 版目录编码，例如 6815。"))


def require_scope_code(text: str) -> None:
    """Raises ValidationError unless this is a code of either catalogue, as papers carry both."""
    if not (CLASS_CODE.fullmatch(text) or OLD_CLASS_CODE.fullmatch(text)):
        raise ValidationError(_("分类编码应为 2017 版目录编码（14-01）或 2002 版目录编码（6815）。"))
