"""The approval policy 审批策略."""

from django.utils.translation import gettext_lazy as _

from meridian.approvals import services
from meridian.approvals.models import ApprovalPolicy as Policy
from meridian.approvals.models import ApprovalPolicyLine as Line
from meridian.approvals.queries import PolicyFacts, load_policies
from meridian.approvals.rules import (
    policy_begins_no_earlier_than_today,
    policy_has_successor,
    policy_leaves_no_gap,
)
from meridian.approvals.vocabulary import APPROVERS, SUBMITTERS
from meridian.approvals.vocabulary import PolicyState as S
from meridian.kernel.declare import DocumentType, Lines, Meaning, Retention, Screen, Section, Series, Transition, View
from meridian.kernel.rules import document_has_lines


class ApprovalPolicyDocument(DocumentType[Policy, PolicyFacts]):
    """Who must agree to a move, by amount, category and risk; one signature checks it, another puts it into force."""

    code = "approval_policy"
    module = "approvals"
    slug = "approval-policies"
    label = _("审批策略")
    help = _("按金额档、类别和风险规定由谁、按什么次序同意；已开始的审批按开始时的版本进行。")
    model = Policy
    load = staticmethod(load_policies)
    states = S
    initial = S.DRAFT
    number = Series("SPCL-{yyyy}-{seq:03}")
    drafted_by = ("system_admin",)
    read_by = (*APPROVERS, *SUBMITTERS)
    editable = (
        Policy.name, Policy.subject, Policy.effective_from, Policy.split_days, Policy.releaser_differs, Policy.note,
    )  # fmt: skip
    editable_in = (S.DRAFT,)
    scope = {}  # binds the whole company
    prepare = staticmethod(services.prepare_policy)
    lines = Lines(
        model=Line,
        label=_("金额档与步骤"),
        editable=(
            Line.amount_over, Line.amount_to, Line.category, Line.risk, Line.step, Line.rule, Line.role, Line.username,
            Line.qualification, Line.limit_hours, Line.time_out, Line.escalate_to,
        ),
        columns=(
            Line.amount_over, Line.amount_to, Line.category, Line.risk, Line.step, Line.rule, Line.role,
            Line.person_name, Line.qualification, Line.limit_hours, Line.time_out, Line.escalate_to,
        ),
    )  # fmt: skip
    screen = Screen(
        columns=(Policy.number, Policy.name, Policy.subject, Policy.effective_from, Policy.state),
        facts=(Policy.name, Policy.subject, Policy.effective_from, Policy.split_days, Policy.releaser_differs,
               Policy.created_by_name),
        filters=(Policy.subject, Policy.effective_from),
        search=(Policy.number, Policy.name),
        views=(View(_("在用"), states=(S.DRAFT, S.CHECKED, S.IN_FORCE), default=True), View(_("全部"))),
        sections=(Section(_("备注"), (Policy.note,)),),
        tones={S.DRAFT: "neutral", S.CHECKED: "warn", S.IN_FORCE: "ok", S.SUPERSEDED: "neutral"},
        flow=(S.DRAFT, S.CHECKED, S.IN_FORCE),
    )  # fmt: skip
    outside_content = (Policy.successor_id,)
    retention = Retention("R0", anchors=services.retention_anchors)

    check = Transition[Policy, PolicyFacts](
        label=_("核对"),
        source=(S.DRAFT,),
        target=S.CHECKED,
        allowed_to=("system_admin",),
        gates=(document_has_lines, policy_leaves_no_gap, policy_begins_no_earlier_than_today),
        signature=Meaning.REVIEWED,
    )
    put_into_force = Transition[Policy, PolicyFacts](
        label=_("批准生效"),
        source=(S.CHECKED,),
        target=S.IN_FORCE,
        allowed_to=("enterprise_head",),
        gates=(policy_leaves_no_gap, policy_begins_no_earlier_than_today),
        differs_from=(check,),
        signature=Meaning.APPROVED,
        help=_("同一操作的上一策略随之被取代；已开始的审批不受影响。"),
    )
    return_to_draft = Transition[Policy, PolicyFacts](
        label=_("退回修改"),
        source=(S.CHECKED,),
        target=S.DRAFT,
        allowed_to=("system_admin", "enterprise_head"),
        reason_required=True,
        primary=False,
    )
    supersede = Transition[Policy, PolicyFacts](
        label=_("被取代"),
        source=(S.IN_FORCE,),
        target=S.SUPERSEDED,
        allowed_to=("enterprise_head",),
        gates=(policy_has_successor,),
        remedy_only=True,
        primary=False,
    )
    retire = Transition[Policy, PolicyFacts](
        label=_("停用"),
        source=(S.IN_FORCE,),
        target=S.SUPERSEDED,
        allowed_to=("enterprise_head",),
        signature=Meaning.APPROVED,
        reason_required=True,
        primary=False,
        danger=True,
        help=_("停用后，此操作不再需要审批。"),
    )
