"""An import step by step: a file is taken, read, matched, checked and written. Pages and worker share these."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from meridian.exchange import mapping as mappings
from meridian.exchange.documents import ImportRunDocument
from meridian.exchange.loading import Tell, tried
from meridian.exchange.models import ImportProblem, ImportRun
from meridian.exchange.plan import Entry, Plan, plan_of
from meridian.exchange.problems import WHOLE_ROW, Problem
from meridian.exchange.queries import fingerprint
from meridian.exchange.reading.faults import FileFaultError
from meridian.exchange.reading.files import heading_row_of, plain, read_file, sheet_named
from meridian.exchange.reading.tables import Sheet, Table, table_of
from meridian.exchange.targets import ImportTarget, columns_of, headings_of, target_of
from meridian.exchange.vocabulary import Act, Choice, Policy, WorkKind
from meridian.exchange.wording import fault_words
from meridian.kernel.act import open_act
from meridian.kernel.context import Actor
from meridian.kernel.drafts import DraftCommand, draft
from meridian.kernel.findings import faulty, refusal
from meridian.kernel.messages import message
from meridian.kernel.permission import grants_of
from meridian.kernel.sql import insert_rows, run
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import Outcome
from meridian.platform.attachments.files import Upload, content_of
from meridian.platform.attachments.keeping import attach
from meridian.platform.screens.derive.reader import Reader

FIXES_MAX = 5_000
PROBLEMS_KEPT = 20_000
"""Further problems are counted, not listed: a file with more is mapped wrongly."""


def reader_of(actor: Actor) -> Reader:
    """The person with all rights they hold now."""
    return Reader(actor=actor, grants=grants_of(actor))


def require_right(target: ImportTarget, reader: Reader) -> None:
    """Nobody imports what they may not draft (403)."""
    if not reader.may_draft(target.declared):
        evidence = message("您没有填写{label}的权限，不能导入。", label=target.declared.label)
        raise refusal("permission_required", HTTPStatus.FORBIDDEN, evidence, owner=",".join(target.declared.drafted_by))


def take_file(target: ImportTarget, upload: Upload, site_id: UUID | None, *, reader: Reader) -> UUID:
    """A new import of a file, its columns matched by heading; raises Refused 403, 422 `file_unreadable`.

    The file is kept as the run's attachment.
    """
    require_right(target, reader)
    sheets = sheets_in(upload.name, upload.content)
    known = headings_of(target.code)
    sheet = max(sheets, key=lambda each: _known_cells(each, known))
    heading_row = heading_row_of(sheet, lambda cell: plain(cell) in known)
    table = table_of(sheet, heading_row)
    kept = mappings.kept_for(target, reader.actor.user_id)
    system = {
        "target": target.code, "target_name": str(target.declared.label)[:80], "sheet": sheet.name,
        "file_name": upload.name, "file_sha256": upload.sha256,
        "heading_row": heading_row, "row_count": len(table.lines), "fixes": {}, "checked_hash": "",
        "mapping": _as_json(mappings.automatic(target, table.headings, kept)),
    }  # fmt: skip
    made = draft(ImportRunDocument, DraftCommand(site_id=site_id, system=system), actor=reader.actor)
    attach(ImportRunDocument, made.document_id, upload, actor=reader.actor)
    return made.document_id


def _known_cells(sheet: Sheet, known: Mapping[str, str]) -> int:
    return max((sum(plain(cell) in known for cell in line.cells if cell) for line in sheet.lines[:30]), default=0)


def _as_json(columns: Mapping[int, str]) -> dict[str, str]:
    return {str(at): path for at, path in sorted(columns.items())}


def sheets_in(name: str, content: bytes) -> list[Sheet]:
    """The sheets of a file; raises Refused 422 `file_unreadable` that says why and where."""
    try:
        return read_file(name, content)
    except FileFaultError as fault:
        raise faulty("file_unreadable", fault_words(fault), "file") from fault


def sheets_of(found: ImportRun) -> list[Sheet]:
    """The sheets of a run's file, read from the store."""
    return sheets_in(found.file_name, content_of(found.file_sha256))


def table_in(found: ImportRun, sheets: Sequence[Sheet]) -> Table:
    """The table a run reads."""
    return table_of(sheet_named(sheets, found.sheet), found.heading_row)


def columns_in(found: ImportRun) -> dict[int, str]:
    """Column of the file → the record's."""
    return {int(at): path for at, path in found.mapping.items()}


def target_in(found: ImportRun) -> ImportTarget:
    """What a run imports; raises Refused 404 for a kind of record this release does not import."""
    target = target_of(found.target)
    if target is None:
        raise refusal("not_found", HTTPStatus.NOT_FOUND, message("不支持导入“{target}”。", target=found.target))
    return target


