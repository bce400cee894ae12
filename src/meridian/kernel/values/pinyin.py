"""Initials of Chinese text, for search codes."""

from functools import cache
from importlib import import_module
from typing import Any


@cache
def _pypinyin() -> Any:
    return import_module("pypinyin")  # its dictionaries take a second to load: only who asks for initials waits


def initials_of(text: str) -> str:
    """The first letters of the syllables (“批号” is `ph`); letters, digits and signs stay as they are."""
    library = _pypinyin()
    return "".join(library.lazy_pinyin(text, style=library.Style.FIRST_LETTER))
