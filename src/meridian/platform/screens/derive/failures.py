"""Answers that are not the page asked for: what happened, why, what to do next. Nothing is swallowed."""

import logging
import sys
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from meridian.kernel.findings import Refused
from meridian.platform.screens.derive import gaterows, shell
from meridian.platform.screens.view import GatePanel, Link, MessagePage

if TYPE_CHECKING:
    from meridian.platform.screens.derive.reader import Reader

log = logging.getLogger("meridian.pages")


def home_link() -> Link:
    """The way out of every dead end."""
    return Link(label=_("回工作台"), url="/", icon="home")


def not_found_page(request: HttpRequest, reader: "Reader | None") -> HttpResponse:
    """404: it does not exist for this person; another company's records are not told apart."""
    page = MessagePage(
        status=404, title=_("找不到这一页"), sentence=_("它可能已被移走，或不在您的权限范围内。"), links=(home_link(),)
    )
    return _answer(request, reader, page)


def refused_page(request: HttpRequest, reader: "Reader", refused: Refused) -> HttpResponse:
    """A refusal outside any form: 403, 404, 409 or 422 with each finding."""
    if refused.status is HTTPStatus.NOT_FOUND:
        return not_found_page(request, reader)
    first = refused.findings[0] if refused.findings else None
    titles = {
        HTTPStatus.FORBIDDEN: _("没有权限"),
        HTTPStatus.CONFLICT: _("已有变化，什么都没有改变"),
        HTTPStatus.UNAUTHORIZED: _("需要重新验证身份"),
    }
    rows = tuple(gaterows.row_of(finding, reader, {}) for finding in refused.findings)
    panel = GatePanel(met=0, total=len(rows), sentence=_("未满足的条件"), rows=rows) if len(rows) > 1 else None
    page = MessagePage(
        status=int(refused.status),
        title=titles.get(refused.status, _("未办理，什么都没有改变")),
        sentence=str(first.evidence) if first else refused.code,
        why=gaterows.owner_sentence(first.owner) if first else "",
        findings=panel,
        links=(home_link(),),
    )
    return _answer(request, reader, page)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: for `handler500`; the number on the page is the number in the log. Touches no database."""
    support_id = f"{uuid4().hex[:12]}"
    log.error("support id %s: %s %s", support_id, request.method, request.path, exc_info=sys.exc_info())
    page = MessagePage(
        status=500,
        title=_("服务器出错"),
        sentence=_("刚才的操作没有生效，数据没有改变。"),
        links=(home_link(),),
        support_id=support_id,
    )
    context = {"shell": shell.bare_shell(request), "page": page}
    return render(request, "message_bare.html", context, status=500)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 for addresses no route knows: for `handler404`."""
    del exception
    return not_found_page(request, None)


def _answer(request: HttpRequest, reader: "Reader | None", page: MessagePage) -> HttpResponse:
    if reader is None:
        context = {"shell": shell.bare_shell(request), "page": page}
        return render(request, "message_bare.html", context, status=page.status)
    return render(request, "message.html", {"shell": shell.shell_of(request, reader), "page": page}, status=page.status)