def save_reading(
    found: ImportRun, sheet: str, heading_row: int, columns: Mapping[int, str] | None, version: int | None, *,
    reader: Reader,
) -> Outcome:  # fmt: skip
    """How the file is read: sheet, row of headings, columns. None matches the columns by their headings anew."""
    target = target_in(found)
    table = table_of(sheet_named(sheets_of(found), sheet), heading_row)
    kept = mappings.kept_for(target, reader.actor.user_id)
    chosen = mappings.automatic(target, table.headings, kept) if columns is None else columns
    system = {
        "sheet": sheet, "heading_row": heading_row, "mapping": _as_json(chosen), "row_count": len(table.lines),
    }  # fmt: skip
    is_other_table = (sheet, heading_row) != (found.sheet, found.heading_row)
    if is_other_table:
        system["fixes"] = {}
    with open_act(reader.actor):
        if columns is not None:
            actor = reader.actor
            mappings.remember(target, table.headings, columns, user_id=actor.user_id, company_id=actor.company_id)
        return _saved(found, system, version, reader)


def save_fixes(found: ImportRun, fixes: Mapping[str, str], version: int | None, *, reader: Reader) -> Outcome:
    """Texts that take cells' places, beside those given before; raises Refused 422 for too many."""
    merged = {**found.fixes, **fixes}
    if len(merged) > FIXES_MAX:
        evidence = message("在线更正最多 {limit} 格；请在文件中改正后重新上传。", limit=FIXES_MAX)
        raise faulty("too_many_fixes", evidence, "fixes")
    return _saved(found, {"fixes": merged}, version, reader)


def save_choice(
    found: ImportRun, policy: Policy, choice: Choice, version: int | None, *, reader: Reader
) -> Outcome:  # fmt: skip
    """What becomes of known records and of wrong rows."""
    command = DraftCommand(
        fields={"policy": policy.value, "choice": choice.value}, document_id=found.pk, version=version
    )
    return draft(ImportRunDocument, command, actor=reader.actor)


def _saved(found: ImportRun, system: Mapping[str, Any], version: int | None, reader: Reader) -> Outcome:
    command = DraftCommand(document_id=found.pk, version=version, system=system)
    return draft(ImportRunDocument, command, actor=reader.actor)


def plan_for(found: ImportRun, reader: Reader) -> Plan:
    """The records a run's file comes to, as it is mapped and corrected now."""
    target = target_in(found)
    table = table_in(found, sheets_of(found))
    return plan_of(target, table, columns_in(found), found.fixes, Policy(found.policy), reader=reader)


def check(found: ImportRun, *, actor: Actor, tell: Tell) -> Outcome:
    """Every row the way it would be written, and all of it taken back; what is wrong stands beside the run.

    Raises Refused 403 for who may not draft such records.
    """
    reader = reader_of(actor)
    require_right(target_in(found), reader)
    plan = plan_for(found, reader)
    tried(plan, found.site_id, actor=actor, tell=tell)
    counts = counts_of(plan)
    with open_act(actor):
        keep_problems(found, plan)
        run("DELETE FROM exchange_import_work WHERE run_id = %s AND company_id = %s AND kind = %s",
            [found.pk, found.company_id, WorkKind.CHECK.value])  # fmt: skip
        return _saved(found, {**counts, "checked_hash": fingerprint(found)}, None, reader)


def counts_of(plan: Plan) -> dict[str, int]:
    """Rows by what they come to; together they are all rows."""

    def rows(entries: list[Entry]) -> int:
        return sum(len(entry.rows) for entry in entries)

    right = [entry for entry in plan.entries if not entry.problems]
    return {
        "row_count": rows(list(plan.entries)),
        "bad_count": rows([entry for entry in plan.entries if entry.problems]),
        "new_count": rows([entry for entry in right if entry.act is Act.NEW]),
        "update_count": rows([entry for entry in right if entry.act is Act.UPDATE]),
        "same_count": rows([entry for entry in right if entry.act in (Act.SAME, Act.SKIP)]),
    }


def keep_problems(found: ImportRun, plan: Plan) -> None:
    """What is wrong, instead of what was found before: each row of a wrong record is named, also those without a
    fault of their own. Inside an act only."""
    run("DELETE FROM exchange_import_problem WHERE run_id = %s AND company_id = %s", [found.pk, found.company_id])
    rows = [_row(plan, problem) for entry in plan.entries for problem in _all_of(entry)][:PROBLEMS_KEPT]
    if rows:
        insert_rows(ImportProblem, rows, {"company_id": found.company_id, "run_id": found.pk})


def _all_of(entry: Entry) -> list[Problem]:
    if not entry.problems:
        return []
    named = {problem.row_no for problem in entry.problems}
    reason = message("同一记录的第 {row} 行有错误。", row=min(named))
    return sorted(
        [*entry.problems, *(Problem(row, WHOLE_ROW, "", "", "record_faulty", reason) for row in entry.rows
                            if row not in named)],
        key=lambda problem: (problem.row_no, problem.column_no),
    )  # fmt: skip


def _row(plan: Plan, problem: Problem) -> dict[str, Any]:
    at = problem.column_no
    heading = plan.headings[at] if 0 <= at < len(plan.headings) else _label(plan, problem.path)
    return {
        "id": uuid7(), "row_no": problem.row_no, "column_no": at, "heading": heading[:120], "path": problem.path[:80],
        "value": problem.value, "code": problem.code[:80], "reason": str(problem.reason),
        "suggestion": str(problem.suggestion), "cause": problem.cause(heading),
    }  # fmt: skip


def _label(plan: Plan, path: str) -> str:
    column = columns_of(plan.target.code).get(path)
    return column.label if column is not None else ""
