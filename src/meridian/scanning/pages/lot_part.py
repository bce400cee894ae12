"""The scans that handled a lot, as a part of its page."""

from django.utils.translation import gettext as _

from meridian.inventory.lot_file import ROWS_MAX, LotFile, document_cell, grid_of
from meridian.items.vocabulary import Unit
from meridian.platform.screens.view import Badge, Cell, Column, LineGrid, Row, Tone
from meridian.scanning.models import ScanRecord
from meridian.scanning.vocabulary import ScanTask, Verdict

_TONES: dict[str, Tone] = {"ok": "ok", "attention": "warn", "stop": "bad"}


def scans(file: LotFile) -> LineGrid:
    """Scans counted for the document lines that moved it, of documents the reader may read; newest first."""
    columns = (
        Column(name="at", label=_("记录时间"), kind="datetime", phone="sub"),
        Column(name="task", label=_("作业"), phone="title"),
        Column(name="document", label=_("单据"), kind="id", phone="sub"),
        Column(name="text", label=_("扫码原文"), width="wide"),
        Column(name="added", label=_("计入数量"), kind="quantity"),
        Column(name="verdict", label=_("结果"), kind="badge", phone="status"),
        Column(name="by", label=_("操作人"), phone="sub"),
    )
    found = ScanRecord.objects.filter(document_id__in=list(file.records), line_id__in=file.line_ids).order_by("-pk")
    rows = [
        Row(
            key=str(each.pk),
            cells=(
                Cell(kind="datetime", value=each.at),
                Cell(value=ScanTask(each.task).label),
                document_cell(file, each.document_type, each.document_id),
                Cell(value=each.text),
                Cell(kind="quantity", value=each.added, unit=Unit(file.unit).label),
                Cell(kind="badge", badge=Badge(label=Verdict(each.verdict).label,
                                               tone=_TONES.get(each.verdict, "neutral"))),
                Cell(value=each.actor_name),
            ),
        )
        for each in found[:ROWS_MAX]
    ]  # fmt: skip
    return grid_of(columns, rows, _("没有扫码记录"))
