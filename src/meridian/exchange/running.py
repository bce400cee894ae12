"""Writing what was checked: right rows act by act, or all rows in one act; stopped between two acts."""

import json
from collections.abc import Callable, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from meridian.exchange.documents import ImportRunDocument
from meridian.exchange.loading import CHUNK, Made, Tell, to_write, written
from meridian.exchange.models import ImportedRecord, ImportRun
from meridian.exchange.plan import Entry, Plan
from meridian.exchange.runs import keep_problems, plan_for, reader_of, require_right, target_in
from meridian.exchange.vocabulary import Choice, RunState
from meridian.kernel.act import open_act, retried
from meridian.kernel.context import Actor
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused
from meridian.kernel.sql import insert_rows
from meridian.kernel.values.identity import uuid7


class StoppedError(Exception):
    """Somebody stopped the run, or another worker took it."""


class _WrongRowsError(Exception):
    """All or nothing, and a row was refused after all."""


def execute(found: ImportRun, *, actor: Actor, tell: Tell) -> None:
    """Writes a run's records and finishes it; raises StoppedError, with what was written so far standing.

    May be killed anywhere: rows that were written are known by their run and are not written again. A run that cannot
    be read, or all of whose rows were to be right, goes back to its draft with the reason.
    """
    try:
        require_right(target_in(found), reader_of(actor))
        plan = plan_for(found, reader_of(actor))
    except Refused as refused:
        _send_back(found, actor, " ".join(str(finding.evidence) for finding in refused.findings))
        return
    if found.choice == Choice.ALL_OR_NOTHING:
        _all_or_nothing(found, plan, actor)
        return
    _row_by_row(found, plan, actor, tell)
    with open_act(actor):
        keep_problems(found, plan)
        perform(ImportRunDocument.finish, Command(found.pk), actor=actor)


def _row_by_row(found: ImportRun, plan: Plan, actor: Actor, tell: Tell) -> None:
    written_rows = set(ImportedRecord.objects.filter(document_id=found.pk).values_list("row_no", flat=True))
    _forget_written(plan, written_rows)
    wanted = to_write(plan.entries)
    tell(0)
    for at in range(0, len(wanted), CHUNK):
        chunk = wanted[at : at + CHUNK]
        retried(_writing(found, plan, chunk, actor))
        tell(sum(len(entry.rows) for entry in wanted[: at + CHUNK]))


def _forget_written(plan: Plan, written_rows: set[int]) -> None:
    """A run begun anew leaves alone what it wrote before it was killed."""
    for entry in plan.entries:
        if entry.rows[0] in written_rows:
            entry.problems.clear()
    plan.entries[:] = [entry for entry in plan.entries if entry.rows[0] not in written_rows]


def _writing(found: ImportRun, plan: Plan, chunk: Sequence[Entry], actor: Actor) -> Callable[[], None]:
    def write() -> None:
        with open_act(actor, reason=_reason(found)):
            made = [each for entry in chunk if (each := written(plan, entry, found.site_id, actor=actor)) is not None]
            _note(found, made)

    return write


def _reason(found: ImportRun) -> str:
    return _("导入 %(number)s：%(file)s") % {"number": found.number, "file": found.file_name}


def _note(found: ImportRun, made: Sequence[Made]) -> None:
    """Which records came of which rows, with the version they now have: one statement."""
    declared = target_in(found).declared
    rows = [
        {
            "id": uuid7(), "row_no": each.entry.rows[0], "rows_in_file": len(each.entry.rows),
            "record_type": declared.code,
            "record_table": declared.model._meta.db_table,
            "record_id": each.record_id, "record_number": each.number, "act": each.entry.act.value,
            "version": each.version, "before": json.dumps(each.before),
        }
        for each in made
    ]  # fmt: skip
    if rows:
        insert_rows(ImportedRecord, rows, {"company_id": found.company_id, "document_id": found.pk})


def _all_or_nothing(found: ImportRun, plan: Plan, actor: Actor) -> None:
    wanted = to_write(plan.entries)

    def write() -> None:
        with open_act(actor, reason=_reason(found)):
            made = [each for entry in wanted if (each := written(plan, entry, found.site_id, actor=actor)) is not None]
            if any(entry.problems for entry in plan.entries):
                raise _WrongRowsError
            _note(found, made)
            keep_problems(found, plan)
            perform(ImportRunDocument.finish, Command(found.pk), actor=actor)

    try:
        retried(write)
    except _WrongRowsError:
        with open_act(actor):
            keep_problems(found, plan)
            _send_back(found, actor, _("有行在写入时被拒绝；没有写入任何记录，请重新校验。"))


def _send_back(found: ImportRun, actor: Actor, reason: str) -> None:
    perform(ImportRunDocument.send_back, Command(found.pk, reason=reason[:500]), actor=actor)


def is_running(run_id: UUID) -> bool:
    """Whether a run is still under way."""
    return ImportRun.objects.filter(pk=run_id, state=RunState.RUNNING).exists()
