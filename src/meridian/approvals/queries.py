"""Reads of approvals: the policy in force, and what the gates of policies, absences, cases and tasks ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from meridian.approvals.bands import Band
from meridian.approvals.flow import Asked
from meridian.approvals.known import known
from meridian.approvals.models import ApprovalCase, ApprovalPolicy, ApprovalTask
from meridian.kernel.clock import now
from meridian.kernel.context import acting_user_id, current_company_id
from meridian.kernel.declare import Locks
from meridian.kernel.registry import registry
from meridian.kernel.sql import fetch

_BAND = """l.id, l.amount_over, l.amount_to, l.category, l.risk, l.step, l.rule, l.role, l.person_id, l.person_name,
  l.qualification, l.limit_hours, l.time_out, l.escalate_to"""
_BANDS = f"""
SELECT l.document_id, {_BAND} FROM approvals_policy_line l
WHERE l.document_id = ANY(%s) AND l.company_id = %s ORDER BY l.document_id, l.line_no
"""
_IN_FORCE = f"""
SELECT p.id, p.number, p.version, p.split_days, p.releaser_differs, {_BAND}
FROM approvals_policy p JOIN approvals_policy_line l ON l.document_id = p.id AND l.company_id = p.company_id
WHERE p.company_id = %(company)s AND p.id = (
  SELECT x.id FROM approvals_policy x
  WHERE x.company_id = %(company)s AND x.subject = %(subject)s AND x.state = 'in_force' AND x.effective_from <= %(day)s
  ORDER BY x.effective_from DESC, x.id DESC LIMIT 1)
ORDER BY l.line_no
"""


@dataclass(frozen=True)
class PolicyInForce:
    """The policy that binds a move on a day."""

    id: UUID
    number: str
    version: int
    split_days: int
    releaser_differs: bool
    bands: tuple[Band, ...]


def policy_in_force(subject: str, day: date) -> PolicyInForce | None:
    """The policy for a move with the latest first day not after `day`; one statement."""
    rows = fetch(_IN_FORCE, {"company": current_company_id(), "subject": subject, "day": day})
    if not rows:
        return None
    key, number, version, split_days, releaser_differs = rows[0][:5]
    bands = tuple(Band(*row[5:]) for row in rows)
    return PolicyInForce(key, number, version, split_days, releaser_differs, bands)


@dataclass(frozen=True)
class PolicyFacts:
    """A policy as its gates see it."""

    subject: str
    effective_from: date
    bands: tuple[Band, ...]
    has_successor: bool
    """Whether another policy for the same move takes its place."""

    @property
    def lines(self) -> tuple[Band, ...]:
        """The bands, as `document_has_lines` asks for them."""
        return self.bands


def site_today() -> date:
    """The day it is at the company."""
    return now().astimezone(registry.providers.company_zone()).date()


def load_policies(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, PolicyFacts]:
    """Facts of policies; two statements."""
    del locks
    bands: dict[UUID, list[Band]] = {}
    for document_id, *columns in fetch(_BANDS, [list(ids), company_id]):
        bands.setdefault(document_id, []).append(Band(*columns))
    return {
        row.pk: PolicyFacts(row.subject, row.effective_from, tuple(bands.get(row.pk, ())), row.successor_id is not None)
        for row in ApprovalPolicy.objects.filter(pk__in=ids)
    }


@dataclass(frozen=True)
class Standing:
    """A person: the posts they hold for the company or a site, what they are qualified for, whom they stand for."""

    id: UUID
    name: str
    posts: frozenset[tuple[str, UUID | None]]
    """Post and site; None for the whole company."""
    qualified_for: frozenset[str] = frozenset()
    stands_for: Mapping[tuple[UUID, str], str] | None = None
    """Person and post of those who are away, by name."""

    def holds(self, role: str, site_id: UUID) -> bool:
        """Whether they hold a post for a site."""
        return (role, None) in self.posts or (role, site_id) in self.posts


_POSTS = """
SELECT u.id, u.name, r.code, a.scope_kind, a.scope_id
FROM kernel_user u
LEFT JOIN kernel_role_assignment a ON a.user_id = u.id AND a.company_id = u.company_id
  AND a.valid_from <= %(at)s AND (a.valid_until IS NULL OR a.valid_until > %(at)s)
  AND a.scope_kind IN ('company', 'site')
LEFT JOIN kernel_role r ON r.id = a.role_id AND r.company_id = a.company_id
WHERE u.id = ANY(%(ids)s) AND u.company_id = %(company)s AND u.is_active AND NOT u.is_machine
"""
_AWAY = """
SELECT person_id, role, person_name FROM approvals_absence
WHERE delegate_id = %(person)s AND company_id = %(company)s AND state = 'in_force'
  AND first_day <= %(day)s AND last_day >= %(day)s
