"""What is being asked for and what was ordered of requisition lines, counted on them under the lock of the gates."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from meridian.kernel.context import current_company_id
from meridian.kernel.sql import array_text, run

_COUNT = """
WITH counted AS (
  UPDATE purchasing_requisition_line l
  SET {column} = l.{column} + u.quantity
  FROM (SELECT id, sum(quantity) AS quantity FROM unnest(%s::uuid[], %s::numeric[]) AS given(id, quantity)
        GROUP BY id) AS u
  WHERE l.id = u.id AND l.company_id = %s
  RETURNING l.id, l.document_id, l.ordered
)
UPDATE purchasing_requisition r SET ordered_percent = share.percent
FROM (SELECT l.document_id, l.company_id,
             floor(100 * sum(least(coalesce(c.ordered, l.ordered), l.quantity)) / sum(l.quantity)) AS percent
      FROM purchasing_requisition_line l LEFT JOIN counted c ON c.id = l.id
      WHERE l.document_id IN (SELECT document_id FROM counted) AND l.company_id = %s
      GROUP BY l.document_id, l.company_id) AS share
WHERE r.id = share.document_id AND r.company_id = share.company_id AND r.ordered_percent <> share.percent
"""


def count_asked(quantities: Sequence[tuple[UUID, Decimal]]) -> None:
    """So much more (or, negative, less) is being asked for of these requisition lines; one statement."""
    _count("asked", quantities)


def count_ordered(quantities: Sequence[tuple[UUID, Decimal]]) -> None:
    """So much more (or less) was ordered of these requisition lines, and of their requisition in whole percent."""
    _count("ordered", quantities)


def _count(column: str, quantities: Sequence[tuple[UUID, Decimal]]) -> None:
    if not quantities:
        return
    company = current_company_id()
    ids, amounts = zip(*sorted(quantities), strict=True)
    run(_COUNT.format(column=column), [array_text(ids), array_text(amounts), company, company])
