"""A list as its reader set it up: columns, saved views, filters of every type, and what they export."""

import csv
import io
import re
from typing import Any

import pytest
from django.test import Client

from meridian.items.models import Item
from meridian.items.tests.factories import draft_item
from meridian.kernel.models import Change
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.organization.vocabulary import Role
from meridian.workspace.models import SavedView
from meridian.workspace.sheets import safe
from tests.scenarios.test_data_scope import RECEIPTS, TwoSites, sites
from tests.scenarios.test_palette import client_of

__all__ = ["sites"]
pytestmark = pytest.mark.django_db
ITEMS = "/items/items/"


@pytest.fixture
def company() -> CompanyForTests:
    return new_company((Role.QUALITY_STAFF, Role.QUALITY_HEAD, Role.SALES_STAFF))


def exported(client: Client, url: str) -> list[list[str]]:
    """The rows of a file, the first its headings."""
    answer = client.get(f"{url}{'&' if '?' in url else '?'}form=csv")
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def headings(client: Client, url: str) -> list[str]:
    """The headings of the table on a page, without the box."""
    page = client.get(url, follow=True).content.decode()
    head = page.split("<thead", 1)[1].split("</thead>", 1)[0]
    return [re.sub(r"<[^>]+>", "", each) for each in re.findall(r"<th[^>]*>(.*?)</th>", head)][1:]


def arrange(client: Client, *shown: str, view: str = "2", **more: Any) -> None:
    data = {"show": list(shown), "view": view, "next": f"{ITEMS}?view={view}", **more}
    assert client.post(f"{ITEMS}columns", data).headers["Location"] == f"{ITEMS}?view={view}"


def test_columns_are_kept_for_the_person_and_the_view(company: CompanyForTests) -> None:
    draft_item(company)
    client, other = client_of(company, Role.QUALITY_STAFF), client_of(company, Role.QUALITY_HEAD)
    declared = headings(client, f"{ITEMS}?view=2")
    arrange(client, "number", "state", "specification", "class_code", pin=["specification"])
    assert headings(client, f"{ITEMS}?view=2") == ["单号", "规格", "状态", "分类编码"]
    assert headings(client, f"{ITEMS}?view=0") == declared
    assert headings(other, f"{ITEMS}?view=2") == declared
    assert exported(client, f"{ITEMS}export?view=2")[0] == ["单号", "规格", "分类编码", "状态"]
    arrange(client, act="reset")
    assert headings(client, f"{ITEMS}?view=2") == declared


def test_the_number_stays_and_unknown_columns_are_passed_over(company: CompanyForTests) -> None:
    draft_item(company)
    client = client_of(company, Role.QUALITY_STAFF)
    arrange(client, "no_such", "company_id", "pinyin", "<script>")
    assert headings(client, f"{ITEMS}?view=2") == ["单号"]


def save(client: Client, name: str, query: str, **more: str) -> str:
    """Saves a view; where the answer leads."""
    answer = client.post(f"{ITEMS}views", {"name": name, "next": f"{ITEMS}?{query}", "act": "new", **more})
    return str(answer.headers["Location"])


def test_a_saved_view_keeps_the_address_and_the_default_opens_with_the_list(company: CompanyForTests) -> None:
    draft_item(company, device_name="冷链试剂", is_cold_chain=True)
    draft_item(company, device_name="常温导管")
    client, other = client_of(company, Role.QUALITY_STAFF), client_of(company, Role.QUALITY_HEAD)
    url = save(client, "冷链", "view=2&is_cold_chain=true&after=01890000-0000-7000-8000-000000000000", default="1")
    assert "after=" not in url
    page = client.get(ITEMS, follow=True)
    assert page.redirect_chain[0][0] == url
    assert "冷链试剂" in page.content.decode()
    assert "常温导管" not in page.content.decode()
    assert "常温导管" in other.get(ITEMS, follow=True).content.decode()
    assert 'aria-current="true"' in page.content.decode().split(">冷链</a>")[0][-260:]
    with company.scope():
        saved = SavedView.objects.get()
        assert Change.objects.filter(table_name="workspace_saved_view", row_id=saved.pk).count() == 1
    client.post(f"{ITEMS}views", {"saved": str(saved.pk), "act": "delete", "next": url})
    assert not client.get(ITEMS, follow=True).redirect_chain


