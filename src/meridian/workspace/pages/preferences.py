"""What a person prefers: language, theme, width of the menu. Kept in cookies: it is no record of the business."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from meridian.accounts.session import public
from meridian.platform.screens.derive.shell import KEYS_COOKIE, MENU_COOKIE, TABS_COOKIE, THEME_COOKIE, THEMES

YEAR = 365 * 24 * 3600


@public
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keeps what was chosen and goes back to the page it was chosen on."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    answer = HttpResponseRedirect(back)
    chosen: dict[str, tuple[str, set[str]]] = {
        settings.LANGUAGE_COOKIE_NAME: (request.POST.get("language", ""), {code for code, _name in settings.LANGUAGES}),
        THEME_COOKIE: (request.POST.get("theme", ""), set(THEMES)),
        MENU_COOKIE: (request.POST.get("menu", ""), {"full", "rail"}),
        KEYS_COOKIE: (request.POST.get("keys", ""), {"on", "off"}),
        TABS_COOKIE: (request.POST.get("tabs", ""), {"on", "off"}),
    }
    for name, (value, allowed) in chosen.items():
        if value in allowed:
            answer.set_cookie(name, value, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure())
    return answer
