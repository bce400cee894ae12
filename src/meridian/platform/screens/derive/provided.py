"""What screens ask of higher floors: sites, names of posts, further menu leaves.

The platform stands below the organization, so the site hands these in once, at start, by `provide`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from meridian.kernel.permission import Grants
from meridian.platform.screens.view import Action, Badge, Text


@dataclass(frozen=True)
class ExtraLeaf:
    """A page that is no document list, under one of the menu's areas (`warehouse`, `trace`, `system` …): without a
    permission for everybody, with `posts` for them alone, with an `icon` on the phone's bar too."""

    area: str
    label: Text
    url: str
    permission: str = ""
    posts: frozenset[str] = frozenset()
    icon: str = ""


@dataclass(frozen=True)
class SiteChoice:
    """A site a new document may belong to."""

    id: UUID
    label: str


@dataclass(frozen=True)
class Provided:
    """All of it; each call is made inside the company's scope."""

    sites: Callable[[], Sequence[SiteChoice]] = lambda: ()
    company_name: Callable[[], str] = lambda: ""
    """Asked on every page: remember it."""
    role_label: Callable[[str], Text] = str
    """The post's name for its code, in words."""
    extra_leaves: Sequence[ExtraLeaf] = ()
    form_labels: Callable[[Path], Mapping[str, str]] = lambda _form: {}
    """The labels of a printed form in the reader's language, where that is not the form's own."""
    proof: Callable[[], tuple[Badge | None, str]] = lambda: (None, "")
    """How the sealed evidence stands, beside every trail, and the address of its proof."""
    unread: Callable[[UUID], int] = lambda _person: 0
    offers: Callable[[str, UUID, Grants], Sequence[Action]] = lambda _code, _key, _grants: ()
    """What modules above offer on the page of a record, by the code of its type, or of a `lot`."""


_provided = Provided()


def provide(provided: Provided) -> None:
    """Called once, by the site."""
    globals()["_provided"] = provided


def provided() -> Provided:
    """What the site handed in."""
    return _provided
