"""Waivers: what their gates need to know and the gates themselves.

A gate names in `waivable_by` the roles that must all sign: one role, one signer; two roles, two persons of which each
holds one of them. A gate that names nobody is waived by nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from meridian.kernel.clock import Moment, now
from meridian.kernel.context import acting_user_id
from meridian.kernel.declare import Locks
from meridian.kernel.drafts import Draft
from meridian.kernel.findings import faulty
from meridian.kernel.gates import Breach, all_gates, gate
from meridian.kernel.messages import listed, message
from meridian.kernel.models import RoleAssignment, TransitionRecord, Waiver
from meridian.kernel.registry import registry

WAIVER_SIGNERS = (
    "quality_head", "quality_staff", "enterprise_head", "purchasing_manager", "warehouse_manager", "sales_manager",
    "finance_manager",
)  # fmt: skip
"""Roles that hold the rights on waivers at installation; which of them may sign one is for its gate to say."""

FIRST_SIGNATURE = "sign_first"


class WaiverState(TextChoices):
    """States of a waiver; it counts only while active and until its last day."""

    DRAFT = "draft", _("草稿")
    SIGNED_ONCE = "signed_once", _("待次签")
    ACTIVE = "active", _("有效")
    WITHDRAWN = "withdrawn", _("已撤回")


@dataclass(frozen=True)
class WaiverFacts:
    """A waiver, what its gate allows, and who has signed."""

    gate_code: str
    gate_is_known: bool
    waivable_by: tuple[str, ...]
    ends_on: date
    first_signer_roles: frozenset[str] | None
    """Roles of the first signer; None before the first of two signatures."""
    actor_roles: frozenset[str] | None
    """Roles of whoever signs now; None on pages, where nobody does."""


def load_waivers(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, WaiverFacts]:
    """The facts of waivers, in three statements."""
    del locks  # no master's verdict is involved; the waiver's own row is locked by the engine
    waivers = list(Waiver.objects.filter(pk__in=ids))
    signed = TransitionRecord.objects.filter(company_id=company_id, document_id__in=ids, transition=FIRST_SIGNATURE)
    signers = dict(signed.values_list("document_id", "actor_id"))
    actor_id = acting_user_id()
    roles = roles_of({*signers.values()} | ({actor_id} if actor_id else set()))
    found = {}
    for waiver in waivers:
        waived, first = all_gates().get(waiver.gate_code), signers.get(waiver.pk)
        found[waiver.pk] = WaiverFacts(
            gate_code=waiver.gate_code,
            gate_is_known=waived is not None,
            waivable_by=waived.waivable_by if waived else (),
            ends_on=waiver.ends_on,
            first_signer_roles=roles.get(first, frozenset()) if first else None,
            actor_roles=roles.get(actor_id, frozenset()) if actor_id else None,
        )
    return found


def prepare_waiver(draft: Draft) -> None:
    """Finds the document that the waiver is about by its type and number; raises Refused (422 `field_invalid`)."""
    told = {name: draft.header.get(name, getattr(draft.document, name)) for name in ("subject_type", "subject_number")}
    declared = registry.document_type(told["subject_type"])
    if declared is None:
        return  # no such type: the column's own check has refused it
    model: Any = declared.model
    found = model.objects.filter(number=told["subject_number"]).values_list("pk", flat=True).first()
    if found is None:
        problem = message("没有单号为 {number} 的{type}。", number=told["subject_number"], type=declared.label)
        raise faulty("field_invalid", problem, "subject_number")
    draft.header["subject_id"] = found


def roles_of(people: set[UUID]) -> dict[UUID, frozenset[str]]:
    """The codes of the roles each of some people holds now; one statement."""
    moment = now()
    live = Q(valid_from__lte=moment) & (Q(valid_until=None) | Q(valid_until__gt=moment))
    held: dict[UUID, set[str]] = {}
    for user_id, code in RoleAssignment.objects.filter(live, user_id__in=people).values_list("user_id", "role__code"):
        held.setdefault(user_id, set()).add(code)
    return {user_id: frozenset(codes) for user_id, codes in held.items()}


@gate(law="DESIGN 10", blocks="为不可让步的规则让步 · waiving a rule nobody may waive")
def gate_waivable(facts: WaiverFacts, moment: Moment) -> Sequence[Breach]:
    """The rule exists and names who may let it pass."""
    del moment
    if not facts.gate_is_known:
        return [Breach(evidence=message("没有规则 {gate}。", gate=facts.gate_code))]
    if not facts.waivable_by:
        return [Breach(evidence=message("规则 {gate} 不可让步。", gate=facts.gate_code))]
    return ()


@gate(law="DESIGN 10", blocks="一人签署须两人签署的让步 · signing alone what two must sign")
def one_signer_suffices(facts: WaiverFacts, moment: Moment) -> Sequence[Breach]:
    """The rule asks for one role, so one signature puts the waiver into force."""
    del moment
    if len(facts.waivable_by) <= 1:
        return ()
    return [Breach(evidence=message("须由 {roles} 两人签署。", roles=listed(facts.waivable_by)))]


@gate(law="DESIGN 10", blocks="两人签署只须一人签署的让步 · signing twice what one may sign")
def two_signers_asked(facts: WaiverFacts, moment: Moment) -> Sequence[Breach]:
    """The rule asks for two roles, so the first signature does not yet put the waiver into force."""
    del moment
    if len(facts.waivable_by) == 2:
        return ()
    return [Breach(evidence=message("此规则由 {roles} 一人签署。", roles=listed(facts.waivable_by)))]


@gate(law="DESIGN 10", blocks="由无权岗位签署让步 · signing a waiver without the role its rule names")
def waiver_signer_authorised(facts: WaiverFacts, moment: Moment) -> Sequence[Breach]:
    """Who signs holds a role the rule names, and together with the first signer every role it names."""
    del moment
    if facts.actor_roles is None or not facts.waivable_by:
        return ()
    asked = set(facts.waivable_by)
    mine = asked & facts.actor_roles
    first = facts.first_signer_roles
    if first is None:
        is_authorised = bool(mine)
    else:
        is_authorised = any({one, other} == asked for one in asked & first for other in mine)
    if is_authorised:
        return ()
    return [Breach(evidence=message("须由 {roles} 签署。", roles=listed(facts.waivable_by)),
                   owner=facts.waivable_by[0])]  # fmt: skip


@gate(law="DESIGN 10", blocks="已过期的让步 · putting an ended waiver into force")
def waiver_not_ended(facts: WaiverFacts, moment: Moment) -> Sequence[Breach]:
    """The waiver's last day is today at the site or later."""
    if facts.ends_on >= moment.site_day:
        return ()
    return [Breach(evidence=message("有效至 {day}，已过期。", day=facts.ends_on))]
