"""The quotation 报价单: what one supplier was invited to offer, and offers."""

from django.utils.translation import gettext_lazy as _

from meridian.items.models import Item
from meridian.kernel.declare import DocumentType, Lines, Related, Retention, Screen, Section, Series, Transition, View
from meridian.kernel.rules import document_has_lines
from meridian.organization.vocabulary import Role
from meridian.parties.models import Supplier
from meridian.purchasing.models import Inquiry, Quotation, QuotationLine
from meridian.purchasing.queries.inquiries import Offer, load_quotations
from meridian.purchasing.rules import quotation_in_force, quotation_terms_complete
from meridian.purchasing.services import inquiries as services
from meridian.purchasing.vocabulary import QuotationState as S

Line = QuotationLine


class QuotationDocument(DocumentType[Quotation, Offer]):
    """An invitation, then an offer. Any supplier may be asked; whether the offer may be taken the comparison says."""

    code = "quotation"
    module = "purchasing"
    slug = "quotations"
    label = _("报价单")
    help = _("保存即邀请该供货者；不填明细时带入询价单的全部产品。")
    model = Quotation
    load = staticmethod(load_quotations)
    states = S
    initial = S.INVITED
    number = Series("BJ-{yyyy}{mm}-{seq:04}")
    drafted_by = [Role.BUYER, Role.PURCHASING_MANAGER]
    read_by = [Role.QUALITY_STAFF, Role.QUALITY_HEAD, Role.FINANCE_MANAGER, Role.ENTERPRISE_HEAD]
    editable = [
        Quotation.inquiry, Quotation.supplier, Quotation.currency, Quotation.tax_rate, Quotation.valid_until,
        Quotation.supplier_reference, Quotation.note,
    ]  # fmt: skip
    editable_in = [S.INVITED, S.OFFERED]
    prepare = staticmethod(services.prepare_quotation)
    reason_on_change = [Quotation.inquiry, Quotation.supplier]
    lines = Lines(
        model=Line,
        editable=[Line.item, Line.unit_price, Line.freight, Line.other_cost, Line.minimum_quantity, Line.lead_days],
        columns=[
            (Line.item, Item.number), (Line.item, Item.device_name), (Line.item, Item.specification), Line.quantity,
            (Line.item, Item.base_unit), Line.unit_price, Line.freight, Line.other_cost, Line.landed_cost,
            Line.minimum_quantity, Line.lead_days,
        ],
    )  # fmt: skip
    screen = Screen(
        columns=[
            Quotation.number, (Quotation.inquiry, Inquiry.number), (Quotation.supplier, Supplier.name),
            Quotation.valid_until, Quotation.tax_rate, Quotation.created_by_name, Quotation.state,
        ],
        facts=[
            (Quotation.supplier, Supplier.name), (Quotation.inquiry, Inquiry.number), Quotation.currency,
            Quotation.tax_rate, Quotation.valid_until, Quotation.supplier_reference,
        ],
        filters=[Quotation.supplier, Quotation.valid_until],
        search=[
            Quotation.number, Quotation.supplier_reference, (Quotation.inquiry, Inquiry.number),
            (Quotation.supplier, Supplier.name), (Quotation.supplier, Supplier.mnemonic),
        ],
        views=[View(_("进行中"), [S.INVITED, S.OFFERED], default=True), View(_("全部"))],
        sections=[Section(_("备注"), [Quotation.note, Quotation.created_by_name, Quotation.keep_until])],
        related=[Related("inquiry", "inquiry_id", upstream=True)],
        tones={S.INVITED: "neutral", S.OFFERED: "info", S.WITHDRAWN: "neutral"},
        flow=[S.INVITED, S.OFFERED],
    )  # fmt: skip
    retention = Retention(code="R1", anchors=services.quotation_anchors)

    offer = Transition[Quotation, Offer](
        label=_("登记报价"),
        source=[S.INVITED],
        target=S.OFFERED,
        allowed_to=[Role.BUYER, Role.PURCHASING_MANAGER],
        gates=[document_has_lines, quotation_terms_complete, quotation_in_force],
    )
    withdraw = Transition[Quotation, Offer](
        label=_("撤回"),
        source=[S.INVITED, S.OFFERED],
        target=S.WITHDRAWN,
        allowed_to=[Role.BUYER, Role.PURCHASING_MANAGER],
        reason_required=True,
        primary=False,
    )
