"""What a scanner does to the document under way: count, take back, change a quantity, set aside, begin."""

from collections.abc import Callable, Mapping
from uuid import UUID

from meridian.kernel.context import Actor
from meridian.scanning.answers import Capture, ScanAnswer
from meridian.scanning.services.receiving import receive
from meridian.scanning.services.taking import Asked, Counted, Scene, answered
from meridian.scanning.vocabulary import RecordKind, ScanTask

GROUP_SEPARATOR = "\x1d"

_COUNTS: Mapping[ScanTask, Callable[[Scene], Counted]] = {ScanTask.RECEIVE: receive}


def take(task: ScanTask, document_id: UUID, capture: Capture, *, actor: Actor) -> ScanAnswer:
    """Counts one barcode into the document under way, and writes it into the scan book.

    What is wrong with the scan (422) is answered as a stop: recorded as a refusal and as a row of the book, nothing
    moved, `refused` says why. The same key answers the first answer again, a stop too. Raises Refused, recorded: 404
    out of scope, 403 not this person's task, 409 the document no longer waits for it, 422 `idempotency_key_reused`.
    """
    text = capture.text.strip("\r\n\t ").replace(GROUP_SEPARATOR, "^")  # the separator is no character people can see
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
