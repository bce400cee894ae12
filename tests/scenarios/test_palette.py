"""The palette finds what its reader may open: by number, by spelling, by lot or barcode, and nothing beyond."""

import re
from html import unescape
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meridian.accounts.signing_in import BACKEND
from meridian.items.documents import ItemDocument
from meridian.items.models import Item
from meridian.items.tests.factories import draft_item
from meridian.kernel.models import User
from meridian.kernel.values.pinyin import spelled
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.organization.vocabulary import Role
from meridian.parties.tests.factories import draft_supplier
from tests.scenarios.test_data_scope import TwoSites, sites

__all__ = ["sites"]
pytestmark = pytest.mark.django_db
STATEMENTS_MAX = 25
SECTION = re.compile(r'<div class="grp" id="pal-(\w+)">(.*?)(?=<div class="grp"|\Z)', re.S)
OPTION = re.compile(r'<a role="option".*?</a>', re.S)


def asked(client: Client, text: str, **more: str) -> dict[str, list[str]]:
    """Section → the words of its options, marks as 【…】."""
    answer = client.get("/palette", {"q": text, **more})
    assert answer.status_code == 200
    found = {}
    for name, body in SECTION.findall(answer.content.decode()):
        marked = [each.replace("<mark>", "【").replace("</mark>", "】") for each in OPTION.findall(body)]
        found[name] = [" ".join(unescape(re.sub(r"<[^>]+>", "", each)).split()) for each in marked]
    return found


def addresses(client: Client, text: str) -> list[str]:
    """Where the options lead, top to bottom."""
    return re.findall(r'href="([^"#]+)"', client.get("/palette", {"q": text}).content.decode())


def client_of(company: CompanyForTests, role: Role) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=company.actors[role].user_id), backend=BACKEND)
    return client


def item_named(company: CompanyForTests, name: str) -> str:
    key = draft_item(company, device_name=name)
    with company.scope():
        return Item.objects.get(pk=key).number


def test_spellings_cover_every_reading_of_a_character() -> None:
    words = spelled("重庆(长城) A1").split()
    assert words[0] == "CQCCA1"
    assert {"ZQCCA1", "CQZCA1", "ZQZCA1"} <= set(words)
    assert "chong'qing'chang'cheng'a'1" in words
    assert "zhong'qing'chang'cheng'a'1" in words


@pytest.fixture
def company() -> CompanyForTests:
    return new_company((Role.QUALITY_STAFF, Role.QUALITY_HEAD, Role.SALES_STAFF, Role.SYSTEM_ADMIN))


def test_masters_come_by_code_then_initials_then_full_pinyin_then_part_of_the_name(company: CompanyForTests) -> None:
    balloon = item_named(company, "冠脉球囊扩张导管")
    within = item_named(company, "药物冠脉球囊")
    client = client_of(company, Role.QUALITY_STAFF)
    by_initials = asked(client, "gmqn")["masters"]
    assert by_initials[0].startswith(f"【冠脉球囊】扩张导管 {balloon}")
    assert by_initials[1].startswith(f"药物【冠脉球囊】 {within}")
    assert asked(client, "guanmaiq")["masters"][0].startswith("【冠脉球】囊扩张导管")
    assert asked(client, "球囊")["masters"][0].startswith("冠脉【球囊】扩张导管")
    assert f"【{balloon}】" in asked(client, f"{balloon[:-1]}{balloon[-1]}")["direct"][0]
    head = balloon[:-2]
    assert all(f"【{head}】" in each for each in asked(client, head)["masters"])


def test_every_reading_of_a_character_finds_the_name(company: CompanyForTests) -> None:
    number = item_named(company, "重组胶原蛋白敷料")
    client = client_of(company, Role.QUALITY_STAFF)
    for typed in ("czjy", "zzjy", "chongzu", "zhongzu"):
        assert any(number in each for each in asked(client, typed)["masters"]), typed


