"""Vouchers and the trial balance on pages and over the API: figures lead to vouchers, vouchers to their source."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from meridian.kernel.models import User
from meridian.kernel.tests.engine_case import counted_statements
from meridian.ledger.models import Voucher
from meridian.ledger.periods import as_period, period_before
from meridian.ledger.services import Entry
from meridian.ledger.tests.period_case import Books, new_books

pytestmark = pytest.mark.django_db


@pytest.fixture
def books() -> Books:
    made = new_books()
    made.post(Entry("1405", debit=Decimal("120.50")), Entry("220202", credit=Decimal("120.50")))
    made.post(Entry("6401", debit=Decimal("40.10")), Entry("1405", credit=Decimal("40.10")))
    return made


def browser(books: Books) -> Client:
    client = Client()
    user = User.objects.get(pk=books.manager.user_id)
    client.force_login(user, backend="meridian.accounts.session.PersonBackend")
    return client


def test_vouchers_are_listed_newest_first_with_their_totals(books: Books) -> None:
    client = browser(books)
    with counted_statements() as statements:
        page = client.get("/ledger/vouchers").content.decode()
    assert len(statements) <= 12
    numbers = re.findall(r">(记-\d+-\d+)<", page)
    assert [number[-4:] for number in numbers] == ["0002", "0001"]
    assert "160.60" in page


def test_an_account_of_a_month_finds_its_vouchers(books: Books) -> None:
    client, month = browser(books), f"{books.today():%Y-%m}"
    of_cost = client.get(f"/ledger/vouchers?account=6401&from={month}&to={month}").content.decode()
    assert re.findall(r">记-\d+-(\d+)<", of_cost) == ["0002"]
    assert "40.10" in of_cost
    before = client.get(f"/ledger/vouchers?account=6401&to={period_before(month)}").content.decode()
    assert "没有符合条件的凭证" in before
    for query in ("q=记-", "day_from=2020-01-01", "account=9999", "after=x", "from=2026-99", "q=%00"):
        assert client.get(f"/ledger/vouchers?{query}").status_code == 200


def test_a_voucher_shows_both_sides_and_leads_to_its_source(books: Books) -> None:
    with books.company.scope():
        voucher = Voucher.objects.order_by("pk")[0]
    page = browser(books).get(f"/ledger/vouchers/{voucher.pk}").content.decode()
    for words in ("库存商品", "暂估应付账款", "120.50", voucher.source_number, voucher.prepared_by_name, "借贷相等"):
        assert words in page


def test_the_trial_balance_balances_and_each_figure_leads_to_vouchers(books: Books) -> None:
    client, month = browser(books), f"{books.today():%Y-%m}"
    page = client.get(f"/ledger/trial-balance?from={month}&to={month}").content.decode()
    rows = {
        re.sub("<[^>]+>", "", cells[0]): [re.sub("<[^>]+>", "", cell) for cell in cells[1:]]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.DOTALL)
        if (cells := re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL))
    }
    assert rows["1405"][1:] == ["—", "—", "120.50", "40.10", "80.40", "—"]
    assert rows["220202"][1:] == ["—", "—", "—", "120.50", "—", "120.50"]
    assert ">平衡<" in page
    link = re.search(rf'href="(/ledger/vouchers\?account=6401&amp;from={month}&amp;to={month})"', page)
    assert link is not None
    assert "0002" in client.get(link[1].replace("&amp;", "&")).content.decode()
    later = client.get("/ledger/trial-balance?from=2999-01&to=2999-02").content.decode()
    assert "80.40" in later


def test_the_api_says_the_same(books: Books) -> None:
    client, month = browser(books), f"{books.today():%Y-%m}"
    page = client.get("/api/v1/ledger/vouchers", {"limit": 1}).json()
    assert [each["number"][-4:] for each in page["items"]] == ["0002"]
    rest = client.get("/api/v1/ledger/vouchers", {"limit": 1, "after": page["next"]}).json()
    assert (rest["items"][0]["debit"], rest["next"]) == ("120.5", None)
    one = client.get(f"/api/v1/ledger/vouchers/{rest['items'][0]['id']}").json()
    assert {line["account_code"]: (line["debit"], line["credit"]) for line in one["lines"]} == {
        "1405": ("120.5", "0"), "220202": ("0", "120.5"),
    }  # fmt: skip
    asked = {"first_period": month, "last_period": month}
    balance = client.get("/api/v1/ledger/trial-balance", asked).json()["accounts"]
    assert {each["code"]: each["closing"] for each in balance} == {"1405": "80.4", "220202": "-120.5", "6401": "40.1"}
    assert client.get("/api/v1/ledger/trial-balance", {"first_period": "x", "last_period": month}).status_code == 422
    assert client.get("/api/v1/ledger/vouchers", {"source": "a\x00"}).status_code == 422


def test_another_companys_voucher_is_not_there(books: Books) -> None:
    with books.company.scope():
        voucher = Voucher.objects.order_by("pk")[0]
    stranger = browser(new_books())
    assert stranger.get(f"/ledger/vouchers/{voucher.pk}").status_code == 404
    assert stranger.get(f"/api/v1/ledger/vouchers/{voucher.pk}").status_code == 404
    assert stranger.get("/api/v1/ledger/vouchers").json()["items"] == []


@pytest.mark.parametrize(
    ("text", "period"), [("2026-08", "2026-08"), ("2026-08-31", "2026-08"), ("2026-13", ""), ("", "")]
)
def test_a_month_is_read_from_a_month_or_a_day(text: str, period: str) -> None:
    assert as_period(text) == period
    assert period_before("2026-01") == "2025-12"
