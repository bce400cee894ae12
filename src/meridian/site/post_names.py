"""Posts in the reader's language: the product's own names are translated, a name the company gave stands as it is."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from uuid import UUID

from django.utils.translation import gettext, override

from meridian.accounts import people
from meridian.accounts.people import Person, Post
from meridian.organization.vocabulary import Role

STORED_LANGUAGE = "zh-hans"
"""The language in which a company's posts are named when it is set up."""


@cache
def _own_names() -> dict[str, str]:
    """Role code → the name the product gives the post."""
    with override(STORED_LANGUAGE):
        return {role.value: str(role.label) for role in Role}


def post_name(code: str, stored: str) -> str:
    """How a post is called on a page."""
    return str(Role(code).label) if _own_names().get(code) == stored else stored


def posts() -> Sequence[Post]:
    """Every post of the company by code, named for the reader."""
    return [replace(post, name=post_name(post.code, post.name)) for post in people.posts()]


def persons(user_id: UUID | None = None) -> Sequence[Person]:
    """Everybody who may come in, or one of them, with posts named for the reader."""
    return [
        replace(each, roles=tuple(replace(r, role_name=post_name(r.role_code, r.role_name)) for r in each.roles))
        for each in people.people(user_id)
    ]


def listed(words: Iterable[str]) -> str:
    """Words one after the other, as the reader's language separates them."""
    return gettext("、").join(words)
