"""Stock list and lot file: what they show, page by page and as of a day, and who may see which places."""

import csv
import io
import json
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from meridian.inventory.services import block_lot
from meridian.inventory.tests.book_rows import DAY, written
from meridian.inventory.tests.stock_case import Warehouse
from meridian.inventory.vocabulary import BlockKind, MovementType, StockStatus
from meridian.items.tests.factories import draft_item
from meridian.kernel.act import open_act
from meridian.kernel.models import RoleAssignment, User
from meridian.kernel.sql import fetch, run
from meridian.kernel.tests.engine_case import counted_statements
from meridian.kernel.values.identity import uuid7
from meridian.organization.models import Place, Site
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.organization.vocabulary import Role
from meridian.workspace import background

pytestmark = pytest.mark.django_db

M, S = MovementType, StockStatus


def browser(company: CompanyForTests, role: Role = Role.KEEPER) -> Client:
    client = Client()
    user = User.objects.get(pk=company.actors[role].user_id)
    client.force_login(user, backend="meridian.accounts.session.PersonBackend")
    return client


def lots_shown(text: str) -> list[str]:
    return re.findall(r'href="/inventory/lots/[^"]+">([^<]+)<', text)


def next_url(text: str) -> str:
    found = re.search(r'href="([^"]+)" rel="next"', text)
    return found[1].replace("&amp;", "&") if found else ""


def test_stock_is_paged_by_key_forth_and_back_in_fixed_statements() -> None:
    company = new_company((Role.KEEPER, Role.QUALITY_STAFF))
    item = draft_item(company)
    with written(company) as rows:
        for number in range(120):
            rows.move(M.RECEIVE, rows.lot(item, f"L{number:03}", expires_on=DAY + timedelta(days=number)), 1)
    client = browser(company)
    with counted_statements() as statements:
        first = client.get("/inventory/stock").content.decode()
    assert len(statements) <= 12
    pages, url = [lots_shown(first)], next_url(first)
    while url:
        text = client.get(url).content.decode()
        pages.append(lots_shown(text))
        url = next_url(text)
    assert [len(page) for page in pages] == [50, 50, 20]
    listed = [lot for page in pages for lot in page]
    assert listed == sorted(listed)
    back = re.search(r'href="([^"]+)" rel="prev"', text)
    assert back is not None
    assert lots_shown(client.get(back[1].replace("&amp;", "&")).content.decode()) == pages[1]
    assert "120" in first


def test_filters_of_the_address_narrow_the_stock(warehouse: Warehouse) -> None:
    near = warehouse.stock("NEAR-1", 5, warehouse.today() + timedelta(days=10))
    warehouse.stock("FAR-1", 7, warehouse.today() + timedelta(days=900), item=warehouse.item("导管"))
    client = browser(warehouse.company)
    assert sorted(lots_shown(client.get("/inventory/stock").content.decode())) == ["FAR-1", "NEAR-1"]
    for query in ("q=NEAR", "q=注射", "expiry=30", f"item={warehouse.item()}"):
        assert lots_shown(client.get(f"/inventory/stock?{query}").content.decode()) == ["NEAR-1"]
    for query in ("status=quality_hold", f"place={warehouse.other_place}", "q=nothing", "expiry=expired"):
        assert lots_shown(client.get(f"/inventory/stock?{query}").content.decode()) == []
    with warehouse.company.scope():
        whole = Place.objects.get(kind="warehouse").pk
    url = f"/inventory/stock?place={whole}&status=qualified&expiry=180"
    assert lots_shown(client.get(url).content.decode()) == ["NEAR-1"]
    warehouse.run(lambda work: block_lot(work, lot_id=near, kind=BlockKind.HOLD, reason="复检"))
    assert "已锁定" in client.get("/inventory/stock?q=NEAR").content.decode()


def test_stock_as_of_a_day_is_what_lay_there_at_its_end() -> None:
    company = new_company((Role.KEEPER, Role.QUALITY_STAFF))
    item = draft_item(company)
    with written(company) as rows:
        lot = rows.lot(item, "L1")
        rows.move(M.RECEIVE, lot, 10, day=DAY)
        rows.move(M.SHIP, lot, 4, day=DAY + timedelta(days=2))
    client = browser(company)
    shown = {
        day: client.get(f"/inventory/stock?day={DAY + timedelta(days=day)}").content.decode() for day in (-1, 0, 1, 2)
    }
    assert lots_shown(shown[-1]) == []
    assert all("10\u00a0" in shown[day] for day in (0, 1))
    assert "6\u00a0" in shown[2]
    assert "日终的库存" in shown[0]


def file_rows(client: Client, query: str = "") -> list[list[str]]:
    """The rows of the stock list's file, without its headings."""
    answer = client.get(f"/inventory/stock/export?form=csv{query}")
    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]


QUANTITY = 10


