"""Facts of approval files: the master they are about, the papers on the list, and the scans that are attached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from meridian.kernel.clock import now
from meridian.kernel.declare import Locks
from meridian.kernel.sql import fetch
from meridian.parties.queries import SupplierVerdict, supplier_verdicts
from meridian.platform.attachments.models import Attachment
from meridian.qualification.models import SupplierQualification, SupplierQualificationPaper
from meridian.qualification.vocabulary import SUPPLIER_PAPERS


@dataclass(frozen=True)
class ListedPaper:
    """A paper on the list of a file."""

    line_id: UUID
    kind: str
    file_name: str
    valid_until: date | None
    is_sealed: bool


@dataclass(frozen=True)
class FileContents:
    """What is in an approval file: the list, the names of the attachments not withdrawn, and the day of its review."""

    papers: tuple[ListedPaper, ...]
    attached: tuple[str, ...]
    review_due_on: date


@dataclass(frozen=True)
class SupplierQualificationFacts:
    """A supplier's approval file for its own transitions."""

    supplier: SupplierVerdict
    contents: FileContents
    read_on: date

    @property
    def required_papers(self) -> Sequence[str]:
        """The papers law asks of such a supplier."""
        return SUPPLIER_PAPERS[self.supplier.kind]


_HEADERS = "SELECT id, {master}_id, review_due_on FROM {table} WHERE id = ANY(%s) AND company_id = %s"


def _contents(
    lines: Any, company_id: UUID, reviews: Mapping[UUID, date]
) -> Mapping[UUID, FileContents]:  # fmt: skip
    """The contents of files by id, in two statements."""
    keys = list(reviews)
    papers: dict[UUID, list[ListedPaper]] = {key: [] for key in keys}
    rows = lines.objects.filter(document_id__in=keys).order_by("document_id", "line_no")
    for document_id, *paper in rows.values_list(
        "document_id", "id", "kind", "file_name", "valid_until", "is_sealed"
    ):  # fmt: skip
        papers[document_id].append(ListedPaper(*paper))
    attached: dict[UUID, list[str]] = {key: [] for key in keys}
    live = Attachment.objects.filter(company_id=company_id, document_id__in=keys, withdrawn_at=None).order_by("pk")
    for document_id, name in live.values_list("document_id", "name"):
        attached[document_id].append(name)
    return {key: FileContents(tuple(papers[key]), tuple(attached[key]), reviews[key]) for key in keys}


def load_supplier_qualifications(
    company_id: UUID, ids: Sequence[UUID], locks: Locks
) -> Mapping[UUID, SupplierQualificationFacts]:
    """Facts of suppliers' approval files; five statements."""
    today = now().date()
    statement = _HEADERS.format(master="supplier", table=SupplierQualification._meta.db_table)
    rows = fetch(statement, [list(ids), company_id])
    contents = _contents(SupplierQualificationPaper, company_id, {key: due for key, _master, due in rows})
    suppliers = supplier_verdicts([master for _key, master, _due in rows], locks)
    return {
        key: SupplierQualificationFacts(suppliers[master], contents[key], today) for key, master, _due in rows
    }  # fmt: skip
