"""Who may: roles grant rights within a scope, separation of duty is data, tokens narrow a person's rights further."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from meridian.kernel.clock import now
from meridian.kernel.context import Actor
from meridian.kernel.registry import AnyDocumentType
from meridian.kernel.sql import fetch

COMPANY_SCOPE = "company"

_GRANTS = """
SELECT r.code, a.scope_kind, a.scope_id, p.permission
FROM kernel_role_assignment a
JOIN kernel_user u ON u.id = a.user_id AND u.is_active AND u.company_id = a.company_id
JOIN kernel_role r ON r.id = a.role_id AND r.company_id = a.company_id
LEFT JOIN kernel_role_permission p ON p.role_id = r.id AND p.company_id = a.company_id
     AND (%(all)s OR p.permission = ANY(%(permissions)s))
WHERE a.user_id = %(user)s AND a.company_id = %(company)s
  AND a.valid_from <= %(at)s AND (a.valid_until IS NULL OR a.valid_until > %(at)s)
UNION ALL
SELECT s.role_code, 'separation', NULL, s.excludes_code FROM kernel_separation_rule s WHERE s.company_id = %(company)s
"""


@dataclass(frozen=True)
class Grant:
    """One right of one role within one scope."""

    role: str
    permission: str
    scope_kind: str
    scope_id: UUID | None


@dataclass(frozen=True)
class Grants:
    """What an actor may do at an instant."""

    grants: tuple[Grant, ...]
    roles: frozenset[str]
    conflicts: tuple[tuple[str, str], ...]
    """Pairs of roles the actor holds although a rule separates them."""

    def of(self, permission: str) -> tuple[Grant, ...]:
        """The grants that carry this right."""
        return tuple(grant for grant in self.grants if grant.permission == permission)

    def allows(self, permission: str) -> bool:
        """Whether the right is held in any scope."""
        return bool(self.of(permission))

    def role_for(self, permission: str, document: Any, scope: Mapping[str, str]) -> str | None:
        """The role under which the actor may do this to the document, or None outside every granted scope."""
        for grant in self.of(permission):
            if grant.scope_kind == COMPANY_SCOPE:
                return grant.role
            column = scope.get(grant.scope_kind)
            if column and getattr(document, column, None) == grant.scope_id:
                return grant.role
        return None

    def conflict_of(self, role: str) -> tuple[str, str] | None:
        """The separated pair this role is part of, if the actor holds both."""
        return next((pair for pair in self.conflicts if role in pair), None)


def grants_of(actor: Actor, permissions: Sequence[str] | None = None) -> Grants:
    """The actor's rights now, in one statement; `permissions` narrows the answer to those asked about."""
    values = {"user": actor.user_id, "company": actor.company_id, "at": now(), "all": permissions is None,
              "permissions": list(permissions or ())}  # fmt: skip
    rows = fetch(_GRANTS, values)
    roles = frozenset(role for role, kind, _scope, _permission in rows if kind != "separation")
    conflicts = tuple((a, b) for a, kind, _scope, b in rows if kind == "separation" and a in roles and b in roles)
    grants = tuple(
        Grant(role=role, permission=permission, scope_kind=kind, scope_id=scope)
        for role, kind, scope, permission in rows
        if kind != "separation" and permission and _token_allows(actor, permission)
    )
    return Grants(grants=grants, roles=roles, conflicts=conflicts)


def _token_allows(actor: Actor, permission: str) -> bool:
    return actor.token_scopes is None or permission in actor.token_scopes


def readable(grants: Grants, document_type: AnyDocumentType) -> Q | None:
    """The rows of a type the actor may read, as a filter; None when the actor may read none."""
    condition = None
    for grant in grants.of(document_type.permission("read")):
        if grant.scope_kind == COMPANY_SCOPE or not document_type.scope:
            return Q()
        if column := document_type.scope.get(grant.scope_kind):
            condition = (condition or Q()) | Q(**{column: grant.scope_id})
    return condition


def permissions_of_type(document_type: AnyDocumentType) -> dict[str, set[str]]:
    """Each right of a document type with the roles that hold it at installation."""
    drafting = set(document_type.drafted_by)
    wanted: dict[str, set[str]] = {document_type.permission("draft"): drafting}
    readers = drafting | set(document_type.read_by)
    for transition in document_type.transitions.values():
        wanted[transition.permission] = set(transition.allowed_to)
        readers |= set(transition.allowed_to)
    wanted[document_type.permission("read")] = readers
    return wanted
