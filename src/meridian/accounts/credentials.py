"""Setting one's own password and second factors; links for newcomers and for recovery."""

import secrets
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from meridian.accounts.models import CredentialLink
from meridian.accounts.session import actor_for
from meridian.accounts.tokens import hash_of
from meridian.kernel.act import open_act
from meridian.kernel.clock import now
from meridian.kernel.context import Actor
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.kernel.models import User
from meridian.kernel.permission import grants_of

LINK_LIFE = timedelta(hours=24)
RECOVERY_ROLE = "security_admin"


def make_link(user_id: UUID, *, actor: Actor) -> str:
    """A one-time secret for a person without a password; raises Refused 403, 404 or 409.

    Only the security administrator makes links, never for himself, and only after a newcomer's or a reset's
    AccessChange has come into force: nobody alone can take over an account that is in use.
    """
    if RECOVERY_ROLE not in grants_of(actor).roles:
        raise refusal("permission_required", HTTPStatus.FORBIDDEN, message("只有安全管理员可以发放设置密码链接。"),
                      owner=RECOVERY_ROLE)  # fmt: skip
    user = User.objects.filter(pk=user_id, company_id=actor.company_id, is_active=True, is_machine=False).first()
    if user is None:
        raise refusal("not_found", HTTPStatus.NOT_FOUND, message("没有这个人员。"))
    if user.pk == actor.user_id or user.has_usable_password():
        problem = message("{name} 已有密码；请先办理“重置登录凭据”的权限变更。", name=user.name)
        raise refusal("sign_in_reset_required", HTTPStatus.CONFLICT, problem)
    secret = secrets.token_urlsafe(32)
    with open_act(actor, reason=f"credential link for {user.username}"):
        CredentialLink.objects.filter(user_id=user.pk, used_at=None).update(used_at=now())
        CredentialLink.objects.create(
            company_id=user.company_id, user_id=user.pk, token_hash=hash_of(secret), expires_at=now() + LINK_LIFE
        )
    return secret


def person_of_link(secret: str) -> User | None:
    """The person a live link belongs to."""
    link = CredentialLink.objects.filter(token_hash=hash_of(secret), used_at=None, expires_at__gt=now()).first()
    return User.objects.filter(pk=link.user_id, is_active=True).first() if link else None


def password_problems(password: str, user: User) -> list[str]:
    """What is wrong with a new password, in the user's words; empty when it may be used."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return list(error.messages)
    return []


def use_link(request: HttpRequest, secret: str, password: str) -> bool:
    """Sets the password of the link's person and uses the link up; False when it was used or ran out meanwhile."""
    user = person_of_link(secret)
    if user is None:
        return False
    with open_act(actor_for(user, request), reason="password set") as act:
        live = CredentialLink.objects.filter(token_hash=hash_of(secret), used_at=None)
        if live.update(used_at=act.instant) != 1:
            return False
        user.set_password(password)
        user.save(update_fields=["password"])
    return True


def change_password(user: User, password: str, *, actor: Actor) -> None:
    """Sets one's own new password; the present one was proved by the caller."""
    with open_act(actor, reason="password changed"):
        user.set_password(password)
        user.save(update_fields=["password"])
