"""The words of a label, in Chinese whoever prints it, and whether they fit. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from meridian.items import udi
from meridian.labels.symbols import Box, Content
from meridian.labels.vocabulary import LabelKind, Resolution

SMALLEST_POINTS = 4.5
"""Below this (12 dots at 203 dpi) a thermal printer no longer prints Chinese that can be read."""
LARGEST_POINTS = 14.0
LINE_HEIGHT = 1.28
"""From line to line, in the size of the text."""
LATIN = 0.66
"""Width of a Latin letter in the size of the text, on the safe side; Chinese is square."""
CAUTION = 1.03
"""Punctuation that may not begin a line takes a little more."""

_WORD = re.compile(r"[\u4e00-\u9fff]+ \d{4}-\d\d-\d\d|[!-~]+|.")
"""What stands in one line if it can: a word, and a day with its label."""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a label; `scale` multiplies the size of the text."""

    text: str
    scale: float = 1.0
    is_boxed: bool = False


@dataclass(frozen=True)
class Words:
    """What a label says, as its line keeps it; empty text means "has none"."""

    title: str
    code: str
    model: str
    specification: str
    registration_no: str
    lot_no: str
    serial_no: str
    sterilization_lot_no: str
    manufactured_on: date | None
    expires_on: date | None
    storage_condition: str
    note: str


def human_readable(content: Content) -> str:
    """The text beside the symbol: GS1 elements with their identifiers in brackets, else the data itself."""
    return udi.human_readable(udi.read(content.text)) if content.is_gs1 else content.text


def paragraphs(kind: LabelKind, words: Words) -> tuple[Paragraph, ...]:
    """The words of a label, beside the text of its symbol and the mark of a reprint."""
    with override(settings.LANGUAGE_CODE):
        made = {
            LabelKind.PRODUCT: _of_product, LabelKind.PLACE: _of_place, LabelKind.DOCUMENT: _of_document,
        }[kind](words)  # fmt: skip
    return tuple(each for each in made if each.text)


def mark_of(reprint_no: int) -> tuple[Paragraph, ...]:
    """What a reprint says: “补打 2”; nothing on a first print."""
    with override(settings.LANGUAGE_CODE):
        return (Paragraph(_("补打 %(n)s") % {"n": reprint_no}, is_boxed=True),) if reprint_no else ()


def _of_product(words: Words) -> list[Paragraph]:
    kinds = [(_("型号"), words.model), (_("规格"), words.specification)]
    numbers = [(_("批号"), words.lot_no), (_("序列号"), words.serial_no), (_("灭菌批号"), words.sterilization_lot_no)]
    days = [
        (label, day.isoformat())
        for label, day in ((_("生产日期"), words.manufactured_on), (_("有效期至"), words.expires_on))
        if day is not None
    ]
    rest = [[(_("注册证"), words.registration_no)], numbers, days, [(_("贮存"), words.storage_condition)]]
    told = ["　".join(f"{label} {value}" for label, value in pairs if value) for pairs in [kinds, *rest]]
    return [Paragraph(words.title, 1.2), *map(Paragraph, told)]


def _of_place(words: Words) -> list[Paragraph]:
    return [Paragraph(words.code, 2.0), Paragraph(words.title), Paragraph(words.note),
            Paragraph(words.storage_condition)]  # fmt: skip


def _of_document(words: Words) -> list[Paragraph]:
    return [Paragraph(words.title, 1.2), Paragraph(words.code, 1.4), Paragraph(words.note)]


def points_of(texts: Sequence[Paragraph], box: Box, resolution: Resolution) -> float | None:
    """The largest size (in points, a quarter apart) at which the paragraphs surely fit the box; None below the least.

    Widths are estimated, on the safe side: the form draws at this size without measuring.
    """
    point = resolution.dots_per_inch / 72
    size = LARGEST_POINTS
    while size >= SMALLEST_POINTS:
        if sum(_height(each, size * point, box.width) for each in texts) <= box.height:
            return size
        size -= 0.25
    return None


def _height(paragraph: Paragraph, em: float, width: int) -> float:
    em *= paragraph.scale
    lines, used = 1, 0.0
    for word in _WORD.findall(paragraph.text):
        wanted = sum(map(_width, word)) * em * CAUTION
        if used and used + wanted > width and not word.isspace() and wanted <= width:
            lines, used = lines + 1, wanted
        else:
            broken = (used + wanted) // width if wanted > width else 0
            lines, used = lines + int(broken), used + wanted - broken * width
    return lines * em * LINE_HEIGHT


def unbroken_in(box: Box, points: float, scale: float, resolution: Resolution) -> int:
    """Letters of a word that surely stand in one line; a longer word is broken anywhere."""
    return int(box.width // (LATIN * points * scale * resolution.dots_per_inch / 72 * CAUTION))


def _width(character: str) -> float:
    """Of a character in the size of the text."""
    return 1.0 if unicodedata.east_asian_width(character) in "WFA" else LATIN
