"""The papers of goods on hold may still be put in order; the goods are in the books and stay as received."""

from http import HTTPStatus

from meridian.kernel.drafts import Draft
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.warehouse.models import GoodsReceiptLine
from meridian.warehouse.services.changes import changed

PAPERS = frozenset({
    "delivery_note_number", "note_presence", "note_form", "note_lines", "departed_at", "arrival_celsius",
    "transport_unit", "stability_statement",
})  # fmt: skip
"""Columns about the papers and the way here: what came later than the goods is written into them."""


def require_only_papers(draft: Draft) -> None:
    """Refuses (409 `record_locked`) a change of anything but the papers; a form may send the rest as it stands."""
    header, lines = changed(draft, GoodsReceiptLine)
    if header - PAPERS or lines:
        problem = message("{number} 的货物已入账待处理，只能补正随货单证。", number=draft.document.number)
        raise refusal("record_locked", HTTPStatus.CONFLICT, problem)
    draft.lines = None
