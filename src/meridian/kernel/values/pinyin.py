"""Chinese text in Latin letters, for search: initials, and every way a name may be spelled."""

from functools import cache
from importlib import import_module
from itertools import islice, product
from typing import Any

SPELLED_CHARACTERS = 24
"""A name is spelled as far as people type it."""
INITIALS_MAX, FULL_MAX = 16, 4
"""Spellings kept of a name whose characters have several readings: those of its first characters come first."""


@cache
def _pypinyin() -> Any:
    return import_module("pypinyin")  # its dictionaries take a second to load: only who asks for initials waits


def initials_of(text: str) -> str:
    """The first letters of the syllables (“批号” is `ph`); letters, digits and signs stay as they are."""
    library = _pypinyin()
    return "".join(library.lazy_pinyin(text, style=library.Style.FIRST_LETTER))


def spelled(name: str) -> str:
    """Every spelling of a name, each after a space: initials in capitals (` CQ ZQ`), then full pinyin (` chong'qing`).

    One unit for each letter, digit or Chinese character, signs left out: so units count characters of the name.
    """
    readings = _readings(name)
    words = ["".join(word) for word in _ways([[each[0].upper() for each in unit] for unit in readings], INITIALS_MAX)]
    words += ["'".join(word).lower() for word in _ways(readings, FULL_MAX)]
    return "".join(f" {word}" for word in words if word)


def _readings(name: str) -> list[list[str]]:
    """For each unit its readings, the one it has in this phrase first."""
    library = _pypinyin()
    in_phrase = library.pinyin(name, style=library.Style.NORMAL, errors=lambda signs: list(signs))
    units = [(char, readings[0]) for char, readings in zip(name, in_phrase, strict=False) if char.isalnum()]
    return [
        list(dict.fromkeys([reading, *_alone(char)]))[:4] if reading != char else [char]
        for char, reading in units[:SPELLED_CHARACTERS]
    ]


@cache
def _alone(char: str) -> list[str]:
    library = _pypinyin()
    return list(library.pinyin(char, style=library.Style.NORMAL, heteronym=True)[0])


def _ways(units: list[list[str]], limit: int) -> list[tuple[str, ...]]:
    """Ways through the readings, the first unit changing fastest, each once."""
    ways = (way[::-1] for way in product(*(list(dict.fromkeys(unit)) for unit in reversed(units))))
    return list(islice(dict.fromkeys(ways), limit))
