"""Month ends of stock, kept so that a past day is answered from the nearest of them."""

from datetime import date, timedelta
from uuid import UUID

from meridian.kernel.sql import fetch, run

WAITING_DAYS = 2
"""No site on earth is still in a month that ended this many days ago by UTC; the books post on the site's own day."""

_DUE = """
SELECT e.month_end FROM (
  SELECT coalesce((SELECT max(day) + 1 FROM inventory_snapshot WHERE company_id = %(company)s),
                  (SELECT date_trunc('month', min(day))::date FROM inventory_movement WHERE company_id = %(company)s)
         ) AS first
) AS since
CROSS JOIN LATERAL (
  SELECT (month + interval '1 month - 1 day')::date AS month_end
  FROM generate_series(since.first::timestamp, %(through)s::timestamp, interval '1 month') AS month
) AS e
WHERE e.month_end <= %(through)s ORDER BY 1
"""
_BEFORE = """
SELECT coalesce(max(day), date '0001-01-01') FROM inventory_snapshot WHERE company_id = %s AND day < %s
"""
_KEEP = """
INSERT INTO inventory_snapshot (id, company_id, owner_id, day, item_id, lot_id, place_id, status, quantity)
SELECT kernel_uuid7(), %(company)s, %(company)s, %(day)s, item_id, lot_id, place_id, status, sum(quantity)
FROM (
  SELECT item_id, lot_id, place_id, status, quantity FROM inventory_snapshot
  WHERE company_id = %(company)s AND day = %(since)s
  UNION ALL
  SELECT item_id, lot_id, to_place_id, to_status, quantity FROM inventory_movement
  WHERE company_id = %(company)s AND day > %(since)s AND day <= %(day)s AND to_place_id IS NOT NULL
  UNION ALL
  SELECT item_id, lot_id, from_place_id, from_status, -quantity FROM inventory_movement
  WHERE company_id = %(company)s AND day > %(since)s AND day <= %(day)s AND from_place_id IS NOT NULL
) AS ends
GROUP BY item_id, lot_id, place_id, status HAVING sum(quantity) <> 0
ON CONFLICT (day, lot_id, place_id, status, owner_id, company_id) DO NOTHING
"""


def keep_month_ends(company_id: UUID, *, today: date) -> int:
    """Keeps every month end of a company that is past and not kept yet; how many. Inside an act only.

    `today` is the day by UTC. Two runs at once keep the same rows.
    """
    due = fetch(_DUE, {"company": company_id, "through": today - timedelta(days=WAITING_DAYS)})
    for (day,) in due:
        [(since,)] = fetch(_BEFORE, [company_id, day])
        run(_KEEP, {"company": company_id, "day": day, "since": since})
    return len(due)
