"""Persons, services and posts as their pages show them: set-based reads of the company in scope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator

from meridian.accounts.locks import locks_of
from meridian.accounts.scopes import scope_names
from meridian.kernel.clock import now
from meridian.kernel.context import current_company_id
from meridian.kernel.models import Role, RolePermission, SeparationRule, User
from meridian.kernel.sql import fetch


@dataclass(frozen=True)
class HeldRole:
    """A post somebody holds, will hold or held."""

    role_code: str
    role_name: str
    scope_kind: str
    scope_id: UUID | None
    scope_name: str
    """Empty for the whole company."""
    valid_from: datetime
    valid_until: datetime | None
    is_live: bool


@dataclass(frozen=True)
class Person:
    """A person or service of the company."""

    id: UUID
    username: str
    name: str
    is_active: bool
    is_machine: bool
    has_password: bool
    factors: tuple[str, ...]
    last_sign_in: datetime | None
    locked_from: tuple[str, ...]
    """Addresses from which sign-in is locked now."""
    roles: tuple[HeldRole, ...]

    @property
    def live_roles(self) -> tuple[HeldRole, ...]:
        """The posts held now."""
        return tuple(role for role in self.roles if role.is_live)


_ROLES = """
SELECT a.user_id, r.code, r.name, a.scope_kind, a.scope_id, a.valid_from, a.valid_until,
       a.valid_from <= %(at)s AND (a.valid_until IS NULL OR a.valid_until > %(at)s)
FROM kernel_role_assignment a JOIN kernel_role r ON r.id = a.role_id AND r.company_id = a.company_id
WHERE a.company_id = %(company)s AND (%(user)s::uuid IS NULL OR a.user_id = %(user)s)
ORDER BY r.code, a.valid_from
"""


def people(user_id: UUID | None = None) -> Sequence[Person]:
    """Everybody who may come in, or one of them, by name; four statements and one for each kind of scope in use."""
    company_id = current_company_id()
    users = User.objects.filter(company_id=company_id).order_by("is_machine", "username")
    found = list(users if user_id is None else users.filter(pk=user_id))
    roles = _held(company_id, user_id)
    factors: dict[UUID, list[str]] = {}
    enrolled = Authenticator.objects.filter(user_id__in=[user.pk for user in found])
    for holder, kind in enrolled.values_list("user_id", "type"):
        factors.setdefault(holder, []).append(kind)
    locks = locks_of([user.username for user in found])
    return [
        Person(
            id=user.pk,
            username=user.username,
            name=user.name,
            is_active=user.is_active,
            is_machine=user.is_machine,
            has_password=user.has_usable_password(),
            factors=tuple(factors.get(user.pk, ())),
            last_sign_in=user.last_login,
            locked_from=tuple(locks.get(user.username, ())),
            roles=tuple(roles.get(user.pk, ())),
        )
        for user in found
    ]


def _held(company_id: UUID, user_id: UUID | None) -> Mapping[UUID, Sequence[HeldRole]]:
    rows = fetch(_ROLES, {"company": company_id, "user": user_id, "at": now()})
    names = {kind: scope_names(kind) for kind in {row[3] for row in rows if row[4] is not None}}
    found: dict[UUID, list[HeldRole]] = {}
    for holder, code, name, kind, key, first, last, is_live in rows:
        scope_name = names[kind].get(key, str(key)) if key is not None else ""
        found.setdefault(holder, []).append(HeldRole(code, name, kind, key, scope_name, first, last, is_live))
    return found


@dataclass(frozen=True)
class Post:
    """A role of the company with what it may do."""

    code: str
    name: str
    rights: frozenset[str]
    excludes: tuple[str, ...]
    """Codes of roles nobody may hold beside it."""


def posts() -> Sequence[Post]:
    """Every role of the company by code; three statements."""
    rights: dict[str, set[str]] = {}
    for code, right in RolePermission.objects.values_list("role__code", "permission"):
        rights.setdefault(code, set()).add(right)
    excludes: dict[str, list[str]] = {}
    for first, second in SeparationRule.objects.values_list("role_code", "excludes_code"):
        excludes.setdefault(first, []).append(second)
        excludes.setdefault(second, []).append(first)
    return [
        Post(code, name, frozenset(rights.get(code, ())), tuple(sorted(excludes.get(code, ()))))
        for code, name in Role.objects.order_by("code").values_list("code", "name")
    ]


def holders(persons: Sequence[Person]) -> Mapping[str, Sequence[Person]]:
    """Who holds each role now, by role code."""
    found: dict[str, list[Person]] = {}
    for person in persons:
        for code in dict.fromkeys(role.role_code for role in person.live_roles):
            found.setdefault(code, []).append(person)
    return found
