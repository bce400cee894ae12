"""The endpoints of one document type: list, create, read, edit, move. Every write goes through the engine's doors."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema
from ninja.responses import Status

from meridian.accounts.session import actor_of
from meridian.kernel.declare import Transition
from meridian.kernel.draft_input import checked_header
from meridian.kernel.drafts import DraftCommand, draft
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused, refusal
from meridian.kernel.messages import message
from meridian.kernel.permission import Grants, grants_of
from meridian.kernel.registry import AnyDocumentType, registry
from meridian.kernel.signature import Signing
from meridian.kernel.values.canonical import plain
from meridian.kernel.work import Outcome
from meridian.platform.bundles import bundle_response
from meridian.platform.endpoints import schemas
from meridian.platform.endpoints.listing import hidden_fields, page
from meridian.platform.endpoints.payload import idempotency_key, sent_body
from meridian.platform.endpoints.presenting import detail, find, header_of

View = Callable[..., Any]


def add_type(router: Router, document_type: AnyDocumentType) -> None:
    """Mounts everything a document type answers."""
    base, code, label = f"/{document_type.module}/{document_type.slug}", document_type.code, document_type.label
    tags = [document_type.module]
    header = schemas.header_body(document_type)

    def add(path: str, method: str, view: View, name: str, answer: dict[int, Any], **more: Any) -> None:
        router.add_api_operation(
            base + path, [method], view, response={**answer, **schemas.REFUSALS}, operation_id=f"{name}_{code}",
            tags=tags, exclude_unset=True, **more,
        )  # fmt: skip

    parameters = {"parameters": schemas.list_parameters(document_type)}
    add("", "GET", _lister(document_type), "list", {200: schemas.page_body(document_type, header)},
        summary=label, openapi_extra=parameters)  # fmt: skip
    add("/{document_id}", "GET", _reader(document_type), "read", {200: schemas.detail_body(document_type, header)},
        summary=label)  # fmt: skip
    add("/{document_id}/bundle", "GET", _bundler(document_type), "bundle", {},
        summary=schemas.titled(_("证据包"), label), openapi_extra=_ARCHIVE)  # fmt: skip
    if document_type.creatable and document_type.editable:
        created = {201: schemas.OutcomeBody}
        add("", "POST", _creator(document_type), "create", created, summary=schemas.titled(_("新建"), label),
            openapi_extra=_KEYED)  # fmt: skip
    if document_type.editable_in:
        done = {200: schemas.OutcomeBody}
        add("/{document_id}", "PATCH", _editor(document_type), "edit", done, summary=schemas.titled(_("修改"), label),
            openapi_extra=_KEYED)  # fmt: skip
    for transition in document_type.transitions.values():
        add(f"/{{document_id}}/{transition.name}", "POST", _mover(document_type, transition), transition.name,
            {200: schemas.OutcomeBody}, summary=schemas.titled(transition.label, label),
            description=schemas.transition_help(transition), openapi_extra=_KEYED)  # fmt: skip


_KEYED = {
    "parameters": [
        {"in": "header", "name": "Idempotency-Key", "required": False, "schema": {"type": "string", "maxLength": 120}}
    ]
}


_ARCHIVE = {"responses": {200: {"description": "OK", "content": {"application/zip": {}}}}}


def _grants(request: HttpRequest) -> Grants:
    return grants_of(actor_of(request))


def _lister(document_type: AnyDocumentType) -> View:
    """Answers plain data as it is, which the schema describes: checking each row again doubles the time."""

    def list_documents(request: HttpRequest) -> HttpResponse:
        found = page(document_type, _grants(request), request.GET)
        return HttpResponse(json.dumps(found), content_type="application/json; charset=utf-8")

    return list_documents


def _reader(document_type: AnyDocumentType) -> View:
    def read_document(request: HttpRequest, document_id: UUID) -> dict[str, Any]:
        return detail(document_type, _grants(request), document_id)

    return read_document


def _bundler(document_type: AnyDocumentType) -> View:
    def bundle_document(request: HttpRequest, document_id: UUID) -> HttpResponse:
        grants = _grants(request)
        return bundle_response(document_type, find(document_type, grants, document_id), actor_of(request), grants)

    return bundle_document


def _creator(document_type: AnyDocumentType) -> View:
    def create_document(request: HttpRequest, payload: Any) -> Status[Any]:
        body = sent_body(request)
        command = DraftCommand(
            fields=_fields(document_type, body), lines=body.get("lines"), site_id=_known_site(payload.site_id),
            key=idempotency_key(request), reason=payload.reason,
        )  # fmt: skip
        return Status(HTTPStatus.CREATED, _answer(draft(document_type, command, actor=actor_of(request))))

    return _taking(create_document, schemas.draft_body(document_type, is_new=True))


def _editor(document_type: AnyDocumentType) -> View:
    def edit_document(request: HttpRequest, document_id: UUID, payload: Any) -> Status[Any]:
        body = sent_body(request)
        fields = _fields(document_type, body)
        command = DraftCommand(
            fields=fields, lines=body.get("lines"), document_id=document_id, version=payload.version,
            key=idempotency_key(request), reason=payload.reason,
        )  # fmt: skip
        try:
            return Status(HTTPStatus.OK, _answer(draft(document_type, command, actor=actor_of(request))))
        except Refused as refused:
            yours = {**fields, "version": payload.version}
            _add_both_values(refused, request, document_type, document_id, yours)
            raise

    return _taking(edit_document, schemas.draft_body(document_type, is_new=False))


def _mover(document_type: AnyDocumentType, transition: Transition[Any, Any]) -> View:
    def move_document(request: HttpRequest, document_id: UUID, payload: schemas.TransitionBody) -> Status[Any]:
        _refuse_strangers(document_type, sent_body(request), {"version", "reason", "remarks", "signature"})
        command = Command(
            document_id=document_id, version=payload.version, key=idempotency_key(request), reason=payload.reason,
            remarks=payload.remarks, signing=_signing(payload.signature),
        )  # fmt: skip
        try:
            return Status(HTTPStatus.OK, _answer(perform(transition, command, actor=actor_of(request))))
        except Refused as refused:
            _add_both_values(refused, request, document_type, document_id, {"version": payload.version})
            raise

    return move_document


def _taking(view: View, body: type[Schema]) -> View:
    """The view with the type's own schema as its body."""
    view.__annotations__["payload"] = body
    return view


