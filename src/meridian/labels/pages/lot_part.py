"""The labels printed of a lot, as a part of its page."""

from django.utils.translation import gettext as _

from meridian.inventory.lot_file import ROWS_MAX, LotFile, grid_of
from meridian.kernel.permission import readable
from meridian.labels.documents import LabelJobDocument
from meridian.labels.models import LabelJob, LabelLine
from meridian.labels.vocabulary import LabelJobState
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.view import Cell, Column, LineGrid, Row


def printed(file: LotFile) -> LineGrid:
    """Every print within the reader's scope, the newest first; one statement."""
    columns = (
        Column(name="job", label=_("打印记录"), kind="id", phone="title"),
        Column(name="copies", label=_("张数"), kind="number", phone="status"),
        Column(name="again", label=_("补打次数"), kind="number"),
        Column(name="code", label=_("条码内容"), phone="sub", width="wide"),
        Column(name="by", label=_("打印人"), phone="sub"),
        Column(name="at", label=_("打印时间"), kind="datetime"),
        Column(name="why", label=_("补打原因")),
    )
    scope = readable(file.reader.grants, LabelJobDocument)
    jobs = LabelJob.objects.filter(state=LabelJobState.PRINTED) if scope is None else LabelJob.objects.filter(
        scope, state=LabelJobState.PRINTED)  # fmt: skip
    lines = LabelLine.objects.filter(subject_id=file.lot.pk, document__in=jobs.values("pk"))
    found = lines.select_related("document").order_by("-pk") if scope is not None else lines.none()
    rows = []
    for line in found[:ROWS_MAX]:
        job = line.document
        cells = (
            Cell(kind="id", value=job.number, url=addresses.page_url(LabelJobDocument, job.pk)),
            Cell(kind="number", value=line.copies),
            Cell(kind="number", value=line.reprint_no),
            Cell(value=line.content),
            Cell(value=job.printed_by_name),
            Cell(kind="datetime", value=job.printed_at),
            Cell(value=job.reprint_reason),
        )
        rows.append(Row(key=str(line.pk), cells=cells))
    return grid_of(columns, rows, _("还没有打印过它的标签"))
