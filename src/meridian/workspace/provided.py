"""What palette and files ask of higher floors: lots, barcodes, stock, persons. The site hands it in once, at start."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from django.http import QueryDict

from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.view import Text
from meridian.workspace.hits import Hit


class FileTable(Protocol):
    """What a file is to hold."""

    def headings(self) -> Sequence[str]:
        """One a column."""

    def pages(self) -> Iterator[list[list[Any]]]:
        """The rows, some at a time; ends with the last."""

    def count(self) -> int:
        """How many rows there are."""


@dataclass(frozen=True)
class FurtherList:
    """A list that no document type declares, as a file."""

    label: Text
    table: Callable[[QueryDict, Reader], FileTable]
    """What an address finds for a reader; raises Refused 403 for who may not read it."""
    rights: Callable[[Reader], str]
    """All that decides which rows somebody sees, as text; raises Refused 403 likewise."""


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
    lists: Mapping[str, FurtherList] = field(default_factory=dict)
    """Lists offered as files beside those of documents, by code."""


_sources = Sources()


def provide_sources(sources: Sources) -> None:
    """Called once, by the site."""
    globals()["_sources"] = sources


def sources() -> Sources:
    """What the site handed in."""
    return _sources
