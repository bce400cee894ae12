"""The purchase order 采购订单."""

from django.utils.translation import gettext_lazy as _

from meridian.items.models import Item
from meridian.kernel.declare import (
    DocumentType,
    Lines,
    Print,
    Related,
    Retention,
    Screen,
    Section,
    Series,
    Transition,
    View,
)
from meridian.kernel.rules import document_has_lines
from meridian.organization.vocabulary import Role
from meridian.parties.models import Supplier
from meridian.purchasing.contract_rules import CALL_OFF_GATES
from meridian.purchasing.models import PurchaseOrder, PurchaseOrderLine
from meridian.purchasing.queries.orders import PurchaseOrderFacts, load_purchase_orders, purchase_record
from meridian.purchasing.rules import SUPPLY_GATES
from meridian.purchasing.services import orders as services
from meridian.purchasing.vocabulary import PurchaseOrderState as S

ARRIVAL = _("到货进度")
"""The section about what came of it; line by line once it is released."""


class PurchaseOrderDocument(DocumentType[PurchaseOrder, PurchaseOrderFacts]):
    """What is bought from whom; once released, receipts may be made against it (GSP Art 55, 58, 60)."""

    code = "purchase_order"
    module = "purchasing"
    slug = "purchase-orders"
    label = _("采购订单")
    model = PurchaseOrder
    load = staticmethod(load_purchase_orders)
    states = S
    initial = S.DRAFT
    number = Series("CGDD-{yyyy}{mm}-{seq:04}")
    drafted_by = [Role.BUYER, Role.PURCHASING_MANAGER]
    read_by = [
        Role.RECEIVER, Role.KEEPER, Role.INSPECTOR, Role.QUALITY_STAFF, Role.QUALITY_HEAD, Role.WAREHOUSE_MANAGER,
        Role.ACCOUNTANT, Role.FINANCE_MANAGER, Role.ENTERPRISE_HEAD,
    ]  # fmt: skip
    editable = [
        PurchaseOrder.supplier, PurchaseOrder.contract, PurchaseOrder.ordered_on, PurchaseOrder.promised_on,
        PurchaseOrder.note,
    ]  # fmt: skip
    editable_in = [S.DRAFT]
    prepare = staticmethod(services.prepare_purchase_order)
    lines = Lines(
        model=PurchaseOrderLine,
        editable=[PurchaseOrderLine.item, PurchaseOrderLine.quantity, PurchaseOrderLine.unit_price],
        columns=[
            (PurchaseOrderLine.item, Item.number), PurchaseOrderLine.device_name, PurchaseOrderLine.model,
            PurchaseOrderLine.specification, PurchaseOrderLine.registration_no, PurchaseOrderLine.registrant_name,
            PurchaseOrderLine.quantity, PurchaseOrderLine.unit, PurchaseOrderLine.unit_price, PurchaseOrderLine.amount,
        ],
        totals=[PurchaseOrderLine.quantity, PurchaseOrderLine.amount],
    )  # fmt: skip
    screen = Screen(
        columns=[
            PurchaseOrder.number, (PurchaseOrder.supplier, Supplier.name), PurchaseOrder.ordered_on,
            PurchaseOrder.promised_on, PurchaseOrder.amount, PurchaseOrder.created_by_name, PurchaseOrder.state,
        ],
        facts=[
            PurchaseOrder.supplier_name, PurchaseOrder.ordered_on, PurchaseOrder.promised_on, PurchaseOrder.amount,
            PurchaseOrder.created_by_name, PurchaseOrder.created_at, PurchaseOrder.keep_until,
        ],
        filters=[PurchaseOrder.supplier, PurchaseOrder.promised_on],
        search=[
            PurchaseOrder.number, (PurchaseOrder.supplier, Supplier.name), (PurchaseOrder.supplier, Supplier.mnemonic),
        ],
        views=[
            View(_("进行中"), [S.DRAFT, S.SUBMITTED, S.RELEASED], default=True), View(_("已关闭"), [S.CLOSED]),
            View(_("全部")),
        ],
        sections=[
            Section(ARRIVAL, [PurchaseOrder.promised_on, PurchaseOrder.buyer_name, PurchaseOrder.inquiry_number]),
            Section(_("备注"), [PurchaseOrder.note]),
        ],
        related=[
            Related("inquiry", "inquiry_id", upstream=True, label_when_none=_("没有询价")),
            Related("purchase_contract", "contract_id", upstream=True, label_when_none=_("没有合同")),
            Related("goods_receipt", "order_id", upstream=False, label_when_none=_("下达后收货")),
        ],
        tones={S.DRAFT: "neutral", S.SUBMITTED: "warn", S.RELEASED: "info", S.CLOSED: "ok", S.VOIDED: "neutral"},
        flow=[S.DRAFT, S.SUBMITTED, S.RELEASED, S.CLOSED],
    )  # fmt: skip
    outside_content = [PurchaseOrder.committed_on]
    prints = [Print("purchase_order", _("采购订单"), "purchase_order", purchase_record)]
    retention = Retention(code="R1", anchors=services.retention_anchors)

    release = Transition[PurchaseOrder, PurchaseOrderFacts](
        label=_("下达"),
        source=[S.DRAFT, S.SUBMITTED],
        target=S.RELEASED,
        allowed_to=[Role.PURCHASING_MANAGER],
        gates=[document_has_lines, *SUPPLY_GATES, *CALL_OFF_GATES],
        effect=services.expect_goods,
        help=_("审批策略要求审批时，须先提交并取得同意。"),
    )  # fmt: skip
    submit = Transition[PurchaseOrder, PurchaseOrderFacts](
        label=_("提交审批"),
        source=[S.DRAFT],
        target=S.SUBMITTED,
        allowed_to=[Role.BUYER, Role.PURCHASING_MANAGER],
        gates=[document_has_lines, *SUPPLY_GATES],
        effect=services.commit,
        help=_("按生效的审批策略请有关岗位同意；策略不要求审批时可直接下达。"),
    )
    send_back = Transition[PurchaseOrder, PurchaseOrderFacts](
        label=_("退回"),
        source=[S.SUBMITTED],
        target=S.DRAFT,
        allowed_to=[Role.PURCHASING_MANAGER, Role.FINANCE_MANAGER, Role.ENTERPRISE_HEAD, Role.QUALITY_HEAD,
                    Role.WAREHOUSE_MANAGER, Role.SALES_MANAGER],
        effect=services.commit_no_more,
        reason_required=True,
        primary=False,
    )  # fmt: skip
    withdraw_submission = Transition[PurchaseOrder, PurchaseOrderFacts](
        label=_("撤回提交"),
        source=[S.SUBMITTED],
        target=S.DRAFT,
        allowed_to=[Role.BUYER, Role.PURCHASING_MANAGER],
        effect=services.commit_no_more,
        primary=False,
    )
    close = Transition[PurchaseOrder, PurchaseOrderFacts](
        label=_("关闭"),
        source=[S.RELEASED],
        target=S.CLOSED,
        allowed_to=[Role.PURCHASING_MANAGER],
        effect=services.expect_no_more,
        reason_required=True,
        primary=False,
    )
    void = Transition[PurchaseOrder, PurchaseOrderFacts](
        label=_("作废"),
        source=[S.DRAFT],
        target=S.VOIDED,
        allowed_to=[Role.BUYER, Role.PURCHASING_MANAGER],
        reason_required=True,
        primary=False,
        danger=True,
    )
