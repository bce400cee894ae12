"""Orders are kept as long as the goods that came or left for them, which are known later than the orders."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from meridian.inventory.queries import StockLineFacts
from meridian.kernel.declare import RetentionAnchors
from meridian.kernel.models import Document
from meridian.kernel.retention import keep_until
from meridian.kernel.sql import Expression
from meridian.kernel.work import Work


def anchors_of_goods(base_day: date, lines: Sequence[StockLineFacts]) -> RetentionAnchors:
    """A record of goods is kept two years past its lots' expiry, an implant's for ever (R1, GSP Art 23)."""
    days = [line.expires_on for line in lines]
    return RetentionAnchors(
        base_day=base_day,
        expiry_days=[day for day in days if day is not None],
        some_without_expiry=None in days,
        permanent=any(line.item.is_implantable for line in lines),
    )


_OURS = "WHERE id = {{}} AND company_id = {{}}"
_LONGER = f"prolonged AS (UPDATE {{table}} SET keep_until = {{{{}}}} {_OURS} AND keep_until < {{{{}}}})"
_FOR_EVER = f"prolonged AS (UPDATE {{table}} SET keep_until = NULL {_OURS} AND keep_until IS NOT NULL)"


def prolong(work: Work[Any, Any], model: type[Document], document_id: UUID, anchors: RetentionAnchors) -> None:
    """Keeps another record of class R1 at least as long as these goods ask for, never shorter than before.

    GSP Art 23: two years past the expiry, five years without one, implants for ever. Written by the closing statement.
    The record's row is locked after its expectations: an order that is closed in the same moment may have to try again.
    """
    until, key = keep_until("R1", anchors), (document_id, work.document.company_id)
    table = model._meta.db_table
    if until is None:
        work.parts.append(Expression(_FOR_EVER.format(table=table), key))
    else:
        work.parts.append(Expression(_LONGER.format(table=table), (until, *key, until)))
