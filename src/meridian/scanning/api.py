"""What a scanner asks of the API: barcodes into the document under way, how it stands, and every correction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import AwareDatetime, Field

from meridian.accounts.session import actor_of
from meridian.items.udi.reader import SCAN_LENGTH_MAX
from meridian.kernel.draft_input import checked_header
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.platform.endpoints.payload import idempotency_key, sent_body
from meridian.platform.endpoints.schemas import REFUSALS, OutcomeBody
from meridian.scanning.answers import Capture, ScanAnswer
from meridian.scanning.cards import figure
from meridian.scanning.queries import standing
from meridian.scanning.services import set_aside, set_quantity, take, undo
from meridian.scanning.tasks import TASKS
from meridian.scanning.vocabulary import ScanTask


class ScanBody(Schema):
    """One barcode of any issuing agency, for GS1 in any form: bracketed, raw (FNC1 as 0x1D or `^`), AIM-prefixed or
    Digital Link; or the code of a place. `device_time` is what the scanner's own clock said: evidence only.
    """

    scan: str = Field(max_length=SCAN_LENGTH_MAX)
    device_time: AwareDatetime | None = None


class QuantityBody(Schema):
    """The quantity that a line stands at, base units of the item; `0` takes all of it back."""

    line_id: UUID
    quantity: Decimal = Field(ge=0, max_digits=18, decimal_places=6)


class SetAsideBody(Schema):
    """The stop that is set aside; without `record_id` the caller's own latest one that is still open."""

    record_id: UUID | None = None


class ScannedLineBody(Schema):
    """The line a scan went to. `added` and `quantity` are base units of the item, as text."""

    line_no: str
    item_number: str
    device_name: str
    lot_no: str
    serial_no: str
    added: str
    quantity: str
    unit: str


class ScanOutcome(OutcomeBody):
    """The document after the scan; `scan` is empty where no line was counted, as for a place.

    `verdict` is `ok`, or `attention` where `told` says what to heed.
    """

    scan: ScannedLineBody | None
    verdict: str
    told: str
    record_id: UUID


class WorkLineBody(Schema):
    """A line of the task. `wanted` is null where nothing in particular is expected, `line_id` before its first scan."""

    line_id: UUID | None
    device_name: str
    lot: str
    expires_on: date | None
    place: str
    done: str
    wanted: str | None
    unit: str


class WorkRecordBody(Schema):
    """A row of the scan book; `is_open_stop` while nobody has scanned again or set it aside."""

    id: UUID
    at: datetime
    kind: str
    verdict: str
    what: str
    told: str
    added: str
    counted: str
    is_taken_back: bool
    is_open_stop: bool


class WorkBody(Schema):
    """How the task of a document stands: what is left first, the latest 50 rows of the scan book."""

    id: UUID
    number: str
    state: str
    version: int
    task: str
    ends_with: str
    lines: list[WorkLineBody]
    records: list[WorkRecordBody]


KEYED = {"in": "header", "name": "Idempotency-Key", "required": False, "schema": {"type": "string", "maxLength": 120}}


@dataclass(frozen=True)
class _Scanned:
    """Documents that are scanned into: their address, and which of the tasks one of them waits for."""

    slug: str
    name: str
    does: str
    tasks: tuple[ScanTask, ...]


SCANNED = (
    _Scanned("goods-receipts", "goods_receipt", "Receive", (ScanTask.RECEIVE,)),
    _Scanned("putaways", "putaway", "Put away", (ScanTask.PUT_AWAY,)),
    _Scanned("internal-moves", "internal_move", "Move", (ScanTask.MOVE,)),
    _Scanned("shipments", "shipment", "Pick or review", (ScanTask.PICK, ScanTask.REVIEW)),
)
DESCRIPTIONS = {
    "goods-receipts": "Adds what one barcode stands for to a draft receipt; a repeated barcode counts its line up.",
    "putaways": "Takes up goods by barcode, or lays down what was taken up at the place whose code is scanned.",
    "internal-moves": "Takes up goods by barcode, or lays down what was taken up at the place whose code is scanned.",
    "shipments": "Counts what was found of the allocated lots: picking a draft, reviewing what another person picked.",
}


def mount(router: Router) -> None:
    """Mounts the operations of this module."""
    for scanned in SCANNED:
        address = f"/warehouse/{scanned.slug}/{{document_id}}/scans"
        for path, view, name, summary, description in (
            (address, scan, "scan", f"{scanned.does} by scan", DESCRIPTIONS[scanned.slug]),
            (f"{address}/undo", take_back, "undo_scan", "Undo the last scan",
             "Takes the caller's own latest scan of this document back; refused when there is none."),
            (f"{address}/quantity", change_quantity, "set_scanned_quantity", "Set the quantity of a scanned line",
             "Sets what is counted on a line, within what the document's gates allow; refused for serial numbers."),
            (f"{address}/set-aside", put_aside, "set_scan_aside", "Set a stop aside",
             "A scan that did not count is put aside for somebody to decide; it stays in the scan book."),
        ):  # fmt: skip
            router.add_api_operation(
                path, ["POST"], _named(partial(view, scanned.tasks), name), response={200: ScanOutcome, **REFUSALS},
                operation_id=f"{name}_{scanned.name}", tags=["warehouse"], summary=summary, description=description,
                openapi_extra={"parameters": [KEYED]},
            )  # fmt: skip
        router.add_api_operation(
            address, ["GET"], _named(partial(work, scanned.tasks), "work"), response={200: WorkBody, **REFUSALS},
            operation_id=f"scan_work_{scanned.name}", tags=["warehouse"], summary="How the scan task stands",
            description="The lines of the task with what is done and wanted, and the latest rows of the scan book.",
        )  # fmt: skip


