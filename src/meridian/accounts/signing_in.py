"""Coming in: password and second factor, lockout, and the record of both success and refusal.

Five failures of one name from one address lock that pair for 15 minutes (G79); the factor's failures count too.
"""

from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest

from meridian.accounts.second_factor import (
    claimed_person,
    code_proves,
    factors_of,
    passkey_proves,
    read_passkey,
)
from meridian.accounts.session import actor_for, address_of
from meridian.kernel.act import open_act
from meridian.kernel.clock import now
from meridian.kernel.findings import Refused, refusal
from meridian.kernel.messages import Message, message
from meridian.kernel.models import RefusalRecord, Store, User
from meridian.kernel.sql import fetch
from meridian.kernel.store import kind_of_store

BACKEND = "meridian.accounts.session.PersonBackend"
PENDING_SECONDS = 300
_PENDING = "pending_sign_in"
LOOPBACK = frozenset({"127.0.0.1", "::1"})

_DEMO_PEOPLE = """
SELECT DISTINCT ON (r.code) r.code, u.id, u.name, r.name
FROM kernel_role_assignment a
JOIN kernel_role r ON r.id = a.role_id AND r.company_id = a.company_id
JOIN kernel_user u ON u.id = a.user_id AND u.company_id = a.company_id AND u.is_active AND NOT u.is_machine
WHERE a.valid_until IS NULL OR a.valid_until > %s
ORDER BY r.code, a.valid_from, u.username
"""


@dataclass(frozen=True)
class Attempt:
    """What a person typed on the sign-in page."""

    username: str
    password: str = ""
    code: str = ""
    passkey: str = ""


class CodeAskedError(Exception):
    """The password was right; the one-time code is still to come."""


@dataclass(frozen=True)
class DemoPerson:
    """A demo account offered with one click."""

    role: str
    role_name: str
    user_id: UUID
    name: str


def sign_in(request: HttpRequest, attempt: Attempt) -> User:
    """Signs the person in or raises: Refused 401 `sign_in_failed`, 403 `account_locked`; CodeAskedError.

    The answer is the same for an unknown name, a wrong password and a disabled person.
    """
    username = attempt.username.strip()[:80].replace("\x00", "")
    passkey = read_passkey(attempt.passkey)
    if passkey is not None:
        claimed = claimed_person(passkey)
        person = User.objects.filter(pk=claimed, is_active=True, is_machine=False).first() if claimed else None
        username = person.username if person else username
        _require_unlocked(request, username)
        if person is None or not passkey_proves(person.pk, request.session, passkey):
            raise _failed(request, username, message("通行密钥没有通过。"))
        return _enter(request, person)
    _require_unlocked(request, username)
    person = _by_password(request, username, attempt.password)
    factors = factors_of(person.pk)
    if not factors.any:
        return _enter(request, person)
    if not factors.has_code:
        raise _failed(request, username, message("此账户须用通行密钥登录。"))
    if not attempt.code.strip():
        request.session[_PENDING] = {"user": str(person.pk), "at": now().timestamp()}
        raise CodeAskedError
    if not code_proves(person.pk, attempt.code):
        raise _failed(request, username, message("动态口令不正确或已使用过。"))
    return _enter(request, person)


def _by_password(request: HttpRequest, username: str, password: str) -> User:
    pending = request.session.get(_PENDING)
    if not password and pending and 0 <= now().timestamp() - pending["at"] <= PENDING_SECONDS:
        waiting = User.objects.filter(pk=pending["user"], username=username, is_active=True, is_machine=False).first()
        if waiting is not None:
            return waiting
    found = authenticate(request, username=username, password=password)
    if isinstance(found, User) and not found.is_machine:
        return found
    raise _refused(request, username, message("用户名或密码不正确。"))


def _require_unlocked(request: HttpRequest, username: str) -> None:
    if not AxesProxyHandler.is_allowed(request, {"username": username}):
        raise _locked(request, username)


def _failed(request: HttpRequest, username: str, evidence: Message) -> Refused:
    """A failed factor: counts like a wrong password."""
    user_login_failed.send(sender=__name__, credentials={"username": username}, request=request)
    return _refused(request, username, evidence)


def _refused(request: HttpRequest, username: str, evidence: Message) -> Refused:
    if not AxesProxyHandler.is_allowed(request, {"username": username}):
        return _locked(request, username)
    found = refusal("sign_in_failed", HTTPStatus.UNAUTHORIZED, evidence, law="G79")
    _record(request, username, found)
    return found


def _locked(request: HttpRequest, username: str) -> Refused:
    request.axes_locked_out = False  # type: ignore[attr-defined]  # the page answers, not the middleware
    minutes = round(float(settings.AXES_COOLOFF_TIME) * 60)
    evidence = message(
        "连续失败 {limit} 次，账户已锁定；请在 {minutes} 分钟后再试，或联系安全管理员。",
        limit=settings.AXES_FAILURE_LIMIT,
        minutes=minutes,
    )
    found = refusal("account_locked", HTTPStatus.FORBIDDEN, evidence, law="G79", owner="security_admin")
    _record(request, username, found)
    return found


def _record(request: HttpRequest, username: str, refused: Refused) -> None:
    """A refused sign-in of a known person stands in the company's record of refusals."""
    user = User.objects.filter(username=username).first()
    if user is None:
        return
    actor = actor_for(user, request)
    with open_act(actor, reason="sign-in refused") as act:
        RefusalRecord.objects.create(
            company_id=user.company_id,
            transaction_id=act.transaction_id,
            at=act.instant,
            document_type="session",
            transition="sign_in",
            actor_id=user.pk,
            actor_name=user.name,
            source=str(actor.source),
            code=refused.code,
            status=int(refused.status),
            findings=[finding.as_data() for finding in refused.findings],
        )


def _enter(request: HttpRequest, user: User) -> User:
    """Opens a new session and records the sign-in as an act."""
    with open_act(actor_for(user, request), reason="signed in"):
        request.session.pop(_PENDING, None)
        login(request, user, backend=BACKEND)
    return user


def sign_out(request: HttpRequest) -> None:
    """Ends the session and records it."""
    user = request.user
    if isinstance(user, User):
        with open_act(actor_for(user, request), reason="signed out"):
            logout(request)


def demo_offered(request: HttpRequest) -> bool:
    """Whether one-click accounts may be shown: a demo store, a server on loopback, a caller on loopback."""
    is_local = bool(settings.LOOPBACK_ONLY) and address_of(request) in LOOPBACK
    return is_local and kind_of_store() is Store.Kind.DEMO


def demo_people() -> dict[str, DemoPerson]:
    """The first person of every role, by role code."""
    rows = fetch(_DEMO_PEOPLE, [now()])
    return {code: DemoPerson(code, role_name, user_id, name) for code, user_id, name, role_name in rows}


def sign_in_demo(request: HttpRequest, role: str) -> User:
    """Signs in as the demo person of a role; raises Refused 404 outside a demo store on loopback."""
    person = demo_people().get(role) if demo_offered(request) else None
    if person is None:
        raise refusal("not_found", HTTPStatus.NOT_FOUND, message("没有这个演示账号。"))
    return _enter(request, User.objects.get(pk=person.user_id))
