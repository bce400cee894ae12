"""What came of an order, on its own page: line by line and as a whole."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from meridian.kernel.registry import AnyDocumentType
from meridian.platform.screens import formats
from meridian.platform.screens.view import KeyValue, Text
from meridian.purchasing.documents import PurchaseOrderDocument
from meridian.purchasing.documents.purchase_order import ARRIVAL
from meridian.purchasing.queries.progress import LineProgress, progress_of
from meridian.purchasing.vocabulary import PurchaseOrderState


def known_of_arrival(declared: AnyDocumentType, document: Any, section: Text) -> Sequence[KeyValue]:
    """For the order's section about it, once released: one statement, there alone."""
    if declared is not PurchaseOrderDocument or section != ARRIVAL:
        return ()
    if document.state not in (PurchaseOrderState.RELEASED, PurchaseOrderState.CLOSED):
        return ()
    lines = progress_of(document.pk)
    received = sum((min(line.received, line.ordered) for line in lines), Decimal(0))
    ordered = sum((line.ordered for line in lines), Decimal(0))
    whole = KeyValue(label=_("已收货"), value=f"{int(100 * received / ordered) if ordered else 0} %")
    return (whole, *(_told(line) for line in lines))


def _told(line: LineProgress) -> KeyValue:
    figures = {name: formats.number(getattr(line, name)) for name in ("ordered", "received", "accepted", "rejected",
                                                                      "open")}  # fmt: skip
    note = _("订购 %(ordered)s · 已收 %(received)s · 合格 %(accepted)s · 不合格 %(rejected)s · 未到 %(open)s") % figures
    return KeyValue(label=f"{line.item} {line.name}", value=f"{line.percent} %", note=note)
