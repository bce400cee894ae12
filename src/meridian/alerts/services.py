"""What moves of an alert do to it, and what a setting does when it takes force."""

from datetime import timedelta

from meridian.alerts.models import Alert, AlertSetting
from meridian.alerts.queries import AlertFacts, SettingFacts
from meridian.kernel.work import Work

RESOLVED_QUIET_DAYS = 7
"""So long a cause may outlast its resolution before it is told again."""


def take(work: Work[Alert, AlertFacts]) -> None:
    """Who claims it owns it, and has until the day it warns of, or the usual days, whichever is later."""
    today, due = work.moment.site_day, work.document.due_on
    usual = today + timedelta(days=work.facts.answer_days)
    posts = [post for post in work.facts.concerned_posts if post in work.facts.actor_posts]
    work.set(
        owner_id=work.actor.user_id,
        owner_name=work.actor.name,
        owner_post=posts[0] if posts else work.document.owner_post,
        respond_by=max(usual, due) if due else usual,
    )


def rest_resolved(work: Work[Alert, AlertFacts]) -> None:
    """Nobody is told again for a week, unless the stage rises."""
    work.set(quiet_until=work.moment.site_day + timedelta(days=RESOLVED_QUIET_DAYS))


def rest_ignored(work: Work[Alert, AlertFacts]) -> None:
    """Nobody is told again until the day that was written down has passed."""
    work.set(quiet_until=work.document.ignore_until)


def wake(work: Work[Alert, AlertFacts]) -> None:
    """It waits for an answer again."""
    days = timedelta(days=work.facts.answer_days)
    work.set(quiet_until=None, ignore_until=None, respond_by=work.moment.site_day + days)


def put_setting_into_force(work: Work[AlertSetting, SettingFacts]) -> None:
    """It counts from now on."""
    work.set(effective_at=work.moment.instant)
