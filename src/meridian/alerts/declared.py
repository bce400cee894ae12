"""Rules as their modules declare them: what finds the things to warn of, and who is told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from meridian.alerts.vocabulary import Severity, Stage
from meridian.kernel.messages import Message, Text

ANSWER_DAYS = 3
BY_STAGE: Mapping[int | None, Severity] = {
    Stage.DAYS_90: Severity.NOTICE,
    Stage.DAYS_60: Severity.NOTICE,
    Stage.DAYS_30: Severity.WARNING,
}
"""Nearer than thirty days weighs as critical."""


@dataclass(frozen=True)
class Condition:
    """One thing a rule found. Neither sentence may hold a figure that changes by the day: the stage says how near."""

    subject_type: str
    """The code of a document type, or `lot`, `job`."""
    subject_id: UUID
    subject_number: str
    site_id: UUID
    fact: Message
    consequence: Message
    url: str
    """Where it is put right."""
    due_on: date | None = None
    stage: int | None = None


@dataclass(frozen=True)
class AlertRule:
    """What is warned of. `find(today)` is asked in the scope of each company and answers all of it, set-based."""

    code: str
    label: Text
    owners: Sequence[str]
    """The post whose holder owns what is found; then those it goes to in turn when nobody answers in time."""
    find: Callable[[date], Sequence[Condition]]
    verb: Text = field(default=_("查看"))
    severities: Mapping[int | None, Severity] = field(default_factory=lambda: BY_STAGE)
    answer_days: int = ANSWER_DAYS
    """Unclaimed for so many days, or past the day it was to be done, it goes to the next post."""

    def severity(self, stage: int | None) -> Severity:
        """How much a condition at this stage weighs."""
        return self.severities.get(stage, Severity.WARNING if stage is None else Severity.CRITICAL)


_rules: dict[str, AlertRule] = {}


def provide_rules(rules: Sequence[AlertRule]) -> None:
    """Hands the rules of all modules in; called once, by the site. Raises ValueError for two rules of one code."""
    if len({rule.code for rule in rules}) < len(rules):
        raise ValueError("two alert rules have one code")
    _rules.clear()
    _rules.update({rule.code: rule for rule in rules})


def rules() -> Sequence[AlertRule]:
    """Every rule, in the order the site names them."""
    return tuple(_rules.values())


def rule_of(code: str) -> AlertRule | None:
    """The rule of a code; None for one this release does not know."""
    return _rules.get(code)


def rule_choices() -> list[tuple[str, Text]]:
    """Codes and words of the rules."""
    return [(rule.code, rule.label) for rule in _rules.values()]
