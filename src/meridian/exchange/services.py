"""What the moves of a run do: put it in the worker's hands, count what came of it, take it back."""

import json
from http import HTTPStatus
from uuid import UUID

from django.utils.translation import get_language

from meridian.exchange.models import ImportedRecord, ImportRun
from meridian.exchange.queries import RunFacts
from meridian.exchange.vocabulary import Act, WorkKind
from meridian.kernel.context import Actor
from meridian.kernel.declare import RetentionAnchors
from meridian.kernel.drafts import DraftCommand, draft
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.kernel.permission import grants_of
from meridian.kernel.registry import AnyDocumentType, registry
from meridian.kernel.sql import fetch, run
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import Work

_ASK = """
INSERT INTO exchange_import_work (id, company_id, run_id, kind, owner_id, owner_name, language, state, done, total,
  tries, touched_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, 'waiting', 0, 0, 0, clock_timestamp())
ON CONFLICT (run_id, company_id) DO UPDATE SET kind = excluded.kind, owner_id = excluded.owner_id,
  owner_name = excluded.owner_name, language = excluded.language, state = 'waiting', done = 0, total = 0, tries = 0,
  touched_at = clock_timestamp()
"""


def ask_worker(run_id: UUID, kind: WorkKind, *, actor: Actor) -> None:
    """Puts a run in the worker's hands, in the name of who asks. Inside an act only."""
    language = get_language() or "zh-hans"
    run(_ASK, [uuid7(), actor.company_id, run_id, kind.value, actor.user_id, actor.name[:80], language])


def take_from_worker(run_id: UUID, company_id: UUID) -> None:
    """Nobody works on the run any more: whoever does finds out between two acts."""
    run("DELETE FROM exchange_import_work WHERE run_id = %s AND company_id = %s", [run_id, company_id])


def start_import(work: Work[ImportRun, RunFacts]) -> None:
    """The worker goes on from here, as the person who started it."""
    ask_worker(work.document.pk, WorkKind.RUN, actor=work.actor)


_COUNTS = """
SELECT coalesce(sum(rows_in_file) FILTER (WHERE act = 'new'), 0),
       coalesce(sum(rows_in_file) FILTER (WHERE act = 'update'), 0),
       (SELECT count(DISTINCT p.row_no) FROM exchange_import_problem p
        WHERE p.run_id = %(run)s AND p.company_id = %(company)s)
FROM exchange_imported_record WHERE document_id = %(run)s AND company_id = %(company)s
"""


def finish_import(work: Work[ImportRun, RunFacts]) -> None:
    """What came of it stands on the run."""
    key = {"run": work.document.pk, "company": work.document.company_id}
    [(new, changed, bad)] = fetch(_COUNTS, key)
    take_from_worker(work.document.pk, work.document.company_id)
    work.set(new_count=new, update_count=changed, bad_count=bad, finished_at=work.moment.instant)


def give_back(work: Work[ImportRun, RunFacts]) -> None:
    """The worker lets go of it; nothing was written."""
    take_from_worker(work.document.pk, work.document.company_id)


def undo_import(work: Work[ImportRun, RunFacts]) -> None:
    """Drafts the run made are gone, what it changed stands as before; the trail keeps what stood there.

    What was changed is written back through the second door; drafts go by the database's own function, which takes
    back nothing but what the run made and nobody went on with. Who may not draft such records is refused (403).
    """
    grants = grants_of(work.actor)
    tables: dict[str, AnyDocumentType] = {}
    for row in ImportedRecord.objects.filter(document_id=work.document.pk).order_by("-row_no"):
        declared = registry.document_types[row.record_type]
        if row.record_type not in tables and not grants.allows(declared.permission("draft")):
            evidence = message("您没有填写{label}的权限，不能撤销。", label=declared.label)
            raise refusal("permission_required", HTTPStatus.FORBIDDEN, evidence)
        tables[row.record_type] = declared
        if row.act == Act.UPDATE:
            before = json.loads(row.before)
            command = DraftCommand(
                fields=before.get("fields", {}), lines=before.get("lines"), document_id=row.record_id,
                version=row.version, reason=work.reason,
            )  # fmt: skip
            draft(declared, command, actor=work.actor)
    for declared in tables.values():
        lines = declared.lines.model._meta.db_table if declared.lines is not None else ""
        fetch("SELECT exchange_take_back(%s, %s, %s)", [work.document.pk, declared.model._meta.db_table, lines])


def run_anchors(facts: RunFacts) -> RetentionAnchors:
    """Kept ten years from its day: the trail of the records it made names it (R0)."""
    return RetentionAnchors(base_day=facts.created_on)
