"""Who is at the other end of a request: known from the session or a token, never from a payload."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase
from django.db import connection
from django.http import HttpRequest

from meridian.kernel.context import Actor, Source
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.kernel.models import User
from meridian.kernel.signature import Signing
from meridian.kernel.sql import fetch

API_PREFIX = "/api/"
_ACTOR = "meridian.actor"
_PUBLIC: set[Callable[..., Any]] = set()

ViewT = TypeVar("ViewT", bound=Callable[..., Any])

RENEWED_AFTER = timedelta(minutes=1)
_STORED = "SELECT session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """Sessions that end after `SESSION_COOKIE_AGE` without a request, never later and at most a minute earlier.

    A request renews its session when that was last done a minute ago, so that reading pages writes nothing.
    """

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing when there is none or its time is over."""
        renewed = self.get_expiry_date(expiry=None)
        age = timedelta(seconds=self.get_session_cookie_age())
        rows = fetch(_STORED, [self.session_key, renewed - age])
        if not rows:
            self._session_key = None
            return {}
        self.modified = self.modified or renewed - rows[0][1] >= RENEWED_AFTER
        return self.decode(rows[0][0])


_PERSON = [column.attname for column in User._meta.concrete_fields]
_PERSONS = f"SELECT {', '.join(_PERSON)} FROM kernel_user WHERE id = %s AND is_active"


class PersonBackend(ModelBackend):
    """Django's check of passwords; the person of a session is read plainly, since every request asks for them."""

    def get_user(self, user_id: Any) -> User | None:
        """The active person of this id."""
        rows = fetch(_PERSONS, [user_id])
        return User.from_db(connection.alias, _PERSON, rows[0]) if rows else None


@dataclass
class SignedInSession:
    """The session of the request under way, and the signing it proved last (for a retried transaction)."""

    session: SessionBase
    verified: Signing | None = None


_session: ContextVar[SignedInSession | None] = ContextVar("meridian_session", default=None)


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request; raises Refused `sign_in_required` (401) when nobody is signed in."""
    actor = actor_or_none(request)
    if actor is None:
        raise refusal("sign_in_required", HTTPStatus.UNAUTHORIZED, message("请先登录。"))
    return actor


def actor_or_none(request: HttpRequest) -> Actor | None:
    """The actor the middleware found, if any."""
    found = request.META.get(_ACTOR)
    return found if isinstance(found, Actor) else None


def remember_actor(request: HttpRequest, actor: Actor) -> None:
    """Keeps the actor with the request; called by the middleware alone."""
    request.META[_ACTOR] = actor


def actor_from_session(request: HttpRequest) -> Actor | None:
    """The actor of the session cookie: an active person, known by the server's own session."""
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return None
    return actor_for(user, request)


def actor_for(user: User, request: HttpRequest) -> Actor:
    """A person acting through this request's session."""
    return Actor(
        user_id=user.pk,
        name=user.name,
        company_id=user.company_id,
        source=source_of(request),
        address=address_of(request),
        session_key=request.session.session_key or "",
        is_machine=user.is_machine,
    )


def source_of(request: HttpRequest) -> Source:
    """The door a request comes through."""
    return Source.API if request.path.startswith(API_PREFIX) else Source.PAGE


def address_of(request: HttpRequest) -> str:
    """The caller's address; behind a declared proxy the one that proxy saw."""
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")) if settings.SECURE_PROXY_SSL_HEADER else ""
    return (forwarded.rsplit(",", 1)[-1].strip() or str(request.META.get("REMOTE_ADDR", "")))[:64]


def public(view: ViewT) -> ViewT:
    """Declares that a view answers people who have not signed in."""
    _PUBLIC.add(view)
    return view


def is_public(view: Callable[..., Any]) -> bool:
    """Whether a view answers people who have not signed in."""
    return view in _PUBLIC


@contextmanager
def in_session(session: SessionBase) -> Iterator[None]:
    """Everything inside belongs to this session: re-authentication looks here."""
    token = _session.set(SignedInSession(session))
    try:
        yield
    finally:
        _session.reset(token)


def session_under_way() -> SignedInSession | None:
    """The session of the request under way; None in jobs, commands and token requests."""
    return _session.get()