def test_a_view_is_shared_with_a_post_one_holds_and_belongs_to_its_owner(company: CompanyForTests) -> None:
    draft_item(company)
    owner, other = client_of(company, Role.QUALITY_STAFF), client_of(company, Role.QUALITY_HEAD)
    save(owner, "给同岗", "view=2", role="quality_staff")
    assert "给同岗" not in other.get(f"{ITEMS}?view=2").content.decode()
    save(owner, "给别岗", "view=2", role="quality_head")
    with company.scope():
        saved = SavedView.objects.get()
    assert saved.name == "给同岗"
    other.post(f"{ITEMS}views", {"saved": str(saved.pk), "act": "delete", "next": ITEMS})
    other.post(f"{ITEMS}views", {"saved": str(saved.pk), "act": "replace", "name": "改名", "next": ITEMS})
    save(owner, "给同岗", "view=0")
    save(owner, "  ", "view=0")
    save(owner, "x" * 41, "view=0")
    with company.scope():
        assert [(view.name, view.role) for view in SavedView.objects.all()] == [("给同岗", "quality_staff")]


def test_export_holds_what_the_list_finds_and_nothing_a_spreadsheet_would_run(company: CompanyForTests) -> None:
    draft_item(company, device_name="=HYPERLINK(1)", specification="+1")
    draft_item(company, device_name="常温导管", specification="5 mL")
    client = client_of(company, Role.QUALITY_STAFF)
    everything = exported(client, f"{ITEMS}export?view=2")
    assert [row[1] for row in everything[1:]] == ["常温导管", "'=HYPERLINK(1)"]
    assert everything[2][3] == "'+1"
    assert everything[0][0] == "单号"
    assert everything[1][-1] == "草稿"
    assert [row[1] for row in exported(client, f"{ITEMS}export?view=2&q=导管")[1:]] == ["常温导管"]
    with company.scope():
        key = Item.objects.get(device_name="=HYPERLINK(1)").pk
    assert [row[1] for row in exported(client, f"{ITEMS}export?view=2&id={key}")[1:]] == ["'=HYPERLINK(1)"]
    assert [safe(each) for each in ("-1", "@x", "\tx", "\rx", "a=b", None, True)] == [
        "'-1", "'@x", "'\tx", "'\rx", "a=b", "", "是"
    ]  # fmt: skip


def test_export_needs_the_right_to_read_and_keeps_to_scope(sites: TwoSites) -> None:
    here, there = sites.receipt("HERE", far=False), sites.receipt("THERE", far=True)
    sites.limit(Role.RECEIVER, "site", sites.far)
    client = sites.browser(Role.RECEIVER)
    assert [row[0] for row in exported(client, f"/{RECEIPTS}/export?view=all")[1:]] == [sites.number(there)]
    assert [row[0] for row in exported(client, f"/{RECEIPTS}/export?view=all&id={here}")[1:]] == []
    other = client_of(new_company((Role.SALES_STAFF,)), Role.SALES_STAFF)
    assert other.get("/ledger/accounting-periods/export").status_code == 403
    assert len(exported(other, f"{ITEMS}export")) == 1


def test_secret_columns_are_left_out_of_what_may_be_shown_and_exported(sites: TwoSites) -> None:
    sites.inbound.order()
    orders = "/purchasing/purchase-orders/"
    sees, blind = sites.browser(Role.BUYER), sites.browser(Role.RECEIVER)
    for client in (sees, blind):
        data = {"show": ["number", "total_amount", "unit_price"], "view": "all", "next": f"{orders}?view=all"}
        client.post(f"{orders}columns", data)
    assert len(exported(sees, f"{orders}export?view=all")[0]) >= len(exported(blind, f"{orders}export?view=all")[0])


def test_the_form_of_the_columns_is_fetched_with_what_is_kept(company: CompanyForTests) -> None:
    draft_item(company)
    client = client_of(company, Role.QUALITY_STAFF)
    assert 'name="show"' not in client.get(f"{ITEMS}?view=2").content.decode()
    arrange(client, "number", "specification", pin=["specification"])
    form = client.get(f"{ITEMS}columns?view=2").content.decode()
    assert re.findall(r'name="show" value="([^"]+)" checked', form) == ["number", "specification"]
    assert re.findall(r'name="pin" value="([^"]+)" checked', form) == ["specification"]
    assert f'name="next" value="{ITEMS}?view=2"' in form
    stranger = client_of(company, Role.SALES_STAFF)
    assert stranger.get("/warehouse/goods-receipts/columns?view=2").status_code == 403
