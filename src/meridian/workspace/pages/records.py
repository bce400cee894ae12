"""One record and its trail, each with what people said."""

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from meridian.kernel.findings import Refused
from meridian.kernel.registry import AnyDocumentType, registry
from meridian.platform.screens.derive import addresses, documents, history, shell, timeline
from meridian.platform.screens.derive.provided import provided
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import (
    Action,
    ActionPage,
    Crumb,
    DocumentPage,
    TimelineEntry,
    Todo,
    TrailPage,
    TrailRow,
)
from meridian.platform.screens.views import shown
from meridian.platform.screens.writing import gone_to, is_fragment
from meridian.workspace import comments
from meridian.workspace.comments import Trace
from meridian.workspace.messages import Told, mark_read, messages_of
from meridian.workspace.models import Mention
from meridian.workspace.offers import offers_on, with_knowledge

TRAIL = "trail"
UNREAD_SHOWN = 10


def mentions_of(reader: Reader) -> tuple[Todo, ...]:
    """Who spoke to this person and was not read yet; one statement."""
    unread = messages_of(reader.actor.user_id, unread=True, limit=UNREAD_SHOWN)
    return tuple(todo for each in unread if (todo := _mention(each)) is not None)


def _mention(unread: Told) -> Todo | None:
    declared = registry.document_type(unread.document_type)
    if declared is None:
        return None
    words = {"person": unread.by, "type": declared.label}
    if unread.kind == Mention.Kind.NAMED:
        label = _("%(person)s 在%(type)s的评论中提到了您") % words
    else:
        label = _("%(person)s 评论了您参与的%(type)s") % words
    return Todo(label=label, url=f"{addresses.page_url(declared, unread.document_id)}?seen=1#rail", icon="message",
                context=unread.text[:120])  # fmt: skip


@for_reader
@require_safe
def record(request: HttpRequest, reader: Reader, module: str, slug: str, document_id: UUID) -> HttpResponse:
    """One record; `seen` in the address says that the reader came to see what was said to them."""
    declared = addresses.type_at(module, slug)
    document = documents.find(declared, document_id, reader)
    if "seen" in request.GET:
        mark_read(reader.actor, document_id=document.pk)
    page = documents.document_page(declared, document, reader, request)
    page = replace(page, secondary=(*offers_on(declared, document, reader), *page.secondary),
                   sections=with_knowledge(page.sections, declared, document))  # fmt: skip
    return shown(request, reader, "document.html", with_comments(page, document.pk, reader))


def with_comments(page: DocumentPage, document_id: UUID, reader: Reader) -> DocumentPage:
    """The page with its comments in rail and trail, and the form for another."""
    traces = comments.traces_of(document_id)
    said = tuple(_entry(trace, page.url, reader) for trace in traces if trace.is_new)
    entries = tuple(sorted((*page.timeline, *said), key=lambda entry: entry.at, reverse=True))
    sections = tuple(
        replace(section, trail=_with_traces(section.trail, traces))
        if section.name == TRAIL and section.is_current
        else section
        for section in page.sections
    )
    return replace(page, timeline=entries, sections=sections, comment=_form(page.url))


def _entry(said: Trace, url: str, reader: Reader) -> TimelineEntry:
    if said.is_withdrawn:
        return TimelineEntry(verb=_("的评论已撤回"), at=said.at, actor=said.actor, kind="comment")
    mine = said.writer_id == reader.actor.user_id
    return TimelineEntry(
        verb=_("评论"), at=said.at, actor=said.actor, kind="comment", remark=said.text,
        withdraw_url=f"{url}comments/{said.comment_id}/withdraw" if mine else "",
    )  # fmt: skip


def _form(url: str, *, text: str = "", errors: tuple[str, ...] = (), key: str = "") -> Action:
    return Action(
        name="comment", label=_("评论"), url=f"{url}comment", page_url=f"{url}comment", icon="message",
        remark="required", remark_label=_("评论内容（@姓名 可提醒同事）"), remark_value=text, errors=errors,
        hidden=(("key", key or uuid4().hex),),
    )  # fmt: skip


