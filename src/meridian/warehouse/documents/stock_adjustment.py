"""The stock adjustment 库存调整单: issue for own use or as sample, and scrapping."""

from django.utils.translation import gettext_lazy as _

from meridian.inventory.models import Lot
from meridian.inventory.rules import lot_not_blocked, lot_not_expired, stock_status_allowed, stock_sufficient
from meridian.items.models import Item
from meridian.kernel.declare import (
    DocumentType,
    Lines,
    Meaning,
    Retention,
    Screen,
    Section,
    Series,
    Transition,
    View,
)
from meridian.kernel.rules import document_has_lines
from meridian.ledger.rules import period_open
from meridian.organization.models import Place
from meridian.organization.vocabulary import SITE_AND_WAREHOUSE, Role
from meridian.warehouse.models import StockAdjustment, StockAdjustmentLine
from meridian.warehouse.queries.stock_adjustment import AdjustmentFacts, load_stock_adjustments
from meridian.warehouse.rules.adjusting import disposition_approved
from meridian.warehouse.services import adjusting
from meridian.warehouse.vocabulary import StockAdjustmentState as S


class StockAdjustmentDocument(DocumentType[StockAdjustment, AdjustmentFacts]):
    """Stock that leaves without a customer; what is scrapped, the quality head signs first (GSP Art 19(6), 69)."""

    code = "stock_adjustment"
    module = "warehouse"
    slug = "stock-adjustments"
    label = _("库存调整单")
    help = _("内部领用、取样或报废；报废须先由质量负责人批准，过期产品只能报废或退货。")
    model = StockAdjustment
    load = staticmethod(load_stock_adjustments)
    states = S
    initial = S.DRAFT
    number = Series("KCTZ-{yyyy}{mm}-{seq:04}")
    drafted_by = (Role.KEEPER, Role.WAREHOUSE_MANAGER, Role.QUALITY_STAFF)
    read_by = (Role.QUALITY_HEAD, Role.INSPECTOR, Role.ACCOUNTANT, Role.FINANCE_MANAGER, Role.ENTERPRISE_HEAD)
    editable = (StockAdjustment.cause, StockAdjustment.note)
    scope = SITE_AND_WAREHOUSE
    editable_in = (S.DRAFT,)
    prepare = staticmethod(adjusting.prepare_stock_adjustment)
    outside_content = (StockAdjustment.posted_at,)
    lines = Lines(
        model=StockAdjustmentLine,
        editable=(
            StockAdjustmentLine.lot, StockAdjustmentLine.place, StockAdjustmentLine.stock_status,
            StockAdjustmentLine.quantity,
        ),
        columns=(
            (StockAdjustmentLine.item, Item.number), (StockAdjustmentLine.item, Item.device_name),
            (StockAdjustmentLine.item, Item.specification), (StockAdjustmentLine.lot, Lot.lot_no),
            (StockAdjustmentLine.lot, Lot.serial_no), (StockAdjustmentLine.lot, Lot.expires_on),
            (StockAdjustmentLine.place, Place.name), StockAdjustmentLine.stock_status, StockAdjustmentLine.quantity,
            (StockAdjustmentLine.item, Item.base_unit),
        ),
        totals=(StockAdjustmentLine.quantity,),
    )  # fmt: skip
    screen = Screen(
        columns=(
            StockAdjustment.number, StockAdjustment.cause, StockAdjustment.created_by_name, StockAdjustment.created_at,
            StockAdjustment.posted_at, StockAdjustment.state,
        ),
        facts=(
            StockAdjustment.cause, StockAdjustment.created_by_name, StockAdjustment.posted_at,
            StockAdjustment.keep_until,
        ),
        filters=(StockAdjustment.cause, StockAdjustment.state),
        search=(StockAdjustment.number,),
        views=(
            View(_("待办"), (S.DRAFT, S.APPROVED), default=True), View(_("已过账"), (S.POSTED,)), View(_("全部")),
        ),
        sections=(Section(_("说明"), (StockAdjustment.note,)),),
        tones={S.DRAFT: "neutral", S.APPROVED: "info", S.POSTED: "ok", S.VOIDED: "neutral"},
        flow=(S.DRAFT, S.APPROVED, S.POSTED),
    )  # fmt: skip
    retention = Retention("R1", anchors=adjusting.retention_anchors)

    approve = Transition[StockAdjustment, AdjustmentFacts](
        label=_("批准报废"),
        source=(S.DRAFT,),
        target=S.APPROVED,
        allowed_to=(Role.QUALITY_HEAD,),
        gates=(document_has_lines, lot_not_blocked, stock_status_allowed, stock_sufficient),
        signature=Meaning.APPROVED,
        help=_("质量负责人批准报废；领用和取样无须批准。"),
    )
    post = Transition[StockAdjustment, AdjustmentFacts](
        label=_("过账"),
        source=(S.DRAFT, S.APPROVED),
        target=S.POSTED,
        allowed_to=(Role.KEEPER, Role.WAREHOUSE_MANAGER),
        gates=(
            document_has_lines, disposition_approved, lot_not_expired, lot_not_blocked, stock_status_allowed,
            stock_sufficient, period_open,
        ),
        differs_from=(approve,),
        effect=adjusting.post_adjustment,
        reason_required=True,
    )  # fmt: skip
    void = Transition[StockAdjustment, AdjustmentFacts](
        label=_("作废"),
        source=(S.DRAFT, S.APPROVED),
        target=S.VOIDED,
        allowed_to=(Role.KEEPER, Role.WAREHOUSE_MANAGER, Role.QUALITY_STAFF, Role.QUALITY_HEAD),
        reason_required=True,
        primary=False,
        danger=True,
    )
