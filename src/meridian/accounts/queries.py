"""What the gates on a change of access need to know, for one change or fifty in the same five statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from meridian.accounts.models import AccessChange
from meridian.kernel.clock import now
from meridian.kernel.context import act_transaction_id
from meridian.kernel.declare import Locks
from meridian.kernel.models import Act, Role, RoleAssignment, SeparationRule, User


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
    scope_kind: str
    scope_id: UUID | None
    valid_until: datetime | None
    person_id: UUID | None
    """The person of this company with that sign-in name."""
    username_taken: bool
    """Whether anybody, in any company, has that sign-in name."""
    person_is_active: bool
    held_roles: tuple[str, ...]
    role_id: UUID | None
    separations: tuple[Separation, ...]
    drafter_id: UUID
    actor_id: UUID | None
    """Who acts now; None on pages."""


def load_access_changes(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, AccessFacts]:
    """The facts of changes of access. In an act the persons' rows stay locked, so that two grants cannot cross."""
    changes = list(AccessChange.objects.filter(pk__in=ids))
    people = User.objects.filter(username__in={change.username for change in changes}).order_by("pk")
    if AccessChange in locks:
        people = people.select_for_update(no_key=True)
    by_name = {person.username: person for person in people}
    ours = [person.pk for person in by_name.values() if person.company_id == company_id]
    live = Q(valid_until=None) | Q(valid_until__gt=now())
    held: dict[UUID, set[str]] = {}
    assignments = RoleAssignment.objects.filter(live, user_id__in=ours).values_list("user_id", "role__code")
    for user_id, code in assignments:
        held.setdefault(user_id, set()).add(code)
    roles = dict(Role.objects.filter(code__in={change.role_code for change in changes}).values_list("code", "pk"))
    rules = SeparationRule.objects.values_list("role_code", "excludes_code", "reason")
    separations = tuple(Separation(*rule) for rule in rules)
    actor_id = _actor_id()
    return {
        change.pk: _facts(change, by_name.get(change.username), company_id, held, roles, separations, actor_id)
        for change in changes
    }


def _actor_id() -> UUID | None:
    """Who the act under way belongs to."""
    transaction_id = act_transaction_id()
    if transaction_id is None:
        return None
    return Act.objects.filter(transaction_id=transaction_id).values_list("actor_id", flat=True).get()


def _facts(
    change: AccessChange,
    person: User | None,
    company_id: UUID,
    held: Mapping[UUID, Any],
    roles: Mapping[str, UUID],
    separations: tuple[Separation, ...],
    actor_id: UUID | None,
) -> AccessFacts:
    ours = person if person is not None and person.company_id == company_id else None
    return AccessFacts(
        kind=change.kind,
        username=change.username,
        person_name=change.person_name,
        role_code=change.role_code,
        scope_kind=change.scope_kind,
        scope_id=change.scope_id,
        valid_until=change.valid_until,
        person_id=ours.pk if ours else None,
        username_taken=person is not None,
        person_is_active=ours is not None and ours.is_active,
        held_roles=tuple(sorted(held.get(ours.pk, ()))) if ours else (),
        role_id=roles.get(change.role_code),
        separations=separations,
        drafter_id=change.created_by_id,
        actor_id=actor_id,
    )
