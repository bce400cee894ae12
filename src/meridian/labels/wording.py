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

SMALLEST_POINTS = 5.0
"""Below this a thermal printer at 203 dpi no longer prints Chinese that can be read."""
LARGEST_POINTS = 14.0
LINE_HEIGHT = 1.42
"""From line to line, in the size of the text."""
LATIN = 0.66
"""Width of a Latin letter in the size of the text, on the safe side; Chinese is square."""
CAUTION = 1.03
"""Punctuation that may not begin a line takes a little more."""

_WORD = re.compile(r"[!-~]+|.")


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


def paragraphs(kind: LabelKind, words: Words, reprint_no: int) -> tuple[Paragraph, ...]:
    """The words of a label without its human-readable symbol, the reprint mark last."""
    with override(settings.LANGUAGE_CODE):
        made = {
            LabelKind.PRODUCT: _of_product, LabelKind.PLACE: _of_place, LabelKind.DOCUMENT: _of_document,
        }[kind](words)  # fmt: skip
        if reprint_no:
            made.append(Paragraph(_("补打 %(n)s") % {"n": reprint_no}, is_boxed=True))
    return tuple(each for each in made if each.text)


def _of_product(words: Words) -> list[Paragraph]:
    kinds = [(_("型号"), words.model), (_("规格"), words.specification)]
    numbers = [(_("批号"), words.lot_no), (_("序列号"), words.serial_no), (_("灭菌批号"), words.sterilization_lot_no)]
    return [
        Paragraph(words.title, 1.2),
        Paragraph("　".join(f"{label} {value}" for label, value in kinds if value)),
        *(Paragraph(f"{label} {value}") for label, value in [(_("注册证"), words.registration_no), *numbers] if value),
        *(
            Paragraph(f"{label} {day.isoformat()}")
            for label, day in ((_("生产日期"), words.manufactured_on), (_("有效期至"), words.expires_on))
            if day is not None
        ),
        *([Paragraph(f"{_('贮存')} {words.storage_condition}")] if words.storage_condition else []),
    ]


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
    return lines * em * LINE_HEIGHT + (em * 0.3 if paragraph.is_boxed else 0)


def unbroken_in(box: Box, points: float, scale: float, resolution: Resolution) -> int:
    """Letters of a word that surely stand in one line; a longer word is broken anywhere."""
    return int(box.width // (LATIN * points * scale * resolution.dots_per_inch / 72 * CAUTION))


def _width(character: str) -> float:
    """Of a character in the size of the text."""
    return 1.0 if unicodedata.east_asian_width(character) in "WFA" else LATIN
