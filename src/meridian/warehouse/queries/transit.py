"""Reads about the way a cold delivery came."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from meridian.kernel.context import current_company_id
from meridian.kernel.sql import fetch
from meridian.warehouse.models import TransitLog

_LIMITS = """
SELECT max(i.temperature_celsius_min), min(i.temperature_celsius_max)
FROM warehouse_goods_receipt_line l JOIN items_item i ON i.id = l.item_id AND i.company_id = l.company_id
WHERE l.document_id = %s AND l.company_id = %s AND i.is_cold_chain
"""


def shared_limits(receipt_id: UUID) -> tuple[Decimal | None, Decimal | None]:
    """The narrowest limits of the cold items on a receipt, degrees Celsius; one statement."""
    [(low, high)] = fetch(_LIMITS, [receipt_id, current_company_id()])
    return low, high


def transit_logs_of(receipt_id: UUID) -> Sequence[TransitLog]:
    """Everything ever read for a receipt, the latest first; one statement."""
    return list(TransitLog.objects.filter(receipt_id=receipt_id).order_by("-id"))
