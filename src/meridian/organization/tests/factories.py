"""A company with persons for tests, and the two doors as those persons use them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from meridian.kernel.content import hash_of_content
from meridian.kernel.context import Actor, Source, in_company
from meridian.kernel.declare import DocumentType, Transition
from meridian.kernel.drafts import DraftCommand, draft
from meridian.kernel.engine import Command, perform
from meridian.kernel.signature import Signing
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import Outcome
from meridian.organization.identifiers import uscc_check_digit
from meridian.organization.services import CompanySetUp, NewCompany, NewUser, set_up_company
from meridian.organization.vocabulary import Role

PASSWORD = "correct horse battery staple"
DEFAULT_ROLES = (Role.QUALITY_STAFF, Role.QUALITY_HEAD, Role.BUYER, Role.INSPECTOR)


@dataclass(frozen=True)
class CompanyForTests:
    """A company of its own for one test, with one person for each post asked for."""

    set_up: CompanySetUp
    actors: Mapping[Role, Actor]

    @property
    def company_id(self) -> UUID:
        return self.set_up.company_id

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Everything inside reads this company's rows."""
        with in_company(self.company_id):
            yield

    def draft(
        self,
        declared: type[DocumentType[Any, Any]],
        fields: Mapping[str, Any],
        lines: Sequence[Mapping[str, Any]] | None = None,
        *,
        role: Role = Role.QUALITY_STAFF,
        document_id: UUID | None = None,
        reason: str = "",
    ) -> Outcome:
        """Creates or edits a document as the person of a post."""
        command = DraftCommand(
            fields=fields, lines=lines, site_id=self.set_up.site_id, document_id=document_id, reason=reason
        )
        return draft(declared, command, actor=self.actors[role])

    def about(self, declared: type[DocumentType[Any, Any]], document_id: UUID) -> dict[str, str]:
        """How a waiver names the document it is about."""
        with self.scope():
            number = declared.model.objects.values_list("number", flat=True).get(pk=document_id)
        return {"subject_type": declared.code, "subject_number": number}

    def perform(
        self,
        transition: Transition[Any, Any],
        document_id: UUID,
        *,
        role: Role = Role.QUALITY_STAFF,
        reason: str = "",
    ) -> Outcome:
        """Moves a document as the person of a post, signing what is stored now where a signature is asked for."""
        signing = None
        if transition.signature is not None:
            with self.scope():
                shown = hash_of_content(transition.document, document_id)
            signing = Signing(content_hash=shown, meaning=transition.signature.value, password=PASSWORD)
        command = Command(document_id=document_id, reason=reason, signing=signing)
        return perform(transition, command, actor=self.actors[role])


def example_uscc(serial: int) -> str:
    """A unified social credit code with a right check digit: 91 (company), a region, nine characters of ours."""
    body = f"91320100{serial:09d}"
    return body + uscc_check_digit(body)


def new_company(roles: Sequence[Role] = DEFAULT_ROLES, *, everybody_holds_all: bool = False) -> CompanyForTests:
    """Sets up a company whose persons are named after their posts; each may be given all of the posts."""
    mark = uuid7().hex[-12:]
    people = []
    for role in roles:
        posts = tuple(roles) if everybody_holds_all else (role,)
        people.append(NewUser(f"{role.value}-{mark}", f"{role.label}甲", posts, PASSWORD))
    set_up = set_up_company(NewCompany(name="江南试验医疗器械有限公司", uscc=example_uscc(1), users=people))
    actors = {
        role: Actor(set_up.users[person.username], person.name, set_up.company_id, Source.PAGE)
        for role, person in zip(roles, people, strict=True)
    }
    return CompanyForTests(set_up=set_up, actors=actors)