def _fields(document_type: AnyDocumentType, body: Mapping[str, Any]) -> dict[str, Any]:
    """The header's fields; what stands beside them unasked is refused by name."""
    _refuse_strangers(document_type, body, {"fields", "lines", "site_id", "version", "reason"})
    return dict(body.get("fields") or {})


def _refuse_strangers(document_type: AnyDocumentType, body: Mapping[str, Any], known: set[str]) -> None:
    """Names of operators and times are `system_field_readonly` (G76), anything else is `field_unknown`."""
    strangers = [name for name in body if name not in known]
    if document_type.lines is None and "lines" in body:
        strangers.append("lines")
    for name in strangers:
        columns = {ref.field.attname for ref in document_type.editable if not isinstance(ref, tuple)}
        if name not in columns and name.removesuffix("_id") not in columns:
            checked_header(document_type, {name: None}, is_new=False)
        raise refusal("field_unknown", HTTPStatus.UNPROCESSABLE_ENTITY,
                      message("{field} 应放在 fields 里。", field=name[:80]), field_name=name[:80])  # fmt: skip


def _known_site(site_id: UUID) -> UUID:
    try:
        registry.providers.site_zone(site_id)
    except LookupError:
        raise refusal("reference_not_found", HTTPStatus.UNPROCESSABLE_ENTITY, message("没有这个场所。"),
                      field_name="site_id") from None  # fmt: skip
    return site_id


def _signing(block: schemas.SignatureBody | None) -> Signing | None:
    if block is None:
        return None
    return Signing(
        content_hash=block.content_hash, meaning=block.meaning, password=block.password, code=block.code,
        passkey=block.passkey, remark=block.remark,
    )  # fmt: skip


def _answer(outcome: Outcome) -> dict[str, Any]:
    return {**outcome.as_data(), "replayed": outcome.replayed}


def _add_both_values(
    refused: Refused, request: HttpRequest, document_type: AnyDocumentType, document_id: UUID, yours: dict[str, Any]
) -> None:
    """Puts the stored value beside the caller's into a version conflict, so that a client can merge."""
    if refused.code != "version_conflict":
        return
    grants = _grants(request)
    hidden = hidden_fields(document_type, grants)
    stored = header_of(document_type, find(document_type, grants, document_id), hidden)
    names = {name: name if name in stored else f"{name}_id" for name in yours}
    refused.current = {
        name: {"stored": stored[names[name]], "yours": plain(value)}
        for name, value in yours.items()
        if names[name] in stored
    }
