"""Dots: the pages typst draws, as black and white bitmaps and as ZPL graphics. Pure; the standard library's zlib.

The whole label goes to the printer as one graphic `^GFA`, symbol and words drawn by the same form as the PDF's page:
both outputs are equal to the dot, Chinese needs no font in the printer, and symbols stand on whole dots, so that a
bitmap is as sharp as the printer's own `^BX` or `^BC` would be.
"""

import re
import struct
import zlib
from dataclasses import dataclass
from itertools import accumulate

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_REPEATED = re.compile(r"(.)\1{2,}")
_CHANGED = re.compile(rb"[^\0]")
_RUNS = [(400, "z"), *((n * 20, chr(ord("g") + n - 1)) for n in range(19, 0, -1)),
         *((n, chr(ord("G") + n - 1)) for n in range(19, 0, -1))]  # fmt: skip
"""Letters that say how often the next digit is repeated (ZPL II, alternative data compression)."""


@dataclass(frozen=True)
class Bitmap:
    """A black and white picture; `rows` hold eight dots a byte, the leftmost in the highest bit, black is 1."""

    width: int
    height: int
    rows: tuple[bytes, ...]


def bitmap_of(png: bytes) -> Bitmap:
    """A picture as dots: what is darker than half is black. Labels are grey, so the red of a dot tells how dark it is.

    Reads the 8-bit RGB and RGBA pictures typst makes, unlaced; raises ValueError for any other.
    """
    width, height, channels, packed = _unpacked(png)
    lines, size = zlib.decompress(packed), width * channels
    before = bytes(width)
    rows = []
    for y in range(height):
        start = y * (size + 1)
        before = _unfiltered(lines[start], lines[start + 1 : start + 1 + size : channels], before)
        rows.append(_dots(before))
    return Bitmap(width, height, tuple(rows))


def _unpacked(png: bytes) -> tuple[int, int, int, bytes]:
    if not png.startswith(_SIGNATURE):
        raise ValueError("no PNG")
    place, data, header = len(_SIGNATURE), b"", b""
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        kind, body = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        header = body if kind == b"IHDR" else header
        data += body if kind == b"IDAT" else b""
        place += length + 12
    width, height, depth, colour, _method, _filter, interlace = struct.unpack(">IIBBBBB", header)
    if depth != 8 or colour not in (2, 6) or interlace:
        raise ValueError("not a picture of typst's kind")
    return width, height, 4 if colour == 6 else 3, data


def _unfiltered(kind: int, line: bytes, before: bytes) -> bytes:
    """One line of one channel as it was before PNG's filter: a channel is filtered by itself."""
    if kind == 0:
        return line
    if kind == 1:
        return bytes(total & 255 for total in accumulate(line))
    made = bytearray(before)
    if kind == 2:
        for change in _CHANGED.finditer(line):
            made[change.start()] = (made[change.start()] + line[change.start()]) & 255
    elif kind == 3:
        left = 0
        for x, (now, up) in enumerate(zip(line, before, strict=True)):
            left = made[x] = (now + (left + up) // 2) & 255
    else:
        _by_paeth(made, line, before)
    return bytes(made)


def _by_paeth(made: bytearray, line: bytes, before: bytes) -> None:
    """Where nothing changed and the dot to the left is as it was in the row before, so is this one: most are passed."""
    x, width = 0, len(line)
    while x < width:
        if x == 0 or made[x - 1] == before[x - 1]:
            change = _CHANGED.search(line, x)
            if change is None:
                return
            x = change.start()
        left, up, corner = (made[x - 1], before[x], before[x - 1]) if x else (0, before[0], 0)
        by_left, by_up, by_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
        nearest = left if by_left <= by_up and by_left <= by_corner else up if by_up <= by_corner else corner
        made[x] = (line[x] + nearest) & 255
        x += 1


_DARK = bytes(49 if value < 128 else 48 for value in range(256))
"""A binary digit for each brightness."""


def _dots(line: bytes) -> bytes:
    digits = line.translate(_DARK) + b"0" * (-len(line) % 8)
    return int(digits, 2).to_bytes(len(digits) // 8, "big")


def zpl_of(bitmap: Bitmap, copies: int) -> str:
    """One label format that prints the bitmap so many times."""
    bytes_of_row = len(bitmap.rows[0])
    total = bytes_of_row * bitmap.height
    graphic, before = [], b""
    for row in bitmap.rows:
        graphic.append(":" if row == before else _compressed(row))
        before = row
    return (
        f"^XA^PW{bitmap.width}^LL{bitmap.height}^LH0,0^FO0,0^GFA,{total},{total},{bytes_of_row},"
        f"{''.join(graphic)}^FS^PQ{copies}^XZ\n"
    )


def _compressed(row: bytes) -> str:
    """A row as hexadecimal digits, runs shortened, a white end as a comma."""
    digits = row.hex().upper()
    kept = digits.rstrip("0")
    shortened = _REPEATED.sub(lambda run: _run(len(run[0])) + run[1], kept)
    return shortened + ("," if len(kept) < len(digits) else "")


def _run(length: int) -> str:
    """How often a digit is repeated, as letters that add up."""
    letters = ""
    for count, letter in _RUNS:
        while length >= count:
            letters, length = letters + letter, length - count
    return letters
