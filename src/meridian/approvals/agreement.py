"""Whether a document may move as far as approvals are concerned: the engine's provider (DESIGN §5, step 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from meridian.approvals.bands import Band, asked
from meridian.approvals.known import ApprovalSubject, Figures, post_label, risk_choices, subject_at
from meridian.approvals.queries import LatestCase, PolicyInForce, latest_case, policy_in_force, site_today
from meridian.approvals.vocabulary import CaseState, StepRule
from meridian.kernel.clock import now
from meridian.kernel.content import hash_of_content
from meridian.kernel.context import Actor, act_transaction_id
from meridian.kernel.findings import Finding, FindingKind
from meridian.kernel.gates import Remedy
from meridian.kernel.messages import Message, listed, message
from meridian.kernel.registry import AnyTransition
from meridian.kernel.sql import fetch

AGREED = "approval_agreed"
"""The check's token: whoever must agree to this move has agreed to this content."""

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 40))"


@dataclass(frozen=True)
class Asking:
    """What a policy asks about a document now."""

    policy: PolicyInForce
    figures: Figures
    counted: Decimal
    """Its amount with that of the same party's other documents of the last days."""
    bands: tuple[Band, ...] | None
    """Who is asked; empty when nobody, None when the policy does not say."""

    @property
    def voters(self) -> tuple[Band, ...]:
        """Those who must agree; copies left out."""
        return tuple(band for band in self.bands or () if band.rule != StepRule.COPY)


def asking(subject: ApprovalSubject, company_id: UUID, document_id: UUID) -> Asking | None:
    """What the policy in force asks; None without one.

    Inside an act documents with one party wait for each other here, so that no two of them overlook one another.
    """
    today = site_today()
    policy = policy_in_force(subject.code, today)
    if policy is None:
        return None
    figures = subject.figures(company_id, [document_id])[document_id]
    counted = figures.amount
    if policy.split_days and figures.party_id is not None:
        if act_transaction_id() is not None:
            fetch(_LOCK, [f"approvals {company_id} {subject.code} {figures.party_id}"])
        since = today - timedelta(days=policy.split_days)
        counted += subject.committed(company_id, figures.party_id, since, document_id)
    return Asking(policy, figures, counted, asked(policy.bands, counted, figures.categories, figures.risk))


def approvals(transition: AnyTransition, document_id: UUID, actor: Actor) -> Sequence[Finding]:
    """What approvals find against a move of a document; no statement for a move that no policy can bind."""
    subject = subject_at(transition)
    if subject is None or transition is subject.withdraw:
        return ()
    case = latest_case(subject.code, document_id)
    if transition is subject.send_back:
        return [_send_back_through(case)] if case is not None and case.state == CaseState.RUNNING else ()
    if case is not None and transition is subject.transition:
        if case.state == CaseState.RUNNING:
            return [_waiting(case)]
        if is_agreed(case, subject, document_id):
            return _second_person(case, transition, actor)
    found = asking(subject, actor.company_id, document_id)
    if found is None:
        return ()
    if found.bands is None:
        return [_uncovered(found)]
    if transition is subject.submit or not found.voters:
        return ()
    return [_to_submit(found, subject, document_id, case)]


def is_agreed(case: LatestCase | None, subject: ApprovalSubject, document_id: UUID) -> bool:
    """Whether all agreed to the document as it stands now."""
    if case is None or case.state != CaseState.AGREED:
        return False
    return case.content_hash == hash_of_content(subject.transition.document, document_id)


def asked_in_words(people: Sequence[tuple[str, str]]) -> str:
    """Posts, or the persons named, in words."""
    return listed(dict.fromkeys(name or post_label(role) for role, name in people))


def waited(since: datetime | None) -> Message:
    """For how long something has waited, in the largest unit that says enough."""
    minutes = int((now() - since).total_seconds()) // 60 if since is not None else 0
    if minutes < 60:
        return message("已 {n} 分钟", n=max(minutes, 0))
    if minutes < 48 * 60:
        return message("已 {n} 小时", n=minutes // 60)
    return message("已 {n} 天", n=minutes // (24 * 60))


def _waiting(case: LatestCase) -> Finding:
    evidence = message("等待 {who} 审批 · {how_long}", who=asked_in_words(case.waiting_for),
                       how_long=waited(case.since))  # fmt: skip
    owner = ",".join(dict.fromkeys(role for role, _name in case.waiting_for))
    return Finding(AGREED, FindingKind.WAIT, evidence, owner=owner,
                   remedy=Remedy("打开审批单", document_type="approval_case", document_id=case.id))  # fmt: skip


def _send_back_through(case: LatestCase) -> Finding:
    return Finding("approval_not_running", FindingKind.MUST,
                   message("{number} 正在审批；请在审批中驳回，或由提交人撤回。", number=case.number),
                   remedy=Remedy("打开审批单", document_type="approval_case", document_id=case.id))  # fmt: skip


def _second_person(case: LatestCase, transition: AnyTransition, actor: Actor) -> Sequence[Finding]:
    if not case.releaser_differs or actor.user_id != case.submitter_id:
        return ()
    evidence = message("审批策略要求“{action}”由提交人以外的人办理。", action=transition.label)
    return [Finding("second_person_required", FindingKind.MUST, evidence)]


def _uncovered(found: Asking) -> Finding:
    risk = dict(risk_choices()).get(found.figures.risk, found.figures.risk)
    evidence = message("审批策略 {policy} 没有说明金额 {amount}、风险“{risk}”由谁审批。", policy=found.policy.number,
                       amount=found.counted, risk=risk)  # fmt: skip
    return Finding("approval_policy_covers", FindingKind.MUST, evidence, owner="system_admin",
                   remedy=Remedy("打开审批策略", document_type="approval_policy",
                                 document_id=found.policy.id))  # fmt: skip


def _to_submit(found: Asking, subject: ApprovalSubject, document_id: UUID, case: LatestCase | None) -> Finding:
    who = asked_in_words([(band.role, band.person_name) for band in found.voters])
    if case is not None and case.state == CaseState.AGREED:
        evidence = message("内容在审批（{number}）之后有变化，须重新提交，由 {who} 审批。", number=case.number, who=who)
    elif found.counted != found.figures.amount:
        evidence = message("与同一往来单位 {days} 天内的单据合计 {amount}，须由 {who} 审批。", who=who,
                           days=found.policy.split_days, amount=found.counted)  # fmt: skip
    else:
        evidence = message("金额 {amount}，须由 {who} 审批。", amount=found.counted, who=who)
    return Finding(AGREED, FindingKind.MUST, evidence,
                   remedy=Remedy("提交审批", document_type=subject.submit.document.code, document_id=document_id,
                                 transition=subject.submit.name))  # fmt: skip