def test_a_record_opened_lately_comes_first_among_equals(company: CompanyForTests) -> None:
    numbers = [item_named(company, f"一次性使用手套 {n}") for n in range(10)]
    client = client_of(company, Role.QUALITY_STAFF)
    with company.scope():
        last = Item.objects.get(number=numbers[-1])
    assert numbers[-1] not in "".join(asked(client, "ycxsy")["masters"])
    assert len(asked(client, "ycxsy")["masters"]) == 8
    assert numbers[-1] in asked(client, "ycxsyst", recent=str(last.pk))["masters"][0]
    assert numbers[-1] in asked(client, "", recent=str(last.pk))["recent"][0]
    assert numbers[-1] in asked(client, "手套 9", recent=str(last.pk))["recent"][0]


def test_a_whole_number_is_the_first_hit_and_a_fragment_finds_its_document(company: CompanyForTests) -> None:
    number = item_named(company, "单根导管")
    client = client_of(company, Role.QUALITY_STAFF)
    with company.scope():
        url = f"/items/items/{Item.objects.get(number=number).pk}/"
    assert addresses(client, number.lower())[0] == url
    assert asked(client, number)["direct"][0].startswith(f"物料 【{number}】")


def test_prefixes_narrow_what_is_found(company: CompanyForTests) -> None:
    item_named(company, "新建导管")
    client = client_of(company, Role.QUALITY_STAFF)
    assert set(asked(client, ">新建")) == {"actions"}
    assert set(asked(client, ">wl")) == {"actions", "menu"}
    assert set(asked(client, "#20")) <= {"documents"}
    admin = client_of(company, Role.SYSTEM_ADMIN)
    assert set(asked(admin, "@")) == {"persons"}
    assert asked(client_of(company, Role.SALES_STAFF), "@") == {}
    assert asked(client, "=NO-SUCH-LOT") == {}


def test_the_record_that_is_open_offers_its_moves_to_who_may_make_them(company: CompanyForTests) -> None:
    number = item_named(company, "导管")
    with company.scope():
        path = f"/items/items/{Item.objects.get(number=number).pk}/"
    staff, sales = client_of(company, Role.QUALITY_STAFF), client_of(company, Role.SALES_STAFF)
    offered = asked(staff, ">", at=path)["actions"]
    assert f"编辑 {number}" in offered
    assert asked(staff, "bj", at=f"{path}trail")["actions"][0] == f"【编辑】 {number}", (
        "by initials, on its other pages"
    )
    assert not any(number in each for each in asked(staff, ">", at="/items/items/")["actions"])
    assert not any(number in each for each in asked(sales, ">", at=path).get("actions", []))
    stranger = client_of(new_company((Role.QUALITY_STAFF,)), Role.QUALITY_STAFF)
    assert not any(number in each for each in asked(stranger, ">", at=path)["actions"])


def test_an_order_offers_what_is_made_out_of_it(sites: TwoSites) -> None:
    order = sites.inbound.order()
    client = sites.browser(Role.RECEIVER)
    hits = client.get("/palette", {"q": ">下推", "at": f"/purchasing/purchase-orders/{order}/"}).content.decode()
    assert re.search(rf"/warehouse/goods-receipts/new\?order(_id)?={order}", hits)
    assert "切换角色" not in asked(client, ">")["actions"], "the demo's alone"


def test_another_companys_records_are_not_found(company: CompanyForTests) -> None:
    number = item_named(company, "独家导管")
    other = client_of(new_company((Role.QUALITY_STAFF,)), Role.QUALITY_STAFF)
    for text in (number, "djdg", "独家", f"#{number}"):
        assert number not in str(asked(other, text))


def test_a_hostile_text_finds_nothing_and_harms_nothing(company: CompanyForTests) -> None:
    client = client_of(company, Role.QUALITY_STAFF)
    for text in ("%", "_", "\\", "'; DROP TABLE x", "\x00", "<script>", "=%", "#%", "@_", ">", "🙂", "x" * 500):
        page = client.get("/palette", {"q": text, "recent": "x,,1", "at": "?"})
        assert page.status_code == 200, text
        assert b"<script>" not in page.content


