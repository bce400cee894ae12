"""Gates of the money book: what is posted needs an open month; what is closed must agree."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, Remedy, gate
from meridian.kernel.messages import message
from meridian.ledger.models import AccountingPeriod
from meridian.ledger.queries import Comparison

FINANCE_MANAGER = "finance_manager"
ACCOUNTANT = "accountant"


class PostsVouchers(Protocol):
    """Any document whose effect writes the books."""

    @property
    def closed_months(self) -> Sequence[date]: ...


class ClosesMonth(Protocol):
    """A month about to be closed."""

    @property
    def unbalanced(self) -> Sequence[str]: ...
    @property
    def comparisons(self) -> Sequence[Comparison]: ...


@gate(
    law="G68",
    blocks="会计期间已结账，不能过账 · accounting period closed",
    locks=[AccountingPeriod],
    aliases=["PERIOD_CLOSED"],
)
def period_open(facts: PostsVouchers, moment: Moment) -> Sequence[Breach]:
    """The month of the posting, by the site's day, is not closed (会计法 Art 14–15)."""
    month = moment.site_day.replace(day=1)
    if month not in facts.closed_months:
        return []
    evidence = message(
        "{month} 已结账；须经财务主管申请、企业负责人批准反结账后才能过账。", month=month.strftime("%Y-%m")
    )
    remedy = Remedy(label="查看会计期间", document_type="accounting_period")
    return [Breach(evidence=evidence, owner=FINANCE_MANAGER, remedy=remedy)]


@gate(
    law="G68",
    blocks="凭证借贷不平，不能结账 · voucher unbalanced",
    aliases=["VOUCHER_UNBALANCED"],
)
def vouchers_balanced(facts: ClosesMonth, moment: Moment) -> Sequence[Breach]:
    """In every voucher of the month debit equals credit, on the header and over its lines (会计法 Art 14–15)."""
    del moment
    return [
        Breach(evidence=message("凭证 {number} 借贷不平。", number=number), owner=ACCOUNTANT)
        for number in facts.unbalanced
    ]


@gate(
    law="FIN-15",
    blocks="存货明细与总账不符，不能结账 · stock value differs from the ledger",
    aliases=["STOCK_LEDGER_DIFFERENCE"],
)
def stock_value_equals_ledger(facts: ClosesMonth, moment: Moment) -> Sequence[Breach]:
    """At the end of the month the stock book's value is the balance of its account, to the cent (会计法 Art 17)."""
    del moment
    return [
        Breach(
            evidence=message("科目 {account} 总账 {ledger}，明细账 {book}。", account=compared.account_code,
                             ledger=compared.in_ledger, book=compared.in_book),
            owner=ACCOUNTANT,
        )
        for compared in facts.comparisons
        if compared.in_ledger != compared.in_book
    ]  # fmt: skip
