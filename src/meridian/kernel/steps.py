"""The engine's checks, in its order. Each stops at once or adds findings; none writes anything."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist

from meridian.kernel.clock import Moment
from meridian.kernel.context import Actor
from meridian.kernel.declare import DocumentType, F, Locks, M, Transition, column_field
from meridian.kernel.findings import Finding, FindingKind, Refused, refusal
from meridian.kernel.gates import Breach, Gate
from meridian.kernel.messages import Text, listed, message
from meridian.kernel.models import Document, TransitionRecord, Waiver
from meridian.kernel.permission import Grants, readable
from meridian.kernel.registry import registry

if TYPE_CHECKING:
    from meridian.kernel.engine import Command

WAIVER_IN_FORCE = "active"


@dataclass(frozen=True)
class AskedGate:
    """A gate that was asked and what it answered: kept with the transition, whatever the answer."""

    gate: Gate[Any]
    findings: tuple[Finding, ...]
    remark: str = ""

    @property
    def passes(self) -> bool:
        """Whether the transition may go on as far as this gate is concerned."""
        return all(not f.blocks and (f.kind is not FindingKind.EXPLAIN or self.remark) for f in self.findings)

    def as_data(self) -> dict[str, Any]:
        """The answer as the trail keeps it."""
        return {
            "code": self.gate.code,
            "law": self.gate.law,
            "outcome": "met" if not self.findings else "passed" if self.passes else "refused",
            "remark": self.remark,
            "findings": [finding.as_data() for finding in self.findings],
        }


def not_found() -> Refused:
    """The answer for what does not exist in the actor's scope, another company's rows included."""
    return refusal("not_found", HTTPStatus.NOT_FOUND, message("在您的权限范围内没有这张单据。"))


def outside_scope(action: Text) -> Refused:
    """The answer to who holds the right, but for other sites or warehouses than this document's."""
    evidence = message("您的“{action}”权限不包括这张单据的场所或仓库。", action=action)
    return refusal("outside_scope", HTTPStatus.FORBIDDEN, evidence)


def find_and_lock(declared: type[DocumentType[M, F]], document_id: UUID, grants: Grants) -> M:
    """Steps 1 and 2a: the document within the actor's scope, its row locked until the transaction ends."""
    scope = readable(grants, declared)
    if scope is None:
        raise not_found()
    rows = declared.model.objects.filter(scope).select_for_update(no_key=True)
    try:
        found: M = rows.get(pk=document_id)
    except ObjectDoesNotExist:
        raise not_found() from None
    return found


def require_version(declared: type[DocumentType[Any, Any]], document: Document, version: int | None) -> None:
    """Step 2b: the caller saw the latest version (409 `version_conflict`)."""
    if version is not None and version != document.version:
        raise refusal(
            "version_conflict",
            HTTPStatus.CONFLICT,
            message(
                "{label} {number} 已被他人更新为第 {current} 版（您看到的是第 {seen} 版）；请核对后再提交。",
                label=declared.label,
                number=document.number,
                current=document.version,
                seen=version,
            ),
        )


def require_source(transition: Transition[Any, Any], document: Document) -> None:
    """Step 3: the transition is legal from this state (409 `illegal_transition`)."""
    if document.state not in transition.source:
        states = transition.document.states
        raise refusal(
            "illegal_transition",
            HTTPStatus.CONFLICT,
            message(
                "{number} 处于“{state}”，不能{action}；只能从“{source}”进行。",
                number=document.number,
                state=states(document.state).label,
                action=transition.label,
                source=listed(map(states, transition.source)),
            ),
        )


def require_permission(transition: Transition[Any, Any], document: Document, grants: Grants) -> str:
    """Step 4: a role of the actor grants the transition within its scope (403); returns that role."""
    role = grants.role_for(transition.permission, document, transition.document.scope)
    if role is None and grants.allows(transition.permission):
        raise outside_scope(transition.label)
    if role is None:
        raise refusal(
            "permission_required",
            HTTPStatus.FORBIDDEN,
            message("您没有“{action}”的权限；可由以下岗位办理：{roles}。", action=transition.label,
                    roles=listed(transition.allowed_to)),
            owner=",".join(transition.allowed_to),
        )  # fmt: skip
    conflict = grants.conflict_of(role)
    if conflict is not None:
        raise refusal(
            "separation_of_duty",
            HTTPStatus.FORBIDDEN,
            message(
                "职责分离：{first} 与 {second} 不得由同一人担任，请先调整岗位。", first=conflict[0], second=conflict[1]
            ),
        )
    return role


def locks_of(transition: Transition[Any, Any]) -> Locks:
    """The masters whose rows back the verdicts of this transition's gates."""
    return frozenset(model for gate in registry.gates_of(transition) for model in gate.locks) | {type_of(transition)}


def type_of(transition: Transition[Any, Any]) -> type[Document]:
    """The document model itself: present in the locks exactly when facts are loaded for an act."""
    model: type[Document] = transition.document.model
    return model


def load_facts(transition: Transition[M, F], document: M) -> F:
    """Step 5: the facts, read after and under the locks."""
    loaded = transition.document.load(document.company_id, [document.pk], locks_of(transition))
    facts: F = loaded[document.pk]
    return facts


