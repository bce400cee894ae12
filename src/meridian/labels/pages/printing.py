"""Printing labels: choose things and form, look at the labels, print. Every step is a plain form."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from meridian.inventory.queries.lookup import find_lots
from meridian.kernel.clock import now
from meridian.kernel.findings import Refused, refusal
from meridian.kernel.messages import message
from meridian.kernel.permission import Grants
from meridian.kernel.registry import AnyDocumentType, registry
from meridian.labels import sources
from meridian.labels.answering import file_response, trial_response
from meridian.labels.documents import LabelJobDocument
from meridian.labels.documents.label_job import PRINTERS
from meridian.labels.pages.asking import Asked, asked_by_address, asked_by_form, remember
from meridian.labels.printing import LabelOrder, previewed, print_order
from meridian.labels.queries import Columns, document_columns, place_columns, prints_before, product_columns
from meridian.labels.rendering import pictures
from meridian.labels.trial import trial_file
from meridian.labels.vocabulary import (
    LABELS_MAX,
    LINES_MAX,
    FileFormat,
    LabelKind,
    LabelSize,
    Resolution,
    SymbolKind,
)
from meridian.organization.vocabulary import PlaceKind
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.derive.query import as_uuid
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import Action, Crumb, EditField, Link, Option, Text
from meridian.platform.screens.views import shown
from meridian.warehouse.documents import GoodsReceiptDocument, PlaceSetDocument
from meridian.warehouse.vocabulary import PlaceSetState

URL = "/labels/print"
PREVIEWED = 12
"""Different labels of one page of a preview; it is turned until every one was seen."""
SEARCHES: Mapping[LabelKind, Text] = {
    LabelKind.PRODUCT: gettext_lazy("批号、序列号或扫 UDI"),
    LabelKind.PLACE: gettext_lazy("货位代码或名称"),
    LabelKind.DOCUMENT: gettext_lazy("单号"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRow:
    """One thing to label; `copies` as typed."""

    key: str
    name: str
    words: str
    symbol: str
    copies: str
    printed: int
    is_faulty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelPage:
    """`labels/print.html`. `pictures` are data addresses; `found` are hits to choose from."""

    title: Text
    url: str
    crumbs: tuple[Crumb, ...]
    order: LabelOrder
    kinds: tuple[Link, ...]
    receipt: Link | None
    rows: tuple[LabelRow, ...]
    label_count: int
    asks_reason: bool
    fields: tuple[EditField, ...]
    query: str
    query_label: str
    found: tuple[Option, ...]
    note: str
    errors: tuple[tuple[Text, str], ...]
    pictures: tuple[str, ...]
    seen: str
    """Which of the different labels these are (“1–12 / 40”)."""
    earlier: str
    later: str
    """The steps that turn the preview; empty at its ends."""
    key: str
    log_url: str
    empty: str


@for_reader
@require_http_methods(["GET", "HEAD", "POST"])
def print_page(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The form; posted, it searches, drops a line, shows the labels, or prints and answers with their file."""
    _require_printer(reader)
    if request.method != "POST":
        return _page(request, reader, asked_by_address(request, reader.actor))
    asked = asked_by_form(request)
    step, _colon, key = asked.step.partition(":")
    if step == "drop" and (subject := as_uuid(key)) is not None:
        return _page(request, reader, asked.without(subject))
    if step == "add" and (subject := as_uuid(key)) is not None:
        return _page(request, reader, asked.with_more([subject]))
    if step == "within" and (subject := as_uuid(key)) is not None:
        return _page(request, reader, asked.with_more(sources.places_within(subject)))
    if step == "test":
        return _trial(request, reader, asked)
    if step not in ("preview", "print"):
        return _search(request, reader, asked)
    if asked.faulty:
        problem = _("张数应为 1 至 %(limit)s 的整数。") % {"limit": LABELS_MAX}
        errors = tuple((problem, f"f-copies-{key}") for key in asked.faulty)
        return _page(request, reader, asked, errors=errors, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _preview(request, reader, asked, key) if step == "preview" else _print(request, reader, asked)


def _require_printer(reader: Reader) -> None:
    if not reader.grants.allows(LabelJobDocument.print.permission):
        raise refusal("permission_required", HTTPStatus.FORBIDDEN, message("您没有打印标签的权限。"),
                      owner=",".join(PRINTERS))  # fmt: skip


def _print(request: HttpRequest, reader: Reader, asked: Asked) -> HttpResponse:
    key = request.POST.get("key", "").replace("\x00", "")[:120]
    try:
        printed = print_order(asked.order, actor=reader.actor, key=key)
    except Refused as refused:
        return _refused(request, reader, asked, refused)
    return remember(file_response(printed), asked.order, is_secure=request.is_secure())


def _trial(request: HttpRequest, reader: Reader, asked: Asked) -> HttpResponse:
    """A test label of the chosen form; the form is remembered as after a print."""
    try:
        content = trial_file(asked.order)
    except Refused as refused:
        return _refused(request, reader, asked, refused)
    answer = trial_response(content, asked.order.file_format)
    return remember(answer, asked.order, is_secure=request.is_secure())


def _preview(request: HttpRequest, reader: Reader, asked: Asked, page: str) -> HttpResponse:
    """Some of the different labels, from the place the step names; any other shows the first."""
    try:
        facts = previewed(asked.order, actor=reader.actor)
    except Refused as refused:
        return _refused(request, reader, asked, refused)
    start = int(page) if page.isascii() and page.isdecimal() and int(page) < len(facts.lines) else 0
    start -= start % PREVIEWED
    drawn = pictures(replace(facts, lines=facts.lines[start : start + PREVIEWED]))
    addresses_of = tuple("data:image/png;base64," + b64encode(png).decode("ascii") for png in drawn)
    return _page(request, reader, asked, pictures=addresses_of, start=start)


def _refused(request: HttpRequest, reader: Reader, asked: Asked, refused: Refused) -> HttpResponse:
    """The form as it was sent, with every reason; what is out of sight is answered as a page of its own."""
    if refused.status == HTTPStatus.NOT_FOUND:
        raise refused
    fields = {"reprint_explained": "f-reason", "symbol_fits_label": "f-symbol", "symbol_holds_data": "f-symbol",
              "label_text_fits": "f-size"}  # fmt: skip
    errors = tuple((str(each.evidence), fields.get(each.code, "")) for each in refused.findings)
    return _page(request, reader, asked, errors=errors, status=refused.status)


def _search(request: HttpRequest, reader: Reader, asked: Asked) -> HttpResponse:
    """One hit is taken at once; several are offered."""
    if not asked.query:
        return _page(request, reader, asked)
    if asked.order.kind == LabelKind.DOCUMENT:
        return _search_document(request, reader, asked)
    if asked.order.kind == LabelKind.PLACE:
        places = sources.places_found(asked.query)
        exact = [place for place in places if place.code.lower() == asked.query.lower()]
        if len(places) == 1 or len(exact) == 1:
            return _page(request, reader, asked.with_more([(exact or places)[0].pk]))
        hits = tuple(
            Option(value=str(place.pk), label=place.code, note=place.name, is_selected=place.kind != PlaceKind.BIN)
            for place in places
        )  # what is selected holds further places
        return _page(request, reader, asked, found=hits, note="" if hits else _("没有这样的货位。"))
    found = find_lots(asked.query, today=now().astimezone(registry.providers.company_zone()).date())
    if len(found.lots) == 1 or (found.lots and not found.is_choice):
        return _page(request, reader, asked.with_more([lot.id for lot in found.lots[:LINES_MAX]]))
    hits = tuple(
        Option(value=str(lot.id), label=lot.name, note=f"{lot.item_number} {lot.item_name} {lot.specification}")
        for lot in found.lots[: sources.FOUND_MAX]
    )
    return _page(request, reader, asked, found=hits, note=str(found.problem or ""))


def _search_document(request: HttpRequest, reader: Reader, asked: Asked) -> HttpResponse:
    found = sources.document_numbered(asked.query, reader.actor)
    if found is None:
        return _page(request, reader, asked, note=_("没有这个单号的单据。"))
    declared, document = found
    order = asked.order
    if order.subjects and order.document_type != declared.code:
        return _page(request, reader, asked, note=_("一次只打印同一种单据的标签。"))
    again = replace(asked, order=replace(order, document_type=declared.code))
    return _page(request, reader, again.with_more([document.pk]))


def _columns(order: LabelOrder, reader: Reader) -> Mapping[UUID, Columns]:
    subjects = list(order.subjects)
    if order.kind == LabelKind.PRODUCT:
        if subjects:
            sources.require_lots_in_sight(reader.actor)
        return product_columns(subjects)
    if order.kind == LabelKind.PLACE:
        return place_columns(subjects)
    if not subjects:
        return {}
    declared = sources.document_type_of(order.document_type, reader.actor)
    return document_columns(declared, list(sources.in_scope(declared, subjects, reader.grants).values()))


def _page(
    request: HttpRequest, reader: Reader, asked: Asked, *, errors: tuple[tuple[Text, str], ...] = (),
    found: tuple[Option, ...] = (), note: str = "", pictures: tuple[str, ...] = (), start: int = 0, status: int = 200,
) -> HttpResponse:  # fmt: skip
    order = asked.order
    columns = _columns(order, reader)
    before = prints_before(list(order.subjects), order.receipt_id) if order.subjects else {}
    rows = tuple(_row(asked, key, columns[key], before.get(key, 0)) for key in order.subjects if key in columns)
    receipt = sources.receipt_at(order.receipt_id, reader.actor) if order.receipt_id else None
    log_url = addresses.list_url(LabelJobDocument)
    page = LabelPage(
        title=_("标签打印"),
        url=URL,
        crumbs=(Crumb(label=LabelJobDocument.label, url=log_url), Crumb(label=_("标签打印"))),
        order=order,
        kinds=tuple(Link(label=kind.label, url=f"{URL}?kind={kind}", icon=kind) for kind in LabelKind),
        receipt=receipt and Link(label=receipt.number, url=addresses.page_url(GoodsReceiptDocument, receipt.pk)),
        rows=rows,
        label_count=sum(order.subjects.values()),
        asks_reason=bool(before),
        fields=_fields(order),
        query=asked.query,
        query_label=str(SEARCHES[order.kind]),
        found=found,
        note=note,
        errors=errors,
        pictures=pictures,
        seen=f"{start + 1}–{start + len(pictures)} / {len(rows)}" if pictures else "",
        earlier=f"preview:{start - PREVIEWED}" if pictures and start else "",
        later=f"preview:{start + PREVIEWED}" if pictures and start + PREVIEWED < len(rows) else "",
        key=uuid4().hex,
        log_url=log_url,
        empty=_("这张收货单还没有批号；收货过账后再打印标签。")
        if receipt
        else _("还没有选择要打印的对象；请在上面查找或扫码。"),
    )
    return shown(request, reader, "labels/print.html", page, status)


def _row(asked: Asked, key: UUID, columns: Mapping[str, Any], printed: int) -> LabelRow:
    days = [
        f"{label} {columns[name].isoformat()}" for name, label in (("expires_on", _("有效期至")),) if columns.get(name)
    ]
    said = [
        columns["title"],
        columns.get("model", ""),
        columns.get("specification", ""),
        columns.get("note", ""),
        *days,
    ]
    return LabelRow(
        key=str(key),
        name=columns["code"],
        words=" · ".join(each for each in said if each),
        symbol=columns["content"],
        copies=asked.typed.get(key) or str(asked.order.subjects[key]),
        printed=printed,
        is_faulty=key in asked.faulty,
    )


def _fields(order: LabelOrder) -> tuple[EditField, ...]:
    given: Sequence[tuple[str, Text, type[TextChoices], str]] = (
        ("size", _("标签尺寸"), LabelSize, order.size), ("resolution", _("分辨率"), Resolution, order.resolution),
        ("symbol", _("条码"), SymbolKind, order.symbol), ("file_format", _("文件格式"), FileFormat, order.file_format),
    )  # fmt: skip
    return tuple(
        EditField(
            name=name, label=label, kind="choice", value=value, required=True,
            options=tuple(Option(value=code, label=word, is_selected=code == value) for code, word in choices.choices),
        )
        for name, label, choices, value in given
    )  # fmt: skip


def place_labels_offered(declared: AnyDocumentType, document: Any, reader: Reader) -> Sequence[Action]:
    """On places that were set up, the labels of what now lies inside the same place, to whoever prints labels."""
    if declared is not PlaceSetDocument or document.state != PlaceSetState.ACTIVE:
        return ()
    if not reader.grants.allows(LabelJobDocument.print.permission):
        return ()
    url = f"{URL}?within={document.inside_id}"
    return (Action(name="labels", label=_("打印货位标签"), url=url, method="get", icon="barcode"),)


def offers(code: str, key: UUID, grants: Grants) -> Sequence[Action]:
    """What the page of a lot or of a receipt with goods offers to whoever prints labels."""
    wanted = {"lot": f"lot={key}", GoodsReceiptDocument.code: f"receipt={key}"}.get(code)
    if wanted is None or not grants.allows(LabelJobDocument.print.permission):
        return ()
    return (Action(name="labels", label=_("打印标签"), url=f"{URL}?{wanted}", method="get", icon="barcode"),)
