"""What the site assembled: document types, reactions, guards, providers; filled at start by `site/assembly.py`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from meridian.kernel.context import Actor
from meridian.kernel.declare import DocumentType, Right, Transition
from meridian.kernel.findings import Finding
from meridian.kernel.gates import Gate
from meridian.kernel.work import Work

AnyDocumentType = type[DocumentType[Any, Any]]
AnyTransition = Transition[Any, Any]


def no_approval_needed(transition: AnyTransition, document_id: UUID, actor: Actor) -> Sequence[Finding]:
    """The approvals provider where none is registered: nobody else has to agree."""
    del transition, document_id, actor
    return ()


def nobody_signs(actor: Actor, signing: Any) -> bool:
    """The re-authentication provider where none is registered: no signature is accepted."""
    del actor, signing
    return False


@dataclass(frozen=True)
class Reaction:
    """What a higher module does when a lower module's document moved."""

    when: AnyTransition
    then: Callable[[Work[Any, Any]], None]


@dataclass(frozen=True)
class Guard:
    """A gate a higher module adds to a lower module's transition."""

    on: AnyTransition
    by: Gate[Any]


@dataclass(frozen=True)
class Providers:
    """What a lower floor asks a higher one for."""

    site_zone: Callable[[UUID], ZoneInfo]
    """The time zone of a site of the company in scope."""
    approvals: Callable[[AnyTransition, UUID, Actor], Sequence[Finding]] = no_approval_needed
    reauthenticate: Callable[[Actor, Any], bool] = nobody_signs
    """Whether the components of a Signing prove that the session's own person signs."""
    company_zone: Callable[[], ZoneInfo] = field(default=lambda: ZoneInfo("Asia/Shanghai"))


@dataclass
class Registry:
    """The assembled site."""

    document_types: dict[str, AnyDocumentType] = field(default_factory=dict)
    reactions: dict[AnyTransition, list[Reaction]] = field(default_factory=dict)
    guards: dict[AnyTransition, list[Guard]] = field(default_factory=dict)
    rights: dict[str, Right] = field(default_factory=dict)
    """Rights beside those of the document types, by code."""
    providers: Providers = field(default_factory=lambda: Providers(site_zone=_no_site))

    def gates_of(self, transition: AnyTransition) -> list[Gate[Any]]:
        """The gates a transition declares, then those that guards add."""
        return [*transition.gates, *(guard.by for guard in self.guards.get(transition, ()))]

    def document_type(self, code: str) -> AnyDocumentType | None:
        """The document type of this code."""
        return self.document_types.get(code)

    def type_by_slug(self, module: str, slug: str) -> AnyDocumentType | None:
        """The document type at this URL."""
        for document_type in self.document_types.values():
            if document_type.module == module and document_type.slug == slug:
                return document_type
        return None


def _no_site(site_id: UUID) -> ZoneInfo:
    raise LookupError(f"no provider knows site {site_id}")


registry = Registry()


def assemble(
    document_types: Sequence[AnyDocumentType],
    reactions: Sequence[Reaction],
    guards: Sequence[Guard],
    providers: Providers,
    rights: Sequence[Right] = (),
) -> None:
    """Fills the registry; called once, by the site."""
    registry.document_types = {document_type.code: document_type for document_type in document_types}
    registry.reactions = {}
    for reaction in reactions:
        registry.reactions.setdefault(reaction.when, []).append(reaction)
    registry.guards = {}
    for guard in guards:
        registry.guards.setdefault(guard.on, []).append(guard)
    registry.rights = {right.code: right for right in rights}
    registry.providers = providers
