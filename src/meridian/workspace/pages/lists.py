"""Lists as their readers set them up: saved views, columns, export. The rows themselves are the platform's."""

from dataclasses import replace
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from meridian.kernel.findings import Refused, refusal
from meridian.kernel.messages import message
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.screens.derive import addresses, listing, query
from meridian.platform.screens.derive.provided import provided
from meridian.platform.screens.derive.query import Asked
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import ListPage, ListTools, Option, OwnView, ViewTab
from meridian.platform.screens.views import shown
from meridian.workspace import arranging, views
from meridian.workspace.arranging import COLUMNS_MAX, FIRST, ColumnForm, Layout
from meridian.workspace.models import SavedView
from meridian.workspace.offers import offers_on_list
from meridian.workspace.views import SetUp


@for_reader
@require_safe
def document_list(request: HttpRequest, reader: Reader, module: str, slug: str) -> HttpResponse:
    """The list of a document type; view, filters, search and place are its address.

    The bare address opens the reader's default view, if they have one.
    """
    declared = readable_type(module, slug, reader)
    set_up = views.set_up_of(declared, reader)
    if not request.GET and set_up.default is not None:
        return HttpResponseRedirect(_url_of(declared, set_up.default))
    asked = query.asked_of(declared, request.GET, reader)
    further = arranging.further_columns(declared, reader)
    layout = set_up.layouts.get(view_key(asked, set_up))
    page = listing.list_page(declared, asked, reader, arranging.wanted_refs(further, layout))
    tools = _tools(request, asked, set_up, reader)
    page = arranging.selectable(arranging.arranged(page, layout))
    tabs, offered = _tabs(page, asked, set_up, reader), offers_on_list(declared, reader)
    page = replace(page, tools=tools, views=tabs, secondary=(*page.secondary, *offered))
    return shown(request, reader, "list.html", page)


def readable_type(module: str, slug: str, reader: Reader) -> AnyDocumentType:
    declared = addresses.type_at(module, slug)
    if not reader.may_read(declared):
        raise _no_right_to_read(declared)
    return declared


def _no_right_to_read(declared: AnyDocumentType) -> Refused:
    """That there are such lists is no secret; a single record outside one's scope is not told from none at all."""
    evidence = message("您没有查看{label}的权限。", label=declared.label)
    owners = dict.fromkeys([*declared.drafted_by, *declared.read_by])
    return refusal("permission_required", HTTPStatus.FORBIDDEN, evidence, owner=",".join(map(str, owners)))


def _url_of(declared: AnyDocumentType, view: SavedView) -> str:
    parameters = QueryDict(view.query, mutable=True)
    parameters["saved"] = str(view.pk)
    return f"{addresses.list_url(declared)}?{parameters.urlencode()}"


def view_key(asked: Asked, set_up: SetUp) -> str:
    """Whose columns are shown: a saved view's, else those of the view of the address."""
    saved = set_up.view(asked.query.get("saved", ""))
    return str(saved.pk) if saved is not None else asked.view


def _tabs(page: ListPage, asked: Asked, set_up: SetUp, reader: Reader) -> tuple[ViewTab, ...]:
    """The declared views, then the saved ones. Leaving a saved view for a declared one leaves its mark behind."""
    if not set_up.views:
        return page.views
    current = set_up.view(asked.query.get("saved", ""))
    declared = [
        replace(tab, url=asked.url(view=name, saved=""), is_current=tab.is_current and current is None)
        for tab, name in zip(page.views, query.view_names(asked.declared, reader), strict=False)
    ]
    saved = [
        ViewTab(label=view.name, url=_url_of(asked.declared, view), is_current=view is current) for view in set_up.views
    ]
    return (*declared, *saved)


