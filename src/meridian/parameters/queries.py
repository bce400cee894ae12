"""Reads of parameters: what is in force now, and what the gates of a change need to know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from meridian.kernel.context import acting_user_id
from meridian.kernel.declare import Locks
from meridian.kernel.waivers import roles_of
from meridian.parameters.models import ParameterChange, ParameterValue
from meridian.parameters.vocabulary import Parameter, parameter_of


def values_in_force(parameter: Parameter, site_ids: Sequence[UUID]) -> Mapping[UUID, int]:
    """What holds now at each of these sites; one statement."""
    wanted = Q(scope_site_id__in=site_ids) | Q(scope_site_id=None)
    rows = ParameterValue.objects.filter(wanted, code=parameter.code)
    found = {(parameter.code, key): value for key, value in rows.values_list("scope_site_id", "value")}
    return {site_id: value_of(parameter, site_id, found) for site_id in site_ids}


@dataclass(frozen=True)
class ParameterChangeFacts:
    """A change of a parameter, what the parameter allows, and who acts."""

    parameter: Parameter | None
    scope_site_id: UUID | None
    scope_is_known: bool
    value: int
    value_now: int | None
    """What holds now in the very scope; None for an unknown parameter."""
    actor_roles: frozenset[str] | None
    """Posts of whoever acts; None on pages, where nobody does."""


def load_parameter_changes(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, ParameterChangeFacts]:
    """Facts of changes of parameters; two statements, three in an act. The value's row is locked in an act."""
    del company_id
    changes = list(ParameterChange.objects.filter(pk__in=ids))
    rows = ParameterValue.objects.filter(code__in={change.parameter_code for change in changes}).order_by("pk")
    if ParameterChange in locks:
        rows = rows.select_for_update(no_key=True)
    found = {(row.code, row.scope_site_id): row.value for row in rows}
    actor_id = acting_user_id()
    roles = roles_of({actor_id}).get(actor_id, frozenset()) if actor_id else None
    return {change.pk: _facts(change, found, roles) for change in changes}


def _facts(
    change: ParameterChange, found: Mapping[tuple[str, UUID | None], int], roles: frozenset[str] | None
) -> ParameterChangeFacts:
    parameter = parameter_of(change.parameter_code)
    return ParameterChangeFacts(
        parameter=parameter,
        scope_site_id=change.scope_site_id,
        scope_is_known=change.scope_site_id is None or bool(change.scope_name),
        value=change.value,
        value_now=value_of(parameter, change.scope_site_id, found) if parameter else None,
        actor_roles=roles,
    )


def value_of(parameter: Parameter, site_id: UUID | None, found: Mapping[tuple[str, UUID | None], int]) -> int:
    """What holds in a scope, of what is set: of the site, else of the company, else the default."""
    company = found.get((parameter.code, None), parameter.default)
    return found.get((parameter.code, site_id), company)
