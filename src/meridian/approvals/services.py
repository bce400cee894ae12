"""What drafting policies and absences does, and what a vote writes down on its own task."""

from http import HTTPStatus
from typing import Any

from meridian.approvals.models import ApprovalCase, ApprovalTask
from meridian.approvals.queries import (
    AbsenceFacts,
    CaseFacts,
    PolicyFacts,
    TaskFacts,
    cases_with_tasks,
    site_today,
    standing_of,
)
from meridian.approvals.rules import acts_as
from meridian.approvals.vocabulary import StepRule, TimeOut
from meridian.kernel.context import current_company_id
from meridian.kernel.declare import RetentionAnchors
from meridian.kernel.drafts import Draft
from meridian.kernel.findings import Refused, faulty, faulty_fields, refusal
from meridian.kernel.messages import Message, message
from meridian.kernel.models import User
from meridian.kernel.work import Work


def retention_anchors(facts: PolicyFacts | CaseFacts | TaskFacts | AbsenceFacts) -> RetentionAnchors:
    """Kept from its latest move (R0)."""
    del facts
    return RetentionAnchors(base_day=site_today())


def prepare_policy(draft: Draft) -> None:
    """Finds the persons that lines name; raises Refused 422 with every line that asks nobody or not clearly."""
    lines = draft.lines or []
    names = {line["username"] for line in lines if line.get("username")}
    people = {user.username: user for user in _people(names)}
    problems = [problem for index, line in enumerate(lines) for problem in _faults(f"lines.{index}.", line, people)]
    problems += _mixed(lines)
    if problems:
        raise faulty_fields(problems)
    for line in lines:
        if "username" in line:
            found = people.get(line["username"])
            line["person_id"], line["person_name"] = (found.pk, found.name) if found else (None, "")


def _people(usernames: set[str]) -> list[User]:
    if not usernames:
        return []
    company = current_company_id()
    return list(User.objects.filter(username__in=usernames, company_id=company, is_active=True, is_machine=False))


def _faults(prefix: str, line: dict[str, Any], people: dict[str, User]) -> list[tuple[str, Message]]:
    """What is wrong with one line; a stored line that is not touched brings only its id."""
    if "rule" not in line:
        return []
    found: list[tuple[str, Message]] = []
    over, to = line.get("amount_over"), line.get("amount_to")
    if over is not None and over < 0:
        found.append((prefix + "amount_over", message("金额不能小于 0。")))
    if to is not None and over is not None and to <= over:
        found.append((prefix + "amount_to", message("金额上限须大于下限。")))
    if line["rule"] == StepRule.NOBODY:
        if line.get("role") or line.get("username"):
            found.append((prefix + "role", message("自动通过的行不能指定岗位或人员。")))
        return found
    if not line.get("role"):
        found.append((prefix + "role", message("请选择岗位；指定人员以该岗位的身份审批。")))
    if line.get("username") and line["username"] not in people:
        found.append((prefix + "username", message("本公司没有登录名为 {name} 的在岗人员。", name=line["username"])))
    if line.get("time_out") and not line.get("limit_hours"):
        found.append((prefix + "limit_hours", message("超时处理须填写时限。")))
    if line.get("time_out") == TimeOut.ESCALATE and not line.get("escalate_to"):
        found.append((prefix + "escalate_to", message("请选择升级到的岗位。")))
    return found


def _mixed(lines: list[dict[str, Any]]) -> list[tuple[str, Message]]:
    """Steps whose lines name different ways to agree: which one would hold?"""
    rules: dict[int, str] = {}
    found = []
    for index, line in enumerate(lines):
        rule = line.get("rule")
        if rule in (None, StepRule.NOBODY, StepRule.COPY):
            continue
        if rules.setdefault(line.get("step", 1), rule) != rule:
            problem = message("第 {step} 步的各行须用同一种方式。", step=line.get("step", 1))
            found.append((f"lines.{index}.rule", problem))
    return found


def prepare_absence(draft: Draft) -> None:
    """The absent person is whoever drafts it; raises Refused 422 for a delegate the company does not have."""
    header = draft.header
    if draft.is_new:
        header |= {"person_id": draft.actor.user_id, "person_name": draft.actor.name}
    first = header.get("first_day", getattr(draft.document, "first_day", None))
    last = header.get("last_day", getattr(draft.document, "last_day", None))
    if first is not None and last is not None and last < first:
        raise faulty("field_invalid", message("结束日期 {last} 早于开始日期 {first}。", first=first, last=last),
                     "last_day")  # fmt: skip
    if "delegate_username" in header:
        found = _one("delegate_username", header["delegate_username"])
        header |= {"delegate_id": found.pk, "delegate_name": found.name}


def prepare_task(draft: Draft) -> None:
    """Names who comes next: only whoever may answer the task says so. Raises Refused 403, 422."""
    header, task = draft.header, draft.document
    if not isinstance(task, ApprovalTask) or "next_username" not in header:
        return
    require_may_answer(task, draft)
    if not header["next_username"]:
        header |= {"next_id": None, "next_name": ""}
        return
    found = _one("next_username", header["next_username"])
    header |= {"next_id": found.pk, "next_name": found.name}


def require_may_answer(task: ApprovalTask, draft: Draft) -> None:
    """Raises Refused 403 for who may not answer this task."""
    case = cases_with_tasks(task.company_id, [task.case_id])[task.case_id]
    own = next(each for each in case.tasks if each.id == task.pk)
    person = standing_of(draft.actor.user_id)
    facts = TaskFacts(task.pk, case, own, frozenset(), "", None, None, person)
    if person is None or acts_as(facts, person) is None:
        raise refusal("permission_required", HTTPStatus.FORBIDDEN, message("只有此任务的审批人可以转交。"))


def _one(column: str, username: str) -> User:
    found = _people({username})
    if not found:
        raise _unknown(column, username)
    return found[0]


def _unknown(column: str, username: str) -> Refused:
    return faulty("reference_not_found", message("本公司没有登录名为 {name} 的在岗人员。", name=username), column)


def record_vote(work: Work[ApprovalTask, TaskFacts]) -> None:
    """Who answered, and in whose name; the rest of the vote is the transition itself."""
    actor = work.facts.actor
    behalf = acts_as(work.facts, actor) if actor is not None else None
    work.set(is_open=False, voted_by_name=work.actor.name, behalf_of_name=behalf or "")


def record_end(work: Work[ApprovalTask, TaskFacts]) -> None:
    """Nobody answers it any more."""
    work.set(is_open=False)


def record_next(work: Work[ApprovalTask, TaskFacts]) -> None:
    """The name of who comes next has served."""
    work.set(next_username="", next_id=None, next_name="")


def record_handing_on(work: Work[ApprovalTask, TaskFacts]) -> None:
    """Somebody else answers in this one's place."""
    record_vote(work)
    record_next(work)


def record_time_out(work: Work[ApprovalTask, TaskFacts]) -> None:
    """Its time is over; what follows is done once."""
    work.set(timed_out_at=work.moment.instant)


def record_reminder(work: Work[ApprovalCase, CaseFacts]) -> None:
    """When it was last asked for."""
    work.set(reminded_at=work.moment.instant)
