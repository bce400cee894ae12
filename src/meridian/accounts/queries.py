"""What the gates on a change of access need to know, for one change or fifty in the same six statements."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from meridian.accounts.known_rights import known_rights
from meridian.accounts.models import AccessChange
from meridian.kernel.clock import now
from meridian.kernel.context import acting_user_id
from meridian.kernel.declare import Locks
from meridian.kernel.models import Role, RoleAssignment, RolePermission, SeparationRule, User


@dataclass(frozen=True)
class Separation:
    """Two roles nobody may hold together, by code."""

    first: str
    second: str
    reason: str


@dataclass(frozen=True)
class AccessFacts:
    """One change of access and the person it is about."""

    kind: str
    username: str
    person_name: str
    role_code: str
    permission: str
    permission_known: bool
    """Whether there is such a right on this site."""
    role_has_permission: bool
    scope_kind: str
    scope_id: UUID | None
    scope_name: str
    """Empty for the whole company, and for what the company has not."""
    valid_from: datetime | None
    valid_until: datetime | None
    person_id: UUID | None
    """The person of this company with that sign-in name."""
    username_taken: bool
    """Whether anybody, in any company, has that sign-in name."""
    person_is_active: bool
    held_roles: tuple[str, ...]
    roles_of_those_who_act: frozenset[str]
    """The roles of the drafter and of who acts now."""
    role_id: UUID | None
    separations: tuple[Separation, ...]
    drafter_id: UUID
    actor_id: UUID | None
    """Who acts now; None on pages."""


def load_access_changes(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, AccessFacts]:
    """The facts of changes of access. In an act the persons' rows stay locked, so that two grants cannot cross.

    The same six statements for one change or fifty.
    """
    changes = list(AccessChange.objects.filter(pk__in=ids))
    people = User.objects.filter(username__in={change.username for change in changes}).order_by("pk")
    if AccessChange in locks:
        people = people.select_for_update(no_key=True)
    by_name = {person.username: person for person in people}
    actor_id = acting_user_id()
    ours = {person.pk for person in by_name.values() if person.company_id == company_id}
    ours |= {change.created_by_id for change in changes} | ({actor_id} if actor_id else set())
    live = Q(valid_until=None) | Q(valid_until__gt=now())
    held: dict[UUID, set[str]] = {}
    assignments = RoleAssignment.objects.filter(live, user_id__in=ours).values_list("user_id", "role__code")
    for user_id, code in assignments:
        held.setdefault(user_id, set()).add(code)
    granted = set(
        RolePermission.objects.filter(permission__in={change.permission for change in changes}).values_list(
            "role__code", "permission"
        )
    )
    roles = dict(Role.objects.filter(code__in={change.role_code for change in changes}).values_list("code", "pk"))
    rules = SeparationRule.objects.values_list("role_code", "excludes_code", "reason")
    separations = tuple(Separation(*rule) for rule in rules)
    known = _Known(held, roles, granted, separations, known_rights().keys(), actor_id)
    return {change.pk: _facts(change, by_name.get(change.username), company_id, known) for change in changes}


@dataclass(frozen=True)
class _Known:
    """What was read for all changes at once."""

    held: Mapping[UUID, Set[str]]
    roles: Mapping[str, UUID]
    granted: Set[tuple[str, str]]
    separations: tuple[Separation, ...]
    rights: Set[str]
    actor_id: UUID | None


def _facts(change: AccessChange, person: User | None, company_id: UUID, known: _Known) -> AccessFacts:
    acting = {change.created_by_id, known.actor_id or change.created_by_id}
    ours = person if person is not None and person.company_id == company_id else None
    return AccessFacts(
        kind=change.kind,
        username=change.username,
        person_name=change.person_name,
        role_code=change.role_code,
        permission=change.permission,
        permission_known=change.permission in known.rights,
        role_has_permission=(change.role_code, change.permission) in known.granted,
        scope_kind=change.scope_kind,
        scope_id=change.scope_id,
        scope_name=change.scope_name,
        valid_from=change.valid_from,
        valid_until=change.valid_until,
        person_id=ours.pk if ours else None,
        username_taken=person is not None,
        person_is_active=ours is not None and ours.is_active,
        held_roles=tuple(sorted(known.held.get(ours.pk, ()))) if ours else (),
        roles_of_those_who_act=frozenset(role for user_id in acting for role in known.held.get(user_id, ())),
        role_id=known.roles.get(change.role_code),
        separations=known.separations,
        drafter_id=change.created_by_id,
        actor_id=known.actor_id,
    )
