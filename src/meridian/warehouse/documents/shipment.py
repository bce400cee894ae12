"""The shipment 出库单."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from meridian.inspection.rules import udi_recheck_in_time
from meridian.inventory.models import Lot
from meridian.inventory.rules import (
    first_expiry_first,
    lot_not_blocked,
    lot_not_expired,
    lot_was_not_blocked,
    remaining_life_meets_customer_minimum,
    stock_status_allowed,
    stock_sufficed_since,
    stock_sufficient,
)
from meridian.items.models import Item
from meridian.items.rules import registration_valid_for_lot
from meridian.kernel.declare import (
    DocumentType,
    Lines,
    Meaning,
    Print,
    Related,
    Retention,
    Screen,
    Section,
    Series,
    Transition,
    View,
)
from meridian.kernel.gates import Gate
from meridian.kernel.rules import document_has_lines
from meridian.ledger.rules import period_open
from meridian.organization.models import Place
from meridian.organization.vocabulary import SITE_AND_WAREHOUSE, Role
from meridian.parties.models import Customer
from meridian.parties.rules import customer_papers_valid
from meridian.warehouse.models import Shipment, ShipmentLine
from meridian.warehouse.queries.outbound_records import outbound_record
from meridian.warehouse.queries.shipment import ShipmentFacts, delivery_note, load_shipments
from meridian.warehouse.rules.late_entry import entered_late_by_another, entered_when_it_happened, late_entry_in_window
from meridian.warehouse.rules.shipping import (
    delivery_note_complete,
    isolation_place_found,
    outbound_review_passed,
    outbound_reviewed,
    quantity_within_order_line,
    review_findings_named,
    transport_record_complete,
)
from meridian.warehouse.services import dispatching, shipping
from meridian.warehouse.vocabulary import ShipmentState as S

HOW_IT_LEAVES = (
    Shipment.transport_mode, Shipment.carrier_name, Shipment.waybill_no, Shipment.vehicle_plate_no,
    Shipment.driver_name, Shipment.happened_at,
)  # fmt: skip
"""What is still written once the goods are picked."""
ON_LEAVING: Sequence[Gate[Any]] = (
    document_has_lines, outbound_reviewed, quantity_within_order_line, lot_not_expired, lot_not_blocked,
    stock_status_allowed, stock_sufficient, first_expiry_first, remaining_life_meets_customer_minimum,
    customer_papers_valid, registration_valid_for_lot, delivery_note_complete, transport_record_complete, period_open,
    udi_recheck_in_time,
)  # fmt: skip
"""What is asked of goods that leave, in time or entered late."""


class ShipmentDocument(DocumentType[Shipment, ShipmentFacts]):
    """Goods leave for one customer: picked, reviewed by another person, shipped with their note (GSP Art 87–92)."""

    code = "shipment"
    module = "warehouse"
    slug = "shipments"
    label = _("出库单")
    help = _("按销售订单发货；保存时不填明细，则按先到期先出自动配货。")
    model = Shipment
    load = staticmethod(load_shipments)
    states = S
    initial = S.DRAFT
    number = Series("CKFH-{yyyy}{mm}-{seq:04}")
    drafted_by = (
        Role.PICKER, Role.REVIEWER, Role.KEEPER, Role.WAREHOUSE_MANAGER, Role.SALES_STAFF, Role.SALES_MANAGER,
    )  # fmt: skip
    read_by = (
        Role.QUALITY_STAFF, Role.QUALITY_HEAD, Role.ACCOUNTANT, Role.FINANCE_MANAGER,
        Role.ENTERPRISE_HEAD,
    )  # fmt: skip
    editable = (
        Shipment.order_id, Shipment.arrives_on, Shipment.delivery_address, Shipment.transport_mode,
        Shipment.carrier_name, Shipment.waybill_no, Shipment.vehicle_plate_no, Shipment.driver_name, Shipment.seal,
        Shipment.happened_at,
    )  # fmt: skip
    scope = SITE_AND_WAREHOUSE
    editable_in = (S.DRAFT, S.PICKED, S.REVIEWED)
    open_in = {
        S.PICKED: (*HOW_IT_LEAVES, ShipmentLine.review_defect, ShipmentLine.review_note),
        S.REVIEWED: HOW_IT_LEAVES,
    }
    prepare = staticmethod(shipping.prepare_shipment)
    outside_content = (
        Shipment.picked_by_name, Shipment.reviewed_by_name, Shipment.reviewed_at, Shipment.shipped_at,
        Shipment.held_outcome, Shipment.transport_mode, Shipment.carrier_name, Shipment.waybill_no,
        Shipment.vehicle_plate_no, Shipment.driver_name, Shipment.happened_at,
    )  # fmt: skip
    lines = Lines(
        model=ShipmentLine,
        editable=(
            ShipmentLine.lot, ShipmentLine.place, ShipmentLine.quantity, ShipmentLine.review_defect,
            ShipmentLine.review_note,
        ),
        columns=(
            (ShipmentLine.item, Item.number), (ShipmentLine.item, Item.device_name),
            (ShipmentLine.item, Item.specification), (ShipmentLine.lot, Lot.lot_no), (ShipmentLine.lot, Lot.serial_no),
            (ShipmentLine.lot, Lot.expires_on), (ShipmentLine.place, Place.name), ShipmentLine.quantity,
            (ShipmentLine.item, Item.base_unit), ShipmentLine.review_defect, ShipmentLine.review_note,
            ShipmentLine.allocation_note,
        ),
        totals=(ShipmentLine.quantity,),
    )  # fmt: skip
    screen = Screen(
        columns=(
            Shipment.number, Shipment.order_number, (Shipment.customer, Customer.name), Shipment.arrives_on,
            Shipment.picked_by_name, Shipment.reviewed_by_name, Shipment.shipped_at, Shipment.state,
        ),
        facts=(
            (Shipment.customer, Customer.name), Shipment.delivery_address, Shipment.arrives_on, Shipment.picked_by_name,
            Shipment.reviewed_by_name, Shipment.shipped_at, Shipment.happened_at,
        ),
        filters=(Shipment.customer, Shipment.arrives_on, Shipment.order_number, Shipment.state),
        search=(Shipment.number, Shipment.order_number, (Shipment.customer, Customer.name), Shipment.waybill_no),
        views=(
            View(_("进行中"), (S.DRAFT, S.PICKED, S.REVIEWED, S.REVIEW_FAILED), default=True),
            View(_("已发货"), (S.SHIPPED,)), View(_("复核未通过"), (S.REVIEW_FAILED, S.DISPOSED)), View(_("全部")),
        ),
        sections=(
            Section(
                _("运输与印章"),
                (
                    Shipment.transport_mode, Shipment.carrier_name, Shipment.waybill_no, Shipment.vehicle_plate_no,
                    Shipment.driver_name, Shipment.seal, Shipment.reviewed_at, Shipment.held_outcome,
                    Shipment.keep_until,
                ),
            ),
        ),
        related=(Related("sales_order", "order_id", upstream=True),),
        tones={S.DRAFT: "neutral", S.PICKED: "info", S.REVIEWED: "violet", S.SHIPPED: "ok",
               S.REVIEW_FAILED: "bad", S.DISPOSED: "neutral", S.VOIDED: "neutral"},
        flow=(S.DRAFT, S.PICKED, S.REVIEWED, S.SHIPPED),
    )  # fmt: skip
    prints = (
        Print("delivery_note", _("随货同行单"), "delivery_note", delivery_note),
        Print("outbound_review", _("出库复核记录"), "outbound_review", outbound_record),
        Print("transport_record", _("运输记录"), "transport_record", outbound_record),
    )
    retention = Retention("R1", anchors=shipping.retention_anchors)

    pick = Transition[Shipment, ShipmentFacts](
        label=_("拣货"),
        source=(S.DRAFT,),
        target=S.PICKED,
        allowed_to=(Role.PICKER,),
        gates=(
            document_has_lines, quantity_within_order_line, lot_not_expired, lot_not_blocked, stock_status_allowed,
            stock_sufficient, first_expiry_first, remaining_life_meets_customer_minimum, udi_recheck_in_time,
        ),
        effect=dispatching.pick,
    )  # fmt: skip
    review = Transition[Shipment, ShipmentFacts](
        label=_("出库复核"),
        source=(S.PICKED,),
        target=S.REVIEWED,
        allowed_to=(Role.REVIEWER,),
        gates=(outbound_review_passed, lot_not_expired, lot_not_blocked),
        differs_from=(pick,),
        signature=Meaning.REVIEWED,
        effect=dispatching.review,
        help=_("逐批核对包装、标签和效期（GSP 第八十七条）；复核人不得是拣货人。"),
    )
    fail_review = Transition[Shipment, ShipmentFacts](
        label=_("复核不通过"),
        source=(S.PICKED,),
        target=S.REVIEW_FAILED,
        allowed_to=(Role.REVIEWER,),
        gates=(review_findings_named, isolation_place_found, stock_sufficient),
        differs_from=(pick,),
        effect=dispatching.fail_review,
        reason_required=True,
        primary=False,
        danger=True,
        help=_("有问题的货转入待处理，交质量负责人处置；其余货物释放，订单另行发货（GSP 第八十七条）。"),
    )
    release_held = Transition[Shipment, ShipmentFacts](
        label=_("排除疑问，恢复合格"),
        source=(S.REVIEW_FAILED,),
        target=S.DISPOSED,
        allowed_to=(Role.QUALITY_HEAD,),
        gates=(lot_not_expired, lot_not_blocked, stock_sufficient),
        effect=dispatching.release_held,
        reason_required=True,
        signature=Meaning.RELEASED,
    )
    condemn_held = Transition[Shipment, ShipmentFacts](
        label=_("判不合格"),
        source=(S.REVIEW_FAILED,),
        target=S.DISPOSED,
        allowed_to=(Role.QUALITY_HEAD,),
        gates=(isolation_place_found, stock_sufficient),
        effect=dispatching.condemn_held,
        reason_required=True,
        signature=Meaning.REJECTED,
        primary=False,
        danger=True,
    )
    ship = Transition[Shipment, ShipmentFacts](
        label=_("发货"),
        source=(S.PICKED, S.REVIEWED),
        target=S.SHIPPED,
        allowed_to=(Role.KEEPER, Role.WAREHOUSE_MANAGER),
        gates=(*ON_LEAVING, entered_when_it_happened),
        effect=dispatching.ship,
    )
    ship_late = Transition[Shipment, ShipmentFacts](
        label=_("补录发货"),
        source=(S.PICKED, S.REVIEWED),
        target=S.SHIPPED,
        allowed_to=(Role.WAREHOUSE_MANAGER,),
        gates=(
            *ON_LEAVING, late_entry_in_window, entered_late_by_another, stock_sufficed_since, lot_was_not_blocked,
        ),
        differs_from=(pick, review),
        effect=dispatching.ship,
        happened=Shipment.happened_at,
        reason_required=True,
        primary=False,
        help=_("货物早已发出而未及时登记：账务日期和成本为实际发货日，规则按当时和现在从严判断。"),
    )  # fmt: skip
    send_back = Transition[Shipment, ShipmentFacts](
        label=_("退回修改"),
        source=(S.PICKED, S.REVIEWED),
        target=S.DRAFT,
        allowed_to=(Role.PICKER, Role.REVIEWER, Role.KEEPER, Role.WAREHOUSE_MANAGER),
        effect=dispatching.send_back,
        reason_required=True,
        primary=False,
    )
    void = Transition[Shipment, ShipmentFacts](
        label=_("作废"),
        source=(S.DRAFT, S.PICKED, S.REVIEWED),
        target=S.VOIDED,
        allowed_to=(Role.KEEPER, Role.WAREHOUSE_MANAGER),
        effect=dispatching.release,
        reason_required=True,
        primary=False,
        danger=True,
    )
