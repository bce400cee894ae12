"""The API under requests made from its own schema, fitting and not: no request makes the server fail.

Every operation gets the same few requests in every run (a fixed seed), with every right there is, over documents that
exist, so that the rules behind the schema are reached too.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, seed, settings
from pytest_django import DjangoDbBlocker
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from meridian.accounts.tokens import issue_token
from meridian.kernel.context import Actor, Source, in_company
from meridian.kernel.drafts import DraftCommand, draft
from meridian.kernel.models import User
from meridian.kernel.permission import grants_of
from meridian.kernel.registry import registry
from meridian.kernel.values.identity import uuid7
from meridian.organization.services import NewCompany, NewUser, installed_rights, set_up_company
from meridian.organization.tests.factories import example_uscc
from meridian.organization.vocabulary import Role
from meridian.platform.endpoints.urls import api
from tests.accounts.firm import PASSWORD
from tests.endpoints.caller import certificate_fields, supplier_fields

SEED = 11
EXAMPLES = {"GET": 2, "POST": 3, "PATCH": 3}
NOT_TOGETHER = {Role.SECURITY_ADMIN, Role.AUDITOR, Role.ACCOUNTANT}
"""Posts left out so that one person may hold all others; their rights are held by other posts too or read only."""
MODULES = sorted({declared.module for declared in registry.document_types.values()} | {"inventory", "meta"})

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.committing, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class Target:
    """A company, a client with every right, and a document of each type that is easily made."""

    client: Client
    site_id: str
    documents: dict[str, str]


@pytest.fixture(scope="module")
def operations() -> dict[str, list[Any]]:
    """The operations of the schema by module."""
    raw = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    found: dict[str, list[Any]] = {}
    for result in schemathesis.openapi.from_dict(raw).get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        found.setdefault(operation.path.split("/")[3], []).append(operation)
    return found


@pytest.fixture(scope="module")
def target(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Target:
    with django_db_blocker.unblock():
        posts = [role for role in Role if role not in NOT_TOGETHER]
        name = f"everyone.{uuid7().hex[-10:]}"
        made = set_up_company(NewCompany(name="模糊测试医疗器械有限公司", uscc=example_uscc(7),
                                         users=[NewUser(name, "全岗", posts, PASSWORD)]))  # fmt: skip
        actor = Actor(made.users[name], "全岗", made.company_id, Source.COMMAND)
        with in_company(made.company_id):
            rights = sorted({right for _role, right in installed_rights()})
            assert len(grants_of(actor).grants) > 50
            secret = issue_token(User.objects.get(pk=actor.user_id), label="fuzz", scopes=rights, days=1, actor=actor)
            documents = dict(_documents(actor, made.site_id))
        return Target(Client(headers={"Authorization": f"Bearer {secret}"}), str(made.site_id), documents)


def _documents(actor: Actor, site_id: Any) -> Iterator[tuple[str, str]]:
    day = "2026-11-02"
    item = {"device_name": "导管", "model": "D", "specification": "4F", "device_class": "II", "class_code": "03-13",
            "base_unit": "box"}  # fmt: skip
    wanted: list[tuple[str, dict[str, Any], str]] = [
        ("supplier", supplier_fields(), ""),
        ("customer", {**supplier_fields(2, kind="user_institution"), "delivery_address": "江南市中山路 8 号"}, ""),
        ("registration_certificate", certificate_fields(), ""),
        ("item", item, ""),
        ("own_licence", {"kind": "business_license", "licence_no": "1", "valid_from": day}, ""),
        ("licence", {"kind": "business_license", "licence_no": "1", "valid_from": day}, "supplier"),
        ("purchase_order", {"ordered_on": day, "promised_on": day}, "supplier"),
        ("sales_order", {"ordered_on": day, "arrives_on": day}, "customer"),
        ("accounting_period", {"month": "2026-11-01"}, ""),
        ("putaway", {}, ""),
        ("internal_move", {}, ""),
    ]
    made: dict[str, str] = {}
    for code, fields, owner in wanted:
        values = {**fields, owner: made[owner]} if owner else fields
        command = DraftCommand(values, site_id=site_id)
        made[code] = str(draft(registry.document_types[code], command, actor=actor).document_id)
        yield code, made[code]


def test_every_module_of_the_schema_is_fuzzed(operations: dict[str, list[Any]]) -> None:
    assert set(operations) <= set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_no_request_makes_the_server_fail(operations: dict[str, list[Any]], target: Target, module: str) -> None:
    failures: list[str] = []
    for operation in operations.get(module, ()):
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _fuzz(operation, mode, target, failures)
    assert failures == []


def _fuzz(operation: Any, mode: GenerationMode, target: Target, failures: list[str]) -> None:
    @seed(SEED)
    @settings(
        max_examples=EXAMPLES[operation.method.upper()],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def requests(case: Case[Any]) -> None:
        if mode is GenerationMode.POSITIVE:
            _aim(case, target)
        problem = _problem(case, target.client)
        if problem:
            failures.append(problem)

    requests()


def _aim(case: Case[Any], target: Target) -> None:
    """Points a fitting request at a document and site that exist."""
    slug = case.operation.path.split("/")[4] if case.operation.path.count("/") > 3 else ""
    code = next((each.code for each in registry.document_types.values() if each.slug == slug), "")
    if "document_id" in (case.path_parameters or {}) and code in target.documents:
        case.path_parameters["document_id"] = target.documents[code]
    if isinstance(case.body, dict):
        case.body |= {"site_id": target.site_id} if "site_id" in case.body else {}
        case.body |= {"version": 1} if "version" in case.body else {}


def _problem(case: Case[Any], client: Client) -> str:
    """What is wrong with the answer: a failure of the server, or a refusal without its reasons."""
    has_body = case.media_type is not None and not isinstance(case.body, type(schemathesis.core.NOT_SET))
    body = json.dumps(case.body, default=str).encode() if has_body else b""
    headers = {name: value for name, value in (case.headers or {}).items() if name == "Idempotency-Key"}
    answer = client.generic(
        case.method, case.formatted_path, body, content_type="application/json", headers=headers,
        query_params=case.query or {},
    )  # fmt: skip
    told = f"{case.method} {case.formatted_path} {case.query} {body[:300]!r} → {answer.status_code}"
    if answer.status_code >= 500:
        return told
    if answer.status_code >= 400 and not (answer.headers["Content-Type"].startswith("application/json")
                                          and answer.json().get("findings")):  # fmt: skip
        return f"{told} without findings: {answer.content[:200]!r}"
    return ""
