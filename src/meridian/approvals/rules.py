"""Gates of approvals: a policy that leaves no gap, and who may agree, in whose name, when."""

from collections.abc import Sequence
from datetime import timedelta

from meridian.approvals.bands import gap
from meridian.approvals.flow import progress
from meridian.approvals.known import post_label, qualification_choices
from meridian.approvals.queries import AbsenceFacts, CaseFacts, PolicyFacts, Standing, TaskFacts
from meridian.approvals.vocabulary import APPROVERS, CaseState, TaskState
from meridian.kernel.clock import Moment
from meridian.kernel.gates import Breach, GateKind, gate
from meridian.kernel.messages import listed, message

LAW = "DESIGN 5"
REMINDER_RESTS = timedelta(hours=1)


@gate(law=LAW, blocks="有空档的审批策略 · a policy that leaves amounts without an answer")
def policy_leaves_no_gap(facts: PolicyFacts, moment: Moment) -> Sequence[Breach]:
    """For every amount, whatever the category and risk, the policy says who agrees or that nobody needs to."""
    del moment
    found = gap(facts.bands)
    if found is None:
        return ()
    over, to = found
    if to is None:
        return [Breach(message("金额超过 {over} 时没有适用于任何类别和风险的行。", over=over))]
    return [Breach(message("金额超过 {over} 至 {to} 时没有适用于任何类别和风险的行。", over=over, to=to))]


@gate(law=LAW, blocks="倒填生效日期 · putting a policy into force for days gone by")
def policy_begins_no_earlier_than_today(facts: PolicyFacts, moment: Moment) -> Sequence[Breach]:
    """A policy binds from today at the site or later: what was agreed yesterday stays judged as it was."""
    if facts.effective_from >= moment.site_day:
        return ()
    return [Breach(message("生效日期 {day} 已过。", day=facts.effective_from))]


@gate(law=LAW, blocks="没有后继而被取代 · superseding a policy that nothing follows")
def policy_has_successor(facts: PolicyFacts, moment: Moment) -> Sequence[Breach]:
    """Another policy for the same move takes its place."""
    del moment
    return () if facts.has_successor else [Breach(message("没有后继的策略生效。"))]


@gate(law=LAW, blocks="由资格不同的人代理 · a delegate without the same post")
def delegate_holds_same_post(facts: AbsenceFacts, moment: Moment) -> Sequence[Breach]:
    """Who is away and who stands in both hold the post for this site, and are two persons."""
    del moment
    post = post_label(facts.role)
    if facts.person is None or not facts.person.holds(facts.role, facts.site_id):
        return [Breach(message("离岗人不担任本场所的 {post}。", post=post))]
    if facts.delegate is None or not facts.delegate.holds(facts.role, facts.site_id):
        return [Breach(message("代理人不担任本场所的 {post}，不能代理。", post=post))]
    if facts.delegate.id == facts.person.id:
        return [Breach(message("代理人不能是本人。"))]
    return ()


@gate(law=LAW, blocks="替他人声明离岗 · declaring somebody else absent")
def absence_declared_by_oneself(facts: AbsenceFacts, moment: Moment) -> Sequence[Breach]:
    """Whoever hands their post on does it themselves."""
    del moment
    if facts.actor_id is None or facts.person is None or facts.actor_id == facts.person.id:
        return ()
    return [Breach(message("须由离岗人 {name} 本人办理。", name=facts.person.name))]


@gate(law=LAW, blocks="已结束的离岗 · an absence that is over")
def absence_not_over(facts: AbsenceFacts, moment: Moment) -> Sequence[Breach]:
    """The last day of the absence is today at the site or later."""
    if facts.last_day >= moment.site_day:
        return ()
    return [Breach(message("离岗至 {day}，已结束。", day=facts.last_day))]


@gate(law=LAW, blocks="审批已结束 · voting in a case that is closed")
def approval_case_running(facts: TaskFacts, moment: Moment) -> Sequence[Breach]:
    """The case is still being asked about."""
    del moment
    if facts.case.state == CaseState.RUNNING:
        return ()
    return [Breach(message("{number} 处于“{state}”。", number=facts.case.number,
                           state=CaseState(facts.case.state).label))]  # fmt: skip


