"""Long lists as files, made in the background: asked for, watched, cancelled, fetched by who asked, then deleted."""

import hashlib
import json
import logging
import os
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone, translation

from meridian.kernel.act import open_act
from meridian.kernel.context import Actor, Source, current_company_id, in_company
from meridian.kernel.findings import Refused, refusal
from meridian.kernel.messages import message
from meridian.kernel.permission import grants_of
from meridian.kernel.registry import AnyDocumentType, registry
from meridian.kernel.sql import fetch, run
from meridian.kernel.values.identity import uuid7
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.view import Text
from meridian.workspace.arranging import Layout, layout_of
from meridian.workspace.exporting import table_of
from meridian.workspace.models import ListExport
from meridian.workspace.provided import FileTable, sources
from meridian.workspace.sheets import FORMS, Form, sheet_at

logger = logging.getLogger(__name__)

KEPT_HOURS = 24
"""A file may be fetched for so long."""
OPEN_MAX = 5
"""Files one person may have waiting or being made."""
SHOWN_MAX = 50
STALLED_SECONDS = 180
"""Without a sign of life for so long whoever made it is taken for dead, and it is begun anew."""
TRIES_MAX = 3
STATE = ListExport.State

_ASK = """
INSERT INTO workspace_list_export (id, company_id, owner_id, owner_name, document_type, address, columns, form,
  language, state, rights, done, total, tries, asked_at, touched_at)
SELECT %(id)s, %(company)s, %(owner)s, %(name)s, %(type)s, %(address)s, %(columns)s::jsonb, %(form)s, %(language)s,
  'waiting', '', 0, 0, 0, clock_timestamp(), clock_timestamp()
WHERE (SELECT count(*) FROM workspace_list_export
       WHERE owner_id = %(owner)s AND company_id = %(company)s AND state IN ('waiting', 'running')) < %(most)s
RETURNING id
"""


def ask(code: str, address: QueryDict, layout: Layout | None, form: Form, *, actor: Actor, language: str) -> UUID:
    """Puts a list in the queue, by its type's code or its own; the id of what comes.

    Raises Refused 409 `too_many` where too much waits already.
    """
    columns = json.dumps(None if layout is None else layout.as_data())
    with open_act(actor):
        made = fetch(_ASK, {
            "id": uuid7(), "company": actor.company_id, "owner": actor.user_id, "name": actor.name[:80],
            "type": code, "address": address.urlencode(), "columns": columns, "form": form,
            "language": language, "most": OPEN_MAX,
        })  # fmt: skip
        if not made:
            evidence = message("您已有 {limit} 个导出在等待；请等它们完成或取消。", limit=OPEN_MAX)
            raise refusal("too_many", HTTPStatus.CONFLICT, evidence)
        return UUID(str(made[0][0]))


def exports_of(user_id: UUID) -> Sequence[ListExport]:
    """What a person asked for lately, newest first; one statement."""
    return list(ListExport.objects.filter(owner_id=user_id).order_by("-pk")[:SHOWN_MAX])


def cancel(key: UUID, actor: Actor) -> None:
    """Stops what is waiting or being made, or deletes the file; raises Refused 404 for what is not the actor's."""
    with open_act(actor):
        rows = fetch(
            "UPDATE workspace_list_export SET state = 'cancelled' WHERE id = %s AND owner_id = %s AND company_id = %s"
            " AND state IN ('waiting', 'running', 'ready') RETURNING form",
            [key, actor.user_id, actor.company_id],
        )
    if not rows:
        raise refusal("not_found", HTTPStatus.NOT_FOUND, message("没有这个导出，或它不是您的。"))
    path_of(key, rows[0][0]).unlink(missing_ok=True)


def file_of(key: UUID, reader: Reader) -> tuple[ListExport, Path]:
    """The finished file, for who asked for it and still has the rights it was made with.

    Raises Refused 404 for another's, one that is not ready or whose time is over, 403 when the rights changed since.
    """
    row = ListExport.objects.filter(pk=key, owner_id=reader.actor.user_id, state=STATE.READY).first()
    is_over = not fetch("SELECT FROM workspace_list_export WHERE id = %s AND company_id = %s AND"
                        " expires_at > clock_timestamp()", [key, reader.actor.company_id])  # fmt: skip
    path = path_of(key, row.form) if row is not None else None
    if row is None or is_over or path is None or not path.is_file():
        evidence = message("没有这个文件：不是您导出的、尚未完成，或已过 {hours} 小时。", hours=KEPT_HOURS)
        raise refusal("not_found", HTTPStatus.NOT_FOUND, evidence)
    if rights_to(row.document_type, reader) != row.rights:
        evidence = message("导出之后您的权限有变化，该文件不再提供；请重新导出。")
        raise refusal("permission_required", HTTPStatus.FORBIDDEN, evidence)
    return row, path


def rights_to(code: str, reader: Reader) -> str:
    """A hash of all that decides which rows and columns of a list somebody sees; empty for who may not read it."""
    further, declared = sources().lists.get(code), registry.document_type(code)
    if further is None:
        return rights_of(declared, reader) if declared is not None and reader.may_read(declared) else ""
    try:
        return hashlib.sha256(further.rights(reader).encode()).hexdigest()
    except Refused:
        return ""


def rights_of(declared: AnyDocumentType, reader: Reader) -> str:
    """As `rights_to`, of a type somebody may read."""
    wanted = {declared.permission("read"), *declared.secret.values()}
    held = sorted(
        f"{grant.permission} {grant.scope_kind} {grant.scope_id}"
        for grant in reader.grants.grants
        if grant.permission in wanted
    )
    return hashlib.sha256("\n".join(dict.fromkeys(held)).encode()).hexdigest()


