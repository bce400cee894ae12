"""Suppliers, customers and their papers through the two doors."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused
from meridian.kernel.models import RefusalRecord, SignatureRecord, TransitionRecord
from meridian.kernel.registry import registry
from meridian.organization.rules import ScopePart
from meridian.organization.tests.factories import CompanyForTests, example_uscc, new_company
from meridian.organization.vocabulary import Role
from meridian.parties.documents import CustomerDocument, LicenceDocument, SupplierDocument
from meridian.parties.models import Customer, Licence, Supplier
from meridian.parties.queries import customer_verdicts, supplier_verdicts
from meridian.parties.rules import approved_by_its_file
from meridian.parties.tests.factories import (
    EVERYTHING,
    approved_customer,
    approved_supplier,
    draft_customer,
    draft_supplier,
    licence,
)

pytestmark = pytest.mark.django_db
NO_LOCKS: frozenset[Any] = frozenset()


@pytest.fixture
def company() -> CompanyForTests:
    return new_company()


def test_quality_head_approves_a_supplier_with_valid_papers(company: CompanyForTests) -> None:
    supplier = approved_supplier(company)
    with company.scope():
        row = Supplier.objects.get(pk=supplier)
        moved = TransitionRecord.objects.get(document_id=supplier)
        verdict = supplier_verdicts([supplier], NO_LOCKS)[supplier]
    assert row.state == "approved"
    assert row.approved_at == moved.at
    assert [gate["code"] for gate in moved.gates] == ["supplier_papers_valid"]
    assert SignatureRecord.objects.get(document_id=supplier).meaning == "approved"
    assert {paper.kind for paper in verdict.papers} == {"business_license", "dealing_license", "dealing_filing"}
    dealing = next(paper for paper in verdict.papers if paper.kind == "dealing_license")
    assert dealing.scope == (ScopePart("", ""),)
    assert dealing.mode == "wholesale"


def test_a_supplier_without_papers_is_not_approved_and_nothing_moves(company: CompanyForTests) -> None:
    supplier = draft_supplier(company)
    with pytest.raises(Refused) as caught:
        company.perform(SupplierDocument.approve, supplier, role=Role.QUALITY_HEAD)
    assert (caught.value.code, caught.value.status) == ("supplier_papers_valid", 422)
    with company.scope():
        row = Supplier.objects.get(pk=supplier)
    assert (row.state, row.version, row.approved_at) == ("draft", 1, None)
    assert not TransitionRecord.objects.filter(document_id=supplier).exists()
    assert not SignatureRecord.objects.filter(document_id=supplier).exists()
    refused = RefusalRecord.objects.get(document_id=supplier)
    assert (refused.code, refused.transition) == ("supplier_papers_valid", "approve")


def test_a_customer_without_its_paper_is_not_approved(company: CompanyForTests) -> None:
    customer = draft_customer(company)
    with pytest.raises(Refused) as caught:
        company.perform(CustomerDocument.approve, customer, role=Role.QUALITY_HEAD)
    assert caught.value.code == "customer_papers_valid"
    licence(company, {"customer": customer}, "practice_license", scope=EVERYTHING)
    assert company.perform(CustomerDocument.approve, customer, role=Role.QUALITY_HEAD).state == "approved"


@pytest.mark.parametrize("role", [Role.QUALITY_STAFF, Role.BUYER])
def test_nobody_but_the_quality_head_approves(company: CompanyForTests, role: Role) -> None:
    supplier = draft_supplier(company)
    with pytest.raises(Refused) as caught:
        company.perform(SupplierDocument.approve, supplier, role=role)
    assert (caught.value.code, caught.value.status) == ("permission_required", 403)


@pytest.mark.parametrize("declared", [SupplierDocument, CustomerDocument, LicenceDocument])
def test_quality_master_data_is_written_by_quality_alone(declared: Any) -> None:
    """G77: the roles that draft are quality's; nobody else moves a document either."""
    quality = {Role.QUALITY_STAFF, Role.QUALITY_HEAD}
    assert set(declared.drafted_by) == quality
    for transition in declared.transitions.values():
        assert set(transition.allowed_to) <= quality
        assert transition.signature is not None or approved_by_its_file in transition.gates


def test_a_suspended_supplier_is_edited_and_approved_anew(company: CompanyForTests) -> None:
    supplier = approved_supplier(company)
    with pytest.raises(Refused) as caught:
        company.draft(SupplierDocument, {"phone": "1"}, document_id=supplier)
    assert caught.value.code == "record_locked"
    with pytest.raises(Refused) as caught:
        company.perform(SupplierDocument.suspend, supplier)
    assert caught.value.code == "reason_required"
    company.perform(SupplierDocument.suspend, supplier, reason="地址变更")
    with pytest.raises(Refused) as caught:
        company.draft(SupplierDocument, {"address": "新址"}, document_id=supplier)
    assert caught.value.code == "reason_required"  # G75
    company.draft(SupplierDocument, {"address": "新址"}, document_id=supplier, reason="营业执照换证")
    assert company.perform(SupplierDocument.approve, supplier, role=Role.QUALITY_HEAD).state == "approved"


