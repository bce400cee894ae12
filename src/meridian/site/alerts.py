"""Which rules this site warns by, and what a person's first page says of it."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from meridian.alerts import own_rules
from meridian.alerts.declared import AlertRule
from meridian.alerts.overview import concerning, grouped, todos
from meridian.competence import alerts as competence
from meridian.inspection import alerts as inspection
from meridian.inventory import alerts as inventory
from meridian.items import alerts as items
from meridian.organization import alerts as organization
from meridian.organization.vocabulary import Role
from meridian.parties import alerts as parties
from meridian.platform.jobs.health import alarms
from meridian.platform.screens.view import Todo
from meridian.purchasing import alerts as purchasing
from meridian.sales import alerts as sales
from meridian.site import job_alerts

ALERT_RULES: Sequence[AlertRule] = (
    *parties.RULES,
    *organization.RULES,
    *competence.RULES,
    *items.RULES,
    *inventory.RULES,
    *inspection.RULES,
    *purchasing.RULES,
    *sales.RULES,
    *own_rules.RULES,
    *job_alerts.RULES,
)
"""A rule more is declared in its owner's module and named here."""

WATCH = "alerts"
"""The job that raises alerts; its own silence is told without it."""
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN.value, Role.SECURITY_ADMIN.value, Role.QUALITY_HEAD.value})


def alerts(person_id: UUID, posts: frozenset[str]) -> Sequence[Todo]:
    """What this person is warned of; the auditor sees all of it. Three statements, two more for administrators."""
    rows = concerning(person_id, posts, everything=Role.AUDITOR.value in posts)
    return [*(_silent_watch() if posts & ADMINISTRATORS else ()), *todos(grouped(rows))]


def _silent_watch() -> Sequence[Todo]:
    return [
        Todo(
            label=_("预警巡查已停止 %(minutes)s 分钟，以下预警可能不全") % {"minutes": int(alarm.silent_seconds // 60)},
            url="/system/jobs", context=alarm.told or _("请检查后台进程。"), tone="bad",
        )
        for alarm in alarms() if alarm.name == WATCH
    ]  # fmt: skip
