"""Rows of the trail and of both books altered as the database's owner: `verify` names table, row and time.

Works on a copy of the database, so that what is broken stays there.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from meridian.evidence.checks import Problem
from meridian.evidence.seal import seal_with
from meridian.evidence.verify import verify
from meridian.kernel.tests.evidence_case import connected, rows
from meridian.kernel.values.identity import uuid7
from meridian.organization.vocabulary import Role
from meridian.site import postgres
from meridian.site.commands import verify as command
from meridian.site.database import as_role
from meridian.site.postgres import Urls
from meridian.warehouse.documents import StockAdjustmentDocument
from meridian.warehouse.tests.outbound import House, LotIn, new_house

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.committing]


class Books:
    """A house whose goods came in and partly went out again, sealed."""

    def __init__(self, urls: Urls, store: Path) -> None:
        self.urls, self.store = urls, store
        self.house: House = new_house(LotIn("L1", "40", date(2099, 1, 1)))
        adjustment = self.house.adjustment("internal_use", ("L1", "3"))
        self.house.company.perform(StockAdjustmentDocument.post, adjustment, role=Role.KEEPER, reason="门诊示教")
        seal_with(urls.seal, store)

    def altered(self, table: str, statement: str) -> None:
        """As the owner, behind the back of every trigger."""
        with connected(self.urls.owner) as owner:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            assert owner.execute(statement).rowcount == 1
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    def named(self) -> list[Problem]:
        return verify(connection, self.store).problems


@pytest.fixture
def books(database_urls: Urls, tmp_path: Path) -> Iterator[Books]:
    name = f"altered_{uuid7().hex}"
    urls = postgres.create_database(database_urls, name, template="meridian_template")
    with as_role(urls.application):
        yield Books(urls, tmp_path)
    postgres.drop_database(database_urls, name)


def newest(table: str, columns: str = "id, at") -> tuple[UUID, datetime]:
    [(key, at)] = rows(f"SELECT {columns} FROM {table} ORDER BY id DESC LIMIT 1")
    return key, at


def test_untouched_books_verify(books: Books) -> None:
    assert [problem.line() for problem in books.named()] == []


@pytest.mark.parametrize(
    ("table", "assignment"),
    [
        ("kernel_change", "new = jsonb_set(coalesce(new::jsonb, '{}'), '{note}', '\"x\"')::json"),
        ("kernel_transition", "actor_name = '张三'"),
        ("inventory_movement", "quantity = quantity - 1"),
        ("ledger_voucher", "summary = '其他'"),
        ("ledger_voucher_line", "account_code = '6602'"),
    ],
)
def test_an_altered_row_is_named_with_its_table_and_time(books: Books, table: str, assignment: str) -> None:
    key, at = newest(table)
    books.altered(table, f"UPDATE {table} SET {assignment} WHERE id = '{key}'")
    found = [problem for problem in books.named() if (problem.fault, problem.table) == ("edited", table)]
    assert [problem.row_id for problem in found] == [str(key)]
    assert found[0].at is not None
    assert abs(found[0].at - at) < timedelta(seconds=1)
    assert str(key) in found[0].line()
    assert at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") in found[0].line()


@pytest.mark.parametrize("table", ["inventory_movement", "ledger_voucher", "kernel_transition"])
def test_a_deleted_row_is_named_with_its_table_and_time(books: Books, table: str) -> None:
    key, at = newest(table)
    books.altered(table, f"DELETE FROM {table} WHERE id = '{key}'")
    [gone] = [problem for problem in books.named() if (problem.fault, problem.table) == ("deleted", table)]
    assert gone.row_id == str(key)
    assert gone.at is not None
    assert abs(gone.at - at) < timedelta(seconds=1)


def test_a_movement_that_never_was_is_named_and_the_books_disagree(books: Books) -> None:
    with connected(books.urls.owner) as owner:
        owner.execute("ALTER TABLE inventory_movement DISABLE TRIGGER USER")
        columns = [name for (name,) in owner.execute(
            "SELECT column_name::text FROM information_schema.columns WHERE table_name = 'inventory_movement' "
            "AND column_name NOT IN ('id', 'transaction_id')"
        )]  # fmt: skip
        names, forged = ", ".join(columns), uuid7()
        owner.execute(
            f"INSERT INTO inventory_movement (id, transaction_id, {names}) "
            f"SELECT '{forged}', '{uuid7()}', {names} FROM inventory_movement ORDER BY id DESC LIMIT 1"
        )
        owner.execute("ALTER TABLE inventory_movement ENABLE TRIGGER USER")
    found = {(str(problem.fault), problem.table) for problem in books.named()}
    assert ("inserted", "inventory_movement") in found
    assert ("derived", "inventory_balance") in found


def test_a_balance_or_an_account_that_was_changed_disagrees_with_its_book(books: Books) -> None:
    books.altered("inventory_balance", "UPDATE inventory_balance SET quantity = quantity + 1")
    books.altered("inventory_item_cost", "UPDATE inventory_item_cost SET value = value + 10")
    found = {(str(problem.fault), problem.table) for problem in books.named()}
    assert found == {("derived", "inventory_balance"), ("derived", "inventory_item_cost")}


def test_the_command_says_so_and_ends_with_one(
    books: Books, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "open_database", lambda: None)
    monkeypatch.setattr(command, "store_path", lambda: books.store)
    assert command.main([]) == 0
    assert "PASSED" in capsys.readouterr().out
    key, _at = newest("inventory_movement")
    books.altered("inventory_movement", f"UPDATE inventory_movement SET quantity = 999 WHERE id = '{key}'")
    assert command.main([]) == 1
    said = capsys.readouterr().out
    assert f"inventory_movement  {key}" in said
    assert "FAILED" in said
