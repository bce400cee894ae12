"""Receiving by scan: a draft receipt's record offers it, and one page takes barcode after barcode."""

from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from meridian.items.udi.reader import SCAN_LENGTH_MAX
from meridian.items.vocabulary import Unit
from meridian.platform.screens.derive import addresses, documents
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import Action, Crumb, LineGrid
from meridian.platform.screens.views import shown
from meridian.scanning.answers import Capture, ScannedLine
from meridian.scanning.services import take
from meridian.scanning.vocabulary import ScanTask
from meridian.warehouse.documents import GoodsReceiptDocument
from meridian.warehouse.models import GoodsReceipt


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanPage:
    """`scanning/receipt.html`. `error` says why the last barcode did not count; `text` is that barcode."""

    title: str
    url: str
    done_url: str
    crumbs: tuple[Crumb, ...]
    key: str
    text: str
    error: str
    order: str
    lines: LineGrid


@for_reader
@require_safe
def receipt_page(request: HttpRequest, reader: Reader, document_id: UUID) -> HttpResponse:
    """The derived record of a receipt; while it is a draft, whoever writes it may also scan into it."""
    document = documents.find(GoodsReceiptDocument, document_id, reader)
    page = documents.document_page(GoodsReceiptDocument, document, reader, request)
    if _may_scan(document, reader):
        url = addresses.step_url(GoodsReceiptDocument, document.pk, "scan")
        scan = Action(name="scan", label=_("扫码收货"), url=url, method="get", icon="scan")
        page = replace(page, secondary=(scan, *page.secondary))
    return shown(request, reader, "document.html", page)


def _may_scan(document: GoodsReceipt, reader: Reader) -> bool:
    right = reader.grants.role_for(GoodsReceiptDocument.permission("draft"), document, {})
    return document.state == GoodsReceiptDocument.initial and right is not None


@for_reader
@require_http_methods(["GET", "HEAD", "POST"])
def scan_page(request: HttpRequest, reader: Reader, document_id: UUID) -> HttpResponse:
    """One field that takes barcode after barcode; what counted and what did not is said above the lines."""
    document = documents.find(GoodsReceiptDocument, document_id, reader)
    if request.method != "POST":
        if not _may_scan(document, reader):
            return HttpResponseRedirect(addresses.page_url(GoodsReceiptDocument, document.pk))
        return _page(request, reader, document)
    text = request.POST.get("scan", "")[:SCAN_LENGTH_MAX].replace("\x00", "")
    capture = Capture(text=text, key=request.POST.get("key", "")[:120])
    answer = take(ScanTask.RECEIVE, document_id, capture, actor=reader.actor)
    if answer.refused is not None:
        return _page(request, reader, document, text, str(answer.card.sentence), answer.refused.status)
    messages.success(request, _told(answer.line) if answer.line else str(answer.card.headline))
    return HttpResponseRedirect(addresses.step_url(GoodsReceiptDocument, document.pk, "scan"))


def _told(line: ScannedLine) -> str:
    told = {**vars(line), "unit": Unit(line.unit).label, "lot": line.serial_no or line.lot_no}
    return _("%(device_name)s %(lot)s：+%(added)s，第 %(line_no)s 行共 %(quantity)s %(unit)s") % told


def _page(
    request: HttpRequest, reader: Reader, document: GoodsReceipt, text: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    declared = GoodsReceiptDocument
    record = addresses.page_url(declared, document.pk)
    page = ScanPage(
        title=_("扫码收货 %(number)s") % {"number": document.number},
        url=addresses.step_url(declared, document.pk, "scan"),
        done_url=record,
        crumbs=(
            Crumb(label=declared.label, url=addresses.list_url(declared)), Crumb(label=document.number, url=record),
            Crumb(label=_("扫码收货")),
        ),
        key=uuid4().hex,
        text=text,
        error=error,
        order=document.order_number,
        lines=documents.line_grid(declared, document, reader, everything=True)[0],
    )  # fmt: skip
    return shown(request, reader, "scanning/receipt.html", page, status)
