"""The company's own papers: drafted and signed by quality."""

from typing import Any

import pytest

from meridian.kernel.findings import Refused
from meridian.kernel.models import RefusalRecord, SignatureRecord
from meridian.organization.documents import OwnLicenceDocument
from meridian.organization.models import OwnLicence
from meridian.organization.tests.factories import new_company
from meridian.organization.vocabulary import Role

pytestmark = pytest.mark.django_db

FIELDS: dict[str, Any] = {
    "kind": "dealing_license",
    "licence_no": "苏宁药监械经营许20260001号",
    "mode": "wholesale",
    "valid_from": "2026-01-01",
    "valid_until": "2030-12-31",
}


def test_a_paper_comes_into_force_by_signature_and_is_then_locked() -> None:
    company = new_company()
    made = company.draft(OwnLicenceDocument, FIELDS, [{"device_class": "III", "class_code": "14"}])
    outcome = company.perform(OwnLicenceDocument.put_into_force, made.document_id)
    assert outcome.state == "in_force"
    assert SignatureRecord.objects.get(document_id=made.document_id).meaning == "reviewed"
    with pytest.raises(Refused) as caught:
        company.draft(OwnLicenceDocument, {"licence_no": "x"}, document_id=made.document_id)
    assert (caught.value.code, caught.value.status) == ("record_locked", 409)


def test_a_paper_is_kept_ten_years_from_its_last_day() -> None:
    company = new_company()
    made = company.draft(OwnLicenceDocument, FIELDS, [])
    company.perform(OwnLicenceDocument.put_into_force, made.document_id)
    with company.scope():
        assert str(OwnLicence.objects.get().keep_until) == "2040-12-31"


def test_withdrawing_needs_a_reason() -> None:
    company = new_company()
    made = company.draft(OwnLicenceDocument, FIELDS, [])
    with pytest.raises(Refused) as caught:
        company.perform(OwnLicenceDocument.withdraw, made.document_id)
    assert caught.value.code == "reason_required"
    assert company.perform(OwnLicenceDocument.withdraw, made.document_id, reason="登记有误").state == "withdrawn"


def test_only_quality_writes_it() -> None:
    company = new_company()
    with pytest.raises(Refused) as caught:
        company.draft(OwnLicenceDocument, FIELDS, role=Role.BUYER)
    assert (caught.value.code, caught.value.status) == ("permission_required", 403)
    with company.scope():
        assert not OwnLicence.objects.exists()
    assert RefusalRecord.objects.filter(company_id=company.company_id, code="permission_required").count() == 1


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    company = new_company()
    with pytest.raises(Refused) as caught:
        company.draft(OwnLicenceDocument, {**FIELDS, "valid_until": "2025-12-31"})
    assert caught.value.findings[0].field == "valid_until"
