"""A supplier's approval file: complete, seen by three persons, and the only way to the supplier's approval."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meridian.kernel.clock import now
from meridian.kernel.findings import Refused
from meridian.kernel.models import RefusalRecord, SignatureRecord, TransitionRecord
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.organization.vocabulary import Role
from meridian.parties.documents import SupplierDocument
from meridian.parties.models import Supplier
from meridian.parties.tests.factories import draft_supplier, with_papers
from meridian.qualification.documents import SupplierQualificationDocument as File
from meridian.qualification.models import SupplierQualification, SupplierQualificationPaper
from meridian.qualification.queries import load_supplier_qualifications
from meridian.qualification.tests.factories import (
    ALL_IN_ONE,
    approve_supplier,
    papers_of,
    reviewed_supplier_file,
    scanned,
    supplier_file,
)
from meridian.qualification.vocabulary import SUPPLIER_PAPERS

pytestmark = pytest.mark.django_db
HEAD, STAFF, BUYER = Role.QUALITY_HEAD, Role.QUALITY_STAFF, Role.BUYER


@pytest.fixture
def company() -> CompanyForTests:
    return new_company((*(STAFF, HEAD, BUYER), Role.PURCHASING_MANAGER))


@pytest.fixture
def supplier(company: CompanyForTests) -> UUID:
    """A dealer with its licences, not yet approved."""
    return with_papers(company, draft_supplier(company))


def today() -> date:
    return now().date()


def refused(company: CompanyForTests, transition: Any, file: UUID, role: Role, reason: str = "") -> list[str]:
    """The codes a move is refused with; proves that it moved nothing and that one refusal was written."""
    with company.scope():
        before = SupplierQualification.objects.get(pk=file)
    moves, signatures = TransitionRecord.objects.count(), SignatureRecord.objects.count()
    refusals = RefusalRecord.objects.count()
    with pytest.raises(Refused) as caught:
        company.perform(transition, file, role=role, reason=reason)
    with company.scope():
        after = SupplierQualification.objects.get(pk=file)
    assert (after.state, after.version) == (before.state, before.version)
    assert (TransitionRecord.objects.count(), SignatureRecord.objects.count()) == (moves, signatures)
    assert RefusalRecord.objects.count() == refusals + 1
    return [finding.code for finding in caught.value.findings]


def test_a_new_file_lists_what_law_asks_of_such_a_supplier(company: CompanyForTests) -> None:
    for kind, own in (("dealer", "dealing_paper"), ("maker", "maker_paper")):
        made = draft_supplier(company, 30 + len(kind), kind=kind)
        fields = {"supplier": made, "review_due_on": "2099-12-31"}
        file = company.draft(File, fields, role=BUYER).document_id
        with company.scope():
            lines = SupplierQualificationPaper.objects.filter(document_id=file).order_by("line_no")
            assert [line.kind for line in lines] == [
                "business_license", own, "authorization_letter", "id_copy", "delivery_note_specimen",
            ]  # fmt: skip
            assert lines[0].file_name == "营业执照"
            assert SupplierQualification.objects.get(pk=file).occasion == "first"


def test_three_persons_bring_a_supplier_to_its_approval(company: CompanyForTests, supplier: UUID) -> None:
    file = reviewed_supplier_file(company, supplier, review_due_on="2099-06-30")
    with company.scope():
        assert Supplier.objects.get(pk=supplier).state == "draft"
        assert SupplierQualification.objects.get(pk=file).opinion == "资料真实、有效、齐全"
    company.perform(File.approve, file, role=HEAD)
    with company.scope():
        row = Supplier.objects.get(pk=supplier)
        moved = TransitionRecord.objects.get(document_id=supplier)
    assert (row.state, row.approval_file_id, row.proposed_file_id) == ("approved", file, None)
    assert (row.approved_at, row.review_due_on) == (moved.at, date(2099, 6, 30))
    assert moved.actor_id == company.actors[HEAD].user_id
    signed = SignatureRecord.objects.filter(document_id=file).order_by("pk").values_list("meaning", flat=True)
    assert list(signed) == ["reviewed", "approved"]


def test_required_papers_attached__refuses_a_missing_scan__allows_once_it_is_there(
    company: CompanyForTests, supplier: UUID
) -> None:
    fields = {"supplier": supplier, "review_due_on": "2099-12-31"}
    lines = papers_of(SUPPLIER_PAPERS["dealer"])
    lines[0]["file_name"] = "营业执照"
    file = company.draft(File, fields, lines, role=BUYER).document_id
    scanned(company, File, file)
    assert refused(company, File.submit, file, BUYER) == ["required_papers_attached"]
    scanned(company, File, file, "营业执照")
    assert company.perform(File.submit, file, role=BUYER).state == "submitted"


def test_required_papers_attached__refuses_a_list_without_the_letter(company: CompanyForTests, supplier: UUID) -> None:
    fields = {"supplier": supplier, "review_due_on": "2099-12-31"}
    lines = [line for line in papers_of(SUPPLIER_PAPERS["dealer"]) if line["kind"] != "authorization_letter"]
    file = company.draft(File, fields, lines, role=BUYER).document_id
    scanned(company, File, file)
    assert refused(company, File.submit, file, BUYER) == ["required_papers_attached"]


def test_required_papers_sealed__refuses_one_without_seal__allows_all_sealed(
    company: CompanyForTests, supplier: UUID
) -> None:
    fields = {"supplier": supplier, "review_due_on": "2099-12-31"}
    lines = papers_of(SUPPLIER_PAPERS["dealer"])
    lines[4]["is_sealed"] = False
    file = company.draft(File, fields, lines, role=BUYER).document_id
    scanned(company, File, file)
    assert refused(company, File.submit, file, BUYER) == ["required_papers_sealed"]
    company.draft(File, {}, papers_of(SUPPLIER_PAPERS["dealer"]), document_id=file, role=BUYER)
    assert company.perform(File.submit, file, role=BUYER).state == "submitted"


@pytest.mark.parametrize(("days", "answer"), [(-1, ["papers_on_file_not_expired"]), (0, []), (1, [])])
def test_papers_on_file_not_expired__allows_on_the_last_day__refuses_the_day_after(
    company: CompanyForTests, supplier: UUID, days: int, answer: list[str]
) -> None:
    lines = papers_of(SUPPLIER_PAPERS["dealer"])
    lines[1]["valid_until"] = (today() + timedelta(days=days)).isoformat()
    file = supplier_file(company, supplier)
    company.draft(File, {}, lines, document_id=file, role=BUYER)
    if answer:
        assert refused(company, File.submit, file, BUYER) == answer
    else:
        assert company.perform(File.submit, file, role=BUYER).state == "submitted"


@pytest.mark.parametrize(("days", "is_ahead"), [(0, False), (1, True)])
def test_review_day_ahead__refuses_today__allows_tomorrow(
    company: CompanyForTests, supplier: UUID, days: int, is_ahead: bool
) -> None:
    file = supplier_file(company, supplier, review_due_on=(today() + timedelta(days=days)).isoformat())
    if is_ahead:
        assert company.perform(File.submit, file, role=BUYER).state == "submitted"
    else:
        assert refused(company, File.submit, file, BUYER) == ["review_day_ahead"]


def test_who_submitted_neither_reviews_nor_approves_and_who_reviewed_does_not_approve() -> None:
    """W1: QA ≠ proposer ≠ approver; the same person is refused, whatever posts it holds."""
    posts = {Role.BUYER: Role.BUYER, STAFF: STAFF, HEAD: HEAD}
    company = new_company(tuple(posts), everybody_holds_all=True)
    supplier = with_papers(company, draft_supplier(company))
    file = supplier_file(company, supplier)
    company.perform(File.submit, file, role=BUYER)
    assert refused(company, File.review, file, BUYER, "齐全") == ["second_person_required"]
    company.perform(File.review, file, role=STAFF, reason="齐全")
    assert refused(company, File.approve, file, BUYER) == ["second_person_required"]
    assert refused(company, File.approve, file, STAFF) == ["second_person_required"]
    assert company.perform(File.approve, file, role=HEAD).state == "approved"


def test_a_file_without_registered_licences_is_not_approved(company: CompanyForTests) -> None:
    supplier = draft_supplier(company)
    file = reviewed_supplier_file(company, supplier)
    assert refused(company, File.approve, file, HEAD) == ["supplier_papers_valid"]
    with company.scope():
        row = Supplier.objects.get(pk=supplier)
    assert (row.state, row.proposed_file_id, row.review_due_on) == ("draft", None, None)


def test_approved_by_its_file__refuses_the_direct_way__allows_through_the_file(
    company: CompanyForTests, supplier: UUID
) -> None:
    with pytest.raises(Refused) as caught:
        company.perform(SupplierDocument.approve_by_file, supplier, role=HEAD)
    [finding] = caught.value.findings
    assert (finding.code, finding.remedy and finding.remedy.document_type) == (
        "approved_by_its_file", "supplier_qualification",
    )  # fmt: skip
    assert not TransitionRecord.objects.filter(document_id=supplier).exists()
    approve_supplier(company, supplier)
    for transition in (SupplierDocument.renew,):  # a file is used up by the approval it brought
        with pytest.raises(Refused) as caught:
            company.perform(transition, supplier, role=HEAD)
        assert caught.value.code == "approved_by_its_file"


def test_a_suspended_supplier_needs_a_new_file(company: CompanyForTests, supplier: UUID) -> None:
    first = approve_supplier(company, supplier)
    company.perform(SupplierDocument.suspend, supplier, reason="地址变更")
    with company.scope():
        row = Supplier.objects.get(pk=supplier)
    assert (row.approval_file_id, row.review_due_on) == (None, None)
    again = approve_supplier(company, supplier)
    with company.scope():
        row = Supplier.objects.get(pk=supplier)
        occasions = dict(SupplierQualification.objects.values_list("pk", "occasion"))
    assert (row.state, row.approval_file_id) == ("approved", again)
    assert occasions == {first: "first", again: "first"}


def test_a_review_moves_the_day_and_keeps_the_first_approval(company: CompanyForTests, supplier: UUID) -> None:
    approve_supplier(company, supplier, review_due_on="2099-01-01")
    with company.scope():
        approved_at = Supplier.objects.get(pk=supplier).approved_at
    review = approve_supplier(company, supplier, review_due_on="2100-01-01")
    with company.scope():
        row = Supplier.objects.get(pk=supplier)
        assert SupplierQualification.objects.get(pk=review).occasion == "renewal"
    assert (row.state, row.approved_at, row.approval_file_id) == ("approved", approved_at, review)
    assert row.review_due_on == date(2100, 1, 1)


def test_a_file_sent_back_is_completed_and_submitted_again(company: CompanyForTests, supplier: UUID) -> None:
    file = supplier_file(company, supplier)
    company.perform(File.submit, file, role=BUYER)
    company.perform(File.send_back, file, role=STAFF, reason="授权书缺品种")
    company.draft(File, {"note": "已补授权书"}, document_id=file, role=BUYER)
    assert company.perform(File.submit, file, role=BUYER).state == "submitted"
    assert company.perform(File.reject, file, role=HEAD, reason="未通过现场核查").state == "rejected"
    with company.scope():
        assert Supplier.objects.get(pk=supplier).state == "draft"


def test_facts_cost_the_same_statements_for_one_file_and_for_many(company: CompanyForTests) -> None:
    files = [supplier_file(company, draft_supplier(company, serial)) for serial in range(31, 37)]
    counts = []
    with company.scope():
        load_supplier_qualifications(company.company_id, files[:1], frozenset())  # what is asked once is asked
    for some in (files[:1], files):
        with company.scope(), CaptureQueriesContext(connection) as seen:
            loaded = load_supplier_qualifications(company.company_id, some, frozenset({Supplier}))
        assert set(loaded) == set(some)
        counts.append(len(seen))
    assert counts == [5, 5]
    assert loaded[files[0]].contents.attached == (f"{ALL_IN_ONE}.pdf",)
