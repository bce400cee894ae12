"""The published catalogue of device identifiers (NMPA UDI database), read from its exchange forms. Pure.

Two forms are read: XML `udid/devices/device` and CSV with the same names in its first row (YY/T 1752; names as the
database publishes them). Files come from outside: no document type, no entities, no network, and limits on everything.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from xml.parsers import expat

from meridian.items.identifiers import DI_LENGTH_MAX

ENTRIES_MAX = 300_000
TOLD_EVERY = 5_000
TEXT_MAX = 2_000
DEPTH_MAX = 12

_DI, _PACKAGE_DI, _NAME, _MODEL = "zxxsdycpbs", "bzcpbs", "cpmctymc", "ggxh"
_REGISTRANT, _REGISTRATION, _PUBLISHED = "ylqxzcrbarmc", "zczbhhzbapzbh", "cpbsfbrq"
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Entry:
    """One published identifier, of the smallest sales unit or of a package around it; empty text: not published."""

    di: str
    product_name: str
    model: str
    registrant_name: str
    registration_no: str
    published_on: date | None


class CatalogueError(ValueError):
    """The file is no catalogue; the code says why, `line` where, from 1."""

    def __init__(self, code: str, line: int = 0) -> None:
        super().__init__(code)
        self.code, self.line = code, line


def read_catalogue(content: bytes, tell: Callable[[int], None] | None = None) -> tuple[Entry, ...]:
    """The entries of a catalogue file, by identifier; of one named twice the later. Raises CatalogueError.

    `tell` hears now and then how many were read; what it raises ends the reading.
    """
    devices = _devices_of_xml(content) if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") else _rows(content)
    found: dict[str, Entry] = {}
    for number, device in enumerate(devices, start=1):
        for entry in _entries(device):
            found[entry.di] = entry
        if tell is not None and number % TOLD_EVERY == 0:
            tell(len(found))
        if len(found) > ENTRIES_MAX:
            raise CatalogueError("too_many_entries")
    if not found:
        raise CatalogueError("no_entries")
    return tuple(found[di] for di in sorted(found))


def _entries(device: Mapping[str, str]) -> Iterator[Entry]:
    """The unit's own identifier and those of its packages, separated by `;` where one field holds several."""
    facts = (
        device.get(_NAME, "")[:200], device.get(_MODEL, "")[:200], device.get(_REGISTRANT, "")[:200],
        device.get(_REGISTRATION, "")[:80], _day(device.get(_PUBLISHED, "")),
    )  # fmt: skip
    for text in [device.get(_DI, ""), *device.get(_PACKAGE_DI, "").split(";")]:
        di = as_compared(text.strip())
        if di and len(di) <= DI_LENGTH_MAX:
            yield Entry(di, *facts)


def as_compared(di: str) -> str:
    """An identifier as it is compared: digits filled up to 14. Some published GTINs have a wrong check digit."""
    return di.zfill(14) if di.isascii() and di.isdecimal() else di


def _day(text: str) -> date | None:
    found = _DAY.match(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _rows(content: bytes) -> Iterator[Mapping[str, str]]:
    text = ""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    reader = csv.DictReader(StringIO(text, newline=""))
    if _DI not in (reader.fieldnames or ()):
        raise CatalogueError("column_missing", 1)
    try:
        for row in reader:
            yield {name: value for name, value in row.items() if isinstance(value, str) and isinstance(name, str)}
    except csv.Error as error:
        raise CatalogueError("not_readable", reader.line_num) from error


@dataclass
class _Reading:
    """What an XML file said so far."""

    devices: list[dict[str, str]] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    device: dict[str, str] | None = None
    text: str = ""

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        self.path.append(name)
        self.text = ""
        if len(self.path) > DEPTH_MAX:
            raise CatalogueError("too_deep")
        if name == "device":
            self.device = {}

    def data(self, text: str) -> None:
        self.text = (self.text + text)[:TEXT_MAX]

    def end(self, name: str) -> None:
        self.path.pop()
        if name == "device" and self.device is not None:
            self.devices.append(self.device)
            self.device = None
            if len(self.devices) > ENTRIES_MAX:
                raise CatalogueError("too_many_entries")
        elif self.device is not None and self.text.strip():
            said = self.device.get(name)
            self.device[name] = f"{said};{self.text.strip()}" if said and name == _PACKAGE_DI else self.text.strip()
        self.text = ""


def _devices_of_xml(content: bytes) -> list[dict[str, str]]:
    reading, parser = _Reading(), expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = reading.start, reading.end
    parser.CharacterDataHandler = reading.data
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise CatalogueError("not_readable", error.lineno) from error
    return reading.devices


def _refuse_document_type(*_declared: object) -> None:
    """A document type brings entities: files that grow without bound or read other files."""
    raise CatalogueError("document_type_refused")
