"""W14: repack and rework, traced both ways to the piece (PEERS §5): answer, page, API and command say the same.

R1 received 1,000 = WO1 600 + WO2 300 + scrap 80 + on hand 20; F1 300 = repack K1 100 + rework 50 (F1R 48 + scrap 2)
+ shipped A 120 + on hand 30; K1: 60 shipped B, 40 on hand; F1R 48 on hand (12 on hold); F2 150 shipped C, 10 returned.
"""

import csv
import hashlib
import json
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from meridian.inventory.queries.genealogy import TraceAnswer, trace
from meridian.inventory.tests.stock_case import StockPaper, new_warehouse
from meridian.inventory.vocabulary import Direction
from meridian.kernel.models import User
from meridian.kernel.registry import registry
from meridian.kernel.tests.engine_case import counted_statements
from meridian.organization.tests.factories import PASSWORD
from meridian.organization.vocabulary import Role
from meridian.site.commands import trace as command
from tests.scenarios.repack_story import CUSTOMERS, SUPPLIER, RepackStory

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def story(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[RepackStory]:
    """The story, told once and committed."""
    kept = dict(vars(registry))
    registry.document_types = {**registry.document_types, StockPaper.code: StockPaper}
    with django_db_blocker.unblock():
        yield RepackStory(new_warehouse(Role.QUALITY_HEAD, Role.PICKER)).tell()
    vars(registry).update(kept)


def whole(*quantities: Decimal) -> tuple[int, ...]:
    """Quantities as the story tells them; none of them is broken."""
    assert all(quantity == int(quantity) for quantity in quantities)
    return tuple(map(int, quantities))


def asked(story: RepackStory, name: str, direction: Direction) -> TraceAnswer:
    with story.warehouse.company.scope():
        return trace([story.lots[name]], direction)


def test_forward_from_r1_the_customers_hold_a_120_b_60_and_c_140_net(story: RepackStory) -> None:
    answer = asked(story, "R1", Direction.FORWARD)
    names = {lot.id: lot.lot_no for lot in answer.lots}
    held = {(holding.party_name, names[holding.lot_id]): holding.net for holding in answer.holdings}
    assert held == {(CUSTOMERS["A"], "F1"): 120, (CUSTOMERS["B"], "K1"): 60, (CUSTOMERS["C"], "F2"): 140}
    assert sorted(names.values()) == ["F1", "F1R", "F2", "K1", "R1"]


def test_forward_from_r1_the_house_holds_20_30_40_48_and_10_returned(story: RepackStory) -> None:
    answer = asked(story, "R1", Direction.FORWARD)
    names = {lot.id: lot.lot_no for lot in answer.lots}
    lies = {(names[row.lot_id], row.status): row.quantity for row in answer.in_house}
    assert lies == {
        ("R1", "qualified"): 20,
        ("F1", "qualified"): 30,
        ("K1", "qualified"): 40,
        ("F1R", "qualified"): 36,
        ("F1R", "quality_hold"): 12,
        ("F2", "returned_pending"): 10,
    }
    assert answer.by_id[story.lots["F1R"]].sums.on_hand == 48


def test_forward_from_r1_scrap_is_80_from_the_shelf_and_2_in_rework(story: RepackStory) -> None:
    answer = asked(story, "R1", Direction.FORWARD)
    loss = {lot.lot_no: whole(lot.sums.scrapped, lot.sums.lost) for lot in answer.lots if lot.sums.loss}
    assert loss == {"R1": (80, 0), "F1": (0, 2)}


def test_every_lot_adds_up_with_difference_0(story: RepackStory) -> None:
    answer = asked(story, "R1", Direction.FORWARD)
    sums = {lot.lot_no: lot.sums for lot in answer.lots}
    figures = {name: whole(each.came_in, each.went_out, each.loss, each.on_hand) for name, each in sums.items()}
    assert figures == {
        "R1": (1000, 900, 80, 20),
        "F1": (300, 268, 2, 30),
        "K1": (100, 60, 0, 40),
        "F1R": (48, 0, 0, 48),
        "F2": (160, 150, 0, 10),
    }
    assert {whole(each.difference, each.unexplained) for each in sums.values()} == {(0, 0)}
    assert answer.is_balanced


def test_edges_carry_exact_quantities(story: RepackStory) -> None:
    answer = asked(story, "R1", Direction.FORWARD)
    names = {lot.id: lot.lot_no for lot in answer.lots}
    edges = {
        (edge.kind, names[edge.parent_id], names[edge.child_id] if edge.child_id else None):
            whole(edge.parent_quantity, edge.child_quantity)
        for edge in answer.edges
    }  # fmt: skip
    assert edges == {
        ("consume", "R1", "F1"): (600, 300),
        ("consume", "R1", "F2"): (300, 150),
        ("repack", "F1", "K1"): (100, 100),
        ("rework", "F1", "F1R"): (48, 48),
        ("scrap", "F1", None): (2, 2),
    }


def test_backward_from_k1_stand_r1_and_its_suppliers_receipt(story: RepackStory) -> None:
    answer = asked(story, "K1", Direction.BACK)
    assert [(lot.lot_no, lot.layer, lot.role) for lot in answer.lots] == [
        ("R1", -2, "source"), ("F1", -1, "source"), ("K1", 0, "root"),
    ]  # fmt: skip
    [receipt] = answer.receipts
    assert (receipt.party_name, receipt.document_number) == (SUPPLIER, story.numbers["receipt"])
    assert receipt.lot_id == story.lots["R1"]
    assert receipt.quantity == 1000
    assert answer.holdings == ()
    assert answer.is_balanced


def test_both_ways_from_k1_only_its_own_customer_is_affected(story: RepackStory) -> None:
    answer = asked(story, "K1", Direction.BOTH)
    assert {holding.party_name: holding.net for holding in answer.holdings} == {CUSTOMERS["B"]: 60}
    assert {row.status: row.quantity for row in answer.affected_stock} == {"qualified": 40}


def browser(story: RepackStory, role: Role) -> Client:
    """A browser in which the person of this post has signed in."""
    client = Client()
    username = User.objects.get(pk=story.warehouse.company.actors[role].user_id).username
    assert client.post("/sign-in", {"username": username, "password": PASSWORD}).status_code == 302
    return client


def test_the_api_says_the_same(story: RepackStory) -> None:
    client = browser(story, Role.QUALITY_HEAD)
    body = client.get("/api/v1/inventory/trace", {"lot": "R1", "direction": "forward"}).json()
    assert body["choices"] == []
    customers = {each["name"]: each["net"] for each in body["trace"]["customers"]}
    assert customers == {CUSTOMERS["A"]: "120", CUSTOMERS["B"]: "60", CUSTOMERS["C"]: "140"}
    figures = {lot["lot_no"]: lot["quantities"] for lot in body["trace"]["lots"]}
    assert {name: each["on_hand"] for name, each in figures.items()} == {
        "R1": "20", "F1": "30", "K1": "40", "F1R": "48", "F2": "10",
    }  # fmt: skip
    assert {each["difference"] for each in figures.values()} == {"0"}
    assert {name: (each["scrapped"], each["lost"]) for name, each in figures.items() if each["loss"] != "0"} == {
        "R1": ("80", "0"), "F1": ("0", "2"),
    }  # fmt: skip
    lies = sorted((each["status"], each["quantity"]) for each in body["trace"]["in_house"])
    assert lies == sorted([
        ("qualified", "20"), ("qualified", "30"), ("qualified", "40"), ("qualified", "36"), ("quality_hold", "12"),
        ("returned_pending", "10"),
    ])  # fmt: skip
    assert body["trace"]["is_balanced"] is True
    back = client.get("/api/v1/inventory/trace", {"lot": "K1", "direction": "back"}).json()
    assert [each["document_number"] for each in back["trace"]["receipts"]] == [story.numbers["receipt"]]


def test_the_api_refuses_what_means_no_lot_and_who_may_not_trace(story: RepackStory) -> None:
    client = browser(story, Role.QUALITY_HEAD)
    unknown = client.get("/api/v1/inventory/trace", {"lot": "R9"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "lot_not_found")
    garbled = client.get("/api/v1/inventory/trace", {"lot": "(01)09520000000012(10)R1"})
    assert (garbled.status_code, garbled.json()["code"]) == (422, "check_digit_wrong")
    assert "第 18 个字符" in garbled.json()["findings"][0]["evidence"]
    picker = browser(story, Role.PICKER).get("/api/v1/inventory/trace", {"lot": "R1"})
    assert (picker.status_code, picker.json()["code"]) == (403, "permission_required")


def test_a_shipments_number_traces_the_lots_it_moved(story: RepackStory) -> None:
    number = story.numbers["shipment to B"]
    body = browser(story, Role.QUALITY_HEAD).get("/api/v1/inventory/trace", {"lot": number, "direction": "back"}).json()
    assert [lot["lot_no"] for lot in body["trace"]["lots"]] == ["R1", "F1", "K1"]


def test_the_command_says_the_same(
    story: RepackStory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "open_database", lambda: None)  # the suite's own database is open already
    company = ["--company", str(story.warehouse.company.company_id)]
    assert command.main(["R1", "--down", *company]) == 0
    text = capsys.readouterr().out
    for line in (
        f"  {CUSTOMERS['C']}  F2  140 盒（发出 150，退回 10）",
        "   └ 投料 600 → 300  F1  引流导管 5 mL",
        "      └ 返工 48 → 48  F1R  引流导管 5 mL",
        "  R1  1,000 盒 = 900 + 80 + 20  差异 0  ✓",
        "  F1  300 盒 = 268 + 2 + 30  差异 0  ✓",
    ):
        assert line in text.splitlines()
    assert command.main(["K1", "--up", "--json", *company]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [lot["lot_no"] for lot in answer["trace"]["lots"]] == ["R1", "F1", "K1"]
    assert command.main(["(01)0952", *company]) == 1
    assert "第 9 个字符" in capsys.readouterr().out


def test_the_page_says_the_same(story: RepackStory) -> None:
    client = browser(story, Role.QUALITY_HEAD)
    with counted_statements() as statements:
        page = client.get("/trace", {"q": "R1", "direction": "forward"})
    text = page.content.decode()
    assert page.status_code == 200
    assert len(statements) <= 25
    for words in (*CUSTOMERS.values(), "差异 0", "320\u00a0盒", "148\u00a0盒", "其中不可用 22\u00a0盒", "82\u00a0盒"):
        assert words in text
    back = client.get("/trace", {"lot": str(story.lots["K1"]), "direction": "back"}).content.decode()
    assert SUPPLIER in back
    assert story.numbers["receipt"] in back
    assert CUSTOMERS["B"] not in back


def test_the_report_carries_every_row_and_its_hash(story: RepackStory) -> None:
    client = browser(story, Role.QUALITY_HEAD)
    answer = client.get("/trace/report.csv", {"q": "R1", "direction": "forward"})
    body, _, closing = answer.content.rpartition(b"\r\n" + "以上内容".encode())
    assert hashlib.sha256(body + b"\r\n").hexdigest() == answer.headers["X-Content-SHA256"]
    assert answer.headers["X-Content-SHA256"] in closing.decode()
    rows = list(csv.reader(body.decode("utf-8-sig").splitlines()))
    sums = {row[1]: row[9:15] for row in rows if len(row) == 15}
    assert sums["R1"] == ["1000", "900", "80", "20", "0", "0"]
    assert sums["F1"] == ["300", "268", "2", "30", "0", "0"]
    assert ["查询", "R1", "正查去向"] in rows


def test_the_page_explains_what_it_cannot_find_and_turns_others_away(story: RepackStory) -> None:
    client = browser(story, Role.QUALITY_HEAD)
    assert "第 18 个字符" in client.get("/trace", {"q": "(01)09520000000012(10)R1"}).content.decode()
    assert "没有找到“&lt;b&gt;”" in client.get("/trace", {"q": "<b>"}).content.decode()
    assert client.get("/trace", {"lot": str(story.warehouse.company.company_id)}).status_code == 404
    assert client.get("/trace", {"lot": "x"}).status_code == 404
    assert client.get("/trace/report.csv", {"q": "R9"}).status_code == 404
    assert browser(story, Role.PICKER).get("/trace", {"q": "R1"}).status_code == 403
