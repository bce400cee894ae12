"""The internal move 移库单: stock comes to another place of its site."""

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
from meridian.warehouse.models import InternalMove as Move
from meridian.warehouse.models import InternalMoveLine as Line
from meridian.warehouse.queries.goods_move import GoodsMoveFacts, load_internal_moves
from meridian.warehouse.rules.late_entry import entered_late_by_another, entered_when_it_happened, late_entry_in_window
from meridian.warehouse.rules.moving import place_usable, storage_condition_met, zone_matches_status
from meridian.warehouse.services import moving
from meridian.warehouse.vocabulary import GoodsMoveState as S

ON_MOVING: Sequence[Gate[Any]] = (
    document_has_lines, place_usable, zone_matches_status, storage_condition_met, stock_sufficient,
)  # fmt: skip
"""What is asked of goods that change their place, in time or entered late."""


class InternalMoveDocument(DocumentType[Move, GoodsMoveFacts]):
    """Stock changes its shelf, never its status; the new place must suit status and temperature (GSP Art 40, 42)."""

    code = "internal_move"
    module = "warehouse"
    slug = "internal-moves"
    label = _("移库单")
    help = _("把库存搬到同一场所的另一个货位；质量状态不变。")
    model = Move
    load = staticmethod(load_internal_moves)
    states = S
    initial = S.DRAFT
    number = Series("YK-{yyyy}{mm}-{seq:04}")
    drafted_by = (Role.KEEPER, Role.WAREHOUSE_MANAGER)
    read_by = (Role.INSPECTOR, Role.QUALITY_STAFF, Role.QUALITY_HEAD, Role.PICKER, Role.ENTERPRISE_HEAD, Role.AUDITOR)
    editable = (Move.note, Move.happened_at)
    scope = SITE_AND_WAREHOUSE
    editable_in = (S.DRAFT,)
    prepare = staticmethod(moving.prepare_internal_move)
    outside_content = (Move.moved_at, Move.moved_by_name)
    lines = Lines(
        model=Line,
        editable=(
            Line.lot, Line.place, Line.stock_status, Line.quantity, Line.to_place,
        ),
        columns=(
            (Line.item, Item.number), Line.device_name, Line.model, Line.specification,
            Line.lot_no, Line.serial_no, Line.expires_on, Line.stock_status,
            (Line.place, Place.name), (Line.to_place, Place.name), Line.quantity,
            Line.unit, Line.storage_condition,
        ),
        totals=(Line.quantity,),
    )  # fmt: skip
    screen = Screen(
        columns=(Move.number, Move.created_by_name, Move.created_at, Move.moved_by_name, Move.moved_at,
                 Move.state),
        facts=(Move.created_by_name, Move.moved_by_name, Move.moved_at, Move.happened_at, Move.keep_until),
        filters=(Move.state,),
        search=(Move.number,),
        views=(View(_("待移库"), (S.DRAFT,), default=True), View(_("已完成"), (S.DONE,)), View(_("全部"))),
        sections=(Section(_("说明"), (Move.note,)),),
        tones={S.DRAFT: "neutral", S.DONE: "ok", S.VOIDED: "neutral"},
        flow=(S.DRAFT, S.DONE),
    )  # fmt: skip
    retention = Retention("R1", anchors=moving.retention_anchors)

    move = Transition[Move, GoodsMoveFacts](
        label=_("完成移库"),
        source=(S.DRAFT,),
        target=S.DONE,
        allowed_to=(Role.KEEPER, Role.WAREHOUSE_MANAGER),
        gates=(*ON_MOVING, entered_when_it_happened),
        effect=moving.move_goods,
    )
    move_late = Transition[Move, GoodsMoveFacts](
        label=_("补录移库"),
        source=(S.DRAFT,),
        target=S.DONE,
        allowed_to=(Role.WAREHOUSE_MANAGER,),
        gates=(*ON_MOVING, period_open, late_entry_in_window, entered_late_by_another, stock_sufficed_since),
        effect=moving.move_goods,
        happened=Move.happened_at,
        reason_required=True,
        primary=False,
        help=_("货物早已搬动而未及时登记：账务日期为实际完成日，当日和其后各日的库存都须足够。"),
    )
    void = Transition[Move, GoodsMoveFacts](
        label=_("作废"),
        source=(S.DRAFT,),
        target=S.VOIDED,
        allowed_to=(Role.KEEPER, Role.WAREHOUSE_MANAGER),
        reason_required=True,
        primary=False,
        danger=True,
    )
