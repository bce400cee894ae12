"""One document type through HTTP: list, read, create, edit, move; every write with its trail, every refusal without."""

import pytest
from django.test import Client

from meridian.kernel.context import in_company
from meridian.kernel.models import Change, SignatureRecord, TransitionRecord
from tests.accounts.firm import PASSWORD, Firm
from tests.endpoints.caller import (
    CERTIFICATES,
    SUPPLIERS,
    Caller,
    by_session,
    by_token,
    certificate_fields,
    created,
    evidence_rows,
    last_refusal,
    signature,
    small_firm,
    supplier_fields,
)

pytestmark = pytest.mark.django_db


def test_a_draft_is_created_and_read_back(firm: Firm, staff: Caller) -> None:
    status, made = staff.post(SUPPLIERS, {"site_id": str(firm.site_id), "fields": supplier_fields(5)})
    assert (status, made["state"], made["version"], made["replayed"]) == (201, "draft", 1, False)
    status, shown = staff.get(f"{SUPPLIERS}/{made['id']}")
    assert status == 200
    assert {name: shown["header"][name] for name in supplier_fields(5)} == supplier_fields(5)
    assert shown["header"]["created_by_name"] == firm.user("quality_staff").name
    assert shown["editable"] is True
    (approve,) = [each for each in shown["transitions"] if each["name"] == "approve"]
    assert (approve["permitted"], approve["signature"]) == (False, "approved")
    assert [(gate["code"], gate["outcome"]) for gate in approve["gates"]] == [("supplier_papers_valid", "refused")]


def test_a_draft_is_edited_with_its_reason_and_trail(firm: Firm, staff: Caller) -> None:
    path, version = created(staff, firm, SUPPLIERS, supplier_fields())
    body = {"version": version, "fields": {"address": "苏州市新区 2 号"}, "reason": "迁址"}
    assert staff.patch(path, body)[0] == 200
    header = staff.get(path)[1]["header"]
    assert (header["address"], header["version"]) == ("苏州市新区 2 号", 2)
    with in_company(firm.company_id):
        change = Change.objects.filter(table_name="parties_supplier").latest("id")
    assert change.old
    assert change.new
    assert (change.old["address"], change.new["address"]) == ("苏州市工业园区 1 号", "苏州市新区 2 号")


def test_a_governed_field_asks_for_a_reason(firm: Firm, staff: Caller) -> None:
    path, version = created(staff, firm, SUPPLIERS, supplier_fields())
    status, body = staff.patch(path, {"version": version, "fields": {"name": "另一家有限公司"}})
    assert (status, body["code"], body["findings"][0]["field"]) == (422, "reason_required", "reason")
    assert staff.get(path)[1]["header"]["version"] == version


def test_a_move_is_signed_by_the_session_s_person(firm: Firm, staff: Caller) -> None:
    path, version = created(staff, firm, CERTIFICATES, certificate_fields())
    body = {"version": version, "signature": signature(staff, path)}
    status, moved = staff.post(f"{path}/put_into_force", body)
    assert (status, moved["state"]) == (200, "in_force")
    with in_company(firm.company_id):
        signed = SignatureRecord.objects.get(document_id=moved["id"])
        record = TransitionRecord.objects.get(pk=moved["transition_id"])
    assert (signed.signer_name, signed.meaning) == (firm.user("quality_staff").name, "reviewed")
    assert (record.from_state, record.to_state, record.role) == ("draft", "in_force", "quality_staff")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"password": "wrong-password-1"}, 401, "signature_failed"),
        ({"meaning": "approved"}, 422, "signature_meaning"),
        ({"content_hash": "0" * 64}, 422, "content_changed"),
    ],
)
def test_a_wrong_signature_moves_nothing(
    firm: Firm, staff: Caller, change: dict[str, str], status: int, code: str
) -> None:
    path, version = created(staff, firm, CERTIFICATES, certificate_fields())
    block = {**signature(staff, path), **change}
    changes, moves, refusals = evidence_rows(firm)
    answer, body = staff.post(f"{path}/put_into_force", {"version": version, "signature": block})
    assert (answer, body["code"]) == (status, code)
    assert evidence_rows(firm) == (changes, moves, refusals + 1)
    assert staff.get(path)[1]["header"]["state"] == "draft"


