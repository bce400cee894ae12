"""Late entry 补录 in the money book: what went out after the day it is dated was valued without it.

Nothing is rewritten. The crossings since that day are valued again in their order, and what differs is adjusted today,
movement by movement, against the account each of them was booked to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.inventory.matrix import MATRIX
from meridian.inventory.services.costs import locked_costs
from meridian.inventory.valuation import Cost
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
WITH told AS (
  INSERT INTO inventory_value_adjustment (id, company_id, transaction_id, movement_id, item_id, value, contra_account,
                                          document_type, document_id, document_number, transition_id, day, at)
  SELECT a.id, %(company)s, %(transaction)s, a.movement_id, a.item_id, a.value, a.account, %(type)s, %(document)s,
         %(number)s, %(transition)s, %(today)s, %(at)s
  FROM unnest(%(ids)s::uuid[], %(movements)s::uuid[], %(items)s::uuid[], %(values)s::numeric[], %(accounts)s::text[])
    AS a(id, movement_id, item_id, value, account)
)
UPDATE inventory_item_cost c SET value = u.value, unit_cost = u.unit_cost
FROM unnest(%(cost_items)s::uuid[], %(cost_values)s::numeric[], %(cost_units)s::numeric[])
  AS u(item_id, value, unit_cost)
WHERE c.item_id = u.item_id AND c.company_id = %(company)s
"""
_MONTH_ENDS = """
INSERT INTO inventory_snapshot AS s (id, company_id, owner_id, day, item_id, lot_id, place_id, status, quantity)
SELECT kernel_uuid7(), %(company)s, %(company)s, d.day, m.item_id, m.lot_id, m.to_place_id, m.to_status, sum(m.quantity)
FROM (SELECT DISTINCT day FROM inventory_snapshot WHERE company_id = %(company)s AND day >= %(day)s) AS d
CROSS JOIN inventory_movement m
WHERE m.document_id = %(document)s AND m.transition_id = %(transition)s AND m.company_id = %(company)s
  AND m.to_place_id IS NOT NULL
GROUP BY d.day, m.item_id, m.lot_id, m.to_place_id, m.to_status
ON CONFLICT (day, lot_id, place_id, status, owner_id, company_id)
DO UPDATE SET quantity = s.quantity + excluded.quantity
"""


@dataclass(frozen=True)
class _Revalued:
    """A movement out of stock that is worth more or less than it was booked at."""

    movement_id: UUID
    item_id: UUID
    difference: Decimal
    account: str
    party_id: UUID | None


def settle_late_entry(work: Work[Any, Any], *, item_ids: Sequence[UUID], summary: str) -> None:
    """After a late receipt was posted: keeps month ends right and adjusts what went out since, in today's period.

    The late goods count as the last of their day. Seven statements at most, whatever went out; none for an entry of
    today. The cost rows of the items are locked by the posting before.
    """
    if work.value_day >= work.moment.site_day:
        return
    items = sorted(set(item_ids))
    values = {"company": work.document.company_id, "items": array_text(items), "day": work.value_day}
    run(_MONTH_ENDS, values | {"document": work.document.pk, "transition": work.transition_id})
    replayed = {row[0]: Cost(row[1], row[2]) for row in fetch(_OPENING, values)}
    revalued = _replay(replayed, fetch(_SINCE, values))
    if not revalued:
        return
    costs = locked_costs(work.document.company_id, items)
    for each in revalued:
        costs[each.item_id].value -= each.difference
    for cost in costs.values():
        cost.average()
    _write(work, revalued, costs)
    post_voucher(work, entries=_entries(revalued), summary=summary, day=work.moment.site_day)


def _replay(costs: dict[UUID, Cost], rows: Sequence[tuple[Any, ...]]) -> list[_Revalued]:
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
            found.append(_Revalued(movement_id, item_id, difference, account, party_id))
    return found


def _write(work: Work[Any, Any], revalued: Sequence[_Revalued], costs: dict[UUID, Cost]) -> None:
    run(_ADJUST, {
        "company": work.document.company_id, "transaction": work.transaction_id, "type": work.document_type,
        "document": work.document.pk, "number": work.document.number, "transition": work.transition_id,
        "today": work.moment.site_day, "at": work.moment.instant,
        "ids": array_text([uuid7() for _each in revalued]),
        "movements": array_text([each.movement_id for each in revalued]),
        "items": array_text([each.item_id for each in revalued]),
        "values": array_text([each.difference for each in revalued]),
        "accounts": array_text([each.account for each in revalued]),
        "cost_items": array_text(list(costs)),
        "cost_values": array_text([cost.value for cost in costs.values()]),
        "cost_units": array_text([cost.unit_cost for cost in costs.values()]),
    })  # fmt: skip


def _entries(revalued: Sequence[_Revalued]) -> list[Entry]:
    """What is worth more is charged to its account and taken off the stock; what is worth less the other way round."""
    sides: dict[tuple[str, UUID | None], Decimal] = {}
    for each in revalued:
        for key, change in (((each.account, each.party_id), each.difference), ((INVENTORY, None), -each.difference)):
            sides[key] = sides.get(key, _ZERO) + change
    return [
        Entry(code, debit=max(change, _ZERO), credit=max(-change, _ZERO), party_id=party)
        for (code, party), change in sorted(sides.items(), key=lambda side: (-side[1], side[0][0], str(side[0][1])))
    ]
