"""Open alerts as a person sees them: grouped by rule and stage, what weighs most and is due first on top."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from meridian.alerts.declared import rule_of, rules
from meridian.alerts.documents import AlertDocument
from meridian.alerts.models import Alert
from meridian.alerts.queries import chain, settings_in_force
from meridian.alerts.vocabulary import OPEN, Severity, Stage
from meridian.kernel.messages import Text
from meridian.platform.screens.derive import addresses
from meridian.platform.screens.view import Tone

READ_MAX = 2_000
NAMED_MAX = 3
TONES: Mapping[str, Tone] = {Severity.CRITICAL: "bad", Severity.WARNING: "warn", Severity.NOTICE: "info"}
WEIGHT = {severity.value: place for place, severity in enumerate(Severity)}
_COLUMNS = (
    "id", "number", "rule", "severity", "stage", "fact", "consequence", "url", "due_on", "subject_number", "owner_id",
    "owner_name", "state", "respond_by",
)  # fmt: skip

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Group:
    """Open alerts of one rule at one stage, of the same severity."""

    rule: str
    stage: int | None
    severity: str
    rows: Sequence[Row]

    @property
    def tone(self) -> Tone:
        """How its dot is coloured."""
        return TONES.get(self.severity, "warn")

    @property
    def due_on(self) -> date | None:
        """The first day among its alerts."""
        return min((row["due_on"] for row in self.rows if row["due_on"]), default=None)

    @property
    def fact(self) -> str:
        """What stands: the one fact, or how many."""
        if len(self.rows) == 1:
            return str(self.rows[0]["fact"])
        rule = rule_of(self.rule)
        words = {"rule": rule.label if rule else self.rule, "n": len(self.rows)}
        if self.stage is None:
            return _("%(rule)s：%(n)s 项") % words
        return _("%(rule)s：%(n)s 项 · %(stage)s") % {**words, "stage": Stage(self.stage).label}

    @property
    def consequence(self) -> str:
        """What follows, or which are meant."""
        if len(self.rows) == 1:
            return str(self.rows[0]["consequence"])
        named = _("、").join(row["subject_number"] for row in self.rows[:NAMED_MAX])
        return named if len(self.rows) <= NAMED_MAX else _("%(named)s 等") % {"named": named}

    @property
    def url(self) -> str:
        """The one alert, or the list that shows them all."""
        if len(self.rows) == 1:
            return addresses.page_url(AlertDocument, self.rows[0]["id"])
        query = {"rule": self.rule} | ({} if self.stage is None else {"stage": str(self.stage)})
        return addresses.list_url(AlertDocument, **query)

    @property
    def verb(self) -> Text:
        """What to do about it, in a word."""
        rule = rule_of(self.rule)
        return rule.verb if rule else _("查看")


def grouped(rows: Sequence[Row]) -> Sequence[Group]:
    """Rows as groups, in the order they should be read."""
    found: dict[tuple[str, int | None, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row["rule"], row["stage"], row["severity"]), []).append(row)
    groups = [Group(*key, rows=members) for key, members in found.items()]
    return sorted(groups, key=lambda group: (WEIGHT.get(group.severity, 9), group.due_on or date.max, group.rule))


def concerning(person_id: UUID, posts: frozenset[str], *, everything: bool = False) -> Sequence[Row]:
    """Open alerts a person owns, or that go to a post they hold; two statements."""
    concerned = Q() if everything else Q(owner_id=person_id) | Q(rule__in=_rules_of(posts))
    rows = Alert.objects.filter(concerned, state__in=OPEN).order_by("due_on", "pk")
    return list(rows.values(*_COLUMNS)[:READ_MAX])


def _rules_of(posts: frozenset[str]) -> list[str]:
    settings = settings_in_force()
    return [rule.code for rule in rules() if posts & {*chain(rule, settings.get(rule.code))}]
