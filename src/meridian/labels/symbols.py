"""What a symbol holds and how it is drawn. Pure: the writing of `items.udi`, the symbols of zxing-cpp.

A symbol is drawn in whole printer dots: every module has the same number of them, or scanners misread it.
"""

import math
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import zxingcpp

from meridian.items import udi
from meridian.items.identifiers import full_di
from meridian.items.udi.ahm import ISSUER as AHM
from meridian.items.udi.iccbba import day_of
from meridian.items.udi.ma import ISSUER as MA
from meridian.items.udi.reader import issuer_of
from meridian.labels.vocabulary import LabelSize, Resolution, SymbolKind

SMALLEST_MODULE_MM = 0.25
"""The smallest module of a symbol on a package (GenSpecs, healthcare items: X of 0.250 mm)."""
LARGEST_MODULE_MM = 0.5
QUIET_MODULES = {SymbolKind.DATA_MATRIX: 1, SymbolKind.CODE_128: 10}
"""Empty modules around a symbol; beside a linear one only at its ends."""
LONGEST_CONTENT = 200

_ISBT_DI = re.compile(r"[A-NP-Z][A-Z0-9]{10}[A-Z][0-9]{4}")
"""Facility, its product code, product description code; a HIBC identifier of this very form is not told from it."""
_ISBT_NUMBERS = {
    "=": re.compile(r"[A-NP-Z1-9][A-Z0-9]{4}[0-9]{10}"),
    "&,1": re.compile(r"[A-Z0-9]{18}"),
    "&)": re.compile(r"[A-Z0-9]{10}"),
    "=,": re.compile(r"[A-Z0-9]{6}"),
}
"""What a serial or lot number is written behind, by its form: donation, lot, container's lot, serial number."""

_FORMATS = {
    SymbolKind.DATA_MATRIX: zxingcpp.BarcodeFormat.DataMatrix,
    SymbolKind.CODE_128: zxingcpp.BarcodeFormat.Code128,
}


@dataclass(frozen=True)
class Content:
    """What a symbol says: `text` is a GS1 element string in brackets, or the data itself."""

    text: str
    is_gs1: bool = False


@dataclass(frozen=True)
class Identity:
    """What identifies the goods of a label; empty text means "has none"."""

    di: str
    lot_no: str
    serial_no: str
    sterilization_lot_no: str
    manufactured_on: date | None
    expires_on: date | None


class SymbolError(ValueError):
    """The symbol cannot hold this text."""


def content_of(identity: Identity) -> Content:
    """The UDI of these goods as their issuing agency writes it; without a device identifier the serial or lot number.

    Raises UdiRefused for what the agency's barcode cannot say.
    """
    di = full_di(identity.di)
    if not di:
        return Content(identity.serial_no or identity.lot_no)
    if udi.gtin_is_valid(di):
        return Content(udi.write(_gs1_elements(di, identity)), is_gs1=True)
    issuer = issuer_of(di)[0]
    if _ISBT_DI.fullmatch(di):
        return Content(_isbt(di, identity))
    said: dict[str, Any] = {"lot": identity.lot_no, "serial": identity.serial_no,
                            "manufactured_on": identity.manufactured_on, "expires_on": identity.expires_on}  # fmt: skip
    if issuer == MA:
        return Content(udi.ma.write(di, sterilization_lot=identity.sterilization_lot_no, **said))
    if issuer == AHM:
        return Content(udi.ahm.write(di.removeprefix("MF"), **said))
    return Content(udi.hibc.write(di, **said))


def _gs1_elements(di: str, identity: Identity) -> list[tuple[str, str]]:
    """Fixed lengths first: then only one separator is needed, before the serial number."""
    elements = [("01", di)]
    elements += [("11", f"{identity.manufactured_on:%y%m%d}")] if identity.manufactured_on else []
    elements += [("17", f"{identity.expires_on:%y%m%d}")] if identity.expires_on else []
    elements += [("10", identity.lot_no)] if identity.lot_no else []
    return elements + ([("21", identity.serial_no)] if identity.serial_no else [])


def _isbt(di: str, identity: Identity) -> str:
    """The structures of ISBT 128, whose lengths are fixed: a number of another length fits none of them."""
    structures = [("=/", di)]
    for number in filter(None, (identity.serial_no, identity.lot_no)):
        identifier = next((mark for mark, form in _ISBT_NUMBERS.items() if form.fullmatch(number)), None)
        if identifier is None:
            raise udi.UdiRefused("value_not_allowed", 0, number)
        structures.append((identifier, number))
    structures += [("=>", day_of(identity.expires_on))] if identity.expires_on else []
    structures += [("=}", day_of(identity.manufactured_on))] if identity.manufactured_on else []
    written = udi.iccbba.write(structures)
    udi.read(written)
    return written


Matrix = tuple[tuple[bool, ...], ...]
"""Modules, row by row; dark is True. A linear symbol has one row."""


