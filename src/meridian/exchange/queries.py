"""Reads of imports, and the facts of a run."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from meridian.exchange.models import ImportedRecord, ImportProblem, ImportRun, ImportWork
from meridian.exchange.vocabulary import Act, RunState
from meridian.kernel.declare import Locks
from meridian.kernel.registry import AnyDocumentType, registry
from meridian.platform.attachments.models import Attachment


@dataclass(frozen=True)
class Touched:
    """A record of a run that somebody went on with."""

    record_id: UUID
    number: str


@dataclass(frozen=True)
class RunFacts:
    """What the moves of a run rest on."""

    id: UUID
    choice: str
    is_checked: bool
    """Whether the last check was of this file, mapping, fixes and policy."""
    to_write: int
    bad_count: int
    done_before: str
    """The number of another run, under way or done, that imported the same file in the same way."""
    touched: tuple[Touched, ...]
    created_on: date


def fingerprint(run: ImportRun) -> str:
    """What a check is about: the file, how it is read, and what becomes of known records."""
    parts = [run.target, run.file_sha256, run.sheet, run.heading_row, run.mapping, run.fixes, run.policy]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def load_import_runs(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, RunFacts]:
    """Facts of runs; with locks the records they made are locked, so that nobody goes on with one meanwhile."""
    del company_id
    runs = list(ImportRun.objects.filter(pk__in=ids))
    earlier = _done_before(runs)
    finished = [run.pk for run in runs if run.state in (RunState.DONE, RunState.STOPPED)]
    touched = touched_records(finished, is_locking=bool(locks))
    return {
        run.pk: RunFacts(
            id=run.pk,
            choice=run.choice,
            is_checked=run.checked_hash == fingerprint(run),
            to_write=run.new_count + run.update_count,
            bad_count=run.bad_count,
            done_before=earlier.get(run.pk, ""),
            touched=tuple(touched.get(run.pk, ())),
            created_on=run.created_at.astimezone(registry.providers.site_zone(run.site_id)).date(),
        )
        for run in runs
    }


def _done_before(runs: Sequence[ImportRun]) -> dict[UUID, str]:
    """For each run the number of another one of the same content that is under way or done; one statement."""
    hashes = {run.file_sha256 for run in runs}
    others = ImportRun.objects.filter(file_sha256__in=hashes, state__in=(RunState.RUNNING, RunState.DONE))
    prints = [(other.pk, other.number, fingerprint(other)) for other in others] if hashes else []
    found = {}
    for run in runs:
        mine = fingerprint(run)
        found[run.pk] = next((number for key, number, its in prints if its == mine and key != run.pk), "")
    return found


def touched_records(run_ids: Sequence[UUID], *, is_locking: bool = False) -> dict[UUID, list[Touched]]:
    """By run the records that changed since, that something refers to, or that are gone.

    The same number of statements for one record and ten thousand: some for each kind of record.
    """
    made: dict[str, list[ImportedRecord]] = {}
    for row in ImportedRecord.objects.filter(document__in=list(run_ids)).order_by("row_no") if run_ids else ():
        made.setdefault(row.record_type, []).append(row)
    found: dict[UUID, list[Touched]] = {}
    for code, rows in made.items():
        declared = registry.document_type(code)
        touched = _touched_of(declared, rows, is_locking=is_locking) if declared is not None else set()
        for row in rows:
            if row.record_id in touched or declared is None:
                found.setdefault(row.document_id, []).append(Touched(row.record_id, row.record_number))
    return found


def _touched_of(declared: AnyDocumentType, rows: Sequence[ImportedRecord], *, is_locking: bool) -> set[UUID]:
    keys = [row.record_id for row in rows]
    records: Any = declared.model.objects.filter(pk__in=keys)
    standing = dict((records.select_for_update() if is_locking else records).values_list("pk", "version"))
    touched = {row.record_id for row in rows if standing.get(row.record_id) != row.version}
    made = [row.record_id for row in rows if row.act == Act.NEW]
    if made:
        for model, column in referring(declared):
            named: Any = model._default_manager.filter(**{f"{column}__in": made})
            touched |= set(named.values_list(column, flat=True))
        touched |= set(Attachment.objects.filter(document_id__in=made).values_list("document_id", flat=True))
    return touched


def referring(declared: AnyDocumentType) -> list[tuple[type[models.Model], str]]:
    """Every table and column that may point at records of a type: keys, and what declared relations name."""
    lines = declared.lines.model if declared.lines is not None else None
    found = [
        (model, column.attname)
        for model in apps.get_models()
        for column in model._meta.concrete_fields
        if isinstance(column, models.ForeignKey) and column.related_model is declared.model and model is not lines
    ]
    for other in registry.document_types.values():
        columns = {column.attname: column for column in other.model._meta.concrete_fields}
        for related in other.screen.related:
            is_key = isinstance(columns.get(related.field), models.UUIDField)
            if related.upstream and related.document == declared.code and is_key:
                found.append((other.model, related.field))
    return found


def work_of(run_id: UUID) -> ImportWork | None:
    """What the worker has to do with a run, if anything."""
    return ImportWork.objects.filter(run_id=run_id).first()


def problems_of(run_id: UUID) -> Sequence[ImportProblem]:
    """Everything the last check or run found wrong, in the order of the file."""
    return list(ImportProblem.objects.filter(run_id=run_id).order_by("row_no", "column_no", "pk"))


def records_of(run_id: UUID, limit: int) -> Sequence[ImportedRecord]:
    """The first records a run made or changed, in the order of the file."""
    return list(ImportedRecord.objects.filter(document_id=run_id).order_by("row_no")[:limit])
