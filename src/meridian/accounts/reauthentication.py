"""Proof, at the moment of signing, that the session's own person signs (21 CFR 11.200(a), 电子签名法 Art 13)."""

from datetime import timedelta

from meridian.accounts.second_factor import code_proves, factors_of, passkey_proves
from meridian.accounts.session import SignedInSession, session_under_way
from meridian.kernel.clock import now
from meridian.kernel.context import Actor
from meridian.kernel.models import User
from meridian.kernel.signature import Signing

CONTINUOUS = timedelta(minutes=15)
_SIGNED_AT = "signed_at"


def reauthenticate(actor: Actor, signing: Signing) -> bool:
    """Whether the components given prove the actor.

    A passkey proves alone. Otherwise the password, and for the first signing of a session, or after 15 minutes without
    one, or outside a session, the enrolled second factor too. A code that is given is always checked.
    """
    under_way = session_under_way()
    if under_way is not None and under_way.session.session_key != actor.session_key:
        under_way = None
    if under_way is not None and under_way.verified is signing:
        return True  # the same request again after a serialization failure: a one-time code counts only once
    user = User.objects.filter(pk=actor.user_id, is_active=True, is_machine=False).first()
    if user is None or not _proved(user, signing, under_way):
        return False
    if under_way is not None:
        under_way.verified = signing
        under_way.session[_SIGNED_AT] = now().timestamp()
    return True


def _proved(user: User, signing: Signing, under_way: SignedInSession | None) -> bool:
    if signing.passkey is not None:
        return under_way is not None and passkey_proves(user.pk, under_way.session, signing.passkey)
    if not signing.password or not user.check_password(signing.password):
        return False
    if signing.code:
        return code_proves(user.pk, signing.code)
    return signed_recently(under_way) or not factors_of(user.pk).any


def signed_recently(under_way: SignedInSession | None) -> bool:
    """Whether this session signed within the last 15 minutes, so that the password alone will do."""
    if under_way is None:
        return False
    signed_at = under_way.session.get(_SIGNED_AT)
    return signed_at is not None and 0 <= now().timestamp() - float(signed_at) <= CONTINUOUS.total_seconds()


def code_is_asked(actor: Actor) -> bool:
    """Whether the sign dialog must ask for the second factor now."""
    return not signed_recently(session_under_way()) and factors_of(actor.user_id).has_code
