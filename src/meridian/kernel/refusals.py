"""Refusals are recorded: in a transaction of their own, after the refused one was rolled back."""

from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from meridian.kernel.act import open_act
from meridian.kernel.context import Actor
from meridian.kernel.declare import DocumentType
from meridian.kernel.findings import Refused
from meridian.kernel.sql import run
from meridian.kernel.values.identity import uuid7
from meridian.kernel.values.text import storable

_INSERT = """
INSERT INTO kernel_refusal (id, company_id, transaction_id, at, document_type, document_id, transition, actor_id,
                            actor_name, source, code, status, findings)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def record_refusal(
    refused: Refused,
    actor: Actor,
    declared: type[DocumentType[Any, Any]],
    document_id: UUID | None,
    transition: str,
) -> None:
    """Writes one refusal row with every finding; called by the outermost caller only."""
    with open_act(actor) as act:
        run(
            _INSERT,
            [
                uuid7(), actor.company_id, act.transaction_id, act.instant, declared.code, document_id, transition,
                actor.user_id, actor.name, str(actor.source), refused.code, int(refused.status),
                Jsonb(_keepable([finding.as_data() for finding in refused.findings])),
            ],
        )  # fmt: skip


def _keepable(data: Any) -> Any:
    """The findings with what a payload smuggled in (NUL, half a character) replaced: a refusal is always recorded."""
    if isinstance(data, str):
        return storable(data)
    if isinstance(data, dict):
        return {storable(key): _keepable(value) for key, value in data.items()}
    return [_keepable(entry) for entry in data] if isinstance(data, list) else data
