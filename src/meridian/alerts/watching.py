"""The watch: asks every rule what stands now and brings the alerts of a company in line with it.

It may be killed anywhere and run twice: what is new is raised, what rose or waited too long is told again, what is gone
is cleared, and what is the same is left alone.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from meridian.alerts.declared import AlertRule, Condition, rule_of, rules
from meridian.alerts.documents import AlertDocument
from meridian.alerts.machine import machine_of
from meridian.alerts.models import Alert, AlertSetting, Telling
from meridian.alerts.owners import Owners
from meridian.alerts.queries import Holder, answer_days, chain, holders, settings_in_force
from meridian.alerts.vocabulary import OPEN, QUIET, AlertState, TellingKind
from meridian.alerts.wording import stored_form
from meridian.kernel.act import OpenAct, open_act
from meridian.kernel.clock import now
from meridian.kernel.context import Actor, in_company
from meridian.kernel.engine import Command, perform
from meridian.kernel.findings import Refused
from meridian.kernel.registry import registry
from meridian.kernel.sql import fetch, insert_rows, update_rows
from meridian.kernel.values.identity import uuid7

logger = logging.getLogger(__name__)

_COMPANIES = "SELECT DISTINCT company_id FROM kernel_user WHERE is_active AND NOT is_machine ORDER BY company_id"
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 41))"
_NUMBERS = """
INSERT INTO kernel_counter (id, company_id, series, period, value) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (series, period, company_id) DO UPDATE SET value = kernel_counter.value + excluded.value RETURNING value
"""
Key = tuple[str, UUID]


class RuleFailedError(Exception):
    """A rule could not be asked; the others were. The message names the first."""


def watch_all() -> str:
    """Every company in turn; how many alerts were raised and cleared. Raises RuleFailedError after all the others."""
    totals: Counter[str] = Counter()
    failed: list[str] = []
    for (company_id,) in fetch(_COMPANIES):
        done = watch(company_id)
        totals.update(raised=done.raised, cleared=done.cleared)
        failed += done.failed
    if failed:
        raise RuleFailedError(", ".join(dict.fromkeys(failed)))
    return f"+{totals['raised']} -{totals['cleared']}"


@dataclass
class Watched:
    """What one watch of one company did."""

    raised: int = 0
    changed: int = 0
    returned: int = 0
    cleared: int = 0
    failed: list[str] = field(default_factory=list)


@dataclass
class _Watch:
    """One company at one moment: what stands, what is known of it, who can be told."""

    actor: Actor
    today: date
    found: Mapping[Key, Condition]
    asked: frozenset[str]
    settings: Mapping[str, AlertSetting]
    owners: Owners
    tellings: list[dict[str, Any]] = field(default_factory=list)

    def is_muted(self, rule: str) -> bool:
        setting = self.settings.get(rule)
        return setting is not None and setting.muted_until is not None and setting.muted_until >= self.today

    def respond_by(self, rule: AlertRule | None, code: str) -> date:
        return self.today + timedelta(days=answer_days(rule, self.settings.get(code)))

    def tell(self, kind: TellingKind, alert: Mapping[str, Any]) -> None:
        self.tellings.append({
            "id": uuid7(), "alert_id": alert["id"], "alert_number": alert["number"], "rule": alert["rule"],
            "kind": kind.value, "stage": alert["stage"], "severity": alert["severity"],
            "person_id": alert["owner_id"], "person_name": alert["owner_name"], "post": alert["owner_post"],
        })  # fmt: skip

    def keep_tellings(self, act: OpenAct) -> None:
        if self.tellings:
            shared = {"transaction_id": act.transaction_id, "company_id": self.actor.company_id, "day": self.today,
                      "at": act.instant}  # fmt: skip
            insert_rows(Telling, self.tellings, shared)
            self.tellings.clear()


def today_of_company() -> date:
    """The day it is for the company in scope."""
    return now().astimezone(registry.providers.company_zone()).date()


def watch(company_id: UUID) -> Watched:
    """Brings one company's alerts in line with what its rules find now."""
    actor = machine_of(company_id)
    done = Watched()
    with in_company(company_id):
        today = today_of_company()
        found = _ask(today, done)
        asked = frozenset(rule.code for rule in rules()) - frozenset(done.failed)
        watched = _Watch(actor, today, found, asked, settings_in_force(), Owners(holders()))
        if not watched.owners.holders:
            return done
        with open_act(actor, reason=_("预警巡查")) as act:
            fetch(_LOCK, [str(company_id)])
            alerts = _known()
            watched.owners.load.update(alert["owner_id"] for alert in alerts.values() if alert["state"] in OPEN)
            done.changed = _change(watched, alerts)
            done.raised = _raise(watched, alerts, act)
            watched.keep_tellings(act)
        done.returned = sum(_return(watched, alert) for alert in alerts.values() if _is_due_back(watched, alert))
        done.cleared = sum(_clear(watched, alert) for key, alert in alerts.items() if _is_gone(watched, key))
    return done


