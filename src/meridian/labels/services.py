"""What drafting and printing labels does: words and symbols of the things named, the count of earlier prints."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from meridian.kernel.declare import RetentionAnchors
from meridian.kernel.drafts import Draft
from meridian.kernel.findings import faulty
from meridian.kernel.messages import listed, message
from meridian.kernel.permission import grants_of, readable
from meridian.kernel.registry import registry
from meridian.kernel.sql import array_text, fetch
from meridian.kernel.steps import not_found
from meridian.kernel.work import Work
from meridian.labels.models import LabelJob
from meridian.labels.queries import (
    Columns,
    LabelJobFacts,
    document_columns,
    place_columns,
    prints_before,
    product_columns,
)
from meridian.labels.rendering import file_of
from meridian.labels.vocabulary import LabelKind
from meridian.organization.queries import standings

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(key, 20)) FROM unnest(%s::text[]) AS key"


def prepare_label_job(draft: Draft) -> None:
    """Completes the lines: what stands on each label and how often the thing was labelled before.

    Raises Refused 404 for what the actor may not see, 422 `field_invalid` for one thing named twice. Prints of one
    thing wait for each other, so that each has its own number.
    """
    lines = draft.lines or []
    subjects = [line["subject_id"] for line in lines]
    if len(set(subjects)) < len(subjects):
        raise faulty("field_invalid", message("同一对象在一次打印中只能出现一次，请合并张数。"), "lines")
    columns = _columns_of(draft, subjects)
    if len(columns) < len(subjects):
        raise not_found()
    if draft.header["kind"] == LabelKind.PLACE:
        _put_to_warehouse(draft, subjects)
    fetch(_LOCK, [array_text(sorted(map(str, subjects)))])
    before = prints_before(subjects, draft.header.get("source_id"))
    for line in lines:
        line.update(columns[line["subject_id"]], reprint_no=before.get(line["subject_id"], 0))


def _columns_of(draft: Draft, subjects: Sequence[UUID]) -> Mapping[UUID, Columns]:
    kind = draft.header["kind"]
    if kind == LabelKind.PRODUCT:
        return product_columns(subjects)
    if kind == LabelKind.PLACE:
        return place_columns(subjects)
    declared = registry.document_type(draft.header.get("source_type", ""))
    scope = None if declared is None else readable(grants_of(draft.actor, [declared.permission("read")]), declared)
    if declared is None or scope is None:
        raise not_found()
    return document_columns(declared, list(declared.model.objects.filter(scope, pk__in=subjects)))


def _put_to_warehouse(draft: Draft, places: Sequence[UUID]) -> None:
    """Names the one warehouse of the places; those of another site than the print's are refused."""
    found = standings(places)
    away = [key for key, standing in found.items() if standing.site_id != draft.document.site_id]
    if away:
        codes = sorted(columns["code"] for columns in place_columns(away).values())
        raise faulty("field_invalid", message("{places} 不在本场所；一次只打印一个场所的货位。",
                                              places=listed(codes)), "lines")  # fmt: skip
    warehouses = {standing.warehouse_id for standing in found.values()}
    draft.header["warehouse_id"] = warehouses.pop() if len(warehouses) == 1 else None


def print_labels(work: Work[LabelJob, LabelJobFacts]) -> None:
    """The file is made and its hash kept: it shows later whether a file is the one that was handed out."""
    work.set(
        label_count=work.facts.label_count,
        printed_by_name=work.actor.name,
        printed_at=work.moment.instant,
        file_sha256=sha256(file_of(work.facts)).hexdigest(),
    )


def retention_anchors(facts: LabelJobFacts) -> RetentionAnchors:
    """Kept as long as the records of the goods that were labelled."""
    days = [label.words.expires_on for label in facts.lines]
    return RetentionAnchors(
        base_day=facts.recorded_on,
        expiry_days=[day for day in days if day is not None],
        some_without_expiry=None in days,
        permanent=facts.is_implantable,
    )


def subject_lines(copies: Mapping[UUID, int]) -> list[dict[str, Any]]:
    """The lines of a draft from things and their counts."""
    return [{"subject_id": subject, "copies": count} for subject, count in copies.items()]
