"""The papers of goods on hold may still be put in order; the goods are in the books and stay as received."""

from http import HTTPStatus

from meridian.kernel.drafts import Draft
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.warehouse.models import GoodsReceiptLine
from meridian.warehouse.services.changes import closed_changes


def require_only_papers(draft: Draft) -> None:
    """Refuses (409 `record_locked`) a change of anything but the papers; a form may send the rest as it stands."""
    header, lines = closed_changes(draft, GoodsReceiptLine)
    if header or lines:
        problem = message("{number} 的货物已入账待处理，只能补正随货单证。", number=draft.document.number)
        raise refusal("record_locked", HTTPStatus.CONFLICT, problem)
    draft.lines = None
