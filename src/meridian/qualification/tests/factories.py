"""Approval files for tests, and masters approved by them, made through the two doors."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from meridian.kernel.declare import DocumentType
from meridian.organization.tests.factories import CompanyForTests
from meridian.organization.vocabulary import Role
from meridian.parties.models import Supplier
from meridian.platform.attachments.files import Upload
from meridian.platform.attachments.keeping import attach
from meridian.qualification.documents import SupplierQualificationDocument
from meridian.qualification.vocabulary import SUPPLIER_PAPERS, PaperKind

SCAN = b"%PDF-1.4 scan"
ALL_IN_ONE = "首营资料"
"""One scan of all papers."""


def papers_of(kinds: Sequence[PaperKind]) -> list[dict[str, Any]]:
    """A sealed paper of each kind, all in one scan."""
    return [{"kind": kind.value, "file_name": ALL_IN_ONE, "is_sealed": True} for kind in kinds]


def scanned(
    company: CompanyForTests, declared: type[DocumentType[Any, Any]], file: UUID, name: str = ALL_IN_ONE,
    *, role: Role = Role.BUYER,
) -> None:  # fmt: skip
    """Attaches a scan to a file."""
    with company.scope():
        attach(declared, file, Upload(f"{name}.pdf", SCAN, sha256(SCAN).hexdigest()), actor=company.actors[role])


def supplier_file(company: CompanyForTests, supplier: UUID, **fields: Any) -> UUID:
    """A supplier's approval file in draft, complete, ready to be submitted."""
    with company.scope():
        kind = Supplier.objects.values_list("kind", flat=True).get(pk=supplier)
    values = {"supplier": supplier, "review_due_on": "2099-12-31", **fields}
    lines = papers_of(SUPPLIER_PAPERS[kind])
    file = company.draft(SupplierQualificationDocument, values, lines, role=Role.BUYER).document_id
    scanned(company, SupplierQualificationDocument, file)
    return file


def reviewed_supplier_file(company: CompanyForTests, supplier: UUID, **fields: Any) -> UUID:
    """As `supplier_file`, submitted and reviewed."""
    file = supplier_file(company, supplier, **fields)
    company.perform(SupplierQualificationDocument.submit, file, role=Role.BUYER)
    company.perform(SupplierQualificationDocument.review, file, role=Role.QUALITY_STAFF, reason="资料真实、有效、齐全")
    return file


def approve_supplier(company: CompanyForTests, supplier: UUID, **fields: Any) -> UUID:
    """Approves a supplier that has its licences, by a file of its own; the file."""
    file = reviewed_supplier_file(company, supplier, **fields)
    company.perform(SupplierQualificationDocument.approve, file, role=Role.QUALITY_HEAD)
    return file
