"""What of purchasing an approval policy may bind."""

from meridian.approvals.known import ApprovalSubject
from meridian.purchasing.documents import PurchaseOrderDocument
from meridian.purchasing.queries.approval import order_figures, ordered_since
from meridian.purchasing.vocabulary import OrderCategory, OrderRisk

ORDER_RELEASE = ApprovalSubject(
    transition=PurchaseOrderDocument.release,
    submit=PurchaseOrderDocument.submit,
    send_back=PurchaseOrderDocument.send_back,
    withdraw=PurchaseOrderDocument.withdraw_submission,
    figures=order_figures,
    committed=ordered_since,
    categories=tuple(OrderCategory.choices),
    risks=tuple(OrderRisk.choices),
)
