"""The way a cold delivery came: its logger's file is added and read, and what it says is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meridian.kernel.findings import Refused
from meridian.kernel.permission import grants_of
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.attachments.files import checked, require_short
from meridian.platform.attachments.keeping import attach, attachments_of, may_attach
from meridian.platform.attachments.models import Attachment
from meridian.platform.screens.derive import addresses, documents
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import Action, Crumb, KeyValue, Text
from meridian.platform.screens.views import shown
from meridian.warehouse.documents import GoodsReceiptDocument
from meridian.warehouse.documents.goods_receipt import COLD_WAY
from meridian.warehouse.logger_file import minutes
from meridian.warehouse.models import GoodsReceipt, TransitLog
from meridian.warehouse.queries.transit import transit_logs_of
from meridian.warehouse.transit import read_transit_log

TEXTS = (".csv", ".tsv", ".txt", ".xlsx")
"""Kinds of attachments a logger may have written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitPage:
    """`warehouse/transit_log.html`. `facts` are of the last reading; `files` may be read; `error` says what failed."""

    title: str
    url: str
    done_url: str
    crumbs: tuple[Crumb, ...]
    key: str
    error: str
    may_read: bool
    facts: tuple[KeyValue, ...]
    files: tuple[Attachment, ...]


@for_reader
@require_http_methods(["GET", "HEAD", "POST"])
def transit_page(request: HttpRequest, reader: Reader, document_id: UUID) -> HttpResponse:
    """What was read, and a form that adds a file and reads it; a file already attached is read by one press."""
    document = documents.find(GoodsReceiptDocument, document_id, reader)
    if request.method != "POST":
        return _page(request, reader, document)
    key = request.POST.get("key", "")[:100]
    try:
        read_transit_log(document_id, _chosen(request, reader, document_id, key), actor=reader.actor, key=f"{key}-read")
    except Refused as refused:
        if refused.status in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN):
            raise
        error = " ".join(str(finding.evidence) for finding in refused.findings)
        return _page(request, reader, document, error, refused.status)
    messages.success(request, _("已读取温度记录"))
    return HttpResponseRedirect(addresses.step_url(GoodsReceiptDocument, document_id, "transit-log"))


def offers(declared: AnyDocumentType, document: Any, reader: Reader) -> Sequence[Action]:
    """A receipt still open offers to read its logger's file to whoever may attach one."""
    if declared is not GoodsReceiptDocument or document.state not in declared.editable_in:
        return ()
    if not may_attach(declared, document, reader.grants):
        return ()
    url = addresses.step_url(declared, document.pk, "transit-log")
    return (Action(name="transit-log", label=_("温度记录"), url=url, method="get", icon="thermometer"),)


def known_of_way(declared: AnyDocumentType, document: Any, section: Text) -> Sequence[KeyValue]:
    """What the last reading said of the way, for the receipt's own section about it; one statement, there alone."""
    if declared is not GoodsReceiptDocument or section != COLD_WAY:
        return ()
    logs = transit_logs_of(document.pk)
    return facts_of(logs[0]) if logs else ()


def _chosen(request: HttpRequest, reader: Reader, document_id: UUID, key: str) -> UUID:
    """The attachment to read: one that is there, else the file sent along, which is added first."""
    named = request.POST.get("attachment", "")
    for row in attachments_of(document_id):
        if str(row.pk) == named:
            return row.pk
    require_short(request)
    file = checked(request.FILES.get("file"))
    return attach(GoodsReceiptDocument, document_id, file, actor=reader.actor, key=key)


def _page(
    request: HttpRequest, reader: Reader, document: GoodsReceipt, error: str = "", status: int = 200
) -> HttpResponse:
    declared = GoodsReceiptDocument
    record = addresses.page_url(declared, document.pk)
    logs = transit_logs_of(document.pk)
    title = _("在途温度记录")
    page = TransitPage(
        title=f"{title} {document.number}",
        url=addresses.step_url(declared, document.pk, "transit-log"),
        done_url=record,
        crumbs=(
            Crumb(label=declared.label, url=addresses.list_url(declared)), Crumb(label=document.number, url=record),
            Crumb(label=title),
        ),
        key=uuid4().hex,
        error=error,
        may_read=document.state in declared.editable_in and may_attach(declared, document, grants_of(reader.actor)),
        facts=facts_of(logs[0]) if logs else (),
        files=tuple(row for row in attachments_of(document.pk) if row.withdrawn_at is None
                    and row.name.endswith(TEXTS)),
    )  # fmt: skip
    return shown(request, reader, "warehouse/transit_log.html", page, status)


def facts_of(log: TransitLog) -> tuple[KeyValue, ...]:
    """What was read, line by line."""
    limits = f"{_celsius(log.low_limit)} – {_celsius(log.high_limit)}"
    return (
        KeyValue(label=_("附件"), value=log.file_name, note=log.sha256[:12]),
        KeyValue(label=_("启运时间"), value=log.departed_at, kind="datetime"),
        KeyValue(label=_("到货时间"), value=log.arrived_at, kind="datetime"),
        KeyValue(label=_("在途读数"), value=log.readings, kind="number"),
        KeyValue(label=_("首次读数"), value=log.first_at, kind="datetime"),
        KeyValue(label=_("末次读数"), value=log.last_at, kind="datetime"),
        KeyValue(label=_("最长间隔"), value="—" if log.longest_gap is None else str(log.longest_gap)),
        KeyValue(label=_("缺口"), value=log.gaps, kind="number"),
        KeyValue(label=_("最低温度"), value=_celsius(log.lowest)),
        KeyValue(label=_("最高温度"), value=_celsius(log.highest)),
        KeyValue(label=_("平均动力学温度"), value=_celsius(log.mean_kinetic)),
        KeyValue(label=_("温度范围"), value=limits),
        KeyValue(label=_("超限读数"), value=log.out_of_range, kind="number"),
        KeyValue(label=_("超限时长"), value=_minutes(log.time_outside)),
        KeyValue(label=_("读取人"), value=log.read_by_name),
        KeyValue(label=_("读取时间"), value=log.at, kind="datetime"),
    )


def _celsius(value: object) -> str:
    return "—" if value is None else f"{value} ℃"


def _minutes(length: timedelta | None) -> str:
    return "—" if length is None else _("%(minutes)s 分钟") % {"minutes": minutes(length)}
