"""The people of the demonstration company and how they act: with their own rights, signing by their own passwords."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.core.signals import setting_changed

from meridian.kernel.content import hash_of_content
from meridian.kernel.context import Actor, Source, in_company
from meridian.kernel.declare import DocumentType, Transition
from meridian.kernel.drafts import DraftCommand, draft
from meridian.kernel.engine import Command, perform
from meridian.kernel.signature import Signing
from meridian.kernel.work import Outcome
from meridian.organization.services import CompanySetUp, NewUser
from meridian.organization.vocabulary import Role, ZoneKind

NAMES: Mapping[Role, str] = {
    Role.ENTERPRISE_HEAD: "江仁和",
    Role.QUALITY_HEAD: "林岚",
    Role.QUALITY_STAFF: "陈洁",
    Role.PURCHASING_MANAGER: "郑浩",
    Role.BUYER: "吴倩",
    Role.RECEIVER: "王敏",
    Role.INSPECTOR: "李静",
    Role.WAREHOUSE_MANAGER: "何伟",
    Role.KEEPER: "周宁",
    Role.PICKER: "赵磊",
    Role.REVIEWER: "孙悦",
    Role.SALES_MANAGER: "许强",
    Role.SALES_STAFF: "冯琳",
    Role.FINANCE_MANAGER: "韩立",
    Role.ACCOUNTANT: "沈芳",
    Role.SYSTEM_ADMIN: "唐宇",
    Role.SECURITY_ADMIN: "顾安",
    Role.AUDITOR: "谢文",
}
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Staff:
    """The set-up company with its people. Every act is one person's, in one transaction."""

    company: CompanySetUp
    passwords: Mapping[Role, str]

    def actor(self, role: Role) -> Actor:
        """The person holding a post."""
        return Actor(self.company.users[role.value], NAMES[role], self.company.company_id, Source.COMMAND)

    def place(self, zone: ZoneKind) -> UUID:
        """The zone of a kind in the warehouse."""
        return self.company.places[zone]

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Everything inside reads the company's rows."""
        with in_company(self.company.company_id):
            yield

    def draft(
        self,
        role: Role,
        declared: type[DocumentType[Any, Any]],
        fields: Mapping[str, Any],
        lines: Sequence[Mapping[str, Any]] | None = None,
        *,
        document_id: UUID | None = None,
        reason: str = "",
    ) -> UUID:
        """Writes a document as the person of a post; its id."""
        command = DraftCommand(fields, lines, document_id=document_id, site_id=self.company.site_id, reason=reason)
        return draft(declared, command, actor=self.actor(role)).document_id

    def perform(
        self, role: Role, transition: Transition[Any, Any], document_id: UUID, *, reason: str = "", remark: str = ""
    ) -> Outcome:
        """Moves a document as the person of a post, signing what is stored now where a signature is asked for."""
        signing = None
        if transition.signature is not None:
            with self.reading():
                shown = hash_of_content(transition.document, document_id)
            signing = Signing(shown, transition.signature.value, self.passwords[role], remark=remark)
        command = Command(document_id, reason=reason, signing=signing)
        return perform(transition, command, actor=self.actor(role))


def new_passwords() -> dict[Role, str]:
    """A random password for each post: three groups of four readable characters."""
    return {role: "-".join(_letters() for _group in range(3)) for role in NAMES}


def _letters() -> str:
    return "".join(secrets.choice(_LETTERS) for _place in range(4))


def new_users(passwords: Mapping[Role, str]) -> list[NewUser]:
    """One person for each post, signing in under the post's code."""
    return [NewUser(role.value, name, (role,), passwords[role]) for role, name in NAMES.items()]


class RememberingHasher(ScryptPasswordHasher):
    """The site's own password check, which remembers its answers: a proof of the same password takes 0.2 s each time,
    and loading asks for it hundreds of times."""

    def verify(self, password: str, encoded: str) -> bool:
        """Whether the password is that of the hash."""
        return _verified(password, encoded)


@lru_cache(maxsize=256)
def _verified(password: str, encoded: str) -> bool:
    return ScryptPasswordHasher().verify(password, encoded)


@contextmanager
def remembered_passwords() -> Iterator[None]:
    """Inside, in this process alone, a password once proved stays proved."""
    kept = settings.PASSWORD_HASHERS
    settings.PASSWORD_HASHERS = [f"{RememberingHasher.__module__}.{RememberingHasher.__name__}"]
    _forget_hashers()
    try:
        yield
    finally:
        settings.PASSWORD_HASHERS = kept
        _forget_hashers()
        _verified.cache_clear()


def _forget_hashers() -> None:
    setting_changed.send(sender=None, setting="PASSWORD_HASHERS", value=None, enter=True)
