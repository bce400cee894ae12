"""Pages of coming in and of one's own credentials."""

from http import HTTPStatus
from typing import Any, Literal
from uuid import UUID

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from meridian.accounts import credentials, second_factor
from meridian.accounts.session import actor_of, actor_or_none, public
from meridian.accounts.signing_in import (
    Attempt,
    CodeAskedError,
    demo_offered,
    demo_people,
    sign_in_demo,
)
from meridian.accounts.signing_in import sign_in as enter
from meridian.accounts.signing_in import sign_out as leave
from meridian.accounts.vocabulary import DEMO_SENTENCES
from meridian.kernel.clock import now
from meridian.kernel.findings import Refused, refusal
from meridian.kernel.messages import message
from meridian.kernel.models import Store, User
from meridian.kernel.registry import registry
from meridian.kernel.store import kind_of_store
from meridian.platform.screens.view import Menu, Shell
from meridian.site.entrance.landing import landing_of
from meridian.site.entrance.view import DemoRole, SignInPage
from meridian.site.post_names import post_name


def bare_shell(request: HttpRequest) -> Shell:
    """The frame of pages outside the menu."""
    language: Literal["zh-hans", "en"] = "en" if (get_language() or "").startswith("en") else "zh-hans"
    return Shell(
        menu=Menu(groups=()),
        user=None,
        today=now().astimezone(registry.providers.company_zone()).date(),
        language=language,
        theme="system",
        path=request.get_full_path(),
        is_demo=kind_of_store() is Store.Kind.DEMO,
    )


def _safe(request: HttpRequest, target: str) -> str:
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if target and is_ours else "/"


def _sign_in_page(request: HttpRequest, **shown: Any) -> SignInPage:
    roles: tuple[DemoRole, ...] = ()
    if demo_offered(request):
        people = demo_people()
        roles = tuple(
            DemoRole(
                name=code, person=people[code].name, label=post_name(code, people[code].role_name), sentence=sentence
            )
            for code, sentence in DEMO_SENTENCES.items()
            if code in people
        )
    return SignInPage(
        url=reverse("sign_in"),
        next=_safe(request, request.POST.get("next") or request.GET.get("next") or "/"),
        passkey_options_url=reverse("passkey_options"),
        demo_roles=roles,
        demo_url=reverse("sign_in_demo"),
        **shown,
    )


def _shown(request: HttpRequest, page: SignInPage, status: HTTPStatus) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        context = {"url": page.url, "next": page.next, "username": page.username, "error": page.error,
                   "asks_code": page.asks_code}  # fmt: skip
        return render(request, "accounts/sign_in_dialog.html", context, status=status)
    return render(request, "sign_in.html", {"page": page, "shell": bare_shell(request)}, status=status)


