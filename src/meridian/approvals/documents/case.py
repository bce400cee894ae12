"""The approval case 审批单."""

from django.utils.translation import gettext_lazy as _

from meridian.approvals import services
from meridian.approvals.models import ApprovalCase as Case
from meridian.approvals.models import ApprovalPolicy
from meridian.approvals.queries import CaseFacts, load_cases
from meridian.approvals.rules import (
    approval_rejected_by_vote,
    approval_steps_agreed,
    reminder_rests_an_hour,
    submission_withdrawn_by_submitter,
)
from meridian.approvals.vocabulary import APPROVERS, SUBMITTERS
from meridian.approvals.vocabulary import CaseState as S
from meridian.kernel.declare import DocumentType, Related, Retention, Screen, Section, Series, Transition, View

EVERYBODY = (*APPROVERS, *SUBMITTERS)


class ApprovalCaseDocument(DocumentType[Case, CaseFacts]):
    """Who is asked about one document, in which order; it ends by what is answered and is moved by nobody's hand."""

    code = "approval_case"
    module = "approvals"
    slug = "approval-cases"
    label = _("审批单")
    help = _("提交单据时按当时生效的策略生成；各人的意见见审批任务。")
    model = Case
    load = staticmethod(load_cases)
    states = S
    initial = S.RUNNING
    number = Series("SP-{yyyy}{mm}-{seq:04}")
    creatable = False
    drafted_by = ()
    read_by = EVERYBODY
    screen = Screen(
        columns=(
            Case.number, Case.document_number, Case.subject, Case.summary, Case.counted_amount, Case.created_by_name,
            Case.created_at, Case.state,
        ),
        facts=(
            Case.document_number, Case.summary, Case.amount, Case.counted_amount, Case.risk, Case.created_by_name,
            Case.created_at,
        ),
        filters=(Case.subject, Case.created_at),
        search=(Case.number, Case.document_number, Case.summary),
        views=(View(_("审批中"), states=(S.RUNNING,), default=True), View(_("全部"))),
        sections=(
            Section(_("依据"), ((Case.policy, ApprovalPolicy.number), Case.policy_version, Case.categories,
                                Case.copied_to, Case.reminded_at, Case.content_hash)),
        ),
        related=(Related("approval_task", "case_id", upstream=False),),
        tones={S.RUNNING: "warn", S.AGREED: "ok", S.REJECTED: "bad", S.WITHDRAWN: "neutral"},
        flow=(S.RUNNING, S.AGREED),
    )  # fmt: skip
    outside_content = (Case.reminded_at,)
    retention = Retention("R0", anchors=services.retention_anchors)

    remind = Transition[Case, CaseFacts](
        label=_("催办"),
        source=(S.RUNNING,),
        target=S.RUNNING,
        allowed_to=EVERYBODY,
        gates=(reminder_rests_an_hour,),
        effect=services.record_reminder,
    )
    conclude = Transition[Case, CaseFacts](
        label=_("同意完成"),
        source=(S.RUNNING,),
        target=S.AGREED,
        allowed_to=EVERYBODY,
        gates=(approval_steps_agreed,),
        remedy_only=True,
    )
    reject = Transition[Case, CaseFacts](
        label=_("驳回"),
        source=(S.RUNNING,),
        target=S.REJECTED,
        allowed_to=EVERYBODY,
        gates=(approval_rejected_by_vote,),
        remedy_only=True,
        primary=False,
    )
    withdraw = Transition[Case, CaseFacts](
        label=_("撤回"),
        source=(S.RUNNING,),
        target=S.WITHDRAWN,
        allowed_to=EVERYBODY,
        gates=(submission_withdrawn_by_submitter,),
        remedy_only=True,
        primary=False,
    )
