"""The frame around every page: menu, top bar, phone bar, clock banner, messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from .base import Icon, Link, Text, Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuLeaf:
    """One list, page or board under a module. `count` is what waits for this user."""

    label: Text
    url: str
    is_current: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """A module. `is_open` shows its leaves; `is_current` marks a module that is itself the page."""

    label: Text
    icon: Icon
    url: str
    is_open: bool = False
    is_current: bool = False
    count: int = 0
    is_urgent: bool = False
    leaves: tuple[MenuLeaf, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuGroup:
    """A group of modules; the first (工作台) has no label."""

    label: Text
    items: tuple[MenuItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """The left menu: only what this user may read, in fixed order."""

    groups: tuple[MenuGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BottomItem:
    """One of at most five entries of the phone bar."""

    label: Text
    icon: Icon
    url: str
    is_current: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UserMenu:
    """Who works here. The avatar shows the first character of `name`."""

    name: str
    role: Text
    key: str = ""
    """The person's id: a page never goes on for another person."""
    links: tuple[Link, ...] = ()
    sign_out_url: str = "/sign-out"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedClock:
    """Shown as a banner on every page of a demo or test store whose clock is simulated."""

    now: datetime
    link: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A toast: the result of an act out of view. `tone` bad stays until closed, others go after 6 s."""

    sentence: Text
    tone: Tone = "ok"
    link: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """Context name `shell`, needed by every page. `user` None: nobody is signed in (sign-in and error pages).

    Preferences are posted as `theme`, `language` or `menu` with `next` to `preferences_url`; the answer
    redirects to `next`.
    """

    menu: Menu
    user: UserMenu | None
    today: date
    """The site's day: distances of due and expiry days are counted from it."""
    language: Literal["zh-hans", "en"]
    theme: Literal["light", "dark", "system"]
    menu_width: Literal["full", "rail"] = "full"
    has_tabs: bool = True
    has_letter_keys: bool = True
    unread: int = 0
    path: str = "/"
    """Full path of this page, for `next`."""
    company: Text = ""
    site: Text = ""
    scope_links: tuple[Link, ...] = ()
    """Other companies and sites this user may work in."""
    search_url: str = "/find"
    search_query: str = ""
    preferences_url: str = "/preferences"
    bottom: tuple[BottomItem, ...] = ()
    clock: SimulatedClock | None = None
    is_demo: bool = False
    version: str = ""
    messages: tuple[Message, ...] = ()
