"""Unified social credit codes and class codes (GB 32100-2015; the 2017 and 2002 catalogues)."""

import pytest
from django.core.exceptions import ValidationError

from meridian.organization.identifiers import (
    is_uscc,
    require_class_code,
    require_old_class_code,
    require_scope_code,
    require_uscc,
    uscc_check_digit,
)

# Public codes of two firms, as printed on their own pages.
PUBLISHED = ["91350100M000100Y43", "914403001922038216"]


@pytest.mark.parametrize("code", PUBLISHED)
def test_published_codes_are_right(code: str) -> None:
    assert is_uscc(code)
    assert uscc_check_digit(code[:17]) == code[17]


def test_one_wrong_character_is_found() -> None:
    code = PUBLISHED[0]
    assert not is_uscc(code[:-1] + "4")
    assert not is_uscc(code[:8] + "N" + code[9:])


@pytest.mark.parametrize("text", ["", "91350100M000100Y4", "91350100M000100Y433", "91350100O000100Y43"])
def test_other_shapes_are_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        require_uscc(text)


def test_small_letters_are_read() -> None:
    require_uscc(PUBLISHED[0].lower())


@pytest.mark.parametrize("code", ["14", "14-01", "14-01-03"])
def test_class_codes_of_2017(code: str) -> None:
    require_class_code(code)
    require_scope_code(code)


@pytest.mark.parametrize("code", ["1", "14-1", "14-01-03-04", "6815", "14 01", "１４"])
def test_other_class_codes_are_refused(code: str) -> None:
    with pytest.raises(ValidationError):
        require_class_code(code)


@pytest.mark.parametrize("code", ["6815", "6846-1"])
def test_class_codes_of_2002(code: str) -> None:
    require_old_class_code(code)
    require_scope_code(code)


def test_a_code_of_2017_is_no_old_code() -> None:
    with pytest.raises(ValidationError):
        require_old_class_code("14-01")
