"""Second factors: one-time codes (RFC 6238) and passkeys (WebAuthn), kept in allauth's table.

A code counts once. A passkey with user verification proves possession and person, so it stands for both components.
Secrets of one-time codes are stored encrypted under a key derived from the site's secret.
"""

import base64
import hashlib
import hmac
import json
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import cache
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.kernel.models import User

ISSUER = "Meridian"
STEP_SECONDS = 30
CODE_LIFE_SECONDS = 120
_CHALLENGE = "passkey_challenge"
_NEW_SECRET = "new_totp_secret"


@dataclass(frozen=True)
class Factors:
    """What a person has enrolled."""

    has_code: bool
    passkeys: int

    @property
    def any(self) -> bool:
        """Whether a second factor is enrolled."""
        return self.has_code or self.passkeys > 0


def factors_of(user_id: UUID) -> Factors:
    """What a person has enrolled; one statement."""
    kinds = list(Authenticator.objects.filter(user_id=user_id).values_list("type", flat=True))
    return Factors(Authenticator.Type.TOTP in kinds, kinds.count(Authenticator.Type.WEBAUTHN))


def forget_factors(user_id: UUID) -> None:
    """Removes every second factor of a person."""
    Authenticator.objects.filter(user_id=user_id).delete()


def _cipher() -> Fernet:
    key = hashlib.sha256(b"meridian one-time codes:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def normal_code(code: str) -> str:
    """A typed code without spaces and full-width digits."""
    return "".join(unicodedata.normalize("NFKC", code).split())[:12]


def _is_present_code(secret: str, typed: str) -> bool:
    """Whether a code belongs to this step of the real clock or to a neighbour (RFC 6238 §5.2, §6)."""
    step = int(time.time()) // STEP_SECONDS  # the authenticator knows nothing of a simulated clock
    expected = [format_hotp_value(hotp_value(secret, step + drift)) for drift in (-1, 0, 1)]
    return any(hmac.compare_digest(code, typed) for code in expected)


def code_proves(user_id: UUID, code: str) -> bool:
    """Whether the code is the person's present one and was not used before."""
    typed = normal_code(code)
    enrolled = Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).first()
    if enrolled is None or not typed.isascii():
        return False
    secret = _cipher().decrypt(enrolled.data["secret"].encode()).decode()
    return _is_present_code(secret, typed) and cache.add(f"code:{user_id}:{typed}", "used", CODE_LIFE_SECONDS)


def offered_secret(session: SessionBase) -> str:
    """The secret a person is about to enrol, kept in the session until it is confirmed."""
    secret: str = session.get(_NEW_SECRET) or generate_totp_secret()
    session[_NEW_SECRET] = secret
    return secret


def provisioning_uri(user: User, secret: str) -> str:
    """The `otpauth://` text of a secret, for an authenticator app."""
    return f"otpauth://totp/{quote(f'{ISSUER}:{user.username}')}?{urlencode({'secret': secret, 'issuer': ISSUER})}"


def enrol_code(user: User, session: SessionBase, code: str) -> bool:
    """Enrols the offered secret when the code proves that the app has it; replaces an earlier one."""
    secret = session.get(_NEW_SECRET)
    typed = normal_code(code)
    if not secret or not typed.isascii() or not _is_present_code(secret, typed):
        return False
    stored = {"secret": _cipher().encrypt(secret.encode()).decode()}
    Authenticator.objects.update_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": stored})
    del session[_NEW_SECRET]
    return True


def _server(host: str) -> Fido2Server:
    return Fido2Server(PublicKeyCredentialRpEntity(id=host.partition(":")[0], name=ISSUER))


def _credentials(user_id: UUID) -> list[AttestedCredentialData]:
    stored = Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.WEBAUTHN).order_by("pk")
    return [AttestedCredentialData(websafe_decode(entry.data["credential_data"])) for entry in stored]


def passkey_registration(user: User, session: SessionBase, host: str) -> dict[str, Any]:
    """Options for `navigator.credentials.create`; the challenge waits in the session."""
    options, state = _server(host).register_begin(
        PublicKeyCredentialUserEntity(id=user.pk.bytes, name=user.username, display_name=user.name),
        credentials=_credentials(user.pk),
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    session[_CHALLENGE] = {"state": state, "host": host}
    return dict(options)


def enrol_passkey(user: User, session: SessionBase, answer: str) -> bool:
    """Enrols the passkey the browser made for the waiting challenge."""
    waiting = session.pop(_CHALLENGE, None)
    try:
        response = RegistrationResponse.from_dict(json.loads(answer))
        if waiting is None:
            return False
        made = _server(waiting["host"]).register_complete(waiting["state"], response)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    if made.credential_data is None:
        return False
    data = {"name": ISSUER, "credential_data": websafe_encode(made.credential_data)}
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)
    return True


def passkey_request(session: SessionBase, host: str, user_id: UUID | None) -> dict[str, Any]:
    """Options for `navigator.credentials.get`: of one person for signing, of anybody for sign-in."""
    options, state = _server(host).authenticate_begin(
        credentials=_credentials(user_id) if user_id else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    session[_CHALLENGE] = {"state": state, "host": host}
    return dict(options)


def passkey_proves(user_id: UUID, session: SessionBase, answer: Mapping[str, Any]) -> bool:
    """Whether the browser's answer to the waiting challenge was made by a passkey of this person."""
    waiting = session.pop(_CHALLENGE, None)
    if waiting is None:
        return False
    try:
        _server(waiting["host"]).authenticate_complete(waiting["state"], _credentials(user_id), answer)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    return True


def claimed_person(answer: Mapping[str, Any]) -> UUID | None:
    """The person a passkey answer says it belongs to; proves nothing yet."""
    try:
        return UUID(bytes=websafe_decode(answer["response"]["userHandle"]))
    except (ValueError, TypeError, KeyError):
        return None


def read_passkey(text: str) -> Mapping[str, Any] | None:
    """A passkey answer as a form posts it; None when there is none. Raises Refused 422 for anything but an object."""
    if not text:
        return None
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        problem = message("通行密钥的应答无法读取。")
        raise refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY, problem, field_name="passkey")
    return answer
