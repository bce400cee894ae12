"""Templates to fill in: headings in the reader's language, required ones marked, choices as lists, one sample row."""

from io import BytesIO
from typing import Any

import xlsxwriter
from django.db import models
from django.utils.translation import gettext as _

from meridian.exchange.targets import NUMBER, ImportColumn, ImportTarget, columns_of

ROWS_WITH_LISTS = 5_000
REQUIRED = "*"
_WIDTH = 18


def template_of(target: ImportTarget) -> bytes:
    """A workbook whose headings this import knows again; choices are offered from a hidden sheet."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    sheet, lists = book.add_worksheet(str(target.declared.label).replace("/", " ")[:31]), book.add_worksheet("options")
    lists.hide()
    columns = [each for each in columns_of(target.code).values() if each.path != NUMBER]
    bold, plain, text = (
        book.add_format({"bold": True, "bg_color": "#DCE6F5"}), book.add_format({"bold": True}),
        book.add_format({"num_format": "@"}),
    )  # fmt: skip
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(columns):
        mark = REQUIRED if column.is_required else ""
        sheet.write_string(0, at, column.label + mark, bold if mark else plain)
        sheet.set_column(at, at, _WIDTH, text if isinstance(column.field, models.CharField) else None)
        _offer(sheet, lists, at, options_of(column))
        sample = target.samples.get(column.path)
        if sample is not None:
            sheet.write_string(1, at, _shown(column, sample))
    book.close()
    return stream.getvalue()


def options_of(column: ImportColumn) -> list[str]:
    """The words a cell may hold, in the reader's language; none where anything may stand."""
    if isinstance(column.field, models.BooleanField):
        return [_("是"), _("否")]
    return [str(label) for _value, label in column.field.flatchoices] if column.field.choices else []


def _offer(sheet: Any, lists: Any, at: int, options: list[str]) -> None:
    if not options:
        return
    lists.write_column(0, at, options)
    name = xlsxwriter.utility.xl_col_to_name(at, col_abs=True)
    source = f"=options!{name}$1:{name}${len(options)}"
    sheet.data_validation(1, at, ROWS_WITH_LISTS, at, {"validate": "list", "source": source, "error_type": "warning"})


def _shown(column: ImportColumn, sample: str) -> str:
    return str(dict(column.field.flatchoices or ()).get(sample, sample))
