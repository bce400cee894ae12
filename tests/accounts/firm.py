"""A firm with people that really sign in: what tests of sign-in, access and the API share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.test import Client

from meridian.kernel.content import hash_of_content
from meridian.kernel.context import Actor, Source, in_company
from meridian.kernel.drafts import DraftCommand, draft
from meridian.kernel.models import User
from meridian.kernel.registry import registry
from meridian.kernel.values.identity import uuid7
from meridian.organization.services import NewCompany, NewUser, set_up_company
from meridian.organization.vocabulary import Role

PASSWORD = "Zhenjiu-Jingluo-7"
POSTS = (
    Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.QUALITY_STAFF, Role.QUALITY_HEAD, Role.KEEPER, Role.AUDITOR,
    Role.WAREHOUSE_MANAGER, Role.FINANCE_MANAGER,
)  # fmt: skip


@dataclass(frozen=True)
class Firm:
    """A company of one test; every person's name is the role and a suffix."""

    company_id: UUID
    site_id: UUID
    users: dict[str, UUID]
    suffix: str

    def username(self, role: str) -> str:
        """The sign-in name of the person holding a role."""
        return f"{role}.{self.suffix}"

    def user(self, role: str) -> User:
        """The person holding a role."""
        return User.objects.get(pk=self.users[self.username(role)])

    def actor(self, role: str) -> Actor:
        """The person as the engine sees them, outside any session."""
        user = self.user(role)
        return Actor(user_id=user.pk, name=user.name, company_id=self.company_id, source=Source.COMMAND)

    def client(self, role: str, **options: Any) -> Client:
        """A browser in which the person has signed in by password."""
        client = Client(**options)
        answer = client.post("/sign-in", {"username": self.username(role), "password": PASSWORD})
        assert answer.status_code == 302, answer.content.decode()
        return client


def new_firm(posts: Sequence[Role] = POSTS) -> Firm:
    """A fresh company with one person for each post."""
    suffix = uuid7().hex[-10:]
    users = [NewUser(f"{role.value}.{suffix}", f"{role.label}甲", [role], PASSWORD) for role in posts]
    made = set_up_company(NewCompany(name="测试医疗器械有限公司", uscc="91350100M000100Y43", users=users))
    return Firm(made.company_id, made.site_id, dict(made.users), suffix)


def access_change(firm: Firm, *, by: str = "system_admin", **fields: Any) -> UUID:
    """A draft of a change of access."""
    declared = registry.document_types["access_change"]
    values = {"kind": "assign_role", "username": firm.username("keeper"), "justification": "岗位调整", **fields}
    with in_company(firm.company_id):
        command = DraftCommand(fields=values, site_id=firm.site_id)
        return draft(declared, command, actor=firm.actor(by)).document_id


def content_hash(firm: Firm, code: str, document_id: UUID) -> str:
    """What a signer of the document sees."""
    with in_company(firm.company_id):
        return hash_of_content(registry.document_types[code], document_id)
