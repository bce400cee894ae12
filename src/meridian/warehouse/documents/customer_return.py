"""The return by a customer 销售退回单: received apart, inspected, shelved or set aside."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from meridian.competence.rules import inspector_qualified
from meridian.inspection.rules import release_zone_fits_goods
from meridian.inventory.rules import lot_not_blocked, lot_not_expired, stock_sufficient
from meridian.items.models import Item
from meridian.kernel.declare import (
    DocumentType,
    Lines,
    Meaning,
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
from meridian.organization.vocabulary import SITE_AND_WAREHOUSE, Role
from meridian.warehouse.models import CustomerReturn, CustomerReturnLine
from meridian.warehouse.queries.customer_return import CustomerReturnFacts, load_customer_returns
from meridian.warehouse.rules.customer_returning import (
    cold_return_proved,
    return_inspection_complete,
    return_traceable,
    returned_after_shipping,
    zone_awaits_returns,
)
from meridian.warehouse.rules.late_entry import entered_late_by_another, entered_when_it_happened, late_entry_in_window
from meridian.warehouse.services import customer_returning
from meridian.warehouse.vocabulary import CustomerReturnState as S

Line = CustomerReturnLine


ON_ARRIVAL: Sequence[Gate[Any]] = (
    document_has_lines, return_traceable, cold_return_proved, zone_awaits_returns, period_open,
)  # fmt: skip
"""What is asked of goods that come back, in time or entered late."""


class CustomerReturnDocument(DocumentType[CustomerReturn, CustomerReturnFacts]):
    """What a customer sends back is traced to its shipment and inspected before any of it is sold again (GSP 106)."""

    code = "customer_return"
    module = "warehouse"
    slug = "customer-returns"
    label = _("销售退回单")
    help = _("客户退回的货：按原出库单收入退货区，验收合格才回到合格品区。")
    model = CustomerReturn
    load = staticmethod(load_customer_returns)
    states = S
    initial = S.DRAFT
    number = Series("XSTH-{yyyy}{mm}-{seq:04}")
    drafted_by = (Role.RECEIVER, Role.KEEPER, Role.WAREHOUSE_MANAGER, Role.SALES_STAFF, Role.INSPECTOR)
    read_by = (
        Role.QUALITY_STAFF, Role.QUALITY_HEAD, Role.SALES_MANAGER, Role.ACCOUNTANT, Role.FINANCE_MANAGER,
        Role.ENTERPRISE_HEAD, Role.AUDITOR,
    )  # fmt: skip
    editable = (
        CustomerReturn.shipment,
        CustomerReturn.return_reason,
        CustomerReturn.temperature_proof,
        CustomerReturn.happened_at,
    )
    scope = SITE_AND_WAREHOUSE
    editable_in = (S.DRAFT, S.RECEIVED)
    open_in = {
        S.RECEIVED: (
            CustomerReturn.return_reason, CustomerReturn.temperature_proof, Line.accepted_quantity,
            Line.rejected_quantity, Line.quality_condition, Line.disposition,
        ),
    }  # fmt: skip
    prepare = staticmethod(customer_returning.prepare_customer_return)
    outside_content = (CustomerReturn.inspector_id, CustomerReturn.inspector_name, CustomerReturn.inspected_at)
    lines = Lines(
        model=Line,
        editable=(
            Line.lot, Line.quantity, Line.accepted_quantity, Line.rejected_quantity, Line.quality_condition,
            Line.disposition,
        ),
        columns=(
            (Line.item, Item.number), Line.device_name, Line.model, Line.specification, Line.lot_no, Line.serial_no,
            Line.expires_on, Line.quantity, Line.unit, Line.accepted_quantity, Line.rejected_quantity,
            Line.quality_condition, Line.disposition, Line.registration_no, Line.registrant_name,
            Line.contract_manufacturer_name,
            Line.storage_condition, Line.udi,
        ),
        totals=(Line.quantity, Line.accepted_quantity, Line.rejected_quantity),
    )  # fmt: skip
    screen = Screen(
        columns=(
            CustomerReturn.number, CustomerReturn.returning_party_name, CustomerReturn.original_outbound_no,
            CustomerReturn.return_reason, CustomerReturn.returned_on, CustomerReturn.inspector_name,
            CustomerReturn.state,
        ),
        facts=(
            CustomerReturn.returning_party_name, CustomerReturn.original_outbound_no, CustomerReturn.return_reason,
            CustomerReturn.returned_on, CustomerReturn.happened_at, CustomerReturn.inspector_name,
            CustomerReturn.keep_until,
        ),
        filters=(CustomerReturn.state, CustomerReturn.returned_on),
        search=(CustomerReturn.number, CustomerReturn.original_outbound_no, CustomerReturn.returning_party_name),
        views=(
            View(_("待办"), (S.DRAFT, S.RECEIVED), default=True), View(_("已验收"), (S.INSPECTED,)), View(_("全部")),
        ),
        sections=(
            Section(_("收货与验收"), (
                CustomerReturn.temperature_proof, CustomerReturn.received_by_name, CustomerReturn.inspected_at,
            )),
        ),
        related=(Related("shipment", "shipment_id", upstream=True),),
        tones={S.DRAFT: "neutral", S.RECEIVED: "warn", S.INSPECTED: "ok", S.VOIDED: "neutral"},
        flow=(S.DRAFT, S.RECEIVED, S.INSPECTED),
    )  # fmt: skip
    retention = Retention("R1", anchors=customer_returning.retention_anchors)

    receive = Transition[CustomerReturn, CustomerReturnFacts](
        label=_("退货收货"),
        source=(S.DRAFT,),
        target=S.RECEIVED,
        allowed_to=(Role.RECEIVER, Role.KEEPER, Role.WAREHOUSE_MANAGER),
        gates=(*ON_ARRIVAL, entered_when_it_happened),
        effect=customer_returning.receive_return,
    )
    receive_late = Transition[CustomerReturn, CustomerReturnFacts](
        label=_("补录退货收货"),
        source=(S.DRAFT,),
        target=S.RECEIVED,
        allowed_to=(Role.WAREHOUSE_MANAGER,),
        gates=(*ON_ARRIVAL, late_entry_in_window, entered_late_by_another, returned_after_shipping),
        effect=customer_returning.receive_return,
        happened=CustomerReturn.happened_at,
        reason_required=True,
        primary=False,
        help=_("货物早已退回而未及时登记：账务日期为实际收货日，规则按当时和现在从严判断。"),
    )
    inspect = Transition[CustomerReturn, CustomerReturnFacts](
        label=_("退货验收"),
        source=(S.RECEIVED,),
        target=S.INSPECTED,
        allowed_to=(Role.INSPECTOR,),
        gates=(
            inspector_qualified, return_inspection_complete, lot_not_expired, lot_not_blocked, stock_sufficient,
            zone_awaits_returns,
            release_zone_fits_goods,
        ),
        differs_from=(receive, receive_late),
        effect=customer_returning.conclude_return,
        signature=Meaning.INSPECTED,
    )  # fmt: skip
    void = Transition[CustomerReturn, CustomerReturnFacts](
        label=_("作废"),
        source=(S.DRAFT,),
        target=S.VOIDED,
        allowed_to=(Role.RECEIVER, Role.KEEPER, Role.WAREHOUSE_MANAGER, Role.SALES_STAFF),
        reason_required=True,
        primary=False,
        danger=True,
    )
