"""The palette's answers, and the search of the top bar for browsers without scripts."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from meridian.platform.screens.derive.query import as_uuid
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.views import shown
from meridian.workspace import finding, palette
from meridian.workspace.provided import sources

LONGEST_SEARCH = 200
RECENT_MAX = 8


def _text_of(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip(" \t\r\n").replace("\x00", "")[:LONGEST_SEARCH]


@for_reader
@require_safe
def find(request: HttpRequest, reader: Reader) -> HttpResponse:
    """One hit opens at once, a scan or lot goes where the site knows it, else a list."""
    text = _text_of(request)
    found = finding.matches(text, reader) if text else []
    if len(found) == 1 or (found and found[0]["number"] == text):
        return HttpResponseRedirect(finding.address_of(found[0]))
    elsewhere = "" if found or not text else sources().elsewhere(text)
    if elsewhere:
        return HttpResponseRedirect(elsewhere)
    return shown(request, reader, "list.html", finding.result_page(text, found))


@for_reader
@require_safe
def palette_options(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The options of the palette for the text typed so far: `q`, `recent` (ids of records, latest first), `at`."""
    ids = (as_uuid(each) for each in request.GET.get("recent", "").split(",")[:RECENT_MAX])
    asked = palette.Asked(
        text=_text_of(request),
        reader=reader,
        recent=[each for each in ids if each is not None],
        path=request.GET.get("at", "/")[:LONGEST_SEARCH],
    )
    context = {"sections": palette.sections(asked), "text": asked.text, "words": asked.words, "mode": asked.mode}
    return render(request, "components/palette_options.html", context)