def _named(view: Callable[..., Status[Any]], name: str) -> Callable[..., Status[Any]]:
    """A partial with the name that the router reads off a function."""
    view.__name__ = name
    return view


def scan(tasks: Sequence[ScanTask], request: HttpRequest, document_id: UUID, payload: ScanBody) -> Status[Any]:
    """Counts a barcode into a document; the same key answers the first answer again."""
    task = _waiting(tasks, document_id)
    _require_known(request, task, ("scan", "device_time"))
    capture = Capture(text=payload.scan, key=idempotency_key(request), captured_at=payload.device_time)
    return _told(take(task, document_id, capture, actor=actor_of(request)))


def take_back(tasks: Sequence[ScanTask], request: HttpRequest, document_id: UUID) -> Status[Any]:
    """Takes the last scan back; the same key answers the first answer again."""
    task = _waiting(tasks, document_id)
    return _told(undo(task, document_id, key=idempotency_key(request), actor=actor_of(request)))


def change_quantity(
    tasks: Sequence[ScanTask], request: HttpRequest, document_id: UUID, payload: QuantityBody
) -> Status[Any]:
    """Sets what is counted on a line; the same key answers the first answer again."""
    task = _waiting(tasks, document_id)
    _require_known(request, task, ("line_id", "quantity"))
    return _told(set_quantity(task, document_id, payload.line_id, payload.quantity, key=idempotency_key(request),
                              actor=actor_of(request)))  # fmt: skip


def put_aside(tasks: Sequence[ScanTask], request: HttpRequest, document_id: UUID, payload: SetAsideBody) -> Status[Any]:
    """Sets a stop aside; the same key answers the first answer again."""
    task = _waiting(tasks, document_id)
    _require_known(request, task, ("record_id",))
    return _told(set_aside(task, document_id, payload.record_id, key=idempotency_key(request),
                           actor=actor_of(request)))  # fmt: skip


def work(tasks: Sequence[ScanTask], request: HttpRequest, document_id: UUID) -> Status[Any]:
    """How the task that the document waits for stands; refused as its scans are."""
    found = standing(_waiting(tasks, document_id), document_id, actor=actor_of(request))
    lines = [
        {"line_id": line.line_id, "device_name": line.item_name, "lot": line.lot, "expires_on": line.expires_on,
         "place": line.place, "done": figure(line.done), "wanted": None if line.wanted is None else figure(line.wanted),
         "unit": line.unit}
        for line in found.lines
    ]  # fmt: skip
    records = [
        {"id": row.id, "at": row.at, "kind": row.kind.value, "verdict": row.verdict.value, "what": row.what,
         "told": str(row.headline), "added": figure(row.added), "counted": figure(row.counted),
         "is_taken_back": row.is_taken_back, "is_open_stop": row.is_open_stop}
        for row in found.records
    ]  # fmt: skip
    return Status(HTTPStatus.OK, {
        "id": document_id, "number": found.number, "state": found.state, "version": found.version,
        "task": found.task.value, "ends_with": found.finish_step, "lines": lines, "records": records,
    })  # fmt: skip


def _waiting(tasks: Sequence[ScanTask], document_id: UUID) -> ScanTask:
    """The task that the document waits for; the first where it waits for none, whose refusal then says so."""
    if len(tasks) == 1:
        return tasks[0]
    model = TASKS[tasks[0]].declared.model
    state = model.objects.filter(pk=document_id).values_list("state", flat=True).first()
    return next((task for task in tasks if TASKS[task].state == state), tasks[0])


def _require_known(request: HttpRequest, task: ScanTask, names: tuple[str, ...]) -> None:
    for name in sent_body(request):
        if name not in names:
            checked_header(TASKS[task].declared, {name: None}, is_new=False)
            raise refusal("field_unknown", HTTPStatus.UNPROCESSABLE_ENTITY, message("没有可填写的字段 {field}。",
                          field=name[:80]), field_name=name[:80])  # fmt: skip


def _told(answer: ScanAnswer) -> Status[Any]:
    if answer.refused is not None:
        raise answer.refused
    standing = answer.standing
    return Status(HTTPStatus.OK, {
        "id": standing.document_id, "number": standing.number, "state": standing.state, "version": standing.version,
        "replayed": answer.replayed, "scan": vars(answer.line) if answer.line else None,
        "verdict": answer.card.verdict.value, "told": str(answer.card.sentence or answer.card.headline),
        "record_id": answer.record_id,
    })  # fmt: skip
