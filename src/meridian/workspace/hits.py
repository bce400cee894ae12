"""What the palette shows: hits in sections, with the part of their words that was typed marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from meridian.platform.screens.view import Badge, Text
from meridian.workspace.letters import place_of_initials

EACH_MAX = 8
"""Hits shown of a section."""


@dataclass(frozen=True)
class Part:
    """A piece of a label."""

    text: str
    is_marked: bool = False


@dataclass(frozen=True)
class Hit:
    """One line: icon, words, quieter words, and the decisive fact at its right (a state, or stock by status).

    Without `url` and `dialog` it says why something cannot be opened.
    """

    label: tuple[Part, ...]
    url: str = ""
    icon: str = "file-text"
    note: tuple[Part, ...] = ()
    fact: Text = ""
    badge: Badge | None = None
    dialog: str = ""
    """The id of a dialog of the page that opens instead."""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class HitSection:
    """Hits of one kind."""

    name: str
    label: Text
    hits: Sequence[Hit]


def plain(text: object) -> tuple[Part, ...]:
    """Words nothing of which is marked."""
    return (Part(str(text)),) if str(text) else ()


def marked(text: object, typed: str) -> tuple[Part, ...]:
    """Words with what was typed marked where it stands in them, else where its initials stand."""
    words = str(text)
    start = words.lower().find(typed.lower()) if typed else -1
    if start >= 0 and len(words.lower()) == len(words):
        return _cut(words, start, start + len(typed))
    unit = place_of_initials(words, typed)
    return plain(words) if unit is None else marked_units(words, unit, sum(map(str.isalnum, typed)))


def marked_by_spelling(name: str, typed: str, spellings: str) -> tuple[Part, ...]:
    """A name with those characters marked whose spelling was typed; `spellings` as `kernel.values.pinyin.spelled`."""
    if typed.lower() in name.lower():
        return marked(name, typed)
    asked = "".join(filter(str.isalnum, typed))
    for word in spellings.split():
        if word.isupper() and asked.upper() in word:
            return marked_units(name, word.index(asked.upper()), len(asked))
        syllables = word.split("'")
        if asked and "".join(syllables).startswith(asked.lower()):
            return marked_units(name, 0, _syllables_within(syllables, len(asked)))
    return plain(name)


def _syllables_within(syllables: Sequence[str], letters: int) -> int:
    """How many syllables so many letters reach into."""
    for count, syllable in enumerate(syllables, start=1):
        letters -= len(syllable)
        if letters <= 0:
            return count
    return len(syllables)


def marked_units(words: str, start: int, count: int) -> tuple[Part, ...]:
    """Words with some of their letters and characters marked, signs between them too."""
    places = [place for place, char in enumerate(words) if char.isalnum()]
    chosen = places[start : start + count]
    return _cut(words, chosen[0], chosen[-1] + 1) if chosen else plain(words)


def _cut(words: str, start: int, end: int) -> tuple[Part, ...]:
    parts = (Part(words[:start]), Part(words[start:end], is_marked=True), Part(words[end:]))
    return tuple(part for part in parts if part.text)
