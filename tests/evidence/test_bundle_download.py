"""The bundle of a record as a page and the API hand it out: to its readers only, and it verifies."""

from http import HTTPStatus

import pytest

from meridian.evidence.seal import seal_with
from meridian.evidence.verify_bundle import Check
from meridian.kernel.registry import registry
from meridian.kernel.tests.evidence_case import store_directory
from meridian.site.postgres import Urls
from tests.accounts.firm import access_change, new_firm

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.committing]


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_a_reader_downloads_a_bundle_that_verifies(database_urls: Urls, prefix: str) -> None:
    firm = new_firm()
    change = access_change(firm)
    seal_with(database_urls.seal, store_directory())
    declared = registry.document_types["access_change"]
    answer = firm.client("system_admin").get(f"{prefix}/{declared.module}/{declared.slug}/{change}/bundle")
    assert (answer.status_code, answer["Content-Type"]) == (HTTPStatus.OK, "application/zip")
    assert answer["Content-Disposition"].startswith('attachment; filename="QXBG-')
    assert answer["Cache-Control"] == "no-store"
    check = Check(answer.content)
    assert check.run(), check.problems
    assert any("TEST STORE" in line for line in check.said)


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_another_companys_record_is_not_found(prefix: str) -> None:
    firm, other = new_firm(), new_firm()
    declared = registry.document_types["access_change"]
    address = f"{prefix}/{declared.module}/{declared.slug}/{access_change(firm)}/bundle"
    assert other.client("system_admin").get(address).status_code == HTTPStatus.NOT_FOUND
    assert firm.client("keeper").get(address).status_code == HTTPStatus.NOT_FOUND
