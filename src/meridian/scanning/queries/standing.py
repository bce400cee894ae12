"""How a task stands: its lines with what is done and wanted, the latest rows of the book, and what comes next."""

from collections.abc import Callable, Mapping
from uuid import UUID

from meridian.kernel.context import Actor, in_company
from meridian.kernel.permission import grants_of, readable
from meridian.kernel.steps import not_found
from meridian.scanning.answers import TaskRecord, TaskStanding
from meridian.scanning.queries.book import Book, book_of
from meridian.scanning.queries.move_lines import move_work
from meridian.scanning.queries.receipt_lines import receipt_work
from meridian.scanning.queries.shipment_lines import shipment_work
from meridian.scanning.queries.work import Work
from meridian.scanning.tasks import TASKS, require_task
from meridian.scanning.vocabulary import ScanTask

_WORK: Mapping[ScanTask, Callable[[ScanTask, UUID, Book], Work]] = {
    ScanTask.RECEIVE: receipt_work,
    ScanTask.PUT_AWAY: move_work,
    ScanTask.MOVE: move_work,
    ScanTask.PICK: shipment_work,
    ScanTask.REVIEW: shipment_work,
}


def standing(task: ScanTask, document_id: UUID, *, actor: Actor) -> TaskStanding:
    """How a task stands for the person who opens it; the same number of statements for 1 line or 200.

    Raises Refused: 404 out of scope, 403 not this person's task (the picker never reviews), 409 the document no longer
    waits for it. Nothing is recorded: whoever opens a page has not tried anything yet.
    """
    rules = TASKS[task]
    with in_company(actor.company_id):
        grants = grants_of(actor, [rules.right, rules.declared.permission("read")])
        scope = readable(grants, rules.declared)
        document = None if scope is None else rules.declared.model.objects.filter(scope, pk=document_id).first()
        if document is None:
            raise not_found()
        require_task(task, document, grants, actor)
        return standing_of(task, document_id)


def standing_of(task: ScanTask, document_id: UUID) -> TaskStanding:
    """How a task stands, whoever asks; `unfinished` lines first, in the document's own order."""
    rules, book = TASKS[task], book_of(task, document_id)
    work = _WORK[task](task, document_id, book)
    return TaskStanding(
        task=task,
        document_id=document_id,
        number=work.number,
        party=work.party,
        version=work.version,
        state=work.state,
        steps=work.steps,
        lines=tuple(sorted(work.lines, key=lambda line: line.is_complete)),
        records=_records(book),
        scans=book.scans,
        stops=book.stops,
        set_aside=book.set_aside,
        finish_label=rules.finish_label,
        finish_step=rules.ends_with.name,
        hint=work.hint,
    )


def _records(book: Book) -> tuple[TaskRecord, ...]:
    taken_back, open_stops = book.taken_back, book.open_stops
    return tuple(
        TaskRecord(
            id=row.id,
            at=row.at,
            kind=row.kind,
            verdict=row.verdict,
            what=row.what,
            added=row.added,
            counted=row.counted,
            headline=row.headline,
            is_taken_back=row.id in taken_back,
            is_open_stop=row.id in open_stops,
        )
        for row in book.latest
    )
