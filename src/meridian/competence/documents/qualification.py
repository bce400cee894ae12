"""Qualifications of persons."""

from django.utils.translation import gettext_lazy as _

from meridian.competence import services
from meridian.competence.models import Qualification
from meridian.competence.queries import QualificationFacts, load_qualifications
from meridian.kernel.declare import DocumentType, Meaning, Retention, Screen, Section, Series, Transition, View
from meridian.organization.vocabulary import EVERYONE, QUALITY_ROLES, PaperState


class QualificationDocument(DocumentType[Qualification, QualificationFacts]):
    """A person is qualified for a kind of work, on a stated basis (GSP Art 27, 32)."""

    code = "qualification"
    module = "competence"
    slug = "qualifications"
    label = _("人员资格")
    help = _("验收等岗位的法定资格；由质量管理人员核对证明后生效，是否过期按日期即时判断。")
    model = Qualification
    load = staticmethod(load_qualifications)
    states = PaperState
    initial = PaperState.DRAFT
    number = Series("RYZG-{seq:04}")
    drafted_by = QUALITY_ROLES
    read_by = EVERYONE
    editable = (
        Qualification.person_id,
        Qualification.kind,
        Qualification.certificate_no,
        Qualification.basis,
        Qualification.valid_from,
        Qualification.valid_until,
    )
    scope = {}  # a master of the whole company
    editable_in = (PaperState.DRAFT,)
    prepare = staticmethod(services.prepare_qualification)
    screen = Screen(
        columns=(
            Qualification.number,
            Qualification.person_name,
            Qualification.kind,
            Qualification.valid_until,
            Qualification.state,
        ),
        facts=(Qualification.person_name, Qualification.kind, Qualification.valid_from, Qualification.valid_until),
        filters=(Qualification.kind, Qualification.state, Qualification.valid_until),
        search=(Qualification.number, Qualification.person_name, Qualification.certificate_no),
        views=(
            View(label=_("在用"), states=(PaperState.DRAFT, PaperState.IN_FORCE), default=True),
            View(label=_("全部")),
        ),
        sections=(Section(label=_("依据"), fields=(Qualification.certificate_no, Qualification.basis)),),
        tones={PaperState.DRAFT: "neutral", PaperState.IN_FORCE: "ok", PaperState.WITHDRAWN: "bad"},
        flow=(PaperState.DRAFT, PaperState.IN_FORCE),
    )
    retention = Retention(code="R0", anchors=services.paper_anchors)

    put_into_force = Transition[Qualification, QualificationFacts](
        label=_("核对生效"),
        source=(PaperState.DRAFT,),
        target=PaperState.IN_FORCE,
        allowed_to=QUALITY_ROLES,
        signature=Meaning.REVIEWED,
        help=_("确认学历、职称、培训或考核证明。"),
    )
    withdraw = Transition[Qualification, QualificationFacts](
        label=_("撤回"),
        source=(PaperState.DRAFT, PaperState.IN_FORCE),
        target=PaperState.WITHDRAWN,
        allowed_to=QUALITY_ROLES,
        signature=Meaning.REVIEWED,
        reason_required=True,
        primary=False,
        danger=True,
        help=_("资格失去或登记有误时撤回。"),
    )
