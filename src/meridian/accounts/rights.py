"""Rights that belong to no document type, asked by pages and endpoints written by hand."""

from http import HTTPStatus
from uuid import UUID

from meridian.kernel.declare import Right
from meridian.kernel.findings import refusal
from meridian.kernel.messages import listed, message
from meridian.kernel.permission import COMPANY_SCOPE, Grants


def scopes_of(grants: Grants, right: Right) -> dict[str, frozenset[UUID]] | None:
    """Where the right is held, by kind of scope; None for the whole company, empty where it is not held."""
    held = grants.of(right.code)
    if any(grant.scope_kind == COMPANY_SCOPE for grant in held):
        return None
    return {
        kind: frozenset(grant.scope_id for grant in held if grant.scope_kind == kind and grant.scope_id is not None)
        for kind in {grant.scope_kind for grant in held}
    }


def require_right(grants: Grants, right: Right, *, everywhere: bool = False) -> None:
    """Refuses (403) who lacks the right: `permission_required`.

    `everywhere`: also who holds it for some sites or warehouses alone: `outside_scope`.
    """
    if grants.allows(right.code) and everywhere and scopes_of(grants, right) is not None:
        raise refusal("outside_scope", HTTPStatus.FORBIDDEN,
                      message("“{right}”涉及全公司货物，须在全公司范围内任岗。", right=right.label))  # fmt: skip
    if not grants.allows(right.code):
        raise refusal("permission_required", HTTPStatus.FORBIDDEN,
                      message("您没有“{right}”的权限；可由以下岗位办理：{roles}。", right=right.label,
                              roles=listed(right.held_by)), owner=",".join(right.held_by))  # fmt: skip
