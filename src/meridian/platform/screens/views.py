"""Reading: home, lists, records, trails, pickers, each derived from declarations."""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from meridian.kernel.findings import Refused, refusal
from meridian.kernel.messages import message
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.bundles import bundle_response
from meridian.platform.screens.derive import (
    addresses,
    documents,
    history,
    listing,
    pickers,
    query,
    resume,
    shell,
    timeline,
)
from meridian.platform.screens.derive import home as derived_home
from meridian.platform.screens.derive.provided import provided
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import Crumb, TrailPage


def shown(request: HttpRequest, reader: Reader, template: str, page: object, status: int = 200) -> HttpResponse:
    """A page in its frame. Fragments of it are taken by the browser, so the answer varies with nothing."""
    context = {"shell": shell.shell_of(request, reader), "page": page}
    return render(request, template, context, status=status)


@for_reader
@require_safe
def home(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What waits for this person."""
    return shown(request, reader, "home.html", derived_home.home_page(reader))


@for_reader
@require_safe
def document_list(request: HttpRequest, reader: Reader, module: str, slug: str) -> HttpResponse:
    """The list of a document type; view, filters, search and place are its address."""
    declared = addresses.type_at(module, slug)
    if not reader.may_read(declared):
        raise _no_right_to_read(declared)
    page = listing.list_page(declared, query.asked_of(declared, request.GET, reader), reader)
    return shown(request, reader, "list.html", page)


def _no_right_to_read(declared: AnyDocumentType) -> Refused:
    """That there are such lists is no secret; a single record outside one's scope is not told from none at all."""
    evidence = message("您没有查看{label}的权限。", label=declared.label)
    owners = dict.fromkeys([*declared.drafted_by, *declared.read_by])
    return refusal("permission_required", HTTPStatus.FORBIDDEN, evidence, owner=",".join(map(str, owners)))


@for_reader
@require_safe
def record(request: HttpRequest, reader: Reader, module: str, slug: str, document_id: UUID) -> HttpResponse:
    """One record."""
    declared = addresses.type_at(module, slug)
    document = documents.find(declared, document_id, reader)
    return shown(request, reader, "document.html", documents.document_page(declared, document, reader, request))


@for_reader
@require_safe
def trail(request: HttpRequest, reader: Reader, module: str, slug: str, document_id: UUID) -> HttpResponse:
    """The audit trail of one record: every field of every act."""
    declared = addresses.type_at(module, slug)
    document = documents.find(declared, document_id, reader)
    url = addresses.page_url(declared, document.pk)
    proof, proof_url = provided().proof()
    page = TrailPage(
        title=_("%(number)s 审计追踪") % {"number": document.number},
        url=f"{url}trail",
        rows=timeline.trail(declared, history.history_of(declared, document), reader),
        crumbs=(
            Crumb(label=declared.label, url=addresses.list_url(declared)),
            Crumb(label=document.number, url=url),
            Crumb(label=_("审计追踪")),
        ),
        proof=proof,
        proof_url=proof_url,
    )
    return shown(request, reader, "trail.html", page)


@for_reader
@require_safe
def bundle(request: HttpRequest, reader: Reader, module: str, slug: str, document_id: UUID) -> HttpResponse:
    """The evidence bundle of one record."""
    del request
    declared = addresses.type_at(module, slug)
    document = documents.find(declared, document_id, reader)
    return bundle_response(declared, document, reader.actor, reader.grants)


@for_reader
@require_safe
def picker_options(request: HttpRequest, reader: Reader, app: str, model: str) -> HttpResponse:
    """The rows a reference picker offers for the text typed so far."""
    table = pickers.model_at(app, model, reader)
    found = pickers.search(table, request.GET.get("q", ""), reader)
    return render(request, "components/picker_options.html", {"options": pickers.as_options(found)})


@for_reader
@require_safe
def resumed(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What was typed when the session ended, ready to be sent again."""
    return resume.resume_form(request, {"shell": shell.shell_of(request, reader)})
