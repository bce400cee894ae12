"""Late entry 补录 in both books: what crosses the stock's boundary is worth what it was worth that day.

Nothing is rewritten. What went out since was valued without it: those crossings are valued again in their order, and
what differs is adjusted today, movement by movement, against the account each of them was booked to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.inventory.matrix import MATRIX
from meridian.inventory.valuation import Cost, Crossing, value_crossings
from meridian.inventory.vocabulary import MovementType
from meridian.kernel.sql import array_text, fetch, run
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import Work
from meridian.ledger.services import Entry, post_voucher
from meridian.ledger.vocabulary import INVENTORY

_ZERO = Decimal(0)
_OPENING = """
SELECT m.item_id, sum(CASE WHEN m.from_virtual <> '' THEN m.quantity ELSE -m.quantity END),
       sum(CASE WHEN m.from_virtual <> '' THEN m.value ELSE -m.value END - coalesce(a.value, 0))
FROM inventory_movement m
LEFT JOIN LATERAL (SELECT sum(x.value) AS value FROM inventory_value_adjustment x
                   WHERE x.movement_id = m.id AND x.company_id IS NOT DISTINCT FROM m.company_id) a ON true
WHERE m.item_id = ANY(%(items)s::uuid[]) AND m.company_id = %(company)s AND m.day <= %(day)s
  AND (m.from_virtual <> '' OR m.to_virtual <> '')
GROUP BY m.item_id
"""
_SINCE = """
SELECT m.id, m.item_id, m.movement, m.from_virtual <> '', m.quantity, m.value + coalesce(a.value, 0), m.party_id
FROM inventory_movement m
LEFT JOIN LATERAL (SELECT sum(x.value) AS value FROM inventory_value_adjustment x
                   WHERE x.movement_id = m.id AND x.company_id IS NOT DISTINCT FROM m.company_id) a ON true
WHERE m.item_id = ANY(%(items)s::uuid[]) AND m.company_id = %(company)s AND m.day > %(day)s
  AND (m.from_virtual <> '' OR m.to_virtual <> '')
ORDER BY m.day, m.at, m.id
"""
_ADJUST = """
INSERT INTO inventory_value_adjustment (id, company_id, transaction_id, movement_id, item_id, value, contra_account,
                                        document_type, document_id, document_number, transition_id, day, at)
SELECT a.id, %(company)s, %(transaction)s, a.movement_id, a.item_id, a.value, a.account, %(type)s, %(document)s,
       %(number)s, %(transition)s, %(today)s, %(at)s
FROM unnest(%(ids)s::uuid[], %(movements)s::uuid[], %(items)s::uuid[], %(values)s::numeric[], %(accounts)s::text[])
  AS a(id, movement_id, item_id, value, account)
"""
_MONTH_ENDS = """
INSERT INTO inventory_snapshot AS s (id, company_id, owner_id, day, item_id, lot_id, place_id, status, quantity)
SELECT kernel_uuid7(), %(company)s, %(company)s, d.day, m.item_id, m.lot_id, e.place_id, e.status, sum(e.quantity)
FROM (SELECT DISTINCT day FROM inventory_snapshot WHERE company_id = %(company)s AND day >= %(day)s) AS d
CROSS JOIN inventory_movement m
CROSS JOIN LATERAL (VALUES (m.to_place_id, m.to_status, m.quantity), (m.from_place_id, m.from_status, -m.quantity))
  AS e(place_id, status, quantity)
WHERE m.document_id = %(document)s AND m.transition_id = %(transition)s AND m.company_id = %(company)s
  AND e.place_id IS NOT NULL