def test_an_act_that_asks_for_a_signature_is_refused_without(firm: Firm, staff: Caller) -> None:
    path, version = created(staff, firm, CERTIFICATES, certificate_fields())
    status, body = staff.post(f"{path}/put_into_force", {"version": version})
    assert (status, body["code"]) == (401, "signature_required")


def test_a_refusal_carries_every_finding_with_its_cure_and_is_recorded(firm: Firm, staff: Caller) -> None:
    path, version = created(staff, firm, SUPPLIERS, supplier_fields())
    head = by_session(firm, "quality_head")
    status, body = head.post(
        f"{path}/approve", {"version": version, "signature": signature(head, path, meaning="approved")}
    )
    assert (status, body["code"]) == (422, "supplier_papers_valid")
    assert set(body) == {"code", "findings"}
    for finding in body["findings"]:
        assert finding["code"] == "supplier_papers_valid"
        assert finding["kind"] == "must"
        assert finding["sentence"] == "供货者证照有效"
        assert "没有登记" in finding["evidence"]
        assert finding["law"] == "G02"
        assert set(finding["remedy"]) == {"label", "document_type", "document_id", "transition"}
    refused = last_refusal(firm.company_id)
    assert (refused.code, refused.status, refused.transition) == ("supplier_papers_valid", 422, "approve")
    assert refused.findings == body["findings"]


def test_a_refusal_speaks_the_reader_s_language(firm: Firm, staff: Caller) -> None:
    path, version = created(staff, firm, SUPPLIERS, supplier_fields())
    head = by_session(firm, "quality_head")
    block = signature(head, path, meaning="approved")
    body = head.post(f"{path}/approve", {"version": version, "signature": block}, **{"Accept-Language": "en"})[1]
    assert body["findings"][0]["sentence"] == "The supplier's papers are valid"
    assert "has no recorded" in body["findings"][0]["evidence"]


def test_a_stale_version_gets_both_values(firm: Firm, staff: Caller) -> None:
    path, version = created(staff, firm, SUPPLIERS, supplier_fields())
    staff.patch(path, {"version": version, "fields": {"phone": "111"}})
    status, body = staff.patch(path, {"version": version, "fields": {"phone": "222", "contact": "王"}})
    assert (status, body["code"]) == (409, "version_conflict")
    assert body["current"] == {
        "phone": {"stored": "111", "yours": "222"},
        "contact": {"stored": "", "yours": "王"},
        "version": {"stored": 2, "yours": 1},
    }
    assert staff.get(path)[1]["header"]["phone"] == "111"


def test_a_move_from_a_state_that_does_not_allow_it_is_refused(firm: Firm, staff: Caller) -> None:
    path, version = created(staff, firm, SUPPLIERS, supplier_fields())
    status, body = staff.post(f"{path}/suspend", {"version": version, "reason": "试"})
    assert (status, body["code"]) == (409, "illegal_transition")


def test_another_company_s_document_is_not_there(firm: Firm, staff: Caller) -> None:
    other = small_firm()
    path, version = created(by_session(other, "quality_staff"), other, SUPPLIERS, supplier_fields())
    asked = [
        staff.get(path),
        staff.patch(path, {"version": version, "fields": {"phone": "1"}}),
        staff.post(f"{path}/suspend", {"version": version, "reason": "试"}),
    ]
    assert [(status, body["code"]) for status, body in asked] == [(404, "not_found")] * 3
    assert staff.get(SUPPLIERS)[1]["items"] == []


def test_another_company_s_site_and_masters_cannot_be_referred_to(firm: Firm, staff: Caller) -> None:
    other = small_firm()
    status, body = staff.post(SUPPLIERS, {"site_id": str(other.site_id), "fields": supplier_fields()})
    assert (status, body["code"]) == (422, "reference_not_found")
    path, _version = created(by_session(other, "quality_staff"), other, SUPPLIERS, supplier_fields())
    licence = {"supplier": path.rpartition("/")[2], "kind": "business_license", "licence_no": "1"}
    body = staff.post(
        "/api/v1/parties/licences",
        {"site_id": str(firm.site_id), "fields": {**licence, "valid_from": "2026-01-01"}},
    )[1]
    assert body["code"] == "reference_not_found"


