"""The facts of goods that change their place: what moves, from where, and what the place it goes to is like."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.inventory.queries import StockLineFacts, StockRequest, stock_lines
from meridian.inventory.vocabulary import MovementType
from meridian.kernel.declare import Locks
from meridian.kernel.sql import fetch
from meridian.ledger.queries import closed_months
from meridian.organization.queries import kept_in_use
from meridian.warehouse.queries.late import EnteredLate, is_drafter, late_days, late_since


@dataclass(frozen=True)
class TargetPlace:
    """A place as goods brought there need it; degrees Celsius, those of its zone or warehouse where it has none."""

    id: UUID
    name: str
    zone_kind: str
    """Empty for a warehouse, which is no place to lay goods."""
    is_active: bool
    is_at_site: bool
    """At the site of the document."""
    temperature_celsius_min: Decimal | None
    temperature_celsius_max: Decimal | None


@dataclass(frozen=True)
class StockedWords:
    """What a line repeats of its lot's and item's files; `has_expiry` says whether the item has expiry dates at all."""

    has_expiry: bool
    device_name: str
    model: str
    specification: str
    registration_no: str
    registrant_name: str
    production_license_no: str
    lot_no: str
    serial_no: str
    expires_on: date | None


@dataclass(frozen=True)
class GoodsMoveFacts(EnteredLate):
    """A putaway or internal move as its gates see it."""

    number: str
    recorded_on: date
    lines: tuple[StockLineFacts, ...]
    targets: Mapping[UUID, TargetPlace | None]
    """By line; None where no place is named."""
    words: Mapping[UUID, StockedWords]
    """By line, what the record says about its lot."""
    closed_months: tuple[date, ...] = ()
    """Read where a move is entered late: moves of today touch no month that was closed."""


_LINES = """
SELECT h.id, h.number, h.created_at, l.id, l.item_id, l.lot_id, l.place_id, l.stock_status, l.quantity,
       t.id, t.code || ' ' || t.name, t.zone_kind, t.is_active, t.site_id = h.site_id,
       coalesce(t.temperature_celsius_min, z.temperature_celsius_min, w.temperature_celsius_min),
       coalesce(t.temperature_celsius_max, z.temperature_celsius_max, w.temperature_celsius_max),
       l.device_name, l.model, l.specification, l.registration_no, l.registrant_name, l.production_license_no,
       l.lot_no, l.serial_no, l.expires_on, h.site_id, h.happened_at, h.created_by_id
FROM {table} h
LEFT JOIN {table}_line l ON l.document_id = h.id AND l.company_id = h.company_id
LEFT JOIN organization_place t ON t.id = l.to_place_id AND t.company_id = l.company_id
LEFT JOIN organization_place z ON z.id = t.parent_id AND z.company_id = t.company_id
LEFT JOIN organization_place w ON w.id = z.parent_id AND w.company_id = z.company_id
WHERE h.id = ANY(%s) AND h.company_id = %s ORDER BY h.id, l.line_no
"""


Loader = Callable[[UUID, Sequence[UUID], Locks], Mapping[UUID, GoodsMoveFacts]]


def loader_of(table: str, late_transition: str) -> Loader:
    """The loader of a document's facts from its table and the table of its lines."""
    statement = _LINES.format(table=table)

    def load(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, GoodsMoveFacts]:
        """Five statements at most for one document or fifty, four more where any is late.

        An act keeps the places goods go to in use, one statement more, and locks the stock.
        """
        rows = fetch(statement, [list(ids), company_id])
        in_use = kept_in_use([row[9] for row in rows], locks)
        stock = stock_lines([_request(row) for row in rows if row[3] is not None], locks)
        of_document: dict[UUID, list[tuple[Any, ...]]] = {}
        for row in rows:
            of_document.setdefault(row[0], []).extend([row] if row[3] is not None else [])
        headers = {row[0]: row for row in rows}
        windows = late_days((row[-3], row[-2]) for row in headers.values())
        since = late_since(
            (row[-3], row[-2], [stock[line[3]] for line in of_document[key]]) for key, row in headers.items()
        )
        months = closed_months(locks) if any(row[-2] for row in headers.values()) else ()
        return {
            key: replace(
                _facts(row, of_document[key], stock, in_use),
                closed_months=months,
                late_days=windows[row[-3]],
                late_transition=late_transition,
                is_drafter=is_drafter(row[-1], locks),
                since={line[3]: since[line[3]] for line in of_document[key] if line[3] in since},
            )
            for key, row in headers.items()
        }

    return load


def _request(row: tuple[Any, ...]) -> StockRequest:
    return StockRequest(
        line_id=row[3],
        item_id=row[4],
        lot_id=row[5],
        place_id=row[6],
        status=row[7],
        quantity=row[8],
        movement=MovementType.TRANSFER,
        document_id=row[0],
    )


def _facts(
    row: tuple[Any, ...], lines: Sequence[tuple[Any, ...]], stock: Mapping[UUID, StockLineFacts],
    in_use: Container[UUID],
) -> GoodsMoveFacts:  # fmt: skip
    return GoodsMoveFacts(
        number=row[1],
        recorded_on=row[2].date(),
        happened_at=row[-2],
        lines=tuple(stock[line[3]] for line in lines),
        targets={line[3]: _target(line[9:16], in_use) if line[9] else None for line in lines},
        words={line[3]: StockedWords(stock[line[3]].item.has_expiry, *line[16:-3]) for line in lines},
    )


def _target(columns: tuple[Any, ...], in_use: Container[UUID]) -> TargetPlace:
    place = TargetPlace(*columns)
    return replace(place, is_active=place.is_active and place.id in in_use)


load_putaways = loader_of("warehouse_putaway", "put_away_late")
load_internal_moves = loader_of("warehouse_internal_move", "move_late")
