"""The inquiry 询价单: several suppliers are asked, their offers compared, one awarded for each line."""

from django.utils.translation import gettext_lazy as _

from meridian.items.models import Item
from meridian.kernel.declare import DocumentType, Lines, Related, Retention, Screen, Section, Series, Transition, View
from meridian.kernel.rules import document_has_lines
from meridian.organization.vocabulary import Role
from meridian.parties.models import Supplier
from meridian.purchasing.models import Inquiry, InquiryLine, Requisition
from meridian.purchasing.queries.inquiries import InquiryFacts, load_inquiries
from meridian.purchasing.rules import (
    award_above_lowest_explained,
    awarded_offer_eligible,
    inquiry_within_requisition,
    suppliers_invited,
)
from meridian.purchasing.services import inquiries as services
from meridian.purchasing.vocabulary import InquiryState as S

Line = InquiryLine


class InquiryDocument(DocumentType[Inquiry, InquiryFacts]):
    """Suppliers invited to offer; the award keeps the whole comparison as it stood and drafts the orders."""

    code = "inquiry"
    module = "purchasing"
    slug = "inquiries"
    label = _("询价单")
    help = _("邀请供货者报价，并排比较，定标后自动生成采购订单草稿；比价依据封存。")
    model = Inquiry
    load = staticmethod(load_inquiries)
    states = S
    initial = S.DRAFT
    number = Series("XJ-{yyyy}{mm}-{seq:04}")
    drafted_by = [Role.BUYER, Role.PURCHASING_MANAGER]
    read_by = [Role.QUALITY_STAFF, Role.QUALITY_HEAD, Role.FINANCE_MANAGER, Role.ENTERPRISE_HEAD]
    editable = [Inquiry.requisition, Inquiry.answer_by, Inquiry.needed_on, Inquiry.note]
    editable_in = [S.DRAFT, S.SENT]
    open_in = {S.SENT: [Line.chosen_supplier, Line.choice_reason]}
    prepare = staticmethod(services.prepare_inquiry)
    lines = Lines(
        model=Line,
        editable=[Line.item, Line.quantity, Line.chosen_supplier, Line.choice_reason],
        columns=[
            (Line.item, Item.number), (Line.item, Item.device_name), (Line.item, Item.specification), Line.quantity,
            (Line.item, Item.base_unit), (Line.chosen_supplier, Supplier.name), Line.choice_reason,
        ],
        totals=[Line.quantity],
    )  # fmt: skip
    outside_content = [Inquiry.evidence_hash, Inquiry.amount]
    screen = Screen(
        columns=[
            Inquiry.number, (Inquiry.requisition, Requisition.number), Inquiry.answer_by, Inquiry.needed_on,
            Inquiry.amount, Inquiry.created_by_name, Inquiry.state,
        ],
        facts=[
            (Inquiry.requisition, Requisition.number), Inquiry.answer_by, Inquiry.needed_on, Inquiry.amount,
            Inquiry.created_by_name, Inquiry.created_at,
        ],
        filters=[Inquiry.answer_by],
        search=[Inquiry.number, (Inquiry.requisition, Requisition.number)],
        views=[
            View(_("进行中"), [S.DRAFT, S.SENT], default=True), View(_("已定标"), [S.AWARDED]), View(_("全部")),
        ],
        sections=[Section(_("定标依据"), [Inquiry.evidence_hash, Inquiry.note, Inquiry.keep_until])],
        related=[
            Related("requisition", "requisition_id", upstream=True, label_when_none=_("没有采购申请")),
            Related("quotation", "inquiry_id", upstream=False, label_when_none=_("邀请供货者报价")),
            Related("purchase_order", "inquiry_id", upstream=False, label_when_none=_("定标后生成订单")),
        ],
        tones={S.DRAFT: "neutral", S.SENT: "info", S.AWARDED: "ok", S.FAILED: "warn", S.VOIDED: "neutral"},
        flow=[S.DRAFT, S.SENT, S.AWARDED],
    )  # fmt: skip
    retention = Retention(code="R1", anchors=services.inquiry_anchors)

    send = Transition[Inquiry, InquiryFacts](
        label=_("发出询价"),
        source=[S.DRAFT],
        target=S.SENT,
        allowed_to=[Role.BUYER, Role.PURCHASING_MANAGER],
        gates=[document_has_lines, suppliers_invited, inquiry_within_requisition],
        effect=services.ask_suppliers,
    )
    award = Transition[Inquiry, InquiryFacts](
        label=_("定标"),
        source=[S.SENT],
        target=S.AWARDED,
        allowed_to=[Role.PURCHASING_MANAGER],
        gates=[document_has_lines, awarded_offer_eligible, award_above_lowest_explained],
        differs_from=[send],
        effect=services.award,
        help=_("比价依据当场封存，随后的改价不影响；每家中标供货者生成一张采购订单草稿。"),
    )
    fail = Transition[Inquiry, InquiryFacts](
        label=_("流标"),
        source=[S.SENT],
        target=S.FAILED,
        allowed_to=[Role.BUYER, Role.PURCHASING_MANAGER],
        effect=services.ask_no_more,
        reason_required=True,
        primary=False,
    )
    void = Transition[Inquiry, InquiryFacts](
        label=_("作废"),
        source=[S.DRAFT],
        target=S.VOIDED,
        allowed_to=[Role.BUYER, Role.PURCHASING_MANAGER],
        reason_required=True,
        primary=False,
        danger=True,
    )
