"""Verification: does everything that was ever sealed still stand, word for word, and is there nothing besides it?

Reads in one snapshot, a few set-based statements over all tables; changes nothing. Names the table, the row and the
time of the act for whatever does not hold.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from psycopg import sql

from meridian.evidence.checks import Fault, Problem, derived_checks
from meridian.evidence.counters import check_counters
from meridian.evidence.guards import check_guards
from meridian.evidence.leaves import SESSION, leaf_hash, log_of
from meridian.evidence.logs import check_logs, copied_heads
from meridian.kernel.evidence.catalogue import Table, governed_tables, sealed_tables

TAIL_LIMIT = timedelta(seconds=60)
_PLANS = (
    "SET LOCAL work_mem = '256MB'; SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 4; "
    # what a row costs here is its text and hash, which the planner does not see: all cores are worth their start
    "SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0"
)
NAMED_AT_MOST = 100
"""Rows named for one kind of fault; the rest are counted."""


@dataclass
class Report:
    """What `verify` found. `unsealed` transactions wait for the sealer, the oldest since `tail_age`."""

    problems: list[Problem] = field(default_factory=list)
    sealed_rows: int = 0
    governed_rows: int = 0
    logs: int = 0
    heads: int = 0
    derived: tuple[str, ...] = ()
    unsealed: int = 0
    tail_age: timedelta = timedelta(0)
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether everything holds; a tail that is merely late does not count against the evidence."""
        return not self.problems

    @property
    def tail_is_late(self) -> bool:
        """Whether the sealer has not kept its minute."""
        return self.tail_age > TAIL_LIMIT

    def lines(self) -> list[str]:
        """The report as printed."""
        late = "  LATE: is the sealer running?" if self.tail_is_late else ""
        return [
            f"{self.sealed_rows} sealed rows in {self.logs} logs under {self.heads} heads, "
            f"{self.governed_rows} governed rows against their trail, derived: {', '.join(self.derived) or 'none'}",
            f"unsealed tail: {self.unsealed} transactions, oldest {self.tail_age.total_seconds():.0f} s{late}",
            *(problem.line() for problem in self.problems),
            f"{'PASSED' if self.passed else f'FAILED: {len(self.problems)} problems'} in {self.seconds:.1f} s",
        ]


def _say_nothing(stage: str) -> None:
    del stage


def verify(connection: Any, store: Path, *, derived: bool = True, tell: Callable[[str], None] = _say_nothing) -> Report:
    """Checks the whole store; `connection` is Django's, of any role that may read, outside a transaction.

    `store` is where public keys and copies of heads lie; `tell` hears what is being checked. Raises RuntimeError inside
    a transaction.
    """
    if connection.in_atomic_block:
        raise RuntimeError("verify reads in a snapshot of its own: call it outside a transaction")
    started = time.monotonic()
    report = Report()
    copies = copied_heads(store)
    with transaction.atomic(using=connection.alias):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.cursor.execute(f"{SESSION}; {_PLANS}", prepare=False)
        _state_tail(connection, report)
        tell("triggers, functions and rights")
        report.problems += check_guards(connection)
        tell(f"{report.sealed_rows} sealed rows against their leaves")
        report.problems += _leaves_against_rows(connection)
        tell("logs, heads and signatures")
        report.logs, report.heads, found = check_logs(connection, store, copies)
        report.problems += found
        tell("governed rows against their trail")
        report.problems += _rows_against_trail(connection, report)
        tell("numbers without gaps")
        report.problems += check_counters()
        if derived:
            report.problems += _derived(report, tell)
    report.seconds = time.monotonic() - started
    return report


def label_time(label: UUID) -> datetime:
    """When an act began, read off its label (UUIDv7, milliseconds, UTC): a table's columns may lie, this is sealed."""
    return datetime.fromtimestamp((label.int >> 80) / 1000, UTC)


def _time_of(label: UUID, at: datetime | None, table: str) -> datetime:
    """The time of an act as its row says (a demo's simulated time), or as its label does where that row is accused."""
    return at if at is not None and table != "kernel_act" else label_time(label)


def _fetch(connection: Any, statement: sql.Composable) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def _state_tail(connection: Any, report: Report) -> None:
    [(count, age)] = _fetch(
        connection,
        sql.SQL("SELECT count(*), coalesce(clock_timestamp() - min(at), interval '0') FROM kernel_unsealed"),
    )
    report.unsealed, report.tail_age = count, max(age, timedelta(0))
    [(report.sealed_rows,)] = _fetch(connection, sql.SQL("SELECT count(*) FROM kernel_log"))


_ROWS = """
SELECT coalesce(l.table_name, r.table_name), coalesce(l.row_id, r.row_id), coalesce(l.transaction_id, r.transaction_id),
       CASE WHEN r.row_id IS NULL THEN 'deleted' WHEN l.row_id IS NULL THEN 'inserted' ELSE 'edited' END,
       l.position, count(*) OVER (),
       (SELECT a.at FROM kernel_act a WHERE a.id = coalesce(l.transaction_id, r.transaction_id))
FROM kernel_log l FULL JOIN ({rows}) AS r ON r.table_name = l.table_name AND r.row_id = l.row_id
WHERE (l.row_id IS NULL AND NOT EXISTS (SELECT FROM kernel_unsealed q WHERE q.transaction_id = r.transaction_id))
   OR r.row_id IS NULL OR l.leaf_hash <> r.leaf_hash OR l.log_id <> r.log_id OR l.transaction_id <> r.transaction_id
ORDER BY 3, 1, 2 LIMIT {limit}
"""


