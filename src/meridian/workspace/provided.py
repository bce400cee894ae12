"""What the palette asks of higher floors: lots, barcodes, stock, persons. The site hands it in once, at start."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from meridian.platform.screens.derive.reader import Reader
from meridian.workspace.hits import Hit


@dataclass(frozen=True)
class Sources:
    """Each answers within the reader's rights and scope, in a number of statements that no row changes."""

    scanned: Callable[[str, Reader], Hit | None] = lambda _text, _reader: None
    """Where a barcode leads, or what is wrong with it; None for any other text."""
    lots: Callable[[str, Reader], Sequence[Hit]] = lambda _text, _reader: ()
    """Lots and serial numbers that hold a text, those that begin with it first."""
    persons: Callable[[str, Reader], Sequence[Hit]] = lambda _text, _reader: ()
    stock: Callable[[Sequence[UUID], Reader], Mapping[UUID, str]] = lambda _items, _reader: {}
    """The stock of items by status, in words."""
    stocked_type: str = ""
    """The document type whose records have stock."""
    elsewhere: Callable[[str], str] = lambda _text: ""
    """The address that answers a search which is no document number: a scan, a lot, a serial number."""


_sources = Sources()


def provide_sources(sources: Sources) -> None:
    """Called once, by the site."""
    globals()["_sources"] = sources


def sources() -> Sources:
    """What the site handed in."""
    return _sources