def test_goods_of_another_owner_are_told_apart_now_and_on_a_past_day() -> None:
    company = new_company((Role.KEEPER, Role.QUALITY_STAFF))
    item, owner = draft_item(company), uuid7()
    with written(company) as rows:
        lot = rows.lot(item, "L1")
        rows.move(M.RECEIVE, lot, 10, day=DAY)
        rows.move(M.RECEIVE, rows.lot(item, "L2"), 4, day=DAY)
    with company.scope():  # consigned goods, which no document brings in yet
        foreign = "INSERT INTO {0} SELECT (jsonb_populate_record(t, %s::jsonb)).* FROM {0} t WHERE lot_id = %s"
        change = json.dumps({"owner_id": str(owner), "quantity": 3, "id": str(uuid7())})
        run(foreign.format("inventory_movement"), [change, lot])
        run(
            "INSERT INTO inventory_balance"
            " (company_id, owner_id, lot_id, place_id, status, item_id, quantity, expires_on)"
            " SELECT company_id, %s, lot_id, place_id, status, item_id, 3, expires_on FROM inventory_balance"
            " WHERE lot_id = %s",
            [owner, lot],
        )
    client = browser(company)
    for day in ("", f"&day={DAY}"):
        everything = file_rows(client, day)
        own, other = file_rows(client, f"{day}&owner=own"), file_rows(client, f"{day}&owner=other")
        assert sorted(Decimal(row[QUANTITY]) for row in own) == [4, 10], day
        assert [Decimal(row[QUANTITY]) for row in other] == [3], day
        assert sorted(own + other) == sorted(everything)
        page = client.get(f"/inventory/stock?owner=other{day}").content.decode()
        assert lots_shown(page) == ["L1"]
        assert "其他货主" in page
        total = client.get(f"/inventory/stock?q=L{day}").content.decode()
        assert "17" in total.split('class="m-foot"')[1]


def test_the_file_holds_every_row_of_every_page_and_keeps_to_filters_and_reach(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("meridian.inventory.pages.stock_file.PAGE", 2)
    for number in range(5):
        warehouse.stock(f"L{number}", number + 1)
    warehouse.stock("=CMD", 7)
    client = browser(warehouse.company)
    rows = file_rows(client)
    assert len(rows) == 6
    assert sum(Decimal(row[QUANTITY]) for row in rows) == 15 + 7
    assert "'=CMD" in {row[3] for row in rows}
    assert [row[3] for row in file_rows(client, "&q=L3")] == ["L3"]
    page = client.get("/inventory/stock?q=L3").content.decode()
    assert 'href="/inventory/stock/export?q=L3&amp;form=xlsx"' in page
    assert browser(new_company((Role.KEEPER,))).get("/inventory/stock/export?form=csv").content.count(b"\r\n") == 1


def test_a_long_stock_list_becomes_a_file_in_the_background_with_the_reach_of_the_hour(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.STORE = tmp_path
    monkeypatch.setattr("meridian.inventory.pages.stock_file.ROWS_MAX", 2)
    company = warehouse.company
    warehouse.stock("L1", 1)
    warehouse.stock("L2", 2)
    client = browser(company)
    assert len(file_rows(client)) == 2
    warehouse.stock("L3", 3)
    asked = client.get("/inventory/stock/export?form=csv&q=L")
    assert (asked.status_code, asked["Location"]) == (302, "/exports")
    assert background.make_all() == "1"
    assert "库存台账" in client.get("/exports").content.decode()
    [(key,)] = fetch("SELECT id FROM workspace_list_export WHERE company_id = %s", [company.company_id])
    answer = client.get(f"/exports/{key}")
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert [row[3] for row in lines[1:]] == ["L1", "L2", "L3"]
    with open_act(company.set_up.system):
        held = RoleAssignment.objects.filter(user_id=company.actors[Role.KEEPER].user_id)
        held.update(scope_kind="site", scope_id=company.set_up.site_id)
    assert client.get(f"/exports/{key}").status_code == 403
    with open_act(company.set_up.system):
        held.delete()
    assert client.get(f"/exports/{key}").status_code == 403


@pytest.mark.parametrize("query", ["day=2026-13-99", "after=x~y", "place=1", "item=%00", "q=%00%27--", "status=gone"])
def test_what_an_address_cannot_mean_is_left_out(warehouse: Warehouse, query: str) -> None:
    warehouse.stock("L1", 5)
    answer = browser(warehouse.company).get(f"/inventory/stock?{query}")
    assert answer.status_code == 200


def test_a_post_held_for_one_site_sees_that_sites_stock_alone(warehouse: Warehouse) -> None:
    company = warehouse.company
    lot = warehouse.stock("HERE", 5)
    with open_act(company.set_up.system):
        site = Site.objects.create(code="S2", name="二部")
        other = Place.objects.create(site=site, kind="zone", zone_kind="qualified", code="HG2", name="合格品区")
    warehouse.post(warehouse.gain(lot, 3, cost="10", place=other.pk))
    with open_act(company.set_up.system):
        RoleAssignment.objects.filter(user_id=company.actors[Role.KEEPER].user_id).update(
            scope_kind="site", scope_id=site.pk
        )
    client = browser(company)
    text = client.get("/inventory/stock").content.decode()
    assert "HG2" in text
    assert "3\u00a0" in text
    assert "HG 合格品区</td>" not in text
    page = client.get(f"/inventory/lots/{lot}?section=movements").content.decode()
    assert "HG2" in page
    assert "HG 合格品区" not in page


def test_a_lots_file_says_what_it_is_what_binds_it_and_where_it_went(warehouse: Warehouse) -> None:
    company = warehouse.company
    lot = warehouse.stock("L1", 5, warehouse.today() + timedelta(days=30))
    shipped = warehouse.post(warehouse.loss(lot, 2))
    warehouse.run(lambda work: block_lot(work, lot_id=lot, kind=BlockKind.RECALL, reason="供应商通报"))
    client = browser(company)
    with counted_statements() as statements:
        page = client.get(f"/inventory/lots/{lot}").content.decode()
    assert len(statements) <= 12
    for words in ("召回", "供应商通报", "余 30 天", "可用至当日结束", "3\u00a0", "江南示范医疗科技有限公司"):
        assert words in page
    moves = client.get(f"/inventory/lots/{lot}?section=movements").content.decode()
    assert shipped.number in moves
    assert "购货者" in moves
    assert shipped.number in client.get(f"/inventory/lots/{lot}?section=documents").content.decode()
    assert "供应商通报" in client.get(f"/inventory/lots/{lot}?section=blocks").content.decode()


def test_a_lots_identifier_is_written_as_its_barcode_says_it() -> None:
    company = new_company((Role.KEEPER, Role.QUALITY_STAFF))
    item = draft_item(company)
    with written(company) as rows:
        lot = rows.lot(item, "P1", di="06901234567892", expires_on=date(2029, 1, 4))
        rows.move(M.RECEIVE, lot, 1)
        plain = rows.lot(item, "P2", di="A123", expires_on=date(2029, 1, 4))
        rows.move(M.RECEIVE, plain, 1)
    client = browser(company)
    assert "(01)06901234567892(17)290104(10)P1" in client.get(f"/inventory/lots/{lot}").content.decode()
    assert "(01)" not in client.get(f"/inventory/lots/{plain}").content.decode()


def test_an_expired_lot_says_so_and_has_nothing_usable(warehouse: Warehouse) -> None:
    lot = warehouse.stock("L1", 5, warehouse.today() - timedelta(days=1))
    client = browser(warehouse.company)
    page = client.get(f"/inventory/lots/{lot}").content.decode()
    assert "已过有效期" in page
    assert "可用 0" in page
    listed = client.get("/inventory/stock").content.decode()
    assert listed.count('5\u00a0<span class="m-faint">盒') == 2, "as the quantity and in the totals, not as usable"


def test_another_companys_lot_is_not_there(warehouse: Warehouse) -> None:
    lot = warehouse.stock("L1", 5)
    other = new_company((Role.KEEPER,))
    assert browser(other).get(f"/inventory/lots/{lot}").status_code == 404
    assert lots_shown(browser(other).get("/inventory/stock").content.decode()) == []


def test_the_search_of_the_top_bar_leads_a_lot_to_its_trace(warehouse: Warehouse) -> None:
    warehouse.stock("LOT-77", 5)
    answer = browser(warehouse.company).get("/find", {"q": "LOT-77"})
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer.headers["Location"]).query) == {"q": ["LOT-77"]}
    assert browser(warehouse.company).get("/find", {"q": "nothing-at-all"}).status_code == 200


