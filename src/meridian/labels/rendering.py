"""From the facts of a print to its file. The same facts make the same file, byte for byte."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from meridian.labels.queries import LabelFacts, LabelJobFacts
from meridian.labels.raster import bitmap_of, zpl_of
from meridian.labels.symbols import Box, layout, modules_of, path_of
from meridian.labels.vocabulary import FileFormat
from meridian.labels.wording import (
    SMALLEST_POINTS,
    Paragraph,
    human_readable,
    mark_of,
    paragraphs,
    points_of,
    unbroken_in,
)
from meridian.platform.printing.composing import ROOT, as_pdf, compiler_of

FORM = ROOT / "labels" / "prints" / "label.typ"
MEDIA_TYPES = {FileFormat.PDF: "application/pdf", FileFormat.ZPL: "application/zpl"}


@lru_cache(maxsize=4)
def file_of(facts: LabelJobFacts) -> bytes:
    """The file of a print, as it goes to the printer. Kept while it is made, hashed and handed out."""
    if facts.file_format == FileFormat.PDF:
        return as_pdf(FORM, _form_data(facts, one_each=False))
    drawn = pictures(facts)
    formats = [zpl_of(bitmap_of(png), label.copies) for png, label in zip(drawn, facts.lines, strict=True)]
    return "".join(formats).encode("ascii")


def pictures(facts: LabelJobFacts) -> list[bytes]:
    """Each different label as a picture (PNG), a dot of the printer to the pixel."""
    compiler = compiler_of(FORM, _form_data(facts, one_each=True))
    made: Any = compiler.compile(format="png", ppi=facts.resolution.dots_per_inch)
    return list(made) if isinstance(made, list) else [made]


def _form_data(facts: LabelJobFacts, *, one_each: bool) -> Mapping[str, Any]:
    width, height = facts.size.millimetres
    labels = [_label(facts, label, 1 if one_each else label.copies) for label in facts.lines]
    return {"width": str(width), "height": str(height), "labels": labels}


def _label(facts: LabelJobFacts, label: LabelFacts, copies: int) -> Mapping[str, Any]:
    matrix, readable = modules_of(label.content, facts.symbol), human_readable(label.content)
    place = layout(matrix, facts.symbol, facts.size, facts.resolution, len(readable))
    if place is None:
        raise ValueError(f"{label.name}: a symbol that does not fit passed its gate")
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(matrix[0])} {len(matrix)}"'
        f' preserveAspectRatio="none"><path d="{path_of(matrix)}"/></svg>'
    )
    return {
        "copies": str(copies),
        "symbol": {"svg": svg, **_millimetres(facts, place.symbol)},
        "words": _words(facts, place.words, paragraphs(facts.kind, label.words)),
        "mark": _words(facts, place.mark, mark_of(label.reprint_no)),
        "readable": _words(facts, place.readable, [Paragraph(readable)]),
    }


def _words(facts: LabelJobFacts, box: Box, said: Sequence[Paragraph]) -> Mapping[str, Any]:
    points = points_of(said, box, facts.resolution) or SMALLEST_POINTS
    written = [
        {
            "text": each.text,
            "scale": str(each.scale),
            "boxed": "1" if each.is_boxed else "",
            "unbroken": str(unbroken_in(box, points, each.scale, facts.resolution)),
        }
        for each in said
    ]
    return {**_millimetres(facts, box), "size": str(points), "paragraphs": written}


def _millimetres(facts: LabelJobFacts, box: Box) -> dict[str, str]:
    """A box in millimetres, its edges on dots."""
    dot = 25.4 / facts.resolution.dots_per_inch
    edges = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    return {name: f"{value * dot:.5f}" for name, value in edges.items()}
