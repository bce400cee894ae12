"""The second door: creating and editing documents while their state is editable.

`draft()` makes the same claim, context, lock and version check as `perform()`. Fields and lines are written by set.
System fields, names of operators and times in a payload are refused `system_field_readonly` (GSP Art 51(2), G76).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db import connection

from meridian.kernel import steps
from meridian.kernel.act import OpenAct, answer_claim, open_act, request_hash, retried
from meridian.kernel.context import Actor, act_transaction_id
from meridian.kernel.declare import DocumentType, column_path
from meridian.kernel.draft_input import checked_header, checked_lines
from meridian.kernel.findings import Refused, faulty, refusal
from meridian.kernel.messages import listed, message
from meridian.kernel.models import Document
from meridian.kernel.permission import Grants, grants_of
from meridian.kernel.refusals import record_refusal
from meridian.kernel.registry import registry
from meridian.kernel.sql import insert_row, insert_rows, update_rows
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import Outcome

MAX_LINES = 5_000


@dataclass(frozen=True)
class DraftCommand:
    """What a caller wants written. `lines` replaces all lines when given; `document_id` is None for a new document.

    A line that keeps its `id` is updated in place; lines without are new; stored lines that are missing are removed.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    lines: Sequence[Mapping[str, Any]] | None = None
    document_id: UUID | None = None
    site_id: UUID | None = None
    version: int | None = None
    key: str = ""
    reason: str = ""
    system: Mapping[str, Any] = field(default_factory=dict)
    """Header columns a service sets (never filled from a payload)."""


@dataclass
class Draft:
    """A draft about to be written, as a `prepare` service may complete it."""

    document: Document
    header: dict[str, Any]
    lines: list[dict[str, Any]] | None
    actor: Actor
    is_new: bool


def draft(declared: type[DocumentType[Any, Any]], command: DraftCommand, *, actor: Actor) -> Outcome:
    """Creates or edits one draft; raises Refused (404, 409, 403, 422) having changed nothing."""
    outermost = act_transaction_id() is None

    def attempt() -> Outcome:
        parts = (declared.code, command.document_id, command.version, command.site_id, command.reason)
        request = request_hash(*parts, dict(command.fields), command.lines)
        with open_act(actor, key=command.key, request=request, reason=command.reason) as act:
            if act.replay is not None:
                return Outcome.of_replay(act.replay)
            outcome = _write(declared, command, act)
            answer_claim(act, outcome.as_data())
            return outcome

    try:
        return retried(attempt)
    except Refused as refused:
        if outermost:
            record_refusal(refused, actor, declared, command.document_id, "draft")
        raise


def _write(declared: type[DocumentType[Any, Any]], command: DraftCommand, act: OpenAct) -> Outcome:
    grants = grants_of(act.actor, [declared.permission("draft"), declared.permission("read")])
    document, is_new = _document(declared, command, act, grants)
    header = checked_header(declared, command.fields, is_new=is_new) | dict(command.system)
    lines = None if command.lines is None else checked_lines(declared, command.lines, MAX_LINES)
    prepared = Draft(document=document, header=header, lines=lines, actor=act.actor, is_new=is_new)
    if declared.prepare is not None:
        declared.prepare(prepared)
    changed = _changed_columns(document, prepared.header) if not is_new else set(prepared.header)
    _require_reason(declared, command, changed, is_new)
    for column, value in prepared.header.items():
        setattr(document, column, value)
    _require_right(declared, grants, document)
    if is_new:
        insert_row(document)
    else:
        document.version += 1
        document.save(force_update=True, update_fields=[*_field_names(document, changed), "version"])
    if prepared.lines is not None:
        _write_lines(declared, document, prepared.lines, is_new=is_new)
    return Outcome(document.pk, document.number, document.state, document.version)


def _document(
    declared: type[DocumentType[Any, Any]], command: DraftCommand, act: OpenAct, grants: Grants
) -> tuple[Document, bool]:
    if command.document_id is not None:
        document = steps.find_and_lock(declared, command.document_id, grants)
        steps.require_version(declared, document, command.version)
        if document.state not in declared.editable_in:
            raise refusal(
                "record_locked",
                HTTPStatus.CONFLICT,
                message("{number} 处于“{state}”，内容已锁定；更正须另开单据。", number=document.number,
                        state=declared.states(document.state).label),
            )  # fmt: skip
        _require_right(declared, grants, document)
        return document, False
    _require_right(declared, grants)
    document = _new_document(declared, command, act)
    document.number = _ordinary_number(declared, document, act)
    return document, True


