"""What a scanner does to the document under way: count, take back, change a quantity, set aside, begin."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from uuid import UUID

from meridian.kernel.context import Actor, in_company
from meridian.kernel.drafts import DraftCommand, draft
from meridian.kernel.permission import grants_of
from meridian.scanning.answers import Capture, ScanAnswer
from meridian.scanning.queries.goods import plain
from meridian.scanning.services.carrying import carry
from meridian.scanning.services.correcting import count_to, put_aside, take_back
from meridian.scanning.services.picking import pick
from meridian.scanning.services.receiving import receive
from meridian.scanning.services.taking import Asked, Counted, Scene, answered
from meridian.scanning.tasks import TASKS
from meridian.scanning.vocabulary import RecordKind, ScanTask

_COUNTS: Mapping[ScanTask, Callable[[Scene], Counted]] = {
    ScanTask.RECEIVE: receive,
    ScanTask.PUT_AWAY: carry,
    ScanTask.MOVE: carry,
    ScanTask.PICK: pick,
    ScanTask.REVIEW: pick,
}


def take(task: ScanTask, document_id: UUID, capture: Capture, *, actor: Actor) -> ScanAnswer:
    """Counts one barcode into the document under way, and writes it into the scan book.

    What is wrong with the scan (422) is answered as a stop: recorded as a refusal and as a row of the book, nothing
    moved, `refused` says why. The same key answers the first answer again, a stop too. Raises Refused, recorded: 404
    out of scope, 403 not this person's task, 409 the document no longer waits for it, 422 `idempotency_key_reused`.
    """
    text = plain(capture.text)
    asked = Asked(
        task=task,
        document_id=document_id,
        kind=RecordKind.SCAN,
        parts=(text,),
        key=capture.key,
        text=text,
        raw=capture.text,
        captured_at=capture.captured_at,
    )
    return answered(asked, _COUNTS[task], actor=actor)


def undo(task: ScanTask, document_id: UUID, *, key: str, actor: Actor) -> ScanAnswer:
    """Takes this person's latest scan in this task back; answers a stop `nothing_to_undo` when there is none."""
    asked = Asked(task=task, document_id=document_id, kind=RecordKind.UNDO, parts=(), key=key, does="undo_scan")
    return answered(asked, take_back, actor=actor)


def set_quantity(
    task: ScanTask, document_id: UUID, line_id: UUID, quantity: Decimal, *, key: str, actor: Actor
) -> ScanAnswer:
    """Sets what is counted on a line, base units, within the bounds of the document's gates; 0 takes it all back.

    Answers a stop for units with serial numbers. Raises Refused (404) for a line that is not the document's.
    """
    asked = Asked(task=task, document_id=document_id, kind=RecordKind.QUANTITY, parts=(line_id, quantity), key=key,
                  does="set_quantity")  # fmt: skip
    return answered(asked, lambda scene: count_to(scene, line_id, quantity), actor=actor)


def set_aside(task: ScanTask, document_id: UUID, record_id: UUID | None, *, key: str, actor: Actor) -> ScanAnswer:
    """Sets a stop aside 移入待处理; it stays in the book. Without `record_id` this person's latest one that is open.

    Answers a stop `stop_not_open` where none is. Raises Refused (404) for a row that is no stop.
    """
    asked = Asked(task=task, document_id=document_id, kind=RecordKind.SET_ASIDE, parts=(record_id,), key=key,
                  does="set_aside")  # fmt: skip
    return answered(asked, lambda scene: put_aside(scene, record_id), actor=actor)


def begin(task: ScanTask, site_id: UUID, *, actor: Actor, key: str) -> UUID:
    """A new putaway or internal move of this person at a site; the same key answers the same document again.

    Who works in one warehouse alone begins in it. Raises Refused as `draft()` does; other tasks wait for a document
    that is made elsewhere and raise ValueError.
    """
    if task not in (ScanTask.PUT_AWAY, ScanTask.MOVE):
        raise ValueError(f"{task} begins with a document made elsewhere")
    rules = TASKS[task]
    with in_company(actor.company_id):
        held = grants_of(actor, [rules.right]).of(rules.right)
    only = {grant.scope_id for grant in held} if all(grant.scope_kind == "warehouse" for grant in held) else set()
    system = {"warehouse_id": only.pop()} if len(only) == 1 else {}
    command = DraftCommand(site_id=site_id, key=key, system=system)
    return draft(rules.declared, command, actor=actor).document_id
