"""The stock list: what lies where now, or lay there at the end of a past day. The address holds everything asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from meridian.inventory.pages import words
from meridian.inventory.queries import StockFilter, StockRow, StockTotals, stock_rows, stock_totals
from meridian.inventory.queries.screens import position_of, position_text
from meridian.inventory.reach import places_in_reach, with_all_below, within
from meridian.inventory.rules import is_expired
from meridian.inventory.vocabulary import READ_TRACE, Direction, StockStatus
from meridian.items.queries import items_named
from meridian.kernel.clock import now
from meridian.kernel.context import current_company_id
from meridian.kernel.registry import registry
from meridian.organization.queries import PlaceInTree, place_tree
from meridian.platform.screens.derive.provided import provided
from meridian.platform.screens.derive.query import as_uuid
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import (
    Badge,
    Cell,
    Chip,
    Column,
    Crumb,
    EmptyState,
    Filter,
    Link,
    ListPage,
    Note,
    Option,
    Pager,
    Row,
    Text,
    Total,
)
from meridian.platform.screens.views import shown

URL = "/inventory/stock"
PAGE_SIZE = 50
COUNT_CAP = 10_000


@dataclass(frozen=True)
class Asked:
    """The parameters of the list, checked: what is not understood is left out."""

    query: QueryDict
    search: str
    statuses: tuple[str, ...]
    places: tuple[UUID, ...]
    item: UUID | None
    expiry: str
    owner: str
    day: date | None
    """A past day; None asks for now."""

    def url(self, **changes: str | Sequence[str]) -> str:
        """This list with some parameters changed; an empty value removes one. Paging starts anew."""
        kept = {name: values for name, values in self.query.lists() if name not in ("after", "before")}
        for name, value in changes.items():
            kept[name] = [value] if isinstance(value, str) else list(value)
        pairs = [(name, value) for name, values in kept.items() for value in values if value]
        return f"{URL}?{urlencode(pairs)}" if pairs else URL

    def kept(self, *but: str) -> tuple[tuple[str, str], ...]:
        """The other parameters, for a form that changes these."""
        left = {"after", "before", *but}
        return tuple((name, value) for name, values in self.query.lists() for value in values if name not in left)


def expiry_choices() -> dict[str, tuple[str, int]]:
    """What the expiry filter offers: name → words, days from today."""
    return {
        "expired": (_("已过期"), -1),
        "30": (_("30 天内到期"), 30),
        "90": (_("90 天内到期"), 90),
        "180": (_("180 天内到期"), 180),
    }


def owner_choices() -> dict[str, str]:
    """Whose goods: name → words."""
    return {"own": _("本企业"), "other": _("其他货主")}


def asked_of(query: QueryDict, today: date) -> Asked:
    """The parameters of a stock address."""
    day = words.as_day(query.get("day", ""))
    places = [key for text in query.getlist("place") if (key := as_uuid(text)) is not None]
    return Asked(
        query=query,
        search=query.get("q", "").strip()[:100].replace("\x00", ""),
        statuses=tuple(status for status in query.getlist("status") if status in StockStatus.values),
        places=tuple(places),
        item=as_uuid(query.get("item", "")),
        expiry=query.get("expiry", "") if query.get("expiry", "") in expiry_choices() else "",
        owner=query.get("owner", "") if query.get("owner", "") in owner_choices() else "",
        day=day if day is not None and day < today else None,
    )


@for_reader
@require_safe
def stock_page(request: HttpRequest, reader: Reader) -> HttpResponse:
    """One page of stock, by item, status and expiry."""
    reach = places_in_reach(reader.grants)
    today = now().astimezone(registry.providers.company_zone()).date()
    asked, tree = asked_of(request.GET, today), place_tree()
    wanted = filter_of(asked, reach, tree, today)
    after, before = position_of(request.GET.get("after", "")), position_of(request.GET.get("before", ""))
    rows = stock_rows(wanted, after=after, before=before, day=asked.day, limit=PAGE_SIZE + 1)
    more = len(rows) > PAGE_SIZE
    backwards = before is not None and after is None
    page = rows[-PAGE_SIZE:] if backwards else rows[:PAGE_SIZE]
    totals = stock_totals(wanted, day=asked.day, limit=COUNT_CAP)
    trail = _pager(asked, page, has_previous=more if backwards else after is not None, has_next=backwards or more)
    return shown(request, reader, "list.html", _list(asked, page, totals, trail, tree, reader, today))


def filter_of(asked: Asked, reach: frozenset[UUID] | None, tree: Sequence[PlaceInTree], today: date) -> StockFilter:
    """What the address asks for within the reader's reach; a text is a lot's beginning or part of an item's name."""
    asked_places = with_all_below(asked.places, [(place.id, place.parent_id) for place in tree])
    item_ids: tuple[UUID, ...] = (asked.item,) if asked.item is not None else ()
    lot_no = ""
    if asked.search and not item_ids:
        item_ids = tuple(items_named(asked.search))
        lot_no = "" if item_ids else asked.search
    days = expiry_choices()[asked.expiry][1] if asked.expiry else None
    return StockFilter(
        item_ids=item_ids,
        place_ids=within(reach, asked_places),
        statuses=asked.statuses,
        lot_no=lot_no,
        owner=asked.owner,
        expires_through=today + timedelta(days=days) if days is not None else None,
    )


