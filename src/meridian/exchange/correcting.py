"""Corrections beside the file: single cells, and all cells with one fault at once; and the rows that stay behind."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from meridian.exchange.models import ImportProblem, ImportRun
from meridian.exchange.runs import sheets_of, table_in

FIX = "fix-"


def cell_fixes(posted: Mapping[str, str], problems: Iterable[ImportProblem]) -> dict[str, str]:
    """`"<row>:<column>"` → text, for each field of the page whose text differs from what stands there."""
    standing = {f"{each.row_no}:{each.column_no}": each.value for each in problems if each.column_no >= 0}
    given = {name.removeprefix(FIX): text for name, text in posted.items() if name.startswith(FIX)}
    return {place: text for place, text in given.items() if place in standing and text != standing[place]}


def same_fault(problems: Iterable[ImportProblem], cause: str, value: str | None, text: str) -> dict[str, str]:
    """The text for every cell with this fault, or for those alone that hold a value."""
    return {
        f"{each.row_no}:{each.column_no}": text
        for each in problems
        if each.cause == cause and each.column_no >= 0 and (value is None or each.value == value)
    }


def failed_rows(run: ImportRun, problems: Sequence[ImportProblem]) -> tuple[list[str], list[list[str]]]:
    """The file's own headings and, row by row, exactly what was not taken, with why: it can be imported again."""
    table = table_in(run, sheets_of(run))
    reasons: dict[int, list[str]] = {}
    for each in problems:
        told = f"{each.heading}：{each.reason}" if each.heading else each.reason
        reasons.setdefault(each.row_no, []).append(" ".join(filter(None, [told, each.suggestion])))
    width = len(table.headings)
    rows = [
        [*(line.cell(at) for at in range(width)), "；".join(reasons[line.number])]
        for line in table.lines
        if line.number in reasons
    ]
    return [*table.headings, _("原因")], rows
