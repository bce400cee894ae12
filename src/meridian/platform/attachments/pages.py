"""Uploads, downloads and withdrawals of the record page."""

from dataclasses import replace
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from meridian.kernel.findings import Refused
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.attachments import keeping
from meridian.platform.attachments.files import checked, content_of, require_short
from meridian.platform.attachments.models import Attachment
from meridian.platform.screens.derive import addresses, documents, shell
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import Action, ActionPage, Crumb, Note
from meridian.platform.screens.views import shown
from meridian.platform.screens.writing import gone_to, is_fragment


def file_response(row: Attachment) -> HttpResponse:
    """The content as a download and nothing else: no type to be guessed, no script of it ever runs here."""
    response = HttpResponse(content_of(row.sha256), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, row.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store"
    return response


@for_reader
@require_POST
def upload(request: HttpRequest, reader: Reader, module: str, slug: str, document_id: UUID) -> HttpResponse:
    """Attaches one file."""
    require_short(request)
    declared = addresses.type_at(module, slug)
    document = documents.find(declared, document_id, reader)
    try:
        file = checked(request.FILES.get("file"))
        keeping.attach(declared, document_id, file, actor=reader.actor, key=request.POST.get("key", "")[:120])
    except Refused as refused:
        request.GET = QueryDict("section=attachments")
        page = documents.document_page(declared, document, reader, request)
        note = Note(sentence="；".join(str(finding.evidence) for finding in refused.findings), tone="bad")
        return shown(request, reader, "document.html", replace(page, note=note), refused.status)
    messages.success(request, _("已添加 %(name)s") % {"name": file.name})
    return HttpResponseRedirect(_section_url(declared, document_id))


@for_reader
@require_safe
def download(
    request: HttpRequest, reader: Reader, module: str, slug: str, document_id: UUID, attachment_id: UUID
) -> HttpResponse:  # fmt: skip
    """One file, to whoever may read its document."""
    del request
    declared = addresses.type_at(module, slug)
    documents.find(declared, document_id, reader)
    return file_response(keeping.attachment_of(declared, document_id, attachment_id))


@for_reader
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(
    request: HttpRequest, reader: Reader, module: str, slug: str, document_id: UUID, attachment_id: UUID
) -> HttpResponse:  # fmt: skip
    """Asks for the reason, then withdraws."""
    declared = addresses.type_at(module, slug)
    document = documents.find(declared, document_id, reader)
    row = keeping.attachment_of(declared, document_id, attachment_id)
    errors: tuple[str, ...] = ()
    status = HTTPStatus.OK
    back = _section_url(declared, document_id)
    if request.method == "POST":
        try:
            keeping.withdraw(declared, document_id, row.pk, request.POST.get("remark", ""), actor=reader.actor)
        except Refused as refused:
            errors, status = tuple(str(finding.evidence) for finding in refused.findings), refused.status
        else:
            messages.success(request, _("已撤回 %(name)s") % {"name": row.name})
            return gone_to(request, back)
    action = Action(name="withdraw", label=_("撤回附件"), url=request.path, kind="danger", remark="required",
                    remark_label=_("撤回原因"), confirm=row.name, errors=errors)  # fmt: skip
    crumbs = (Crumb(label=declared.label, url=addresses.list_url(declared)), Crumb(label=document.number, url=back))
    page = ActionPage(title=_("撤回附件"), action=action, cancel_url=back, crumbs=crumbs)
    if is_fragment(request):
        context = {"shell": shell.shell_of(request, reader), "page": page}
        return render(request, "action_fragment.html", context, status=status)
    return shown(request, reader, "action.html", page, status)


def _section_url(declared: AnyDocumentType, document_id: UUID) -> str:
    return f"{addresses.page_url(declared, document_id)}?section=attachments"
