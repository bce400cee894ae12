"""Suppliers."""

from django.utils.translation import gettext_lazy as _

from meridian.kernel.declare import DocumentType, Meaning, Related, Retention, Screen, Section, Series, Transition, View
from meridian.organization.vocabulary import EVERYONE, QUALITY_ROLES, Role
from meridian.parties import services
from meridian.parties.models import Supplier
from meridian.parties.queries import SupplierFacts, load_suppliers
from meridian.parties.rules import approved_by_its_file, supplier_papers_valid
from meridian.parties.vocabulary import PartyState


class SupplierDocument(DocumentType[Supplier, SupplierFacts]):
    """A firm goods are bought from; quality approves it before the first purchase (GSP Art 53)."""

    code = "supplier"
    module = "parties"
    slug = "suppliers"
    label = _("供货者")
    help = _("供货者档案；首次采购前由质量负责人审核批准，证照另行登记。")
    model = Supplier
    load = staticmethod(load_suppliers)
    states = PartyState
    initial = PartyState.DRAFT
    number = Series("GHZ-{seq:05}")
    drafted_by = QUALITY_ROLES
    read_by = EVERYONE
    editable = (
        Supplier.name,
        Supplier.uscc,
        Supplier.kind,
        Supplier.address,
        Supplier.contact,
        Supplier.phone,
    )
    scope = {}  # a master of the whole company
    editable_in = (PartyState.DRAFT, PartyState.SUSPENDED)
    prepare = staticmethod(services.prepare_party)
    reason_on_change = (Supplier.name, Supplier.uscc, Supplier.kind, Supplier.address)
    outside_content = (
        Supplier.approved_at, Supplier.mnemonic, Supplier.pinyin, Supplier.proposed_file_id, Supplier.approval_file_id,
        Supplier.review_due_on,
    )  # fmt: skip
    screen = Screen(
        columns=(Supplier.number, Supplier.name, Supplier.kind, Supplier.address, Supplier.state),
        facts=(Supplier.name, Supplier.kind, Supplier.uscc, Supplier.approved_at, Supplier.review_due_on),
        filters=(Supplier.kind, Supplier.state),
        search=(Supplier.number, Supplier.name, Supplier.mnemonic, Supplier.uscc),
        views=(
            View(label=_("待批准"), states=(PartyState.DRAFT,)),
            View(label=_("已批准"), states=(PartyState.APPROVED,)),
            View(label=_("全部"), default=True),
        ),
        sections=(Section(label=_("联系"), fields=(Supplier.address, Supplier.contact, Supplier.phone)),),
        related=(
            Related(document="licence", field="supplier_id", upstream=False, label_when_none=_("尚无证照")),
            Related(
                document="supplier_qualification", field="supplier_id", upstream=False, label_when_none=_("尚无审核单")
            ),
        ),
        tones={PartyState.DRAFT: "neutral", PartyState.APPROVED: "ok", PartyState.SUSPENDED: "bad"},
        flow=(PartyState.DRAFT, PartyState.APPROVED),
    )
    retention = Retention(code="R0", anchors=services.party_anchors)

    approve = Transition[Supplier, SupplierFacts](
        label=_("批准"),
        source=(PartyState.DRAFT, PartyState.SUSPENDED),
        target=PartyState.APPROVED,
        allowed_to=(Role.QUALITY_HEAD,),
        gates=(supplier_papers_valid,),
        effect=services.approve_party,
        signature=Meaning.APPROVED,
        help=_("确认供货者资质真实、有效、齐全。"),
    )
    approve_by_file = Transition[Supplier, SupplierFacts](
        label=_("审核单批准"),
        source=(PartyState.DRAFT, PartyState.SUSPENDED),
        target=PartyState.APPROVED,
        allowed_to=(Role.QUALITY_HEAD,),
        gates=(approved_by_its_file, supplier_papers_valid),
        effect=services.approve_by_file,
        remedy_only=True,
        help=_("由审核单的批准带出，不能单独办理。"),
    )
    renew = Transition[Supplier, SupplierFacts](
        label=_("复审通过"),
        source=(PartyState.APPROVED,),
        target=PartyState.APPROVED,
        allowed_to=(Role.QUALITY_HEAD,),
        gates=(approved_by_its_file, supplier_papers_valid),
        effect=services.renew_by_file,
        remedy_only=True,
        help=_("由复审审核单的批准带出，不能单独办理。"),
    )
    suspend = Transition[Supplier, SupplierFacts](
        label=_("停用"),
        source=(PartyState.APPROVED,),
        target=PartyState.SUSPENDED,
        allowed_to=QUALITY_ROLES,
        effect=services.suspend_master,
        signature=Meaning.REVIEWED,
        reason_required=True,
        primary=False,
        danger=True,
        help=_("停用后不能再采购；修改档案也先停用。"),
    )