"""


def standings(people: Sequence[UUID]) -> Mapping[UUID, Standing]:
    """Active persons of the company with their posts; one statement."""
    found: dict[UUID, tuple[str, set[tuple[str, UUID | None]]]] = {}
    rows = fetch(_POSTS, {"ids": list(people), "company": current_company_id(), "at": now()})
    for key, name, role, kind, scope in rows:
        posts = found.setdefault(key, (name, set()))[1]
        if role is not None:
            posts.add((role, None if kind == "company" else scope))
    return {key: Standing(key, name, frozenset(posts)) for key, (name, posts) in found.items()}


def standing_of(person_id: UUID) -> Standing | None:
    """A person with their posts, qualifications and those they stand for today; three statements."""
    found = standings([person_id]).get(person_id)
    if found is None:
        return None
    today = site_today()
    away = fetch(_AWAY, {"person": person_id, "company": current_company_id(), "day": today})
    return Standing(found.id, found.name, found.posts, known().qualified(person_id, today),
                    {(key, role): name for key, role, name in away})  # fmt: skip


@dataclass(frozen=True)
class AbsenceFacts:
    """An absence with both persons as they stand now."""

    role: str
    site_id: UUID
    last_day: date
    person: Standing | None
    delegate: Standing | None
    actor_id: UUID | None


def load_absences(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, AbsenceFacts]:
    """Facts of absences; two statements."""
    del locks
    rows = fetch("SELECT id, role, site_id, last_day, person_id, delegate_id FROM approvals_absence "
                 "WHERE id = ANY(%s) AND company_id = %s", [list(ids), company_id])  # fmt: skip
    people = standings([key for row in rows for key in row[4:6]])
    return {
        key: AbsenceFacts(role, site_id, last_day, people.get(person), people.get(delegate), acting_user_id())
        for key, role, site_id, last_day, person, delegate in rows
    }


@dataclass(frozen=True)
class TaskAsked(Asked):
    """One task of a case with who is asked, who answered and what happens in time; `state` is what it has come to."""

    role: str
    person_id: UUID | None
    person_name: str
    opened_at: datetime | None
    due_at: datetime | None
    voter_id: UUID | None
    """Who agreed or rejected."""
    voter_name: str
    behalf_of_name: str
    is_open: bool


@dataclass(frozen=True)
class CaseFacts:
    """A case with all that was asked; `actor_id` is who acts, None on pages."""

    id: UUID
    number: str
    state: str
    site_id: UUID
    submitter_id: UUID
    makers: frozenset[UUID]
    reminded_at: datetime | None
    tasks: tuple[TaskAsked, ...]
    actor_id: UUID | None


@dataclass(frozen=True)
class TaskFacts:
    """One task in its case, and the person who acts; None on pages, where nobody does."""

    id: UUID
    case: CaseFacts
    own: TaskAsked
    through: frozenset[UUID]
    qualification: str
    timed_out_at: datetime | None
    next: Standing | None
    actor: Standing | None


_LOCK_CASES = """
SELECT id FROM approvals_case WHERE company_id = %(company)s AND id IN (
  SELECT case_id FROM approvals_task WHERE id = ANY(%(ids)s) AND company_id = %(company)s) ORDER BY id FOR NO KEY UPDATE
"""
_CASES_OF = "SELECT DISTINCT case_id FROM approvals_task WHERE id = ANY(%s) AND company_id = %s"
_CASES = """
SELECT id, number, state, site_id, created_by_id, makers::text, reminded_at FROM approvals_case
WHERE id = ANY(%s) AND company_id = %s
"""
_TASKS = """
SELECT t.case_id, t.id, t.step, t.turn, t.rule, t.seat, t.parent_seat, t.origin,
       coalesce(nullif(t.answer, ''), t.state), t.role, t.person_id, t.person_name,
       t.opened_at, t.due_at, v.actor_id, coalesce(v.actor_name, ''), t.behalf_of_name, t.is_open