def _with_traces(rows: tuple[TrailRow, ...], traces: Sequence[Trace]) -> tuple[TrailRow, ...]:
    doors = timeline.sources()
    told = [
        TrailRow(
            at=trace.at,
            actor=trace.actor,
            role="",
            what=_("评论") if trace.is_new else _("撤回评论"),
            new=trace.text if trace.is_new else "",
            old="" if trace.is_new else trace.text,
            source=doors.get(trace.source, trace.source),
            address=trace.address,
        )
        for trace in traces
    ]
    return tuple(sorted((*rows, *told), key=lambda row: row.at, reverse=True))


@for_reader
@require_safe
def trail(request: HttpRequest, reader: Reader, module: str, slug: str, document_id: UUID) -> HttpResponse:
    """The audit trail of one record: every field of every act, and every comment."""
    declared = addresses.type_at(module, slug)
    document = documents.find(declared, document_id, reader)
    url = addresses.page_url(declared, document.pk)
    proof, proof_url = provided().proof()
    rows = timeline.trail(declared, history.history_of(declared, document), reader)
    page = TrailPage(
        title=_("%(number)s 审计追踪") % {"number": document.number},
        url=f"{url}trail",
        rows=_with_traces(rows, comments.traces_of(document.pk)),
        crumbs=_crumbs(declared, document, _("审计追踪")),
        proof=proof,
        proof_url=proof_url,
    )
    return shown(request, reader, "trail.html", page)


def _crumbs(declared: AnyDocumentType, document: Any, last: str) -> tuple[Crumb, ...]:
    return (
        Crumb(label=declared.label, url=addresses.list_url(declared)),
        Crumb(label=document.number, url=addresses.page_url(declared, document.pk)),
        Crumb(label=last),
    )


@for_reader
@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: HttpRequest, reader: Reader, module: str, slug: str, document_id: UUID) -> HttpResponse:
    """Asks for the words, then keeps them."""
    declared = addresses.type_at(module, slug)
    document = documents.find(declared, document_id, reader)
    url = addresses.page_url(declared, document.pk)
    action, status = _form(url), HTTPStatus.OK
    if request.method == "POST":
        text, key = request.POST.get("remark", ""), request.POST.get("key", "")[:120]
        try:
            comments.write(declared, document.pk, text, actor=reader.actor, key=key)
        except Refused as refused:
            errors = tuple(str(finding.evidence) for finding in refused.findings)
            action, status = _form(url, text=text, errors=errors, key=key), refused.status
        else:
            return gone_to(request, url)
    return _asked(request, reader, declared, document, action, status)


@for_reader
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_comment(
    request: HttpRequest, reader: Reader, module: str, slug: str, document_id: UUID, comment_id: UUID
) -> HttpResponse:  # fmt: skip
    """Says what happens, then takes the comment back."""
    declared = addresses.type_at(module, slug)
    document = documents.find(declared, document_id, reader)
    errors: tuple[str, ...] = ()
    status = HTTPStatus.OK
    if request.method == "POST":
        try:
            comments.withdraw(declared, document.pk, comment_id, actor=reader.actor)
        except Refused as refused:
            errors, status = tuple(str(finding.evidence) for finding in refused.findings), refused.status
        else:
            messages.success(request, _("评论已撤回"))
            return gone_to(request, addresses.page_url(declared, document.pk))
    action = Action(name="withdraw-comment", label=_("撤回评论"), url=request.path, kind="danger", icon="message",
                    confirm=_("评论内容不再显示，撤回的痕迹保留在审计追踪中。"), errors=errors)  # fmt: skip
    return _asked(request, reader, declared, document, action, status)


def _asked(
    request: HttpRequest, reader: Reader, declared: AnyDocumentType, document: Any, action: Action, status: int
) -> HttpResponse:  # fmt: skip
    cancel = addresses.page_url(declared, document.pk)
    crumbs = _crumbs(declared, document, str(action.label))
    page = ActionPage(title=action.label, action=action, cancel_url=cancel, crumbs=crumbs)
    if is_fragment(request):
        context = {"shell": shell.shell_of(request, reader), "page": page}
        return render(request, "action_fragment.html", context, status=status)
    return shown(request, reader, "action.html", page, status)