def test_stock_and_lots_over_the_api(warehouse: Warehouse) -> None:
    near = warehouse.stock("NEAR-1", 5, warehouse.today() + timedelta(days=10))
    warehouse.stock("FAR-1", 7, warehouse.today() + timedelta(days=900))
    client = browser(warehouse.company)
    first = client.get("/api/v1/inventory/stock", {"limit": 1}).json()
    second = client.get("/api/v1/inventory/stock", {"limit": 1, "after": first["next"]}).json()
    assert [page["items"][0]["lot_no"] for page in (first, second)] == ["NEAR-1", "FAR-1"]
    assert (first["items"][0]["quantity"], second["next"]) == ("5", None)
    narrowed = client.get("/api/v1/inventory/stock", {"lot_no": "FAR", "status": ["qualified"]}).json()
    assert [row["lot_no"] for row in narrowed["items"]] == ["FAR-1"]
    before = client.get("/api/v1/inventory/stock", {"day": str(warehouse.today() - timedelta(days=1))}).json()
    assert before["items"] == []
    warehouse.run(lambda work: block_lot(work, lot_id=near, kind=BlockKind.HOLD, reason="复检"))
    lot = client.get(f"/api/v1/inventory/lots/{near}").json()
    assert (lot["lot"]["lot_no"], lot["blocks"][0]["kind"], lot["stock"][0]["is_blocked"]) == ("NEAR-1", "hold", True)
    for nonsense in ({"after": "x"}, {"lot_no": "a\x00"}):
        assert client.get("/api/v1/inventory/stock", nonsense).json()["code"] == "field_invalid"
    other = browser(new_company((Role.KEEPER,)))
    assert other.get(f"/api/v1/inventory/lots/{near}").status_code == 404
