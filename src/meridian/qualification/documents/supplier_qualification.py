"""First-time approval and review of suppliers 首营企业审核."""

from django.utils.translation import gettext_lazy as _

from meridian.kernel.declare import (
    DocumentType,
    Lines,
    Meaning,
    Related,
    Retention,
    Screen,
    Section,
    Series,
    Transition,
    View,
)
from meridian.organization.vocabulary import EVERYONE, QUALITY_ROLES, Role
from meridian.parties.models import Supplier
from meridian.parties.rules import supplier_papers_valid
from meridian.qualification import services
from meridian.qualification.models import SupplierQualification as File
from meridian.qualification.models import SupplierQualificationPaper as Paper
from meridian.qualification.queries import SupplierQualificationFacts as Facts
from meridian.qualification.queries import load_supplier_qualifications
from meridian.qualification.rules import (
    papers_on_file_not_expired,
    required_papers_attached,
    required_papers_sealed,
    review_day_ahead,
)
from meridian.qualification.vocabulary import FileState as S

PROPOSERS = (Role.BUYER, Role.PURCHASING_MANAGER)


class SupplierQualificationDocument(DocumentType[File, Facts]):
    """The papers of a supplier, proposed by purchasing, reviewed by quality staff, approved by the quality head."""

    code = "supplier_qualification"
    module = "qualification"
    slug = "supplier-qualifications"
    label = _("首营企业审核")
    help = _("采购提交供货者资料，质管员审核、质量负责人批准，三人各不相同；批准后供货者即合格，复审用同一种单据。")
    model = File
    load = staticmethod(load_supplier_qualifications)
    states = S
    initial = S.DRAFT
    number = Series("SYQY-{yyyy}-{seq:04}")
    drafted_by = PROPOSERS
    read_by = EVERYONE
    editable = (
        File.supplier, File.legal_representative, File.bank_details, File.site_audited, File.review_due_on, File.note,
    )  # fmt: skip
    scope = {}  # a master's file belongs to the whole company
    editable_in = (S.DRAFT, S.RETURNED)
    prepare = staticmethod(services.prepare_supplier_qualification)
    outside_content = (File.opinion,)
    lines = Lines(
        model=Paper,
        editable=(Paper.kind, Paper.file_name, Paper.paper_no, Paper.valid_until, Paper.is_sealed, Paper.remark),
        columns=(Paper.kind, Paper.file_name, Paper.paper_no, Paper.valid_until, Paper.is_sealed, Paper.remark),
        label=_("资料清单"),
    )
    screen = Screen(
        columns=(
            File.number, (File.supplier, Supplier.name), File.occasion, File.review_due_on, File.created_by_name,
            File.state,
        ),
        facts=(
            (File.supplier, Supplier.name), (File.supplier, Supplier.kind), File.occasion, File.review_due_on,
            File.created_by_name, File.created_at, File.keep_until,
        ),
        filters=(File.supplier, File.occasion, File.review_due_on, File.state),
        search=(File.number, (File.supplier, Supplier.name), (File.supplier, Supplier.mnemonic)),
        views=(
            View(label=_("进行中"), states=(S.DRAFT, S.RETURNED, S.SUBMITTED, S.REVIEWED), default=True),
            View(label=_("待质管审核"), states=(S.SUBMITTED,)),
            View(label=_("待批准"), states=(S.REVIEWED,)),
            View(label=_("已批准"), states=(S.APPROVED,)),
            View(label=_("全部")),
        ),
        sections=(
            Section(
                label=_("审核"),
                fields=(File.legal_representative, File.bank_details, File.site_audited, File.note, File.opinion),
            ),
        ),
        related=(Related(document="supplier", field="supplier_id", upstream=True),),
        tones={
            S.DRAFT: "neutral", S.SUBMITTED: "info", S.REVIEWED: "violet", S.APPROVED: "ok", S.RETURNED: "warn",
            S.REJECTED: "bad", S.VOIDED: "neutral",
        },
        flow=(S.DRAFT, S.SUBMITTED, S.REVIEWED, S.APPROVED),
    )  # fmt: skip
    retention = Retention(code="R0", anchors=services.file_anchors)

    submit = Transition[File, Facts](
        label=_("提交审核"),
        source=(S.DRAFT, S.RETURNED),
        target=S.SUBMITTED,
        allowed_to=PROPOSERS,
        gates=(required_papers_attached, required_papers_sealed, papers_on_file_not_expired, review_day_ahead),
        help=_("资料齐全后提交质管员审核。"),
    )
    review = Transition[File, Facts](
        label=_("审核通过"),
        source=(S.SUBMITTED,),
        target=S.REVIEWED,
        allowed_to=(Role.QUALITY_STAFF,),
        gates=(required_papers_attached, required_papers_sealed, papers_on_file_not_expired),
        differs_from=(submit,),
        effect=services.keep_opinion,
        signature=Meaning.REVIEWED,
        reason_required=True,
        help=_("核对资料真实、有效、齐全并登记证照；填写的原因作为审核意见留存。"),
    )
    approve = Transition[File, Facts](
        label=_("批准"),
        source=(S.REVIEWED,),
        target=S.APPROVED,
        allowed_to=(Role.QUALITY_HEAD,),
        gates=(supplier_papers_valid, required_papers_attached, papers_on_file_not_expired, review_day_ahead),
        differs_from=(submit, review),
        effect=services.approve_supplier,
        signature=Meaning.APPROVED,
        help=_("批准后供货者即合格，可以采购。"),
    )
    send_back = Transition[File, Facts](
        label=_("退回补充"),
        source=(S.SUBMITTED, S.REVIEWED),
        target=S.RETURNED,
        allowed_to=QUALITY_ROLES,
        reason_required=True,
        primary=False,
        help=_("资料不全或有疑问时退回申请人补充。"),
    )
    reject = Transition[File, Facts](
        label=_("不予批准"),
        source=(S.SUBMITTED, S.REVIEWED),
        target=S.REJECTED,
        allowed_to=QUALITY_ROLES,
        differs_from=(submit,),
        signature=Meaning.REJECTED,
        reason_required=True,
        primary=False,
        danger=True,
        help=_("供货者不合格，本单终止。"),
    )
    void = Transition[File, Facts](
        label=_("作废"),
        source=(S.DRAFT, S.RETURNED),
        target=S.VOIDED,
        allowed_to=PROPOSERS,
        reason_required=True,
        primary=False,
        danger=True,
    )
