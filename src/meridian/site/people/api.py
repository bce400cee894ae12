"""Persons and posts over the API, to read; they change by changes of access alone."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from meridian.accounts.documents import AccessChangeDocument
from meridian.accounts.people import people, posts
from meridian.accounts.session import actor_of
from meridian.kernel.permission import grants_of
from meridian.kernel.steps import not_found
from meridian.platform.endpoints.schemas import REFUSALS


class HeldRoleBody(Schema):
    """A post somebody holds, will hold or held; instants with zone."""

    role_code: str
    scope_kind: str
    scope_id: UUID | None
    valid_from: datetime
    valid_until: datetime | None
    is_live: bool


class PersonBody(Schema):
    """Who may come in; `locked_from` are addresses from which sign-in is locked now."""

    id: UUID
    username: str
    name: str
    is_active: bool
    is_machine: bool
    last_sign_in: datetime | None
    locked_from: list[str]
    roles: list[HeldRoleBody]


class PostBody(Schema):
    """A post, its rights, and the posts nobody may hold beside it."""

    code: str
    name: str
    rights: list[str]
    excludes: list[str]


def mount(router: Router) -> None:
    """Adds the two lists to version 1."""
    router.add_api_operation("/accounts/people", ["GET"], list_people, response={200: list[PersonBody], **REFUSALS},
                             operation_id="list_people", summary="人员", tags=["accounts"])  # fmt: skip
    router.add_api_operation("/accounts/roles", ["GET"], list_roles, response={200: list[PostBody], **REFUSALS},
                             operation_id="list_roles", summary="岗位与权限", tags=["accounts"])  # fmt: skip


def list_people(request: HttpRequest) -> Any:
    """Everybody who may come in, by sign-in name."""
    _require_reader(request)
    return people()


def list_roles(request: HttpRequest) -> Any:
    """Every post by code."""
    _require_reader(request)
    return [{"code": each.code, "name": each.name, "rights": sorted(each.rights), "excludes": each.excludes}
            for each in posts()]  # fmt: skip


def _require_reader(request: HttpRequest) -> None:
    """Persons and posts are shown to those who may read changes of access; 404 for everybody else."""
    if not grants_of(actor_of(request)).allows(AccessChangeDocument.permission("read")):
        raise not_found()