def ask(
    transition: Transition[M, F], document: M, facts: F, moment: Moment, command: "Command", actor: Actor
) -> list[AskedGate]:
    """Step 6: second person, approvals, reason and all gates; raises Refused (422) with all findings together."""
    findings = [
        *second_person(transition, document, actor),
        *registry.providers.approvals(transition, document.pk, actor),
    ]
    if transition.reason_required and not command.reason.strip():
        evidence = message("请填写“{action}”的原因。", action=transition.label)
        findings.append(Finding(code="reason_required", kind=FindingKind.MUST, evidence=evidence, field="reason"))
    asked = judge(transition, document, facts, moment, command.remarks)
    blocking = [finding for gate in asked if not gate.passes for finding in gate.findings]
    findings.extend(finding for finding in blocking if finding.kind is not FindingKind.WAIVED)
    if findings:
        raise Refused(code=findings[0].code, status=HTTPStatus.UNPROCESSABLE_ENTITY, findings=findings)
    return asked


def judge(
    transition: Transition[M, F], document: M, facts: F, moment: Moment, remarks: Mapping[str, str]
) -> list[AskedGate]:
    """Every gate of a transition asked at this moment; the same for a page's panel and for the act itself."""
    asked, moments = [], moments_of(transition, document, moment)
    for gate in registry.gates_of(transition):
        findings = tuple(_finding(gate, breach) for breach in breaches(gate, facts, moments))
        asked.append(AskedGate(gate=gate, findings=findings, remark=remarks.get(gate.code, "").strip()))
    waivable = [entry.gate.code for entry in asked if entry.findings and entry.gate.waivable_by]
    if not waivable:
        return asked
    in_force = list(Waiver.objects.filter(subject_id=document.pk, gate_code__in=waivable, state=WAIVER_IN_FORCE))
    return [_waived(entry, fitting_waiver(in_force, entry.gate.code, gate_breaches(entry, facts, moments), moment))
            for entry in asked]  # fmt: skip


def fitting_waiver(
    in_force: Iterable[Waiver], code: str, quantities: Sequence[Decimal], moment: Moment
) -> Waiver | None:
    """The waiver a gate's findings pass by: one that covers all of the quantity, today. Two waivers never add up.

    Of several the narrowest: the smallest quantity that is enough, then the earliest end, then the latest written.
    """
    wanted = sum(quantities, Decimal(0))
    fit = [each for each in in_force if each.gate_code == code and each.ends_on >= moment.site_day
           and (each.quantity is None or wanted <= each.quantity)]  # fmt: skip
    return min(fit, key=lambda w: (w.quantity is None, w.quantity or 0, w.ends_on, -w.pk.int), default=None)


def happened_at(transition: Transition[Any, Any], document: Document) -> datetime | None:
    """The instant a late entry names; None for anything else."""
    found: datetime | None = transition.happened and getattr(document, column_field(transition.happened).attname)
    return found


def moments_of(transition: Transition[Any, Any], document: Document, moment: Moment) -> Sequence[Moment]:
    """Now, and for a late entry the moment it happened too."""
    happened = happened_at(transition, document)
    return (moment,) if happened is None else (moment, Moment.at(happened, moment.zone))


def breaches(gate: Gate[Any], facts: Any, moments: Sequence[Moment]) -> Sequence[Breach]:
    """What a gate finds wrong at any of these moments, each once."""
    if len(moments) == 1:
        return gate(facts, moments[0])
    return tuple({(each.subject_id, str(each.evidence)): each for at in moments for each in gate(facts, at)}.values())


def gate_breaches(entry: AskedGate, facts: Any, moments: Sequence[Moment]) -> Sequence[Decimal]:
    """The quantities a waiver would have to cover."""
    if not entry.findings or not entry.gate.waivable_by:
        return ()
    return [
        Decimal(b.waivable_quantity) for b in breaches(entry.gate, facts, moments) if b.waivable_quantity is not None
    ]


def _waived(entry: AskedGate, waiver: Waiver | None) -> AskedGate:
    if waiver is None or not entry.findings:
        return entry
    waived = tuple(replace(f, kind=FindingKind.WAIVED, waiver_id=waiver.pk) for f in entry.findings)
    return replace(entry, findings=waived)


def second_person(
    transition: Transition[Any, Any], document: Document, actor: Actor, done: Iterable[str] | None = None
) -> list[Finding]:
    """Findings when the actor did one of the transitions that another person must have done.

    `done` names the actor's moves of the document where the caller has read them: one statement less.
    """
    labels = {other.name: other.label for other in transition.differs_from}
    if labels and done is None:
        mine = TransitionRecord.objects.filter(company_id=document.company_id, document_id=document.pk)
        done = mine.filter(transition__in=labels, actor_id=actor.user_id).values_list("transition", flat=True)
    return [
        Finding(
            code="second_person_required",
            kind=FindingKind.MUST,
            evidence=message(
                "{action}须由另一人办理：您已办理了本单的“{done}”。", action=transition.label, done=labels[name]
            ),
        )
        for name in sorted(labels.keys() & set(done or ()))
    ]


def _finding(gate: Gate[Any], breach: Any) -> Finding:
    return Finding(
        code=gate.code,
        kind=FindingKind(gate.kind.value),
        evidence=breach.evidence,
        sentence_key=gate.code,
        subject_id=breach.subject_id,
        owner=breach.owner,
        remedy=breach.remedy,
        law=gate.law,
    )
