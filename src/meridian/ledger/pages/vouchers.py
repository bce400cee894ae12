"""Vouchers as a list and one by one; every figure leads to the document behind it."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from meridian.accounts.rights import require_right
from meridian.kernel.registry import registry
from meridian.ledger.journal import (
    COUNT_CAP,
    Named,
    VoucherFilter,
    VoucherTotals,
    account_names,
    lines_of,
    names_of,
    voucher_totals,
    vouchers,
)
from meridian.ledger.models import Voucher, VoucherLine
from meridian.ledger.periods import as_period
from meridian.ledger.vocabulary import READ_BOOK
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.derive.query import as_uuid
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import (
    Badge,
    Cell,
    Chip,
    Column,
    Crumb,
    DocumentPage,
    EmptyState,
    Fact,
    Filter,
    LineGrid,
    Link,
    ListPage,
    Pager,
    Row,
    Section,
    Total,
)
from meridian.platform.screens.views import shown

URL = "/ledger/vouchers"
PAGE_SIZE = 50
CURRENCY = "¥"


def list_url(**asked: str) -> str:
    """The vouchers of an account, of months."""
    return f"{URL}?{urlencode({name: value for name, value in asked.items() if value})}"


def voucher_url(voucher_id: UUID) -> str:
    """One voucher."""
    return f"{URL}/{voucher_id}"


def filter_of(query: QueryDict) -> VoucherFilter:
    """What an address asks for; what is not understood is left out."""
    return VoucherFilter(
        search=query.get("q", "").strip()[:60].replace("\x00", ""),
        account_code=query.get("account", "").strip()[:12].replace("\x00", ""),
        first_period=as_period(query.get("from", "")),
        last_period=as_period(query.get("to", "")),
        first_day=_day(query.get("day_from", "")),
        last_day=_day(query.get("day_until", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@for_reader
@require_safe
def voucher_list(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Vouchers, newest first, by key."""
    require_right(reader.grants, READ_BOOK, everywhere=True)
    wanted = filter_of(request.GET)
    after, before = as_uuid(request.GET.get("after", "")), as_uuid(request.GET.get("before", ""))
    rows = vouchers(wanted, after=after, before=before, limit=PAGE_SIZE + 1)
    more, backwards = len(rows) > PAGE_SIZE, before is not None and after is None
    page = rows[-PAGE_SIZE:] if backwards else rows[:PAGE_SIZE]
    has_previous, has_next = (more, True) if backwards else (after is not None, more)
    pager = _pager(request.GET, page, has_previous=has_previous, has_next=has_next)
    return shown(request, reader, "list.html", _list(request.GET, wanted, page, pager, voucher_totals(wanted), reader))


def _url(query: QueryDict, **changes: str) -> str:
    kept = {name: value for name, value in query.items() if name not in ("after", "before")} | changes
    return list_url(**{name: str(value) for name, value in kept.items()})


def _pager(query: QueryDict, rows: Sequence[Voucher], *, has_previous: bool, has_next: bool) -> Pager | None:
    if not rows or not (has_previous or has_next):
        return None
    return Pager(
        label=_("本页 %(n)s 条") % {"n": len(rows)},
        previous_url=_url(query, before=str(rows[0].pk)) if has_previous else "",
        next_url=_url(query, after=str(rows[-1].pk)) if has_next else "",
    )


def _list(
    query: QueryDict,
    wanted: VoucherFilter,
    rows: Sequence[Voucher],
    pager: Pager | None,
    totals: VoucherTotals,
    reader: Reader,
) -> ListPage:
    left = {"q", "after", "before"}
    days = {"day_from": query.get("day_from", ""), "day_until": query.get("day_until", "")}
    return ListPage(
        title=_("记账凭证"),
        url=URL,
        crumbs=(Crumb(label=_("财务")), Crumb(label=_("记账凭证"))),
        columns=(
            Column(name="number", label=_("凭证号"), kind="id", phone="title", is_pinned=True),
            Column(name="posted_on", label=_("记账日期"), kind="date"),
            Column(name="summary", label=_("摘要"), phone="sub", width="wide"),
            Column(name="source", label=_("来源单据"), kind="id", phone="sub"),
            Column(name="debit", label=_("借方合计"), kind="money"),
            Column(name="credit", label=_("贷方合计"), kind="money"),
            Column(name="prepared_by", label=_("制单人")),
        ),
        rows=tuple(_row(row, reader) for row in rows),
        search=wanted.search,
        search_hint=_("凭证号 / 来源单号"),
        query_kept=tuple((name, str(value)) for name, value in query.items() if name not in left),
        chips=_chips(query, wanted),
        filters=(
            Filter(name="account", label=_("科目代码"), kind="text", value=wanted.account_code),
            Filter(name="day", label=_("记账日期"), kind="day_range", value=days["day_from"], until=days["day_until"]),
        ),
        links=(Link(label=_("科目余额表"), url="/ledger/trial-balance", icon="calculator"),),
        total_count=min(totals.count, COUNT_CAP),
        total_is_capped=totals.is_capped,
        count_unit=_("张"),
        totals=() if totals.is_capped else (
            Total(label=_("借方"), value=totals.debit, kind="money", unit=CURRENCY),
            Total(label=_("贷方"), value=totals.credit, kind="money", unit=CURRENCY),
        ),
        pager=pager,
        empty=None if rows else _empty(query),
    )  # fmt: skip


