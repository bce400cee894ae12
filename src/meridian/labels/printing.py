"""Printing labels: one act that drafts the print, judges it, makes its file and writes it down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from meridian.kernel.act import OpenAct, answer_claim, open_act, request_hash, retried
from meridian.kernel.context import Actor, in_company
from meridian.kernel.drafts import DraftCommand, draft
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused, refusal
from meridian.kernel.messages import message
from meridian.kernel.permission import grants_of
from meridian.kernel.refusals import record_refusal
from meridian.kernel.steps import not_found
from meridian.kernel.work import Outcome
from meridian.labels import sources
from meridian.labels.documents import LabelJobDocument
from meridian.labels.models import LabelJob
from meridian.labels.queries import LabelJobFacts, load_label_jobs
from meridian.labels.rendering import file_of
from meridian.labels.services import subject_lines
from meridian.labels.vocabulary import FileFormat, LabelKind, LabelSize, Resolution, SymbolKind
from meridian.organization.queries import standings
from meridian.warehouse.documents import GoodsReceiptDocument

REPLAYED_FOR = timedelta(minutes=10)
"""So long the same request gets the same file again; later it would be a reprint nobody explained."""


@dataclass(frozen=True)
class LabelOrder:
    """What is to be printed: things and how many labels of each.

    `subjects` are lots, places or documents of one type, by kind. Lots may be those of a goods receipt.
    """

    kind: LabelKind
    subjects: Mapping[UUID, int]
    size: LabelSize = LabelSize.MEDIUM
    resolution: Resolution = Resolution.DPI_203
    symbol: SymbolKind = SymbolKind.DATA_MATRIX
    file_format: FileFormat = FileFormat.PDF
    reason: str = ""
    receipt_id: UUID | None = None
    document_type: str = ""


@dataclass(frozen=True)
class Printed:
    """A print that was written down, and its file."""

    outcome: Outcome
    name: str
    content: bytes = field(repr=False)
    file_format: FileFormat = FileFormat.PDF


def print_order(order: LabelOrder, *, actor: Actor, key: str = "") -> Printed:
    """Prints labels; raises Refused, recorded, having printed nothing: 404, 403, 422 with every gate's finding.

    The same key answers the first success again, for ten minutes; then 409 `label_already_printed`.
    """
    counted = sorted((str(subject), count) for subject, count in order.subjects.items())
    form = (order.size, order.resolution, order.symbol, order.file_format)
    parts = (order.kind, counted, *form, order.reason, order.receipt_id, order.document_type)

    def attempt() -> Printed:
        with open_act(actor, key=key, request=request_hash("labels", *parts), reason=order.reason) as act:
            if act.replay is not None:
                outcome = Outcome.of_replay(act.replay)
                _require_fresh(outcome, act)
            else:
                outcome = _written(order, actor)
                answer_claim(act, outcome.as_data())
            facts = load_label_jobs(actor.company_id, [outcome.document_id], frozenset())[outcome.document_id]
            return Printed(outcome, f"{outcome.number}.{facts.file_format}", file_of(facts), facts.file_format)

    try:
        return retried(attempt)
    except Refused as refused:
        with in_company(actor.company_id):
            record_refusal(refused, actor, LabelJobDocument, None, "print")
        raise


def _written(order: LabelOrder, actor: Actor) -> Outcome:
    made = draft(LabelJobDocument, _command(order, actor), actor=actor)
    return perform(LabelJobDocument.print, Command(made.document_id), actor=actor)


def _command(order: LabelOrder, actor: Actor) -> DraftCommand:
    source, standing = _source(order, actor)
    fields = {
        "kind": order.kind.value, "size": order.size.value, "resolution": order.resolution.value,
        "symbol": order.symbol.value, "file_format": order.file_format.value, "reprint_reason": order.reason, **source,
    }  # fmt: skip
    site_id, warehouse_id = standing
    lines = subject_lines(order.subjects)
    return DraftCommand(fields=fields, lines=lines, site_id=site_id, system={"warehouse_id": warehouse_id})


def _source(order: LabelOrder, actor: Actor) -> tuple[dict[str, Any], tuple[UUID | None, UUID | None]]:
    """What the labels are for, and the site and warehouse the print belongs to; raises Refused 403, 404."""
    if order.kind == LabelKind.PLACE:
        found = standings(order.subjects)
        at = next((found[key].site_id for key in order.subjects if key in found), None)
        return {}, ((at, None) if at is not None else sources.standing_of_printer(actor))
    if order.kind == LabelKind.DOCUMENT:
        declared = sources.document_type_of(order.document_type, actor)
        grants = grants_of(actor, [declared.permission("read")])
        documents = sources.in_scope(declared, list(order.subjects), grants)
        first = next(iter(documents.values()), None)
        at_source = sources.standing_of_document(first) if first is not None else sources.standing_of_printer(actor)
        return {"source_type": declared.code}, at_source
    if order.receipt_id is None:
        sources.require_lots_in_sight(actor)
        return {}, sources.standing_of_printer(actor)
    receipt = sources.receipt_at(order.receipt_id, actor)
    if not order.subjects.keys() <= sources.packages_of_receipt(receipt.pk).keys():
        raise not_found()
    source = {"source_type": GoodsReceiptDocument.code, "source_id": receipt.pk, "source_number": receipt.number}
    return source, sources.standing_of_document(receipt)


def _require_fresh(outcome: Outcome, act: OpenAct) -> None:
    printed_at = LabelJob.objects.values_list("printed_at", flat=True).get(pk=outcome.document_id)
    if printed_at is None or act.instant - printed_at > REPLAYED_FOR:
        evidence = message("{number} 已打印；需要再打印请按补打重新提交并写明原因。", number=outcome.number)
        raise refusal("label_already_printed", HTTPStatus.CONFLICT, evidence)


class _Previewed(Exception):  # noqa: N818 - it carries an answer out of a transaction that must not be kept
    def __init__(self, facts: LabelJobFacts) -> None:
        super().__init__()
        self.facts = facts


def previewed(order: LabelOrder, *, actor: Actor) -> LabelJobFacts:
    """What `print_order` would print now, judged by the same rules; nothing is written and no number is used.

    Raises Refused as printing would; a refused preview is not recorded, because nothing was to be printed.
    """
    try:
        with open_act(actor) as act:
            made = _written(order, actor)
            raise _Previewed(load_label_jobs(act.actor.company_id, [made.document_id], frozenset())[made.document_id])
    except _Previewed as answer:
        return answer.facts
