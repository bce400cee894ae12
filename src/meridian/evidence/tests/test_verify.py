"""Tampering as the owner with every trigger asleep: `verify` names the table, the row and the time.

Each test works on a copy of the database, so that what it breaks stays its own.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from meridian.evidence.checks import Fault, Problem, derived_checks, register_derived_check
from meridian.evidence.seal import copy_path, seal_with
from meridian.evidence.verify import Report, verify
from meridian.kernel.documents import WaiverDocument
from meridian.kernel.evidence.catalogue import sealed_tables
from meridian.kernel.models import Counter, RolePermission
from meridian.kernel.sql import run
from meridian.kernel.tests.evidence_case import acting, connected, new_role, rows, waiver_values
from meridian.kernel.values.identity import uuid7
from meridian.site import postgres
from meridian.site.database import as_role
from meridian.site.postgres import Urls

pytestmark = pytest.mark.django_db(transaction=True)


class World:
    """A database of its own with sealed rows of one company."""

    def __init__(self, urls: Urls, store: Path) -> None:
        self.urls, self.store, self.company = urls, store, uuid7()
        self.role = new_role(self.company)
        with acting(self.company):
            RolePermission.objects.bulk_create(RolePermission(role=self.role, permission=f"m.p{n}") for n in range(5))
        with acting(self.company) as act:
            run("UPDATE kernel_role SET name = '主管' WHERE id = %s", [self.role.pk])
            self.renamed_at = act.instant
        self.seal()

    def seal(self) -> None:
        seal_with(self.urls.seal, self.store)

    def verify(self) -> Report:
        return verify(connection, self.store)

    def tamper(self, *statements: str) -> None:
        """As the owner, with the triggers of every table of evidence disabled while it lasts."""
        with connected(self.urls.owner) as owner:
            tables = [
                "kernel_role",
                "kernel_role_permission",
                "kernel_waiver",
                "kernel_store",
                "kernel_log",
                "kernel_head",
                "kernel_tile",
                *(t.name for t in sealed_tables()),
            ]
            for table in tables:
                owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for statement in statements:
                assert owner.execute(statement).rowcount > 0
            for table in tables:
                owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def world(database_urls: Urls, tmp_path: Path) -> Iterator[World]:
    name = f"tamper_{uuid7().hex}"
    urls = postgres.create_database(database_urls, name, template="meridian_template")
    with as_role(urls.application):
        yield World(urls, tmp_path)
    postgres.drop_database(database_urls, name)


def faults(report: Report) -> set[tuple[str, str, str]]:
    return {(str(problem.fault), problem.table, problem.row_id) for problem in report.problems}


def change_of(role: UUID, operation: str) -> tuple[str, UUID, datetime]:
    [(key, label, at)] = rows(
        "SELECT id, transaction_id, at FROM kernel_change WHERE row_id = %s AND operation = %s", role, operation
    )
    return str(key), label, at


def test_an_honest_store_passes_and_states_its_tail(world: World) -> None:
    new_role(world.company)
    report = world.verify()
    assert report.problems == []
    assert report.unsealed == 1
    assert report.tail_age < timedelta(seconds=60)
    world.seal()
    again = world.verify()
    assert (again.passed, again.unsealed) == (True, 0)


def test_an_edited_trail_row_is_named_with_its_time(world: World) -> None:
    key, _label, at = change_of(world.role.pk, "update")
    world.tamper(f"UPDATE kernel_change SET new = '{{\"name\": \"院长\"}}' WHERE id = '{key}'")
    report = world.verify()
    [edited] = [problem for problem in report.problems if problem.fault is Fault.EDITED]
    assert (edited.table, edited.row_id) == ("kernel_change", key)
    assert edited.at is not None
    assert abs(edited.at - at) < timedelta(seconds=1)


def test_a_deleted_trail_row_is_named(world: World) -> None:
    key, _label, _at = change_of(world.role.pk, "insert")
    world.tamper(f"DELETE FROM kernel_change WHERE id = '{key}'")
    assert ("deleted", "kernel_change", key) in faults(world.verify())


def test_two_rows_that_swapped_their_contents_are_both_named(world: World) -> None:
    first, second = (change_of(world.role.pk, operation)[0] for operation in ("insert", "update"))
    world.tamper(
        f"UPDATE kernel_change a SET new = b.new FROM kernel_change b "
        f"WHERE (a.id, b.id) IN (('{first}', '{second}'), ('{second}', '{first}'))"
    )
    assert {("edited", "kernel_change", first), ("edited", "kernel_change", second)} <= faults(world.verify())


def test_a_row_slipped_in_is_named(world: World) -> None:
    slipped = uuid7()
    world.tamper(
        f"INSERT INTO kernel_act SELECT '{slipped}', company_id, '{slipped}', at, actor_id, actor_name, source, "
        f"address, reason FROM kernel_act LIMIT 1"
    )
    assert faults(world.verify()) == {("inserted", "kernel_act", str(slipped))}


def test_a_governed_row_changed_past_its_trail_is_named_with_its_columns(world: World) -> None:
    world.tamper(f"UPDATE kernel_role SET name = '院长' WHERE id = '{world.role.pk}'")
    [problem] = world.verify().problems
    assert (problem.fault, problem.table, problem.row_id) == (
        Fault.OUTSIDE_TRAIL, "kernel_role", str(world.role.pk),
    )  # fmt: skip
    assert "name" in problem.detail
    assert problem.at is not None
    assert abs(problem.at - world.renamed_at) < timedelta(seconds=1)


def test_lines_deleted_past_their_trail_are_named(world: World) -> None:
    [(line,)] = rows("SELECT id FROM kernel_role_permission WHERE permission = 'm.p3'")
    world.tamper(f"DELETE FROM kernel_role_permission WHERE id = '{line}'")
    assert faults(world.verify()) == {("outside_trail", "kernel_role_permission", str(line))}


def test_a_row_rewritten_together_with_its_leaf_misses_the_signed_root(world: World) -> None:
    key, _label, _at = change_of(world.role.pk, "update")
    world.tamper(
        f"UPDATE kernel_change SET operation = 'UPDATE' WHERE id = '{key}'",
        f"UPDATE kernel_log SET leaf_hash = sha256('forged') WHERE row_id = '{key}'",
    )
    report = world.verify()
    assert ("log", "kernel_change", key) in faults(report)


def test_two_leaves_that_changed_places_are_found(world: World) -> None:
    world.tamper(
        f"UPDATE kernel_log SET position = -1 - position WHERE log_id = '{world.company}' AND position IN (1, 2)",
        f"UPDATE kernel_log SET position = CASE position WHEN -2 THEN 2 ELSE 1 END "
        f"WHERE log_id = '{world.company}' AND position < 0",
    )
    found = [problem for problem in world.verify().problems if problem.fault is Fault.LOG]
    assert any("not in its place" in problem.detail for problem in found)
    assert any("miss the signed root" in problem.detail for problem in found)


def test_a_tail_cut_off_with_its_heads_is_betrayed_by_the_copies(world: World) -> None:
    new_role(world.company)
    world.seal()
    [(cut,)] = rows("SELECT min(tree_size) FROM kernel_head WHERE log_id = %s", world.company)
    gone = f"(SELECT row_id FROM kernel_log WHERE log_id = '{world.company}' AND position >= {cut})"
    world.tamper(
        f"DELETE FROM kernel_role WHERE id IN (SELECT row_id FROM kernel_change WHERE id IN {gone})",
        f"DELETE FROM kernel_change WHERE id IN {gone}",
        f"DELETE FROM kernel_act WHERE id IN {gone}",
        f"DELETE FROM kernel_log WHERE log_id = '{world.company}' AND position >= {cut}",
        f"DELETE FROM kernel_head WHERE log_id = '{world.company}' AND tree_size > {cut}",
    )
    [problem] = world.verify().problems
    assert (problem.fault, problem.table, problem.row_id) == (Fault.HEAD, "kernel_head", str(world.company))


def test_a_head_under_another_key_is_refused(world: World) -> None:
    world.tamper(f"UPDATE kernel_head SET signature = decode(repeat('00', 64), 'hex') WHERE log_id = '{world.company}'")
    assert {fault for fault, _table, _row in faults(world.verify())} == {"head"}


def test_a_copied_head_that_was_altered_outside_is_found(world: World) -> None:
    path = copy_path(world.store, world.company)
    line = json.loads(path.read_text().splitlines()[0])
    line["head"] = line["head"].replace('"size":', '"size":1')
    path.write_text(json.dumps(line) + "\n")
    assert {problem.fault for problem in world.verify().problems} == {Fault.HEAD}


def test_a_trigger_put_to_sleep_is_named(world: World) -> None:
    with connected(world.urls.owner) as owner:
        owner.execute("ALTER TABLE kernel_role DISABLE TRIGGER kernel_trail_delete")
    assert faults(world.verify()) == {("unguarded", "kernel_role", "-")}


def test_a_trigger_function_rewritten_to_do_nothing_is_named(world: World) -> None:
    with connected(world.urls.owner) as owner:
        owner.execute(
            "CREATE OR REPLACE FUNCTION kernel_queue_seal() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RETURN NULL; END $$"
        )
    [problem] = world.verify().problems
    assert (problem.fault, problem.table) == (Fault.UNGUARDED, "pg_proc")
    assert "kernel_queue_seal" in problem.detail


def test_a_disabled_trigger_of_a_module_is_named(world: World) -> None:
    with connected(world.urls.owner) as owner:
        owner.execute("ALTER TABLE ledger_voucher DISABLE TRIGGER ledger_period_takes_voucher")
    [problem] = world.verify().problems
    assert problem.fault is Fault.UNGUARDED
    assert "ledger_voucher.ledger_period_takes_voucher" in problem.detail


def test_a_right_to_change_a_book_is_named(world: World) -> None:
    with connected(world.urls.owner) as owner:
        owner.execute("GRANT UPDATE ON ledger_voucher TO meridian_app")
    assert faults(world.verify()) == {("unguarded", "ledger_voucher", "-")}


def test_a_demo_that_calls_itself_normal_is_named(world: World) -> None:
    world.tamper("UPDATE kernel_store SET kind = 'normal', clock_offset = interval '0'")
    assert faults(world.verify()) == {("edited", "kernel_store", "-")}


def numbered_waivers(world: World, count: int) -> list[str]:
    """Waivers numbered as `draft()` numbers them, with the counter that gave the numbers."""
    with acting(world.company) as act:
        numbers = [WaiverDocument.number.text(act.instant.date(), seq) for seq in range(1, count + 1)]
        for number in numbers:
            waiver = waiver_values(act)
            waiver.number = number
            waiver.save(force_insert=True)
        Counter.objects.create(
            series=WaiverDocument.code, period=WaiverDocument.number.period(act.instant.date()), value=count
        )
    world.seal()
    return numbers


def test_numbers_without_gaps_pass_and_a_missing_one_is_named(world: World) -> None:
    numbers = numbered_waivers(world, 4)
    assert world.verify().problems == []
    world.tamper(f"DELETE FROM kernel_waiver WHERE number = '{numbers[2]}'")
    found = {problem.fault: problem for problem in world.verify().problems}
    assert set(found) == {Fault.OUTSIDE_TRAIL, Fault.DERIVED}
    assert found[Fault.DERIVED].table == "kernel_waiver"
    assert f"missing: {numbers[2]}" in found[Fault.DERIVED].detail


def test_a_counter_that_was_set_back_is_named(world: World) -> None:
    numbered_waivers(world, 3)
    world.tamper(f"UPDATE kernel_counter SET value = 2 WHERE company_id = '{world.company}'")
    [problem] = world.verify().problems
    assert (problem.fault, problem.table) == (Fault.DERIVED, "kernel_waiver")
    assert "3 numbers given" in problem.detail


def test_derived_tables_are_asked_of_those_who_own_them(world: World) -> None:
    wrong = Problem(Fault.DERIVED, "stock_balance", "7", datetime(2026, 11, 24, tzinfo=UTC), "12 stored, 10 moved")
    before = derived_checks()
    register_derived_check("balances", lambda: [wrong])
    try:
        report = world.verify()
    finally:
        register_derived_check("balances", before.get("balances", list))
    assert wrong in report.problems
    assert "balances" in report.derived


def test_verify_reads_a_snapshot_of_its_own(world: World) -> None:
    with acting(world.company), pytest.raises(RuntimeError, match="snapshot"):
        world.verify()
