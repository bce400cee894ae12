"""What higher floors add to a record: moves beside its own, such as the scanner, and what they know about it.

The site hands both in, at start.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from meridian.kernel.registry import AnyDocumentType
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.view import Action, KeyValue, Section, Text

Offer = Callable[[AnyDocumentType, Any, Reader], Sequence[Action]]
"""The buttons for this reader on this record of this type, without a statement of their own."""

Knowledge = Callable[[AnyDocumentType, Any, Text], Sequence[KeyValue]]
"""Further facts for the section of this record that has this label; asked of the one that is shown."""

ListOffer = Callable[[AnyDocumentType, Reader], Sequence[Action]]
"""The buttons for this reader on the list of this type."""

_offers: list[Offer] = []
_list_offers: list[ListOffer] = []
_knowledge: list[Knowledge] = []


def provide_offers(offers: Sequence[Offer]) -> None:
    """Called once, by the site."""
    _offers[:] = offers


def offers_on(declared: AnyDocumentType, document: Any, reader: Reader) -> tuple[Action, ...]:
    """Everything offered on a record, in the order handed in."""
    return tuple(action for offer in _offers for action in offer(declared, document, reader))


def provide_list_offers(offers: Sequence[ListOffer]) -> None:
    """Called once, by the site."""
    _list_offers[:] = offers


def offers_on_list(declared: AnyDocumentType, reader: Reader) -> tuple[Action, ...]:
    """Everything offered on a list, in the order handed in."""
    return tuple(action for offer in _list_offers for action in offer(declared, reader))


def provide_knowledge(knowledge: Sequence[Knowledge]) -> None:
    """Called once, by the site."""
    _knowledge[:] = knowledge


def with_knowledge(sections: Sequence[Section], declared: AnyDocumentType, document: Any) -> tuple[Section, ...]:
    """The sections, the one that is shown with everything else that is known of it."""
    return tuple(
        replace(section, facts=(*section.facts, *(fact for know in _knowledge
                                                  for fact in know(declared, document, section.label))))
        if section.is_current else section
        for section in sections
    )  # fmt: skip
