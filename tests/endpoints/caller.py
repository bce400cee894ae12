"""Calling the API as its clients do: over HTTP, with a session or a token."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.test import Client

from meridian.accounts.signing_in import BACKEND
from meridian.accounts.tokens import issue_token
from meridian.kernel.context import in_company
from meridian.kernel.models import Change, RefusalRecord, TransitionRecord
from meridian.organization.tests.factories import example_uscc
from meridian.organization.vocabulary import Role
from tests.accounts.firm import PASSWORD, Firm, new_firm

SUPPLIERS = "/api/v1/parties/suppliers"
CERTIFICATES = "/api/v1/items/registration-certificates"


@dataclass
class Caller:
    """One client of the API. `answers` are `(status, body)`."""

    client: Client
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **query: Any) -> tuple[int, Any]:
        """One page or document."""
        answer = self.client.get(path, query, headers=self.headers)
        return answer.status_code, answer.json()

    def post(self, path: str, body: Any, *, key: str = "", **headers: str) -> tuple[int, Any]:
        """Creates or moves; `body` is sent as JSON, a `bytes` body as it is."""
        return self._send("post", path, body, key, headers)

    def patch(self, path: str, body: Any, *, key: str = "", **headers: str) -> tuple[int, Any]:
        """Edits."""
        return self._send("patch", path, body, key, headers)

    def _send(self, verb: str, path: str, body: Any, key: str, headers: Mapping[str, str]) -> tuple[int, Any]:
        sent = {**self.headers, **headers, **({"Idempotency-Key": key} if key else {})}
        answer = getattr(self.client, verb)(path, body, content_type="application/json", headers=sent)
        return answer.status_code, answer.json()


def small_firm() -> Firm:
    """A company with as few people as tests of the API need: each password takes its time to hash."""
    return new_firm((Role.QUALITY_STAFF, Role.QUALITY_HEAD, Role.KEEPER))


def by_session(firm: Firm, role: str) -> Caller:
    """A person with a session; how a session begins is tested elsewhere."""
    client = Client()
    client.force_login(firm.user(role), backend=BACKEND)
    return Caller(client)


def by_token(firm: Firm, role: str, *scopes: str) -> Caller:
    """A client with a token of that person, limited to the rights named."""
    secret = issue_token(firm.user(role), label="test", scopes=scopes, days=1, actor=firm.actor(role))
    return Caller(Client(), {"Authorization": f"Bearer {secret}"})


def supplier_fields(serial: int = 1, **fields: Any) -> dict[str, Any]:
    """A supplier's editable fields."""
    return {
        "name": f"苏州安和医疗用品有限公司{serial}",
        "uscc": example_uscc(serial),
        "kind": "dealer",
        "address": "苏州市工业园区 1 号",
        "phone": "0512-00000000",
        **fields,
    }


def certificate_fields(serial: int = 1, **fields: Any) -> dict[str, Any]:
    """A registration certificate's editable fields; the document has no lines and no gate of other masters."""
    return {
        "registration_no": f"苏械注准2026214{serial:04}",
        "registrant_name": "江南示范医疗科技有限公司",
        "device_class": "II",
        "valid_from": "2022-01-01",
        "valid_until": "2099-12-31",
        **fields,
    }


def signature(caller: Caller, path: str, *, meaning: str = "reviewed", password: str = PASSWORD) -> dict[str, str]:
    """The signature block over the content the caller sees now."""
    _status, shown = caller.get(path)
    return {"content_hash": shown["content_hash"], "meaning": meaning, "password": password}


def created(caller: Caller, firm: Firm, path: str, fields: Mapping[str, Any]) -> tuple[str, int]:
    """A new document's address and version."""
    status, body = caller.post(path, {"site_id": str(firm.site_id), "fields": fields})
    assert status == 201, body
    return f"{path}/{body['id']}", body["version"]


def evidence_rows(firm: Firm) -> tuple[int, int, int]:
    """How many changes, moves and refusals the company's trails hold."""
    with in_company(firm.company_id):
        counts = [table.objects.count() for table in (Change, TransitionRecord, RefusalRecord)]
    return counts[0], counts[1], counts[2]


def last_refusal(company_id: UUID) -> RefusalRecord:
    """The company's latest refusal."""
    with in_company(company_id):
        return RefusalRecord.objects.latest("id")
