"""Reads of the scan book: what was counted on each line, what the latest rows say, where putting away stands."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.kernel.context import current_company_id
from meridian.kernel.sql import fetch
from meridian.scanning.models import ScanRecord
from meridian.scanning.vocabulary import RecordKind, ScanTask, Verdict
from meridian.scanning.words import Said, headline_of

LATEST = 50
"""Rows of the book that a page lists."""

_CAPTURES = (RecordKind.SCAN.value, RecordKind.PLACE.value)

# counts begin anew whenever the document moved: what was picked is counted again when it comes back
_SINCE = """
id > coalesce((SELECT t.id FROM kernel_transition t WHERE t.document_id = %(document)s
               AND t.company_id IS NOT DISTINCT FROM %(company)s ORDER BY t.id DESC LIMIT 1),
              '00000000-0000-0000-0000-000000000000'::uuid)
"""
_OURS = f"document_id = %(document)s AND task = %(task)s AND company_id IS NOT DISTINCT FROM %(company)s AND {_SINCE}"
_SUMS = f"""
SELECT line_id, sum(added), sum(written), count(*) FILTER (WHERE kind = 'scan'),
       count(*) FILTER (WHERE verdict = 'stop' AND kind = ANY(%(captures)s)),
       count(*) FILTER (WHERE kind = 'set_aside' AND verdict <> 'stop')
FROM scanning_record WHERE {_OURS} GROUP BY line_id
"""
_LATEST = f"""
SELECT id, at, kind, verdict, line_id, follows_id, added, counted, text, told ->> 'headline', code, told ->> 'what',
       actor_id
FROM scanning_record WHERE {_OURS} ORDER BY id DESC LIMIT {LATEST}
"""
_WAY = f"""
WITH counted AS MATERIALIZED (
  SELECT r.id, r.kind, r.line_id, r.place_id FROM scanning_record r
  WHERE {_OURS} AND r.verdict <> 'stop' AND r.kind = ANY(%(captures)s) AND r.id <> %(without)s
    AND NOT EXISTS (SELECT FROM scanning_record u WHERE u.document_id = r.document_id AND u.follows_id = r.id
                    AND u.kind = 'undo' AND u.verdict <> 'stop' AND u.company_id = r.company_id)
), placed AS (SELECT id FROM counted WHERE kind = 'place' AND line_id IS NOT NULL ORDER BY id DESC LIMIT 1)
SELECT (SELECT array_agg(DISTINCT line_id) FROM counted
        WHERE kind = 'scan' AND id > coalesce((SELECT id FROM placed), '00000000-0000-0000-0000-000000000000'::uuid)),
       (SELECT place_id FROM counted WHERE kind = 'place' AND line_id IS NULL ORDER BY id DESC LIMIT 1)
"""
_LAST = f"""
SELECT r.id FROM scanning_record r
WHERE {_OURS} AND r.actor_id = %(actor)s AND r.verdict <> 'stop'
  AND (r.kind IN ('scan', 'quantity') OR (r.kind = 'place' AND r.task IN ('put_away', 'move')))
  AND NOT EXISTS (SELECT FROM scanning_record u WHERE u.document_id = r.document_id AND u.follows_id = r.id
                  AND u.kind = 'undo' AND u.verdict <> 'stop' AND u.company_id = r.company_id)
