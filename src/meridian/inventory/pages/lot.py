"""The file of one lot: what it is, what binds it, where it lies, every movement and document it went through."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Max, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from meridian.inventory.lot_file import LotFile, LotPart, parts_of_site, state_of
from meridian.inventory.models import Lot, LotBlock, StockMovement
from meridian.inventory.pages import words
from meridian.inventory.pages.lot_parts import OWN_PARTS, origin
from meridian.inventory.queries import StockFilter, stock_rows
from meridian.inventory.reach import places_in_reach, within
from meridian.inventory.rules import is_expired
from meridian.inventory.vocabulary import READ_TRACE, BlockKind, Direction, VirtualPlace
from meridian.kernel.clock import now
from meridian.kernel.registry import registry
from meridian.platform.screens import formats
from meridian.platform.screens.derive.provided import provided
from meridian.platform.screens.derive.query import as_uuid
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import (
    Badge,
    Cell,
    Column,
    Crumb,
    DocumentPage,
    Fact,
    LineGrid,
    Link,
    Note,
    Row,
    Section,
    Tone,
)
from meridian.platform.screens.views import shown

MOVEMENTS_PER_PAGE = 50
STOCK, MOVEMENTS, DOCUMENTS, BLOCKS = "stock", "movements", "documents", "blocks"


@for_reader
@require_safe
def lot_page(request: HttpRequest, reader: Reader, lot_id: UUID) -> HttpResponse:
    """One lot; the section asked for is filled."""
    places = places_in_reach(reader.grants)
    lot = Lot.objects.select_related("item", "registration").filter(pk=lot_id).first()
    if lot is None:
        raise Http404("no such lot")
    today = now().astimezone(registry.providers.company_zone()).date()
    file = LotFile(
        lot=lot,
        stock=stock_rows(StockFilter(lot_ids=[lot_id], place_ids=within(places, ())), limit=500),
        blocks=list(LotBlock.objects.filter(lot_id=lot_id).order_by("-pk")),
        places=places,
        today=today,
        reader=reader,
    )
    return shown(request, reader, "document.html", _page(file, request))


def _page(file: LotFile, request: HttpRequest) -> DocumentPage:
    lot, url = file.lot, words.lot_url(file.lot.pk)
    kinds = [block.kind for block in file.open_blocks]
    return DocumentPage(
        type_label=_("批号"),
        number=str(lot),
        url=url,
        status=words.lot_badge(lot.expires_on, kinds, file.on_hand, file.today),
        crumbs=(Crumb(label=_("库存台账"), url="/inventory/stock"), Crumb(label=str(lot))),
        note=_binding(file),
        secondary=tuple(provided().offers("lot", lot.pk, file.reader.grants)),
        related=_related(file),
        facts=(*_facts(file), *origin(file)),
        sections=_sections(file, request),
    )


def _binding(file: LotFile) -> Note | None:
    """Why the lot may not be used, with the document that says so."""
    if file.open_blocks:
        block = file.open_blocks[0]
        url = words.document_url(file.reader, block.document_type, block.document_id)
        sentence = _("%(kind)s：%(reason)s（%(who)s，%(when)s）") % {
            "kind": BlockKind(block.kind).label, "reason": block.reason, "who": block.blocked_by_name,
            "when": formats.instant(block.blocked_at),
        }  # fmt: skip
        link = Link(label=words.document_label(block.document_type), url=url) if url else None
        return Note(sentence=sentence, tone="bad", icon="lock", link=link)
    if is_expired(file.lot.expires_on, file.today):
        return Note(sentence=_("已过有效期：不得销售，只能报废或退给供货者。"), tone="bad", icon="alert-triangle")
    return None


def _related(file: LotFile) -> tuple[Link, ...]:
    lot = file.lot
    links = [Link(label=_("同物料的库存"), url=f"/inventory/stock?item={lot.item_id}", icon="stack-2")]
    if file.reader.grants.allows(READ_TRACE.code):
        links = [
            Link(label=direction.label, url=words.trace_url(direction, lot_id=lot.pk), icon="route")
            for direction in Direction
        ] + links
    source = words.document_url(file.reader, lot.first_document_type, lot.first_document_id)
    if source:
        label = _("来源单据：%(type)s") % {"type": words.document_label(lot.first_document_type)}
        links.append(Link(label=label, url=source, icon="file-text"))
    return tuple(links)


def _facts(file: LotFile) -> tuple[Fact, ...]:
    """Identity and what may be done with it."""
    lot, item, unit = file.lot, file.lot.item, words.unit_label(file.unit)
    serial = _("生产批号 %(lot)s") % {"lot": lot.lot_no} if lot.serial_no and lot.lot_no else ""
    sterile = _("灭菌批号 %(lot)s") % {"lot": lot.sterilization_lot_no} if lot.sterilization_lot_no else ""
    names = " · ".join(text for text in (item.number, serial, sterile) if text)
    registration = lot.registration
    papers = words.document_url(file.reader, "registration_certificate", registration.pk) if registration else ""
    facts = [
        Fact(label=_("物料"), value=f"{item.device_name} {item.specification}", note=names,
             url=words.document_url(file.reader, "item", item.pk)),
        Fact(label=_("在库"), value=file.on_hand, kind="quantity", unit=unit,
             note=_("可用 %(n)s") % {"n": formats.number(file.usable)}),
        Fact(label=_("有效期至"), value=lot.expires_on or _("无有效期"), kind="expiry" if lot.expires_on else "text",
             note=_("可用至当日结束") if lot.expires_on else ""),
        Fact(label=_("生产企业"), value=lot.maker_name),
        Fact(label=_("生产日期"), value=lot.manufactured_on, kind="date"),
        Fact(label=_("注册证"), value=str(registration) if registration else "", url=papers,
             note=_("产品标识 %(di)s") % {"di": lot.di} if lot.di else ""),
    ]  # fmt: skip
    return tuple(facts)


def _sections(file: LotFile, request: HttpRequest) -> tuple[Section, ...]:
    fill: dict[str, tuple[str, int | None, Callable[[], Section]]] = {
        STOCK: (_("在库"), len(file.stock), lambda: _section_of(_stock(file))),
        MOVEMENTS: (_("移动"), None, lambda: _movements(file, as_uuid(request.GET.get("before", "")))),
        DOCUMENTS: (_("单据"), None, lambda: _section_of(_documents(file))),
        BLOCKS: (_("锁定记录"), len(file.blocks), lambda: _section_of(_blocks(file))),
    }
    for part in (*OWN_PARTS, *parts_of_site()):
        if not part.permission or file.reader.grants.allows(part.permission):
            fill[part.name] = (str(part.label), None, partial(_part, part, file))
    asked = request.GET.get("section", "")
    current = asked if asked in fill else STOCK
    sections = []
    for name, (label, count, build) in fill.items():
        filled = build() if name == current else None
        sections.append(
            Section(
                name=name,
                label=label,
                url=_section_url(file, name),
                count=count,
                is_current=name == current,
                lines=filled.lines if filled is not None else None,
                more_url=filled.more_url if filled is not None else "",
            )
        )
    return tuple(sections)


def _part(part: LotPart, file: LotFile) -> Section:
    return _section_of(part.lines(file))


def _section_url(file: LotFile, name: str, **more: str) -> str:
    return f"{words.lot_url(file.lot.pk)}?{urlencode({'section': name, **more})}"


def _section_of(grid: LineGrid, more_url: str = "") -> Section:
    return Section(name="", label="", url="", lines=grid, more_url=more_url)


def _stock(file: LotFile) -> LineGrid:
    columns = (
        Column(name="place", label=_("位置"), phone="title"),
        Column(name="status", label=_("质量状态"), kind="badge", phone="status"),
        Column(name="quantity", label=_("数量"), kind="quantity"),
        Column(name="reserved", label=_("已预留"), kind="quantity"),
        Column(name="available", label=_("未预留"), kind="quantity"),
    )
    unit = words.unit_label(file.unit)
    rows = tuple(
        Row(
            key=f"{row.place_id}-{row.status}",
            cells=(
                Cell(value=f"{row.place_code} {row.place_name}", strong=True),
                Cell(kind="badge", badge=words.status_badge(row.status)),
                *(Cell(kind="quantity", value=each, unit=unit) for each in (row.quantity, row.reserved, row.available)),
            ),
        )
        for row in file.stock
    )
    totals = (Cell(value=_("合计")), Cell(), Cell(kind="quantity", value=file.on_hand, unit=unit), Cell(), Cell())
    return LineGrid(columns=columns, rows=rows, totals=totals, empty=_("没有库存"))


def _movements(file: LotFile, before: UUID | None) -> Section:
    columns = (
        Column(name="at", label=_("记录时间"), kind="datetime", phone="sub"),
        Column(name="movement", label=_("移动类型"), phone="title"),
        Column(name="document", label=_("单据"), kind="id", phone="sub"),
        Column(name="from", label=_("移出")),
        Column(name="to", label=_("移入")),
        Column(name="party", label=_("往来单位")),
        Column(name="quantity", label=_("数量"), kind="quantity", phone="status"),
    )
    found = file.movements().select_related("from_place", "to_place").order_by("-pk")
    found = list((found.filter(pk__lt=before) if before is not None else found)[: MOVEMENTS_PER_PAGE + 1])
    rows = tuple(_movement(file, row) for row in found[:MOVEMENTS_PER_PAGE])
    more = _section_url(file, MOVEMENTS, before=rows[-1].key) if len(found) > MOVEMENTS_PER_PAGE else ""
    return _section_of(LineGrid(columns=columns, rows=rows, empty=_("没有移动")), more)


def _movement(file: LotFile, row: StockMovement) -> Row:
    late = _("业务日期 %(day)s") % {"day": row.day} if row.day != row.at.date() else ""
    url = words.document_url(file.reader, row.document_type, row.document_id)
    return Row(
        key=str(row.pk),
        cells=(
            Cell(kind="datetime", value=row.at, note=late),
            Cell(value=words.movement_label(row.movement), strong=True),
            Cell(kind="id", value=row.document_number, url=url, note=words.document_label(row.document_type)),
            _end(row.from_place, row.from_status, row.from_virtual),
            _end(row.to_place, row.to_status, row.to_virtual),
            Cell(value=row.party_name),
            Cell(kind="quantity", value=row.quantity, unit=words.unit_label(file.unit)),
        ),
    )


def _end(place: Any, status: str, virtual: str) -> Cell:
    if virtual:
        return Cell(value=VirtualPlace(virtual).label)
    return Cell(value=f"{place.code} {place.name}", note=words.status_badge(status).label)


def _documents(file: LotFile) -> LineGrid:
    columns = (
        Column(name="document", label=_("单号"), kind="id", phone="title"),
        Column(name="type", label=_("单据"), phone="sub"),
        Column(name="first", label=_("首次移动"), kind="date"),
        Column(name="last", label=_("末次移动"), kind="date"),
        Column(name="movements", label=_("移动次数"), kind="number"),
        Column(name="state", label=_("状态"), kind="badge", phone="status"),
    )
    found = (
        file.movements()
        .values("document_type", "document_id", "document_number")
        .annotate(first=Min("day"), last=Max("day"), movements=Count("pk"))
        .order_by("-last", "-document_number")[:500]
    )
    rows = []
    for row in found:
        url = words.document_url(file.reader, row["document_type"], row["document_id"])
        cells = (
            Cell(kind="id", value=row["document_number"], url=url),
            Cell(value=words.document_label(row["document_type"])),
            Cell(kind="date", value=row["first"]),
            Cell(kind="date", value=row["last"]),
            Cell(kind="number", value=row["movements"]),
            Cell(kind="badge", badge=state_of(file, row["document_id"])),
        )
        rows.append(Row(key=str(row["document_id"]), url=url, cells=cells))
    return LineGrid(columns=columns, rows=tuple(rows), empty=_("没有单据移动过它"))


def _blocks(file: LotFile) -> LineGrid:
    columns = (
        Column(name="kind", label=_("类型"), kind="badge", phone="title"),
        Column(name="reason", label=_("原因"), phone="sub", width="wide"),
        Column(name="document", label=_("依据")),
        Column(name="blocked_at", label=_("锁定时间"), kind="datetime"),
        Column(name="blocked_by", label=_("锁定人")),
        Column(name="released_at", label=_("解除时间"), kind="datetime"),
        Column(name="released_by", label=_("解除人")),
    )
    rows = []
    for block in file.blocks:
        tone: Tone = "bad" if block.released_at is None else "neutral"
        url = words.document_url(file.reader, block.document_type, block.document_id)
        cells = (
            Cell(kind="badge", badge=Badge(label=BlockKind(block.kind).label, tone=tone)),
            Cell(value=block.reason),
            Cell(value=words.document_label(block.document_type), url=url),
            Cell(kind="datetime", value=block.blocked_at),
            Cell(value=block.blocked_by_name),
            Cell(kind="datetime", value=block.released_at),
            Cell(value=block.released_by_name, note=block.release_reason),
        )
        rows.append(Row(key=str(block.pk), cells=cells))
    return LineGrid(columns=columns, rows=tuple(rows), empty=_("从未锁定"))
