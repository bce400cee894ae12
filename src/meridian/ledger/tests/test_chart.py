"""The chart of accounts: complete in itself, and beside the list others made of the same law."""

import csv
from pathlib import Path

import pytest

from meridian.kernel.context import in_company
from meridian.ledger import vocabulary
from meridian.ledger.chart import CHART
from meridian.ledger.models import Account
from meridian.ledger.vocabulary import AccountKind, Direction
from meridian.organization.tests.factories import new_company

SHARED = Path(__file__).parents[5] / "shared" / "data" / "finance" / "cn_chart_of_accounts.csv"
NAMES = {code: name for code, name, _kind, _side in CHART}


def test_codes_are_unique_and_begin_with_the_digit_of_their_kind() -> None:
    assert len(NAMES) == len(CHART)
    digits = {AccountKind.ASSET: "1", AccountKind.LIABILITY: "2", AccountKind.COMMON: "3", AccountKind.EQUITY: "4",
              AccountKind.COST: "5", AccountKind.PROFIT: "6"}  # fmt: skip
    assert all(code[0] == digits[kind] for code, _name, kind, _side in CHART)


def test_sub_accounts_have_their_account() -> None:
    assert all(code[:4] in NAMES for code in NAMES)


@pytest.mark.parametrize(
    ("code", "name", "side"),
    [("1405", "库存商品", Direction.DEBIT), ("1602", "累计折旧", Direction.CREDIT),
     ("2202", "应付账款", Direction.CREDIT),
     ("4103", "本年利润", Direction.CREDIT), ("5001", "生产成本", Direction.DEBIT),
     ("6001", "主营业务收入", Direction.CREDIT), ("6401", "主营业务成本", Direction.DEBIT)],
)  # fmt: skip
def test_accounts_stand_on_the_side_where_they_grow(code: str, name: str, side: Direction) -> None:
    assert (code, name, side) in [(row[0], row[1], row[3]) for row in CHART]


def test_every_account_the_books_post_to_is_in_the_chart() -> None:
    named = {value for name, value in vars(vocabulary).items() if name.isupper() and isinstance(value, str)}
    assert {code for code in named if code.isdigit()} <= set(NAMES)


@pytest.mark.django_db
def test_a_company_starts_with_the_whole_chart() -> None:
    company = new_company()
    with in_company(company.company_id):
        assert dict(Account.objects.values_list("code", "name")) == NAMES


SPELT_DIFFERENTLY = {
    "1221": "其它应收款", "1811": "递延所得资产", "2111": "专出回购金融资产款", "2251": "应付保护红利",
    "2502": "應付債券",
    "2621": "独立帐户负债", "3002": "货币资换", "6021": "手续费收入", "6402": "其它业务成本", "6421": "手续费支出",
    "6502": "撮保险责任准备金", "6521": "保户红利支出", "6801": "所得税",
}  # fmt: skip
"""Slips and abbreviations of the list; the guide's own words are in ours."""
OTHER_ACCOUNTS = {
    "1003": "转让帐户", "1015": "其他货币资金", "1124": "应收账款 (POS)", "1407": "发出商品", "1461": "存货跌价准备",
    "1471": "待摊费用", "2011": "同业存放", "2012": "吸收存款", "2701": "长期债券", "9991": "现金差额损失",
    "9992": "现金差额收益", "9999": "未分配利润/亏损",
}  # fmt: skip
"""Codes that the list gives to another account than the guide does, or that the guide does not have."""


@pytest.mark.shared_data
def test_names_agree_with_the_list_kept_by_others() -> None:
    """All 138 four-digit accounts of its general and its full list; where it departs from the guide is named above."""
    with SHARED.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["chart"] in {"common", "large"}]
    theirs = {row["code"][:4]: row["name_zh"] for row in rows if row["code"].endswith("00")}
    differing = {code: name for code, name in theirs.items() if NAMES.get(code) != name}
    assert differing == SPELT_DIFFERENTLY | OTHER_ACCOUNTS
    assert len(theirs) == 138