def _pager(asked: Asked, rows: Sequence[StockRow], *, has_previous: bool, has_next: bool) -> Pager | None:
    if not rows or not (has_previous or has_next):
        return None
    return Pager(
        label=_("本页 %(n)s 条") % {"n": len(rows)},
        previous_url=asked.url(before=position_text(rows[0].position)) if has_previous else "",
        next_url=asked.url(after=position_text(rows[-1].position)) if has_next else "",
    )


def _list(
    asked: Asked,
    rows: Sequence[StockRow],
    totals: StockTotals,
    pager: Pager | None,
    tree: Sequence[PlaceInTree],
    reader: Reader,
    today: date,
) -> ListPage:
    note = _("这是 %(day)s 日终的库存（按业务日期）；预留与锁定为现在的。") % {"day": asked.day} if asked.day else ""
    return ListPage(
        title=_("库存台账"),
        url=URL,
        crumbs=(Crumb(label=_("仓储")), Crumb(label=_("库存台账"))),
        note=Note(sentence=note, icon="history", link=Link(label=_("看现在"), url=asked.url(day=""))) if note else None,
        columns=_columns(),
        rows=tuple(_row(row, today) for row in rows),
        search=asked.search,
        search_hint=_("批号 / 序列号 / 物料编码 / 名称"),
        query_kept=asked.kept("q"),
        chips=_chips(asked, tree),
        filters=_filters(asked, tree),
        links=_links(reader),
        total_count=min(totals.rows, COUNT_CAP),
        total_is_capped=totals.rows > COUNT_CAP,
        count_unit=_("条库存"),
        totals=_totals(totals),
        pager=pager,
        export_url=f"{asked.url()}{'&' if asked.kept() else '?'}".replace(URL, f"{URL}/export", 1),
        empty=_empty(asked) if not rows else None,
    )


def _links(reader: Reader) -> tuple[Link, ...]:
    if not reader.grants.allows(READ_TRACE.code):
        return ()
    return (Link(label=_("追溯"), url=words.trace_url(Direction.BOTH), icon="route"),)


def _totals(totals: StockTotals) -> tuple[Total, ...]:
    lots = Total(label=_("批号"), value=totals.lots)
    if totals.quantity is None:
        return (lots,)
    return (lots, Total(label=_("数量"), value=totals.quantity, kind="quantity", unit=words.unit_label(totals.unit)))


def _columns() -> tuple[Column, ...]:
    return (
        Column(name="item", label=_("物料"), phone="title", width="wide", is_pinned=True),
        Column(name="lot", label=_("批号"), kind="id", phone="sub"),
        Column(name="expiry", label=_("有效期至"), kind="expiry"),
        Column(name="place", label=_("位置"), phone="sub"),
        Column(name="status", label=_("质量状态"), kind="badge", phone="status"),
        Column(name="blocked", label=_("批号锁定"), kind="badge"),
        Column(name="owner", label=_("货主"), phone="hidden"),
        Column(name="quantity", label=_("数量"), kind="quantity"),
        Column(name="available", label=_("可用"), kind="quantity"),
    )