def _row(row: Voucher, reader: Reader) -> Row:
    return Row(
        key=str(row.pk),
        url=voucher_url(row.pk),
        cells=(
            Cell(kind="id", value=row.number, url=voucher_url(row.pk)),
            Cell(kind="date", value=row.posted_on),
            Cell(value=row.summary),
            Cell(kind="id", value=row.source_number, url=source_url(row, reader), note=source_label(row)),
            Cell(kind="money", value=row.debit),
            Cell(kind="money", value=row.credit),
            Cell(value=row.prepared_by_name),
        ),
    )


def source_url(row: Voucher, reader: Reader) -> str:
    """The document a voucher came from; empty for types the reader may not read."""
    declared = registry.document_type(row.source_type)
    return addresses.page_url(declared, row.source_id) if declared is not None and reader.may_read(declared) else ""


def source_label(row: Voucher) -> str:
    """What the source is called."""
    declared = registry.document_type(row.source_type)
    return str(declared.label) if declared is not None else row.source_type


def _chips(query: QueryDict, wanted: VoucherFilter) -> tuple[Chip, ...]:
    asked = [
        (_("科目代码"), wanted.account_code, ("account",)),
        (_("期间从"), wanted.first_period, ("from",)),
        (_("期间到"), wanted.last_period, ("to",)),
        (_("记账日期"), _days(wanted), ("day_from", "day_until")),
    ]
    return tuple(
        Chip(label=label, value=value, remove_url=_url(query, **dict.fromkeys(names, "")))
        for label, value, names in asked
        if value
    )


def _days(wanted: VoucherFilter) -> str:
    days = [day.isoformat() if day is not None else "…" for day in (wanted.first_day, wanted.last_day)]
    return "" if days == ["…", "…"] else " – ".join(days)


def _empty(query: QueryDict) -> EmptyState:
    if not query:
        return EmptyState(kind="first_use", title=_("还没有凭证"), sentence=_("货物移动过账时，凭证自动生成。"))
    return EmptyState(kind="no_match", title=_("没有符合条件的凭证"), sentence=_("换一个条件，或清除搜索与筛选。"),
                      links=(Link(label=_("清除筛选"), url=URL),))  # fmt: skip


@for_reader
@require_safe
def voucher_page(request: HttpRequest, reader: Reader, voucher_id: UUID) -> HttpResponse:
    """One voucher with its lines and the document it came from."""
    require_right(reader.grants, READ_BOOK, everywhere=True)
    voucher = Voucher.objects.filter(pk=voucher_id).first()
    if voucher is None:
        raise Http404("no such voucher")
    source = source_url(voucher, reader)
    facts = (
        Fact(label=_("记账日期"), value=voucher.posted_on, kind="date", note=_("期间 %(p)s") % {"p": voucher.period}),
        Fact(label=_("摘要"), value=voucher.summary),
        Fact(label=_("来源单据"), value=voucher.source_number, url=source, note=source_label(voucher)),
        Fact(label=_("借方合计"), value=voucher.debit, kind="money", unit=CURRENCY),
        Fact(label=_("贷方合计"), value=voucher.credit, kind="money", unit=CURRENCY, note=_("借贷相等")),
        Fact(label=_("制单人"), value=voucher.prepared_by_name),
    )
    lines = lines_of(voucher_id)
    url = voucher_url(voucher_id)
    page = DocumentPage(
        type_label=_("记账凭证"),
        number=voucher.number,
        url=url,
        status=Badge(label=_("已过账"), tone="ok"),
        crumbs=(Crumb(label=_("记账凭证"), url=URL), Crumb(label=voucher.number)),
        related=(Link(label=source_label(voucher), url=source, icon="file-text"),) if source else (),
        facts=facts,
        sections=(
            Section(name="lines", label=_("分录"), url=url, is_current=True, count=len(lines),
                    lines=_grid(voucher, lines, reader)),
        ),
    )  # fmt: skip
    return shown(request, reader, "document.html", page)


def _grid(voucher: Voucher, lines: Sequence[VoucherLine], reader: Reader) -> LineGrid:
    accounts = account_names({line.account_code for line in lines})
    items = names_of(["item"], {line.item_id for line in lines if line.item_id is not None})
    parties = names_of(["supplier", "customer"], {line.party_id for line in lines if line.party_id is not None})
    columns = (
        Column(name="line_no", label=_("行"), kind="number", phone="hidden", width="narrow"),
        Column(name="account", label=_("科目"), phone="title", width="wide"),
        Column(name="item", label=_("物料"), phone="sub"),
        Column(name="party", label=_("往来单位"), phone="sub"),
        Column(name="debit", label=_("借方"), kind="money"),
        Column(name="credit", label=_("贷方"), kind="money"),
    )
    rows = tuple(
        Row(
            key=str(line.pk),
            cells=(
                Cell(kind="number", value=line.line_no),
                Cell(
                    value=f"{line.account_code} {accounts.get(line.account_code, '')}",
                    url=list_url(account=line.account_code, **{"from": line.period, "to": line.period}),
                ),
                _named(items.get(line.item_id) if line.item_id else None, line.item_id, reader),
                _named(parties.get(line.party_id) if line.party_id else None, line.party_id, reader),
                Cell(kind="money", value=line.debit or None),
                Cell(kind="money", value=line.credit or None),
            ),
        )
        for line in lines
    )
    sums = (Cell(kind="money", value=voucher.debit), Cell(kind="money", value=voucher.credit))
    return LineGrid(columns=columns, rows=rows, totals=(Cell(), Cell(value=_("合计")), Cell(), Cell(), *sums))


def _named(named: Named | None, key: UUID | None, reader: Reader) -> Cell:
    if named is None or key is None:
        return Cell()
    declared = registry.document_type(named.document_type)
    may_read = declared is not None and reader.may_read(declared)
    return Cell(value=named.name, url=addresses.page_url(declared, key) if declared is not None and may_read else "")
