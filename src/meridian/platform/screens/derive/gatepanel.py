"""The preconditions of the next step, judged by the very gates of `perform()`: for one record or a page of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meridian.kernel import clock, steps
from meridian.kernel.clock import Moment
from meridian.kernel.findings import Finding, FindingKind
from meridian.kernel.models import Waiver
from meridian.kernel.registry import AnyDocumentType, AnyTransition, registry
from meridian.platform.screens.derive import gaterows
from meridian.platform.screens.derive.reader import Reader
from meridian.platform.screens.view import GateCount, GatePanel, GateRow

NO_LOCKS: frozenset[Any] = frozenset()
"""Pages read; they lock nothing."""
TOLD_MAX, REMEDIES_MAX = 5, 2
"""Figures and cures one condition shows at once; a document of a thousand lines may break it a thousand times."""


@dataclass(frozen=True)
class Judged:
    """What stands in the way of one transition of one record."""

    transition: AnyTransition
    rows: tuple[GateRow, ...]
    explain_codes: tuple[str, ...]

    @property
    def blocking(self) -> int:
        """How many conditions must still be met."""
        return sum(row.kind in ("must", "wait") for row in self.rows)

    @property
    def met(self) -> int:
        """How many hold, or are waived."""
        return sum(row.kind in ("pass", "waived") for row in self.rows)


def steps_from(declared: AnyDocumentType, state: str) -> list[AnyTransition]:
    """The transitions offered as buttons in this state, in the order they are declared."""
    return [each for each in declared.transitions.values() if state in each.source and not each.remedy_only]


def next_step(declared: AnyDocumentType, state: str, may: Callable[[AnyTransition], object]) -> AnyTransition | None:
    """The step that leads on from a state and does no harm: the first that the reader may make, else the first."""
    offered = [each for each in steps_from(declared, state) if each.primary and not each.danger]
    return next((each for each in offered if may(each)), offered[0] if offered else None)


def next_step_of(reader: Reader, declared: AnyDocumentType, document: Any) -> AnyTransition | None:
    """The next step of a record for this reader."""
    return next_step(declared, document.state, lambda each: reader.role_for(each, document))


def moment_of(site_id: UUID) -> Moment:
    """Now, at a site."""
    return Moment.at(clock.now(), registry.providers.site_zone(site_id))


def judge_one(
    transition: AnyTransition, document: Any, reader: Reader, done: Iterable[str] | None = None
) -> Judged:  # fmt: skip
    """Everything asked in step 6 of the engine, without locks or consequences; `done`: as for the second person."""
    declared = transition.document
    moment = moment_of(document.site_id)
    facts = declared.load(document.company_id, [document.pk], NO_LOCKS)[document.pk]
    asked = steps.judge(transition, document, facts, moment, {})
    rows = [
        gaterows.row_of(finding, reader, {}, declared, document)
        for finding in [
            *steps.second_person(transition, document, reader.actor, done),
            *registry.providers.approvals(transition, document.pk, reader.actor),
        ]
    ]
    waived = gaterows.waivers_in_words(finding for entry in asked for finding in entry.findings)
    explain: list[str] = []
    for entry in asked:
        if not entry.findings:
            rows.append(GateRow(kind="pass", sentence=entry.gate.sentence, code=entry.gate.code, law=entry.gate.law))
            continue
        rows.extend(_rows_of(entry.findings, reader, declared, document, waived))
        if any(finding.kind is FindingKind.EXPLAIN for finding in entry.findings):
            explain.append(entry.gate.code)
    rows.sort(key=lambda row: gaterows.ORDER.index(row.kind))
    return Judged(transition=transition, rows=tuple(rows), explain_codes=tuple(explain))


def _rows_of(
    findings: Sequence[Finding], reader: Reader, declared: AnyDocumentType, document: Any, waived: Mapping[UUID, str]
) -> list[GateRow]:
    """One row for each gate and kind: the sentence once, the figures of all its findings below."""
    by_kind: dict[FindingKind, list[GateRow]] = {}
    for finding in findings:
        by_kind.setdefault(finding.kind, []).append(gaterows.row_of(finding, reader, waived, declared, document))
    return [_merged(rows) for rows in by_kind.values()]


def _merged(rows: Sequence[GateRow]) -> GateRow:
    told = list(dict.fromkeys(str(row.evidence) for row in rows))
    more = len(told) - TOLD_MAX
    words = told[0] if len(told) == 1 else _("；").join(each.rstrip("。.") for each in told[:TOLD_MAX])
    if more > 0:
        words = ngettext("%(some)s；另有 %(n)s 处", "%(some)s；另有 %(n)s 处", more) % {"some": words, "n": more}
    remedies = tuple(dict.fromkeys(link for row in rows for link in row.remedies))
    return replace(rows[0], evidence=words, remedies=remedies[:REMEDIES_MAX])


def panel(judged: Judged, recheck_url: str) -> GatePanel | None:
    """The gate panel; None when the step asks for nothing."""
    if not judged.rows:
        return None
    label = judged.transition.label
    must = sum(row.kind == "must" for row in judged.rows)
    waiting = sum(row.kind == "wait" for row in judged.rows)
    explain = sum(row.kind == "explain" for row in judged.rows)
    parts = [
        ngettext("%(n)s 项必须处理", "%(n)s 项必须处理", must) % {"n": must} if must else "",
        ngettext("%(n)s 项等待", "%(n)s 项等待", waiting) % {"n": waiting} if waiting else "",
        ngettext("%(n)s 项需说明", "%(n)s 项需说明", explain) % {"n": explain} if explain else "",
    ]
    missing = judged.blocking
    blocked = ngettext("还差 %(n)s 项才能%(action)s", "还差 %(n)s 项才能%(action)s", missing)
    sentence = blocked % {"n": missing, "action": label} if missing else _("可以%(action)s") % {"action": label}
    return GatePanel(
        met=judged.met,
        total=len(judged.rows),
        sentence=sentence,
        split=" · ".join(part for part in parts if part),
        rows=judged.rows,
        recheck_url=recheck_url,
    )


def counts(declared: AnyDocumentType, rows: Sequence[Mapping[str, Any]], reader: Reader) -> dict[UUID, GateCount]:
    """The mini gate of each row of a page, for the reader's own next step.

    The facts are loaded in one go, the waivers in one statement. Rows hold `id`, `state`, `site_id`, `company_id`;
    those whose state leads nowhere have none.
    """
    steps_by_state = {state: next_step(declared, state, reader.may_make) for state in {row["state"] for row in rows}}
    asked = {state: (step, gates) for state, step in steps_by_state.items()
             if step is not None and (gates := registry.gates_of(step))}  # fmt: skip
    planned = {row["id"]: row for row in rows if row["state"] in asked}
    if not planned:
        return {}
    moments = {site_id: moment_of(site_id) for site_id in {row["site_id"] for row in planned.values()}}
    ready = {state: _("可%(action)s") % {"action": step.label} for state, (step, _gates) in asked.items()}
    loaded = declared.load(rows[0]["company_id"], list(planned), NO_LOCKS)
    unmet: dict[UUID, list[tuple[str, Sequence[Decimal], Moment]]] = {}
    for key, row in planned.items():
        facts, moment = loaded[key], moments[row["site_id"]]
        for gate in asked[row["state"]][1]:
            breaches = gate(facts, moment)
            if breaches:
                wanted = [Decimal(b.waivable_quantity) for b in breaches if b.waivable_quantity is not None]
                unmet.setdefault(key, []).append((gate.code if gate.waivable_by else "", wanted, moment))
    waived = _waived(unmet)
    return {
        key: GateCount(
            met=(total := len(asked[row["state"]][1])) - len(unmet.get(key, ())) + waived.get(key, 0),
            total=total,
            ready=ready[row["state"]],
        )
        for key, row in planned.items()
    }


def _waived(unmet: Mapping[UUID, Sequence[tuple[str, Sequence[Decimal], Moment]]]) -> dict[UUID, int]:
    """How many unmet gates of each record a waiver in force covers."""
    codes = {code for entries in unmet.values() for code, _wanted, _moment in entries if code}
    if not codes:
        return {}
    found = Waiver.objects.filter(subject_id__in=list(unmet), gate_code__in=codes, state=steps.WAIVER_IN_FORCE)
    in_force: dict[UUID, list[Waiver]] = {}
    for waiver in found:
        in_force.setdefault(waiver.subject_id, []).append(waiver)
    return {
        key: sum(steps.fitting_waiver(in_force[key], *entry) is not None for entry in unmet[key]) for key in in_force
    }
