"""Lists as files: made at once up to a size, else in the background, with a page that shows how far they are."""

from dataclasses import dataclass
from decimal import Decimal
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from meridian.platform.screens import formats
from meridian.platform.screens.derive import query
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.markup import filled, joined
from meridian.platform.screens.view import Badge, Cell, Column, Crumb, Progress, Row, Text, Tone
from meridian.platform.screens.views import shown
from meridian.workspace import background, views
from meridian.workspace.exporting import ROWS_MAX, table_of
from meridian.workspace.files import EXPORTS_URL as URL
from meridian.workspace.files import as_download, file_response, made_later
from meridian.workspace.models import ListExport
from meridian.workspace.pages.lists import readable_type, view_key
from meridian.workspace.sheets import CONTENT_TYPES, FORMS, form_of

TONES: dict[str, Tone] = {"waiting": "neutral", "running": "info", "ready": "ok", "failed": "bad"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportsPage:
    """`workspace/exports.html`; asked again by the browser while anything `is_moving`."""

    title: Text
    url: str
    crumbs: tuple[Crumb, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    is_moving: bool
    kept: str


@for_reader
@require_safe
def export(request: HttpRequest, reader: Reader, module: str, slug: str) -> HttpResponse:
    """What the list shows, or all its columns, as XLSX or CSV (`form`). A long one is put in the queue instead."""
    declared = readable_type(module, slug, reader)
    set_up = views.set_up_of(declared, reader)
    asked = query.asked_of(declared, request.GET, reader)
    layout = set_up.layouts.get(view_key(asked, set_up))
    form = form_of(request.GET.get("form", ""))
    table = table_of(declared, request.GET, reader, layout)
    if not table.is_longer_than(ROWS_MAX):
        return file_response(str(declared.label), form, table.headings(), table.pages())
    return made_later(request, reader, declared.code, layout)


@for_reader
@require_safe
def exports(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The files this person asked for, how far they are, and where they are fetched."""
    found = background.exports_of(reader.actor.user_id)
    moving = (ListExport.State.WAITING, ListExport.State.RUNNING)
    page = ExportsPage(
        title=_("我的导出"),
        url=URL,
        crumbs=(Crumb(label=_("工作台"), url="/"), Crumb(label=_("我的导出"))),
        columns=_columns(),
        rows=tuple(_row(each) for each in found),
        is_moving=any(each.state in moving for each in found),
        kept=_("文件保留 %(hours)s 小时，只有您能下载。") % {"hours": background.KEPT_HOURS},
    )
    return shown(request, reader, "workspace/exports.html", page)


def _columns() -> tuple[Column, ...]:
    return (
        Column(name="list", label=_("列表"), phone="title"),
        Column(name="form", label=_("格式"), phone="sub"),
        Column(name="asked", label=_("要求时间"), kind="datetime", phone="sub"),
        Column(name="state", label=_("状态"), kind="badge", phone="status"),
        Column(name="progress", label=_("进度"), kind="progress"),
        Column(name="rows", label=_("行数"), kind="number"),
        Column(name="expires", label=_("保留至"), kind="datetime"),
        Column(name="acts", label=_("操作")),
    )


def _row(row: ListExport) -> Row:
    state, done, total = ListExport.State(row.state), Decimal(row.done), Decimal(row.total)
    is_ready, is_running = state == ListExport.State.READY, state == ListExport.State.RUNNING
    label = f"{formats.number(done)} / {formats.number(total)}"
    cells = (
        Cell(value=background.label_of(row.document_type), strong=True),
        Cell(value="Excel" if row.form == "xlsx" else "CSV"),
        Cell(kind="datetime", value=row.asked_at),
        Cell(kind="badge", badge=Badge(label=state.label, tone=TONES.get(row.state, "neutral"))),
        Cell(kind="progress", progress=Progress(done=done, total=total, label=label) if is_running and total else None),
        Cell(kind="number", value=done if is_ready else None),
        Cell(kind="datetime", value=row.expires_at if is_ready else None),
        Cell(value=_acts(row, is_ready=is_ready, is_open=is_running or state == ListExport.State.WAITING)),
    )
    return Row(key=str(row.pk), cells=cells)


def _acts(row: ListExport, *, is_ready: bool, is_open: bool) -> SafeString:
    """What may be done with it; the buttons send the page's one form."""
    url = f"{URL}/{row.pk}"
    fetched = filled('<a class="btn btn-primary btn-xs" href="{}" download>{}</a> ', url, _("下载"))
    word = _("取消") if is_open else _("删除")
    stopped = filled(
        '<button class="btn btn-xs" form="exports-form" formaction="{}">{}</button>', f"{url}/cancel", word
    )
    return joined((fetched,) if is_ready else ()) + joined((stopped,) if is_ready or is_open else ())


@for_reader
@require_safe
def download(request: HttpRequest, reader: Reader, key: UUID) -> HttpResponse:
    """The file, for who asked for it, while their rights are the same and its time is not over."""
    del request
    row, path = background.file_of(key, reader)
    form = next(each for each in FORMS if each == row.form)
    response = cast("HttpResponse", FileResponse(path.open("rb"), content_type=CONTENT_TYPES[form]))
    return as_download(response, f"{background.label_of(row.document_type)} {row.asked_at:%Y%m%d-%H%M}.{form}")


@for_reader
@require_POST
def cancel(request: HttpRequest, reader: Reader, key: UUID) -> HttpResponse:
    """Stops it, or deletes the file."""
    background.cancel(key, reader.actor)
    messages.success(request, _("已取消"))
    return HttpResponseRedirect(URL)
