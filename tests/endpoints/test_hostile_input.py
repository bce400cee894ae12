"""What no honest client sends: answered with a named refusal, never with a failure of ours."""

import json
from typing import Any

import pytest

from tests.accounts.firm import Firm
from tests.endpoints.caller import SUPPLIERS, Caller, created, supplier_fields

pytestmark = pytest.mark.django_db

ITEMS = "/api/v1/items/items"
TEXTS = [
    "a\x00b", "\ud800", "x" * 100_000, "-1", "1" * 5_000, "9" * 19, "NaN", "Infinity", "1e400", "0x10", "{0.__class__}",
    "<script>alert(1)</script>", "'; DROP TABLE kernel_user; --", "%s%n", "../../etc/passwd", "２０２６-０１-０１",
    "2026-02-30", "0000-00-00", "10000-01-01", "\u200b", " ",
]  # fmt: skip
VALUES: list[Any] = [*TEXTS, -1, 10**40, True, None, [], {}, [1], {"a": 1}]
PATHS = [SUPPLIERS, ITEMS, "/api/v1/parties/licences", "/api/v1/items/registration-certificates"]


@pytest.mark.parametrize("path", PATHS)
def test_every_value_is_taken_or_refused_by_every_field(firm: Firm, staff: Caller, path: str) -> None:
    """Each value in all fields at once, header and line: taken, or refused with a finding; never a failure of ours."""
    _status, meta = staff.get("/api/v1/meta")
    (declared,) = [each for each in meta["document_types"] if each["url"] == path]
    for value in VALUES:
        bodies: list[dict[str, Any]] = [{"fields": dict.fromkeys(declared["fields"], value)}]
        bodies += [{"fields": {}, "lines": [dict.fromkeys(declared["line_fields"], value)]}]
        for body in bodies:
            status, answer = staff.post(path, {"site_id": str(firm.site_id), **body})
            assert status in (201, 400, 413, 422), (path, body, answer)
            assert status == 201 or answer["findings"], answer


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"", 422, "field_invalid"),
        (b"{", 400, "body_unreadable"),
        (b"\xff\xfe", 400, "body_unreadable"),
        (b"[" * 100_000, 400, "body_unreadable"),
        (b"null", 422, "field_invalid"),
        (b"[]", 422, "field_invalid"),
        (b'"text"', 422, "field_invalid"),
        (b'{"site_id": 1.5}', 422, "number_as_text"),
        (b'{"site_id": NaN}', 422, "number_as_text"),
        (b'{"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": 1}}}}}}}}}', 400, "body_unreadable"),
        (b"x" * (1024 * 1024 + 1), 413, "body_too_large"),
    ],
)
def test_a_body_that_is_no_request_is_refused(staff: Caller, raw: bytes, status: int, code: str) -> None:
    answer, body = staff.post(SUPPLIERS, raw)
    assert (answer, body["code"]) == (status, code)


@pytest.mark.parametrize("part", [[], [1], [[True], None], "text", 7, True])
def test_fields_and_lines_are_objects(firm: Firm, staff: Caller, part: Any) -> None:
    for body in ({"fields": part}, {"fields": {}, "lines": [part]}):
        status, answer = staff.post(ITEMS, {"site_id": str(firm.site_id), **body})
        assert (status, answer["code"]) == (422, "field_invalid"), (body, answer)


@pytest.mark.parametrize("version", [0, -1, 2**63, 10**30, "x", None, True, []])
def test_a_version_that_is_none_is_refused(firm: Firm, staff: Caller, version: Any) -> None:
    path, _version = created(staff, firm, SUPPLIERS, supplier_fields())
    for status, body in (
        staff.patch(path, {"version": version, "fields": {"phone": "1"}}),
        staff.post(f"{path}/suspend", {"version": version, "reason": "x"}),
    ):
        assert status in (409, 422), body
    assert staff.get(path)[1]["header"]["version"] == 1


@pytest.mark.parametrize("key", ["1", "../", "x" * 300, "00000000-0000-0000-0000-000000000000", "%00"])
def test_an_address_that_leads_nowhere_is_not_found(staff: Caller, key: str) -> None:
    answer = staff.client.get(f"{SUPPLIERS}/{key}")
    assert answer.status_code in (404, 422)
    assert answer.status_code != 422 or json.loads(answer.content)["code"] == "field_invalid"


def test_a_document_has_no_more_lines_than_allowed(firm: Firm, staff: Caller) -> None:
    line = {"di": "09520000000011", "package_level": "sales_unit", "units_per_package": "1"}
    named = {"device_name": "导管", "model": "D", "specification": "4F", "registrant_name": "江南示范医疗科技有限公司"}
    fields = {**named, "device_class": "II", "class_code": "03-13", "base_unit": "box"}
    path, version = created(staff, firm, ITEMS, fields)
    status, answer = staff.patch(path, {"version": version, "lines": [line] * 5_001})
    assert (status, answer["code"]) == (422, "too_many_lines")


def test_text_that_looks_like_markup_is_kept_as_text(firm: Firm, staff: Caller) -> None:
    name = "<b>甲</b> & 乙 {0} %s"
    path, _version = created(staff, firm, SUPPLIERS, supplier_fields(name=name))
    assert staff.get(path)[1]["header"]["name"] == name
