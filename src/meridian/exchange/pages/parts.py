"""Parts of the steps' pages, made of what is stored."""

from collections.abc import Sequence
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from meridian.exchange.correcting import FIX
from meridian.exchange.models import ImportedRecord, ImportProblem, ImportRun
from meridian.exchange.pages.wizard import Cause, MappedColumn, ShownProblem
from meridian.exchange.reading.tables import Table
from meridian.exchange.runs import columns_in
from meridian.exchange.targets import columns_of, target_of
from meridian.exchange.templating import options_of
from meridian.exchange.vocabulary import Act
from meridian.kernel.messages import listed
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.view import Option

CAUSE = "cause"
SAMPLES = 3
VALUES = 20


def options_among(words: type[TextChoices], chosen: str) -> tuple[Option, ...]:
    """All choices, one of them chosen."""
    return tuple(Option(value=value, label=label, is_selected=value == chosen) for value, label in words.choices)


def mapped_columns(run: ImportRun, table: Table) -> tuple[MappedColumn, ...]:
    """The file's columns with some of what stands in them, and what each may be."""
    matched, columns = columns_in(run), columns_of(run.target).values()
    found = []
    for at, heading in enumerate(table.headings):
        samples = [text for line in table.lines[:50] if (text := line.cell(at))][:SAMPLES]
        if not heading and not samples:
            continue
        options = tuple(
            Option(value=each.path, label=_marked(each.label, is_required=each.is_required, is_line=each.is_line),
                   is_selected=matched.get(at) == each.path)
            for each in columns
        )  # fmt: skip
        found.append(MappedColumn(at, heading or _("第 %(n)s 列") % {"n": at + 1}, " · ".join(samples)[:120], options))
    return tuple(found)


def _marked(label: str, *, is_required: bool, is_line: bool) -> str:
    shown = _("明细：%(label)s") % {"label": label} if is_line else label
    return f"{shown} *" if is_required else shown


def missing_columns(run: ImportRun) -> str:
    """Required columns of new records that nothing of the file fills."""
    matched = set(columns_in(run).values())
    columns = columns_of(run.target).values()
    return listed(each.label for each in columns if each.is_required and not each.is_line and each.path not in matched)


def causes_of(found: Sequence[ImportProblem], chosen: str) -> tuple[Cause, ...]:
    """Faults by column and reason, the most frequent first."""
    by_key: dict[str, list[ImportProblem]] = {}
    for each in found:
        by_key.setdefault(each.cause, []).append(each)
    causes = [_cause(key, rows, is_chosen=key == chosen) for key, rows in by_key.items()]
    return tuple(sorted(causes, key=lambda each: -each.count))


def _cause(key: str, rows: Sequence[ImportProblem], *, is_chosen: bool) -> Cause:
    values = tuple(dict.fromkeys(each.value for each in rows))[:VALUES]
    return Cause(key, rows[0].heading, rows[0].reason, len(rows), is_chosen, rows[0].column_no >= 0, values)


def shown_problems(run: ImportRun, rows: Sequence[ImportProblem]) -> tuple[ShownProblem, ...]:
    """Problems, each cell of the file with a field of its own."""
    columns = columns_of(run.target) if target_of(run.target) is not None else {}
    found = []
    for each in rows:
        column = columns.get(each.path)
        name = f"{FIX}{each.row_no}:{each.column_no}" if each.column_no >= 0 else ""
        found.append(ShownProblem(each, name, tuple(options_of(column)) if column is not None else ()))
    return tuple(found)


def record_rows(found: Sequence[ImportedRecord]) -> tuple[dict[str, Any], ...]:
    """The records of a run with their addresses."""
    rows = []
    for each in found:
        target = target_of(each.record_type)
        url = addresses.page_url(target.declared, each.record_id) if target is not None else ""
        rows.append({"row": each.row_no, "number": each.record_number, "url": url, "act": Act(each.act).label})
    return tuple(rows)
