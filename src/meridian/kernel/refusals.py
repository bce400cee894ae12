"""Refusals are recorded: in a transaction of their own, after the refused one was rolled back."""

from typing import Any
from uuid import UUID

from meridian.kernel.act import open_act
from meridian.kernel.context import Actor
from meridian.kernel.declare import DocumentType
from meridian.kernel.findings import Refused
from meridian.kernel.models import RefusalRecord
from meridian.kernel.values.text import storable


def record_refusal(
    refused: Refused,
    actor: Actor,
    declared: type[DocumentType[Any, Any]],
    document_id: UUID | None,
    transition: str,
) -> None:
    """Writes one refusal row with every finding; called by the outermost caller only."""
    with open_act(actor) as act:
        RefusalRecord.objects.create(
            company_id=actor.company_id, transaction_id=act.transaction_id, at=act.instant,
            document_type=declared.code, document_id=document_id, transition=transition, actor_id=actor.user_id,
            actor_name=actor.name, source=actor.source.value, code=refused.code, status=int(refused.status),
            findings=_keepable([finding.as_data() for finding in refused.findings]),
        )  # fmt: skip


def _keepable(data: Any) -> Any:
    """The findings with what a payload smuggled in (NUL, half a character) replaced: a refusal is always recorded."""
    if isinstance(data, str):
        return storable(data)
    if isinstance(data, dict):
        return {storable(key): _keepable(value) for key, value in data.items()}
    return [_keepable(entry) for entry in data] if isinstance(data, list) else data
