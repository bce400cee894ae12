"""The putaway 上架单: accepted goods come to their shelf; its lines are the stock-in record 入库记录."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from meridian.inventory.rules import stock_sufficed_since, stock_sufficient
from meridian.items.models import Item
from meridian.kernel.declare import DocumentType, Lines, Retention, Screen, Section, Series, Transition, View
from meridian.kernel.gates import Gate
from meridian.kernel.rules import document_has_lines
from meridian.ledger.rules import period_open
from meridian.organization.models import Place
from meridian.organization.vocabulary import SITE_AND_WAREHOUSE, Role
from meridian.warehouse.models import Putaway, PutawayLine
from meridian.warehouse.queries.goods_move import GoodsMoveFacts, load_putaways
from meridian.warehouse.rules.late_entry import entered_late_by_another, entered_when_it_happened, late_entry_in_window
from meridian.warehouse.rules.moving import (
    place_usable,
    stock_in_record_complete,
    storage_condition_met,
    zone_matches_status,
)
from meridian.warehouse.services import moving
from meridian.warehouse.vocabulary import GoodsMoveState as S

ON_MOVING: Sequence[Gate[Any]] = (
    document_has_lines, stock_in_record_complete, place_usable, zone_matches_status, storage_condition_met,
    stock_sufficient,
)  # fmt: skip
"""What is asked of goods that change their place, in time or entered late."""


class PutawayDocument(DocumentType[Putaway, GoodsMoveFacts]):
    """Accepted goods go to the green zone, rejected ones to the red, each at its temperature (GSP Art 40, 42, 69)."""

    code = "putaway"
    module = "warehouse"
    slug = "putaways"
    label = _("上架单")
    help = _("把验收后的货从待验区搬到货位；到货位留空时，系统按质量状态和贮存条件建议。")
    model = Putaway
    load = staticmethod(load_putaways)
    states = S
    initial = S.DRAFT
    number = Series("SJ-{yyyy}{mm}-{seq:04}")
    drafted_by = (Role.KEEPER, Role.WAREHOUSE_MANAGER)
    read_by = (Role.INSPECTOR, Role.QUALITY_STAFF, Role.QUALITY_HEAD, Role.RECEIVER, Role.ENTERPRISE_HEAD, Role.AUDITOR)
    editable = (Putaway.note, Putaway.happened_at)
    scope = SITE_AND_WAREHOUSE
    editable_in = (S.DRAFT,)
    prepare = staticmethod(moving.prepare_putaway)
    outside_content = (Putaway.moved_at, Putaway.moved_by_name)
    lines = Lines(
        model=PutawayLine,
        editable=(
            PutawayLine.lot, PutawayLine.place, PutawayLine.stock_status, PutawayLine.quantity, PutawayLine.to_place,
        ),
        columns=(
            (PutawayLine.item, Item.number), PutawayLine.device_name, PutawayLine.model, PutawayLine.specification,
            PutawayLine.lot_no, PutawayLine.serial_no, PutawayLine.expires_on, PutawayLine.stock_status,
            (PutawayLine.place, Place.name), (PutawayLine.to_place, Place.name), PutawayLine.quantity,
            PutawayLine.unit, PutawayLine.registration_no, PutawayLine.registrant_name,
            PutawayLine.contract_manufacturer_name, PutawayLine.production_license_no, PutawayLine.udi,
            PutawayLine.storage_condition,
        ),
        totals=(PutawayLine.quantity,),
    )  # fmt: skip
    screen = Screen(
        columns=(Putaway.number, Putaway.created_by_name, Putaway.created_at, Putaway.moved_by_name, Putaway.moved_at,
                 Putaway.state),
        facts=(Putaway.created_by_name, Putaway.moved_by_name, Putaway.moved_at, Putaway.happened_at,
               Putaway.keep_until),
        filters=(Putaway.state,),
        search=(Putaway.number,),
        views=(View(_("待上架"), (S.DRAFT,), default=True), View(_("已完成"), (S.DONE,)), View(_("全部"))),
        sections=(Section(_("说明"), (Putaway.note,)),),
        tones={S.DRAFT: "neutral", S.DONE: "ok", S.VOIDED: "neutral"},
        flow=(S.DRAFT, S.DONE),
    )  # fmt: skip
    retention = Retention("R1", anchors=moving.retention_anchors)

    put_away = Transition[Putaway, GoodsMoveFacts](
        label=_("完成上架"),
        source=(S.DRAFT,),
        target=S.DONE,
        allowed_to=(Role.KEEPER, Role.WAREHOUSE_MANAGER),
        gates=(*ON_MOVING, entered_when_it_happened),
        effect=moving.move_goods,
    )
    put_away_late = Transition[Putaway, GoodsMoveFacts](
        label=_("补录上架"),
        source=(S.DRAFT,),
        target=S.DONE,
        allowed_to=(Role.WAREHOUSE_MANAGER,),
        gates=(*ON_MOVING, period_open, late_entry_in_window, entered_late_by_another, stock_sufficed_since),
        effect=moving.move_goods,
        happened=Putaway.happened_at,
        reason_required=True,
        primary=False,
        help=_("货物早已搬动而未及时登记：账务日期为实际完成日，当日和其后各日的库存都须足够。"),
    )
    void = Transition[Putaway, GoodsMoveFacts](
        label=_("作废"),
        source=(S.DRAFT,),
        target=S.VOIDED,
        allowed_to=(Role.KEEPER, Role.WAREHOUSE_MANAGER),
        reason_required=True,
        primary=False,
        danger=True,
    )
