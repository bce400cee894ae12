"""What higher floors offer on a record beside its own moves, such as the scanner. The site hands them in, at start."""

from collections.abc import Callable, Sequence
from typing import Any

from meridian.kernel.registry import AnyDocumentType
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.view import Action

Offer = Callable[[AnyDocumentType, Any, Reader], Sequence[Action]]
"""The buttons for this reader on this record of this type, without a statement of their own."""

_offers: list[Offer] = []


def provide_offers(offers: Sequence[Offer]) -> None:
    """Called once, by the site."""
    _offers[:] = offers


def offers_on(declared: AnyDocumentType, document: Any, reader: Reader) -> tuple[Action, ...]:
    """Everything offered on a record, in the order handed in."""
    return tuple(action for offer in _offers for action in offer(declared, document, reader))
