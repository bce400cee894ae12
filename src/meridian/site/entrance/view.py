"""What the sign-in page shows, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from meridian.platform.screens.view import Icon, Note, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRole:
    """A demo account that signs in with one click on loopback: posts `role` to `SignInPage.demo_url`."""

    name: str
    person: str
    label: Text
    sentence: Text
    """What this role does in the demo."""
    icon: Icon = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage:
    """`sign_in.html`. Posts `username`, `password`, `code`, `next`. `asks_code` shows the second factor."""

    url: str
    next: str = "/"
    username: str = ""
    error: Text = ""
    asks_code: bool = False
    passkey_options_url: str = ""
    demo_roles: tuple[DemoRole, ...] = ()
    demo_url: str = ""
    note: Note | None = None
