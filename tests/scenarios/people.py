"""People who use pages and API: signed in by password, each act by a request of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from django.test import Client

from meridian.kernel.models import User
from meridian.kernel.values.identity import uuid7
from meridian.organization.tests.factories import PASSWORD, CompanyForTests
from meridian.organization.vocabulary import Role

MEANINGS = {"agree": "approved", "review": "reviewed", "approve": "approved", "put_into_force": "reviewed",
            "conclude": "inspected", "release": "released"}  # fmt: skip
"""What a signature of these moves says."""


class HasCompany(Protocol):
    """A company with goods of some kind, as the factories make them."""

    @property
    def company(self) -> CompanyForTests: ...


@dataclass
class Person:
    """The holder of a post, with a session."""

    house: HasCompany
    role: Role
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        username = User.objects.get(pk=self.house.company.actors[self.role].user_id).username
        answer = self.client.post("/sign-in", {"username": username, "password": PASSWORD})
        assert answer.status_code == 302

    def creates(self, path: str, fields: Mapping[str, Any], lines: Sequence[Mapping[str, Any]] | None = None) -> UUID:
        """A new draft; its id."""
        body: dict[str, Any] = {"site_id": self.house.company.set_up.site_id, "fields": fields}
        if lines is not None:
            body["lines"] = lines
        answer = self.client.post(f"/api/v1/{path}", body, content_type="application/json")
        assert answer.status_code == 201, answer.content.decode()
        return UUID(answer.json()["id"])

    def edits(self, path: str, document: UUID, lines: Sequence[Mapping[str, Any]]) -> None:
        """Writes into the lines of a draft, in their order."""
        seen = self.reads(path, document)
        keyed = [{"id": line["id"], **values} for line, values in zip(seen["lines"], lines, strict=True)]
        body = {"version": seen["header"]["version"], "lines": keyed}
        answer = self.client.patch(f"/api/v1/{path}/{document}", body, content_type="application/json")
        assert answer.status_code == 200, answer.content.decode()

    def scans(self, path: str, document: UUID, text: str) -> tuple[str, Any]:
        """One barcode over the API: the code it was refused with, if any, and the answer."""
        url = f"/api/v1/{path}/{document}/scans"
        answer = self.client.post(url, {"scan": text}, content_type="application/json")
        assert answer.status_code in (200, 422), answer.content.decode()
        told = answer.json()
        return (told["code"] if answer.status_code == 422 else ""), told

    def fills(self, path: str, **values: Any) -> UUID:
        """A new draft through its page, with nothing typed but these fields; its id."""
        new = f"/{path}/new"
        assert self.client.get(new).status_code == 200
        given = {"key": uuid7().hex, "site_id": self.house.company.set_up.site_id, **values}
        answer = self.client.post(new, given)
        assert answer.status_code == 302, answer.content.decode()
        return UUID(answer["Location"].rstrip("/").rsplit("/", 1)[1])

    def sees(self, path: str, document: UUID, **options: Any) -> str:
        """The page of a record."""
        answer = self.client.get(f"/{path}/{document}/", **options)
        assert answer.status_code == 200
        return answer.content.decode()

    def presses(self, path: str, document: UUID, transition: str, *, remark: str = "") -> int:
        """A move through its page, signed where the page asks for it; the status of the answer."""
        seen = self.reads(path, document)
        form = {"version": seen["header"]["version"], "key": uuid7().hex, "remark": remark}
        if transition in MEANINGS:
            form |= {"content_hash": seen["content_hash"], "meaning": MEANINGS[transition], "password": PASSWORD}
        return self.client.post(f"/{path}/{document}/{transition}", form).status_code

    def reads(self, path: str, document: UUID) -> dict[str, Any]:
        """A record as the API shows it."""
        answer = self.client.get(f"/api/v1/{path}/{document}")
        assert answer.status_code == 200, answer.content.decode()
        return dict(answer.json())

    def asks(self, path: str, document: UUID, transition: str, *, reason: str = "") -> Any:
        """The answer to asking for a move, signed where the record says so."""
        seen = self.reads(path, document)
        body: dict[str, Any] = {"version": seen["header"]["version"], "reason": reason}
        if transition in MEANINGS:
            signed = {"meaning": MEANINGS[transition], "password": PASSWORD}
            body["signature"] = {"content_hash": seen["content_hash"], **signed}
        return self.client.post(f"/api/v1/{path}/{document}/{transition}", body, content_type="application/json")

    def moves(self, path: str, document: UUID, transition: str, *, reason: str = "") -> dict[str, Any]:
        """A move that goes through."""
        answer = self.asks(path, document, transition, reason=reason)
        assert answer.status_code == 200, answer.content.decode()
        return dict(answer.json())

    def refused(self, path: str, document: UUID, transition: str, *, reason: str = "") -> list[str]:
        """The codes of a move that rules refuse."""
        answer = self.asks(path, document, transition, reason=reason)
        assert answer.status_code == 422, answer.content.decode()
        return [finding["code"] for finding in answer.json()["findings"]]
