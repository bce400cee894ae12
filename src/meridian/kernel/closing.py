"""Step 9: one last statement writes counters in order, numbered headers, the state, the trail row and the answer.

The only assignment of a document's state in the system is in this module.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg import sql
from psycopg.types.json import Jsonb

from meridian.kernel.act import OpenAct
from meridian.kernel.declare import F, M, Transition
from meridian.kernel.models import TransitionRecord
from meridian.kernel.retention import keep_until
from meridian.kernel.signature import PreparedSignature
from meridian.kernel.sql import insert_part
from meridian.kernel.steps import AskedGate
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import NumberedInsert, Outcome, Work

_COUNTED = sql.SQL("""counted AS (
  INSERT INTO kernel_counter (id, company_id, series, period, value)
  SELECT u.id, {company}, u.series, u.period, u.taken
  FROM unnest({ids}::uuid[], {series}::text[], {periods}::text[], {taken}::bigint[]) AS u(id, series, period, taken)
  ORDER BY u.series, u.period
  ON CONFLICT (series, period, company_id) DO UPDATE SET value = kernel_counter.value + excluded.value
  RETURNING series, period, value)""")


def close(
    transition: Transition[M, F],
    work: Work[M, F],
    act: OpenAct,
    role: str,
    asked: Sequence[AskedGate],
    signature: PreparedSignature | None,
) -> Outcome:
    """Moves the state and everything that must stand or fall with it; returns the outcome."""
    document = work.document
    anchors = transition.document.retention.anchors
    header = dict(work.header)
    if anchors is not None:
        header["keep_until"] = keep_until(document.retention_class, anchors(work.facts))
    header |= {"state": transition.target, "version": document.version + 1}
    outcome = Outcome(document.pk, document.number, transition.target, document.version + 1, work.transition_id)
    parts = [*numbered_parts(work.numbered, document.company_id)]
    parts.append(_update("moved", document._meta.db_table, header, document.pk, document.company_id))
    parts.append(_trail(transition, work, act, role, asked, signature))
    if signature is not None:
        parts.append(signature.statement())
    if act.claim_id is not None:
        answer = {"answer": Jsonb(outcome.as_data())}
        parts.append(_update("answered", "kernel_claim", answer, act.claim_id, document.company_id))
    statement = sql.SQL("SET CONSTRAINTS ALL IMMEDIATE; WITH {parts} SELECT count(*) FROM moved").format(
        parts=sql.SQL(",\n").join(parts)
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)  # one journey: the deferred checks run before the counter rows are locked
        cursor.nextset()
        row = cursor.fetchone()
    if row is None or row[0] != 1:
        raise RuntimeError(f"{document.number}: the locked header vanished")
    return outcome


def _update(name: str, table: str, values: dict[str, Any], key: Any, company_id: Any) -> sql.Composed:
    assignments = [sql.SQL("{} = {}").format(sql.Identifier(column), sql.Literal(v)) for column, v in values.items()]
    return sql.SQL(
        "{name} AS (UPDATE {table} SET {sets} WHERE id = {key} AND company_id = {company} RETURNING 1)"
    ).format(
        name=sql.Identifier(name),
        table=sql.Identifier(table),
        sets=sql.SQL(", ").join(assignments),
        key=sql.Literal(key),
        company=sql.Literal(company_id),
    )


def _trail(
    transition: Transition[Any, Any],
    work: Work[Any, Any],
    act: OpenAct,
    role: str,
    asked: Sequence[AskedGate],
    signature: PreparedSignature | None,
) -> sql.Composed:
    document = work.document
    values = {
        "id": work.transition_id,
        "company_id": document.company_id,
        "transaction_id": act.transaction_id,
        "at": act.instant,
        "document_type": transition.document.code,
        "document_id": document.pk,
        "transition": transition.name,
        "from_state": document.state,
        "to_state": transition.target,
        "document_version": document.version + 1,
        "actor_id": act.actor.user_id,
        "actor_name": act.actor.name,
        "role": role,
        "reason": work.reason,
        "gates": Jsonb([entry.as_data() for entry in asked]),
        "signature_id": signature.id if signature else None,
        "site_day": work.moment.site_day,
    }
    return insert_part("passed", TransitionRecord._meta.db_table, values)


def numbered_parts(inserts: Sequence[NumberedInsert], company_id: Any) -> list[sql.Composed]:
    """The parts of a statement that take numbers from their counters, in key order, and write the headers."""
    if not inserts:
        return []
    taken: dict[tuple[str, str], int] = {}
    offsets = []
    for insert in inserts:
        key = (insert.series_code, insert.series.period(insert.day))
        taken[key] = taken.get(key, 0) + 1
        offsets.append(taken[key])
    keys = sorted(taken)
    counted = _COUNTED.format(
        company=sql.Literal(company_id),
        ids=sql.Literal([uuid7() for _key in keys]),
        series=sql.Literal([series for series, _period in keys]),
        periods=sql.Literal([period for _series, period in keys]),
        taken=sql.Literal([taken[key] for key in keys]),
    )
    parts = [counted]
    for index, (insert, offset) in enumerate(zip(inserts, offsets, strict=True)):
        behind = taken[insert.series_code, insert.series.period(insert.day)] - offset
        parts.append(_numbered_insert(f"numbered_{index}", insert, behind))
    return parts


def _numbered_insert(name: str, insert: NumberedInsert, behind: int) -> sql.Composed:
    before, width, after = _split(insert)
    number = sql.SQL(
        "{before} || lpad((c.value - {behind})::text, greatest({width}, length((c.value - {behind})::text)), '0')"
        " || {after}"
    )
    return sql.SQL(
        "{name} AS (INSERT INTO {table} ({columns}, {number_column}) SELECT {values}, {number} "
        "FROM counted c WHERE c.series = {series} AND c.period = {period} RETURNING 1)"
    ).format(
        name=sql.Identifier(name),
        table=sql.Identifier(insert.table),
        columns=sql.SQL(", ").join(map(sql.Identifier, insert.columns)),
        number_column=sql.Identifier(insert.number_column),
        values=sql.SQL(", ").join(v if isinstance(v, sql.Composable) else sql.Literal(v) for v in insert.values),
        number=number.format(
            before=sql.Literal(before), after=sql.Literal(after), width=sql.Literal(width), behind=sql.Literal(behind)
        ),
        series=sql.Literal(insert.series_code),
        period=sql.Literal(insert.series.period(insert.day)),
    )


def _split(insert: NumberedInsert) -> tuple[str, int, str]:
    """The text before and after the running number, and its width, read off the series' own pattern."""
    before, rest = insert.series.pattern.split("{seq", 1)
    width, after = rest.split("}", 1)
    year, month = insert.day.strftime("%Y"), insert.day.strftime("%m")
    return before.format(yyyy=year, mm=month), int(width.removeprefix(":") or "1"), after.format(yyyy=year, mm=month)
