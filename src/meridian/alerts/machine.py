"""The service account in whose name a company's alerts are raised, escalated and cleared; it signs nothing."""

from http import HTTPStatus
from uuid import UUID

from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from meridian.alerts.documents import AlertDocument
from meridian.kernel.act import open_act
from meridian.kernel.context import Actor, Source, in_company
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.kernel.models import Role, RoleAssignment, RolePermission, User
from meridian.kernel.permission import grants_of
from meridian.kernel.sql import fetch

ROLE = "alert_service"
NAME = _("预警服务")
STORED_LANGUAGE = "zh-hans"
"""Names in the tables stand as the company was set up."""
OPERATOR = UUID(int=0)
RIGHTS = (
    AlertDocument.permission("read"),
    AlertDocument.come_back.permission,
    AlertDocument.clear.permission,
)
"""No person holds the last two at set-up: what clears itself is not cleared by hand."""

_KNOWN = "SELECT id FROM kernel_user WHERE username = %s"


def machine_of(company_id: UUID) -> Actor:
    """The company's alert service, set up at its first use.

    Raises Refused 403 when its rights were taken since: administration may stop it, and the silent job then says so.
    """
    username = f"alerts-{company_id.hex[-12:]}"
    found = fetch(_KNOWN, [username])
    with override(STORED_LANGUAGE):
        name = str(NAME)
        user_id = found[0][0] if found else _set_up(company_id, username, name)
    actor = Actor(user_id, name, company_id, Source.JOB, is_machine=True)
    with in_company(company_id):
        grants = grants_of(actor, RIGHTS)
    if not all(grants.allows(right) for right in RIGHTS):
        raise refusal("permission_required", HTTPStatus.FORBIDDEN, message("预警服务的权限已被收回，预警不再更新。"))
    return actor


def _set_up(company_id: UUID, username: str, name: str) -> UUID:
    operator = Actor(OPERATOR, gettext("系统"), company_id, Source.JOB, is_machine=True)
    with open_act(operator, reason=gettext("设立预警服务账户")) as act:
        user = User(username=username, name=name, company_id=company_id, is_machine=True)
        user.set_unusable_password()
        user.save(force_insert=True)
        role = Role.objects.filter(code=ROLE).first() or Role.objects.create(code=ROLE, name=name)
        RolePermission.objects.bulk_create(
            [RolePermission(role=role, permission=right) for right in RIGHTS], ignore_conflicts=True
        )
        RoleAssignment(user_id=user.pk, role=role, valid_from=act.instant).save(force_insert=True)
        return user.pk
