"""From data to PDF: values as text, text as data of a typst form, never as its source.

A form is a typst file: a module's own in its folder `prints/`, the platform's in `forms/`. It reads one JSON value from
`sys.inputs.data`: `frame` (`printing/forms/frame.typ` says what is in it) and `content`, what the form is about.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst
import zxingcpp
from django.db.models import ForeignKey, Model

from meridian.kernel.registry import AnyDocumentType
from meridian.kernel.values.fields import MoneyField, UnitPriceField
from meridian.platform.screens import formats

ROOT = Path(__file__).resolve().parents[2]
"""What a form may read: the product's own tree."""
FORMS = Path(__file__).parent / "forms"
_FONTS = str(Path(pylopdf_fonts_zh_cn.serif_path()).parent)


def form_path(declared: AnyDocumentType, template: str) -> Path:
    """The typst file of a form a document type declares."""
    package = declared.__module__.split(".")[1]
    return ROOT / package / "prints" / f"{template}.typ"


def as_pdf(form: Path, data: Mapping[str, Any]) -> bytes:
    """The form with its data as PDF, archivable (PDF/A-2b) unless a character has no glyph in any font.

    Raises typst.TypstError for a faulty form.
    """
    compiler = compiler_of(form, data)
    try:
        made = compiler.compile(format="pdf", pdf_standards="a-2b", timestamp=0)
    except typst.TypstError:
        made = compiler.compile(format="pdf")
    if not isinstance(made, bytes):
        raise TypeError("typst made no PDF")
    return made


def compiler_of(form: Path, data: Mapping[str, Any]) -> typst.Compiler:
    """A typst compiler that sees our fonts and our files only."""
    inputs = {"data": json.dumps(printable(data), ensure_ascii=False)}
    return typst.Compiler(
        input=str(form), root=str(ROOT), font_paths=[_FONTS], ignore_system_fonts=True, sys_inputs=inputs
    )


def in_words(declared: AnyDocumentType, content: Mapping[str, Any]) -> dict[str, Any]:
    """A declared form's data with codes as words and amounts with their decimals, as the columns of that name say."""
    said = {name: _said(value, _column(declared.model, name)) for name, value in content.items()}
    if "state" in content:
        said["state"] = declared.states(content["state"]).label
    if declared.lines is not None:
        lines = declared.lines.model
        said["lines"] = [
            {name: _said(value, _column(lines, name)) for name, value in line.items()}
            for line in content.get("lines", ())
        ]
    return said


def _said(value: Any, column: Any) -> Any:
    if isinstance(value, Decimal) and isinstance(column, MoneyField | UnitPriceField):
        return formats.money(value)
    return dict(column.flatchoices).get(value, value) if getattr(column, "choices", None) else value


def _column(model: type[Model], name: str) -> Any:
    """The column of a table, or of a table it refers to; `unit` is else the item's base unit."""
    own = {column.name: column for column in model._meta.concrete_fields}
    if name in own:
        return own[name]
    for column in own.values():
        if isinstance(column, ForeignKey):
            further = {each.name: each for each in column.related_model._meta.concrete_fields}
            found = further.get(name) or (further.get("base_unit") if name == "unit" else None)
            if found is not None and found.name not in {"number", "state"}:
                return found
    return None


def printable(value: Any) -> Any:
    """The value as JSON data of text: days ISO, instants with seconds and zone, figures in threes, nothing as empty."""
    if value is None or value is False:
        return ""
    if value is True:
        return "√"
    if isinstance(value, Mapping):
        return {str(key): printable(entry) for key, entry in value.items()}
    if isinstance(value, datetime):
        return formats.instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | int):
        return formats.number(value)
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str):
        return [printable(entry) for entry in value]
    return "".join(character for character in str(value) if unicodedata.category(character) not in {"Cc", "Cf", "Cs"})


def qr_of(text: str) -> str:
    """A QR code of the text as SVG."""
    return str(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_svg())
