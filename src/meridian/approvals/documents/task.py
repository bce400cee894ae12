"""What one person is asked 审批任务: the vote is a signed transition, append-only as every transition is."""

from django.utils.translation import gettext_lazy as _

from meridian.approvals import services
from meridian.approvals.models import ApprovalCase as Case
from meridian.approvals.models import ApprovalTask as Task
from meridian.approvals.queries import TaskFacts, load_tasks
from meridian.approvals.rules import (
    added_approver_holds_a_post,
    approval_answer_needless,
    approval_case_running,
    approval_overdue,
    approval_turn_reached,
    approver_agrees_once,
    approver_entitled,
    approver_is_not_maker,
    approver_qualified,
    next_approver_holds_same_post,
    next_approver_named,
)
from meridian.approvals.vocabulary import APPROVERS, SUBMITTERS
from meridian.approvals.vocabulary import TaskState as S
from meridian.kernel.declare import DocumentType, Meaning, Related, Retention, Screen, Section, Series, Transition, View

ASKED = (approval_case_running, approval_turn_reached, approver_entitled)
"""What holds for every answer."""
HANDING_ON = (*ASKED, next_approver_named, next_approver_holds_same_post)


class ApprovalTaskDocument(DocumentType[Task, TaskFacts]):
    """One answer that is wanted: agree, reject, hand on, ask another first or afterwards."""

    code = "approval_task"
    module = "approvals"
    slug = "approval-tasks"
    label = _("审批任务")
    help = _("同意与驳回须签名；转办、委派、加签前先填写“转交给”。")
    model = Task
    load = staticmethod(load_tasks)
    states = S
    initial = S.PENDING
    number = Series("SPRW-{yyyy}{mm}-{seq:05}")
    creatable = False
    drafted_by = APPROVERS
    read_by = SUBMITTERS
    editable = (Task.next_username,)
    editable_in = (S.PENDING,)
    prepare = staticmethod(services.prepare_task)
    screen = Screen(
        columns=(
            Task.number, Task.document_number, Task.summary, Task.counted_amount, Task.role, Task.person_name,
            Task.is_open, Task.due_at, Task.state,
        ),
        facts=(
            Task.document_number, Task.summary, Task.counted_amount, Task.role, Task.person_name, Task.due_at,
            Task.voted_by_name, Task.behalf_of_name,
        ),
        filters=(Task.role, Task.is_open, Task.due_at),
        search=(Task.number, Task.document_number, Task.summary, (Task.case, Case.number)),
        views=(View(_("待审批"), states=(S.PENDING,), default=True), View(_("全部"))),
        sections=(
            Section(_("流程"), ((Task.case, Case.number), Task.step, Task.turn, Task.rule, Task.origin,
                                Task.through_names,
                                Task.qualification, Task.opened_at, Task.limit_hours, Task.time_out, Task.escalate_to,
                                Task.next_name)),
        ),
        related=(Related("approval_case", "case_id", upstream=True),),
        tones={S.PENDING: "warn", S.AGREED: "ok", S.REJECTED: "bad", S.HANDED_ON: "neutral", S.LAPSED: "neutral"},
        flow=(S.PENDING, S.AGREED),
    )  # fmt: skip
    outside_content = (
        Task.next_username, Task.next_id, Task.next_name, Task.voted_by_name, Task.behalf_of_name, Task.answer,
        Task.is_open, Task.opened_at, Task.due_at, Task.timed_out_at,
    )  # fmt: skip
    retention = Retention("R0", anchors=services.retention_anchors)

    agree = Transition[Task, TaskFacts](
        label=_("同意"),
        source=(S.PENDING,),
        target=S.AGREED,
        allowed_to=APPROVERS,
        gates=(*ASKED, approver_is_not_maker, approver_agrees_once, approver_qualified),
        effect=services.record_vote,
        signature=Meaning.APPROVED,
    )
    reject = Transition[Task, TaskFacts](
        label=_("驳回"),
        source=(S.PENDING,),
        target=S.REJECTED,
        allowed_to=APPROVERS,
        gates=ASKED,
        effect=services.record_vote,
        signature=Meaning.REVIEWED,
        reason_required=True,
        primary=False,
        help=_("单据退回提交人修改。"),
    )
    transfer = Transition[Task, TaskFacts](
        label=_("转办"),
        source=(S.PENDING,),
        target=S.HANDED_ON,
        allowed_to=APPROVERS,
        gates=HANDING_ON,
        effect=services.record_handing_on,
        primary=False,
        help=_("由同岗位的另一人代替您审批。"),
    )
    delegate = Transition[Task, TaskFacts](
        label=_("委派"),
        source=(S.PENDING,),
        target=S.PENDING,
        allowed_to=APPROVERS,
        gates=HANDING_ON,
        effect=services.record_next,
        primary=False,
        help=_("先由同岗位的另一人审阅，同意后回到您。"),
    )
    add_before = Transition[Task, TaskFacts](
        label=_("前加签"),
        source=(S.PENDING,),
        target=S.PENDING,
        allowed_to=APPROVERS,
        gates=(*ASKED, next_approver_named, added_approver_holds_a_post),
        effect=services.record_next,
        primary=False,
        help=_("在您之前增加一名审批人。"),
    )
    add_after = Transition[Task, TaskFacts](
        label=_("后加签"),
        source=(S.PENDING,),
        target=S.PENDING,
        allowed_to=APPROVERS,
        gates=(*ASKED, next_approver_named, added_approver_holds_a_post),
        effect=services.record_next,
        primary=False,
        help=_("在您之后增加一名审批人。"),
    )
    time_out = Transition[Task, TaskFacts](
        label=_("超时"),
        source=(S.PENDING,),
        target=S.PENDING,
        allowed_to=(*APPROVERS, *SUBMITTERS),
        gates=(approval_overdue,),
        effect=services.record_time_out,
        remedy_only=True,
        primary=False,
    )
    lapse = Transition[Task, TaskFacts](
        label=_("无需审批"),
        source=(S.PENDING,),
        target=S.LAPSED,
        allowed_to=(*APPROVERS, *SUBMITTERS),
        gates=(approval_answer_needless,),
        effect=services.record_end,
        remedy_only=True,
        primary=False,
    )
