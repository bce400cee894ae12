"""The costs of items, held while a posting values what crosses the stock's boundary."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from meridian.inventory.valuation import Cost
from meridian.kernel.sql import array_text, fetch
from meridian.kernel.values.identity import uuid7

_LOCK = """
WITH made AS (
  INSERT INTO inventory_item_cost (id, company_id, item_id, quantity, value, unit_cost)
  SELECT u.id, %(company)s, u.item_id, 0, 0, 0 FROM unnest(%(ids)s::uuid[], %(items)s::uuid[]) AS u(id, item_id)
  WHERE NOT EXISTS (SELECT FROM inventory_item_cost x WHERE x.item_id = u.item_id AND x.company_id = %(company)s)
  ORDER BY u.item_id
  ON CONFLICT (item_id, company_id) DO NOTHING RETURNING item_id
), held AS (
  SELECT item_id, quantity, value, unit_cost FROM inventory_item_cost
  WHERE item_id = ANY(%(items)s::uuid[]) AND company_id = %(company)s ORDER BY item_id FOR NO KEY UPDATE
)
SELECT item_id, quantity, value, unit_cost FROM held UNION ALL SELECT item_id, 0, 0, 0 FROM made
"""


def locked_costs(company_id: UUID, item_ids: Collection[UUID]) -> dict[UUID, Cost]:
    """The cost of each item, its row locked in item order and made where there was none; no statement for no item.

    One statement; again for an item whose first row another transaction wrote at this very moment.
    """
    wanted = sorted(set(item_ids))
    costs: dict[UUID, Cost] = {}
    while missing := [item for item in wanted if item not in costs]:
        values: dict[str, Any] = {
            "company": company_id,
            "ids": array_text([uuid7() for _item in missing]),
            "items": array_text(missing),
        }
        costs |= {row[0]: Cost(*row[1:]) for row in fetch(_LOCK, values)}
    return {item: costs[item] for item in wanted}
