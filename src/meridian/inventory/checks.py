"""The stock book recomputed for `verify`, over all companies: every derived figure from the movements alone."""

from collections.abc import Iterator

from meridian.evidence.checks import Fault, Problem, register_derived_check
from meridian.kernel.sql import fetch
from meridian.ledger.vocabulary import INVENTORY

NAMED_AT_MOST = 100

_BALANCES = """
SELECT concat_ws(' ', company_id, lot_id, place_id, status), coalesce(m.quantity, 0), coalesce(b.quantity, 0)
FROM (
  SELECT company_id, lot_id, place_id, status, owner_id, sum(quantity) AS quantity
  FROM (SELECT company_id, lot_id, to_place_id AS place_id, to_status AS status, owner_id, quantity
        FROM inventory_movement WHERE to_place_id IS NOT NULL
        UNION ALL
        SELECT company_id, lot_id, from_place_id, from_status, owner_id, -quantity
        FROM inventory_movement WHERE from_place_id IS NOT NULL) AS ends
  GROUP BY 1, 2, 3, 4, 5
) m
FULL JOIN inventory_balance b USING (company_id, lot_id, place_id, status, owner_id)
WHERE coalesce(m.quantity, 0) <> coalesce(b.quantity, 0) ORDER BY 1 LIMIT %s
"""
_COSTS = """
SELECT concat_ws(' ', company_id, item_id), coalesce(m.quantity, 0), coalesce(m.value, 0) - coalesce(a.value, 0),
       coalesce(c.quantity, 0), coalesce(c.value, 0)
FROM (
  SELECT company_id, item_id, sum(CASE WHEN from_virtual <> '' THEN quantity ELSE -quantity END) AS quantity,
         sum(CASE WHEN from_virtual <> '' THEN value ELSE -value END) AS value
  FROM inventory_movement WHERE from_virtual <> '' OR to_virtual <> '' GROUP BY 1, 2
) m
FULL JOIN inventory_item_cost c USING (company_id, item_id)
LEFT JOIN (SELECT company_id, item_id, sum(value) AS value FROM inventory_value_adjustment GROUP BY 1, 2) a
  USING (company_id, item_id)
WHERE (coalesce(m.quantity, 0), coalesce(m.value, 0) - coalesce(a.value, 0))
      <> (coalesce(c.quantity, 0), coalesce(c.value, 0))
ORDER BY 1 LIMIT %s
"""
_DONE = """
SELECT s.id::text, coalesce(m.quantity, 0), s.done
FROM inventory_supply_demand s
LEFT JOIN (SELECT company_id, expectation_id, sum(quantity) AS quantity FROM inventory_movement
           WHERE expectation_id IS NOT NULL GROUP BY 1, 2) m ON m.expectation_id = s.id AND m.company_id = s.company_id
WHERE s.done <> coalesce(m.quantity, 0) ORDER BY s.id LIMIT %s
"""
_LEDGER = """
SELECT company_id::text, coalesce(c.value, 0), coalesce(b.balance, 0)
FROM (SELECT company_id, sum(value) AS value FROM inventory_item_cost GROUP BY 1) c
FULL JOIN (SELECT company_id, sum(debit - credit) AS balance FROM ledger_account_balance WHERE account_code = %s
           GROUP BY 1) b USING (company_id)
WHERE coalesce(c.value, 0) <> coalesce(b.balance, 0) ORDER BY 1 LIMIT %s
"""


_SNAPSHOTS = """
WITH days AS (
  SELECT company_id, day, coalesce(lag(day) OVER (PARTITION BY company_id ORDER BY day), date '0001-01-01') AS since
  FROM (SELECT DISTINCT company_id, day FROM inventory_snapshot) AS kept
)
SELECT concat_ws(' ', company_id, day, lot_id, place_id, status), sum(quantity)
FROM (
  SELECT s.company_id, s.day, s.lot_id, s.place_id, s.status, s.owner_id, s.quantity FROM inventory_snapshot s
  UNION ALL
  SELECT s.company_id, d.day, s.lot_id, s.place_id, s.status, s.owner_id, -s.quantity
  FROM inventory_snapshot s JOIN days d ON d.company_id = s.company_id AND d.since = s.day
  UNION ALL
  SELECT m.company_id, d.day, m.lot_id, m.to_place_id, m.to_status, m.owner_id, -m.quantity
  FROM inventory_movement m JOIN days d ON d.company_id = m.company_id AND m.day > d.since AND m.day <= d.day
  WHERE m.to_place_id IS NOT NULL
  UNION ALL
  SELECT m.company_id, d.day, m.lot_id, m.from_place_id, m.from_status, m.owner_id, m.quantity
  FROM inventory_movement m JOIN days d ON d.company_id = m.company_id AND m.day > d.since AND m.day <= d.day
  WHERE m.from_place_id IS NOT NULL
) AS ends
GROUP BY company_id, day, lot_id, place_id, status, owner_id HAVING sum(quantity) <> 0 ORDER BY 1 LIMIT %s
"""


def check_balances() -> Iterator[Problem]:
    """One problem for each lot, place and status whose quantity is not the sum of its movements."""
    for key, moved, kept in fetch(_BALANCES, [NAMED_AT_MOST]):
        detail = f"movements add up to {moved}, the balance says {kept}"
        yield Problem(Fault.DERIVED, "inventory_balance", key, None, detail)


def check_costs() -> Iterator[Problem]:
    """One problem for each item whose quantity or value is not what crossed the boundary of the stock, adjusted."""
    for key, quantity, value, kept_quantity, kept_value in fetch(_COSTS, [NAMED_AT_MOST]):
        detail = f"movements add up to {quantity} worth {value}, the cost says {kept_quantity} worth {kept_value}"
        yield Problem(Fault.DERIVED, "inventory_item_cost", key, None, detail)


def check_expectations() -> Iterator[Problem]:
    """One problem for each expectation whose done quantity is not the sum of the movements that name it."""
    for key, moved, done in fetch(_DONE, [NAMED_AT_MOST]):
        detail = f"movements add up to {moved}, the row says {done}"
        yield Problem(Fault.DERIVED, "inventory_supply_demand", key, None, detail)


def check_stock_equals_ledger() -> Iterator[Problem]:
    """One problem for each company whose stock is not worth what account 1405 holds."""
    for company, value, balance in fetch(_LEDGER, [INVENTORY, NAMED_AT_MOST]):
        detail = f"stock is worth {value}, account {INVENTORY} holds {balance}"
        yield Problem(Fault.DERIVED, "inventory_item_cost", company, None, detail)


def check_month_ends() -> Iterator[Problem]:
    """One problem for each figure of a month end that is not the month end before and the movements between."""
    for key, difference in fetch(_SNAPSHOTS, [NAMED_AT_MOST]):
        detail = f"the month end differs from the movements by {difference}"
        yield Problem(Fault.DERIVED, "inventory_snapshot", key, None, detail)


def register_checks() -> None:
    """Has `verify` ask these checks."""
    register_derived_check("stock balances", check_balances)
    register_derived_check("item costs", check_costs)
    register_derived_check("supply and demand", check_expectations)
    register_derived_check("month ends of stock", check_month_ends)
    register_derived_check("stock value against the ledger", check_stock_equals_ledger)
