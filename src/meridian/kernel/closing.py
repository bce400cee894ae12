"""Step 9: one last statement writes counters in order, numbered headers, the state, the trail row and the answer.

The only assignment of a document's state in the system is in this module.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from meridian.kernel.act import OpenAct
from meridian.kernel.declare import F, M, Transition
from meridian.kernel.models import SignatureRecord, TransitionRecord
from meridian.kernel.retention import keep_until
from meridian.kernel.signature import PreparedSignature
from meridian.kernel.sql import Expression, Parts, array_text
from meridian.kernel.steps import AskedGate
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import NumberedInsert, Outcome, Work

_COUNTED = """counted AS (
  INSERT INTO kernel_counter (id, company_id, series, period, value)
  SELECT u.id, {company}, u.series, u.period, u.taken
  FROM unnest({ids}::uuid[], {series}::text[], {periods}::text[], {taken}::bigint[]) AS u(id, series, period, taken)
  ORDER BY u.series, u.period
  ON CONFLICT (series, period, company_id) DO UPDATE SET value = kernel_counter.value + excluded.value
  RETURNING series, period, value)"""
_NUMBER = """(SELECT {before} || lpad(n.text, greatest({width}::int, length(n.text)), '0') || {after} FROM (
  SELECT (c.value - {behind})::text AS text FROM counted c WHERE c.series = {series} AND c.period = {period}) AS n)"""


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
        until, before = keep_until(document.retention_class, anchors(work.facts)), document.keep_until
        header["keep_until"] = max(until, before) if until and before else until  # prolonged, never cut short
    header |= {"state": transition.target, "version": document.version + 1}
    outcome = Outcome(document.pk, document.number, transition.target, document.version + 1, work.transition_id)
    parts = Parts()
    add_numbered(parts, work.numbered, document.company_id)
    parts.texts += map(parts.value, work.parts)
    parts.update("moved", document._meta.db_table, header, {"id": document.pk, "company_id": document.company_id})
    parts.insert("passed", TransitionRecord._meta.db_table, _passed(transition, work, act, role, asked, signature))
    if signature is not None:
        parts.insert("signed", SignatureRecord._meta.db_table, signature.values)
    if act.claim_id is not None:
        parts.update("answered", "kernel_claim", {"answer": Jsonb(outcome.as_data())}, {"id": act.claim_id})
    [(moved,)] = parts.fetch("SELECT count(*) FROM moved")
    if moved != 1:
        raise RuntimeError(f"{document.number}: the locked header vanished")
    return outcome


def _passed(
    transition: Transition[Any, Any],
    work: Work[Any, Any],
    act: OpenAct,
    role: str,
    asked: Sequence[AskedGate],
    signature: PreparedSignature | None,
) -> dict[str, Any]:
    document = work.document
    return {
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


def add_numbered(parts: Parts, inserts: Sequence[NumberedInsert], company_id: UUID) -> None:
    """Takes numbers from their counters, in key order, and writes the headers that carry them."""
    taken: dict[tuple[str, str], int] = {}
    for insert in inserts:
        key = (insert.series_code, insert.series.period(insert.day))
        taken[key] = taken.get(key, 0) + 1
    if not taken:
        return
    keys = sorted(taken)
    columns = {
        "company": company_id,
        "ids": array_text([uuid7() for _key in keys]),
        "series": array_text([series for series, _period in keys]),
        "periods": array_text([period for _series, period in keys]),
        "taken": array_text([taken[key] for key in keys]),
    }
    parts.texts.append(_COUNTED.format(**{name: parts.value(value) for name, value in columns.items()}))
    for index, insert in enumerate(inserts):
        key = (insert.series_code, insert.series.period(insert.day))
        taken[key] -= 1
        number = _NUMBER.format(**{name: parts.value(value) for name, value in _wording(insert, taken[key]).items()})
        values = dict(zip(insert.columns, insert.values, strict=True))
        parts.insert(f"numbered_{index}", insert.table, values | {insert.number_column: Expression(number)})


def _wording(insert: NumberedInsert, behind: int) -> dict[str, Any]:
    """The text before and after the running number, and its width, read off the series' own pattern."""
    before, rest = insert.series.pattern.split("{seq", 1)
    width, after = rest.split("}", 1)
    year, month = insert.day.strftime("%Y"), insert.day.strftime("%m")
    return {
        "before": before.format(yyyy=year, mm=month), "after": after.format(yyyy=year, mm=month),
        "width": int(width.removeprefix(":") or "1"), "behind": behind,
        "series": insert.series_code, "period": insert.series.period(insert.day),
    }  # fmt: skip
