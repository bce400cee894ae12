"""The return to a supplier 购进退出单."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from meridian.inventory.rules import stock_sufficed_since, stock_sufficient
from meridian.items.models import Item
from meridian.kernel.declare import DocumentType, Lines, Meaning, Retention, Screen, Section, Series, Transition, View
from meridian.kernel.gates import Gate
from meridian.kernel.rules import document_has_lines
from meridian.ledger.rules import period_open
from meridian.organization.models import Place
from meridian.organization.vocabulary import QUALITY_ROLES, SITE_AND_WAREHOUSE, Role
from meridian.parties.models import Supplier
from meridian.warehouse.models import SupplierReturn, SupplierReturnLine
from meridian.warehouse.queries.supplier_return import SupplierReturnFacts, load_supplier_returns
from meridian.warehouse.rules.late_entry import entered_late_by_another, entered_when_it_happened, late_entry_in_window
from meridian.warehouse.rules.returning import bought_from_supplier
from meridian.warehouse.services import returning
from meridian.warehouse.vocabulary import SupplierReturnState as S

ON_LEAVING: Sequence[Gate[Any]] = (document_has_lines, bought_from_supplier, stock_sufficient, period_open)
"""What is asked of goods that go back, in time or entered late."""


class SupplierReturnDocument(DocumentType[SupplierReturn, SupplierReturnFacts]):
    """Goods of any stock status go back to whom they came from, once quality has agreed; expired ones too."""

    code = "supplier_return"
    module = "warehouse"
    slug = "supplier-returns"
    label = _("购进退出单")
    help = _("把不合格、过期、错发或多发的货退给原供货者；质管批准后由保管员发出。")
    model = SupplierReturn
    load = staticmethod(load_supplier_returns)
    states = S
    initial = S.DRAFT
    number = Series("GJTC-{yyyy}{mm}-{seq:04}")
    drafted_by = (Role.KEEPER, Role.WAREHOUSE_MANAGER, Role.BUYER, Role.QUALITY_STAFF)
    read_by = (
        Role.QUALITY_HEAD, Role.PURCHASING_MANAGER, Role.INSPECTOR, Role.ACCOUNTANT, Role.FINANCE_MANAGER,
        Role.ENTERPRISE_HEAD, Role.AUDITOR,
    )  # fmt: skip
    editable = (
        SupplierReturn.supplier, SupplierReturn.return_reason, SupplierReturn.transport_mode,
        SupplierReturn.carrier_name, SupplierReturn.waybill_no, SupplierReturn.happened_at,
    )  # fmt: skip
    scope = SITE_AND_WAREHOUSE
    editable_in = (S.DRAFT,)
    prepare = staticmethod(returning.prepare_supplier_return)
    outside_content = (SupplierReturn.returned_at, SupplierReturn.returned_by_name)
    lines = Lines(
        model=SupplierReturnLine,
        editable=(
            SupplierReturnLine.lot, SupplierReturnLine.place, SupplierReturnLine.stock_status,
            SupplierReturnLine.quantity,
        ),
        columns=(
            (SupplierReturnLine.item, Item.number), SupplierReturnLine.device_name, SupplierReturnLine.model,
            SupplierReturnLine.specification, SupplierReturnLine.lot_no, SupplierReturnLine.serial_no,
            SupplierReturnLine.expires_on, (SupplierReturnLine.place, Place.name), SupplierReturnLine.stock_status,
            SupplierReturnLine.quantity, SupplierReturnLine.unit, SupplierReturnLine.registration_no,
            SupplierReturnLine.registrant_name, SupplierReturnLine.udi,
        ),
        totals=(SupplierReturnLine.quantity,),
    )  # fmt: skip
    screen = Screen(
        columns=(
            SupplierReturn.number, (SupplierReturn.supplier, Supplier.name), SupplierReturn.return_reason,
            SupplierReturn.created_by_name, SupplierReturn.created_at, SupplierReturn.returned_at,
            SupplierReturn.state,
        ),
        facts=(
            (SupplierReturn.supplier, Supplier.name), SupplierReturn.return_reason, SupplierReturn.transport_mode,
            SupplierReturn.returned_by_name, SupplierReturn.returned_at, SupplierReturn.happened_at,
            SupplierReturn.keep_until,
        ),
        filters=(SupplierReturn.state, SupplierReturn.supplier),
        search=(SupplierReturn.number, SupplierReturn.supplier_name),
        views=(
            View(_("待办"), (S.DRAFT, S.APPROVED), default=True), View(_("已退货"), (S.RETURNED,)), View(_("全部")),
        ),
        sections=(Section(_("运输"), (SupplierReturn.transport_mode, SupplierReturn.carrier_name,
                                     SupplierReturn.waybill_no)),),
        tones={S.DRAFT: "neutral", S.APPROVED: "info", S.RETURNED: "ok", S.VOIDED: "neutral"},
        flow=(S.DRAFT, S.APPROVED, S.RETURNED),
    )  # fmt: skip
    retention = Retention("R1", anchors=returning.retention_anchors)

    approve = Transition[SupplierReturn, SupplierReturnFacts](
        label=_("批准退货"),
        source=(S.DRAFT,),
        target=S.APPROVED,
        allowed_to=QUALITY_ROLES,
        gates=(document_has_lines, bought_from_supplier, stock_sufficient),
        signature=Meaning.APPROVED,
    )
    send_back = Transition[SupplierReturn, SupplierReturnFacts](
        label=_("退货发出"),
        source=(S.APPROVED,),
        target=S.RETURNED,
        allowed_to=(Role.KEEPER, Role.WAREHOUSE_MANAGER),
        gates=(*ON_LEAVING, entered_when_it_happened),
        differs_from=(approve,),
        effect=returning.send_back,
    )
    send_back_late = Transition[SupplierReturn, SupplierReturnFacts](
        label=_("补录退货发出"),
        source=(S.APPROVED,),
        target=S.RETURNED,
        allowed_to=(Role.WAREHOUSE_MANAGER,),
        gates=(*ON_LEAVING, late_entry_in_window, entered_late_by_another, stock_sufficed_since),
        differs_from=(approve,),
        effect=returning.send_back,
        happened=SupplierReturn.happened_at,
        reason_required=True,
        primary=False,
        help=_("货物早已退出而未及时登记：账务日期和成本为实际退货日，规则按当时和现在从严判断。"),
    )
    void = Transition[SupplierReturn, SupplierReturnFacts](
        label=_("作废"),
        source=(S.DRAFT, S.APPROVED),
        target=S.VOIDED,
        allowed_to=(Role.KEEPER, Role.WAREHOUSE_MANAGER, Role.BUYER, *QUALITY_ROLES),
        reason_required=True,
        primary=False,
        danger=True,
    )
