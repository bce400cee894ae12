"""Items and certificates through the two doors."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meridian.items.documents import ItemDocument, RegistrationCertificateDocument
from meridian.items.models import DeviceIdentifier, Item, RegistrationCertificate
from meridian.items.queries import item_by_di, item_verdicts, registration_verdicts, units_of
from meridian.items.tests.factories import BOX_DI, CASE_DI, approved_item, certificate, draft_item
from meridian.kernel.findings import Refused
from meridian.kernel.models import SignatureRecord, TransitionRecord
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.organization.vocabulary import Role

pytestmark = pytest.mark.django_db
NO_LOCKS: frozenset[Any] = frozenset()
IDENTIFIERS: list[dict[str, Any]] = [
    {"di": BOX_DI, "package_level": "sales_unit", "units_per_package": "1", "is_published": True},
    {"di": CASE_DI, "package_level": "case", "units_per_package": "12"},
]


@pytest.fixture
def company() -> CompanyForTests:
    return new_company()


def test_a_case_scan_counts_the_units_in_the_case(company: CompanyForTests) -> None:
    item = approved_item(company, identifiers=IDENTIFIERS)
    with company.scope():
        found = item_by_di([CASE_DI, "00000000000000"])
        assert set(found) == {CASE_DI}
        assert (found[CASE_DI].item_id, found[CASE_DI].package_level) == (item, "case")
        assert units_of([BOX_DI, CASE_DI]) == {BOX_DI: Decimal(1), CASE_DI: Decimal(12)}


def test_shorter_identifiers_are_kept_at_fourteen_digits(company: CompanyForTests) -> None:
    draft_item(company, identifiers=[{"di": BOX_DI[1:], "package_level": "sales_unit"}])
    with company.scope():
        assert DeviceIdentifier.objects.get().di == BOX_DI


def test_a_wrong_check_digit_is_named_by_line(company: CompanyForTests) -> None:
    with pytest.raises(Refused) as caught:
        draft_item(company, identifiers=[{"di": "09520000000012", "package_level": "sales_unit"}])
    assert caught.value.findings[0].field == "lines.0.di"
    with company.scope():
        assert not Item.objects.exists()


def test_identifiers_of_another_company_are_not_found(company: CompanyForTests) -> None:
    approved_item(company, identifiers=IDENTIFIERS)
    with new_company().scope():
        assert item_by_di([BOX_DI]) == {}


def test_quality_head_approves_a_product_with_its_registration(company: CompanyForTests) -> None:
    item = approved_item(company)
    with company.scope():
        row = Item.objects.get(pk=item)
        moved = TransitionRecord.objects.get(document_id=item)
        verdict = item_verdicts([item], NO_LOCKS)[item]
    assert (row.state, row.approved_at) == ("approved", moved.at)
    assert SignatureRecord.objects.get(document_id=item).meaning == "approved"
    assert verdict.is_approved
    assert verdict.registration is not None
    assert verdict.registration.registration_no == "苏械注准20262140001"
    assert row.mnemonic == "YCXSYWJZSQ"


def test_a_product_without_registration_is_not_approved(company: CompanyForTests) -> None:
    item = draft_item(company)
    with pytest.raises(Refused) as caught:
        company.perform(ItemDocument.approve, item, role=Role.QUALITY_HEAD)
    assert caught.value.code == "product_file_complete"
    with company.scope():
        assert Item.objects.get(pk=item).state == "draft"


def test_a_certificate_in_draft_gives_no_registration(company: CompanyForTests) -> None:
    fields = {"registration_no": "苏械备20260001", "registrant_name": "甲", "device_class": "I"}
    made = company.draft(RegistrationCertificateDocument, {**fields, "valid_from": "2026-01-01"})
    with company.scope():
        assert registration_verdicts([made.document_id], NO_LOCKS) == {}


def test_numbers_are_stored_as_they_are_compared(company: CompanyForTests) -> None:
    certificate(company, "苏械备（2026）0001")
    with company.scope():
        assert RegistrationCertificate.objects.get().registration_no == "苏械备20260001"


def test_a_renewal_joins_the_earlier_period(company: CompanyForTests) -> None:
    first = certificate(company, valid_from="2017-01-01", valid_until="2021-12-31")
    certificate(company, valid_from="2022-01-01", valid_until="2026-12-31")
    with company.scope():
        verdict = registration_verdicts([first], NO_LOCKS)[first]
    assert [period.valid_from for period in verdict.periods] == [date(2017, 1, 1), date(2022, 1, 1)]
    assert verdict.valid_on(date(2026, 12, 31))
    assert not verdict.valid_on(date(2027, 1, 1))


def test_cancelling_is_signed_reasoned_and_dated_by_the_site(company: CompanyForTests) -> None:
    paper = certificate(company)
    with pytest.raises(Refused) as caught:
        company.perform(RegistrationCertificateDocument.cancel, paper)
    assert caught.value.code == "reason_required"
    company.perform(RegistrationCertificateDocument.cancel, paper, reason="药监部门公告注销")
    with company.scope():
        row = RegistrationCertificate.objects.get(pk=paper)
        moved = TransitionRecord.objects.filter(document_id=paper, transition="cancel").get()
        assert registration_verdicts([paper], NO_LOCKS)[paper].cancelled_on() == row.cancelled_on == moved.site_day


def test_a_product_is_suspended_edited_with_reason_and_approved_anew(company: CompanyForTests) -> None:
    item = approved_item(company)
    company.perform(ItemDocument.suspend, item, reason="换标签")
    with pytest.raises(Refused) as caught:
        company.draft(ItemDocument, {"class_code": "14-02"}, document_id=item)
    assert caught.value.code == "reason_required"
    company.draft(ItemDocument, {"class_code": "14-02"}, document_id=item, reason="目录调整")
    assert company.perform(ItemDocument.approve, item, role=Role.QUALITY_HEAD).state == "approved"
    retired = company.perform(ItemDocument.retire, item, role=Role.QUALITY_HEAD, reason="停产")
    assert retired.state == "retired"


def test_an_implants_file_is_kept_for_ever(company: CompanyForTests) -> None:
    implant = approved_item(company, is_implantable=True)
    other = approved_item(company, registration_no="苏械注准20262140002")
    with company.scope():
        assert Item.objects.get(pk=implant).keep_until is None
        kept = Item.objects.get(pk=other)
    assert kept.keep_until is not None
    assert kept.approved_at is not None
    assert kept.keep_until.year == kept.approved_at.year + 10


@pytest.mark.parametrize("declared", [ItemDocument, RegistrationCertificateDocument])
def test_quality_master_data_is_written_by_quality_alone(declared: Any, company: CompanyForTests) -> None:
    """G77."""
    quality = {Role.QUALITY_STAFF, Role.QUALITY_HEAD}
    assert set(declared.drafted_by) == quality
    for transition in declared.transitions.values():
        assert set(transition.allowed_to) <= quality
        assert transition.signature is not None
    with pytest.raises(Refused) as caught:
        company.draft(declared, {}, role=Role.BUYER)
    assert caught.value.code == "permission_required"


def test_temperatures_are_in_order(company: CompanyForTests) -> None:
    with pytest.raises(Refused) as caught:
        draft_item(company, temperature_celsius_min="8", temperature_celsius_max="2")
    assert caught.value.findings[0].field == "temperature_celsius_max"


def test_verdicts_cost_the_same_statements_for_one_and_for_many(company: CompanyForTests) -> None:
    registration = certificate(company)
    items = [draft_item(company, registration) for _ in range(6)]
    counts = []
    for some in (items[:1], items):
        with company.scope(), CaptureQueriesContext(connection) as seen:
            assert set(item_verdicts(some, frozenset({Item, RegistrationCertificate}))) == set(some)
        counts.append(len(seen))
    assert counts == [2, 2]