@lru_cache(maxsize=4096)
def modules_of(content: Content, kind: SymbolKind) -> Matrix:
    """The modules of the symbol, without quiet zone. Raises SymbolError for a text the symbol cannot hold."""
    if not content.text or len(content.text) > LONGEST_CONTENT:
        raise SymbolError(content.text[:LONGEST_CONTENT])
    square = {"force_square": True} if kind == SymbolKind.DATA_MATRIX else {}
    gs1 = {"gs1": True} if content.is_gs1 else {}
    text = _escaped(content.text) if content.is_gs1 else content.text
    try:
        made = zxingcpp.create_barcode(text, _FORMATS[kind], **square, **gs1)
        drawn: Any = made.to_image(scale=1, add_quiet_zones=False)
    except ValueError as error:
        raise SymbolError(content.text) from error
    image = memoryview(drawn)
    height, width = drawn.shape
    rows = range(1 if kind == SymbolKind.CODE_128 else height)
    return tuple(tuple(image[y, x] < 128 for x in range(width)) for y in rows)


def _escaped(bracketed: str) -> str:
    """Brackets inside a value, which the writer of symbols would take for the beginning of another element."""
    reading = udi.read(bracketed)
    return "".join(
        f"({ai})" + value.replace("(", "\\(").replace(")", "\\)") for ai, value in reading.elements
    )  # fmt: skip


@dataclass(frozen=True)
class Box:
    """A rectangle on a label, in printer dots from its upper left corner."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Layout:
    """Where symbol and words stand on a label, in dots; `module` is the width of a module in dots."""

    width: int
    height: int
    module: int
    symbol: Box
    words: Box
    readable: Box
    """The text of the symbol, along the lower edge of the label."""
    mark: Box
    """Where a reprint says so: kept free on first prints, so that what fitted once fits again."""


def dots(millimetres: float, resolution: Resolution) -> int:
    """So many dots make up this length."""
    return round(millimetres * resolution.dots_per_inch / 25.4)


def smallest_module(resolution: Resolution) -> int:
    """Dots of the narrowest module allowed, to the dot: 2 at 203 dpi, 3 at 300."""
    return math.ceil(SMALLEST_MODULE_MM * resolution.dots_per_inch / 25.4 - 0.05)


TEXT_SCALE = {LabelSize.SMALL: 1.0, LabelSize.MEDIUM: 1.3, LabelSize.LARGE: 1.7}
"""How large the text of a symbol is meant to be, against the smallest."""


def layout(matrix: Matrix, kind: SymbolKind, size: LabelSize, resolution: Resolution, letters: int) -> Layout | None:
    """The symbol as large as its size allows, its text of so many letters below, the words in what is left.

    None where the modules would be too narrow.
    """
    width, height = (dots(each, resolution) for each in size.millimetres)
    margin, quiet = dots(1.5, resolution), QUIET_MODULES[kind]
    text = _text_height(size, resolution, letters)
    inner, upper = width - 2 * margin, height - 2 * margin - text
    readable = Box(margin, height - margin - text, inner, text)
    wanted = len(matrix[0]) + 2 * quiet
    mark = dots(2.6, resolution)
    room = width if kind == SymbolKind.CODE_128 else min(upper - mark, int(width * 0.4))
    module = min(room // wanted, dots(LARGEST_MODULE_MM, resolution))
    if module < smallest_module(resolution):
        return None
    side = len(matrix[0]) * module
    if kind == SymbolKind.CODE_128:
        bars = max(int(height * 0.24), dots(6, resolution))
        top = height - margin - text - bars
        symbol = Box((width - side) // 2, top, side, bars)
        words = Box(margin, margin, inner, top - 2 * margin - mark)
        return Layout(width, height, module, symbol, words, readable, Box(margin, top - margin - mark, inner, mark))
    edge = margin + quiet * module
    symbol = Box(edge, edge, side, len(matrix) * module)
    column = max(side + 2 * quiet * module, dots(9, resolution))
    left = 2 * margin + column
    below = edge + symbol.height + quiet * module
    words = Box(left, margin, width - left - margin, upper)
    return Layout(width, height, module, symbol, words, readable, Box(margin, below, column, mark))


def _text_height(size: LabelSize, resolution: Resolution, letters: int) -> int:
    """Room for the lines a text of so many letters takes, broken between its elements."""
    scale = TEXT_SCALE[size]
    in_line = int((size.millimetres[0] - 3) / (1.08 * scale))
    lines = 1 if letters <= in_line else -(-letters // int(in_line * 0.8))
    return dots(lines * 2.15 * scale, resolution)


def path_of(matrix: Matrix) -> str:
    """The dark modules as the path of an SVG, a unit a module: runs of a row together."""
    drawn = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            end = x
            while end < len(row) and row[end]:
                end += 1
            drawn.append(f"M{x} {y}h{end - x}v1h-{end - x}z")
            x = end
    return "".join(drawn)
