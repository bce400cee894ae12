"""The trace reads what it names and nothing more: fixed statements, cycles, neighbours, sums that show a fault."""

from decimal import Decimal
from uuid import uuid4

import pytest

from meridian.inventory.matrix import MATRIX
from meridian.inventory.queries.genealogy import trace
from meridian.inventory.tests.book_rows import wide_tree, written
from meridian.inventory.vocabulary import BlockKind, Direction, EdgeKind, MovementType
from meridian.items.tests.factories import draft_item
from meridian.kernel.clock import now
from meridian.kernel.tests.engine_case import counted_statements
from meridian.kernel.values.identity import uuid7
from meridian.organization.tests.factories import new_company

pytestmark = pytest.mark.django_db

M = MovementType


def test_a_tree_of_five_levels_takes_four_statements_like_a_single_lot() -> None:
    company = new_company()
    item = draft_item(company)
    with written(company) as rows:
        alone, root = rows.lot(item, "ALONE"), rows.lot(item, "ROOT")
        rows.move(M.RECEIVE, root, 3)
        made = wide_tree(rows, item, root, levels=5, fan=3)
    with company.scope():
        with counted_statements() as few:
            trace([alone], Direction.BOTH)
        with counted_statements() as many:
            answer = trace([root], Direction.FORWARD)
        leaf = trace([made[-1]], Direction.BACK)
    assert len(few) == len(many) == 4
    assert {lot.id for lot in answer.lots} == set(made)
    assert len(made) == 364
    assert [sum(lot.layer == layer for lot in answer.lots) for layer in range(6)] == [1, 3, 9, 27, 81, 243]
    assert [lot.layer for lot in leaf.lots] == [-5, -4, -3, -2, -1, 0]


def test_looking_back_names_no_siblings_but_says_how_much_went_to_them() -> None:
    company = new_company()
    item = draft_item(company)
    with written(company) as rows:
        root = rows.lot(item, "ROOT")
        rows.move(M.RECEIVE, root, 10)
        rows.move(M.CONSUME, root, 10)
        near, far = rows.lot(item, "NEAR"), rows.lot(item, "FAR")
        rows.edge(EdgeKind.SPLIT, root, 4, near)
        rows.edge(EdgeKind.SPLIT, root, 6, far)
    with company.scope():
        answer = trace([near], Direction.BACK)
    assert [lot.lot_no for lot in answer.lots] == ["ROOT", "NEAR"]
    source = answer.by_id[root].sums
    assert [source.passed_on, source.passed_elsewhere, source.unexplained] == [10, 6, 0]


def test_a_cycle_of_rework_ends_and_names_each_lot_once() -> None:
    company = new_company()
    item = draft_item(company)
    with written(company) as rows:
        lots = [rows.lot(item, name) for name in ("A", "B", "C")]
        for parent, child in zip(lots, [*lots[1:], lots[0]], strict=True):
            rows.edge(EdgeKind.REWORK, parent, 1, child)
    with company.scope():
        for direction in Direction:
            assert sorted(lot.lot_no for lot in trace([lots[0]], direction).lots) == ["A", "B", "C"]


def test_a_balance_that_does_not_follow_from_movements_shows_as_the_difference() -> None:
    company = new_company()
    item = draft_item(company)
    with written(company) as rows:
        lot = rows.lot(item, "L")
        rows.move(M.RECEIVE, lot, 10)
        rows.balances = {key: Decimal(7) for key in rows.balances}
    with company.scope():
        answer = trace([lot], Direction.BOTH)
    assert answer.by_id[lot].sums.difference == 3
    assert not answer.is_balanced


def test_what_was_consumed_into_nothing_known_is_unexplained() -> None:
    company = new_company()
    item = draft_item(company)
    with written(company) as rows:
        lot, child = rows.lot(item, "L"), rows.lot(item, "K")
        rows.move(M.RECEIVE, lot, 10)
        rows.move(M.CONSUME, lot, 10)
        rows.edge(EdgeKind.SPLIT, lot, 8, child)
    with company.scope():
        sums = trace([lot], Direction.FORWARD).by_id[lot].sums
    assert [sums.difference, sums.unexplained] == [0, 2]


def test_scrap_told_by_a_movement_and_by_an_edge_of_one_document_counts_once() -> None:
    company = new_company()
    item = draft_item(company)
    document = ("stock_adjustment", uuid7(), "A-1")
    with written(company) as rows:
        lot = rows.lot(item, "L")
        rows.move(M.RECEIVE, lot, 10)
        rows.move(M.SCRAP, lot, 3, document=document)
        rows.edge(EdgeKind.SCRAP, lot, 3, document=document[1])
    with company.scope():
        sums = trace([lot], Direction.FORWARD).by_id[lot].sums
    assert [sums.loss, sums.on_hand, sums.difference] == [3, 7, 0]


def test_another_companys_lot_is_no_answer() -> None:
    company, other = new_company(), new_company()
    item = draft_item(other)
    with written(other) as rows:
        lot = rows.lot(item, "L")
        rows.move(M.RECEIVE, lot, 1)
    with company.scope():
        assert trace([lot, uuid4()], Direction.BOTH).lots == ()


def test_blocks_in_force_stand_beside_the_lot() -> None:
    company = new_company()
    item = draft_item(company)
    with written(company) as rows:
        lot = rows.lot(item, "L")
        rows.block(lot, BlockKind.RECALL, "供应商通报", now())
    with company.scope():
        assert trace([lot], Direction.BOTH).by_id[lot].blocks == ("recall",)


def test_every_movement_across_the_boundary_has_its_figure() -> None:
    company = new_company()
    item = draft_item(company)
    crossing = [movement for movement, rule in MATRIX.items() if rule.origin or rule.target]
    with written(company) as rows:
        lot = rows.lot(item, "L")
        rows.move(M.RECEIVE, lot, 100)
        for movement in crossing:
            rows.move(movement, lot, 1)
    with company.scope():
        assert trace([lot], Direction.BOTH).by_id[lot].sums.difference == 0
