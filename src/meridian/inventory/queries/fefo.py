"""First expiry first: the stock that would leave before a lot does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from meridian.inventory.queries.lots import LotFacts
from meridian.inventory.vocabulary import StockStatus
from meridian.kernel.context import current_company_id
from meridian.kernel.sql import array_text, fetch
from meridian.organization.queries import places_at, standings

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
SELECT u.place, c.lot_id, coalesce(nullif(l.serial_no, ''), l.lot_no), c.place_id, c.expires_on, c.free
FROM unnest(%(items)s::uuid[], %(lots)s::uuid[], %(days)s::date[], %(fit)s::date[], %(documents)s::uuid[],
            %(looks)s::int[], %(sites)s::uuid[])
  WITH ORDINALITY AS u(item_id, lot_id, expires_on, fit_from, document_id, look, site_id, place)
CROSS JOIN LATERAL (
  SELECT b.lot_id, b.place_id, b.expires_on, f.free
  FROM inventory_balance b
  CROSS JOIN LATERAL (
    SELECT b.quantity - coalesce(sum(r.quantity), 0) AS free FROM inventory_reservation r
    WHERE r.lot_id = b.lot_id AND r.place_id = b.place_id AND r.status = b.status AND r.owner_id = b.owner_id
      AND r.company_id = b.company_id AND r.document_id <> u.document_id) f
  WHERE b.item_id = u.item_id AND b.status = %(qualified)s AND b.is_there AND b.owner_id = %(company)s
    AND b.company_id = %(company)s
    AND (u.site_id IS NULL OR EXISTS (SELECT FROM organization_place p WHERE p.id = b.place_id
                                      AND p.site_id = u.site_id AND p.company_id = %(company)s))
    AND (u.fit_from IS NULL OR b.expires_on IS NULL OR b.expires_on >= u.fit_from)
    AND (b.expires_on < u.expires_on OR (u.expires_on IS NULL AND (b.expires_on IS NOT NULL OR b.lot_id < u.lot_id)))
    AND NOT EXISTS (SELECT FROM inventory_lot_block k
                    WHERE k.lot_id = b.lot_id AND k.company_id = b.company_id AND k.released_at IS NULL)
    AND f.free > 0
  ORDER BY b.expires_on, b.lot_id, b.place_id LIMIT u.look
) c
CROSS JOIN LATERAL (SELECT lot_no, serial_no FROM inventory_lot x
                    WHERE x.id = c.lot_id AND x.company_id = %(company)s LIMIT 1) l
ORDER BY u.place, c.expires_on, c.lot_id, c.place_id
"""

_Choice = tuple[UUID, UUID, date | None]
"""Document, item and earliest fit expiry: the lines of one choice are asked about together."""


def earlier_lots(
    lines: Sequence[Taken], *, documents: Mapping[UUID, UUID], fit_from: Mapping[UUID, date] | None = None
) -> Mapping[UUID, tuple[EarlierLot, ...]]:
    """Per line, the unbound stock with an earlier expiry that its document leaves lying at its site; one statement.

    `documents` names the document of each line. Items without expiry leave by age of their lots. `fit_from` names for a
    line the earliest expiry that is fit for its customer. What other documents reserved and what the document's own
    lines take counts as gone; whether a lot is expired is the gate's question, because only the gate knows the day.
    """
    fit = fit_from or {}
    choices: dict[_Choice, list[Taken]] = {}
    taken: dict[tuple[UUID, UUID, UUID, str], Decimal] = {}
    for line in lines:
        document = documents[line.line_id]
        choices.setdefault((document, line.lot.item_id, fit.get(line.line_id)), []).append(line)
        key = (document, line.lot.id, line.place_id, line.status)
        taken[key] = taken.get(key, Decimal(0)) + line.quantity
    asked = list(choices)
    left: dict[int, list[EarlierLot]] = {}
    for place, lot_id, lot_no, place_id, expires_on, free in fetch(_EARLIER, _asked(choices)):
        document = asked[place - 1][0]
        remains = free - taken.get((document, lot_id, place_id, StockStatus.QUALIFIED.value), Decimal(0))
        if remains > 0:
            left.setdefault(place, []).append(EarlierLot(lot_id, lot_no, place_id, expires_on, remains))
    found: dict[UUID, tuple[EarlierLot, ...]] = {}
    for place, chosen in enumerate(choices.values(), start=1):
        for line in chosen:
            earlier = tuple(lot for lot in left.get(place, ()) if _leaves_before(lot.expires_on, lot.lot_id, line.lot))
            if earlier:
                found[line.line_id] = earlier[:EARLIER_SHOWN]
    return found


def _asked(choices: Mapping[_Choice, Sequence[Taken]]) -> dict[str, Any]:
    """The last lot of each choice, before which others should leave, and how far to look past those it takes itself."""
    last = [max((line.lot for line in chosen), key=_order) for chosen in choices.values()]
    return {
        "company": current_company_id(),
        "qualified": StockStatus.QUALIFIED.value,
        "items": array_text([item for _document, item, _fit in choices]),
        "lots": array_text([lot.id for lot in last]),
        "days": array_text([lot.expires_on for lot in last]),
        "fit": array_text([fit for _document, _item, fit in choices]),
        "documents": array_text([document for document, _item, _fit in choices]),
        "sites": array_text([_site_apart(chosen[0]) for chosen in choices.values()]),
        "looks": array_text([EARLIER_SHOWN + len(chosen) for chosen in choices.values()]),
    }


def _site_apart(line: Taken) -> UUID | None:
    """The site a line's goods lie at, where the company has more than one: goods of another site do not leave first."""
    standing = standings([line.place_id]).get(line.place_id)
    return standing.site_id if standing is not None and places_at(standing.site_id) is not None else None


def _order(lot: LotFacts) -> tuple[date, UUID]:
    return lot.expires_on or date.max, lot.id


def _leaves_before(expires_on: date | None, lot_id: UUID, lot: LotFacts) -> bool:
    """Whether stock should leave before a lot: by expiry, and without one by age, after whatever expires."""
    if lot.expires_on is None:
        return expires_on is not None or lot_id < lot.id
    return expires_on is not None and expires_on < lot.expires_on
