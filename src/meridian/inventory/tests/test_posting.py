"""The one posting service: both books follow every movement, whatever moves, however many at once."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection

from meridian.inventory.models import SupplyDemand
from meridian.inventory.queries import expected_rows, lot_facts, lots_by_identity, maker_key
from meridian.inventory.services import (
    Edge,
    Expected,
    Move,
    NewLot,
    ensure_lots,
    expect,
    post_edges,
    post_movements,
    stop_expecting,
)
from meridian.inventory.tests.stock_case import PENDING, QUALIFIED, Script, StockPaper, Warehouse
from meridian.inventory.vocabulary import EdgeKind, Expectation, MovementType
from meridian.kernel.engine import Command, perform
from meridian.kernel.tests.engine_case import counted_statements
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import Work

pytestmark = pytest.mark.django_db

TURNOVER = """
SELECT account_code, sum(debit), sum(credit) FROM ledger_voucher_line WHERE company_id = %(c)s GROUP BY 1 ORDER BY 1
"""
COSTS = "SELECT quantity, value FROM inventory_item_cost WHERE company_id = %(c)s ORDER BY item_id"
VOUCHERS = "SELECT number, debit, credit, summary, source_type FROM ledger_voucher WHERE company_id = %(c)s ORDER BY id"


def receive(warehouse: Warehouse, lot: UUID, quantity: str, cost: str, **more: Any) -> Move:
    return Move(MovementType.RECEIVE, warehouse.item(), lot, Decimal(quantity), "box",
                to_place_id=warehouse.other_place, to_status=PENDING, unit_cost=Decimal(cost), **more)  # fmt: skip


def accept(warehouse: Warehouse, lot: UUID, quantity: str) -> Move:
    return Move(MovementType.ACCEPT, warehouse.item(), lot, Decimal(quantity), "box",
                from_place_id=warehouse.other_place, from_status=PENDING, to_place_id=warehouse.place,
                to_status=QUALIFIED)  # fmt: skip


def test_receiving_accepting_and_shipping_write_both_books(warehouse: Warehouse) -> None:
    """100 at 12.34 are 1,234.00; 40 of them cost 493.60; 740.40 are left."""
    lot = warehouse.lot("L1", date(2027, 6, 30))
    warehouse.post(receive(warehouse, lot, "100", "12.34"))
    warehouse.post(accept(warehouse, lot, "100"))
    warehouse.post(warehouse.loss(lot, 40))

    assert warehouse.on_hand(lot) == 60
    assert warehouse.on_hand(lot, warehouse.other_place, PENDING) == 0
    assert warehouse.ask(COSTS) == [(Decimal(60), Decimal("740.40"))]
    assert warehouse.ask(TURNOVER) == [
        ("1405", Decimal("1234.00"), Decimal("493.60")),
        ("220202", Decimal(0), Decimal("1234.00")),
        ("6401", Decimal("493.60"), Decimal(0)),
    ]
    month = warehouse.today().strftime("%Y%m")
    assert warehouse.ask(VOUCHERS) == [
        (f"记-{month}-0001", Decimal("1234.00"), Decimal("1234.00"), "测试", "stock_paper"),
        (f"记-{month}-0002", Decimal("493.60"), Decimal("493.60"), "测试", "stock_paper"),
    ]


def test_a_movement_says_where_from_where_to_for_which_line_and_on_whose_order(warehouse: Warehouse) -> None:
    lot, line, order, party = warehouse.lot("L1"), uuid7(), uuid7(), uuid7()
    outcome = warehouse.post(
        receive(warehouse, lot, "5", "2", line_id=line, expectation_id=order, party_id=party, party_name="苏州供货者")
    )
    columns = """from_virtual, from_place_id, from_status, to_virtual, to_place_id, to_status, quantity, value, line_id,
      expectation_id, party_id, party_name, document_type, document_id, transition_id, owner_id, day"""
    [row] = warehouse.ask(f"SELECT {columns} FROM inventory_movement WHERE company_id = %(c)s")
    assert row == (
        "supplier", None, "", "", warehouse.other_place, PENDING, Decimal(5), Decimal("10.00"), line, order, party,
        "苏州供货者", "stock_paper", outcome.document_id, outcome.transition_id, warehouse.company.company_id,
        warehouse.today(),
    )  # fmt: skip


def test_the_account_is_the_one_the_matrix_names_and_the_partner_stands_on_its_side(warehouse: Warehouse) -> None:
    lot, buyer = warehouse.stock("L1", 10, cost="3"), uuid7()
    warehouse.post(
        Move(MovementType.SHIP, warehouse.item(), lot, Decimal(2), "box", from_place_id=warehouse.place,
             from_status=QUALIFIED, party_id=buyer),
        warehouse.loss(lot, 1, movement=MovementType.SCRAP),
        warehouse.loss(lot, 1, movement=MovementType.ISSUE),
    )  # fmt: skip
    lines = warehouse.ask(
        "SELECT l.account_code, l.debit, l.credit, l.party_id FROM ledger_voucher_line l "
        "WHERE l.company_id = %(c)s AND l.voucher_id = (SELECT v.id FROM ledger_voucher v "
        "WHERE v.company_id = %(c)s ORDER BY v.id DESC LIMIT 1) ORDER BY l.line_no"
    )
    assert lines == [
        ("1901", Decimal("3.00"), Decimal(0), None),
        ("6401", Decimal("6.00"), Decimal(0), buyer),
        ("6602", Decimal("3.00"), Decimal(0), None),
        ("1405", Decimal(0), Decimal("12.00"), None),
    ]


def test_goods_without_a_price_move_and_no_voucher_is_written(warehouse: Warehouse) -> None:
    lot = warehouse.lot("free")
    warehouse.post(receive(warehouse, lot, "5", "0"))
    assert warehouse.on_hand(lot, warehouse.other_place, PENDING) == 5
    assert warehouse.ask(VOUCHERS) == []


def test_the_database_refuses_less_than_nothing(warehouse: Warehouse) -> None:
    """Without any gate: the row that exists, the row that does not, and the item that was never bought."""
    lot, stranger = warehouse.stock("L1", 3), warehouse.lot("L2")
    before = warehouse.ask(COSTS)
    for move in (warehouse.loss(lot, 4), warehouse.loss(stranger, 1), warehouse.loss(lot, 1, status=PENDING)):
        with pytest.raises(IntegrityError, match="balance_not_negative"):
            warehouse.post(move)
    assert warehouse.on_hand(lot) == 3
    assert warehouse.ask(COSTS) == before


@pytest.mark.parametrize("quantity", ["0", "-1"])
def test_the_database_refuses_a_movement_of_nothing(warehouse: Warehouse, quantity: str) -> None:
    lot = warehouse.stock("L1", 3)
    with pytest.raises(IntegrityError, match="movement_positive"):
        warehouse.post(warehouse.gain(lot, quantity, cost="1"))


@pytest.mark.parametrize("table", ["inventory_movement", "inventory_genealogy_edge", "ledger_voucher",
                                   "ledger_voucher_line"])  # fmt: skip
@pytest.mark.parametrize("change", ["UPDATE {} SET at = at", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_books_are_append_only(warehouse: Warehouse, table: str, change: str) -> None:
    warehouse.stock("L1", 3)
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(change.format(table))


def test_one_posting_may_take_and_give_at_the_same_place(warehouse: Warehouse) -> None:
    """What counts is what lies there at the end: 3 lie there, 5 come, 7 go, 1 stays."""
    lot = warehouse.stock("L1", 3, cost="1")
    warehouse.post(warehouse.gain(lot, 5, cost="1"), warehouse.loss(lot, 7))
    assert warehouse.on_hand(lot) == 1


def test_an_expectation_is_fulfilled_by_the_movements_that_name_it(warehouse: Warehouse) -> None:
    line = uuid7()
    script = Script(
        effect=lambda work: expect(work, kind=Expectation.SUPPLY, party_id=uuid7(), party_name="供货者", rows=[
            Expected(line, warehouse.item(), Decimal(100), date(2026, 8, 1), Decimal("12.5")),
        ]),
        undoing=lambda work: stop_expecting(work),
    )  # fmt: skip
    order = warehouse.paper(script)
    perform(StockPaper.post, Command(order), actor=warehouse.keeper)
    lot = warehouse.lot("L1")

    def row() -> tuple[Any, ...]:
        with warehouse.company.scope():
            found = expected_rows([line], frozenset({SupplyDemand}))[line]
        assert (found.expected, found.unit_price) == (Decimal(100), Decimal("12.5"))
        assert found.document_id == order
        return found.done, found.still_open, found.is_open

    assert row() == (0, 100, True)
    with warehouse.company.scope():
        key = expected_rows([line], frozenset())[line].id
    warehouse.post(receive(warehouse, lot, "30", "1", expectation_id=key),
                   receive(warehouse, lot, "30", "1", expectation_id=key))  # fmt: skip
    assert row() == (60, 40, True)
    perform(StockPaper.undo, Command(order), actor=warehouse.keeper)
    assert row() == (60, 0, False)


def test_an_expectation_closes_when_it_is_met(warehouse: Warehouse) -> None:
    line = uuid7()
    warehouse.run(
        lambda work: expect(work, kind=Expectation.DEMAND, party_id=uuid7(), party_name="医院", rows=[
            Expected(line, warehouse.item(), Decimal(2), date(2026, 8, 1)),
        ])
    )  # fmt: skip
    with warehouse.company.scope():
        key = expected_rows([line], frozenset())[line].id
    lot = warehouse.stock("L1", 5)
    for _piece in range(2):
        warehouse.post(Move(MovementType.SHIP, warehouse.item(), lot, Decimal(1), "box", from_place_id=warehouse.place,
                            from_status=QUALIFIED, expectation_id=key))  # fmt: skip
    with warehouse.company.scope():
        found = expected_rows([line], frozenset())[line]
    assert found.done == 2
    assert not found.is_open


def test_a_lot_is_made_once_whatever_the_case_and_spaces_of_its_maker(warehouse: Warehouse) -> None:
    def new(maker: str, lot_no: str = "A1", **more: Any) -> NewLot:
        return NewLot(uuid7(), warehouse.item(), maker, lot_no, **more)

    first, same, other_maker, other_sterilisation = warehouse.lots(
        new("Acme  Medical", expires_on=date(2027, 1, 1)), new("ACME Medical"), new("Beta"),
        new("Acme Medical", sterilization_lot_no="S2"),
    )  # fmt: skip
    assert first == same
    assert len({first, other_maker, other_sterilisation}) == 3
    [again, newer] = warehouse.lots(new("acme medical", expires_on=date(2030, 1, 1)), new("Acme Medical", "A2"))
    assert again == first
    assert newer not in {first, other_maker, other_sterilisation}
    with warehouse.company.scope():
        assert lot_facts([first], frozenset())[first].expires_on == date(2027, 1, 1)
        identity = (warehouse.item(), "A1", "", "", maker_key("Acme Medical"))
        unknown = (warehouse.item(), "A9", "", "", "acme medical")
        assert {key: facts.id for key, facts in lots_by_identity([identity, unknown]).items()} == {identity: first}


def test_a_lot_without_any_number_is_refused_by_the_database(warehouse: Warehouse) -> None:
    with pytest.raises(IntegrityError, match="lot_named"):
        warehouse.lot("")


def test_edges_are_written_and_those_that_do_not_balance_are_refused(warehouse: Warehouse) -> None:
    parent, child, item = warehouse.stock("R1", 10), warehouse.lot("K1"), warehouse.item()

    def edge(taken: int, given: int, kind: EdgeKind = EdgeKind.REPACK, **more: Any) -> None:
        to = {"child_lot_id": child, "child_item_id": item} | more
        new = Edge(kind, parent, item, Decimal(taken), Decimal(given), **to)
        warehouse.run(lambda work: post_edges(work, edges=[new]))

    edge(5, 5)
    with pytest.raises(IntegrityError, match="edge_one_item_balances"):
        edge(5, 4)
    with pytest.raises(IntegrityError, match="edge_no_loop"):
        edge(5, 5, child_lot_id=parent)
    with pytest.raises(IntegrityError, match="edge_child_named"):
        edge(1, 1, child_lot_id=None, child_item_id=None)
    edge(1, 1, EdgeKind.SAMPLE, child_lot_id=None, child_item_id=None)
    rows = "SELECT kind, parent_quantity FROM inventory_genealogy_edge WHERE company_id = %(c)s ORDER BY id"
    assert warehouse.ask(rows) == [("repack", Decimal(5)), ("sample", Decimal(1))]


def counted(warehouse: Warehouse, lots: Sequence[NewLot]) -> tuple[int, int, int]:
    """The statements of receiving these lots: of the books, and of the whole act; then of shipping them."""
    books: list[int] = []

    def arrive(work: Work[Any, Any]) -> None:
        with counted_statements() as statements:
            made = ensure_lots(work, lots=lots)
            post_movements(work, moves=[warehouse.gain(key, 1, cost="2.5") for key in made.values()], summary="收货")
        books.append(len(statements))

    def leave(work: Work[Any, Any]) -> None:
        with counted_statements() as statements:
            post_movements(work, moves=[warehouse.loss(key, 1) for key in keys], summary="出库")
        books.append(len(statements))

    paper = warehouse.paper(Script(effect=arrive))
    with counted_statements() as whole:
        perform(StockPaper.post, Command(paper), actor=warehouse.keeper)
    with warehouse.company.scope():
        keys = [facts.id for facts in lots_by_identity([lot.identity for lot in lots]).values()]
    warehouse.run(leave)
    return books[0], len(whole), books[1]


def test_one_line_and_a_thousand_take_the_same_statements(warehouse: Warehouse) -> None:
    """Lots 1, stock rows 2, costs 1, movements 1, voucher lines 1; the voucher's header is in the closing statement."""
    counted(warehouse, [NewLot(uuid7(), warehouse.item(), "M", "first")])  # remembers the site's time zone
    one = counted(warehouse, [NewLot(uuid7(), warehouse.item(), "M", "single")])
    many = counted(warehouse, [NewLot(uuid7(), warehouse.item(), "M", f"N{n}") for n in range(1_000)])
    assert one == many
    assert (one[0], one[2]) == (6, 5)
    assert one[0] + 1 <= 8
    assert one[1] <= 20