def _leaves_against_rows(connection: Any) -> Iterable[Problem]:
    """Every leaf has its row with the sealed text, and every row has its leaf or waits for it."""
    parts = [
        sql.SQL(
            "SELECT {name}::varchar AS table_name, t.id AS row_id, t.transaction_id, {log} AS log_id, "
            "{leaf} AS leaf_hash FROM {table} t"
        ).format(
            name=sql.Literal(table.name),
            log=log_of(table),
            leaf=leaf_hash(table),
            table=sql.Identifier(table.name),
        )
        for table in sealed_tables()
    ]
    statement = sql.SQL(_ROWS).format(rows=sql.SQL(" UNION ALL ").join(parts), limit=sql.Literal(NAMED_AT_MOST))
    words = {
        "deleted": "sealed as leaf {position}, and gone",
        "inserted": "neither sealed nor waiting: written past the triggers",
        "edited": "differs from what was sealed as leaf {position}",
    }
    for table, row_id, label, fault, position, total, at in _fetch(connection, statement):
        more = f" (one of {total})" if total > NAMED_AT_MOST else ""
        detail = words[fault].format(position=position) + more
        yield Problem(Fault(fault), table, str(row_id), _time_of(label, at, table), detail)


_TRAIL = """
WITH image AS (
  SELECT c.table_name, c.row_id AS id, c.id AS change_id, c.operation, c.new::jsonb, c.transaction_id
  FROM kernel_change c
  WHERE json_typeof(c.new) IS DISTINCT FROM 'array'
  UNION ALL
  SELECT c.table_name, (e.value ->> 'id')::uuid, c.id, c.operation, e.value, c.transaction_id
  FROM kernel_change c CROSS JOIN LATERAL jsonb_array_elements(c.new::jsonb) AS e WHERE json_typeof(c.new) = 'array'
), newest AS (
  SELECT table_name, id, kernel_merge(new ORDER BY change_id) AS image,
         (array_agg(operation ORDER BY change_id DESC))[1] AS operation,
         (array_agg(transaction_id ORDER BY change_id DESC))[1] AS label
  FROM image GROUP BY table_name, id
)
SELECT coalesce(n.table_name, r.table_name), coalesce(n.id, r.id), n.label,
       CASE WHEN r.id IS NULL THEN 'gone without a trail'
            WHEN n.id IS NULL THEN 'there without a trail'
            WHEN n.operation = 'delete' THEN 'there although its trail says deleted'
            ELSE 'differs from its trail in ' || (
              SELECT string_agg(e.key, ', ' ORDER BY e.key) FROM jsonb_each(n.image) AS e
              WHERE r.image ? e.key AND r.image -> e.key <> e.value) END,
       count(*) OVER (), (SELECT a.at FROM kernel_act a WHERE a.id = n.label)
FROM newest n FULL JOIN ({rows}) AS r ON r.table_name = n.table_name AND r.id = n.id
WHERE (r.id IS NULL AND n.operation <> 'delete' AND n.table_name = ANY ({known}))
   OR (r.id IS NOT NULL AND (n.id IS NULL OR n.operation = 'delete'))
   OR (n.image <> r.image AND EXISTS (SELECT FROM jsonb_each(n.image) AS e
                                      WHERE r.image ? e.key AND r.image -> e.key <> e.value))
ORDER BY 3, 1, 2 LIMIT {limit}
"""
# a column added by a later migration is in no older image, a dropped one in no row: both are left out of the comparison


def _image(table: Table) -> sql.Composed:
    return sql.SQL(
        "SELECT {name}::varchar AS table_name, t.id, kernel_trail_image(to_jsonb(t), {left_out}::text[], {digested}) "
        "AS image FROM {table} t"
    ).format(
        name=sql.Literal(table.name),
        left_out=sql.Literal(list(table.left_out)),
        digested=sql.Literal(table.digested),
        table=sql.Identifier(table.name),
    )


def _rows_against_trail(connection: Any, report: Report) -> Iterable[Problem]:
    """Every governed row is as its trail last said, and none came or went without one."""
    governed = governed_tables()
    counts = sql.SQL(" + ").join(
        sql.SQL("(SELECT count(*) FROM {})").format(sql.Identifier(table.name)) for table in governed
    )
    [(report.governed_rows,)] = _fetch(connection, sql.SQL("SELECT {}").format(counts))
    statement = sql.SQL(_TRAIL).format(
        rows=sql.SQL(" UNION ALL ").join(map(_image, governed)),
        known=sql.Literal([table.name for table in governed]),
        limit=sql.Literal(NAMED_AT_MOST),
    )
    for table, row_id, label, detail, total, at in _fetch(connection, statement):
        more = f" (one of {total})" if total > NAMED_AT_MOST else ""
        when = _time_of(label, at, table) if label else None
        yield Problem(Fault.OUTSIDE_TRAIL, table, str(row_id), when, detail + more)


def _derived(report: Report, tell: Callable[[str], None]) -> Sequence[Problem]:
    checks = derived_checks()
    report.derived = tuple(sorted(checks))
    found: list[Problem] = []
    for name in report.derived:
        tell(f"{name} against the books")
        found += checks[name]()
    return found
