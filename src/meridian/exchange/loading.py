"""Records of a plan through the second door, one after another: a check is the same, and then nothing of it stays."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from meridian.exchange.plan import Entry, Plan
from meridian.exchange.problems import WHOLE_ROW, Problem
from meridian.exchange.targets import LINE, columns_of
from meridian.exchange.vocabulary import Act
from meridian.kernel.act import open_act, retried
from meridian.kernel.context import Actor
from meridian.kernel.draft_input import checked_lines
from meridian.kernel.drafts import MAX_LINES, DraftCommand, draft
from meridian.kernel.findings import Finding, Refused
from meridian.kernel.messages import Message, message

CHUNK = 100
"""Records of one act: between two of them others number their own records, and a run can be stopped."""
Tell = Callable[[int], None]
"""Hears how many rows are done; raises to stop."""


@dataclass(frozen=True)
class Made:
    """What became of one record."""

    entry: Entry
    record_id: UUID
    number: str
    version: int
    before: dict[str, Any] = field(default_factory=dict)


class _NothingStaysError(Exception):
    """Ends the act of a check, so that the database takes everything back."""


def to_write(entries: Iterable[Entry]) -> list[Entry]:
    """The records without a known fault that are new or change."""
    return [entry for entry in entries if not entry.problems and entry.act in (Act.NEW, Act.UPDATE)]


def tried(plan: Plan, site_id: UUID, *, actor: Actor, tell: Tell) -> None:
    """Writes every record that has no known fault and takes all back; notes on each entry what it was refused for."""
    wanted = to_write(plan.entries)
    for at in range(0, len(wanted), CHUNK):
        try:
            retried(lambda chunk=wanted[at : at + CHUNK]: _try(plan, chunk, site_id, actor))  # type: ignore[misc]
        except _NothingStaysError:
            tell(sum(len(entry.rows) for entry in wanted[: at + CHUNK]))


def _try(plan: Plan, entries: Sequence[Entry], site_id: UUID, actor: Actor) -> None:
    with open_act(actor):
        for entry in entries:
            written(plan, entry, site_id, actor=actor)
        raise _NothingStaysError


def written(plan: Plan, entry: Entry, site_id: UUID, *, actor: Actor) -> Made | None:
    """Writes one record inside the act; None when it was refused, which is then noted on the entry."""
    command, before = _command(plan, entry, site_id)
    try:
        outcome = draft(plan.target.declared, command, actor=actor)
    except Refused as refused:
        entry.problems = [*_problems(plan, entry, refused.findings), *_of_lines(plan, entry, command, refused)]
        return None
    except IntegrityError as broken:
        entry.problems = [_of_constraint(plan, entry, broken)]
        return None
    return Made(entry, outcome.document_id, outcome.number, outcome.version, before)


def _command(plan: Plan, entry: Entry, site_id: UUID) -> tuple[DraftCommand, dict[str, Any]]:
    stored = entry.stored
    if stored is None:
        lines = entry.lines if plan.has_lines else None
        return DraftCommand(fields=entry.fields, lines=lines, site_id=site_id), {}
    changes, lines = stored.changes(entry.fields), stored.line_changes(entry.lines) if plan.has_lines else None
    before: dict[str, Any] = {"fields": stored.before(changes)}
    if lines is not None:
        before["lines"] = [{name: _plain(value) for name, value in line.items()} for line in stored.lines]
    command = DraftCommand(
        fields=changes, lines=lines, document_id=stored.key, version=stored.version, reason=_("批量导入更新")
    )
    return command, before


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _problems(plan: Plan, entry: Entry, findings: Iterable[Finding]) -> list[Problem]:
    return [_problem(plan, entry, finding) for finding in findings]


def _problem(plan: Plan, entry: Entry, finding: Finding) -> Problem:
    row, path = entry.rows[0], finding.field.removesuffix("_id")
    parts = finding.field.split(".")
    if len(parts) == 3 and parts[0] == "lines" and parts[1].isdecimal():
        at = int(parts[1])
        path = LINE + parts[2].removesuffix("_id")
        row = entry.line_rows[at] if at < len(entry.line_rows) and entry.stored is None else row
    column = columns_of(plan.target.code).get(path)
    held = entry.fields.get(path, "") if column is not None and not column.is_line else ""
    return Problem(row, plan.place_of(path), path, str(held)[:200], finding.code, finding.evidence, _cure(finding))


def _cure(finding: Finding) -> Message | str:
    if finding.remedy is not None:
        return Message(finding.remedy.label)
    return message("在表中改正后重新校验。") if finding.field else ""


def _of_lines(plan: Plan, entry: Entry, command: DraftCommand, refused: Refused) -> list[Problem]:
    """A draft names the faults of its header first; those of its lines are asked for here, so that all are told."""
    is_header = any(finding.field and not finding.field.startswith(LINE) for finding in refused.findings)
    if not is_header or command.lines is None:
        return []
    try:
        checked_lines(plan.target.declared, command.lines, MAX_LINES)
    except Refused as of_lines:
        return _problems(plan, entry, of_lines.findings)
    return []


def _of_constraint(plan: Plan, entry: Entry, broken: IntegrityError) -> Problem:
    """A rule that only the database knows: what is taken already is named by its columns."""
    name = getattr(getattr(broken.__cause__, "diag", None), "constraint_name", "") or ""
    declared = plan.target.declared
    tables = [(declared.model, ""), *([(declared.lines.model, LINE)] if declared.lines is not None else [])]
    for model, prefix in tables:
        for constraint in model._meta.constraints:
            if constraint.name == name:
                names = [each for each in getattr(constraint, "fields", ()) if each != "company_id"]
                return _taken(plan, entry, model, prefix, names, name)
    reason = message("与数据库约束 {name} 不符。", name=name or "?")
    return Problem(entry.rows[0], WHOLE_ROW, "", "", name or "constraint", reason)


def _taken(plan: Plan, entry: Entry, model: Any, prefix: str, names: Sequence[str], code: str) -> Problem:
    labels = "、".join(str(model._meta.get_field(each).verbose_name) for each in names)
    path = prefix + names[0] if names else ""
    value = str(entry.fields.get(names[0], "")) if names and not prefix else ""
    if prefix and names and len(entry.lines) == 1:
        value = str(entry.lines[0].get(names[0], ""))
    if not names:
        reason = message("各列的值不能同时成立（{name}）。", name=code)
        return Problem(entry.rows[0], WHOLE_ROW, "", "", code, reason)
    reason = message("{labels} 已被别的记录使用。", labels=labels)
    hint = message("删除重复的行，或改正该列。")
    return Problem(entry.rows[0], plan.place_of(path), path, value[:200], "value_taken", reason, hint)
