"""What the API says of itself: meta, OpenAPI and its page."""

import pytest
from django.test import Client

from meridian.kernel.registry import registry
from tests.accounts.firm import Firm
from tests.endpoints.caller import Caller, by_session, by_token

pytestmark = pytest.mark.django_db


def test_the_schema_names_every_operation_of_every_type(staff: Caller) -> None:
    status, schema = staff.get("/api/openapi.json")
    assert status == 200
    for declared in registry.document_types.values():
        base = f"/api/v1/{declared.module}/{declared.slug}"
        assert {"get"} <= set(schema["paths"][base])
        assert ("post" in schema["paths"][base]) is bool(declared.creatable and declared.editable)
        for name in declared.transitions:
            assert "post" in schema["paths"][f"{base}/{{document_id}}/{name}"]
    answers = schema["paths"]["/api/v1/parties/suppliers"]["post"]["responses"]
    assert {"201", "400", "401", "403", "404", "409", "413", "422"} <= set(answers)


def test_the_schema_is_read_by_people_of_the_company_alone() -> None:
    stranger = Client()
    assert stranger.get("/api/openapi.json").status_code in (302, 401)
    assert stranger.get("/api/docs").status_code in (302, 401)


def test_the_documentation_page_loads_nothing_from_elsewhere(staff: Caller) -> None:
    answer = staff.client.get("/api/docs")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "http://" not in page.replace("http://testserver", "")
    assert "https://" not in page
    assert "<script>" not in page, "the content policy forbids inline scripts"


def test_meta_tells_what_the_reader_may_do(firm: Firm, staff: Caller) -> None:
    status, meta = staff.get("/api/v1/meta")
    assert status == 200
    (supplier,) = [each for each in meta["document_types"] if each["code"] == "supplier"]
    assert supplier["may_draft"] is True
    permitted = {each["name"] for each in supplier["transitions"] if each["permitted"]}
    assert permitted == {"suspend"}
    assert {each["name"] for each in supplier["transitions"]} >= {"approve", "approve_by_file", "renew"}
    assert supplier["fields"]["name"]["maxLength"] == 120
    keeper = by_session(firm, "keeper").get("/api/v1/meta")[1]
    assert [each["may_draft"] for each in keeper["document_types"] if each["code"] == "supplier"] == [False]


def test_meta_of_a_token_is_as_narrow_as_the_token(firm: Firm) -> None:
    meta = by_token(firm, "quality_staff", "parties.read_supplier").get("/api/v1/meta")[1]
    assert [each["code"] for each in meta["document_types"]] == ["supplier"]
    assert meta["permissions"] == ["parties.read_supplier"]


def test_names_come_in_the_reader_s_language(staff: Caller) -> None:
    labels = {}
    for language in ("zh-hans", "en"):
        answer = staff.client.get("/api/v1/meta", headers={"Accept-Language": language}).json()
        (supplier,) = [each for each in answer["document_types"] if each["code"] == "supplier"]
        labels[language] = supplier["label"]
    assert labels == {"zh-hans": "供货者", "en": "Supplier"}