@gate(law=LAW, blocks="未轮到 · answering before one's turn", kind=GateKind.WAIT)
def approval_turn_reached(facts: TaskFacts, moment: Moment) -> Sequence[Breach]:
    """Those who are asked before have answered."""
    del moment
    if facts.own.is_open or facts.own.state != TaskState.PENDING:
        return ()
    first = [task.person_name or post_label(task.role) for task in facts.case.tasks if task.is_open]
    return [Breach(message("等待 {who} 先审批。", who=listed(dict.fromkeys(first))))]


@gate(law=LAW, blocks="非指定审批人 · agreeing without being asked")
def approver_entitled(facts: TaskFacts, moment: Moment) -> Sequence[Breach]:
    """Who answers holds the post asked for at this site, is the person named, or stands in for them today."""
    del moment
    if facts.actor is None or acts_as(facts, facts.actor) is not None:
        return ()
    asked = facts.own.person_name or post_label(facts.own.role)
    return [Breach(message("须由 {who} 审批。", who=asked), owner=facts.own.role)]


@gate(law=LAW, blocks="审批自己的单据 · agreeing to one's own document", aliases=["FOUR_EYES"])
def approver_is_not_maker(facts: TaskFacts, moment: Moment) -> Sequence[Breach]:
    """Nobody who wrote or submitted the document agrees to it: not in person, not by another, not for another."""
    del moment
    if facts.actor is None:
        return ()
    hands = {facts.actor.id, *facts.through}
    if facts.own.person_id is not None:
        hands.add(facts.own.person_id)
    if not hands & facts.case.makers:
        return ()
    if facts.actor.id in facts.case.makers:
        return [Breach(message("您编制或提交了这张单据，不能审批。"), owner=facts.own.role)]
    return [Breach(message("此任务来自编制或提交这张单据的人，不能由其代理人审批。"), owner=facts.own.role)]


@gate(law=LAW, blocks="一人审批两次 · one person agreeing for two")
def approver_agrees_once(facts: TaskFacts, moment: Moment) -> Sequence[Breach]:
    """Two answers are two persons: who agreed for one seat does not agree for another."""
    del moment
    if facts.actor is None:
        return ()
    mine = [
        task
        for task in facts.case.tasks
        if task.voter_id == facts.actor.id and task.seat != facts.own.seat and task.state == TaskState.AGREED
    ]
    if not mine:
        return ()
    return [Breach(message("您已在第 {step} 步同意过；须由另一人审批。", step=mine[0].step), owner=facts.own.role)]


@gate(law=LAW, blocks="资格失效的审批人 · agreeing with a lapsed qualification")
def approver_qualified(facts: TaskFacts, moment: Moment) -> Sequence[Breach]:
    """Who answers holds the qualification that the policy asks for, today."""
    del moment
    if facts.actor is None or not facts.qualification or facts.qualification in facts.actor.qualified_for:
        return ()
    words = dict(qualification_choices()).get(facts.qualification, facts.qualification)
    return [Breach(message("{name} 没有有效的“{kind}”资格。", name=facts.actor.name, kind=words),
                   owner="quality_staff")]  # fmt: skip


@gate(law=LAW, blocks="未指明接手人 · handing on to nobody")
def next_approver_named(facts: TaskFacts, moment: Moment) -> Sequence[Breach]:
    """Whoever hands on or adds a signer has named an active person of the company, another than themselves."""
    del moment
    if facts.actor is None:
        return ()
    if facts.next is None:
        return [Breach(message("请先填写“转交给”（登录名）。"))]
    if facts.next.id == facts.actor.id:
        return [Breach(message("不能转交给自己。"))]
    return ()


@gate(law=LAW, blocks="转给资格不同的人 · handing on to somebody without the post")
def next_approver_holds_same_post(facts: TaskFacts, moment: Moment) -> Sequence[Breach]:
    """The task goes only to who holds the same post at this site, and did not make the document."""
    del moment
    if facts.next is None:
        return ()
    if not facts.next.holds(facts.own.role, facts.case.site_id):
        return [
            Breach(message("{name} 不担任本场所的 {post}。", name=facts.next.name, post=post_label(facts.own.role)))
        ]
    if facts.next.id in facts.case.makers:
        return [Breach(message("{name} 编制或提交了这张单据，不能审批。", name=facts.next.name))]
    return ()


