"""The frame around every scan and correction: one act, one row of the book, and a stop that moves nothing.

What a person may not do, what they do not see and what moved meanwhile is refused (403, 404, 409). What is wrong with
the scan itself (422) is an answer: the work is taken back to a savepoint, the refusal and the row are written.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db import transaction

from meridian.items.udi.reader import SCAN_LENGTH_MAX
from meridian.kernel.act import OpenAct, answer_claim, open_act, request_hash, retried
from meridian.kernel.clock import Moment
from meridian.kernel.context import Actor, Source, in_company
from meridian.kernel.findings import Finding, FindingKind, Refused, refusal
from meridian.kernel.gates import Remedy
from meridian.kernel.messages import Message
from meridian.kernel.permission import grants_of
from meridian.kernel.refusals import record_refusal
from meridian.kernel.steps import find_and_lock
from meridian.kernel.values.text import storable
from meridian.organization.queries import zone_of_site
from meridian.scanning.answers import ScanAnswer, ScanCard, ScannedLine
from meridian.scanning.cards import as_card, as_told, stop_card, what_of
from meridian.scanning.models import ScanRecord
from meridian.scanning.queries.goods import Goods, read_goods
from meridian.scanning.queries.standing import standing_of
from meridian.scanning.tasks import TASKS, TaskRules, require_task
from meridian.scanning.vocabulary import RecordKind, ScanTask, Verdict


@dataclass(frozen=True)
class Scene:
    """One scan or correction under way: the document is locked, nothing is counted yet."""

    task: ScanTask
    rules: TaskRules
    document: Any
    actor: Actor
    moment: Moment
    text: str = ""

    @property
    def goods(self) -> Goods:
        """The text read as goods."""
        return read_goods(self.text, self.moment.site_day)


@dataclass(frozen=True)
class Counted:
    """What a scan or correction came to. `written` is how much the line's own quantity was changed."""

    card: ScanCard
    what: str = ""
    kind: RecordKind = RecordKind.SCAN
    line_id: UUID | None = None
    line: ScannedLine | None = None
    added: Decimal = Decimal(0)
    counted: Decimal = Decimal(0)
    written: Decimal = Decimal(0)
    place_id: UUID | None = None
    follows_id: UUID | None = None
    refused: Refused | None = None


@dataclass(frozen=True)
class Asked:
    """A request of a scanner: what is done, under which key, and what the device said."""

    task: ScanTask
    document_id: UUID
    kind: RecordKind
    parts: tuple[Any, ...]
    key: str = ""
    text: str = ""
    raw: str = ""
    captured_at: datetime | None = None
    does: str = field(default="scan")
    """What the recorded refusal calls it."""


def answered(asked: Asked, work: Callable[[Scene], Counted], *, actor: Actor) -> ScanAnswer:
    """Does the work under the document's lock and answers it; the same key answers the first answer again.

    Raises Refused, recorded: 404, 403, 409, and 422 `idempotency_key_reused`.
    """
    actor = replace(actor, source=Source.SCAN)
    request = request_hash(asked.does, asked.task, asked.document_id, *asked.parts)

    def attempt() -> ScanAnswer:
        with open_act(actor, key=asked.key, request=request) as act:
            if act.replay is not None:
                return _replayed(asked, act.replay)
            return _act(asked, work, act)

    try:
        return retried(attempt)
    except Refused as refused:
        with in_company(actor.company_id):
            record_refusal(refused, actor, TASKS[asked.task].declared, asked.document_id, asked.does)
        raise


def _act(asked: Asked, work: Callable[[Scene], Counted], act: OpenAct) -> ScanAnswer:
    rules, actor = TASKS[asked.task], act.actor
    grants = grants_of(actor, [rules.right, rules.declared.permission("read")])
    document = find_and_lock(rules.declared, asked.document_id, grants)
    require_task(asked.task, document, grants, actor)
    moment = Moment.at(act.instant, zone_of_site(document.site_id))
    scene = Scene(asked.task, rules, document, actor, moment, asked.text)
    try:
        with transaction.atomic():
            counted = work(scene)
    except Refused as refused:
        if refused.status != HTTPStatus.UNPROCESSABLE_ENTITY:
            raise
        record_refusal(refused, actor, rules.declared, asked.document_id, asked.does)
        counted = _stopped(scene, asked, refused)
    record = _written(asked, counted, act)
    answer = ScanAnswer(
        card=as_card(record.told),
        record_id=record.pk,
        standing=standing_of(asked.task, asked.document_id),
        line_id=counted.line_id,
        line=counted.line,
        added=counted.added,
        refused=counted.refused,
    )
    answer_claim(act, {
        "record": str(record.pk), "line": vars(counted.line) if counted.line else None,
        "findings": [finding.as_data() for finding in counted.refused.findings] if counted.refused else [],
    })  # fmt: skip
    return answer


def _stopped(scene: Scene, asked: Asked, refused: Refused) -> Counted:
    goods = scene.goods if asked.kind == RecordKind.SCAN else None
    card = stop_card(refused, goods)
    return Counted(card, what_of(goods, card) if goods else "", asked.kind, refused=refused)


def _written(asked: Asked, counted: Counted, act: OpenAct) -> ScanRecord:
    return ScanRecord.objects.create(
        transaction_id=act.transaction_id,
        task=asked.task,
        kind=counted.kind,
        document_type=TASKS[asked.task].declared.code,
        document_id=asked.document_id,
        line_id=counted.line_id,
        follows_id=counted.follows_id,
        text=storable(asked.raw)[:SCAN_LENGTH_MAX],
        verdict=counted.card.verdict,
        code=counted.card.code,
        told=as_told(counted.card, counted.what),
        added=counted.added,
        counted=counted.counted,
        written=counted.written,
        place_id=counted.place_id,
        captured_at=asked.captured_at,
        at=act.instant,
        actor_id=act.actor.user_id,
        actor_name=act.actor.name,
    )


def _replayed(asked: Asked, kept: Mapping[str, Any]) -> ScanAnswer:
    record = ScanRecord.objects.get(pk=kept["record"])
    card = as_card(record.told)
    refused = None
    if card.verdict == Verdict.STOP:
        findings = [_finding(told) for told in kept["findings"]]
        refused = Refused(record.code, HTTPStatus.UNPROCESSABLE_ENTITY, findings)
    return ScanAnswer(
        card=card,
        record_id=record.pk,
        standing=standing_of(asked.task, asked.document_id),
        line_id=record.line_id,
        line=ScannedLine(**kept["line"]) if kept["line"] else None,
        added=record.added,
        replayed=True,
        refused=refused,
    )


def _finding(told: Mapping[str, Any]) -> Finding:
    said = str(told["evidence"]).replace("{", "{{").replace("}", "}}")  # the words as they were, figures in
    cure = told["remedy"]
    remedy = cure and Remedy(cure["label"], cure["document_type"], _key(cure["document_id"]), cure["transition"])
    return Finding(told["code"], FindingKind(told["kind"]), Message(said), told["code"], _key(told["subject_id"]),
                   told["owner"], remedy, told["law"], field=told["field"])  # fmt: skip


def _key(told: str | None) -> UUID | None:
    return UUID(told) if told else None


def stop(code: str, evidence: Message) -> Refused:
    """The refusal of a scan: 422, about the scanned text."""
    return refusal(code, HTTPStatus.UNPROCESSABLE_ENTITY, evidence, field_name="scan")
