"""The guards themselves: triggers awake, functions word for word as released, books closed to the application."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from meridian.evidence.checks import Fault, Problem
from meridian.evidence.install import APPLICATION_ROLE, silent_triggers
from meridian.kernel.evidence import functions
from meridian.kernel.evidence.catalogue import tables
from meridian.kernel.sql import fetch
from meridian.kernel.tenancy import Evidence

_FUNCTION = re.compile(r"CREATE OR REPLACE FUNCTION (\w+)\(.*?AS \$\$(.*?)\$\$", re.DOTALL)


def check_guards(connection: Any) -> Iterator[Problem]:
    """What no longer watches: triggers missing or disabled, functions rewritten, rights nobody should have."""
    for name in silent_triggers(connection):
        yield _problem(name.split(".")[0], f"trigger {name} is missing or disabled")
    for table, name in _asleep(silent_triggers(connection)):
        yield _problem(table, f"trigger {table}.{name} is disabled")
    for name in _rewritten(connection):
        yield _problem("pg_proc", f"function {name} is not as released")
    for table, right in _rights_on_books():
        yield _problem(table, f"the application's role may {right}: a book takes new rows only")


def _problem(table: str, detail: str) -> Problem:
    return Problem(Fault.UNGUARDED, table, "-", None, detail)


def _asleep(named: Iterable[str]) -> list[tuple[str, str]]:
    """Disabled triggers of any kind besides those already named: a module's own, and those of foreign keys."""
    rows = fetch(
        "SELECT c.relname, CASE WHEN t.tgisinternal THEN 'of a foreign key' ELSE t.tgname END FROM pg_trigger t "
        "JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgenabled <> 'O' "
        "AND c.relnamespace = 'public'::regnamespace GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return [(table, name) for table, name in rows if f"{table}.{name}" not in set(named)]


def _rewritten(connection: Any) -> list[str]:
    released = dict(_FUNCTION.findall(functions.all_functions(connection.pg_version)))
    standing = dict(
        fetch(
            "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname = ANY(%s)",
            [list(released)],
        )
    )
    return sorted(name for name, body in released.items() if standing.get(name) != body)


def _rights_on_books() -> list[tuple[str, str]]:
    books = [table.name for table in tables() if table.evidence is Evidence.BOOK]
    return [
        (table, right)
        for table, right in fetch(
            "SELECT c.relname, r.word FROM pg_class c "
            "CROSS JOIN unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS r(word) JOIN pg_roles a ON a.rolname = %s "
            "WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY(%s) "
            "AND has_table_privilege(a.oid, c.oid, r.word) ORDER BY 1, 2",
            [APPLICATION_ROLE, books],
        )
    ]