def _row(row: StockRow, today: date) -> Row:
    """Usable is what is qualified, not blocked, not expired and not set aside."""
    unit = words.unit_label(row.unit)
    usable = row.status == StockStatus.QUALIFIED and not row.is_blocked and not is_expired(row.expires_on, today)
    return Row(
        key=position_text(row.position),
        url=words.lot_url(row.lot_id),
        cells=(
            Cell(value=f"{row.item_name} {row.specification}", note=row.item_number, strong=True),
            Cell(kind="id", value=row.lot_no, url=words.lot_url(row.lot_id)),
            Cell(kind="expiry", value=row.expires_on),
            Cell(value=f"{row.place_code} {row.place_name}"),
            Cell(kind="badge", badge=words.status_badge(row.status)),
            Cell(kind="badge", badge=Badge(label=_("已锁定"), tone="bad") if row.is_blocked else None),
            Cell(value=owner_name(row.owner_id)),
            Cell(kind="quantity", value=row.quantity, unit=unit, strong=True),
            Cell(kind="quantity", value=row.available if usable else None, unit=unit),
        ),
    )


def owner_name(owner_id: UUID) -> str:
    """Whose goods these are, in words."""
    return provided().company_name() if owner_id == current_company_id() else owner_choices()["other"]


def _filters(asked: Asked, tree: Sequence[PlaceInTree]) -> tuple[Filter, ...]:
    def choices(name: str, label: Text, options: Sequence[tuple[str, Text]], chosen: Sequence[Any]) -> Filter:
        picked = {str(value) for value in chosen}
        made = tuple(Option(value=value, label=text, is_selected=value in picked) for value, text in options)
        return Filter(name=name, label=label, options=made)

    return (
        choices("status", _("质量状态"), [(str(value), label) for value, label in StockStatus.choices], asked.statuses),
        choices("place", _("位置"), [(str(place.id), place.label) for place in tree], asked.places),
        choices(
            "expiry", _("效期"), [(name, text) for name, (text, _days) in expiry_choices().items()], [asked.expiry]
        ),
        choices("owner", _("货主"), list(owner_choices().items()), [asked.owner]),
        Filter(name="day", label=_("截至某日"), kind="day", value=asked.day.isoformat() if asked.day else ""),
    )


def _chips(asked: Asked, tree: Sequence[PlaceInTree]) -> tuple[Chip, ...]:
    labels = {place.id: place.label for place in tree}
    chips = []
    if asked.statuses:
        words_of = "、".join(str(StockStatus(status).label) for status in asked.statuses)
        chips.append(Chip(label=_("质量状态"), value=words_of, remove_url=asked.url(status="")))
    if asked.places:
        places = "、".join(labels.get(place, _("未知位置")) for place in asked.places)
        chips.append(Chip(label=_("位置"), value=places, remove_url=asked.url(place="")))
    if asked.expiry:
        chips.append(Chip(label=_("效期"), value=expiry_choices()[asked.expiry][0], remove_url=asked.url(expiry="")))
    if asked.owner:
        chips.append(Chip(label=_("货主"), value=owner_choices()[asked.owner], remove_url=asked.url(owner="")))
    if asked.item is not None:
        chips.append(Chip(label=_("物料"), value=_("指定物料"), remove_url=asked.url(item="")))
    if asked.day is not None:
        chips.append(Chip(label=_("截至"), value=asked.day.isoformat(), remove_url=asked.url(day="")))
    return tuple(chips)


def _empty(asked: Asked) -> EmptyState:
    if not asked.query:
        return EmptyState(kind="first_use", title=_("还没有库存"), sentence=_("收货验收之后，货物会出现在这里。"))
    return EmptyState(kind="no_match", title=_("没有符合条件的库存"), sentence=_("换一个条件，或清除搜索与筛选。"),
                      links=(Link(label=_("清除筛选"), url=URL),))  # fmt: skip
