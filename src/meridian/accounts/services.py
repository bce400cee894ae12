"""Putting a change of access into force."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q

from meridian.accounts.known_rights import known_rights
from meridian.accounts.models import AccessChange, ApiToken, CredentialLink
from meridian.accounts.queries import AccessFacts
from meridian.accounts.scopes import scope_names
from meridian.accounts.second_factor import forget_factors
from meridian.accounts.vocabulary import AccessChangeKind
from meridian.kernel.drafts import Draft
from meridian.kernel.models import Role, RoleAssignment, RolePermission, User
from meridian.kernel.work import Work

AccessWork = Work[AccessChange, AccessFacts]


def _person_id(work: AccessWork) -> UUID:
    """The person the gates found."""
    if work.facts.person_id is None:
        raise LookupError(f"{work.document.number}: person_known let a stranger pass")
    return work.facts.person_id


def _role_id(work: AccessWork) -> UUID:
    """The role the gates found."""
    if work.facts.role_id is None:
        raise LookupError(f"{work.document.number}: role_and_scope_named let an unknown role pass")
    return work.facts.role_id


def name_what_changes(draft: Draft) -> None:
    """Keeps the names of role, right and scope beside their codes and keys, as they are now; empty for unknown ones."""
    given = {
        column: draft.header.get(column, getattr(draft.document, column, None))
        for column in ("role_code", "permission", "scope_kind", "scope_id")
    }
    role = Role.objects.filter(code=given["role_code"] or "").values_list("name", flat=True).first()
    right = known_rights().get(given["permission"] or "")
    draft.header["role_name"] = role or ""
    draft.header["permission_name"] = right.words if right else ""
    scopes: Mapping[Any, str] = scope_names(given["scope_kind"] or "")
    draft.header["scope_name"] = scopes.get(given["scope_id"], "")


def apply_access_change(work: AccessWork) -> None:
    """Writes the user or the assignment; sessions and tokens of a disabled person end with the next request."""
    _EFFECTS[AccessChangeKind(work.facts.kind)](work)


def _create_user(work: AccessWork) -> None:
    person = User(
        username=work.facts.username,
        name=work.facts.person_name,
        company_id=work.document.company_id,
        is_machine=work.facts.kind == AccessChangeKind.CREATE_SERVICE,
    )
    person.set_unusable_password()  # no default password: the person sets one by a link
    person.save(force_insert=True)


def _disable_user(work: AccessWork) -> None:
    User.objects.filter(pk=_person_id(work)).update(is_active=False)
    ApiToken.objects.filter(user_id=_person_id(work), revoked_at=None).update(revoked_at=work.moment.instant)


def _enable_user(work: AccessWork) -> None:
    User.objects.filter(pk=_person_id(work)).update(is_active=True)


def _assign_role(work: AccessWork) -> None:
    facts = work.facts
    RoleAssignment.objects.create(
        user_id=_person_id(work),
        role_id=_role_id(work),
        scope_kind=facts.scope_kind,
        scope_id=facts.scope_id,
        valid_from=facts.valid_from or work.moment.instant,
        valid_until=facts.valid_until,
    )


def _grant_right(work: AccessWork) -> None:
    RolePermission.objects.create(role_id=_role_id(work), permission=work.facts.permission)


def _withdraw_right(work: AccessWork) -> None:
    RolePermission.objects.filter(role_id=_role_id(work), permission=work.facts.permission).delete()


def _revoke_role(work: AccessWork) -> None:
    facts = work.facts
    live = Q(valid_until=None) | Q(valid_until__gt=work.moment.instant)
    RoleAssignment.objects.filter(
        live,
        user_id=_person_id(work),
        role_id=_role_id(work),
        scope_kind=facts.scope_kind,
        scope_id=facts.scope_id,
    ).update(valid_until=work.moment.instant)


def _reset_sign_in(work: AccessWork) -> None:
    """Ends password, second factors, tokens and open links; the changed password ends every session."""
    for person in User.objects.filter(pk=_person_id(work)):
        person.set_unusable_password()
        person.save(update_fields=["password"])
        forget_factors(person.pk)
    ApiToken.objects.filter(user_id=_person_id(work), revoked_at=None).update(revoked_at=work.moment.instant)
    CredentialLink.objects.filter(user_id=_person_id(work), used_at=None).update(used_at=work.moment.instant)


_EFFECTS: dict[AccessChangeKind, Callable[[AccessWork], None]] = {
    AccessChangeKind.CREATE_USER: _create_user,
    AccessChangeKind.DISABLE_USER: _disable_user,
    AccessChangeKind.ENABLE_USER: _enable_user,
    AccessChangeKind.ASSIGN_ROLE: _assign_role,
    AccessChangeKind.REVOKE_ROLE: _revoke_role,
    AccessChangeKind.RESET_SIGN_IN: _reset_sign_in,
    AccessChangeKind.CREATE_SERVICE: _create_user,
    AccessChangeKind.GRANT_RIGHT: _grant_right,
    AccessChangeKind.WITHDRAW_RIGHT: _withdraw_right,
}
