"""Opening a write transaction: the context the database sees, the act row, and the idempotency claim.

One act is one transaction. Its label (a UUIDv7) stands on every evidence row it writes. Context values travel as
transaction-local settings and hold ids only, never text a person typed (SCALE day-one rule 6).
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from psycopg.types.json import Jsonb

from meridian.kernel.context import Actor, act_instant, act_transaction_id, in_act
from meridian.kernel.findings import faulty, require_storable
from meridian.kernel.messages import message
from meridian.kernel.sql import run
from meridian.kernel.values.identity import uuid7

RETRIED_STATES = frozenset({"40001", "40P01", "57P01", "25006"})
ATTEMPTS = 3
KEY_LENGTH = 120

T = TypeVar("T")

_OPEN = """
SELECT set_config('app.tx', %(tx)s, true), set_config('app.company', %(company)s, true),
       set_config('app.actor', %(actor)s, true), set_config('app.now', tick.instant::text, true), tick.instant
FROM (SELECT clock_timestamp() + clock_offset AS instant FROM kernel_store) AS tick
"""

_ACT = """
INSERT INTO kernel_act (id, company_id, transaction_id, at, actor_id, actor_name, source, address, reason)
VALUES (%(tx)s, %(company)s, %(tx)s, %(at)s, %(actor)s, %(name)s, %(source)s, %(address)s, %(reason)s)
"""

_CLAIM = (
    """
WITH act AS ("""
    + _ACT
    + """)
INSERT INTO kernel_claim (id, company_id, actor_id, key, request_hash, at)
VALUES (%(claim)s, %(company)s, %(actor)s, %(key)s, %(hash)s, %(at)s)
ON CONFLICT (key, actor_id, company_id) DO NOTHING RETURNING id
"""
)


@dataclass(frozen=True)
class OpenAct:
    """A write transaction that has begun."""

    transaction_id: UUID
    instant: datetime
    actor: Actor
    claim_id: UUID | None
    replay: dict[str, Any] | None
    """The stored answer when this very request succeeded before."""


def request_hash(*parts: Any) -> str:
    """The hash that tells one request from another under the same key; takes whatever a payload may hold."""
    text = json.dumps(parts, default=str, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def open_act(actor: Actor, *, key: str = "", request: str = "", reason: str = "") -> Iterator[OpenAct]:
    """Steps 0 of the engine: begins the transaction, sets the context, writes the act, claims the key.

    Raises Refused (422) `idempotency_key_reused` when the key was used for another request, `field_invalid` when key or
    reason cannot be kept. A second caller with the same key waits for the first to finish and then gets its answer in
    `replay`. Inside an act, the act is joined.
    """
    _require_keepable(key, reason)
    outer_tx, outer_instant = act_transaction_id(), act_instant()
    if outer_tx is not None and outer_instant is not None:
        with transaction.atomic():
            yield OpenAct(outer_tx, outer_instant, actor, claim_id=None, replay=None)
        return
    with transaction.atomic():
        tx = uuid7()
        with connection.cursor() as cursor:
            values: dict[str, Any] = {"tx": str(tx), "company": str(actor.company_id), "actor": str(actor.user_id)}
            cursor.execute(_OPEN, values)
            row = cursor.fetchone()
            if row is None:
                raise RuntimeError("the store has no kernel_store row: run the migrations")
            instant = row[4]
            values |= {"at": instant, "name": actor.name, "source": str(actor.source), "address": actor.address}
            values["reason"] = reason
            claim_id, replay = None, None
            if key:
                claim_id = uuid7()
                cursor.execute(_CLAIM, values | {"claim": claim_id, "key": key, "hash": request})
                if cursor.fetchone() is None:
                    replay = _stored_answer(cursor, actor, key, request)
            else:
                cursor.execute(_ACT, values)
        with in_act(actor.company_id, tx, instant, actor.user_id):
            yield OpenAct(transaction_id=tx, instant=instant, actor=actor, claim_id=claim_id, replay=replay)


def _require_keepable(key: str, reason: str) -> None:
    require_storable({"key": key, "reason": reason})
    if len(key) > KEY_LENGTH:
        raise faulty("field_invalid", message("幂等键最多 {limit} 个字符。", limit=KEY_LENGTH), "key")


def _stored_answer(cursor: Any, actor: Actor, key: str, request: str) -> dict[str, Any]:
    cursor.execute(
        "SELECT request_hash, answer FROM kernel_claim WHERE key = %s AND actor_id = %s AND company_id = %s",
        [key, actor.user_id, actor.company_id],
    )
    stored_hash, answer = cursor.fetchone()
    if stored_hash != request:
        raise faulty("idempotency_key_reused", message("幂等键 {key} 已用于另一个请求；请换一个新键重试。", key=key))
    return dict(json.loads(answer))  # Django's connections give jsonb as text


def answer_claim(act: OpenAct, answer: dict[str, Any]) -> None:
    """Keeps the answer beside the key, for replay; only a success is kept, because a refusal rolls the claim back."""
    if act.claim_id is None:
        return
    run("UPDATE kernel_claim SET answer = %s WHERE id = %s", [Jsonb(answer), act.claim_id])


def retried(work: Callable[[], T]) -> T:
    """Runs work again after a serialization, deadlock or failover error; only the outermost caller may retry."""
    for attempt in range(ATTEMPTS):
        try:
            return work()
        except DatabaseError as error:
            state = getattr(error.__cause__, "sqlstate", None) or ""
            hopeless = attempt == ATTEMPTS - 1 or connection.in_atomic_block
            if hopeless or not (state in RETRIED_STATES or state.startswith("08")):
                raise
            connection.close_if_unusable_or_obsolete()
    raise AssertionError("unreachable")
