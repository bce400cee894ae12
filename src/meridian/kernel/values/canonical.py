"""Canonical text of a value: what is hashed, signed and sealed.

Format 1: UTF-8 JSON, object keys sorted, no white space, decimals without exponent and without trailing zeros,
instants in UTC with microseconds and `Z`, days as ISO dates, keys as lower-case UUID text; nulls inside objects
are left out.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

FORMAT = 1


def plain(value: Any) -> Any:
    """The value as JSON data by the rules above; raises TypeError for a type without a canonical form."""
    if value is None or isinstance(value, bool | int | str):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, Decimal):
        text = format(value.normalize(), "f")
        return "0" if text in {"-0", "0"} else text
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items() if entry is not None}
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, bytes):
        return [plain(entry) for entry in value]
    raise TypeError(f"no canonical form for {type(value).__name__}")


def canonical_text(value: Any) -> str:
    """The one text of a value; equal values give equal text on every machine."""
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_hash(value: Any) -> str:
    """SHA-256 of the canonical text, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(canonical_text(value).encode()).hexdigest()