def _ask(today: date, done: Watched) -> Mapping[Key, Condition]:
    """All that stands now, by rule and thing; of two conditions of one thing the nearer counts."""
    found: dict[Key, Condition] = {}
    for rule in rules():
        try:
            conditions = rule.find(today)
        except Exception:  # what is wrong with one rule must not silence the others
            logger.exception("alert rule %s failed", rule.code)
            done.failed.append(rule.code)
            continue
        for condition in sorted(conditions, key=lambda each: (each.due_on or date.max, each.subject_number)):
            found.setdefault((rule.code, condition.subject_id), condition)
    return found


_COLUMNS = (
    "id", "number", "state", "version", "rule", "subject_id", "site_id", "severity", "stage", "fact", "consequence",
    "url", "due_on", "subject_number", "owner_id", "owner_name", "owner_post", "level", "respond_by", "quiet_until",
)  # fmt: skip


def _known() -> dict[Key, dict[str, Any]]:
    """The company's alerts that are not cleared; one statement."""
    rows = Alert.objects.exclude(state=AlertState.CLEARED).order_by("pk").values(*_COLUMNS)
    kept = ({**row, "fact": row["fact"].stored, "consequence": row["consequence"].stored} for row in rows)
    return {(row["rule"], row["subject_id"]): row for row in kept}


def _told(rule: AlertRule, condition: Condition) -> dict[str, Any]:
    """What an alert says of its condition."""
    return {
        "severity": rule.severity(condition.stage).value,
        "stage": None if condition.stage is None else int(condition.stage),
        "subject_number": condition.subject_number,
        "fact": stored_form(condition.fact),
        "consequence": stored_form(condition.consequence),
        "url": condition.url,
        "due_on": condition.due_on,
    }


def _owned(owner: Holder) -> dict[str, Any]:
    return {"owner_id": owner.person_id, "owner_name": owner.name, "owner_post": owner.post}


def _raise(watched: _Watch, alerts: Mapping[Key, Any], act: OpenAct) -> int:
    """New alerts: three statements for one or a thousand."""
    new = [key for key in watched.found if key not in alerts and not watched.is_muted(key[0])]
    if not new:
        return 0
    period = AlertDocument.number.period(watched.today)
    [(last,)] = fetch(_NUMBERS, [uuid7(), watched.actor.company_id, AlertDocument.code, period, len(new)])
    rows = []
    for place, key in enumerate(new):
        condition, rule = watched.found[key], rule_of(key[0])
        assert rule is not None
        owner = watched.owners.next(chain(rule, watched.settings.get(rule.code)), 0, condition.site_id)
        row = {
            "id": uuid7(), "number": AlertDocument.number.text(watched.today, last - len(new) + 1 + place),
            "site_id": condition.site_id, "rule": rule.code, "subject_type": condition.subject_type,
            "subject_id": condition.subject_id, "respond_by": watched.respond_by(rule, rule.code),
            **_told(rule, condition), **_owned(owner),
        }  # fmt: skip
        rows.append(row)
        watched.tell(TellingKind.RAISED, row)
    shared = {
        "company_id": watched.actor.company_id, "state": AlertDocument.initial.value, "version": 1, "level": 0,
        "created_at": act.instant, "created_by_id": watched.actor.user_id, "created_by_name": watched.actor.name,
        "retention_class": AlertDocument.retention.code,
    }  # fmt: skip
    insert_rows(Alert, rows, shared)
    return len(rows)


