"""Keys of the API: issued once in plain text, stored as a hash, found by that hash."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest

from meridian.accounts.models import ApiToken
from meridian.accounts.session import address_of
from meridian.kernel.act import open_act
from meridian.kernel.clock import now
from meridian.kernel.context import Actor, Source
from meridian.kernel.models import User
from meridian.kernel.sql import fetch

PREFIX = "mer_"
LONGEST = timedelta(days=366)

_FIND = """
SELECT u.id, u.name, u.company_id, u.is_machine, t.scopes
FROM accounts_api_token t JOIN kernel_user u ON u.id = t.user_id AND u.is_active
WHERE t.token_hash = %s AND t.revoked_at IS NULL AND t.expires_at > %s AND t.company_id = u.company_id
"""


def hash_of(secret: str) -> str:
    """What is stored of a secret of 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def issue_token(user: User, *, label: str, scopes: Sequence[str], days: int, actor: Actor) -> str:
    """Makes a token and answers its plain text, which is stored nowhere. Raises ValueError for a period over a year."""
    period = timedelta(days=days)
    if not timedelta(0) < period <= LONGEST:
        raise ValueError("a token lasts between 1 and 366 days")
    secret = PREFIX + secrets.token_urlsafe(32)
    with open_act(actor, reason=f"token {label}"):
        ApiToken.objects.create(
            company_id=user.company_id,
            user_id=user.pk,
            label=label,
            token_hash=hash_of(secret),
            scopes=sorted(scopes),
            expires_at=now() + period,
        )
    return secret


def revoke_token(token_id: UUID, *, actor: Actor) -> bool:
    """Ends a token of the actor's company at once; False when there is no such live token."""
    with open_act(actor, reason="token revoked") as act:
        rows = ApiToken.objects.filter(pk=token_id, company_id=actor.company_id, revoked_at=None)
        return rows.update(revoked_at=act.instant) == 1


def carries_token(request: HttpRequest) -> bool:
    """Whether the request shows a bearer token, valid or not; the session then counts for nothing."""
    return str(request.META.get("HTTP_AUTHORIZATION", "")).lower().startswith("bearer")


def actor_from_token(request: HttpRequest) -> Actor | None:
    """The actor of a bearer token; None for a token that is unknown, expired, revoked or of a disabled person."""
    secret = str(request.META.get("HTTP_AUTHORIZATION", ""))[len("bearer") :].strip()
    if not secret.startswith(PREFIX) or not secret.isascii():
        return None
    rows = fetch(_FIND, [hash_of(secret), now()])
    if not rows:
        return None
    user_id, name, company_id, is_machine, scopes = rows[0]
    return Actor(
        user_id=user_id,
        name=name,
        company_id=company_id,
        source=Source.API,
        address=address_of(request),
        is_machine=is_machine,
        token_scopes=frozenset(json.loads(scopes)),  # a raw statement gives jsonb as text
    )
