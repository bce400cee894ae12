"""The goods receipt 收货."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from meridian.items.models import Item
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
from meridian.organization.vocabulary import QUALITY_ROLES, SITE_AND_WAREHOUSE, Role
from meridian.parties.models import Supplier
from meridian.parties.rules import supplier_papers_valid
from meridian.warehouse.models import GoodsReceipt, GoodsReceiptLine
from meridian.warehouse.queries.goods_receipt import ReceiptFacts, load_goods_receipts, receipt_record
from meridian.warehouse.rules.arriving import (
    delivery_note_matches,
    faulty_note_cleared_for_hold,
    held_goods_in_place,
    hold_place_fits,
    pending_zone_awaits_goods,
)
from meridian.warehouse.rules.cold_arrival import (
    cold_goods_in_fit_place,
    stability_statement_attached,
    transit_temperature_in_range,
    transit_temperature_proved,
)
from meridian.warehouse.rules.late_entry import (
    entered_late_by_another,
    entered_when_it_happened,
    late_entry_in_window,
    received_after_ordering,
)
from meridian.warehouse.rules.receiving import (
    lot_data_complete,
    lot_days_agree,
    place_is_pending_zone,
    quantity_within_order,
    receipt_has_order,
    scan_matches_line,
    serial_received_once,
    udi_present_where_required,
)
from meridian.warehouse.services import receiving
from meridian.warehouse.vocabulary import GoodsReceiptState as S

Line = GoodsReceiptLine
COLD_WAY = _("冷链运输")
"""The section about the way of cold goods; what their logger said stands there too."""
ON_ARRIVAL: list[Gate[Any]] = [
    document_has_lines, receipt_has_order, quantity_within_order, supplier_papers_valid, delivery_note_matches,
    transit_temperature_proved, transit_temperature_in_range, stability_statement_attached,
    place_is_pending_zone, cold_goods_in_fit_place, lot_data_complete, scan_matches_line,
    udi_present_where_required, lot_days_agree, serial_received_once, period_open,
]  # fmt: skip
"""What is asked of goods that go on to their inspection, in time or entered late."""


class GoodsReceiptDocument(DocumentType[GoodsReceipt, ReceiptFacts]):
    """Goods checked in against an order and a delivery note, barcode by barcode (GSP Art 60–63).

    Posted, they stand in the pending place until quality releases them; what is wrong then is returned or scrapped.
    What is wrong on arrival is refused, or accepted to hold until quality decides.
    """

    code = "goods_receipt"
    module = "warehouse"
    slug = "goods-receipts"
    label = _("收货单")
    help = _("扫码逐批登记到货；过账后货物进入待验区，并自动生成验收单。")
    model = GoodsReceipt
    load = staticmethod(load_goods_receipts)
    states = S
    initial = S.DRAFT
    number = Series("SH-{yyyy}{mm}-{seq:04}")
    drafted_by = [Role.RECEIVER, Role.WAREHOUSE_MANAGER]
    read_by = [
        Role.KEEPER, Role.INSPECTOR, Role.QUALITY_STAFF, Role.QUALITY_HEAD, Role.BUYER, Role.PURCHASING_MANAGER,
        Role.ACCOUNTANT, Role.FINANCE_MANAGER, Role.ENTERPRISE_HEAD,
    ]  # fmt: skip
    editable = [
        GoodsReceipt.order_id, GoodsReceipt.supplier, GoodsReceipt.note_presence, GoodsReceipt.delivery_note_number,
        GoodsReceipt.note_form, GoodsReceipt.note_lines, GoodsReceipt.transport_mode, GoodsReceipt.place,
        GoodsReceipt.departed_at, GoodsReceipt.arrival_celsius, GoodsReceipt.transport_unit,
        GoodsReceipt.stability_statement, GoodsReceipt.happened_at,
    ]  # fmt: skip
    scope = SITE_AND_WAREHOUSE
    editable_in = [S.DRAFT, S.ON_HOLD]
    open_in = {
        S.ON_HOLD: [
            GoodsReceipt.delivery_note_number, GoodsReceipt.note_presence, GoodsReceipt.note_form,
            GoodsReceipt.note_lines, GoodsReceipt.departed_at, GoodsReceipt.arrival_celsius,
            GoodsReceipt.transport_unit, GoodsReceipt.stability_statement,
        ],
    }  # fmt: skip
    prepare = staticmethod(receiving.prepare_goods_receipt)
    lines = Lines(
        model=Line,
        editable=[
            Line.item, Line.lot_no, Line.serial_no, Line.sterilization_lot_no, Line.manufactured_on, Line.expires_on,
            Line.quantity, Line.scanned,
        ],
        columns=[
            (Line.item, Item.number), (Line.item, Item.device_name), (Line.item, Item.specification), Line.lot_no,
            Line.serial_no, Line.sterilization_lot_no, Line.manufactured_on, Line.expires_on, Line.quantity,
            (Line.item, Item.base_unit), Line.scanned,
        ],
        totals=[Line.quantity],
    )  # fmt: skip
    outside_content = [
        GoodsReceipt.received_by_id, GoodsReceipt.received_by_name, GoodsReceipt.received_at, GoodsReceipt.hold_reason,
        GoodsReceipt.decided_by_name, GoodsReceipt.decided_at, GoodsReceipt.decision_reason,
    ]  # fmt: skip
    screen = Screen(
        columns=[
            GoodsReceipt.number, (GoodsReceipt.supplier, Supplier.name), GoodsReceipt.order_number,
            GoodsReceipt.delivery_note_number, GoodsReceipt.received_by_name, GoodsReceipt.received_at,
            GoodsReceipt.state,
        ],
        facts=[
            (GoodsReceipt.supplier, Supplier.name), GoodsReceipt.order_number, GoodsReceipt.delivery_note_number,
            (GoodsReceipt.place, Place.name), GoodsReceipt.received_by_name, GoodsReceipt.received_at,
            GoodsReceipt.happened_at,
        ],
        filters=[GoodsReceipt.supplier, GoodsReceipt.received_at],
        search=[
            GoodsReceipt.number, GoodsReceipt.order_number, GoodsReceipt.delivery_note_number,
            (GoodsReceipt.supplier, Supplier.name), (GoodsReceipt.supplier, Supplier.mnemonic),
        ],
        views=[
            View(_("待收货"), [S.DRAFT], default=True), View(_("待处理"), [S.ON_HOLD]), View(_("已收货"), [S.RECEIVED]),
            View(_("已拒收"), [S.REFUSED, S.CONDEMNED]), View(_("全部")),
        ],
        sections=[
            Section(_("随货单证"), [
                GoodsReceipt.note_presence, GoodsReceipt.delivery_note_number, GoodsReceipt.note_form,
                GoodsReceipt.note_lines,
            ]),
            Section(COLD_WAY, [
                GoodsReceipt.departed_at, GoodsReceipt.arrived_at, GoodsReceipt.arrival_celsius,
                GoodsReceipt.transport_unit, GoodsReceipt.stability_statement,
            ]),
            Section(_("待处理与拒收"), [
                GoodsReceipt.hold_reason, GoodsReceipt.decided_by_name, GoodsReceipt.decided_at,
                GoodsReceipt.decision_reason,
            ]),
            Section(_("运输与保存"), [
                GoodsReceipt.transport_mode, GoodsReceipt.created_by_name, GoodsReceipt.created_at,
                GoodsReceipt.keep_until,
            ]),
        ],
        related=[
            Related("purchase_order", "order_id", upstream=True, label_when_none=_("没有采购订单")),
            Related("acceptance_inspection", "receipt_id", upstream=False, label_when_none=_("收货后验收")),
        ],
        tones={
            S.DRAFT: "neutral", S.ON_HOLD: "warn", S.RECEIVED: "ok", S.REFUSED: "bad", S.CONDEMNED: "bad",
            S.VOIDED: "neutral",
        },
        flow=[S.DRAFT, S.RECEIVED],
    )  # fmt: skip
    prints = [Print("goods_receipt", _("收货单"), "goods_receipt", receipt_record)]
    retention = Retention(code="R1", anchors=receiving.retention_anchors)

    receive = Transition[GoodsReceipt, ReceiptFacts](
        label=_("收货"),
        source=[S.DRAFT],
        target=S.RECEIVED,
        allowed_to=[Role.RECEIVER],
        gates=[*ON_ARRIVAL, entered_when_it_happened],
        effect=receiving.receive_goods,
    )  # fmt: skip
    receive_late = Transition[GoodsReceipt, ReceiptFacts](
        label=_("补录收货"),
        source=[S.DRAFT],
        target=S.RECEIVED,
        allowed_to=[Role.WAREHOUSE_MANAGER],
        gates=[*ON_ARRIVAL, late_entry_in_window, entered_late_by_another, received_after_ordering],
        effect=receiving.receive_goods,
        happened=GoodsReceipt.happened_at,
        reason_required=True,
        primary=False,
        help=_("货物早已到货而未及时登记：账务日期为实际收货日，规则按当时和现在从严判断。"),
    )  # fmt: skip
    accept_to_hold = Transition[GoodsReceipt, ReceiptFacts](
        label=_("转待处理"),
        source=[S.DRAFT],
        target=S.ON_HOLD,
        allowed_to=[Role.RECEIVER],
        gates=[
            document_has_lines, receipt_has_order, quantity_within_order, supplier_papers_valid,
            faulty_note_cleared_for_hold, hold_place_fits, cold_goods_in_fit_place, lot_data_complete,
            scan_matches_line, udi_present_where_required, lot_days_agree, serial_received_once, period_open,
            entered_when_it_happened,
        ],
        effect=receiving.hold_goods,
        reason_required=True,
        primary=False,
        help=_("货物入账但不得验收、拣货和销售，等待质量负责人决定。"),
    )  # fmt: skip
    refuse_goods = Transition[GoodsReceipt, ReceiptFacts](
        label=_("拒收"),
        source=[S.DRAFT],
        target=S.REFUSED,
        allowed_to=[Role.RECEIVER],
        effect=receiving.refuse_delivery,
        reason_required=True,
        primary=False,
        danger=True,
        help=_("货物退给送货人，不入库；采购订单仍待收货，记录保留。"),
    )
    release_from_hold = Transition[GoodsReceipt, ReceiptFacts](
        label=_("解除待处理"),
        source=[S.ON_HOLD],
        target=S.RECEIVED,
        allowed_to=[Role.QUALITY_HEAD],
        gates=[
            supplier_papers_valid,
            delivery_note_matches,
            transit_temperature_proved,
            transit_temperature_in_range,
            stability_statement_attached,
            held_goods_in_place,
            pending_zone_awaits_goods,
        ],
        effect=receiving.release_held,
        differs_from=[accept_to_hold],
        signature=Meaning.RELEASED,
        reason_required=True,
    )
    condemn = Transition[GoodsReceipt, ReceiptFacts](
        label=_("判不合格"),
        source=[S.ON_HOLD],
        target=S.CONDEMNED,
        allowed_to=QUALITY_ROLES,
        gates=[held_goods_in_place],
        effect=receiving.condemn_held,
        differs_from=[accept_to_hold],
        signature=Meaning.REJECTED,
        reason_required=True,
        primary=False,
        danger=True,
    )
    void = Transition[GoodsReceipt, ReceiptFacts](
        label=_("作废"),
        source=[S.DRAFT],
        target=S.VOIDED,
        allowed_to=[Role.RECEIVER, Role.WAREHOUSE_MANAGER],
        reason_required=True,
        primary=False,
        danger=True,
    )
