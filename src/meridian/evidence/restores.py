"""The record that a backup was restored and checked: signed, and itself a row of the shared log."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from psycopg.types.json import Jsonb

from meridian.evidence.keys import signing_key
from meridian.kernel.clock import now
from meridian.kernel.sql import run
from meridian.kernel.store import kind_of_store
from meridian.kernel.values.canonical import canonical_text, plain
from meridian.kernel.values.identity import uuid7

FORMAT = 1
NOBODY = UUID(int=0)
"""The author of what the command line does for the whole store: no person."""

_ACT = """
INSERT INTO kernel_act (id, transaction_id, at, actor_id, actor_name, source, address, reason)
VALUES (%(tx)s, %(tx)s, %(at)s, %(actor)s, %(author)s, 'command', '', %(reason)s)
"""
_RECORD = """
INSERT INTO kernel_restore_record (id, transaction_id, at, backup, passed, report, signed_text, signature, key_id)
VALUES (%(id)s, %(tx)s, %(at)s, %(backup)s, %(passed)s, %(report)s, %(text)s, %(signature)s, %(key)s)
"""


def write_act(label: UUID, at: datetime, *, author: str, reason: str) -> None:
    """The act of a row nobody of a company writes; in the transaction of that row. `author` names who is no person."""
    run(
        "SELECT set_config('app.tx', %s, true), set_config('app.actor', %s, true), "
        "set_config('app.company', '', true), set_config('app.now', %s, true)",
        [str(label), str(NOBODY), at.isoformat()],
    )
    run(_ACT, {"tx": label, "at": at, "actor": NOBODY, "author": author, "reason": reason})


def record_restore(
    backup: str, *, passed: bool, report: Mapping[str, Any], store: Path, author: str, reason: str
) -> UUID:
    """Writes the record of one restore; `backup` is the SHA-256 of its manifest. The id of the row.

    `author` names who is no person, `reason` says what was done, both in the company's language.
    """
    key, record, label = signing_key(store), uuid7(), uuid7()
    with transaction.atomic():
        at, body = now(), plain(report)
        told = {"format": FORMAT, "backup": backup, "passed": passed, "report": body, "at": at, "key": key.key_id}
        text = canonical_text({**told, "store": str(kind_of_store())})
        write_act(label, at, author=author, reason=reason)
        values = {"tx": label, "at": at, "id": record, "backup": backup, "passed": passed}
        signature = key.sign(text).hex()
        run(_RECORD, {**values, "report": Jsonb(body), "text": text, "signature": signature, "key": key.key_id})
    return record
