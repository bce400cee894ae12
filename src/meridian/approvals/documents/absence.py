"""The absence of an approver 离岗代理."""

from django.utils.translation import gettext_lazy as _

from meridian.approvals import services
from meridian.approvals.models import Absence
from meridian.approvals.queries import AbsenceFacts, load_absences
from meridian.approvals.rules import absence_declared_by_oneself, absence_not_over, delegate_holds_same_post
from meridian.approvals.vocabulary import APPROVERS, SUBMITTERS
from meridian.approvals.vocabulary import AbsenceState as S
from meridian.kernel.declare import DocumentType, Retention, Screen, Section, Series, Transition, View


class AbsenceDocument(DocumentType[Absence, AbsenceFacts]):
    """Somebody of the same post agrees on a person's behalf while they are away; the vote names both."""

    code = "absence"
    module = "approvals"
    slug = "absences"
    label = _("离岗代理")
    help = _("由离岗人本人登记；代理人须担任同一岗位，审批记录写明代表何人。")
    model = Absence
    load = staticmethod(load_absences)
    states = S
    initial = S.DRAFT
    number = Series("LGDL-{yyyy}-{seq:04}")
    drafted_by = APPROVERS
    read_by = SUBMITTERS
    editable = (Absence.role, Absence.delegate_username, Absence.first_day, Absence.last_day, Absence.note)
    editable_in = (S.DRAFT,)
    prepare = staticmethod(services.prepare_absence)
    screen = Screen(
        columns=(
            Absence.number, Absence.person_name, Absence.role, Absence.delegate_name, Absence.first_day,
            Absence.last_day, Absence.state,
        ),
        facts=(Absence.person_name, Absence.role, Absence.delegate_name, Absence.first_day, Absence.last_day),
        filters=(Absence.role, Absence.last_day),
        search=(Absence.number, Absence.person_name, Absence.delegate_name),
        views=(View(_("在用"), states=(S.DRAFT, S.IN_FORCE), default=True), View(_("全部"))),
        sections=(Section(_("事由"), (Absence.note,)),),
        tones={S.DRAFT: "neutral", S.IN_FORCE: "ok", S.ENDED: "neutral"},
        flow=(S.DRAFT, S.IN_FORCE, S.ENDED),
    )  # fmt: skip
    retention = Retention("R0", anchors=services.retention_anchors)

    begin = Transition[Absence, AbsenceFacts](
        label=_("生效"),
        source=(S.DRAFT,),
        target=S.IN_FORCE,
        allowed_to=APPROVERS,
        gates=(delegate_holds_same_post, absence_declared_by_oneself, absence_not_over),
    )
    end = Transition[Absence, AbsenceFacts](
        label=_("结束"),
        source=(S.DRAFT, S.IN_FORCE),
        target=S.ENDED,
        allowed_to=APPROVERS,
        gates=(absence_declared_by_oneself,),
        primary=False,
    )