ORDER BY r.id DESC LIMIT 1
"""
_NONE = UUID(int=0)


@dataclass(frozen=True)
class BookRow:
    """A row of the book as the standing needs it."""

    id: UUID
    at: datetime
    kind: RecordKind
    verdict: Verdict
    line_id: UUID | None
    follows_id: UUID | None
    added: Decimal
    counted: Decimal
    text: str
    headline: Said
    what: str
    actor_id: UUID


@dataclass(frozen=True)
class Book:
    """What the book says of one document's task since the document last moved; `counted` by line, corrections in."""

    counted: Mapping[UUID, Decimal]
    written: Mapping[UUID, Decimal]
    """What of it was written into the line itself; the rest of the line was planned before anybody scanned."""
    scans: int
    stops: int
    set_aside: int
    latest: tuple[BookRow, ...]
    """The latest first."""

    @property
    def taken_back(self) -> frozenset[UUID]:
        """Rows that an undo followed."""
        return self._followed(RecordKind.UNDO)

    @property
    def current_line(self) -> UUID | None:
        """The line that was counted last."""
        return next((row.line_id for row in self.latest if row.line_id and row.verdict != Verdict.STOP), None)

    @property
    def open_stops(self) -> frozenset[UUID]:
        """Stops after which the same person captured nothing more, and which nobody set aside."""
        dealt_with = self._followed(RecordKind.SET_ASIDE)
        found, went_on = set(), set()
        for row in self.latest:
            if row.kind.value not in _CAPTURES:
                continue
            if row.verdict == Verdict.STOP and row.actor_id not in went_on and row.id not in dealt_with:
                found.add(row.id)
            went_on.add(row.actor_id)
        return frozenset(found)

    def _followed(self, kind: RecordKind) -> frozenset[UUID]:
        return frozenset(
            row.follows_id for row in self.latest if row.kind == kind and row.follows_id and row.verdict != Verdict.STOP
        )


def book_of(task: ScanTask, document_id: UUID) -> Book:
    """The book of one document's task; two statements whatever it holds."""
    values = _values(task, document_id)
    sums = fetch(_SUMS, values)
    return Book(
        counted={row[0]: row[1] for row in sums if row[0] is not None},
        written={row[0]: row[2] for row in sums if row[0] is not None},
        scans=sum(row[3] for row in sums),
        stops=sum(row[4] for row in sums),
        set_aside=sum(row[5] for row in sums),
        latest=tuple(_row(*row) for row in fetch(_LATEST, values)),
    )


@dataclass(frozen=True)
class LineCount:
    """What was counted on a line, and how much of that was written into it."""

    counted: Decimal = Decimal(0)
    written: Decimal = Decimal(0)

    def planned_of(self, quantity: Decimal) -> Decimal:
        """How much of a line's quantity stood there before it was scanned."""
        return quantity - self.written


def counts_of(task: ScanTask, document_id: UUID) -> Mapping[UUID, LineCount]:
    """What was counted on each line; one statement."""
    rows = fetch(_SUMS, _values(task, document_id))
    return {row[0]: LineCount(row[1], row[2]) for row in rows if row[0] is not None}


@dataclass(frozen=True)
class Way:
    """Goods on their way: the lines counted since a place was last given, and the place they are taken from."""

    open_lines: frozenset[UUID]
    source_id: UUID | None


def way_of(task: ScanTask, document_id: UUID, *, without: UUID = _NONE) -> Way:
    """How far putting away or moving has come, as if the row `without` had not been; one statement."""
    [(lines, source)] = fetch(_WAY, _values(task, document_id) | {"without": without})
    return Way(frozenset(lines or ()), source)


def last_counted(task: ScanTask, document_id: UUID, actor_id: UUID) -> ScanRecord | None:
    """This person's latest row that counted something and was not taken back; None when there is none."""
    [row] = fetch(_LAST, _values(task, document_id) | {"actor": actor_id}) or [(None,)]
    return ScanRecord.objects.get(pk=row[0]) if row[0] else None


def _values(task: ScanTask, document_id: UUID) -> dict[str, Any]:
    return {"document": document_id, "task": task.value, "company": current_company_id(), "captures": list(_CAPTURES)}


def _row(*columns: Any) -> BookRow:
    key, at, kind, verdict, line, follows, added, counted, text, headline, code, what, actor = columns
    return BookRow(key, at, RecordKind(kind), Verdict(verdict), line, follows, added, counted, text,
                   headline_of(json.loads(headline), code, Verdict(verdict)), what or "", actor)  # fmt: skip
