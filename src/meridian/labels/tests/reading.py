"""Reading labels back as a scanner and a label printer would: pictures to symbols, ZPL graphics to dots."""

import re
import zlib
from struct import pack
from typing import Any

import zxingcpp

from meridian.labels.raster import Bitmap

_LETTERS = {chr(ord("G") + n): n + 1 for n in range(19)} | {chr(ord("g") + n): (n + 1) * 20 for n in range(20)}


def symbols_on(bitmap: Bitmap) -> list[tuple[str, bytes]]:
    """Symbology identifier and data of every symbol on the label."""
    size = (bitmap.height, bitmap.width)
    dots = b"".join(
        bytes(0 if row[x // 8] >> (7 - x % 8) & 1 else 255 for x in range(bitmap.width)) for row in bitmap.rows
    )
    view: Any = memoryview(dots).cast("B", size)
    found = zxingcpp.read_barcodes(view)
    return [(each.symbology_identifier, each.bytes) for each in found]


def labels_of(zpl: bytes) -> list[tuple[Bitmap, int]]:
    """Every label of a ZPL file as the dots its printer burns, and how often it is printed (ZPL II manual, ^GF)."""
    formats = re.findall(
        r"\^XA\^PW(\d+)\^LL(\d+)\^LH0,0\^FO0,0\^GFA,(\d+),(\d+),(\d+),([^^]*)\^FS\^PQ(\d+)\^XZ\n", zpl.decode("ascii")
    )
    made = []
    for width, height, total, again, row_bytes, data, copies in formats:
        assert total == again == str(int(row_bytes) * int(height))
        rows = _rows(data, int(row_bytes) * 2)
        assert len(rows) == int(height)
        made.append((Bitmap(int(width), int(height), tuple(bytes.fromhex(row) for row in rows)), int(copies)))
    return made


def _rows(data: str, digits: int) -> list[str]:
    rows: list[str] = []
    row, count = "", 0
    for letter in data:
        if letter == ":":
            rows.append(rows[-1])
        elif letter == ",":
            rows.append(row.ljust(digits, "0"))
            row = ""
        elif letter in _LETTERS:
            count += _LETTERS[letter]
        else:
            row += letter * (count or 1)
            count = 0
        if len(row) == digits:
            rows.append(row)
            row = ""
    return rows


def png_of(bitmap: Bitmap, filters: str = "0") -> bytes:
    """An RGBA picture of these dots, its rows filtered in turn as said; written apart from the product's reader."""
    lines, before = b"", bytes(bitmap.width * 4)
    for y, row in enumerate(bitmap.rows):
        grey = [0 if row[x // 8] >> (7 - x % 8) & 1 else 255 for x in range(bitmap.width)]
        raw = b"".join(bytes([g, g, g, 255]) for g in grey)
        kind = int(filters[y % len(filters)])
        lines += bytes([kind]) + bytes(
            (raw[i] - _guess(kind, raw[i - 4] if i > 3 else 0, before[i], before[i - 4] if i > 3 else 0)) & 255
            for i in range(len(raw))
        )
        before = raw

    def chunk(name: bytes, body: bytes) -> bytes:
        return pack(">I", len(body)) + name + body + pack(">I", zlib.crc32(name + body))

    header = pack(">IIBBBBB", bitmap.width, bitmap.height, 8, 6, 0, 0, 0)
    packed = zlib.compress(lines)
    parts = [packed[i : i + 100] for i in range(0, len(packed), 100)]
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunk(b"IDAT", p) for p in parts) + chunk(b"IEND", b"")
    )


def _guess(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 4:
        return min(
            (left, up, corner), key=lambda each: (abs(left + up - corner - each), (left, up, corner).index(each))
        )
    return (0, left, up, (left + up) // 2)[kind]
