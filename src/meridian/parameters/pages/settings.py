"""Every figure the company may set: what it does, where it holds, default, present value and its last change."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from meridian.accounts.scopes import scope_names
from meridian.parameters.documents import ParameterChangeDocument
from meridian.parameters.models import ParameterValue
from meridian.parameters.services import SITE
from meridian.parameters.vocabulary import Parameter, parameters
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.derive.gaterows import role_labels
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import Cell, Column, EmptyState, Link, ListPage, Row, ViewTab
from meridian.platform.screens.views import shown

URL = "/settings/"


@for_reader
@require_safe
def settings(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The parameters of one section or all; Http404 for those who may not read changes of them. One statement."""
    if not reader.may_read(ParameterChangeDocument):
        raise Http404("not readable")
    section, asked = request.GET.get("section", ""), request.GET.get("q", "").strip()[:80]
    everything = parameters()
    found = [each for each in everything if section in ("", each.code.split(".")[0]) and _speaks_of(each, asked)]
    in_force: dict[str, list[ParameterValue]] = {}
    for row in ParameterValue.objects.order_by("code", "pk"):
        in_force.setdefault(row.code, []).append(row)
    sites = scope_names(SITE)
    page = ListPage(
        title=_("参数"),
        url=URL,
        links=(Link(label=_("参数变更"), url=addresses.list_url(ParameterChangeDocument, view="all")),),
        columns=(
            Column(name="label", label=_("参数"), phone="title", width="wide"),
            Column(name="effect", label=_("影响"), phone="sub", width="whole"),
            Column(name="value", label=_("现值"), phone="status"),
            Column(name="bounds", label=_("默认值和范围"), phone="fact", width="whole"),
            Column(name="signed", label=_("由谁签署"), phone="fact"),
            Column(name="last", label=_("最近变更"), phone="fact"),
            Column(name="ask", label=_("申请变更"), kind="link"),
        ),
        rows=tuple(_row(each, in_force.get(each.code, ()), sites, reader) for each in found),
        views=_sections(everything, section),
        search=asked,
        search_hint=_("参数名称 / 影响"),
        query_kept=(("section", section),) if section else (),
        total_count=len(found),
        count_unit=_("项"),
        empty=None
        if found
        else EmptyState(kind="no_match", title=_("没有符合的参数"), sentence=_("换个分类或搜索词。")),
    )
    return shown(request, reader, "list.html", page)


def _speaks_of(parameter: Parameter, word: str) -> bool:
    texts = (parameter.label, parameter.effect, parameter.code)
    return any(word.casefold() in str(text).casefold() for text in texts)


def _sections(everything: Sequence[Parameter], current: str) -> tuple[ViewTab, ...]:
    labels: dict[str, str] = {"": _("全部")}
    labels.update({each.code.split(".")[0]: str(each.section) for each in everything})
    return tuple(
        ViewTab(label=label, url=f"{URL}?section={name}" if name else URL, is_current=name == current,
                count=sum(name in ("", each.code.split(".")[0]) for each in everything))
        for name, label in labels.items()
    )  # fmt: skip


def _row(parameter: Parameter, rows: Sequence[ParameterValue], sites: Mapping[UUID, str], reader: Reader) -> Row:
    company = next((row.value for row in rows if row.scope_site_id is None), parameter.default)
    apart = [
        _("%(site)s：%(value)s") % {"site": sites.get(row.scope_site_id, "—"), "value": row.value}
        for row in rows
        if row.scope_site_id is not None
    ]
    last = max(rows, key=lambda row: row.set_at, default=None)
    ask = addresses.new_url(ParameterChangeDocument) + "?" + urlencode({"parameter_code": parameter.code})
    bounds = _("默认 %(default)s，可设 %(least)s 至 %(most)s；%(scope)s") % {
        "default": parameter.default,
        "least": parameter.least,
        "most": parameter.most,
        "scope": _("全公司或单个场所") if parameter.per_site else _("全公司"),
    }
    return Row(
        key=parameter.code,
        cells=(
            Cell(value=parameter.label, note=parameter.code, strong=True),
            Cell(value=parameter.effect),
            Cell(value=f"{company} {parameter.unit}", note="；".join(apart)),
            Cell(value=bounds),
            Cell(value=role_labels(",".join(parameter.signed_by))),
            _last(last),
            Cell(kind="link", value=_("申请变更"), url=ask) if reader.may_draft(ParameterChangeDocument) else Cell(),
        ),
    )


def _last(row: ParameterValue | None) -> Cell:
    if row is None:
        return Cell(value=_("从未变更"))
    url = addresses.page_url(ParameterChangeDocument, row.change_id)
    return Cell(kind="link", value=row.set_by_name, url=url, note=f"{row.set_at:%Y-%m-%d}")
