"""The frame of every derived page: menu, person, company, day, clock, messages."""

from typing import TYPE_CHECKING, Literal

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meridian.kernel import clock
from meridian.kernel.models import Store
from meridian.kernel.registry import registry
from meridian.kernel.store import kind_of_store
from meridian.platform.screens.derive.menu import menu_of
from meridian.platform.screens.derive.provided import provided
from meridian.platform.screens.view import BottomItem, Link, Menu, Message, Shell, SimulatedClock, Tone, UserMenu

if TYPE_CHECKING:
    from meridian.platform.screens.derive.reader import Reader

Theme = Literal["light", "dark", "system"]
THEMES: tuple[Theme, ...] = ("light", "dark", "system")
MENU_COOKIE = "meridian_menu"
TABS_COOKIE = "meridian_tabs"
THEME_COOKIE = "meridian_theme"
KEYS_COOKIE = "meridian_keys"
_TONES: dict[int, Tone] = {messages.WARNING: "warn", messages.ERROR: "bad", messages.INFO: "info"}
_kind: dict[str, Store.Kind] = {}


def store_kind() -> Store.Kind:
    """The kind of this store: fixed at its birth, so asked once by each process."""
    if "kind" not in _kind:
        _kind["kind"] = kind_of_store()
    return _kind["kind"]


def language() -> Literal["zh-hans", "en"]:
    """The active language as the templates know it."""
    return "en" if (get_language() or "").startswith("en") else "zh-hans"


def shell_of(request: HttpRequest, reader: "Reader") -> Shell:
    """The frame for a signed-in person; at most two statements, for the clock and what they have not read."""
    kind = store_kind()
    offset = clock.store_offset()
    now = clock.now()
    menu, roles = menu_of(reader, request.path), sorted(reader.grants.roles)
    return Shell(
        menu=menu,
        user=UserMenu(
            name=reader.actor.name,
            key=str(reader.actor.user_id),
            role=provided().role_label(roles[0]) if roles else "",
            links=(Link(label=_("我的账号与签名"), url="/account/security", icon="key"),),
        ),
        today=now.astimezone(registry.providers.company_zone()).date(),
        language=language(),
        theme=_theme(request),
        menu_width="rail" if request.COOKIES.get(MENU_COOKIE) == "rail" else "full",
        has_tabs=request.COOKIES.get(TABS_COOKIE) != "off",
        has_letter_keys=request.COOKIES.get(KEYS_COOKIE) != "off",
        unread=provided().unread(reader.actor.user_id),
        path=request.get_full_path() if request.method == "GET" else request.path,
        company=provided().company_name(),
        bottom=_bottom(menu, request.path),
        clock=SimulatedClock(now=now) if offset else None,
        is_demo=kind is Store.Kind.DEMO,
        messages=tuple(
            Message(sentence=str(each.message), tone=_TONES.get(each.level, "ok"))
            for each in messages.get_messages(request)
        ),
    )


def bare_shell(request: HttpRequest) -> Shell:
    """The frame for nobody: error pages. Touches no database."""
    return Shell(
        menu=Menu(groups=()),
        user=None,
        today=timezone.localdate(),
        language=language(),
        theme=_cookie_theme(request),
        path=request.path,
    )


def _theme(request: HttpRequest) -> Theme:
    """The theme chosen in this browser, else the person's own."""
    chosen = getattr(request.user, "theme", "")
    if request.COOKIES.get(THEME_COOKIE, "") in THEMES or chosen not in THEMES:
        return _cookie_theme(request)
    return chosen


def _cookie_theme(request: HttpRequest) -> Theme:
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "system"


def _bottom(menu: Menu, path: str) -> tuple[BottomItem, ...]:
    shown = {leaf.url for group in menu.groups for item in group.items for leaf in item.leaves}
    leaves = ((each.label, each.icon, each.url) for each in provided().extra_leaves if each.icon and each.url in shown)
    bar = (_("工作台"), "home", "/"), (_("搜索"), "search", "/find"), *leaves, (_("我的"), "user", "/account/security")
    return tuple(BottomItem(label=label, icon=icon, url=url, is_current=path == url) for label, icon, url in bar)
