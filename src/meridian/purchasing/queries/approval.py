"""What an approval policy judges a purchase order by, and what was ordered from one supplier in the last days."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from meridian.approvals.known import Figures
from meridian.kernel.messages import message
from meridian.kernel.sql import array_text, fetch
from meridian.purchasing.vocabulary import OrderCategory, OrderRisk, PurchaseOrderState

COMMITTED = (
    PurchaseOrderState.SUBMITTED.value, PurchaseOrderState.RELEASED.value, PurchaseOrderState.CLOSED.value,
)  # fmt: skip
DONE = (PurchaseOrderState.RELEASED.value, PurchaseOrderState.CLOSED.value)

_FIGURES = """
SELECT o.id, o.amount, o.supplier_id, o.supplier_name, count(l.id),
       bool_or(i.device_class = 'III'), bool_or(i.device_class = 'II'), bool_or(i.is_implantable), bool_or(i.is_ivd),
       bool_or(i.is_cold_chain),
       EXISTS (SELECT FROM purchasing_purchase_order x
               WHERE x.supplier_id = o.supplier_id AND x.company_id = o.company_id AND x.id <> o.id
                 AND x.state = ANY(%(done)s::text[]))
FROM purchasing_purchase_order o
LEFT JOIN purchasing_purchase_order_line l ON l.document_id = o.id AND l.company_id = o.company_id
LEFT JOIN LATERAL (SELECT device_class, is_implantable, is_ivd, is_cold_chain FROM items_item x
                   WHERE x.id = l.item_id AND x.company_id = l.company_id LIMIT 1) i ON true
WHERE o.id = ANY(%(ids)s::uuid[]) AND o.company_id = %(company)s
GROUP BY o.id, o.company_id, o.amount, o.supplier_id, o.supplier_name
"""
_COMMITTED = """
SELECT coalesce(sum(amount), 0) FROM purchasing_purchase_order
WHERE supplier_id = %s AND company_id = %s AND committed_on >= %s AND id <> %s AND state = ANY(%s::text[])
"""


def order_figures(company_id: UUID, ids: Sequence[UUID]) -> Mapping[UUID, Figures]:
    """Amount, categories and risk of orders; one statement.

    The highest device class is a category, and so are implants, IVD reagents and cold goods. A supplier from which
    nothing was ordered before has no record to be rated by: that is a risk of its own.
    """
    rows = fetch(_FIGURES, {"ids": array_text(ids), "company": company_id, "done": array_text(DONE)})
    found = {}
    for key, amount, supplier_id, name, lines, *flags, has_record in rows:
        is_third, is_second, *further = flags
        highest = OrderCategory.III if is_third else OrderCategory.II if is_second else OrderCategory.I
        kinds = zip((OrderCategory.IMPLANT, OrderCategory.IVD, OrderCategory.COLD_CHAIN), further, strict=True)
        categories = frozenset([highest.value, *(kind.value for kind, holds in kinds if holds)])
        risk = OrderRisk.RATED if has_record else OrderRisk.UNRATED
        summary = str(message("{supplier}，{lines} 行", supplier=name, lines=lines))
        found[key] = Figures(amount, categories, risk.value, supplier_id, summary)
    return found


def ordered_since(company_id: UUID, supplier_id: UUID, since: date, but: UUID) -> Decimal:
    """The amount of orders to a supplier submitted or released since a day, one order left out; one statement."""
    [(amount,)] = fetch(_COMMITTED, [supplier_id, company_id, since, but, array_text(COMMITTED)])
    return Decimal(amount)
