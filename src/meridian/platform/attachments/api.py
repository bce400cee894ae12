"""Attachments over the API: upload, list, download, withdraw, below each document."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Field, File, Router, Schema
from ninja.files import UploadedFile
from ninja.responses import Status
from pydantic import ConfigDict

from meridian.accounts.session import actor_of
from meridian.kernel.permission import grants_of
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.attachments import keeping
from meridian.platform.attachments.files import checked
from meridian.platform.attachments.pages import file_response
from meridian.platform.endpoints.payload import idempotency_key
from meridian.platform.endpoints.presenting import find
from meridian.platform.endpoints.schemas import REFUSALS, titled


class AttachmentBody(Schema):
    """A file of a document; `sha256` names its content."""

    id: UUID
    name: str
    size: int
    sha256: str
    after_signing: bool
    created_at: datetime
    created_by_name: str
    withdrawn_at: datetime | None
    withdraw_reason: str


class KeptBody(Schema):
    """The key of a file just attached."""

    id: UUID


class WithdrawBody(Schema):
    """Why a file is withdrawn."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=1, max_length=500)


def add_attachments(router: Router, declared: AnyDocumentType, upload_auth: Callable[..., Any]) -> None:
    """Mounts the four endpoints of one document type; `upload_auth` takes bodies as long as a file may be."""
    base = f"/{declared.module}/{declared.slug}/{{document_id}}/attachments"
    tags, label = [declared.module], declared.label

    def list_attachments(request: HttpRequest, document_id: UUID) -> Any:
        find(declared, grants_of(actor_of(request)), document_id)
        return keeping.attachments_of(document_id)

    def attach_file(request: HttpRequest, document_id: UUID, file: File[UploadedFile]) -> Status[Any]:
        actor = actor_of(request)
        find(declared, grants_of(actor), document_id)
        kept = keeping.attach(declared, document_id, checked(file), actor=actor, key=idempotency_key(request))
        return Status(HTTPStatus.CREATED, {"id": kept})

    def download_file(request: HttpRequest, document_id: UUID, attachment_id: UUID) -> HttpResponse:
        find(declared, grants_of(actor_of(request)), document_id)
        return file_response(keeping.attachment_of(declared, document_id, attachment_id))

    def withdraw_file(
        request: HttpRequest, document_id: UUID, attachment_id: UUID, payload: WithdrawBody
    ) -> Status[Any]:  # fmt: skip
        keeping.withdraw(declared, document_id, attachment_id, payload.reason, actor=actor_of(request))
        return Status(HTTPStatus.NO_CONTENT, None)

    def add(
        path: str, method: str, view: Callable[..., Any], answer: dict[int, Any], summary: Any, **more: Any
    ) -> None:
        router.add_api_operation(base + path, [method], view, response={**answer, **REFUSALS}, tags=tags,
                                 operation_id=f"{view.__name__}_{declared.code}", summary=summary, **more)  # fmt: skip

    add("", "GET", list_attachments, {200: list[AttachmentBody]}, titled(_("附件"), label))
    add("", "POST", attach_file, {201: KeptBody}, titled(_("添加附件"), label), auth=upload_auth)
    add("/{attachment_id}", "GET", download_file, {200: None}, titled(_("下载附件"), label))
    add("/{attachment_id}/withdraw", "POST", withdraw_file, {204: None}, titled(_("撤回附件"), label))
