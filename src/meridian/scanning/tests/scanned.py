"""A scanner in the hand of a person, for tests: one barcode into a document, and proof that a stop moved nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from meridian.inventory.models import StockBalance, StockMovement
from meridian.kernel.models import RefusalRecord
from meridian.organization.tests.factories import CompanyForTests
from meridian.organization.vocabulary import Role
from meridian.purchasing.tests.inbound import Inbound
from meridian.scanning.answers import Capture, ScanAnswer
from meridian.scanning.models import ScanRecord
from meridian.scanning.services import take
from meridian.scanning.tasks import TASKS
from meridian.scanning.vocabulary import ScanTask, Verdict


def scan(
    company: CompanyForTests, task: ScanTask, document: UUID, text: str, *, role: Role = Role.KEEPER, key: str = ""
) -> ScanAnswer:
    """One barcode into a document as the person of a post."""
    return take(task, document, Capture(text=text, key=key), actor=company.actors[role])


def scan_in(inbound: Inbound, receipt: UUID, text: str, *, key: str = "", role: Role = Role.RECEIVER) -> ScanAnswer:
    """One barcode into a receipt, which must count."""
    answer = scan(inbound.company, ScanTask.RECEIVE, receipt, text, role=role, key=key)
    assert answer.refused is None, answer.card
    return answer


def rows_of(company: CompanyForTests, task: ScanTask, document: UUID) -> dict[str, list[dict[str, Any]]]:
    """The document, its lines and the stock book, row by row."""
    declared = TASKS[task].declared
    lines: Any = declared.lines
    with company.scope():
        return {
            "header": _rows(declared.model, pk=document),
            "lines": _rows(lines.model, document_id=document),
            "stock": _rows(StockBalance),
            "movements": _rows(StockMovement),
        }


def _rows(model: Any, **only: Any) -> list[dict[str, Any]]:
    return list(model.objects.filter(**only).order_by("pk").values())


@contextmanager
def nothing_moves(company: CompanyForTests, task: ScanTask, document: UUID) -> Iterator[None]:
    """Inside, the document and the stock stay as they are, and one refusal is recorded."""
    with company.scope():
        refusals = RefusalRecord.objects.count()
    before = rows_of(company, task, document)
    yield
    assert rows_of(company, task, document) == before
    with company.scope():
        assert RefusalRecord.objects.count() == refusals + 1


def stopped(
    company: CompanyForTests, task: ScanTask, document: UUID, text: str, *, role: Role = Role.KEEPER
) -> ScanAnswer:
    """A scan that does not count: nothing moved, one refusal row, one row of the book."""
    with company.scope():
        booked = ScanRecord.objects.count()
    with nothing_moves(company, task, document):
        answer = scan(company, task, document, text, role=role)
    assert answer.refused is not None, answer.card
    assert (answer.card.verdict, answer.card.code) == (Verdict.STOP, answer.refused.code)
    with company.scope():
        assert ScanRecord.objects.count() == booked + 1
        row = ScanRecord.objects.get(pk=answer.record_id)
        refusal = RefusalRecord.objects.latest("id")
    assert (row.verdict, row.code) == (Verdict.STOP.value, answer.refused.code)
    assert (int(row.added), row.actor_id) == (0, company.actors[role].user_id)
    assert (refusal.code, refusal.source, refusal.document_id) == (answer.refused.code, "scan", document)
    return answer