FROM approvals_task t
LEFT JOIN LATERAL (
  SELECT x.actor_id, x.actor_name FROM kernel_transition x
  WHERE x.document_id = t.id AND x.company_id IS NOT DISTINCT FROM t.company_id AND x.transition IN ('agree', 'reject')
  ORDER BY x.id DESC LIMIT 1
) v ON true
WHERE t.case_id = ANY(%s) AND t.company_id = %s ORDER BY t.case_id, t.step, t.turn, t.id
"""


def cases_with_tasks(company_id: UUID, ids: Sequence[UUID]) -> Mapping[UUID, CaseFacts]:
    """Cases with everything asked in them; two statements."""
    tasks: dict[UUID, list[TaskAsked]] = {}
    for case_id, *columns in fetch(_TASKS, [list(ids), company_id]):
        tasks.setdefault(case_id, []).append(TaskAsked(*columns))
    return {
        key: CaseFacts(key, number, state, site_id, submitter, frozenset(_ids(makers)), reminded,
                       tuple(tasks.get(key, ())), acting_user_id())
        for key, number, state, site_id, submitter, makers, reminded in fetch(_CASES, [list(ids), company_id])
    }  # fmt: skip


def load_cases(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, CaseFacts]:
    """Facts of cases; two statements. The engine holds the case itself."""
    del locks
    return cases_with_tasks(company_id, ids)


def load_tasks(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, TaskFacts]:
    """Facts of tasks; votes in one case wait for each other. Four statements, four more for whoever acts."""
    if ApprovalTask in locks:
        fetch(_LOCK_CASES, {"ids": list(ids), "company": company_id})
    cases = cases_with_tasks(company_id, [key for (key,) in fetch(_CASES_OF, [list(ids), company_id])])
    rows = list(ApprovalTask.objects.filter(pk__in=ids))
    actor_id = acting_user_id()
    actor = standing_of(actor_id) if actor_id is not None else None
    next_ids = [row.next_id for row in rows if row.next_id is not None]
    following = standings(next_ids) if actor_id is not None and next_ids else {}
    found = {}
    for row in rows:
        case = cases[row.case_id]
        own = next(task for task in case.tasks if task.id == row.pk)
        found[row.pk] = TaskFacts(row.pk, case, own, frozenset(_ids(row.through)), row.qualification,
                                  row.timed_out_at, following.get(row.next_id) if row.next_id else None,
                                  actor)  # fmt: skip
    return found


def _ids(stored: object) -> list[UUID]:
    """The keys in a JSON list, or in its text."""
    values = stored if isinstance(stored, list) else str(stored).strip("[] ").replace('"', "").split(",")
    return [UUID(str(value).strip()) for value in values if str(value).strip()]


@dataclass(frozen=True)
class LatestCase:
    """The last case about a move of a document."""

    id: UUID
    number: str
    state: str
    content_hash: str
    submitter_id: UUID
    releaser_differs: bool
    waiting_for: tuple[tuple[str, str], ...]
    """Post and, where one is named, person of each who is asked now."""
    since: datetime | None


_LATEST = """
SELECT c.id, c.number, c.state, c.content_hash, c.created_by_id, p.releaser_differs, t.role, t.person_name, t.opened_at
FROM approvals_case c
CROSS JOIN LATERAL (SELECT releaser_differs FROM approvals_policy x
                    WHERE x.id = c.policy_id AND x.company_id = c.company_id LIMIT 1) p
LEFT JOIN approvals_task t ON t.case_id = c.id AND t.company_id = c.company_id AND t.is_open AND t.state = 'pending'
WHERE c.company_id = %(company)s AND c.id = (
  SELECT x.id FROM approvals_case x
  WHERE x.document_id = %(document)s AND x.subject = %(subject)s AND x.company_id = %(company)s
  ORDER BY x.id DESC LIMIT 1)
ORDER BY t.turn
"""


def latest_case(subject: str, document_id: UUID) -> LatestCase | None:
    """The last case about a move of a document; one statement."""
    rows = fetch(_LATEST, {"company": current_company_id(), "document": document_id, "subject": subject})
    if not rows:
        return None
    waiting = tuple((row[6], row[7]) for row in rows if row[6] is not None)
    key, number, state, content_hash, submitter_id, releaser_differs = rows[0][:6]
    since = min((row[8] for row in rows if row[8] is not None), default=None)
    return LatestCase(key, number, state, content_hash, submitter_id, releaser_differs, waiting, since)


_MAKERS = """
SELECT DISTINCT a.actor_id FROM kernel_change c
CROSS JOIN LATERAL (SELECT actor_id FROM kernel_act x WHERE x.id = c.transaction_id AND x.company_id = %(company)s
                    LIMIT 1) a
WHERE c.row_id = %(document)s AND c.company_id = %(company)s AND NOT EXISTS (
  SELECT FROM kernel_transition t
  WHERE t.document_id = c.row_id AND t.transaction_id = c.transaction_id
    AND t.company_id IS NOT DISTINCT FROM c.company_id)
"""


def makers_of(document_id: UUID) -> frozenset[UUID]:
    """Everybody who wrote a document; moves of it are no writing. One statement."""
    rows = fetch(_MAKERS, {"company": current_company_id(), "document": document_id})
    return frozenset(key for (key,) in rows)


@dataclass(frozen=True)
class CaseAbout:
    """Which document a case is about."""

    subject: str
    document_id: UUID
    amount: Decimal


def about(case_id: UUID) -> CaseAbout:
    """What a case is about; one statement."""
    row = ApprovalCase.objects.values_list("subject", "document_id", "amount").get(pk=case_id)
    return CaseAbout(*row)