@gate(law=LAW, blocks="加签给不能审批的人 · adding a signer who may not agree")
def added_approver_holds_a_post(facts: TaskFacts, moment: Moment) -> Sequence[Breach]:
    """Whoever is added holds a post at this site that agrees to things, and did not make the document."""
    del moment
    if facts.next is None:
        return ()
    if post_of_added(facts.next, facts) is None:
        return [Breach(message("{name} 在本场所没有审批岗位。", name=facts.next.name))]
    if facts.next.id in facts.case.makers:
        return [Breach(message("{name} 编制或提交了这张单据，不能审批。", name=facts.next.name))]
    return ()


@gate(law=LAW, blocks="尚未超时 · escalating in time")
def approval_overdue(facts: TaskFacts, moment: Moment) -> Sequence[Breach]:
    """It is the task's turn, its time is over, and nothing was done about that yet."""
    due = facts.own.due_at
    if facts.own.is_open and due is not None and due < moment.instant and facts.timed_out_at is None:
        return ()
    return [Breach(message("尚未超过时限，或已处理过。"))]


@gate(law=LAW, blocks="仍需回答的任务 · dropping an answer that is still wanted")
def approval_answer_needless(facts: TaskFacts, moment: Moment) -> Sequence[Breach]:
    """The case is closed, or its step is decided without this answer."""
    del moment
    if facts.case.state != CaseState.RUNNING or facts.id in progress(facts.case.tasks).lapsed:
        return ()
    if any(task.state == TaskState.REJECTED for task in facts.case.tasks):
        return ()
    return [Breach(message("此任务仍须办理。"))]


@gate(law=LAW, blocks="尚有人未同意 · concluding before all agreed")
def approval_steps_agreed(facts: CaseFacts, moment: Moment) -> Sequence[Breach]:
    """Every step has the answers that its rule asks for."""
    del moment
    now = progress(facts.tasks)
    if now.is_agreed:
        return ()
    open_tasks = [task.person_name or post_label(task.role) for task in facts.tasks if task.id in now.open]
    return [Breach(message("等待 {who} 审批。", who=listed(dict.fromkeys(open_tasks))))]


@gate(law=LAW, blocks="无人驳回 · rejecting what nobody rejected")
def approval_rejected_by_vote(facts: CaseFacts, moment: Moment) -> Sequence[Breach]:
    """Somebody who was asked has rejected."""
    del moment
    if any(task.state == TaskState.REJECTED for task in facts.tasks):
        return ()
    return [Breach(message("无人驳回；请在审批任务中驳回。"))]


@gate(law=LAW, blocks="由他人撤回 · taking back what another submitted")
def submission_withdrawn_by_submitter(facts: CaseFacts, moment: Moment) -> Sequence[Breach]:
    """Only who submitted takes it back."""
    del moment
    if facts.actor_id in (None, facts.submitter_id):
        return ()
    return [Breach(message("只能由提交人撤回；审批人请驳回。"))]


@gate(law=LAW, blocks="频繁催办 · reminding again at once")
def reminder_rests_an_hour(facts: CaseFacts, moment: Moment) -> Sequence[Breach]:
    """The last reminder is an hour old."""
    if facts.reminded_at is None or moment.instant - facts.reminded_at >= REMINDER_RESTS:
        return ()
    return [Breach(message("一小时内已催办过。"))]


def acts_as(facts: TaskFacts, person: Standing) -> str | None:
    """In whose name a person may answer: empty for their own, the name of who is away; None when they may not."""
    own, site = facts.own, facts.case.site_id
    if not person.holds(own.role, site):
        return None
    if own.person_id is None or own.person_id == person.id:
        return ""
    return (person.stands_for or {}).get((own.person_id, own.role))


def post_of_added(person: Standing, facts: TaskFacts) -> str | None:
    """The post in which a person who is added agrees: the task's own where they hold it, else the first they hold."""
    posts = (facts.own.role, *APPROVERS)
    return next((post for post in posts if person.holds(post, facts.case.site_id)), None)
