"""First expiry first: the stock that would leave before a lot does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from meridian.inventory.queries.lots import LotFacts
from meridian.inventory.vocabulary import StockStatus
from meridian.kernel.context import current_company_id
from meridian.kernel.sql import array_text, fetch

EARLIER_SHOWN = 5


class Taken(Protocol):
    """A line that takes a lot from a place."""

    @property
    def line_id(self) -> UUID: ...
    @property
    def lot(self) -> LotFacts: ...
    @property
    def place_id(self) -> UUID: ...
    @property
    def status(self) -> str: ...
    @property
    def quantity(self) -> Decimal: ...


@dataclass(frozen=True)
class EarlierLot:
    """Unbound qualified stock that would leave first and that the document leaves lying."""

    lot_id: UUID
    lot_no: str
    place_id: UUID
    expires_on: date | None
    free: Decimal


_EARLIER = """
SELECT u.line_id, c.lot_id, coalesce(nullif(l.serial_no, ''), l.lot_no), c.place_id, c.expires_on, c.free
FROM unnest(%(lines)s::uuid[], %(items)s::uuid[], %(lots)s::uuid[], %(days)s::date[], %(fit)s::date[],
            %(documents)s::uuid[])
  AS u(line_id, item_id, lot_id, expires_on, fit_from, document_id)
CROSS JOIN LATERAL (
  SELECT b.lot_id, b.place_id, b.expires_on,
         b.quantity - coalesce((SELECT sum(r.quantity) FROM inventory_reservation r
           WHERE r.lot_id = b.lot_id AND r.place_id = b.place_id AND r.status = b.status AND r.owner_id = b.owner_id
             AND r.company_id = b.company_id AND r.document_id <> u.document_id), 0) AS free
  FROM inventory_balance b
  WHERE b.item_id = u.item_id AND b.status = %(qualified)s AND b.is_there AND b.owner_id = %(company)s
    AND b.company_id = %(company)s
    AND (u.fit_from IS NULL OR b.expires_on IS NULL OR b.expires_on >= u.fit_from)
    AND (b.expires_on < u.expires_on OR (u.expires_on IS NULL AND (b.expires_on IS NOT NULL OR b.lot_id < u.lot_id)))
    AND NOT EXISTS (SELECT FROM inventory_lot_block k
                    WHERE k.lot_id = b.lot_id AND k.company_id = b.company_id AND k.released_at IS NULL)
  ORDER BY b.expires_on, b.lot_id, b.place_id LIMIT %(limit)s
) c
JOIN inventory_lot l ON l.id = c.lot_id AND l.company_id = %(company)s
WHERE c.free > 0
ORDER BY u.line_id, c.expires_on, c.lot_id, c.place_id
"""


def earlier_lots(
    lines: Sequence[Taken], *, documents: Mapping[UUID, UUID], fit_from: Mapping[UUID, date] | None = None
) -> Mapping[UUID, tuple[EarlierLot, ...]]:
    """Per line, the unbound stock with an earlier expiry that its document leaves lying; one statement.

    `documents` names the document of each line. Items without expiry leave by age of their lots. `fit_from` names for a
    line the earliest expiry that is fit for its customer. What other documents reserved and what the document's own
    lines take counts as gone; whether a lot is expired is the gate's question, because only the gate knows the day.
    """
    fit = fit_from or {}
    taken: dict[tuple[UUID, UUID, UUID, str], Decimal] = {}
    for line in lines:
        key = (documents[line.line_id], line.lot.id, line.place_id, line.status)
        taken[key] = taken.get(key, Decimal(0)) + line.quantity
    rows = fetch(_EARLIER, {
        "company": current_company_id(), "qualified": StockStatus.QUALIFIED.value,
        "limit": EARLIER_SHOWN + len(lines),
        "lines": array_text([line.line_id for line in lines]),
        "items": array_text([line.lot.item_id for line in lines]),
        "lots": array_text([line.lot.id for line in lines]),
        "days": array_text([line.lot.expires_on for line in lines]),
        "fit": array_text([fit.get(line.line_id) for line in lines]),
        "documents": array_text([documents[line.line_id] for line in lines]),
    })  # fmt: skip
    found: dict[UUID, tuple[EarlierLot, ...]] = {}
    for line_id, lot_id, lot_no, place_id, expires_on, free in rows:
        left = free - taken.get((documents[line_id], lot_id, place_id, StockStatus.QUALIFIED.value), Decimal(0))
        if left > 0:
            found[line_id] = (*found.get(line_id, ()), EarlierLot(lot_id, lot_no, place_id, expires_on, left))
    return found
