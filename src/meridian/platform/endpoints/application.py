"""The API application: who may call, how refusals are answered, and what is mounted."""

import logging
from collections.abc import Callable
from functools import lru_cache, partial
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.openapi import get_schema
from ninja.openapi.schema import OpenAPISchema
from ninja.security import HttpBearer
from ninja.utils import check_csrf

from meridian.accounts.session import actor_of
from meridian.accounts.tokens import carries_token
from meridian.kernel.context import Actor
from meridian.kernel.findings import Refused, refusal
from meridian.kernel.messages import message
from meridian.kernel.registry import registry
from meridian.kernel.steps import not_found
from meridian.kernel.values.identity import uuid7
from meridian.platform.attachments.api import add_attachments
from meridian.platform.attachments.files import require_short
from meridian.platform.endpoints.documents import add_type
from meridian.platform.endpoints.meta import add_meta
from meridian.platform.endpoints.payload import ExactParser, require_small, schema_problems
from meridian.platform.endpoints.provided import provided_endpoints

logger = logging.getLogger(__name__)
DESCRIPTION: Any = _("单据的列表、草稿与状态变更。拒绝时返回 code 与 findings，未改动任何数据。")
"""Said in the reader's language whenever the OpenAPI page is made."""


class SessionOrToken(HttpBearer):
    """A bearer token, or the session cookie with its CSRF token; bodies as long as `require_length` lets pass."""

    def __init__(self, require_length: Callable[[HttpRequest], None] = require_small) -> None:
        super().__init__()
        self.require_length = require_length

    def __call__(self, request: HttpRequest) -> Actor:
        """The actor; raises Refused 401 `sign_in_required`, 403 `csrf_failed`, 413 before anything is read."""
        self.require_length(request)
        actor = actor_of(request)
        if not carries_token(request) and check_csrf(request) is not None:
            raise refusal("csrf_failed", HTTPStatus.FORBIDDEN, message("缺少或不符的 CSRF 令牌；请刷新页面后重试。"))
        return actor

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """The actor the middleware found for the token."""
        del token
        return actor_of(request)


class Api(NinjaAPI):
    """The API; its description takes seconds to derive, so it is kept for each language."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The OpenAPI description in the reader's language."""
        return _description(self, get_language() or "", path_prefix or self.get_root_path(path_params or {}))


@lru_cache(maxsize=8)
def _description(api: Api, language: str, path_prefix: str) -> OpenAPISchema:
    del language
    return get_schema(api=api, path_prefix=path_prefix)


def build() -> NinjaAPI:
    """The API over everything the site has assembled."""
    api = Api(
        title="Meridian", version="1", description=DESCRIPTION, auth=SessionOrToken(), parser=ExactParser(),
        urls_namespace="api",
    )  # fmt: skip
    api.add_exception_handler(Refused, partial(_refused, api))
    api.add_exception_handler(HttpError, partial(_unread, api))
    api.add_exception_handler(ValidationError, partial(_invalid, api))
    api.add_exception_handler(Http404, partial(_missing, api))
    api.add_exception_handler(Exception, partial(_failed, api))
    router = Router()
    uploads = SessionOrToken(require_short)
    add_meta(router)
    for document_type in registry.document_types.values():
        add_type(router, document_type)
        add_attachments(router, document_type, uploads)
    for mount in provided_endpoints():
        mount(router)
    api.add_router("/v1", router)
    return api


def _answer(api: NinjaAPI, request: HttpRequest, refused: Refused) -> HttpResponse:
    response = api.create_response(request, refused.as_data(), status=int(refused.status))
    if refused.status is HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _refused(api: NinjaAPI, request: HttpRequest, error: Any) -> HttpResponse:
    found: Refused = error
    return _answer(api, request, found)


def _unread(api: NinjaAPI, request: HttpRequest, error: Any) -> HttpResponse:
    """What the parser refused, which the framework wraps."""
    cause = error.__cause__
    if isinstance(cause, Refused):
        return _answer(api, request, cause)
    problem = message("请求正文不是有效的 JSON。")
    return _answer(api, request, refusal("body_unreadable", HTTPStatus.BAD_REQUEST, problem))


def _invalid(api: NinjaAPI, request: HttpRequest, error: Any) -> HttpResponse:
    return _answer(api, request, schema_problems(error.errors))


def _missing(api: NinjaAPI, request: HttpRequest, error: Any) -> HttpResponse:
    del error
    return _answer(api, request, not_found())


def _failed(api: NinjaAPI, request: HttpRequest, error: Any) -> HttpResponse:
    """A defect of ours: logged under an id that the caller can quote, nothing of it shown."""
    support_id = str(uuid7())
    logger.error("API failure %s at %s %s", support_id, request.method, request.path, exc_info=error)
    problem = message("服务器出错，未改动任何数据。编号 {id}。", id=support_id)
    return _answer(api, request, refusal("internal_error", HTTPStatus.INTERNAL_SERVER_ERROR, problem))
