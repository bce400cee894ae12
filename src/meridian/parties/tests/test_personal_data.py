"""Contacts of a party are personal data: hidden in rows and trail, erasable without breaking any proof."""

import pytest

from meridian.evidence.personal import ERASED, erase_person, is_sealed
from meridian.kernel.act import open_act
from meridian.kernel.content import hash_of_content
from meridian.kernel.models import Change, SignatureRecord
from meridian.kernel.sql import fetch
from meridian.organization.services import system_actor
from meridian.organization.tests.factories import CompanyForTests, new_company
from meridian.parties.documents import SupplierDocument
from meridian.parties.models import Supplier
from meridian.parties.queries import supplier_verdicts
from meridian.parties.tests.factories import approved_supplier, draft_supplier

pytestmark = pytest.mark.django_db
NAME, PHONE = "陈思远", "138-0000-1234"


@pytest.fixture
def company() -> CompanyForTests:
    return new_company()


def test_the_record_shows_what_row_and_trail_hide(company: CompanyForTests) -> None:
    supplier = draft_supplier(company, contact=NAME, phone=PHONE)
    with company.scope():
        row = Supplier.objects.get(pk=supplier)
        verdict = supplier_verdicts([supplier], frozenset())[supplier]
        trail = str(list(Change.objects.filter(row_id=supplier).values_list("new", flat=True)))
    [(contact, phone)] = fetch("SELECT contact, phone FROM parties_supplier WHERE id = %s", [supplier])
    assert (row.contact, row.phone) == (NAME, PHONE)
    with company.scope():
        assert (verdict.contact, verdict.phone) == (NAME, PHONE)
    assert is_sealed(contact)
    assert is_sealed(phone)
    assert NAME not in trail
    assert PHONE not in trail
    assert contact in trail


def test_saving_the_same_text_again_changes_nothing(company: CompanyForTests) -> None:
    supplier = draft_supplier(company, contact=NAME, phone=PHONE)
    before = fetch("SELECT contact FROM parties_supplier WHERE id = %s", [supplier])
    company.draft(SupplierDocument, {"contact": NAME, "address": "新址 2 号"}, document_id=supplier, reason="迁址")
    assert fetch("SELECT contact FROM parties_supplier WHERE id = %s", [supplier]) == before


def test_erasing_the_key_leaves_a_placeholder_and_every_proof(company: CompanyForTests) -> None:
    supplier = approved_supplier(company, contact=NAME, phone=PHONE)
    other = draft_supplier(company, serial=12, name="另一家", contact="王建国")
    signed = SignatureRecord.objects.get(document_id=supplier).content_hash
    before = fetch("SELECT contact, phone FROM parties_supplier WHERE id = %s", [supplier])
    with company.scope(), open_act(system_actor(company.company_id), reason="保存期满"):
        assert erase_person(supplier)
    with company.scope():
        row = Supplier.objects.get(pk=supplier)
        assert (row.contact, row.phone) == (str(ERASED), str(ERASED))
        assert Supplier.objects.get(pk=other).contact == "王建国"
        assert hash_of_content(SupplierDocument, supplier) == signed
    assert fetch("SELECT contact, phone FROM parties_supplier WHERE id = %s", [supplier]) == before


def test_plain_text_never_reaches_the_column_by_a_bulk_update(company: CompanyForTests) -> None:
    supplier = draft_supplier(company, contact=NAME)
    with company.scope():
        row = Supplier.objects.get(pk=supplier)
        row.contact = "李四"
        with pytest.raises(TypeError, match="saving the instance"):
            Supplier.objects.bulk_update([row], ["contact"])


def test_a_text_longer_than_its_column_allows_is_refused(company: CompanyForTests) -> None:
    with pytest.raises(Exception, match="field_invalid"):
        draft_supplier(company, contact="长" * 81)
