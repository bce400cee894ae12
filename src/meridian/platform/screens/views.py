"""What every page is shown by, and small reads: evidence bundles, pickers, what was typed when a session ended."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from meridian.platform.bundles import bundle_response
from meridian.platform.screens.derive import addresses, documents, pickers, resume, shell
from meridian.platform.screens.derive.reader import Reader, for_reader


def shown(request: HttpRequest, reader: Reader, template: str, page: object, status: int = 200) -> HttpResponse:
    """A page in its frame. Fragments of it are taken by the browser, so the answer varies with nothing."""
    context = {"shell": shell.shell_of(request, reader), "page": page}
    return render(request, template, context, status=status)


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
