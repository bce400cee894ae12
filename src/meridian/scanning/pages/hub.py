"""The hub of the scanner: what waits, what a scan means, and where a new putaway or move begins."""

from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from meridian.items.udi.reader import SCAN_LENGTH_MAX
from meridian.kernel.findings import Refused
from meridian.kernel.registry import registry
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.derive.provided import provided
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.views import shown
from meridian.scanning import queries, services
from meridian.scanning.answers import LotCard
from meridian.scanning.pages.hub_view import BEGINS, hub_page
from meridian.scanning.pages.known_view import known
from meridian.scanning.pages.tasks import KEY_LENGTH, task_at
from meridian.scanning.pages.view import task_url
from meridian.scanning.tasks import TASKS


@for_reader
@require_safe
def hub(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The tasks this person may do; `?q=` says what a scan means, and opens the task of a document's number."""
    text = request.GET.get("q", "").strip("\r\n\t ").replace("\x00", "")[:SCAN_LENGTH_MAX]
    tiles = queries.hub(actor=reader.actor)
    found = _found(text, reader) if text else None
    if found is not None and found.document_id is not None:
        return HttpResponseRedirect(_document_url(found, frozenset(tile.task for tile in tiles)))
    page = hub_page(
        tiles,
        key=uuid4().hex,
        list_urls={task: addresses.list_url(rules.declared, state=rules.state) for task, rules in TASKS.items()},
        query=text,
        known=known(found, reader) if found is not None else None,
        sites=tuple((str(site.id), site.label) for site in provided().sites()),
    )
    return shown(request, reader, "scanning/hub.html", page)


def _found(text: str, reader: Reader) -> LotCard:
    """What is known; whoever may read no stock is told so in place of it."""
    try:
        return queries.known_about(text, actor=reader.actor)
    except Refused as refused:
        return LotCard(text=text, problem=" ".join(str(finding.evidence) for finding in refused.findings))


def _document_url(found: LotCard, tasks: frozenset[str]) -> str:
    """Where a scanned document's number leads: to its task, else to its record."""
    if found.document_id is None:
        raise Http404("no document")
    if found.task is not None and found.task in tasks:
        return task_url(found.task, found.document_id)
    declared = registry.document_type(found.document_type)
    if declared is None:
        raise Http404("no such type")
    return addresses.page_url(declared, found.document_id)


@for_reader
@require_POST
def begin(request: HttpRequest, reader: Reader, task: str) -> HttpResponse:
    """A new putaway or move, empty, open for its first scan."""
    at = task_at(task)
    if at not in BEGINS:
        raise Http404("this task begins with a document made elsewhere")
    key = request.POST.get("key", "")[:KEY_LENGTH]
    site = next((each.id for each in provided().sites() if str(each.id) == request.POST.get("site")), None)
    if site is None:
        raise Http404("no such site")
    return HttpResponseRedirect(task_url(at, services.begin(at, site, key=key, actor=reader.actor)))
