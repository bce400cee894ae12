"""The scan book of one task as a table for a spreadsheet: every row, the first first."""

import csv
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from meridian.platform.screens.derive import documents
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.scanning.cards import as_card
from meridian.scanning.models import ScanRecord
from meridian.scanning.pages.tasks import task_at
from meridian.scanning.tasks import TASKS

BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets take the file for the machine's own code page."""
FORMULA = frozenset("=+-@\t\r")


class _Echo:
    """A file that hands back each line instead of keeping it."""

    def write(self, line: str) -> str:
        return line


@for_reader
@require_safe
def records(request: HttpRequest, reader: Reader, task: str, document_id: UUID) -> HttpResponse:
    """The rows of whoever may read the document, in the site's zone."""
    del request
    at = task_at(task)
    document = documents.find(TASKS[at].declared, document_id, reader)
    rows = list(ScanRecord.objects.filter(document_id=document.pk, task=at).order_by("id"))
    answer = HttpResponse("".join(_lines(rows)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{document.number}-scans.csv"'
    return answer


def _lines(rows: list[ScanRecord]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    heads = (_("时间"), _("类型"), _("结果"), _("扫码原文"), _("货物或货位"), _("说明"), _("计入数量"), _("本行累计"),
             _("操作人"), _("设备时间"))  # fmt: skip
    yield BYTE_ORDER_MARK + writer.writerow(heads)
    for row in rows:
        card = as_card(row.told)
        yield writer.writerow([
            _moment(row.at), row.get_kind_display(), row.get_verdict_display(), _safe(row.text),
            _safe(str(row.told["what"])), _safe(f"{card.headline} {card.sentence}".strip()),
            f"{row.added.normalize():f}", f"{row.counted.normalize():f}", row.actor_name, _moment(row.captured_at),
        ])  # fmt: skip


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}" if at else ""


def _safe(text: str) -> str:
    """A text that a spreadsheet shows and does not compute."""
    return f"'{text}" if text[:1] in FORMULA else text
