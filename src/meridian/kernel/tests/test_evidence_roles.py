"""The database itself refuses what no code may do: by grants first, by triggers behind them."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from meridian.evidence.install import existing_tables, install, silent_triggers
from meridian.kernel.act import open_act
from meridian.kernel.context import in_company
from meridian.kernel.evidence.catalogue import defects
from meridian.kernel.models import Role, RolePermission, Waiver
from meridian.kernel.sql import fetch, run
from meridian.kernel.tests.evidence_case import acting, actor_of, connected, new_role, rows, waiver_values
from meridian.kernel.values.identity import uuid7
from meridian.site.database import as_role
from meridian.site.postgres import Urls

pytestmark = pytest.mark.django_db(transaction=True)


def code_of(error: pytest.ExceptionInfo[DatabaseError]) -> str:
    return str(getattr(error.value.__cause__, "sqlstate", ""))


@pytest.fixture
def application(database_urls: Urls) -> Iterator[psycopg.Connection]:
    with connected(database_urls.application) as raw:
        yield raw


@pytest.fixture
def sealer(database_urls: Urls) -> Iterator[psycopg.Connection]:
    with connected(database_urls.seal) as raw:
        yield raw


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kernel_change SET operation = 'insert'",
        "DELETE FROM kernel_change",
        "INSERT INTO kernel_change (id) VALUES (gen_random_uuid())",
        "TRUNCATE kernel_change",
        "UPDATE kernel_transition SET to_state = 'x'",
        "DELETE FROM kernel_act",
        "TRUNCATE kernel_waiver",
        "DELETE FROM kernel_waiver",
        "DELETE FROM kernel_user",
        "DELETE FROM kernel_unsealed",
        "INSERT INTO kernel_unsealed (transaction_id, at) VALUES (gen_random_uuid(), now())",
        "INSERT INTO kernel_log (id) VALUES (gen_random_uuid())",
        "INSERT INTO kernel_head (id) VALUES (gen_random_uuid())",
        "UPDATE kernel_store SET kind = 'normal'",
        "DELETE FROM kernel_store",
        "ALTER TABLE kernel_change DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "SET ROLE meridian_owner",
        "SET SESSION AUTHORIZATION meridian_owner",
        "CREATE TABLE mine (id int)",
        "CREATE TEMP TABLE mine (id int)",
        "SELECT kernel_queue_seal()",
        "DROP TABLE kernel_change",
    ],
)
def test_the_application_role_is_refused(application: psycopg.Connection, statement: str) -> None:
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.FeatureNotSupported)):
        application.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM kernel_role",
        "UPDATE kernel_log SET position = 0",
        "DELETE FROM kernel_head",
        "TRUNCATE kernel_log",
        "INSERT INTO kernel_change (id) VALUES (gen_random_uuid())",
        "INSERT INTO kernel_unsealed (transaction_id, at) VALUES (gen_random_uuid(), now())",
        "UPDATE kernel_store SET clock_offset = interval '1 day'",
        "SET ROLE meridian_app",
    ],
)
def test_the_seal_role_does_nothing_but_seal(sealer: psycopg.Connection, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        sealer.execute(statement)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE kernel_change SET operation = 'x'", "DELETE FROM kernel_transition", "TRUNCATE kernel_act",
     "DELETE FROM kernel_log", "UPDATE kernel_head SET tree_size = 0", "TRUNCATE kernel_role CASCADE"],
)  # fmt: skip
def test_the_owner_meets_the_triggers_behind_the_grants(database_urls: Urls, statement: str) -> None:
    with connected(database_urls.owner) as owner, pytest.raises(psycopg.errors.IntegrityError) as refused:
        owner.execute(statement)
    assert refused.value.sqlstate == "23M04"


def test_a_governed_row_needs_an_author() -> None:
    with in_company(uuid7()), pytest.raises(IntegrityError) as refused:
        Role.objects.create(code="keeper", name="保管员")
    assert code_of(refused) == "23M01"


def test_a_book_row_cannot_carry_the_label_of_an_earlier_act() -> None:
    company = uuid7()
    with acting(company) as earlier:
        pass
    with pytest.raises(IntegrityError) as refused, acting(company) as act:
        run(
            "INSERT INTO kernel_refusal (id, company_id, transaction_id, at, document_type, transition, actor_id, "
            "actor_name, source, code, status, findings) "
            "VALUES (%s, %s, %s, %s, 'x', 'x', %s, 'x', 'job', 'x', 422, '[]')",
            [uuid7(), company, earlier.transaction_id, act.instant, uuid7()],
        )
    assert code_of(refused) == "23M01"


def test_insert_update_and_delete_leave_old_and_new() -> None:
    company = uuid7()
    role = new_role(company)
    with acting(company) as act:
        Role.objects.filter(pk=role.pk).update(name="仓库主管")
    with acting(company):
        Role.objects.filter(pk=role.pk).delete()
    trail = rows(
        "SELECT operation, old->>'name', new->>'name', company_id, transaction_id FROM kernel_change "
        "WHERE row_id = %s ORDER BY id", role.pk
    )  # fmt: skip
    assert [entry[:4] for entry in trail] == [
        ("insert", None, "保管员", company),
        ("update", "保管员", "仓库主管", company),
        ("delete", "仓库主管", None, company),
    ]
    assert trail[1][4] == act.transaction_id


def test_an_update_keeps_changed_columns_only_and_an_idle_one_leaves_nothing() -> None:
    company = uuid7()
    role = new_role(company)
    with acting(company):
        Role.objects.filter(pk=role.pk).update(name="收货员")
        Role.objects.filter(pk=role.pk).update(name="收货员")
    trail = rows("SELECT old::text, new::text FROM kernel_change WHERE row_id = %s AND operation = 'update'", role.pk)
    assert trail == [('{"name": "保管员"}', '{"name": "收货员"}')]


def test_lines_of_one_statement_leave_one_trail_row() -> None:
    company = uuid7()
    role = new_role(company)
    with acting(company) as act:
        RolePermission.objects.bulk_create(RolePermission(role=role, permission=f"m.read_{n}") for n in range(40))
    trail = rows(
        "SELECT json_array_length(new) FROM kernel_change WHERE transaction_id = %s AND table_name = %s",
        act.transaction_id, "kernel_role_permission",
    )  # fmt: skip
    assert trail == [(40,)]


def test_a_set_of_updates_leaves_one_trail_row_for_each_row() -> None:
    company = uuid7()
    role = new_role(company)
    with acting(company):
        RolePermission.objects.bulk_create(RolePermission(role=role, permission=f"m.read_{n}") for n in range(1000))
    with acting(company) as act:
        run("UPDATE kernel_role_permission SET permission = permission || '.x' WHERE company_id = %s", [company])
    trail = rows(
        "SELECT count(DISTINCT row_id), count(*), bool_and(new->>'permission' = (old->>'permission') || '.x') "
        "FROM kernel_change WHERE transaction_id = %s", act.transaction_id,
    )  # fmt: skip
    assert trail == [(1000, 1000, True)]


def test_a_row_never_moves_to_another_company() -> None:
    company = uuid7()
    role = new_role(company)
    with pytest.raises(IntegrityError) as refused, acting(company):
        run("UPDATE kernel_role SET company_id = %s WHERE id = %s", [uuid7(), role.pk])
    assert code_of(refused) == "23M05"


def test_the_key_of_a_row_never_changes() -> None:
    company = uuid7()
    role = new_role(company)
    with pytest.raises(IntegrityError) as refused, acting(company):
        run("UPDATE kernel_role SET id = %s WHERE id = %s", [uuid7(), role.pk])
    assert code_of(refused) == "23M03"


def test_a_bare_update_of_the_state_is_refused_at_commit() -> None:
    company = uuid7()
    with acting(company) as act:
        waiver = waiver_values(act)
        waiver.save(force_insert=True)
    with pytest.raises(IntegrityError) as refused, acting(company):
        run("UPDATE kernel_waiver SET state = 'active' WHERE id = %s", [waiver.pk])
    assert code_of(refused) == "23M02"
    with in_company(company):
        assert Waiver.objects.get(pk=waiver.pk).state == "draft"


def test_a_document_cannot_be_born_in_a_later_state() -> None:
    company = uuid7()

    def be_born() -> None:
        with acting(company) as act:
            waiver = waiver_values(act)
            waiver.state = "active"
            waiver.save(force_insert=True)

    with pytest.raises(IntegrityError) as refused:
        be_born()
    assert code_of(refused) == "23M02"


@pytest.mark.parametrize(("from_state", "to_state", "fits"), [
    ("draft", "active", True), ("draft", "ended", False), ("ended", "active", False),
])  # fmt: skip
def test_the_transition_row_must_tell_the_same_move(from_state: str, to_state: str, fits: bool) -> None:
    company = uuid7()
    with acting(company) as act:
        waiver = waiver_values(act)
        waiver.save(force_insert=True)
    move = (
        "WITH told AS (INSERT INTO kernel_transition (id, company_id, transaction_id, at, document_type, document_id, "
        "transition, from_state, to_state, document_version, actor_id, actor_name, role, reason, gates, site_day) "
        "VALUES (%s, %s, %s, %s, 'waiver', %s, 'activate', %s, %s, 2, %s, '王芳', 'quality_head', '', '[]', %s)) "
        "UPDATE kernel_waiver SET state = 'active' WHERE id = %s"
    )

    def act_once() -> None:
        with acting(company) as act:
            values = [uuid7(), company, act.transaction_id, act.instant, waiver.pk, from_state, to_state]
            run(move, [*values, act.actor.user_id, act.instant.date(), waiver.pk])

    if fits:
        act_once()
    else:
        with pytest.raises(IntegrityError) as refused:
            act_once()
        assert code_of(refused) == "23M02"
    with in_company(company):
        assert Waiver.objects.get(pk=waiver.pk).state == ("active" if fits else "draft")


def test_sign_in_leaves_no_trail_and_a_password_only_its_digest() -> None:
    company, user = uuid7(), uuid7()
    with acting(company):
        run(
            "INSERT INTO kernel_user (id, password, username, name, email, company_id, is_active, is_machine, "
            "language, theme) VALUES (%s, 'scrypt$secret', %s, '李强', '', %s, true, false, 'zh-hans', 'system')",
            [user, f"li-{user.hex}", company],
        )
    run("UPDATE kernel_user SET last_login = now() WHERE id = %s", [user])
    trail = rows("SELECT company_id, new->>'password', new::text FROM kernel_change WHERE row_id = %s", user)
    assert [entry[:2] for entry in trail] == [(None, _sha256("scrypt$secret"))]
    assert "last_login" not in str(trail[0][2])


def _sha256(text: str) -> str:
    [(digest,)] = rows("SELECT encode(sha256(convert_to(%s::text, 'UTF8')), 'hex')", text)
    return str(digest)


def test_a_test_stores_clock_runs_forward_only() -> None:
    with pytest.raises(IntegrityError) as back, transaction.atomic():
        run("UPDATE kernel_store SET clock_offset = clock_offset - interval '1 second'")
    assert code_of(back) == "23M06"
    with transaction.atomic():
        [(before,)] = fetch("SELECT kernel_now() - clock_timestamp()")
        run("UPDATE kernel_store SET clock_offset = clock_offset + interval '1 hour'")
        [(after,)] = fetch("SELECT kernel_now() - clock_timestamp()")
        transaction.set_rollback(True)
    assert timedelta(minutes=59) < after - before < timedelta(minutes=61)


def test_a_normal_stores_clock_cannot_be_moved(database_urls: Urls) -> None:
    with connected(database_urls.owner) as owner, owner.transaction(force_rollback=True):
        owner.execute("ALTER TABLE kernel_store DISABLE TRIGGER ALL")
        owner.execute("UPDATE kernel_store SET kind = 'normal', clock_offset = interval '0'")
        owner.execute("ALTER TABLE kernel_store ENABLE TRIGGER ALL")
        owner.execute("SET LOCAL ROLE meridian_owner")
        with pytest.raises(psycopg.errors.IntegrityError) as refused:
            owner.execute("UPDATE kernel_store SET clock_offset = interval '1 hour'")
        assert refused.value.sqlstate == "23M06"


def test_every_table_of_the_database_has_a_class() -> None:
    assert defects(existing_tables(connection)) == []


def test_a_table_nobody_classified_is_named() -> None:
    [defect] = defects([*existing_tables(connection), "stray_table"])
    assert defect.startswith("stray_table:")


def test_installing_again_changes_nothing_and_wakes_what_was_silenced(database_urls: Urls) -> None:
    with connected(database_urls.owner) as owner:
        owner.execute("ALTER TABLE kernel_role DISABLE TRIGGER kernel_trail_update")
    assert silent_triggers(connection) == ["kernel_role.kernel_trail_update"]
    with as_role(database_urls.owner):
        install(connection)
        install(connection)
    assert silent_triggers(connection) == []


def test_keys_made_by_the_database_sort_by_time() -> None:
    made = [str(key) for (key,) in fetch("SELECT kernel_uuid7() FROM generate_series(1, 500)")]
    assert made == sorted(made)
    assert {(key[14], key[19] in "89ab") for key in made} == {("7", True)}


def test_the_writer_of_a_job_is_named_too() -> None:
    company = uuid7()
    actor = actor_of(company)
    with in_company(company), open_act(actor, reason="夜间任务") as act:
        Role.objects.create(code=f"job-{uuid7().hex[-6:]}", name="保管员")
    assert rows("SELECT actor_name, reason FROM kernel_act WHERE id = %s", act.transaction_id) == [("王芳", "夜间任务")]
