"""One task on one document: the page, and what its scans and corrections are answered with.

The script of the page sends `HX-Request` and gets the parts that changed; without it a plain form is answered by the
page itself, which shows the person's last scan again.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import TypeVar, cast
from unicodedata import normalize
from uuid import UUID, uuid4

from csp.decorators import csp_update
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from meridian.items.udi.reader import SCAN_LENGTH_MAX
from meridian.kernel.findings import Refused
from meridian.kernel.messages import message
from meridian.platform.screens.derive import addresses, shell
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.views import shown
from meridian.scanning import queries, services
from meridian.scanning.answers import Capture, ScanAnswer, ScanCard, TaskStanding
from meridian.scanning.cards import as_card
from meridian.scanning.models import ScanRecord
from meridian.scanning.pages import view
from meridian.scanning.tasks import TASKS
from meridian.scanning.vocabulary import ScanTask, Verdict
from meridian.scanning.words import Said, said

KEY_LENGTH = 120
View = TypeVar("View", bound=Callable[..., HttpResponse])
allows_decoder = cast("Callable[[View], View]", csp_update({"script-src": ["'wasm-unsafe-eval'"]}))
"""The camera's decoder is WebAssembly (docs/decisions/camera-decoder.md)."""


def task_at(slug: str) -> ScanTask:
    """The task of an address; Http404 for any other word."""
    word = slug.replace("-", "_")
    if word not in ScanTask.values:
        raise Http404("no such task")
    return ScanTask(word)


@allows_decoder
@for_reader
@require_safe
def task_page(request: HttpRequest, reader: Reader, task: str, document_id: UUID) -> HttpResponse:
    """The task as it stands, with the person's last scan; a document that waits for it no longer shows its record."""
    at = task_at(task)
    try:
        standing = queries.standing(at, document_id, actor=reader.actor)
    except Refused as refused:
        if refused.status != HTTPStatus.CONFLICT:
            raise
        return HttpResponseRedirect(_record_url(at, document_id))
    card = None if "again" in request.GET else _last_card(standing, reader)
    return shown(request, reader, "scanning/task.html", _page(standing, card))


@for_reader
@require_POST
def take(request: HttpRequest, reader: Reader, task: str, document_id: UUID) -> HttpResponse:
    """One barcode."""
    capture = Capture(
        text=request.POST.get("text", "")[:SCAN_LENGTH_MAX].replace("\x00", ""),
        key=_key(request),
        captured_at=_instant(request.POST.get("captured_at", "")),
    )
    at = task_at(task)
    return _answered(request, reader, at, document_id,
                     lambda: services.take(at, document_id, capture, actor=reader.actor))  # fmt: skip


@for_reader
@require_POST
def undo(request: HttpRequest, reader: Reader, task: str, document_id: UUID) -> HttpResponse:
    """Takes back what this person counted last."""
    at, key = task_at(task), _key(request)
    return _answered(request, reader, at, document_id,
                     lambda: services.undo(at, document_id, key=key, actor=reader.actor))  # fmt: skip


@for_reader
@require_POST
def set_quantity(request: HttpRequest, reader: Reader, task: str, document_id: UUID) -> HttpResponse:
    """Another quantity for a line."""
    at, key = task_at(task), _key(request)
    line, quantity = _uuid(request.POST.get("line", "")), _figure(request.POST.get("quantity", ""))
    if quantity is None:
        return _not_taken(request, at, document_id, said(message("数量无法识别")),
                          said(message("请输入数字，例如 12。")))  # fmt: skip
    return _answered(request, reader, at, document_id,
                     lambda: services.set_quantity(at, document_id, line, quantity, key=key,
                                                   actor=reader.actor))  # fmt: skip


@for_reader
@require_POST
def set_aside(request: HttpRequest, reader: Reader, task: str, document_id: UUID) -> HttpResponse:
    """A stop is put aside for somebody to decide, and scanning goes on."""
    at, key, record = task_at(task), _key(request), _uuid(request.POST.get("record", ""))
    return _answered(request, reader, at, document_id,
                     lambda: services.set_aside(at, document_id, record, key=key, actor=reader.actor))  # fmt: skip


