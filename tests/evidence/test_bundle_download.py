"""The bundle of a record as a page and the API hand it out: to its readers only, and it verifies."""

import hashlib
from http import HTTPStatus
from uuid import UUID

import pytest

from meridian.evidence.bundle import Attachment, bundle
from meridian.evidence.seal import seal_with
from meridian.evidence.verify_bundle import Check
from meridian.kernel.context import in_company
from meridian.kernel.registry import AnyDocumentType, registry
from meridian.kernel.tests.evidence_case import store_directory
from meridian.platform.attachments.files import Upload
from meridian.platform.attachments.keeping import attach, attachments_of
from meridian.site.postgres import Urls
from tests.accounts.firm import Firm, access_change, new_firm

PDF = b"%PDF-1.7".ljust(64)
PDF_SHA256 = hashlib.sha256(PDF).hexdigest()

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.committing]


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_a_reader_downloads_a_bundle_that_verifies(database_urls: Urls, prefix: str) -> None:
    firm = new_firm()
    change = access_change(firm)
    declared = registry.document_types["access_change"]
    attach_pdf(firm, declared, change)
    seal_with(database_urls.seal, store_directory())
    answer = firm.client("system_admin").get(f"{prefix}/{declared.module}/{declared.slug}/{change}/bundle")
    assert (answer.status_code, answer["Content-Type"]) == (HTTPStatus.OK, "application/zip")
    assert answer["Content-Disposition"].startswith('attachment; filename="QXBG-')
    assert answer["Cache-Control"] == "no-store"
    check = Check(answer.content)
    assert check.run(), check.problems
    assert any("TEST STORE" in line for line in check.said)
    assert any("授权书.pdf" in line and PDF_SHA256 in line for line in check.said)


def test_an_attachment_that_is_not_the_one_of_the_trail_is_named(database_urls: Urls) -> None:
    firm = new_firm()
    change = access_change(firm)
    declared = registry.document_types["access_change"]
    attach_pdf(firm, declared, change)
    seal_with(database_urls.seal, store_directory())
    forged = Attachment(str(attachments(firm, change)[0]), "授权书.pdf", 17, "ab" * 32)
    with in_company(firm.company_id):
        document = declared.model.objects.get(pk=change)
        made = bundle(declared, document, store=store_directory(), exported_by="王芳", attachments=[forged])
    check = Check(made.data)
    assert not check.run()
    assert check.problems == ["record.json: the attachment 授权书.pdf is not as its trail says"]


def attach_pdf(firm: Firm, declared: AnyDocumentType, document_id: UUID) -> None:
    with in_company(firm.company_id):
        attach(declared, document_id, Upload("授权书.pdf", PDF, PDF_SHA256), actor=firm.actor("system_admin"))


def attachments(firm: Firm, document_id: UUID) -> list[UUID]:
    with in_company(firm.company_id):
        return [row.pk for row in attachments_of(document_id)]


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_another_companys_record_is_not_found(prefix: str) -> None:
    firm, other = new_firm(), new_firm()
    declared = registry.document_types["access_change"]
    address = f"{prefix}/{declared.module}/{declared.slug}/{access_change(firm)}/bundle"
    assert other.client("system_admin").get(address).status_code == HTTPStatus.NOT_FOUND
    assert firm.client("keeper").get(address).status_code == HTTPStatus.NOT_FOUND
