"""Qualifications for tests, made through the two doors."""

from typing import Any
from uuid import UUID

from meridian.competence.documents import QualificationDocument
from meridian.organization.tests.factories import CompanyForTests


def qualification(company: CompanyForTests, person_id: UUID, kind: str = "acceptance", **fields: Any) -> UUID:
    """A qualification in force from 2020 on without end."""
    values = {"person_id": person_id, "kind": kind, "basis": "岗前培训考核合格", "valid_from": "2020-01-01"}
    made = company.draft(QualificationDocument, {**values, **fields})
    company.perform(QualificationDocument.put_into_force, made.document_id)
    return made.document_id