def path_of(key: UUID, form: str) -> Path:
    """Where a file lies in the configured store; beside what is backed up."""
    return Path(settings.STORE) / "exports" / f"{key}.{form}"


_CLAIM = """
UPDATE workspace_list_export SET state = 'running', touched_at = clock_timestamp(), done = 0, tries = tries + 1
WHERE id = (
  SELECT id FROM workspace_list_export
  WHERE state = 'waiting' OR (state = 'running' AND touched_at < clock_timestamp() - make_interval(secs => %(dead)s))
  ORDER BY id LIMIT 1)
AND NOT EXISTS (
  SELECT FROM workspace_list_export
  WHERE state = 'running' AND touched_at >= clock_timestamp() - make_interval(secs => %(dead)s))
RETURNING id, company_id, owner_id, owner_name, document_type, address, columns, form, language, tries
"""
_TOUCH = """
UPDATE workspace_list_export SET done = %(done)s, total = greatest(total, %(total)s), touched_at = clock_timestamp()
WHERE id = %(id)s AND company_id = %(company)s AND state = 'running' RETURNING id
"""
_READY = """
UPDATE workspace_list_export SET state = 'ready', done = %(done)s, total = %(done)s, rights = %(rights)s,
  touched_at = clock_timestamp(), expires_at = clock_timestamp() + make_interval(hours => %(hours)s)
WHERE id = %(id)s AND company_id = %(company)s AND state = 'running' RETURNING id
"""
_FAILED = "UPDATE workspace_list_export SET state = 'failed' WHERE id = %s AND company_id = %s AND state = 'running'"
_OVER = """
DELETE FROM workspace_list_export
WHERE expires_at < clock_timestamp() OR asked_at < clock_timestamp() - make_interval(days => 7)
RETURNING id, form
"""
_ONE_AT_A_TIME = 7_311_204
"""Number of the lock under which a file is claimed: two workers never make two at once, so sealing goes on."""


def make_all() -> str:
    """Makes what waits, one file after another, and deletes those whose time is over; how many were made.

    May be killed anywhere: a file that was begun is begun anew, and given up after a third try.
    """
    made = 0
    while (claimed := _claim()) is not None:
        made += _make(claimed)
    for key, form in fetch(_OVER):
        path_of(key, form).unlink(missing_ok=True)
    return f"{made}"


def _claim() -> Mapping[str, Any] | None:
    """The oldest that waits, or that was left behind; None while another is being made."""
    names = ("id", "company", "owner", "name", "type", "address", "columns", "form", "language", "tries")
    with transaction.atomic():
        [(is_mine,)] = fetch("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        rows = fetch(_CLAIM, {"dead": STALLED_SECONDS}) if is_mine else []
    return dict(zip(names, rows[0], strict=True)) if rows else None


def _make(claimed: Mapping[str, Any]) -> bool:
    """One file, whole or not at all; whether it was made."""
    key, company = claimed["id"], claimed["company"]
    path = path_of(key, claimed["form"])
    part = path.with_suffix(".part")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part.unlink(missing_ok=True)
    try:
        if claimed["tries"] > TRIES_MAX:
            raise RuntimeError("given up after too many tries")
        with in_company(company), translation.override(claimed["language"]):
            done, rights = _write(claimed, part)
        if done is None:
            return False
        os.chmod(part, 0o600)
        os.replace(part, path)
        values = {"id": key, "company": company, "done": done, "rights": rights, "hours": KEPT_HOURS}
        if not fetch(_READY, values):
            path.unlink(missing_ok=True)
            return False
        return True
    except Exception:  # whatever is wrong with one list must not hold up the next
        logger.exception("list export %s failed", key)
        run(_FAILED, [key, company])
        return False
    finally:
        part.unlink(missing_ok=True)


def _write(claimed: Mapping[str, Any], path: Path) -> tuple[int | None, str]:
    """Writes the file with the rights its owner has now; how many rows, None when it was cancelled meanwhile."""
    actor = Actor(claimed["owner"], claimed["name"], current_company_id(), Source.JOB)
    reader = Reader(actor=actor, grants=grants_of(actor))
    rights = rights_to(claimed["type"], reader)
    if not rights or claimed["form"] not in FORMS:
        raise RuntimeError("who asked may not read this list any more")
    with timezone.override(registry.providers.company_zone()):
        table = _table(claimed, reader)
        touched = {"id": claimed["id"], "company": actor.company_id, "total": table.count()}
        done = 0
        sheet = sheet_at(path, claimed["form"], table.headings())
        try:
            for page in table.pages():
                sheet.write(page)
                done += len(page)
                if not fetch(_TOUCH, touched | {"done": done}):
                    return None, ""
        finally:
            sheet.close()
    return done, rights


def _table(claimed: Mapping[str, Any], reader: Reader) -> FileTable:
    address, further = QueryDict(claimed["address"]), sources().lists.get(claimed["type"])
    if further is not None:
        return further.table(address, reader)
    layout = layout_of(json.loads(claimed["columns"]))  # jsonb comes as text
    return table_of(registry.document_types[claimed["type"]], address, reader, layout)


def label_of(code: str) -> Text:
    """What people call a list."""
    further, declared = sources().lists.get(code), registry.document_type(code)
    return further.label if further is not None else declared.label if declared is not None else code
