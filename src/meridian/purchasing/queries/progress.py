"""Reads of what came of an order: per line what was ordered, received, accepted, rejected and is still to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from meridian.kernel.context import current_company_id
from meridian.kernel.sql import fetch


@dataclass(frozen=True)
class LineProgress:
    """A line of an order in the item's base unit. `open` is what may still be received; zero once it is closed."""

    line_id: UUID
    item: str
    name: str
    unit: str
    ordered: Decimal
    received: Decimal
    accepted: Decimal
    rejected: Decimal
    open: Decimal

    @property
    def percent(self) -> int:
        """Received of what was ordered, in whole percent, rounded down."""
        return int(min(100 * self.received / self.ordered, Decimal(100)))


_PROGRESS = """
WITH judged AS (
  SELECT r.order_line_id, sum(l.accepted_quantity) AS accepted, sum(l.rejected_quantity) AS rejected
  FROM warehouse_goods_receipt g
  JOIN inspection_acceptance a
    ON a.receipt_id = g.id AND a.company_id = g.company_id AND a.state IN ('inspected', 'released')
  JOIN inspection_acceptance_line l ON l.document_id = a.id AND l.company_id = a.company_id
  CROSS JOIN LATERAL (
    SELECT x.order_line_id FROM warehouse_goods_receipt_line x
    WHERE x.document_id = g.id AND x.company_id = g.company_id AND x.item_id = l.item_id AND x.lot_no = l.lot_no
      AND x.serial_no = l.serial_no
    ORDER BY (x.line_no = l.line_no) DESC, x.line_no LIMIT 1
  ) r
  WHERE g.order_id = %(order)s AND g.company_id = %(company)s GROUP BY r.order_line_id
)
SELECT o.id, i.number, o.device_name, o.unit, o.quantity, coalesce(s.done, 0), coalesce(j.accepted, 0),
       coalesce(j.rejected, 0), CASE WHEN s.is_open THEN greatest(s.expected - s.done, 0) ELSE 0 END
FROM purchasing_purchase_order_line o
JOIN items_item i ON i.id = o.item_id AND i.company_id = o.company_id
LEFT JOIN inventory_supply_demand s ON s.line_id = o.id AND s.company_id = o.company_id
LEFT JOIN judged j ON j.order_line_id = o.id
WHERE o.document_id = %(order)s AND o.company_id = %(company)s ORDER BY o.line_no
"""


def progress_of(order_id: UUID) -> Sequence[LineProgress]:
    """Every line of an order, in order; one statement."""
    rows = fetch(_PROGRESS, {"order": order_id, "company": current_company_id()})
    return [LineProgress(*row) for row in rows]
