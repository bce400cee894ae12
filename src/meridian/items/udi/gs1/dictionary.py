"""The GS1 application identifiers, read from the official syntax dictionary beside this file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files

from meridian.items.udi.gs1.faults import Fault
from meridian.items.udi.gs1.linters import LINTERS, cset39, cset64, cset82, csetnumeric

_CHARACTER_SETS = {"N": csetnumeric, "X": cset82, "Y": cset39, "Z": cset64}


@dataclass(frozen=True, slots=True)
class Component:
    """One part of an element's data: its character set, its length and its content checks."""

    shortest: int
    longest: int
    optional: bool
    digits_only: bool
    checks: tuple[Callable[[str], Fault | None], ...]
    """Character set first, then the linters in the dictionary's order."""

    def fault(self, text: str) -> Fault | None:
        """The first fault of this part's text, whose length is right; None if there is none."""
        for check in self.checks:
            found = check(text)
            if found:
                return found
        return None


@dataclass(frozen=True, slots=True)
class Identifier:
    """One application identifier."""

    ai: str
    title: str
    predefined_length: bool
    """True: no FNC1 follows its data (dictionary flag `*`)."""
    link_attribute: bool
    """True: allowed in the query of a GS1 Digital Link (flag `?`)."""
    components: tuple[Component, ...]
    shortest: int
    longest: int
    requires: tuple[tuple[tuple[str, ...], ...], ...]
    """Each must hold: of its alternatives, one whose patterns are all present. `n` in a pattern is any digit."""
    excludes: tuple[str, ...]
    """Patterns that may not be present beside it."""
    link_qualifiers: tuple[tuple[str, ...], ...] | None
    """Sequences of qualifiers if it is a primary key of a GS1 Digital Link, else None."""

    def fault(self, value: str) -> Fault | None:
        """The first fault of a value of this identifier: `TOO_SHORT`, `TOO_LONG` or a content fault of GS1's name."""
        if len(value) < self.shortest:
            return Fault("TOO_SHORT", len(value), 0)
        if len(value) > self.longest:
            return Fault("TOO_LONG", self.longest, len(value) - self.longest)
        at = 0
        for component in self.components:
            part = value[at : at + component.longest]
            if not part and component.optional:
                break
            found = Fault("TOO_SHORT", len(part), 0) if len(part) < component.shortest else component.fault(part)
            if found:
                return Fault(found.name, at + found.start, found.length)
            at += len(part)
        return None


def _component(specification: str) -> Component:
    form, *linter_names = specification.split(",")
    optional = form.startswith("[")
    form = form.strip("[]")
    variable = form[1:].startswith("..")
    longest = int(form[1:].removeprefix(".."))
    character_set = _CHARACTER_SETS[form[0]]
    return Component(
        shortest=1 if variable else longest,
        longest=longest,
        optional=optional,
        digits_only=form[0] == "N",
        checks=(character_set, *(LINTERS[name] for name in linter_names)),
    )


def _link_qualifiers(attributes: list[str]) -> tuple[tuple[str, ...], ...] | None:
    for attribute in attributes:
        name, _, text = attribute.partition("=")
        if name == "dlpkey":
            return tuple(tuple(sequence.split(",")) for sequence in text.split("|")) if text else ((),)
    return None


def _requirements(attributes: list[str]) -> tuple[tuple[tuple[str, ...], ...], ...]:
    return tuple(
        tuple(tuple(group.split("+")) for group in attribute[4:].split(","))
        for attribute in attributes
        if attribute.startswith("req=")
    )


def _line(line: str) -> Iterator[Identifier]:
    entry, _, title = line.partition("#")
    ais, *words = entry.split()
    flags = words.pop(0) if words[0][0] in "*?" else ""
    specifications = [word for word in words if word[0] in "NXYZ["]
    attributes = [word for word in words if word not in specifications]
    components = tuple(_component(word) for word in specifications)
    first, _, last = ais.partition("-")
    for number in range(int(first), int(last or first) + 1):
        yield Identifier(
            ai=f"{number:0{len(first)}}",
            title=title.strip(),
            predefined_length="*" in flags,
            link_attribute="?" in flags,
            components=components,
            shortest=sum(component.shortest for component in components if not component.optional),
            longest=sum(component.longest for component in components),
            requires=_requirements(attributes),
            excludes=tuple(pattern for word in attributes if word.startswith("ex=") for pattern in word[3:].split(",")),
            link_qualifiers=_link_qualifiers(attributes),
        )


def parse(text: str) -> dict[str, Identifier]:
    """The identifiers of a syntax dictionary by their AI. A check or form it does not know raises `KeyError`."""
    entries = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return {identifier.ai: identifier for line in entries for identifier in _line(line)}


IDENTIFIERS = parse(files(__package__).joinpath("gs1-syntax-dictionary.txt").read_text(encoding="utf-8"))
"""Every application identifier in use, by its digits."""

AI_LENGTHS = {ai[:2]: len(ai) for ai in IDENTIFIERS}
"""Length of the application identifiers that begin with these two digits (all in a range have the same)."""

PREDEFINED_LENGTH_PREFIXES = frozenset(f"{number:02}" for number in (*range(5), *range(11, 21), *range(31, 37), 41))
"""First digits of the ranges whose data has a predefined length (GenSpecs 7.8). GS1 has closed this list."""

UNKNOWN_LENGTH_MAX = 90
"""Longest data of an identifier this dictionary does not know: the longest that any identifier has."""


def may_be_newer(ai: str) -> bool:
    """True if this AI is unknown here but can be split off and kept: a later dictionary may define it.

    Its first two digits belong to a range in use, so its own length is certain, and the range is not one of
    predefined length, so its data ends at the next FNC1. An AI of a range nobody uses cannot be told from garbage.
    """
    return (
        ai not in IDENTIFIERS
        and AI_LENGTHS.get(ai[:2]) == len(ai)
        and ai[:2] not in PREDEFINED_LENGTH_PREFIXES
        and ai.isascii()
        and ai.isdigit()
    )
