"""Attaching to a document, withdrawing, and reading: the same for page and API, each write one act."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from typing import Any
from uuid import UUID

from meridian.kernel import steps
from meridian.kernel.act import answer_claim, open_act, request_hash
from meridian.kernel.context import Actor
from meridian.kernel.findings import Refused, refusal
from meridian.kernel.messages import message
from meridian.kernel.models import SignatureRecord
from meridian.kernel.permission import Grants, grants_of
from meridian.kernel.refusals import record_refusal
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.attachments.files import Upload, keep
from meridian.platform.attachments.models import Attachment
from meridian.platform.prepared import KEY, records

LONGEST_REASON = 500


def may_attach(declared: AnyDocumentType, document: Any, grants: Grants) -> bool:
    """Whether the actor drafts this document or makes any of its moves."""
    rights = [declared.permission("draft"), *(each.permission for each in declared.transitions.values())]
    return any(grants.role_for(right, document, declared.scope) is not None for right in rights)


def attachments_of(document_id: UUID) -> Sequence[Attachment]:
    """Everything ever attached to a document, withdrawn files too, oldest first; one statement."""
    return records(Attachment, "of a document", lambda rows: rows.filter(document_id=KEY).order_by("pk"), document_id)


def attachment_of(declared: AnyDocumentType, document_id: UUID, attachment_id: UUID) -> Attachment:
    """One file of a document the caller has found; raises Refused 404."""
    found = Attachment.objects.filter(document_type=declared.code, document_id=document_id, pk=attachment_id).first()
    if found is None:
        raise steps.not_found()
    return found


def attach(declared: AnyDocumentType, document_id: UUID, upload: Upload, *, actor: Actor, key: str = "") -> UUID:
    """Attaches a file, at any state, signed or not: adding is always an act of its own and changes nothing signed.

    The same key answers the first success again. Raises Refused 404, 403, 409 `attachment_exists`, having kept nothing.
    """
    keep(upload)  # content without a row is nobody's and harmless; a row without content would be a lie
    request = request_hash("attach", declared.code, document_id, upload.name, upload.sha256)
    with _recorded(declared, document_id, "attach", actor), open_act(actor, key=key, request=request) as act:
        if act.replay is not None:
            return UUID(act.replay["id"])
        document = _for_change(declared, document_id, actor)
        live = Attachment.objects.filter(document_id=document_id, withdrawn_at=None)
        if live.filter(name=upload.name, sha256=upload.sha256).exists():
            raise refusal("attachment_exists", HTTPStatus.CONFLICT,
                          message("{name} 已添加，内容相同。", name=upload.name), field_name="file")  # fmt: skip
        row = Attachment.objects.create(
            document_type=declared.code,
            document_id=document.pk,
            name=upload.name,
            size=len(upload.content),
            sha256=upload.sha256,
            after_signing=_is_signed(document),
            created_at=act.instant,
            created_by_id=actor.user_id,
            created_by_name=actor.name,
        )
        answer_claim(act, {"id": str(row.pk)})
        return row.pk


def withdraw(
    declared: AnyDocumentType, document_id: UUID, attachment_id: UUID, reason: str, *, actor: Actor
) -> None:  # fmt: skip
    """Marks a file as withdrawn, with the reason; it stays readable. Not once the document is signed."""
    reason = reason.strip()[:LONGEST_REASON]
    with _recorded(declared, document_id, "withdraw_attachment", actor), ExitStack() as stack:
        row = attachment_of(declared, document_id, attachment_id)
        act = stack.enter_context(open_act(actor, reason=f"{row.name}：{reason}"))
        document = _for_change(declared, document_id, actor)
        row.refresh_from_db()
        if not reason:
            raise refusal("reason_required", HTTPStatus.UNPROCESSABLE_ENTITY,
                          message("请填写撤回附件的原因。"), field_name="reason")  # fmt: skip
        if _is_signed(document):
            raise refusal("record_locked", HTTPStatus.CONFLICT,
                          message("{number} 已签署，附件只能补充，不能撤回。", number=document.number))  # fmt: skip
        if row.withdrawn_at is not None:
            raise refusal("attachment_withdrawn", HTTPStatus.CONFLICT, message("{name} 已撤回。", name=row.name))
        row.withdrawn_at, row.withdrawn_by_name, row.withdraw_reason = act.instant, actor.name, reason
        row.save(update_fields=["withdrawn_at", "withdrawn_by_name", "withdraw_reason"])


@contextmanager
def _recorded(declared: AnyDocumentType, document_id: UUID, name: str, actor: Actor) -> Iterator[None]:
    """A refusal inside is recorded after everything was rolled back."""
    try:
        yield
    except Refused as refused:
        record_refusal(refused, actor, declared, document_id, name)
        raise


def _for_change(declared: AnyDocumentType, document_id: UUID, actor: Actor) -> Any:
    """The document, locked so that no signature crosses; raises Refused 404 and 403."""
    grants = grants_of(actor)
    document = steps.find_and_lock(declared, document_id, grants)
    if not may_attach(declared, document, grants):
        raise refusal("permission_required", HTTPStatus.FORBIDDEN, message("您没有为{label}添加附件的权限。",
                      label=declared.label), owner=",".join(declared.drafted_by))  # fmt: skip
    return document


def _is_signed(document: Any) -> bool:
    signatures = SignatureRecord.objects.filter(company_id=document.company_id, document_id=document.pk)
    return signatures.exists()