@pytest.mark.parametrize(
    "name", ["operator", "created_at", "inspector_name", "approved_at", "state", "version", "user_id"]
)
def test_operator_and_time_are_never_taken_from_a_payload(firm: Firm, staff: Caller, name: str) -> None:
    fields = {**supplier_fields(), name: "2020-01-01T00:00:00Z"}
    status, body = staff.post(SUPPLIERS, {"site_id": str(firm.site_id), "fields": fields})
    assert (status, body["code"], body["findings"][0]["law"]) == (422, "system_field_readonly", "G76")
    assert staff.get(SUPPLIERS)[1]["items"] == []


def test_operator_and_time_beside_the_fields_are_refused_too(firm: Firm, staff: Caller) -> None:
    path, version = created(staff, firm, CERTIFICATES, certificate_fields())
    for name in ("now", "operator", "signer_id"):
        status, body = staff.post(f"{path}/put_into_force", {"version": version, name: "x"})
        assert (status, body["code"]) == (422, "system_field_readonly")


def test_who_may_not_act_is_told_who_may(firm: Firm, staff: Caller) -> None:
    path, version = created(staff, firm, SUPPLIERS, supplier_fields())
    status, body = by_session(firm, "keeper").post(f"{path}/approve", {"version": version})
    assert (status, body["code"]) == (403, "permission_required")
    assert "质量负责人" in body["findings"][0]["evidence"]


def test_a_token_does_what_its_scopes_name_and_no_more(firm: Firm, staff: Caller) -> None:
    reader = by_token(firm, "quality_staff", "parties.read_supplier")
    path, version = created(staff, firm, SUPPLIERS, supplier_fields())
    assert reader.get(path)[0] == 200
    status, body = reader.patch(path, {"version": version, "fields": {"phone": "1"}})
    assert (status, body["code"]) == (403, "permission_required")
    assert reader.get(CERTIFICATES)[0] == 403
    writer = by_token(firm, "quality_staff", "parties.read_supplier", "parties.draft_supplier")
    assert writer.patch(path, {"version": version, "fields": {"phone": "1"}})[0] == 200


def test_a_token_never_does_more_than_its_person(firm: Firm, staff: Caller) -> None:
    path, version = created(staff, firm, SUPPLIERS, supplier_fields())
    keeper = by_token(firm, "keeper", "parties.read_supplier", "parties.draft_supplier", "parties.approve_supplier")
    assert keeper.patch(path, {"version": version, "fields": {"phone": "1"}})[0] == 403
    assert keeper.post(f"{path}/approve", {"version": version})[0] == 403


def test_a_machine_cannot_sign(firm: Firm, staff: Caller) -> None:
    path, version = created(staff, firm, CERTIFICATES, certificate_fields())
    person = firm.user("quality_staff")
    type(person).objects.filter(pk=person.pk).update(is_machine=True)
    machine = by_token(firm, "quality_staff", "items.read_registration_certificate",
                       "items.put_into_force_registration_certificate")  # fmt: skip
    status, body = machine.post(f"{path}/put_into_force", {"version": version, "signature": signature(machine, path)})
    assert (status, body["code"]) == (403, "machine_cannot_sign")


def test_a_person_s_token_signs_with_that_person_s_password(firm: Firm, staff: Caller) -> None:
    path, version = created(staff, firm, CERTIFICATES, certificate_fields())
    token = by_token(firm, "quality_staff", "items.read_registration_certificate",
                     "items.put_into_force_registration_certificate")  # fmt: skip
    block = signature(token, path, password=PASSWORD)
    assert token.post(f"{path}/put_into_force", {"version": version, "signature": block})[0] == 200


def test_without_a_person_there_is_no_answer(firm: Firm) -> None:
    nobody = Caller(Client())
    status, body = nobody.get(SUPPLIERS)
    assert (status, body["code"]) == (401, "sign_in_required")
    stranger = Caller(nobody.client, {"Authorization": "Bearer mer_unknown"})
    assert stranger.get(SUPPLIERS)[0] == 401


def test_a_session_needs_its_csrf_token(firm: Firm, staff: Caller) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = staff.client.cookies
    status, body = Caller(strict).post(SUPPLIERS, {"site_id": str(firm.site_id), "fields": supplier_fields()})
    assert (status, body["code"]) == (403, "csrf_failed")
