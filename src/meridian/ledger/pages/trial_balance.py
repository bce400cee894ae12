"""The trial balance 科目余额表: what every account held, moved and holds; each figure leads to its vouchers."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from meridian.accounts.rights import require_right
from meridian.kernel.clock import now
from meridian.kernel.registry import registry
from meridian.ledger.pages.vouchers import CURRENCY, list_url
from meridian.ledger.periods import as_period, period_before
from meridian.ledger.queries import TrialBalanceRow, trial_balance
from meridian.ledger.vocabulary import READ_BOOK
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import Cell, Column, Crumb, Fact, LineGrid, Link, Row
from meridian.platform.screens.views import shown

URL = "/ledger/trial-balance"
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialBalancePage:
    """`ledger/trial_balance.html`. `first` and `last` are months, both included, as the form holds them."""

    url: str
    first: str
    last: str
    crumbs: tuple[Crumb, ...]
    summary: tuple[Fact, ...]
    table: LineGrid
    links: tuple[Link, ...]


@for_reader
@require_safe
def trial_balance_page(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Months from `from` to `to` (`2026-08`; a day means its month); this month where they are left out."""
    require_right(reader.grants, READ_BOOK, everywhere=True)
    this_month = now().astimezone(registry.providers.company_zone()).strftime("%Y-%m")
    last = as_period(request.GET.get("to", "")) or this_month
    first = min(as_period(request.GET.get("from", "")) or last, last)
    rows = trial_balance(first, last)
    page = TrialBalancePage(
        url=URL,
        first=first,
        last=last,
        crumbs=(Crumb(label=_("财务")), Crumb(label=_("科目余额表"))),
        summary=_summary(rows, first, last),
        table=_table(rows, first, last),
        links=(Link(label=_("记账凭证"), url=list_url(**{"from": first, "to": last}), icon="file-text"),),
    )
    return shown(request, reader, "ledger/trial_balance.html", page)


def _summary(rows: Sequence[TrialBalanceRow], first: str, last: str) -> tuple[Fact, ...]:
    """Whether debits equal credits, before, within and after the months."""
    debit, credit = sum((row.debit for row in rows), ZERO), sum((row.credit for row in rows), ZERO)
    apart = [sum((row.opening for row in rows), ZERO), debit - credit, sum((row.closing for row in rows), ZERO)]
    off = next((amount for amount in apart if amount), ZERO)
    period = first if first == last else f"{first} – {last}"
    return (
        Fact(label=_("期间"), value=period),
        Fact(label=_("科目"), value=len(rows), kind="number", note=_("有发生额或余额")),
        Fact(label=_("本期借方"), value=debit, kind="money", unit=CURRENCY),
        Fact(label=_("本期贷方"), value=credit, kind="money", unit=CURRENCY),
        Fact(label=_("试算平衡"), value=_("平衡") if not off else _("不平衡"), tone="bad" if off else "ok",
             note=_("借贷相差 %(n)s") % {"n": f"{off:.2f}"}),
    )  # fmt: skip


def _table(rows: Sequence[TrialBalanceRow], first: str, last: str) -> LineGrid:
    money = [
        ("opening_debit", _("期初借方")), ("opening_credit", _("期初贷方")), ("debit", _("本期借方")),
        ("credit", _("本期贷方")), ("closing_debit", _("期末借方")), ("closing_credit", _("期末贷方")),
    ]  # fmt: skip
    columns = (
        Column(name="code", label=_("科目代码"), kind="id", phone="sub", is_pinned=True),
        Column(name="name", label=_("科目名称"), phone="title", width="wide"),
        *(Column(name=name, label=label, kind="money") for name, label in money),
    )
    sums = [ZERO] * len(money)
    made = []
    for row in rows:
        within = {"account": row.account_code, "from": first, "to": last}
        before = {"account": row.account_code, "to": period_before(first)}
        until = {"account": row.account_code, "to": last}
        figures = (*_sides(row.opening), row.debit, row.credit, *_sides(row.closing))
        sums = [total + figure for total, figure in zip(sums, figures, strict=True)]
        asked = (before, before, within, within, until, until)
        cells = [
            Cell(kind="money", value=figure or None, url=list_url(**query) if figure else "")
            for figure, query in zip(figures, asked, strict=True)
        ]
        code = Cell(kind="id", value=row.account_code, url=list_url(**within))
        made.append(Row(key=row.account_code, cells=(code, Cell(value=row.account_name), *cells)))
    totals = (Cell(), Cell(value=_("合计")), *(Cell(kind="money", value=total) for total in sums))
    return LineGrid(columns=columns, rows=tuple(made), totals=totals, empty=_("这些月份及以前没有凭证"))


def _sides(net: Decimal) -> tuple[Decimal, Decimal]:
    """A balance on the side where it stands."""
    return (net, ZERO) if net >= 0 else (ZERO, -net)