def _change(watched: _Watch, alerts: Mapping[Key, dict[str, Any]]) -> int:
    """Open alerts whose condition changed, or whose owner did not answer or left; one statement for all of them."""
    rows = []
    for key, alert in alerts.items():
        if alert["state"] not in OPEN or watched.is_muted(key[0]):
            continue
        before = dict(alert)
        kind = _followed(watched, key, alert)
        kind = _handed_on(watched, key, alert) or kind
        if alert == before:
            continue
        alert["version"] += 1
        rows.append({name: alert[name] for name in _COLUMNS if name not in ("state", "number", "rule", "subject_id")})
        if kind is not None:
            watched.tell(kind, alert)
    if rows:
        update_rows(Alert, rows, watched.actor.company_id)
    return len(rows)


def _followed(watched: _Watch, key: Key, alert: dict[str, Any]) -> TellingKind | None:
    """Brings what the alert says up to its condition; told again where the stage rose."""
    condition, rule = watched.found.get(key), rule_of(key[0])
    if condition is None or rule is None:
        return None
    rose = _rose(alert, condition)
    alert.update(_told(rule, condition))
    if not rose:
        return None
    if alert["state"] == AlertState.NEW:
        alert["respond_by"] = watched.respond_by(rule, rule.code)
    return TellingKind.ROSE


def _rose(alert: Mapping[str, Any], condition: Condition) -> bool:
    was, is_now = alert["stage"], condition.stage
    return is_now is not None and (was is None or is_now < was)


def _handed_on(watched: _Watch, key: Key, alert: dict[str, Any]) -> TellingKind | None:
    """To somebody else where the owner left, to the next post where the day to answer has passed."""
    rule, setting = rule_of(key[0]), watched.settings.get(key[0])
    posts = chain(rule, setting)
    if not watched.owners.is_held_by(alert["owner_id"]):
        kind = TellingKind.HANDED_OVER
    elif alert["respond_by"] < watched.today and alert["level"] + 1 < len(posts):
        alert["level"] += 1
        kind = TellingKind.ESCALATED
    else:
        return None
    alert.update(_owned(watched.owners.next(posts, alert["level"], alert["site_id"])))
    alert["respond_by"] = watched.respond_by(rule, key[0])
    return kind


def _is_due_back(watched: _Watch, alert: Mapping[str, Any]) -> bool:
    key = (alert["rule"], alert["subject_id"])
    if alert["state"] not in QUIET or key not in watched.found or watched.is_muted(key[0]):
        return False
    is_over = alert["quiet_until"] is None or alert["quiet_until"] < watched.today
    return is_over or (alert["state"] == AlertState.RESOLVED and _rose(alert, watched.found[key]))


def _return(watched: _Watch, alert: dict[str, Any]) -> bool:
    """What was resolved or ignored, and still stands, waits for its owner again."""
    rule = rule_of(alert["rule"])
    assert rule is not None
    told = _told(rule, watched.found[(alert["rule"], alert["subject_id"])])
    try:
        with open_act(watched.actor, reason=_("原因仍在")) as act:
            perform(AlertDocument.come_back, Command(document_id=alert["id"]), actor=watched.actor)
            alert.update(told)
            update_rows(Alert, [{"id": alert["id"], **told}], watched.actor.company_id)
            watched.tell(TellingKind.RETURNED, alert)
            watched.keep_tellings(act)
    except Refused:  # somebody moved it meanwhile; the next watch sees it as it stands then
        return False
    return True


def _is_gone(watched: _Watch, key: Key) -> bool:
    """A rule that could not be asked clears nothing; one this release no longer has clears all."""
    return key not in watched.found and (key[0] in watched.asked or rule_of(key[0]) is None)


def _clear(watched: _Watch, alert: Mapping[str, Any]) -> bool:
    try:
        perform(AlertDocument.clear, Command(document_id=alert["id"], reason=_("原因已消除")), actor=watched.actor)
    except Refused:
        return False
    return True
