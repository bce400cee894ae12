"""Reads of alerts: facts of their gates, the settings in force, who holds which post."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from meridian.alerts.declared import ANSWER_DAYS, AlertRule, rule_of
from meridian.alerts.models import Alert, AlertSetting
from meridian.alerts.vocabulary import POSTS, SettingState
from meridian.kernel.clock import now
from meridian.kernel.context import acting_user_id, current_company_id
from meridian.kernel.declare import Locks
from meridian.kernel.permission import COMPANY_SCOPE
from meridian.kernel.sql import array_text, fetch


@dataclass(frozen=True)
class AlertFacts:
    """An alert as its gates see it."""

    owner_id: UUID
    due_on: date | None
    ignore_until: date | None
    answer_days: int
    concerned_posts: tuple[str, ...]
    actor_id: UUID | None
    """Who acts; None on pages, where nobody does."""
    actor_posts: frozenset[str]


_POSTS_OF = """
SELECT r.code FROM kernel_role_assignment a
JOIN kernel_role r ON r.id = a.role_id AND r.company_id = a.company_id
WHERE a.user_id = %s AND a.company_id = %s AND a.valid_from <= %s AND (a.valid_until IS NULL OR a.valid_until > %s)
"""


def load_alerts(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, AlertFacts]:
    """Facts of alerts; two statements, one more in an act."""
    del locks
    actor, at = acting_user_id(), now()
    posts = frozenset(row[0] for row in fetch(_POSTS_OF, [actor, company_id, at, at])) if actor else frozenset()
    settings = settings_in_force()
    found = {}
    for alert in Alert.objects.filter(pk__in=ids):
        rule = rule_of(alert.rule)
        setting = settings.get(alert.rule)
        found[alert.pk] = AlertFacts(
            owner_id=alert.owner_id,
            due_on=alert.due_on,
            ignore_until=alert.ignore_until,
            answer_days=answer_days(rule, setting),
            concerned_posts=chain(rule, setting),
            actor_id=actor,
            actor_posts=posts,
        )
    return found


@dataclass(frozen=True)
class SettingFacts:
    """A setting as its gates see it."""

    says_something: bool
    escalate_to: str
    muted_until: date | None


def load_settings(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, SettingFacts]:
    """Facts of settings; one statement."""
    del company_id, locks
    return {
        row.pk: SettingFacts(
            says_something=bool(row.answer_days or row.escalate_to or row.muted_until),
            escalate_to=row.escalate_to,
            muted_until=row.muted_until,
        )
        for row in AlertSetting.objects.filter(pk__in=ids)
    }


def settings_in_force() -> Mapping[str, AlertSetting]:
    """By rule, what the company set last; one statement."""
    rows = AlertSetting.objects.filter(state=SettingState.IN_FORCE).order_by("effective_at", "pk")
    return {row.rule: row for row in rows}


def chain(rule: AlertRule | None, setting: AlertSetting | None) -> tuple[str, ...]:
    """The posts an alert goes to in turn."""
    owners = tuple(rule.owners) if rule is not None else ()
    return (*owners[:1], setting.escalate_to) if setting is not None and setting.escalate_to else owners


def answer_days(rule: AlertRule | None, setting: AlertSetting | None) -> int:
    """In how many days an alert is to be answered."""
    if setting is not None and setting.answer_days:
        return setting.answer_days
    return rule.answer_days if rule is not None else ANSWER_DAYS


@dataclass(frozen=True)
class Holder:
    """A person who holds a post; `site_id` None: everywhere in the company."""

    person_id: UUID
    name: str
    post: str
    site_id: UUID | None


_HOLDERS = """
SELECT DISTINCT u.id, u.name, r.code, CASE WHEN a.scope_kind = %(company_wide)s THEN NULL ELSE a.scope_id END,
       u.username
FROM kernel_role_assignment a
JOIN kernel_user u ON u.id = a.user_id AND u.company_id = a.company_id AND u.is_active AND NOT u.is_machine
JOIN kernel_role r ON r.id = a.role_id AND r.company_id = a.company_id AND r.code = ANY(%(posts)s::text[])
WHERE a.company_id = %(company)s AND a.scope_kind IN (%(company_wide)s, 'site')
  AND a.valid_from <= %(at)s AND (a.valid_until IS NULL OR a.valid_until > %(at)s)
ORDER BY u.username, r.code
"""


def holders() -> Sequence[Holder]:
    """Who could own an alert now, by sign-in name; one statement."""
    asked = {"company": current_company_id(), "posts": array_text(POSTS), "at": now(), "company_wide": COMPANY_SCOPE}
    return [Holder(*row[:4]) for row in fetch(_HOLDERS, asked)]
