"""Pages of help: what a page is for, its fields, steps and rules; and the data dictionary over all of them."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from meridian.kernel.messages import listed
from meridian.kernel.registry import AnyDocumentType, registry
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.derive.columns import state_badge
from meridian.platform.screens.derive.gaterows import role_labels
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import (
    Badge,
    Cell,
    Column,
    Crumb,
    DocumentPage,
    EmptyState,
    Fact,
    LineGrid,
    Link,
    ListPage,
    Note,
    Pager,
    Row,
    Section,
)
from meridian.platform.screens.views import shown
from meridian.site.codes import as_code
from meridian.site.helping.dictionary import FieldDefinition, every_field, fields_of

URL = "/help/"
DICTIONARY_URL = "/dictionary/"
FIELDS_A_PAGE = 100


def help_url(declared: AnyDocumentType) -> str:
    """The help on a document type."""
    return f"{URL}{declared.code}/"


@for_reader
@require_safe
def about_page(request: HttpRequest, reader: Reader) -> HttpResponse:
    """From the address of any page (`at`) to the help on it; without one, the list of all there is help on."""
    parts = request.GET.get("at", "").strip("/").split("/")
    declared = registry.type_by_slug(parts[0], parts[1]) if len(parts) > 1 else None
    if declared is not None:
        return HttpResponseRedirect(help_url(declared))
    return shown(request, reader, "list.html", _index(reader))


def _index(reader: Reader) -> ListPage:
    types = [each for each in registry.document_types.values() if reader.may_read(each)]
    rows = tuple(
        Row(key=each.code, url=help_url(each), cells=(
            Cell(kind="link", value=each.label, url=help_url(each), strong=True),
            Cell(value=each.help), Cell(kind="number", value=len(fields_of(each))),
            Cell(value=role_labels(",".join(each.drafted_by))),
        ))
        for each in types
    )  # fmt: skip
    return ListPage(
        title=_("帮助"),
        url=URL,
        links=(Link(label=_("数据字典"), url=DICTIONARY_URL, icon="database"),),
        columns=(
            Column(name="type", label=_("单据"), phone="title"),
            Column(name="purpose", label=_("用途"), phone="sub", width="wide"),
            Column(name="fields", label=_("字段数"), kind="number"),
            Column(name="owner", label=_("由谁填写"), phone="fact", width="wide"),
        ),
        rows=rows,
        total_count=len(rows),
        count_unit=_("类"),
    )


@for_reader
@require_safe
def type_page(request: HttpRequest, reader: Reader, code: str) -> HttpResponse:
    """The help on one document type; Http404 for one this reader may not read."""
    declared = registry.document_type(code)
    if declared is None or not reader.may_read(declared):
        raise Http404("no such document type")
    section = request.GET.get("section", "steps")
    page = DocumentPage(
        type_label=_("帮助"),
        number=str(declared.label),
        url=help_url(declared),
        status=Badge(label=_("%(n)s 个状态") % {"n": len(declared.states)}),
        crumbs=(Crumb(label=_("帮助"), url=URL), Crumb(label=declared.label)),
        note=Note(sentence=declared.help) if declared.help else None,
        related=(
            Link(label=_("打开列表"), url=addresses.list_url(declared)),
            Link(label=_("生命周期"), url=addresses.lifecycle_url(declared)),
        ),
        facts=(
            Fact(label=_("由谁填写"), value=role_labels(",".join(declared.drafted_by))),
            Fact(label=_("何时可改"), value=listed(declared.states(state).label for state in declared.editable_in)),
            Fact(label=_("单号样式"), value=as_code(declared.number.pattern)),
            Fact(label=_("保存类别"), value=declared.retention.code),
        ),
        sections=_sections(declared, section),
    )
    return shown(request, reader, "document.html", page)


def _sections(declared: AnyDocumentType, current: str) -> tuple[Section, ...]:
    header = [each for each in fields_of(declared) if not each.is_line]
    lines = [each for each in fields_of(declared) if each.is_line]
    grids = {"steps": (_("步骤"), _steps(declared)), "fields": (_("字段"), _field_grid(header))}
    if lines:
        grids["lines"] = (_("明细字段"), _field_grid(lines))
    grids["rules"] = (_("规则"), _rule_grid(declared))
    current = current if current in grids else "steps"
    url = help_url(declared)
    return tuple(
        Section(name=name, label=label, url=f"{url}?section={name}", is_current=name == current,
                count=len(grid.rows), lines=grid if name == current else None)
        for name, (label, grid) in grids.items()
    )  # fmt: skip


def _steps(declared: AnyDocumentType) -> LineGrid:
    rows = tuple(
        Row(key=name, cells=(
            Cell(value=move.label, strong=True),
            Cell(value=listed(declared.states(state).label for state in move.source)),
            Cell(kind="badge", badge=state_badge(declared, move.target)),
            Cell(value=role_labels(",".join(move.allowed_to))),
            Cell(value=_asked(move.signature is not None, move.reason_required, bool(move.differs_from))),
            Cell(value=move.help),
        ))
        for name, move in declared.transitions.items()
    )  # fmt: skip
    columns = (
        Column(name="step", label=_("步骤"), phone="title"),
        Column(name="from", label=_("从")),
        Column(name="to", label=_("到"), kind="badge", phone="status"),
        Column(name="who", label=_("由谁办理"), phone="sub"),
        Column(name="asked", label=_("要求"), phone="fact"),
        Column(name="help", label=_("说明"), width="wide"),
    )
    return LineGrid(columns=columns, rows=rows)


def _asked(is_signed: bool, needs_reason: bool, needs_other: bool) -> str:
    words = ((is_signed, _("签名")), (needs_reason, _("写明原因")), (needs_other, _("换人办理")))
    return listed(word for is_asked, word in words if is_asked)


def _field_grid(fields: Sequence[FieldDefinition]) -> LineGrid:
    return LineGrid(columns=_field_columns(), rows=tuple(_field_row(each) for each in fields))


def _field_columns() -> tuple[Column, ...]:
    return (
        Column(name="label", label=_("字段"), phone="title"),
        Column(name="kind", label=_("内容"), phone="sub", width="whole"),
        Column(name="definition", label=_("定义"), phone="fact", width="whole"),
        Column(name="owner", label=_("由谁填写"), phone="fact"),
        Column(name="rules", label=_("规则"), width="whole"),
    )


def _field_row(field: FieldDefinition, *, subject: str = "") -> Row:
    required = (_("必填"),) if field.is_required else ()
    label = f"{subject} · {field.label}" if subject else field.label
    return Row(
        key=f"{field.type_code}.{'lines.' if field.is_line else ''}{field.name}",
        cells=(
            Cell(value=label, note=as_code(field.name), strong=True),
            Cell(value=field.kind),
            Cell(value=field.definition),
            Cell(value=field.owner or _("系统")),
            Cell(value="；".join((*required, *field.rules))),
        ),
    )


def _rule_grid(declared: AnyDocumentType) -> LineGrid:
    rows = []
    for move in declared.transitions.values():
        for gate in registry.gates_of(move):
            waiver = role_labels(",".join(gate.waivable_by)) if gate.waivable_by else _("不得让步")
            rows.append(
                Row(key=f"{move.name}.{gate.code}", url=addresses.rule_url(gate.code), cells=(
                    Cell(value=move.label),
                    Cell(kind="link", value=gate.sentence, url=addresses.rule_url(gate.code), strong=True),
                    Cell(value=gate.law),
                    Cell(value=waiver),
                ))
            )  # fmt: skip
    columns = (
        Column(name="step", label=_("步骤"), phone="sub"),
        Column(name="rule", label=_("须满足"), phone="title", width="wide"),
        Column(name="law", label=_("依据"), phone="fact"),
        Column(name="waiver", label=_("让步"), phone="fact"),
    )
    return LineGrid(columns=columns, rows=tuple(rows), empty=_("没有规则"))


@for_reader
@require_safe
def dictionary(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Every field of the types this reader may read, searched by a word, a hundred a page."""
    asked = request.GET.get("q", "").strip()[:80]
    place = request.GET.get("page", "1")
    page_no = int(place) if place.isdecimal() and len(place) < 4 and int(place) else 1
    types = {each.code: each for each in registry.document_types.values() if reader.may_read(each)}
    found = [
        each
        for each in every_field()
        if each.type_code in types and (each.speaks_of(asked.casefold()) or asked in str(types[each.type_code].label))
    ]
    first = (page_no - 1) * FIELDS_A_PAGE
    part = found[first : first + FIELDS_A_PAGE]
    nothing = EmptyState(kind="no_match", title=_("没有符合的字段"), sentence=_("换个词，或按英文字段名搜索。"))
    page = ListPage(
        title=_("数据字典"),
        url=DICTIONARY_URL,
        crumbs=(Crumb(label=_("帮助"), url=URL), Crumb(label=_("数据字典"))),
        columns=_field_columns(),
        rows=tuple(_field_row(each, subject=str(types[each.type_code].label)) for each in part),
        search=asked,
        search_hint=_("字段 / 单据 / 英文字段名"),
        total_count=len(found),
        count_unit=_("个字段"),
        pager=_pager(asked, page_no, len(part), len(found)),
        empty=None if part else nothing,
    )
    return shown(request, reader, "list.html", page)


def _pager(asked: str, page_no: int, shown_now: int, total: int) -> Pager:
    first = (page_no - 1) * FIELDS_A_PAGE

    def url(number: int) -> str:
        return f"{DICTIONARY_URL}?{urlencode({'q': asked, 'page': number})}"

    return Pager(
        label=f"{first + 1}–{first + shown_now}" if shown_now else "0",
        previous_url=url(page_no - 1) if page_no > 1 else "",
        next_url=url(page_no + 1) if first + shown_now < total else "",
    )
