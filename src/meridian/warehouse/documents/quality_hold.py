"""The quality hold 质量锁定."""

from django.utils.translation import gettext_lazy as _

from meridian.inventory.models import Lot
from meridian.items.models import Item
from meridian.kernel.declare import DocumentType, Meaning, Retention, Screen, Series, Transition, View
from meridian.organization.vocabulary import QUALITY_ROLES, SITE_AND_WAREHOUSE, Role
from meridian.warehouse.models import QualityHold
from meridian.warehouse.queries.quality_hold import QualityHoldFacts, load_quality_holds
from meridian.warehouse.services import holds
from meridian.warehouse.vocabulary import QualityHoldState as S

DOUBTERS = (Role.RECEIVER, Role.KEEPER, Role.PICKER, Role.REVIEWER, Role.INSPECTOR, Role.WAREHOUSE_MANAGER)
"""Posts that handle goods: whoever doubts a lot locks it, quality alone lifts that."""


class QualityHoldDocument(DocumentType[QualityHold, QualityHoldFacts]):
    """Doubt about a lot: it is bound wherever it lies until quality lifts the hold (GSP Art 74)."""

    code = "quality_hold"
    module = "warehouse"
    slug = "quality-holds"
    label = _("质量锁定单")
    help = _("对质量有疑问的批号立即锁定，所有位置的库存停止销售；由质量人员确认后解除。")
    model = QualityHold
    load = staticmethod(load_quality_holds)
    states = S
    initial = S.DRAFT
    number = Series("ZLSD-{yyyy}{mm}-{seq:04}")
    drafted_by = [*DOUBTERS, *QUALITY_ROLES]
    read_by = [Role.SALES_STAFF, Role.SALES_MANAGER, Role.BUYER, Role.PURCHASING_MANAGER, Role.ENTERPRISE_HEAD]
    editable = [QualityHold.lot, QualityHold.doubt]
    prepare = staticmethod(holds.prepare_quality_hold)
    scope = SITE_AND_WAREHOUSE
    editable_in = [S.DRAFT]
    outside_content = [QualityHold.held_at, QualityHold.lifted_at]
    screen = Screen(
        columns=[
            QualityHold.number, (QualityHold.lot, Lot.lot_no), (QualityHold.lot, Lot.item, Item.device_name),
            QualityHold.doubt, QualityHold.created_by_name, QualityHold.held_at, QualityHold.state,
        ],
        facts=[
            (QualityHold.lot, Lot.lot_no), (QualityHold.lot, Lot.serial_no), (QualityHold.lot, Lot.expires_on),
            (QualityHold.lot, Lot.item, Item.device_name), QualityHold.doubt, QualityHold.created_by_name,
            QualityHold.held_at, QualityHold.lifted_at, QualityHold.keep_until,
        ],
        filters=[QualityHold.held_at],
        search=[QualityHold.number, (QualityHold.lot, Lot.lot_no), (QualityHold.lot, Lot.serial_no)],
        views=[
            View(_("锁定中"), [S.DRAFT, S.HELD], default=True), View(_("已解除"), [S.LIFTED]), View(_("全部")),
        ],
        tones={S.DRAFT: "neutral", S.HELD: "bad", S.LIFTED: "ok"},
        flow=[S.DRAFT, S.HELD, S.LIFTED],
    )  # fmt: skip
    retention = Retention(code="R1", anchors=holds.hold_anchors)

    hold = Transition[QualityHold, QualityHoldFacts](
        label=_("锁定"),
        source=[S.DRAFT],
        target=S.HELD,
        allowed_to=[*DOUBTERS, *QUALITY_ROLES],
        effect=holds.hold_lot,
    )
    lift = Transition[QualityHold, QualityHoldFacts](
        label=_("解除锁定"),
        source=[S.HELD],
        target=S.LIFTED,
        allowed_to=QUALITY_ROLES,
        effect=holds.lift_hold,
        reason_required=True,
        signature=Meaning.RELEASED,
    )