GROUP BY d.day, m.item_id, m.lot_id, e.place_id, e.status
ON CONFLICT (day, lot_id, place_id, status, owner_id, company_id)
DO UPDATE SET quantity = s.quantity + excluded.quantity
"""


@dataclass(frozen=True)
class Revalued:
    """A movement out of stock that is worth more or less than it was booked at."""

    movement_id: UUID
    item_id: UUID
    difference: Decimal
    account: str
    party_id: UUID | None


def value_late_crossings(
    work: Work[Any, Any], costs: Mapping[UUID, Cost], crossings: Sequence[Crossing]
) -> tuple[list[Decimal], list[Revalued]]:
    """The value of each crossing at the end of the value day, and what went out since and is worth another value now.

    Two statements, whatever went out; none where nothing crosses. `costs`, whose rows are locked, hold the state after
    the crossings and the adjustments.
    """
    if not crossings:
        return [], []
    values = {"company": work.document.company_id, "items": array_text(sorted(costs)), "day": work.value_day}
    opened = {item: (quantity, value) for item, quantity, value in fetch(_OPENING, values)}
    then = {
        item: Cost(quantity, value, cost.unit_cost)
        for item, cost in costs.items()
        for quantity, value in [opened.get(item, (_ZERO, _ZERO))]
    }
    worth = value_crossings(then, crossings)
    revalued = _replay(then, fetch(_SINCE, values))
    for crossing, value in zip(crossings, worth, strict=True):
        sign = 1 if crossing.incoming else -1
        costs[crossing.item_id].quantity += sign * crossing.quantity
        costs[crossing.item_id].value += sign * value
    for each in revalued:
        costs[each.item_id].value -= each.difference
    for cost in costs.values():
        cost.average()
    return worth, revalued


def settle_late_entry(work: Work[Any, Any], revalued: Sequence[Revalued]) -> None:
    """Keeps the month ends since the value day right, and adjusts what went out since in today's period.

    After the movements were written; four statements at most.
    """
    values = {"company": work.document.company_id, "day": work.value_day}
    run(_MONTH_ENDS, values | {"document": work.document.pk, "transition": work.transition_id})
    if revalued:
        _write(work, revalued)
        post_voucher(work, entries=_entries(revalued), summary=f"补录成本调整 {work.document.number}",
                     day=work.moment.site_day)  # fmt: skip


def _replay(costs: dict[UUID, Cost], rows: Sequence[tuple[Any, ...]]) -> list[Revalued]:
    """What comes in keeps its value; what goes out takes the average as it stands then."""
    found = []
    for movement_id, item_id, kind, is_incoming, quantity, value, party_id in rows:
        cost = costs[item_id]
        if is_incoming:
            cost.quantity += quantity
            cost.value += value
            cost.average()
            continue
        difference = cost.take_out(quantity) - value
        if difference:
            account = MATRIX[MovementType(kind)].contra_account
            found.append(Revalued(movement_id, item_id, difference, account, party_id))
    return found


def _write(work: Work[Any, Any], revalued: Sequence[Revalued]) -> None:
    run(_ADJUST, {
        "company": work.document.company_id, "transaction": work.transaction_id, "type": work.document_type,
        "document": work.document.pk, "number": work.document.number, "transition": work.transition_id,
        "today": work.moment.site_day, "at": work.moment.instant,
        "ids": array_text([uuid7() for _each in revalued]),
        "movements": array_text([each.movement_id for each in revalued]),
        "items": array_text([each.item_id for each in revalued]),
        "values": array_text([each.difference for each in revalued]),
        "accounts": array_text([each.account for each in revalued]),
    })  # fmt: skip


def _entries(revalued: Sequence[Revalued]) -> list[Entry]:
    """What is worth more is charged to its account and taken off the stock; what is worth less the other way round."""
    sides: dict[tuple[str, UUID | None], Decimal] = {}
    for each in revalued:
        for key, change in (((each.account, each.party_id), each.difference), ((INVENTORY, None), -each.difference)):
            sides[key] = sides.get(key, _ZERO) + change
    return [
        Entry(code, debit=max(change, _ZERO), credit=max(-change, _ZERO), party_id=party)
        for (code, party), change in sorted(sides.items(), key=lambda side: (-side[1], side[0][0], str(side[0][1])))
    ]