def _new_document(declared: type[DocumentType[Any, Any]], command: DraftCommand, act: OpenAct) -> Document:
    if command.site_id is None:
        raise faulty("field_required", message("请选择场所。"), field_name="site_id")
    model: Any = declared.model
    document: Document = model(
        id=uuid7(),
        company_id=act.actor.company_id,
        state=declared.initial,
        version=1,
        site_id=command.site_id,
        created_at=act.instant,
        created_by_id=act.actor.user_id,
        created_by_name=act.actor.name,
        retention_class=declared.retention.code,
    )
    for column, value in command.system.items():
        setattr(document, column, value)
    return document


def _require_right(declared: type[DocumentType[Any, Any]], grants: Grants, document: Document | None = None) -> None:
    """The actor drafts such documents at all, and this one within their scope: asked before and after it is filled."""
    right = declared.permission("draft")
    if not grants.allows(right):
        raise refusal(
            "permission_required",
            HTTPStatus.FORBIDDEN,
            message("您没有填写{label}的权限；可由以下岗位办理：{roles}。", label=declared.label,
                    roles=listed(declared.drafted_by)),
        )  # fmt: skip
    if document is not None and grants.role_for(right, document, declared.scope) is None:
        raise steps.outside_scope(declared.label)


_NEXT = """
INSERT INTO kernel_counter (id, company_id, series, period, value) VALUES (%s, %s, %s, %s, 1)
ON CONFLICT (series, period, company_id) DO UPDATE SET value = kernel_counter.value + 1 RETURNING value
"""


def _ordinary_number(declared: type[DocumentType[Any, Any]], document: Document, act: OpenAct) -> str:
    day = act.instant.astimezone(registry.providers.site_zone(document.site_id)).date()
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [uuid7(), act.actor.company_id, declared.code, declared.number.period(day)])
        row = cursor.fetchone()
    if row is None:
        raise RuntimeError("the counter gave no number")
    return declared.number.text(day, row[0])


def _changed_columns(document: Document, header: Mapping[str, Any]) -> set[str]:
    return {column for column, value in header.items() if getattr(document, column) != value}


def _field_names(document: Document, columns: set[str]) -> list[str]:
    by_attname = {column.attname: column.name for column in document._meta.concrete_fields}
    return [by_attname.get(column, column) for column in sorted(columns)]


def _require_reason(
    declared: type[DocumentType[Any, Any]], command: DraftCommand, changed: set[str], is_new: bool
) -> None:
    governed = {column_path(ref) for ref in declared.reason_on_change}
    touched = sorted(column for column in changed if column in governed or column.removesuffix("_id") in governed)
    if touched and not is_new and not command.reason.strip():
        labels = {column.attname: column.verbose_name for column in declared.model._meta.concrete_fields}
        evidence = message("修改 {fields} 须填写原因。", fields=listed(labels[column] for column in touched))
        raise faulty("reason_required", evidence, "reason")


def _write_lines(
    declared: type[DocumentType[Any, Any]], document: Document, lines: list[dict[str, Any]], *, is_new: bool
) -> None:
    """Replaces the lines by three set-based statements at most: the missing go, the changed and the new are written."""
    if declared.lines is None:
        raise TypeError(f"{declared.code} has no lines")
    model: Any = declared.lines.model
    kept = {line["id"] for line in lines if line.get("id")}
    written = {"id", "line_no"}.union(*lines)
    rows = [] if is_new else model.objects.filter(document_id=document.pk).values(*sorted(written))
    stored = {row["id"]: row for row in rows}
    if kept - stored.keys():
        raise steps.not_found()
    missing = stored.keys() - kept
    if missing:
        model.objects.filter(pk__in=missing).delete()
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for line_no, values in enumerate(lines, start=1):
        row = {**values, "line_no": line_no}
        known = stored.get(row.get("id"))
        if known is None:
            new.append({**row, "id": uuid7()})
        elif any(known[column] != value for column, value in row.items()):
            changed.append(row)
    if changed:
        columns = set().union(*changed)
        update_rows(model, [{column: (stored[row["id"]] | row)[column] for column in columns} for row in changed],
                    document.company_id)  # fmt: skip
    if new:
        insert_rows(model, new, {"company_id": document.company_id, "document_id": document.pk})
