"""Electronic signatures: re-authentication, meaning, role, time with zone, and the hash of the content signed.

Step 7 of the engine checks who signs; the signature row is written by the closing statement, over content read after
the effect in the same transaction. Content that differs from what the signer saw is refused `content_changed`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from meridian.kernel.clock import now
from meridian.kernel.content import hash_of_content
from meridian.kernel.context import Actor
from meridian.kernel.declare import F, M, Transition
from meridian.kernel.findings import faulty, refusal
from meridian.kernel.messages import message
from meridian.kernel.models import RefusalRecord
from meridian.kernel.registry import registry
from meridian.kernel.values.canonical import FORMAT
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import Work

FAILURES_TO_LOCK = 5
LOCK_WINDOW = timedelta(minutes=15)


@dataclass(frozen=True)
class Signing:
    """What the signer gave: components to re-authenticate, the meaning, and the hash of the content shown."""

    content_hash: str
    meaning: str
    password: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    passkey: Mapping[str, Any] | None = field(default=None, repr=False)
    remark: str = ""


@dataclass(frozen=True)
class PreparedSignature:
    """A signature ready for the closing statement."""

    id: UUID
    values: Mapping[str, Any]


def check_signing(transition: Transition[Any, Any], signing: Signing | None, actor: Actor) -> None:
    """Step 7: the signer is who the session says, by components a machine cannot give (401, 403 or 422)."""
    if transition.signature is None:
        return
    if actor.is_machine:
        raise refusal("machine_cannot_sign", HTTPStatus.FORBIDDEN, message("服务账户不能签名；请由本人登录后签署。"))
    if signing is None:
        raise refusal(
            "signature_required",
            HTTPStatus.UNAUTHORIZED,
            message(
                "“{action}”须电子签名（含义：{meaning}）。", action=transition.label, meaning=transition.signature.label
            ),
        )
    if signing.meaning != transition.signature.value:
        evidence = message("签署含义应为“{meaning}”。", meaning=transition.signature.label)
        raise faulty("signature_meaning", evidence, field_name="meaning")
    failed = RefusalRecord.objects.filter(
        company_id=actor.company_id, actor_id=actor.user_id, code="signature_failed", at__gt=now() - LOCK_WINDOW
    ).count()
    if failed >= FAILURES_TO_LOCK:
        problem = message("15 分钟内签名验证失败 {count} 次，签名已锁定；请稍后再试或联系安全管理员。", count=failed)
        raise refusal("signing_locked", HTTPStatus.UNAUTHORIZED, problem)
    if not registry.providers.reauthenticate(actor, signing):
        raise refusal(
            "signature_failed",
            HTTPStatus.UNAUTHORIZED,
            message(
                "签名验证未通过：密码或动态码不正确；请重新输入。连续失败 {limit} 次将锁定。", limit=FAILURES_TO_LOCK
            ),
        )


def seal_signature(
    transition: Transition[M, F], work: Work[M, F], signing: Signing | None, role: str
) -> PreparedSignature | None:
    """The signature over the content as it stands after the effect; refuses content the signer did not see."""
    if transition.signature is None or signing is None:
        return None
    document = work.document
    stored = hash_of_content(transition.document, document.pk)
    if stored != signing.content_hash:
        problem = message("{number} 的内容在您查看之后有变化，未签署；请重新核对后再签。", number=document.number)
        raise faulty("content_changed", problem)
    key = uuid7()
    return PreparedSignature(
        id=key,
        values={
            "id": key,
            "company_id": document.company_id,
            "transaction_id": work.transaction_id,
            "at": work.moment.instant,
            "document_type": transition.document.code,
            "document_id": document.pk,
            "transition_id": work.transition_id,
            "signer_id": work.actor.user_id,
            "signer_name": work.actor.name,
            "role": role,
            "meaning": transition.signature.value,
            "method": "passkey" if signing.passkey else "password+totp" if signing.code else "password",
            "content_hash": stored,
            "content_format": FORMAT,
            "time_zone": work.moment.zone.key,
            "remark": signing.remark,
        },
    )


def changed_after_signing(document_type: Any, document_id: UUID, signed_hash: str) -> bool:
    """Whether the content differs today from what was signed."""
    return hash_of_content(document_type, document_id) != signed_hash
