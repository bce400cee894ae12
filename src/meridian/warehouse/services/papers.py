"""The papers of goods on hold may still be put in order; the goods are in the books and stay as received."""

from http import HTTPStatus
from typing import Any

from meridian.kernel.drafts import Draft
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.warehouse.models import GoodsReceiptLine

PAPERS = frozenset({
    "delivery_note_number", "note_presence", "note_form", "note_lines", "departed_at", "arrival_celsius",
    "transport_unit", "stability_statement",
})  # fmt: skip
"""Columns about the papers and the way here: what came later than the goods is written into them."""


def require_only_papers(draft: Draft) -> None:
    """Refuses (409 `record_locked`) a change of anything but the papers; a form may send the rest as it stands."""
    stored: Any = draft.document
    changed = {name for name, value in draft.header.items() if getattr(stored, name) != value}
    if changed - PAPERS or not _lines_stand(draft):
        raise refusal("record_locked", HTTPStatus.CONFLICT,
                      message("{number} 的货物已入账待处理，只能补正随货单证。", number=stored.number))  # fmt: skip
    draft.lines = None


def _lines_stand(draft: Draft) -> bool:
    if draft.lines is None:
        return True
    kept = {line.pk: line for line in GoodsReceiptLine.objects.filter(document_id=draft.document.pk)}
    if [line.get("id") for line in draft.lines] != sorted(kept, key=lambda key: kept[key].line_no):
        return False
    return all(getattr(kept[line["id"]], name) == value for line in draft.lines for name, value in line.items())
