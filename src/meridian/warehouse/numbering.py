"""The codes of many places: what `01-10`, `A-D` and `01,03` stand for, and every combination of them. Pure."""

from collections.abc import Sequence
from itertools import product

PLACES_MAX = 5_000
"""More in one go than a warehouse hall has bins; a slip of the keyboard makes no million."""
CODE_MAX = 40


class RangeError(ValueError):
    """Text that stands for no list of numbers or letters."""


def expanded(text: str) -> list[str]:
    """`01-03` → 01, 02, 03; `A-C` → A, B, C; `01,05` → 01, 05; nothing for nothing.

    Numbers keep the digits of the first. Raises RangeError for anything else, for one named twice and for a range that
    runs backwards or beyond PLACES_MAX.
    """
    found: list[str] = []
    for part in filter(None, (each.strip() for each in text.replace("，", ",").replace("、", ",").split(","))):
        first, dash, last = (each.strip() for each in part.replace("–", "-").replace("—", "-").partition("-"))
        found += _between(first, last) if dash else [_one(first)]
        if len(found) > PLACES_MAX:
            raise RangeError(text)
    if len(set(found)) != len(found):
        raise RangeError(text)
    return found


def _one(text: str) -> str:
    if not (text.isascii() and text.isalnum()):
        raise RangeError(text)
    return text


def _between(first: str, last: str) -> list[str]:
    if len(first) == len(last) == 1 and first.isascii() and last.isascii() and first.isalpha() and last.isalpha():
        found = [chr(each) for each in range(ord(first), ord(last) + 1)]
        if not all(each.isalpha() for each in found):
            raise RangeError(f"{first}-{last}")
    elif first.isascii() and last.isascii() and first.isdigit() and last.isdigit() and len(last) <= len(first) <= 6:
        start, end = int(first), int(last)
        if end - start >= PLACES_MAX:
            raise RangeError(f"{first}-{last}")
        found = [f"{each:0{len(first)}}" for each in range(start, end + 1)]
    else:
        raise RangeError(f"{first}-{last}")
    if not found:
        raise RangeError(f"{first}-{last}")
    return found


def combined(parts: Sequence[Sequence[str]]) -> list[str]:
    """Every combination of the parts that are not empty, joined by hyphens, the last part running fastest."""
    return ["-".join(each) for each in product(*(part for part in parts if part))]
