"""Sign-in locks: who is locked out, from where, and how the security administrator lifts it (G79)."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from uuid import UUID

from axes.utils import reset
from django.conf import settings

from meridian.accounts.credentials import RECOVERY_ROLE
from meridian.kernel.act import open_act
from meridian.kernel.context import Actor
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.kernel.models import User
from meridian.kernel.permission import grants_of
from meridian.kernel.sql import fetch

_LOCKED = """
SELECT username, host(ip_address) FROM axes_accessattempt
WHERE username = ANY(%s) AND failures_since_start >= %s AND attempt_time > now() - make_interval(secs => %s)
ORDER BY username, ip_address
"""


def locks_of(usernames: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """The addresses from which each of these names is locked out now; names without a lock are absent."""
    found: dict[str, list[str]] = {}
    seconds = float(settings.AXES_COOLOFF_TIME) * 3600
    for username, address in fetch(_LOCKED, [list(usernames), settings.AXES_FAILURE_LIMIT, seconds]):
        found.setdefault(username, []).append(address or "")
    return found


def unlock(user_id: UUID, reason: str, *, actor: Actor) -> None:
    """Forgets the failed attempts of a person whose identity was checked; the reason says how.

    Raises Refused 403, 404, 409 (oneself) and 422 without a reason. The unlocking stands in the trail as an act.
    """
    if RECOVERY_ROLE not in grants_of(actor).roles:
        raise refusal("permission_required", HTTPStatus.FORBIDDEN, message("只有安全管理员可以解除登录锁定。"),
                      owner=RECOVERY_ROLE)  # fmt: skip
    user = User.objects.filter(pk=user_id, company_id=actor.company_id).first()
    if user is None:
        raise refusal("not_found", HTTPStatus.NOT_FOUND, message("没有这个人员。"))
    if user.pk == actor.user_id:
        raise refusal("own_access_untouched", HTTPStatus.CONFLICT, message("不得解除自己的锁定。"), owner=RECOVERY_ROLE)
    if not reason.strip():
        evidence = message("请填写如何核实了本人身份。")
        raise refusal("reason_required", HTTPStatus.UNPROCESSABLE_ENTITY, evidence, field_name="reason")
    with open_act(actor, reason=f"unlocked {user.username}: {reason.strip()[:500]}"):
        reset(username=user.username)