def test_a_number_of_rows_costs_no_statement(company: CompanyForTests) -> None:
    client = client_of(company, Role.QUALITY_STAFF)

    def count(text: str) -> int:
        client.get("/palette", {"q": text})
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/palette", {"q": text}).status_code == 200
        return sum("clock_offset" not in each["sql"] for each in captured)

    item_named(company, "一次性使用手套")
    draft_supplier(company, 700, name="一次性手套厂")
    before = count("ycx")
    for n in range(6):
        item_named(company, f"一次性使用手套 {n}")
        draft_supplier(company, 701 + n, name=f"一次性手套 {n} 厂")
    assert count("ycx") == before <= STATEMENTS_MAX


def lot_hits(client: Client, text: str) -> list[str]:
    found = asked(client, text)
    return [*found.get("direct", []), *found.get("lots", [])]


def test_a_lot_shows_its_stock_by_status_and_a_person_of_one_site_finds_only_theirs(sites: TwoSites) -> None:
    sites.shelved("QM26A", far=False, expires_on="2029-01-04")
    sites.shelved("QM26B", far=True, expires_on="2029-01-05")
    client = sites.browser(Role.RECEIVER)
    assert [each.split()[0] for each in lot_hits(client, "qm26")] == ["【QM26】B", "【QM26】A"]
    assert lot_hits(client, "=QM26A")[0].endswith("合格 100")
    with sites.inbound.company.scope():
        item = Item.objects.get(pk=sites.inbound.item)
    assert asked(client, item.number)["direct"]
    assert asked(client, item.device_name)["masters"][0].endswith("合格 200")
    sites.limit(Role.RECEIVER, "site", sites.far)
    assert [each.split()[0] for each in lot_hits(client, "qm26")] == ["【QM26】B"]
    assert lot_hits(client, "QM26A") == []
    assert asked(client, item.device_name)["masters"][0].endswith("合格 100")


def test_a_person_of_one_site_finds_only_its_documents(sites: TwoSites) -> None:
    here, there = sites.receipt("HERE", far=False), sites.receipt("THERE", far=True)
    sites.limit(Role.RECEIVER, "site", sites.far)
    client = sites.browser(Role.RECEIVER)
    assert sites.number(there) in asked(client, sites.number(there))["direct"][0]
    assert sites.number(here) not in str(asked(client, sites.number(here)))
    recent = ",".join(map(str, (here, there)))
    assert [sites.number(there) in each for each in asked(client, "", recent=recent)["recent"]] == [True]


def test_a_scanned_barcode_opens_its_lot(sites: TwoSites) -> None:
    lot: UUID = sites.shelved("QM26A", far=False, expires_on="2029-01-04")
    client = sites.browser(Role.RECEIVER)
    scan = "(01)09520000000011(17)290104(10)QM26A"
    assert addresses(client, scan)[0] == f"/inventory/lots/{lot}"
    fault = asked(client, "(01)09520000000012(10)QM26A")["direct"][0]
    assert "条码" in fault
    assert addresses(client, "(01)09520000000012(10)QM26A") == []
    assert addresses(client, "09520000000011")[0] in (f"/inventory/lots/{lot}", f"/items/items/{sites.inbound.item}/")
    sites.limit(Role.RECEIVER, "site", sites.far)
    assert addresses(client, scan) == []


def test_items_keep_their_spellings_when_they_are_renamed(company: CompanyForTests) -> None:
    key = draft_item(company, device_name="旧名导管")
    company.draft(ItemDocument, {"device_name": "新名导管"}, document_id=key)
    client = client_of(company, Role.QUALITY_STAFF)
    assert asked(client, "xmdg")["masters"]
    assert "masters" not in asked(client, "jmdg")