@public
@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign-in by password and second factor, or by passkey; 401 when refused, 403 when locked."""
    if request.method == "GET":
        switches = "switch" in request.GET and demo_offered(request)  # the demo's role switch
        if actor_or_none(request) is not None and not switches:
            return HttpResponseRedirect(_safe(request, request.GET.get("next", "/")))
        return _shown(request, _sign_in_page(request), HTTPStatus.OK)
    form = request.POST
    username = form.get("username", "")
    attempt = Attempt(username, form.get("password", ""), form.get("code", ""), form.get("passkey", ""))
    try:
        person = enter(request, attempt)
    except CodeAskedError:
        return _shown(request, _sign_in_page(request, username=username, asks_code=True), HTTPStatus.OK)
    except Refused as refused:
        error = " ".join(str(finding.evidence) for finding in refused.findings)
        return _shown(request, _sign_in_page(request, username=username, error=error), refused.status)
    if request.headers.get("HX-Request") == "true":  # the dialog over a page: the page repeats what it asked
        return trigger_client_event(HttpResponse(status=HTTPStatus.NO_CONTENT), "signed-in", {"person": str(person.pk)})
    return HttpResponseRedirect(landing_of(request, person, _safe(request, form.get("next", "/"))))


@public
@never_cache
@require_POST
def sign_in_as_demo(request: HttpRequest) -> HttpResponse:
    """One-click sign-in of the demo store; 404 everywhere else."""
    try:
        person = sign_in_demo(request, request.POST.get("role", ""))
    except Refused as refused:
        return _shown(request, _sign_in_page(request, error=str(refused.findings[0].evidence)), refused.status)
    return HttpResponseRedirect(landing_of(request, person, _safe(request, request.POST.get("next", "/"))))


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    leave(request)
    return HttpResponseRedirect(reverse("sign_in"))


@public
@never_cache
@require_GET
def passkey_options(request: HttpRequest) -> HttpResponse:
    """The challenge a passkey answers: of the signed-in person for signing, of anybody for sign-in."""
    actor = actor_or_none(request)
    options = second_factor.passkey_request(request.session, request.get_host(), actor.user_id if actor else None)
    return JsonResponse(options)


def _person(request: HttpRequest) -> User:
    return User.objects.get(pk=actor_of(request).user_id)


def _security_page(request: HttpRequest, *, error: str = "", done: str = "", status: int = 200) -> HttpResponse:
    user = _person(request)
    secret = second_factor.offered_secret(request.session)
    context = {
        "shell": bare_shell(request),
        "person": user,
        "factors": second_factor.factors_of(user.pk),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "uri": second_factor.provisioning_uri(user, secret),
        "error": error,
        "done": done,
    }
    return render(request, "accounts/security.html", context, status=status)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def security(request: HttpRequest) -> HttpResponse:
    """One's own password and second factors. Every change asks for the present password."""
    if request.method == "GET":
        return _security_page(request)
    user = _person(request)
    if not user.check_password(request.POST.get("password", "")):
        return _security_page(request, error=gettext("现用密码不正确。"), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    act = request.POST.get("act", "")
    error = {"password": _new_password, "code": _new_code, "passkey": _new_passkey}.get(act, _unknown_act)(
        request, user
    )
    if error:
        return _security_page(request, error=error, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _security_page(request, done=gettext("已保存。"))


def _unknown_act(request: HttpRequest, user: User) -> str:
    del request, user
    return gettext("没有这个操作。")


def _new_password(request: HttpRequest, user: User) -> str:
    new = request.POST.get("new_password", "")
    problems = credentials.password_problems(new, user)
    if problems:
        return " ".join(problems)
    credentials.change_password(user, new, actor=actor_of(request))
    update_session_auth_hash(request, user)
    return ""


def _new_code(request: HttpRequest, user: User) -> str:
    enrolled = second_factor.enrol_code(user, request.session, request.POST.get("code", ""))
    return "" if enrolled else gettext("动态口令不正确，请核对手机时间后重试。")


def _new_passkey(request: HttpRequest, user: User) -> str:
    enrolled = second_factor.enrol_passkey(user, request.session, request.POST.get("passkey", ""))
    return "" if enrolled else gettext("通行密钥没有登记成功，请重试。")


@never_cache
@require_GET
def passkey_registration(request: HttpRequest) -> HttpResponse:
    """The options a browser needs to make a passkey."""
    options = second_factor.passkey_registration(_person(request), request.session, request.get_host())
    return JsonResponse(options)


@require_POST
def make_credential_link(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Shows the security administrator, once, the link a person sets a password with."""
    try:
        secret = credentials.make_link(user_id, actor=actor_of(request))
    except Refused as refused:
        return JsonResponse(refused.as_data(), status=refused.status)
    return JsonResponse({"url": request.build_absolute_uri(reverse("set_password", args=[secret]))})


@public
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def set_password(request: HttpRequest, secret: str) -> HttpResponse:
    """Where a newcomer or a recovered person sets a password, once."""
    user = credentials.person_of_link(secret)
    if user is None:
        gone = refusal("link_expired", HTTPStatus.NOT_FOUND, message("链接已使用或已过期，请联系安全管理员。"))
        return _set_password_page(request, None, str(gone.findings[0].evidence), gone.status)
    if request.method == "GET":
        return _set_password_page(request, user, "", HTTPStatus.OK)
    password = request.POST.get("new_password", "")
    problems = credentials.password_problems(password, user)
    if problems:
        return _set_password_page(request, user, " ".join(problems), HTTPStatus.UNPROCESSABLE_ENTITY)
    credentials.use_link(request, secret, password)
    return HttpResponseRedirect(reverse("sign_in"))


def _set_password_page(request: HttpRequest, user: User | None, error: str, status: HTTPStatus) -> HttpResponse:
    context = {"shell": bare_shell(request), "person": user, "error": error}
    return render(request, "accounts/set_password.html", context, status=status)
