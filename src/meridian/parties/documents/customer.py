"""Customers."""

from django.utils.translation import gettext_lazy as _

from meridian.kernel.declare import DocumentType, Meaning, Related, Retention, Screen, Section, Series, Transition, View
from meridian.organization.vocabulary import EVERYONE, QUALITY_ROLES, Role
from meridian.parties import services
from meridian.parties.models import Customer
from meridian.parties.queries import CustomerFacts, load_customers
from meridian.parties.rules import approved_by_its_file, customer_papers_valid
from meridian.parties.vocabulary import PartyState


class CustomerDocument(DocumentType[Customer, CustomerFacts]):
    """A firm goods are sold to; quality approves it before the first sale (GSP Art 82)."""

    code = "customer"
    module = "parties"
    slug = "customers"
    label = _("购货者")
    help = _("购货者档案；首次销售前由质量负责人审核批准，证照另行登记。")
    model = Customer
    load = staticmethod(load_customers)
    states = PartyState
    initial = PartyState.DRAFT
    number = Series("XHZ-{seq:05}")
    drafted_by = QUALITY_ROLES
    read_by = EVERYONE
    editable = (
        Customer.name,
        Customer.uscc,
        Customer.kind,
        Customer.address,
        Customer.contact,
        Customer.phone,
        Customer.delivery_address,
        Customer.min_remaining_days,
        Customer.use_statement,
    )
    scope = {}  # a master of the whole company
    editable_in = (PartyState.DRAFT, PartyState.SUSPENDED)
    prepare = staticmethod(services.prepare_party)
    reason_on_change = (Customer.name, Customer.uscc, Customer.kind, Customer.address)
    outside_content = (
        Customer.approved_at, Customer.mnemonic, Customer.pinyin, Customer.proposed_file_id, Customer.approval_file_id,
        Customer.review_due_on,
    )  # fmt: skip
    screen = Screen(
        columns=(Customer.number, Customer.name, Customer.kind, Customer.address, Customer.state),
        facts=(Customer.name, Customer.kind, Customer.uscc, Customer.approved_at, Customer.review_due_on),
        filters=(Customer.kind, Customer.state),
        search=(Customer.number, Customer.name, Customer.mnemonic, Customer.uscc),
        views=(
            View(label=_("待批准"), states=(PartyState.DRAFT,)),
            View(label=_("已批准"), states=(PartyState.APPROVED,)),
            View(label=_("全部"), default=True),
        ),
        sections=(
            Section(
                label=_("联系"),
                fields=(Customer.address, Customer.contact, Customer.phone, Customer.delivery_address),
            ),
            Section(label=_("销售要求"), fields=(Customer.min_remaining_days, Customer.use_statement)),
        ),
        related=(Related(document="licence", field="customer_id", upstream=False, label_when_none=_("尚无证照")),),
        tones={PartyState.DRAFT: "neutral", PartyState.APPROVED: "ok", PartyState.SUSPENDED: "bad"},
        flow=(PartyState.DRAFT, PartyState.APPROVED),
    )
    retention = Retention(code="R0", anchors=services.party_anchors)

    approve = Transition[Customer, CustomerFacts](
        label=_("批准"),
        source=(PartyState.DRAFT, PartyState.SUSPENDED),
        target=PartyState.APPROVED,
        allowed_to=(Role.QUALITY_HEAD,),
        gates=(customer_papers_valid,),
        effect=services.approve_party,
        signature=Meaning.APPROVED,
        help=_("确认购货者资质真实、有效、齐全。"),
    )
    approve_by_file = Transition[Customer, CustomerFacts](
        label=_("审核单批准"),
        source=(PartyState.DRAFT, PartyState.SUSPENDED),
        target=PartyState.APPROVED,
        allowed_to=(Role.QUALITY_HEAD,),
        gates=(approved_by_its_file, customer_papers_valid),
        effect=services.approve_by_file,
        remedy_only=True,
        help=_("由审核单的批准带出，不能单独办理。"),
    )
    renew = Transition[Customer, CustomerFacts](
        label=_("复审通过"),
        source=(PartyState.APPROVED,),
        target=PartyState.APPROVED,
        allowed_to=(Role.QUALITY_HEAD,),
        gates=(approved_by_its_file, customer_papers_valid),
        effect=services.renew_by_file,
        remedy_only=True,
        help=_("由复审审核单的批准带出，不能单独办理。"),
    )
    suspend = Transition[Customer, CustomerFacts](
        label=_("停用"),
        source=(PartyState.APPROVED,),
        target=PartyState.SUSPENDED,
        allowed_to=QUALITY_ROLES,
        effect=services.suspend_master,
        signature=Meaning.REVIEWED,
        reason_required=True,
        primary=False,
        danger=True,
        help=_("停用后不能再销售；修改档案也先停用。"),
    )
