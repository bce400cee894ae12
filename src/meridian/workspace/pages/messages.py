"""What a person was told: comments that name them or follow on theirs, each leading to its record."""

from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.kernel.registry import registry
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.derive.query import as_uuid
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.markup import filled
from meridian.platform.screens.view import Badge, Cell, Column, Crumb, Row, Text, ViewTab
from meridian.platform.screens.views import shown
from meridian.workspace.messages import Told, mark_read, messages_of
from meridian.workspace.models import Mention
from meridian.workspace.records import FoundRecord, read_records

URL = "/messages"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesPage:
    """`workspace/messages.html`."""

    title: Text
    url: str
    crumbs: tuple[Crumb, ...]
    views: tuple[ViewTab, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    has_unread: bool
    empty: Text


@for_reader
@require_safe
def inbox(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The newest hundred messages, or those not read yet."""
    only_unread = request.GET.get("view") != "all"
    told = messages_of(reader.actor.user_id, unread=only_unread)
    keys = [(each.document_type, each.document_id) for each in told]
    known = {record.id: record for record in read_records(keys, reader)}
    page = MessagesPage(
        title=_("消息"),
        url=URL,
        crumbs=(Crumb(label=_("工作台"), url="/"), Crumb(label=_("消息"))),
        views=(
            ViewTab(label=_("未读"), url=URL, is_current=only_unread, count=len(told) if only_unread else None),
            ViewTab(label=_("全部"), url=f"{URL}?view=all", is_current=not only_unread),
        ),
        columns=(
            Column(name="state", label=_("状态"), kind="badge", phone="status"),
            Column(name="record", label=_("单据"), kind="id", phone="title"),
            Column(name="said", label=_("评论"), phone="sub", width="wide"),
            Column(name="why", label=_("原因"), phone="fact"),
            Column(name="by", label=_("评论人"), phone="sub"),
            Column(name="at", label=_("时间"), kind="datetime", phone="sub"),
            Column(name="acts", label=_("操作"), phone="fact"),
        ),
        rows=tuple(_row(each, known.get(each.document_id)) for each in told),
        has_unread=any(each.read_at is None for each in told),
        empty=_("没有未读消息。") if only_unread else _("还没有人在评论中提到您。"),
    )
    return shown(request, reader, "workspace/messages.html", page)


def _row(told: Told, record: FoundRecord | None) -> Row:
    """A record out of the reader's sight now keeps its words to itself."""
    declared = registry.document_type(told.document_type)
    url = "" if record is None or declared is None else f"{addresses.page_url(declared, record.id)}?seen=1#rail"
    label = declared.label if declared is not None else told.document_type
    is_new = told.read_at is None
    button = '<button class="btn btn-xs" name="message" form="messages-form" value="{}">{}</button>'
    return Row(
        key=str(told.id),
        url=url,
        cells=(
            Cell(kind="badge", badge=Badge(label=_("未读"), tone="violet") if is_new else Badge(label=_("已读"))),
            Cell(kind="id", value=record.number if record is not None else "—", url=url, note=label),
            Cell(value=told.text if record is not None else _("该单据已不在您的数据范围内。"), strong=is_new),
            Cell(value=Mention.Kind(told.kind).label),
            Cell(value=told.by),
            Cell(kind="datetime", value=told.at),
            Cell(value=filled(button, told.id, _("标为已读")) if is_new else ""),
        ),
    )


@for_reader
@require_POST
def read(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Marks one message as read, by `message`, or all of them."""
    given = request.POST.get("message", "")
    key: UUID | None = as_uuid(given)
    if given and key is None:
        raise refusal("not_found", HTTPStatus.NOT_FOUND, message("没有这条消息。"))
    mark_read(reader.actor, message_id=key)
    return HttpResponseRedirect(URL)
