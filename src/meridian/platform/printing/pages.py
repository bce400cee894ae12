"""Printing a record: who may read it may print it, and every print is written down before it is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from meridian.kernel import steps
from meridian.kernel.act import open_act
from meridian.kernel.clock import now
from meridian.kernel.messages import Text
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.printing.composing import FORMS, as_pdf, form_path, in_words, printable, qr_of
from meridian.platform.printing.models import PrintRecord
from meridian.platform.printing.record import record_content
from meridian.platform.screens.derive import addresses, documents
from meridian.platform.screens.derive.provided import provided
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import Cell, Column, Row
from meridian.platform.screens.views import shown

RECORD = "record"
LONGEST_REASON = 500


@dataclass(frozen=True)
class Form:
    """What can be printed of a document."""

    name: str
    label: Text
    path: Path
    data: Callable[[UUID, UUID], Mapping[str, Any]] | None = None
    """Of a declared form; the record print shows what its page shows."""


@dataclass(frozen=True)
class ReprintPage:
    """Asks why a form is printed again, and shows who printed it before."""

    title: str
    url: str
    cancel_url: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def form_of(declared: AnyDocumentType, name: str) -> Form:
    """The record print, or a form the type declares; raises Http404 for any other."""
    if name == RECORD:
        return Form(RECORD, _("%(type)s · 记录单") % {"type": declared.label}, FORMS / "record.typ")
    for each in declared.prints:
        if each.name == name:
            return Form(name, each.label, form_path(declared, each.template), each.data)
    raise Http404("no such form")


@for_reader
@require_GET
def print_form(
    request: HttpRequest, reader: Reader, module: str, slug: str, document_id: UUID, name: str
) -> HttpResponse:  # fmt: skip
    """The form as PDF. A reprint 补打 asks for its reason first (`?reason=…`) and is marked on every page."""
    declared = addresses.type_at(module, slug)
    document = documents.find(declared, document_id, reader)
    form = form_of(declared, name)
    reason = request.GET.get("reason", "").replace("\x00", "").strip()[:LONGEST_REASON]
    printed = list(PrintRecord.objects.filter(document_id=document_id, form=name).order_by("-copy_no"))
    if printed and not reason:
        return _ask_why(request, reader, declared, document, form, printed)
    if form.data is None:
        content = record_content(declared, document, reader)
    else:  # in the language the law asks for, whoever prints it; a reader of another has its labels twice
        with override(settings.LANGUAGE_CODE):
            content = printable(in_words(declared, form.data(document.company_id, document.pk)))
    copy_no = record_print(declared, document, form, reason, reader)
    url = request.build_absolute_uri(addresses.page_url(declared, document.pk))
    pdf = as_pdf(form.path, {"frame": _frame(form, document, copy_no, url, reader), "content": content})
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{document.number}-{name}.pdf") or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def record_print(declared: AnyDocumentType, document: Any, form: Form, reason: str, reader: Reader) -> int:
    """Writes the print into its book and answers the number of the copy; copies of one form are counted in turn."""
    with open_act(reader.actor, reason=reason) as act:
        locked = steps.find_and_lock(declared, document.pk, reader.grants)
        copy_no = PrintRecord.objects.filter(document_id=document.pk, form=form.name).count() + 1
        PrintRecord.objects.create(
            transaction_id=act.transaction_id,
            at=act.instant,
            document_type=declared.code,
            document_id=document.pk,
            document_version=locked.version,
            form=form.name,
            copy_no=copy_no,
            printed_by_id=reader.actor.user_id,
            printed_by_name=reader.actor.name,
            reason=reason,
        )
    return copy_no


def _frame(form: Form, document: Any, copy_no: int, url: str, reader: Reader) -> Mapping[str, Any]:
    """What stands around the content on every page."""
    with override(settings.LANGUAGE_CODE if form.data else get_language()):
        title = str(form.label)
    return {
        "company": provided().company_name(),
        "title": title,
        "translated": form.label if form.label != title else "",
        "labels": provided().form_labels(form.path) if form.data else {},
        "number": document.number,
        "version": _("第 %(n)s 版") % {"n": document.version},
        "url": url,
        "qr": qr_of(url),
        "printed": _("打印：%(name)s") % {"name": reader.actor.name},
        "at": now(),
        "copy": _("第 %(n)s 次打印") % {"n": copy_no},
        "watermark": _("补打 %(n)s") % {"n": copy_no - 1} if copy_no > 1 else "",
        "page": _("第 {page} 页／共 {pages} 页"),
    }


def _ask_why(
    request: HttpRequest, reader: Reader, declared: AnyDocumentType, document: Any, form: Form,
    printed: list[PrintRecord],
) -> HttpResponse:  # fmt: skip
    columns = (
        Column(name="copy", label=_("次数"), kind="number"), Column(name="at", label=_("时间"), kind="datetime"),
        Column(name="by", label=_("打印人"), phone="title"), Column(name="reason", label=_("原因")),
    )  # fmt: skip
    rows = tuple(
        Row(key=str(each.pk), cells=(Cell(kind="number", value=each.copy_no), Cell(kind="datetime", value=each.at),
                                     Cell(value=each.printed_by_name), Cell(value=each.reason)))
        for each in printed
    )  # fmt: skip
    title = _("补打 %(form)s %(number)s") % {"form": form.label, "number": document.number}
    page = ReprintPage(title, request.path, addresses.page_url(declared, document.pk), columns, rows)
    return shown(request, reader, "printing/reprint.html", page, HTTPStatus.OK)
