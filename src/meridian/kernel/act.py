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
from meridian.kernel.sql import fetch, run
from meridian.kernel.values.identity import uuid7

RETRIED_STATES = frozenset({"40001", "40P01", "57P01", "25006"})
ATTEMPTS = 3
KEY_LENGTH = 120

T = TypeVar("T")

# the statements of an act find rows by their keys: one plan serves them all and is not made anew each time
_OPEN = """
WITH said AS MATERIALIZED (
  SELECT set_config('app.tx', %(tx)s, true), set_config('app.company', %(company)s, true),
         set_config('app.actor', %(actor)s, true), set_config('app.now', tick.instant::text, true),
         set_config('plan_cache_mode', 'force_generic_plan', true), tick.instant
  FROM (SELECT clock_timestamp() + clock_offset AS instant FROM kernel_store OFFSET 0) AS tick
), act AS (
  INSERT INTO kernel_act (id, company_id, transaction_id, at, actor_id, actor_name, source, address, reason)
  SELECT %(tx)s::uuid, %(company)s::uuid, %(tx)s::uuid, instant, %(actor)s::uuid, %(name)s, %(source)s, %(address)s,
         %(reason)s FROM said
), claim AS (
  INSERT INTO kernel_claim (id, company_id, actor_id, key, request_hash, at)
  SELECT %(claim)s::uuid, %(company)s::uuid, %(actor)s::uuid, %(key)s::text, %(hash)s, instant
  FROM said WHERE %(key)s::text <> ''
  ON CONFLICT (key, actor_id, company_id) DO NOTHING RETURNING id
)
SELECT instant, EXISTS (SELECT FROM claim) FROM said
"""


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
        claim = uuid7()
        rows = fetch(_OPEN, {
            "tx": str(tx), "company": str(actor.company_id), "actor": str(actor.user_id), "name": actor.name,
            "source": str(actor.source), "address": actor.address, "reason": reason, "claim": claim, "key": key,
            "hash": request,
        })  # fmt: skip
        if not rows:
            raise RuntimeError("the store has no kernel_store row: run the migrations")
        instant, is_claimed = rows[0]
        replay = _stored_answer(actor, key, request) if key and not is_claimed else None
        claim_id = claim if is_claimed else None
        with in_act(actor.company_id, tx, instant, actor.user_id):
            yield OpenAct(transaction_id=tx, instant=instant, actor=actor, claim_id=claim_id, replay=replay)


def _require_keepable(key: str, reason: str) -> None:
    require_storable({"key": key, "reason": reason})
    if len(key) > KEY_LENGTH:
        raise faulty("field_invalid", message("幂等键最多 {limit} 个字符。", limit=KEY_LENGTH), "key")


def _stored_answer(actor: Actor, key: str, request: str) -> dict[str, Any]:
    [(stored_hash, answer)] = fetch(
        "SELECT request_hash, answer FROM kernel_claim WHERE key = %s AND actor_id = %s AND company_id = %s",
        [key, actor.user_id, actor.company_id],
    )
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
