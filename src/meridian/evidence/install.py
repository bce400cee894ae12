"""Triggers, functions, indexes and grants in line with the models: run as owner after every migrate, repeatable."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from psycopg import sql

from meridian.kernel.evidence import functions
from meridian.kernel.evidence.catalogue import (
    QUEUE_TABLE,
    SEAL_TABLES,
    STORE_TABLE,
    TRIGGER_TABLES,
    USER_TABLE,
    Table,
    is_local,
    sealed_tables,
    tables,
)
from meridian.kernel.evidence.triggers import Trigger, triggers_of
from meridian.kernel.tenancy import Evidence

APPLICATION_ROLE = "meridian_app"
SEAL_ROLE = "meridian_seal"

_READ = "SELECT"
_INSERT_ONLY = "SELECT, INSERT"
_KEPT = "SELECT, INSERT, UPDATE"
_FULL = "SELECT, INSERT, UPDATE, DELETE"


def install(connection: Any, *, application: str = APPLICATION_ROLE, seal: str = SEAL_ROLE) -> None:
    """Makes the database hold what the table classes promise, whatever it held before.

    `application` and `seal` are the names of the logins. Runs in one transaction: the application never sees a moment
    without its rights. Raises django.db.ProgrammingError when a role does not exist.
    """
    with transaction.atomic(using=connection.alias):
        statements = [
            sql.SQL("SELECT pg_advisory_xact_lock(hashtext('kernel.install'))"),
            sql.SQL(functions.all_functions(connection.pg_version)),
            *_function_rights(),
            *_trigger_statements(connection),
            *_indexes(connection),
            *_constraints(connection),
            # a temporary table could carry a trigger function of ours and so speak with the owner's voice
            sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(
                sql.Identifier(connection.settings_dict["NAME"])
            ),
            *grants(existing_tables(connection), application, seal),
        ]
        for statement in statements:
            _execute(connection, statement)


def existing_tables(connection: Any) -> list[str]:
    """The tables of the schema as the database knows them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c "
            "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1"
        )
        return [name for (name,) in cursor.fetchall()]


def wanted_triggers(connection: Any) -> list[Trigger]:
    """Every trigger the classes ask for, of tables that exist."""
    present = set(existing_tables(connection))
    return [trigger for table in tables() if table.name in present for trigger in triggers_of(table)]


def silent_triggers(connection: Any) -> list[str]:
    """Triggers that should watch and do not, as `table.trigger`: missing or disabled. `verify` reports them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgrelid::regclass::text, t.tgname FROM pg_trigger t "
            "WHERE NOT t.tgisinternal AND t.tgenabled = 'O'"
        )
        awake = set(cursor.fetchall())
    wanted = [(trigger.table, trigger.name) for trigger in wanted_triggers(connection)]
    return [f"{table}.{name}" for table, name in wanted if (table, name) not in awake]


def _execute(connection: Any, statement: sql.Composable) -> None:
    with connection.cursor() as cursor:
        # never prepared: a text of several statements cannot be
        cursor.cursor.execute(statement, prepare=False)


def _function_rights() -> Iterable[sql.Composable]:
    for function in functions.PRIVATE_FUNCTIONS:
        yield sql.SQL(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")


def _trigger_statements(connection: Any) -> Iterable[sql.Composable]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND starts_with(t.tgname, 'kernel_') "
            "AND c.relnamespace = 'public'::regnamespace AND t.tgparentid = 0"
        )
        standing = cursor.fetchall()
    for table, name in standing:
        yield sql.SQL("DROP TRIGGER {} ON {}").format(sql.Identifier(name), sql.Identifier(table))
    for trigger in wanted_triggers(connection):
        yield trigger.create()


def _indexes(connection: Any) -> Iterable[sql.Composable]:
    """The sealer finds rows by the label of their transaction: books without an index that leads with it get one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indrelid::regclass::text FROM pg_index i JOIN pg_attribute a "
            "ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] WHERE a.attname = 'transaction_id'"
        )
        indexed = {name for (name,) in cursor.fetchall()}
    present = set(existing_tables(connection))
    for table in sealed_tables():
        if table.name in present - indexed and not table.defects:
            name = sql.Identifier(f"{table.name}_transaction")
            yield sql.SQL("CREATE INDEX {} ON {} (transaction_id)").format(name, sql.Identifier(table.name))


def _constraints(connection: Any) -> Iterable[sql.Composable]:
    """References are checked by the statement that writes them, not at the end when the counter rows are held."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint "
            "WHERE contype = 'f' AND condeferred AND connamespace = 'public'::regnamespace AND conparentid = 0"
        )
        deferred = cursor.fetchall()
    for table, name in deferred:
        yield sql.SQL("ALTER TABLE {} ALTER CONSTRAINT {} DEFERRABLE INITIALLY IMMEDIATE").format(
            sql.Identifier(table), sql.Identifier(name)
        )


def grants(present: Iterable[str], application: str, seal: str) -> Iterable[sql.Composable]:
    """All rights of both logins, from nothing: what no line below grants, neither has."""
    app, sealer = sql.Identifier(application), sql.Identifier(seal)
    known = {table.name: table for table in tables()}
    for kind in ("TABLES", "SEQUENCES"):
        yield sql.SQL("REVOKE ALL ON ALL {} IN SCHEMA public FROM PUBLIC, {}, {}").format(sql.SQL(kind), app, sealer)
    yield sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC, {}, {}").format(app, sealer)
    yield sql.SQL("GRANT USAGE ON SCHEMA public TO {}, {}").format(app, sealer)
    yield sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(app)
    for name in present:
        rights = _application_rights(name, known.get(name))
        if rights:
            yield sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(rights), sql.Identifier(name), app)
        rights = _seal_rights(name, known.get(name))
        if rights:
            yield sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(rights), sql.Identifier(name), sealer)


def _application_rights(name: str, table: Table | None) -> str:
    if name == "django_migrations" or name in SEAL_TABLES | TRIGGER_TABLES | {QUEUE_TABLE}:
        return _READ
    if name == STORE_TABLE:
        return "SELECT, UPDATE (clock_offset)"  # the trigger allows it in demo and test stores alone
    if table is None:
        return _FULL if is_local(name) else ""
    if table.evidence is Evidence.BOOK:
        return _INSERT_ONLY
    return _KEPT if table.is_document or name == USER_TABLE else _FULL


def _seal_rights(name: str, table: Table | None) -> str:
    if name in SEAL_TABLES:
        return _INSERT_ONLY
    if name == QUEUE_TABLE:
        return "SELECT, DELETE"
    if name == STORE_TABLE or (table is not None and table.is_sealed):
        return _READ
    return ""
