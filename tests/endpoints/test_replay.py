"""Idempotency-Key: the same request twice is done once; another request under the key is refused."""

import pytest

from tests.accounts.firm import Firm
from tests.endpoints.caller import (
    CERTIFICATES,
    SUPPLIERS,
    Caller,
    by_session,
    certificate_fields,
    created,
    signature,
    supplier_fields,
)

pytestmark = pytest.mark.django_db


def test_creating_twice_under_one_key_makes_one_document(firm: Firm, staff: Caller) -> None:
    body = {"site_id": str(firm.site_id), "fields": supplier_fields()}
    first, second = staff.post(SUPPLIERS, body, key="k1"), staff.post(SUPPLIERS, body, key="k1")
    assert (first[0], second[0]) == (201, 201)
    assert second[1] == {**first[1], "replayed": True}
    assert len(staff.get(SUPPLIERS)[1]["items"]) == 1


def test_moving_twice_under_one_key_moves_once(firm: Firm, staff: Caller) -> None:
    path, version = created(staff, firm, CERTIFICATES, certificate_fields())
    body = {"version": version, "signature": signature(staff, path)}
    first, second = (staff.post(f"{path}/put_into_force", body, key="k2") for _time in range(2))
    assert (first[0], first[1]["replayed"], second[0]) == (200, False, 200)
    assert second[1] == {**first[1], "replayed": True}


def test_a_key_is_not_for_another_request(firm: Firm, staff: Caller) -> None:
    body = {"site_id": str(firm.site_id), "fields": supplier_fields()}
    staff.post(SUPPLIERS, body, key="k3")
    status, answer = staff.post(SUPPLIERS, {**body, "fields": supplier_fields(2)}, key="k3")
    assert (status, answer["code"]) == (422, "idempotency_key_reused")
    assert len(staff.get(SUPPLIERS)[1]["items"]) == 1


def test_a_key_belongs_to_its_person(firm: Firm, staff: Caller) -> None:
    body = {"site_id": str(firm.site_id), "fields": supplier_fields()}
    staff.post(SUPPLIERS, body, key="k4")
    status, answer = by_session(firm, "quality_head").post(SUPPLIERS, {**body, "fields": supplier_fields(2)}, key="k4")
    assert (status, answer["replayed"]) == (201, False)


def test_a_refusal_releases_its_key(firm: Firm, staff: Caller) -> None:
    bad = {"site_id": str(firm.site_id), "fields": supplier_fields(phone="")}
    assert staff.post(SUPPLIERS, bad, key="k5")[0] == 422
    good = {"site_id": str(firm.site_id), "fields": supplier_fields()}
    assert staff.post(SUPPLIERS, good, key="k5")[0] == 201


@pytest.mark.parametrize("key", ["k" * 121, "键", "a\tb"])
def test_a_key_that_cannot_be_kept_is_refused(firm: Firm, staff: Caller, key: str) -> None:
    body = {"site_id": str(firm.site_id), "fields": supplier_fields()}
    status, answer = staff.post(SUPPLIERS, body, key=key)
    assert (status, answer["code"], answer["findings"][0]["field"]) == (422, "field_invalid", "Idempotency-Key")