def _tools(request: HttpRequest, asked: Asked, set_up: SetUp, reader: Reader) -> ListTools:
    base = addresses.list_url(asked.declared)
    current = set_up.view(asked.query.get("saved", ""))
    is_own = current is not None and current.owner_id == reader.actor.user_id
    own = OwnView(key=str(current.pk), name=current.name, is_default=current.is_default, role=current.role) if (
        current is not None and is_own) else None  # fmt: skip
    text = request.GET.urlencode()
    return ListTools(
        url=request.get_full_path(),
        export_url=f"{base}export?{text}&" if text else f"{base}export?",
        columns_url=f"{base}columns?{text}",
        views_url=f"{base}views",
        is_arranged=view_key(asked, set_up) in set_up.layouts,
        own_view=own,
        roles=tuple(
            Option(value=role, label=provided().role_label(role), is_selected=own is not None and own.role == role)
            for role in sorted(reader.grants.roles)
        ),
    )


def _back(request: HttpRequest, declared: AnyDocumentType) -> str:
    """Where the form was sent from, if that is this list."""
    url = request.POST.get("next", "")
    base = addresses.list_url(declared)
    is_safe = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if is_safe and url.startswith(base) else base


@for_reader
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, reader: Reader, module: str, slug: str) -> HttpResponse:
    """The form of a view's columns, and what it sends: kept as it orders them, `act=reset` the declared ones again."""
    declared = readable_type(module, slug, reader)
    if request.method != "POST":
        return _column_form(request, declared, reader)
    view = request.POST.get("view", "")[:48]
    layout = None
    if request.POST.get("act") != "reset":
        names = [name[:120] for name in dict.fromkeys([FIRST, *request.POST.getlist("show")])][:COLUMNS_MAX]
        widths = {name: width for name in names if (width := request.POST.get(f"width:{name}")) in ("narrow", "wide")}
        layout = Layout(tuple(names), frozenset(request.POST.getlist("pin")) & set(names), widths)
    views.keep_layout(declared, reader.actor, view, layout)
    return HttpResponseRedirect(_back(request, declared))


def _column_form(request: HttpRequest, declared: AnyDocumentType, reader: Reader) -> HttpResponse:
    """Fetched when it is opened: few who read a list arrange it, and it has four controls a column."""
    set_up, asked = views.set_up_of(declared, reader), query.asked_of(declared, request.GET, reader)
    view, base, text = view_key(asked, set_up), addresses.list_url(declared), request.GET.urlencode()
    columns = listing.headings(declared, listing.visible_columns(declared, reader))
    choices = arranging.choices(columns, arranging.further_columns(declared, reader), set_up.layouts.get(view))
    form = ColumnForm(url=f"{base}columns", list_url=f"{base}?{text}" if text else base, view=view, columns=choices)
    return render(request, "workspace/column_form.html", {"form": form})


@for_reader
@require_POST
def saved_views(request: HttpRequest, reader: Reader, module: str, slug: str) -> HttpResponse:
    """Saves the list as it is under a name, replaces or deletes one of the reader's views."""
    declared = readable_type(module, slug, reader)
    back, act = _back(request, declared), request.POST.get("act", "")
    saved = query.as_uuid(request.POST.get("saved", ""))
    try:
        if act == "delete" and saved is not None:
            views.delete_view(declared, reader.actor, saved)
            messages.success(request, _("视图已删除"))
            return HttpResponseRedirect(f"{addresses.list_url(declared)}?view={query.ALL}")
        key = views.save_view(
            declared, reader, name=request.POST.get("name", ""), role=request.POST.get("role", ""),
            query=views.kept_query(QueryDict(back.partition("?")[2])),
            is_default="default" in request.POST, replaced=saved if act == "replace" else None,
        )  # fmt: skip
    except Refused as refused:
        messages.error(request, "；".join(str(finding.evidence) for finding in refused.findings))
        return HttpResponseRedirect(back)
    messages.success(request, _("视图已保存"))
    view = views.set_up_of(declared, reader).view(str(key))
    return HttpResponseRedirect(_url_of(declared, view) if view is not None else back)
