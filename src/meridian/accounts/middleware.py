"""Puts the actor's company around each request and turns away people who have not signed in."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from meridian.accounts.session import (
    actor_from_session,
    actor_or_none,
    in_session,
    is_public,
    remember_actor,
)
from meridian.accounts.tokens import actor_from_token, carries_token
from meridian.kernel.context import in_company

SELF_GUARDED = "/api/v1/"
"""Addresses that answer 401 themselves, as data."""


class CompanyMiddleware:
    """One company around each request. Identity comes from the session or the token alone.

    Without one, only views declared `public` answer: pages redirect to sign-in, htmx gets 401 with a dialog.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        by_token = carries_token(request)
        actor = actor_from_token(request) if by_token else actor_from_session(request)
        if actor is None:
            return self.get_response(request)
        remember_actor(request, actor)
        with in_company(actor.company_id):
            if by_token:
                return _kept_private(self.get_response(request))
            with in_session(request.session):
                return _kept_private(self.get_response(request))

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], arguments: Any, options: Any
    ) -> HttpResponse | None:
        """Turns away a request without an actor, before the view runs."""
        del arguments, options
        if actor_or_none(request) is not None or is_public(view) or request.path.startswith(SELF_GUARDED):
            return None
        return sign_in_demanded(request)


def sign_in_demanded(request: HttpRequest) -> HttpResponse:
    """The answer to a person without a session: a redirect, or for htmx a 401 with a sign-in dialog."""
    if request.headers.get("HX-Request") != "true":
        back = request.get_full_path() if request.method == "GET" else "/"
        return HttpResponseRedirect(f"{settings.LOGIN_URL}?{urlencode({'next': back})}")
    current = urlsplit(request.headers.get("HX-Current-URL", "/"))
    back = current.path + (f"?{current.query}" if current.query else "")
    context = {"url": settings.LOGIN_URL, "next": back}
    response = render(request, "accounts/sign_in_dialog.html", context, status=HTTPStatus.UNAUTHORIZED)
    response["HX-Retarget"], response["HX-Reswap"], response["HX-Reselect"] = "body", "beforeend", "dialog"
    return response


def _kept_private(response: HttpResponse) -> HttpResponse:
    response.headers.setdefault("Cache-Control", "no-store")
    return response
