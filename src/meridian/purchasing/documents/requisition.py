"""The purchase requisition 采购申请."""

from django.utils.translation import gettext_lazy as _

from meridian.items.models import Item
from meridian.kernel.declare import DocumentType, Lines, Related, Retention, Screen, Section, Series, Transition, View
from meridian.kernel.rules import document_has_lines
from meridian.organization.vocabulary import Role
from meridian.parties.models import Supplier
from meridian.purchasing.models import Requisition, RequisitionLine
from meridian.purchasing.queries.requisitions import RequisitionFacts, load_requisitions
from meridian.purchasing.services import requisitions as services
from meridian.purchasing.vocabulary import RequisitionState as S

Line = RequisitionLine
REQUESTERS = [
    Role.KEEPER, Role.WAREHOUSE_MANAGER, Role.BUYER, Role.SALES_STAFF, Role.SALES_MANAGER, Role.PURCHASING_MANAGER,
]  # fmt: skip


class RequisitionDocument(DocumentType[Requisition, RequisitionFacts]):
    """What somebody needs, by when and for what; agreed by purchasing before anybody is asked for a price."""

    code = "requisition"
    module = "purchasing"
    slug = "requisitions"
    label = _("采购申请")
    help = _("写明需要什么、何时用、作何用；采购主管同意后下推询价。")
    model = Requisition
    load = staticmethod(load_requisitions)
    states = S
    initial = S.DRAFT
    number = Series("CGSQ-{yyyy}{mm}-{seq:04}")
    drafted_by = REQUESTERS
    read_by = [Role.QUALITY_STAFF, Role.QUALITY_HEAD, Role.FINANCE_MANAGER, Role.ENTERPRISE_HEAD]
    editable = [Requisition.needed_on, Requisition.purpose, Requisition.note]
    editable_in = [S.DRAFT]
    prepare = staticmethod(services.prepare_requisition)
    lines = Lines(
        model=Line,
        editable=[Line.item, Line.quantity, Line.needed_on, Line.estimated_price, Line.suggested_supplier],
        columns=[
            (Line.item, Item.number), (Line.item, Item.device_name), (Line.item, Item.specification), Line.quantity,
            (Line.item, Item.base_unit), Line.needed_on, Line.estimated_price, Line.amount,
            (Line.suggested_supplier, Supplier.name), Line.asked, Line.ordered,
        ],
        totals=[Line.quantity, Line.amount],
    )  # fmt: skip
    outside_content = [Requisition.ordered_percent, Line.asked, Line.ordered]
    screen = Screen(
        columns=[
            Requisition.number, Requisition.purpose, Requisition.needed_on, Requisition.amount,
            Requisition.ordered_percent, Requisition.created_by_name, Requisition.state,
        ],
        facts=[
            Requisition.purpose, Requisition.needed_on, Requisition.amount, Requisition.ordered_percent,
            Requisition.created_by_name, Requisition.created_at,
        ],
        filters=[Requisition.needed_on],
        search=[Requisition.number, Requisition.purpose, Requisition.created_by_name],
        views=[
            View(_("进行中"), [S.DRAFT, S.SUBMITTED, S.AGREED], default=True), View(_("待同意"), [S.SUBMITTED]),
            View(_("已关闭"), [S.CLOSED]), View(_("全部")),
        ],
        sections=[Section(_("备注"), [Requisition.note, Requisition.keep_until])],
        related=[Related("inquiry", "requisition_id", upstream=False, label_when_none=_("同意后询价"))],
        tones={
            S.DRAFT: "neutral", S.SUBMITTED: "violet", S.AGREED: "info", S.CLOSED: "neutral", S.VOIDED: "neutral",
        },
        flow=[S.DRAFT, S.SUBMITTED, S.AGREED, S.CLOSED],
    )  # fmt: skip
    retention = Retention(code="R1", anchors=services.retention_anchors)

    submit = Transition[Requisition, RequisitionFacts](
        label=_("提交"),
        source=[S.DRAFT],
        target=S.SUBMITTED,
        allowed_to=REQUESTERS,
        gates=[document_has_lines],
    )
    agree = Transition[Requisition, RequisitionFacts](
        label=_("同意"),
        source=[S.SUBMITTED],
        target=S.AGREED,
        allowed_to=[Role.PURCHASING_MANAGER],
        gates=[document_has_lines],
        differs_from=[submit],
    )
    send_back = Transition[Requisition, RequisitionFacts](
        label=_("退回"),
        source=[S.SUBMITTED],
        target=S.DRAFT,
        allowed_to=[Role.PURCHASING_MANAGER],
        reason_required=True,
        primary=False,
    )
    close = Transition[Requisition, RequisitionFacts](
        label=_("关闭"),
        source=[S.AGREED],
        target=S.CLOSED,
        allowed_to=[Role.BUYER, Role.PURCHASING_MANAGER],
        reason_required=True,
        primary=False,
    )
    void = Transition[Requisition, RequisitionFacts](
        label=_("作废"),
        source=[S.DRAFT, S.SUBMITTED],
        target=S.VOIDED,
        allowed_to=REQUESTERS,
        reason_required=True,
        primary=False,
        danger=True,
    )
