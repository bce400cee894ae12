"""Writes GS1 element strings, for labels, data carriers and people."""

from collections.abc import Iterable, Sequence
from typing import Literal
from urllib.parse import quote

from meridian.items.udi.gs1.dictionary import IDENTIFIERS
from meridian.items.udi.gs1.elements import (
    CARET,
    GROUP_SEPARATOR,
    Element,
    bracketed,
    element_string,
    require_no_contradiction,
    require_right,
)
from meridian.items.udi.messages import UdiRefused

Form = Literal["bracketed", "fnc1", "carrier"]
CANONICAL_DOMAIN = "https://id.gs1.org"


def write(elements: Iterable[tuple[str, str]], *, form: Form = "bracketed") -> str:
    """The element string of these identifiers and values, in their order.

    `bracketed`: `(01)…(10)…`; `fnc1`: `^01…`, every FNC1 a `^`; `carrier`: the data for a GS1 barcode, FNC1 as 0x1D
    and none at the head, where the symbology adds its own. What could not be read back is refused with `UdiRefused`,
    whose position is then the index of the element.
    """
    checked = _checked(elements)
    if form == "bracketed":
        return bracketed(checked)
    if form == "fnc1":
        return CARET + element_string(checked, CARET)
    return element_string(checked, GROUP_SEPARATOR)


def digital_link(elements: Iterable[tuple[str, str]], *, domain: str = CANONICAL_DOMAIN) -> str:
    """The GS1 Digital Link of these elements: the first primary key among them, its qualifiers in their order, then
    the other elements as attributes in the order of their identifiers, which makes it the canonical link.

    Raises `UdiRefused` (position = index of the element) if there is no key or an element may not be an attribute.
    """
    checked = _checked(elements)
    values = dict(checked)
    keys = [ai for ai, _ in checked if ai in IDENTIFIERS and IDENTIFIERS[ai].link_qualifiers is not None]
    if not keys:
        raise UdiRefused("link_key_missing", 0)
    sequences = IDENTIFIERS[keys[0]].link_qualifiers or ()
    qualifiers = max(([ai for ai in sequence if ai in values] for sequence in sequences), key=len)
    attributes = sorted(ai for ai in values if ai not in (keys[0], *qualifiers))
    for ai in attributes:
        if ai in IDENTIFIERS and not IDENTIFIERS[ai].link_attribute:
            raise UdiRefused("link_attribute_not_allowed", [entry[0] for entry in checked].index(ai), f"({ai})")
    path = "".join(f"/{ai}/{quote(values[ai], safe='')}" for ai in (keys[0], *qualifiers))
    query = "&".join(f"{ai}={quote(values[ai], safe='')}" for ai in attributes)
    return f"{domain}{path}{'?' if query else ''}{query}"


def human_readable(elements: Sequence[tuple[str, str]]) -> str:
    """The text printed beside a barcode: identifiers in brackets, a space between elements (GenSpecs, HRI rules)."""
    return " ".join(f"({ai}){value}" for ai, value in elements)


def _checked(elements: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    checked = list(elements)
    if not checked:
        raise UdiRefused("scan_empty", 0)
    fields = [Element(ai, value, index, (index,) * (len(value) + 1)) for index, (ai, value) in enumerate(checked)]
    for field in fields:
        require_right(field)
    require_no_contradiction(fields)
    return checked
