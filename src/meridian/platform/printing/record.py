"""The record print that every document type has: what its page shows this reader, on paper."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from meridian.kernel.registry import AnyDocumentType
from meridian.platform.screens import formats
from meridian.platform.screens.derive import documents, history, timeline
from meridian.platform.screens.derive.columns import fact_values, shown_of, state_badge
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.view import Cell, KeyValue, LineGrid

NUMERIC = frozenset({"number", "quantity", "money", "percent"})


def record_content(declared: AnyDocumentType, document: Any, reader: Reader) -> Mapping[str, Any]:
    """Facts, sections, lines, signatures and changes of one record, as `forms/record.typ` lays them out."""
    past = history.history_of(declared, document)
    facts = documents.facts_of(declared, document, reader)
    sections = []
    for part in declared.screen.sections:
        told = [_fact(fact_values(shown_of(ref), document.told)) for ref in part.fields if reader.sees(declared, ref)]
        if any(value for _label, value in told):
            sections.append({"label": part.label, "facts": told})
    grid, count = documents.line_grid(declared, document, reader, everything=True)
    return {
        "facts": [[_("状态"), state_badge(declared, document.state).label], *(_fact(each) for each in facts)],
        "sections": sections,
        "lines": _grid(grid) if count else None,
        "lines_label": declared.lines.label if declared.lines is not None else "",
        "signatures": [
            [each.signer, each.role, each.meaning, each.at, each.content_hash, each.remark,
             _("签署后有变更") if each.is_changed_after else ""]
            for each in reversed(timeline.signature_rows(past))
        ],
        "changes": [
            [each.at, each.actor, each.what, each.old, each.new, each.reason]
            for each in reversed(timeline.trail(declared, past, reader))
            if each.kind == "change" and each.old
        ],
        "words": {
            "signatures": _("电子签名"), "changes": _("变更记录"), "by": _("签署人"), "role": _("岗位"),
            "meaning": _("含义"), "at": _("时间"), "hash": _("内容摘要"), "remark": _("意见"), "field": _("项目"),
            "old": _("原值"), "new": _("新值"), "reason": _("原因"), "who": _("人员"),
        },
    }  # fmt: skip


def _fact(fact: KeyValue) -> tuple[Any, Any]:
    return (fact.label, text_of(Cell(kind=fact.kind, value=fact.value, unit=fact.unit)))


def _grid(grid: LineGrid) -> Mapping[str, Any]:
    return {
        "columns": [
            {"label": each.label, "numeric": "yes" if each.kind in NUMERIC else "", "wide": each.width == "wide"}
            for each in grid.columns
        ],
        "rows": [[[text_of(each), each.note] for each in row.cells] for row in grid.rows],
        "totals": [text_of(each) for each in grid.totals],
    }


def text_of(cell: Cell) -> Any:
    """A cell's value in words."""
    if cell.badge is not None:
        return cell.badge.label
    if cell.value is None or isinstance(cell.value, str | Promise) or cell.kind not in NUMERIC:
        return cell.value
    value: Any = cell.value
    if cell.kind == "money":
        return formats.money(value, str(cell.unit))
    return formats.percent(value) if cell.kind == "percent" else formats.quantity(value, str(cell.unit))
