"""Which column of a file is which column of a record: by heading, as the person matched them last time."""

import json
from collections.abc import Mapping, Sequence
from uuid import UUID

from meridian.exchange.models import KeptMapping
from meridian.exchange.reading.files import plain
from meridian.exchange.targets import ImportTarget, columns_of, headings_of
from meridian.kernel.sql import run
from meridian.kernel.values.identity import uuid7

Columns = Mapping[int, str]
"""Column of the file from 0 → the record's column."""


def automatic(target: ImportTarget, headings: Sequence[str], kept: Mapping[str, str]) -> dict[int, str]:
    """The record's column for each heading that is known; each at most once, the first that claims it."""
    known = headings_of(target.code)
    columns = columns_of(target.code)
    found: dict[int, str] = {}
    for at, heading in enumerate(headings):
        compared = plain(heading)
        path = kept[compared] if compared in kept else known.get(compared, "")
        if path in columns and path not in found.values():
            found[at] = path
    return found


def kept_for(target: ImportTarget, user_id: UUID) -> dict[str, str]:
    """What the person chose last time."""
    row = KeptMapping.objects.filter(owner_id=user_id, target=target.code).first()
    return dict(row.headings) if row is not None else {}


_KEEP = """
INSERT INTO exchange_kept_mapping (id, company_id, owner_id, target, headings) VALUES (%s, %s, %s, %s, %s::jsonb)
ON CONFLICT (owner_id, target, company_id)
DO UPDATE SET headings = exchange_kept_mapping.headings || excluded.headings
"""


def remember(
    target: ImportTarget, headings: Sequence[str], chosen: Columns, *, user_id: UUID, company_id: UUID
) -> None:
    """Keeps the choice for each heading, also that it is left out. Inside an act only."""
    words = {plain(heading): chosen.get(at, "") for at, heading in enumerate(headings) if plain(heading)}
    run(_KEEP, [uuid7(), company_id, user_id, target.code, json.dumps(words)])