def test_withdrawing_the_only_business_licence_takes_it_out_of_the_verdict(company: CompanyForTests) -> None:
    supplier = draft_supplier(company)
    paper = licence(company, {"supplier": supplier}, "business_license")
    company.perform(LicenceDocument.withdraw, paper, reason="被吊销")
    with company.scope():
        assert supplier_verdicts([supplier], NO_LOCKS)[supplier].papers == ()


def test_a_draft_paper_counts_for_nothing(company: CompanyForTests) -> None:
    supplier = draft_supplier(company)
    company.draft(
        LicenceDocument,
        {"supplier": supplier, "kind": "business_license", "licence_no": "1", "valid_from": "2020-01-01"},
    )
    with company.scope():
        assert supplier_verdicts([supplier], NO_LOCKS)[supplier].papers == ()


def test_a_dealing_paper_without_scope_and_mode_does_not_come_into_force(company: CompanyForTests) -> None:
    supplier = draft_supplier(company)
    with pytest.raises(Refused) as caught:
        licence(company, {"supplier": supplier}, "dealing_license")
    assert [finding.code for finding in caught.value.findings] == ["licence_file_complete"] * 2


def test_a_paper_belongs_to_exactly_one_party(company: CompanyForTests) -> None:
    fields = {"kind": "business_license", "licence_no": "1", "valid_from": "2020-01-01"}
    both = {"supplier": draft_supplier(company), "customer": draft_customer(company)}
    for owner in ({}, both):
        with pytest.raises(Refused) as caught:
            company.draft(LicenceDocument, {**fields, **owner})
        assert caught.value.code == "field_invalid"
    with company.scope():
        assert not Licence.objects.exists()


def test_a_faulty_credit_code_is_named(company: CompanyForTests) -> None:
    with pytest.raises(Refused) as caught:
        draft_supplier(company, uscc="91320100000000011X")
    assert caught.value.findings[0].field == "uscc"


def test_names_are_found_by_pinyin_initials_and_codes_kept_in_capitals(company: CompanyForTests) -> None:
    draft_supplier(company, name="苏州安和", uscc="91350100m000100y43")
    with company.scope():
        row = Supplier.objects.get()
    assert (row.mnemonic, row.uscc) == ("SZAH", "91350100M000100Y43")


@pytest.mark.parametrize("field", ["approved_at", "state", "number", "created_by_name"])
def test_instants_states_and_numbers_are_never_taken_from_a_payload(company: CompanyForTests, field: str) -> None:
    with pytest.raises(Refused) as caught:
        company.draft(SupplierDocument, {field: "2020-01-01T00:00:00Z"})
    assert caught.value.code == "system_field_readonly"  # G76


def test_another_companys_supplier_does_not_exist_here(company: CompanyForTests) -> None:
    foreign = draft_supplier(new_company())
    with pytest.raises(Refused) as caught:
        licence(company, {"supplier": foreign}, "business_license")
    assert caught.value.code == "reference_not_found"
    with pytest.raises(Refused) as caught:
        perform(SupplierDocument.approve, Command(document_id=foreign), actor=company.actors[Role.QUALITY_HEAD])
    assert caught.value.status == 404
    with company.scope():
        assert supplier_verdicts([foreign], NO_LOCKS) == {}


def test_verdicts_cost_the_same_statements_for_one_and_for_many(company: CompanyForTests) -> None:
    suppliers = [draft_supplier(company, serial) for serial in range(31, 37)]
    customers = [draft_customer(company, serial) for serial in range(41, 47)]
    licence(company, {"supplier": suppliers[0]}, "business_license")
    locked = frozenset({Supplier, Customer, Licence})
    for asked, ids in ((supplier_verdicts, suppliers), (customer_verdicts, customers)):
        counts = []
        for some in (ids[:1], ids):
            with (
                company.scope(),
                CaptureQueriesContext(
                    connection,
                ) as seen,
            ):
                assert set(asked(some, locked)) == set(some)
            counts.append(len(seen))
        assert counts == [2, 2]


def test_customer_facts_reach_the_verdict(company: CompanyForTests) -> None:
    customer = approved_customer(company, min_remaining_days=180)
    with company.scope():
        verdict = customer_verdicts([customer], NO_LOCKS)[customer]
    assert (verdict.min_remaining_days, verdict.kind) == (180, "user_institution")
    assert verdict.papers[0].valid_on(date(2026, 1, 1))


def test_two_suppliers_cannot_share_a_credit_code(company: CompanyForTests) -> None:
    draft_supplier(company, 11)
    other = draft_supplier(company, 12)
    assert isinstance(other, UUID)
    with company.scope():
        assert Supplier.objects.filter(uscc=example_uscc(11)).count() == 1


def test_the_types_are_assembled() -> None:
    assert {"supplier", "customer", "licence"} <= set(registry.document_types)