@for_reader
@require_safe
def finish(request: HttpRequest, reader: Reader, task: str, document_id: UUID) -> HttpResponse:
    """To the move that ends the task, with its gates and its signature; what is left is said first."""
    at = task_at(task)
    standing = queries.standing(at, document_id, actor=reader.actor)
    step_url = addresses.step_url(TASKS[at].declared, document_id, standing.finish_step)
    page = view.unfinished_page(_page(standing, None), step_url=step_url)
    if not page.lines:
        return HttpResponseRedirect(step_url)
    return shown(request, reader, "scanning/unfinished.html", page)


def _answered(
    request: HttpRequest, reader: Reader, task: ScanTask, document_id: UUID, act: Callable[[], ScanAnswer]
) -> HttpResponse:
    """The parts that changed; 422 for a stop, the refusal's own status for what is no matter of the scan."""
    try:
        answer = act()
    except Refused as refused:
        if not _is_scripted(request):
            raise
        sentence = Said(tuple(finding.evidence for finding in refused.findings))
        return _not_taken(request, task, document_id, said(message("没有办理")), sentence, refused.status)
    if not _is_scripted(request):
        return HttpResponseRedirect(view.task_url(task, document_id))
    card = view.card_part(answer.card, _open_stop(answer.standing, answer.record_id))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if answer.card.verdict == Verdict.STOP else HTTPStatus.OK
    return _fragment(request, reader, "scanning/answer.html", _page(answer.standing, card), status)


def _not_taken(
    request: HttpRequest,
    task: ScanTask,
    document_id: UUID,
    headline: Said,
    sentence: Said,
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> HttpResponse:
    """What never came to be counted: only the card changes."""
    if not _is_scripted(request):
        messages.error(request, f"{headline}：{sentence}")
        return HttpResponseRedirect(view.task_url(task, document_id))
    card = view.card_part(ScanCard(verdict=Verdict.STOP, headline=headline, sentence=sentence))
    page = view.RefusedPage(card=card, url=view.task_url(task, document_id), record_url=_record_url(task, document_id))
    return render(request, "scanning/refused.html", {"page": page}, status=status)


def _fragment(request: HttpRequest, reader: Reader, template: str, page: view.TaskPage, status: int) -> HttpResponse:
    return render(request, template, {"page": page, "shell": shell.shell_of(request, reader)}, status=status)


def _page(standing: TaskStanding, card: view.CardPart | None) -> view.TaskPage:
    record_url = _record_url(ScanTask(standing.task), standing.document_id)
    return view.task_page(standing, card, key=uuid4().hex, record_url=record_url)


def _last_card(standing: TaskStanding, reader: Reader) -> view.CardPart | None:
    """What this person was told last, from the book."""
    ids = [record.id for record in standing.records]
    mine = ScanRecord.objects.filter(pk__in=ids, actor_id=reader.actor.user_id).order_by("-id").first()
    return view.card_part(as_card(mine.told), _open_stop(standing, mine.pk)) if mine else None


def _open_stop(standing: TaskStanding, record_id: UUID) -> UUID | None:
    return next((each.id for each in standing.records if each.id == record_id and each.is_open_stop), None)


def _record_url(task: ScanTask, document_id: UUID) -> str:
    return addresses.page_url(TASKS[task].declared, document_id)


def _is_scripted(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _key(request: HttpRequest) -> str:
    return request.POST.get("key", "")[:KEY_LENGTH]


def _instant(text: str) -> datetime | None:
    """The device's own clock, if it says anything that can be one."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404("no such line") from None


def _figure(text: str) -> Decimal | None:
    """A quantity as people type it: full-width digits and groups of three are understood."""
    try:
        figure = Decimal(normalize("NFKC", text).replace(",", "").strip())
    except InvalidOperation:
        return None
    return figure if figure.is_finite() else None
