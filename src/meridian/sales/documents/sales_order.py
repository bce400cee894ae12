"""The sales order 销售订单."""

from django.utils.translation import gettext_lazy as _

from meridian.items.models import Item
from meridian.items.rules import product_qualified
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
from meridian.parties.models import Customer
from meridian.parties.rules import customer_papers_valid, customer_qualified, customer_scope_covers_item
from meridian.sales import services
from meridian.sales.models import SalesOrder, SalesOrderLine
from meridian.sales.queries import SalesOrderFacts, load_sales_orders, sales_record
from meridian.sales.vocabulary import SalesOrderState as S


class SalesOrderDocument(DocumentType[SalesOrder, SalesOrderFacts]):
    """What is sold to whom; once confirmed, shipments may be made for it (GSP Art 82, 84)."""

    code = "sales_order"
    module = "sales"
    slug = "sales-orders"
    label = _("销售订单")
    model = SalesOrder
    load = staticmethod(load_sales_orders)
    states = S
    initial = S.DRAFT
    number = Series("XSDD-{yyyy}{mm}-{seq:04}")
    drafted_by = [Role.SALES_STAFF, Role.SALES_MANAGER]
    read_by = [
        Role.PICKER, Role.REVIEWER, Role.KEEPER, Role.WAREHOUSE_MANAGER, Role.QUALITY_STAFF, Role.QUALITY_HEAD,
        Role.ACCOUNTANT, Role.FINANCE_MANAGER, Role.ENTERPRISE_HEAD,
    ]  # fmt: skip
    editable = [
        SalesOrder.customer, SalesOrder.ordered_on, SalesOrder.arrives_on, SalesOrder.delivery_address, SalesOrder.note,
    ]  # fmt: skip
    editable_in = [S.DRAFT]
    prepare = staticmethod(services.prepare_sales_order)
    lines = Lines(
        model=SalesOrderLine,
        editable=[SalesOrderLine.item, SalesOrderLine.quantity, SalesOrderLine.unit_price, SalesOrderLine.lot_no],
        columns=[
            (SalesOrderLine.item, Item.number), (SalesOrderLine.item, Item.device_name),
            (SalesOrderLine.item, Item.specification), SalesOrderLine.quantity,
            (SalesOrderLine.item, Item.base_unit), SalesOrderLine.unit_price, SalesOrderLine.amount,
            SalesOrderLine.lot_no,
        ],
        totals=[SalesOrderLine.quantity, SalesOrderLine.amount],
    )  # fmt: skip
    screen = Screen(
        columns=[
            SalesOrder.number, (SalesOrder.customer, Customer.name), SalesOrder.ordered_on, SalesOrder.arrives_on,
            SalesOrder.amount, SalesOrder.created_by_name, SalesOrder.state,
        ],
        facts=[
            (SalesOrder.customer, Customer.name), SalesOrder.ordered_on, SalesOrder.arrives_on,
            SalesOrder.delivery_address, SalesOrder.amount, SalesOrder.created_by_name, SalesOrder.keep_until,
        ],
        filters=[SalesOrder.customer, SalesOrder.arrives_on],
        search=[SalesOrder.number, (SalesOrder.customer, Customer.name), (SalesOrder.customer, Customer.mnemonic)],
        views=[View(_("进行中"), [S.DRAFT, S.CONFIRMED], default=True), View(_("已关闭"), [S.CLOSED]), View(_("全部"))],
        sections=[
            Section(
                _("购货者与备注"), [SalesOrder.customer_contact, SalesOrder.customer_license_no, SalesOrder.note]
            ),
        ],
        related=[Related("shipment", "order_id", upstream=False, label_when_none=_("确认后发货"))],
        tones={S.DRAFT: "neutral", S.CONFIRMED: "info", S.CLOSED: "ok", S.VOIDED: "neutral"},
        flow=[S.DRAFT, S.CONFIRMED, S.CLOSED],
    )  # fmt: skip
    prints = (Print("sales_record", _("销售记录"), "sales_record", sales_record),)
    retention = Retention(code="R1", anchors=services.retention_anchors)

    confirm = Transition[SalesOrder, SalesOrderFacts](
        label=_("确认"),
        source=[S.DRAFT],
        target=S.CONFIRMED,
        allowed_to=[Role.SALES_MANAGER],
        gates=[
            document_has_lines, customer_qualified, customer_papers_valid, customer_scope_covers_item,
            product_qualified,
        ],
        effect=services.promise_goods,
    )  # fmt: skip
    close = Transition[SalesOrder, SalesOrderFacts](
        label=_("关闭"),
        source=[S.CONFIRMED],
        target=S.CLOSED,
        allowed_to=[Role.SALES_MANAGER],
        effect=services.promise_no_more,
        reason_required=True,
        primary=False,
    )
    void = Transition[SalesOrder, SalesOrderFacts](
        label=_("作废"),
        source=[S.DRAFT],
        target=S.VOIDED,
        allowed_to=[Role.SALES_STAFF, Role.SALES_MANAGER],
        reason_required=True,
        primary=False,
        danger=True,
    )
