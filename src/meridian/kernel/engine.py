"""The one door: `perform()` moves a document under named rules, with proof, and both books follow.

Always in this order, in one transaction (DESIGN §5): 0 claim the key, set the context · 1 find within scope (404) ·
2 lock, check the version (409) · 3 legal from this state (409) · 4 permitted (403); these stop at once · 5 load the
facts under locks · 6 second person, approvals, reason and all gates together (422) · 7 signature (401/422) · 8 effect ·
9 one closing statement. A refusal moves nothing and is recorded by the outermost caller.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from meridian.kernel import closing, steps
from meridian.kernel.act import OpenAct, open_act, request_hash, retried
from meridian.kernel.clock import Moment
from meridian.kernel.context import Actor, act_transaction_id
from meridian.kernel.declare import F, M, Transition
from meridian.kernel.findings import Refused, require_storable
from meridian.kernel.permission import grants_of
from meridian.kernel.refusals import record_refusal
from meridian.kernel.registry import registry
from meridian.kernel.signature import Signing, check_signing, seal_signature
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import Outcome, Work


@dataclass(frozen=True)
class Command:
    """What a caller asks for besides the transition: nothing here names a person or a time."""

    document_id: UUID
    version: int | None = None
    key: str = ""
    reason: str = ""
    remarks: Mapping[str, str] = field(default_factory=dict)
    """Gate code → remark, for gates of kind `explain`."""
    signing: Signing | None = None


def perform(transition: Transition[M, F], command: Command, *, actor: Actor) -> Outcome:
    """Moves one document; raises Refused with every finding, having changed nothing.

    The same key and request answer the first success again (`replayed`). Inside another act the refusal rises and
    the outermost caller records it.
    """
    outermost = act_transaction_id() is None

    def attempt() -> Outcome:
        require_storable({**command.remarks, "remark": command.signing.remark if command.signing else ""})
        parts = (transition.permission, command.document_id, command.version, command.reason, dict(command.remarks))
        request = request_hash(*parts)
        with open_act(actor, key=command.key, request=request, reason=command.reason) as act:
            if act.replay is not None:
                return Outcome.of_replay(act.replay)
            return _move(transition, command, act)

    try:
        return retried(attempt)
    except Refused as refused:
        if outermost:
            record_refusal(refused, actor, transition.document, command.document_id, transition.name)
        raise


def _move(transition: Transition[M, F], command: Command, act: OpenAct) -> Outcome:
    declared = transition.document
    actor = act.actor
    grants = grants_of(actor, list(declared_permissions(transition)))
    document = steps.find_and_lock(declared, command.document_id, grants)  # 1, 2
    steps.require_version(declared, document, command.version)
    steps.require_source(transition, document)  # 3
    role = steps.require_permission(transition, document, grants)  # 4
    moment = Moment.at(act.instant, registry.providers.site_zone(document.site_id))
    facts = steps.load_facts(transition, document)  # 5
    asked = steps.ask(transition, document, facts, moment, command, actor)  # 6
    check_signing(transition, command.signing, actor)  # 7
    work = Work(
        document=document,
        facts=facts,
        moment=moment,
        actor=actor,
        transaction_id=act.transaction_id,
        transition_id=uuid7(),
        transition_name=transition.name,
        document_type=transition.document.code,
        reason=command.reason,
        value_day=steps.moments_of(transition, document, moment)[-1].site_day,
    )
    if transition.effect is not None:  # 8
        transition.effect(work)
    for reaction in registry.reactions.get(transition, ()):
        reaction.then(work)
    signature = seal_signature(transition, work, command.signing, role)
    return closing.close(transition, work, act, role, asked, signature)  # 9


def declared_permissions(transition: Transition[M, F]) -> tuple[str, str]:
    """The rights asked about when a transition is performed."""
    return transition.permission, transition.document.permission("read")
