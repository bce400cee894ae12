"""A session that ended while somebody was typing: what was typed waits in the new session until they are back."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from meridian.accounts.middleware import sign_in_demanded

SESSION_KEY = "meridian_typed"
KEPT_MAX = 200_000
"""Characters of typed data kept; more is not kept, and the page says so."""
_NEVER_KEPT = frozenset({"password", "code", "passkey", "csrfmiddlewaretoken"})
RESUME_URL = "/resume"


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Sends to the sign-in page and back; the fields of a post are kept, secrets never."""
    if request.headers.get("HX-Request") == "true":
        return sign_in_demanded(request)  # a dialog over the page, which keeps what was typed
    wanted = request.get_full_path()
    if request.method == "POST":
        typed = [[name, value] for name, values in request.POST.lists() if name not in _NEVER_KEPT for value in values]
        fits = sum(len(name) + len(value) for name, value in typed) <= KEPT_MAX
        request.session[SESSION_KEY] = {"url": wanted, "typed": typed if fits else []}
        wanted = RESUME_URL
    return HttpResponseRedirect(f"{settings.LOGIN_URL}?{urlencode({'next': wanted})}")


def kept(request: HttpRequest) -> tuple[str, list[tuple[str, str]]] | None:
    """The address and fields that wait in this session."""
    entry = request.session.get(SESSION_KEY)
    if not isinstance(entry, dict) or not url_has_allowed_host_and_scheme(entry["url"], None):
        return None
    return entry["url"], [(name, value) for name, value in entry["typed"]]


def resume_form(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    """The page that sends what was typed again, once, when the person says so."""
    waiting = kept(request)
    if waiting is None:
        return HttpResponseRedirect("/")
    del request.session[SESSION_KEY]
    url, typed = waiting
    return render(request, "resume.html", {**context, "url": url, "typed": typed})
