"""One check for every document: each state × each transition × who may and who may not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from meridian.kernel.declare import DocumentType
from meridian.kernel.findings import Refused
from meridian.organization.tests.factories import CompanyForTests
from meridian.organization.vocabulary import Role

REASON = "改期"


@dataclass(frozen=True)
class Lifecycle:
    """A document's table. `legal` says what each move ends in: the next state, or the gate that stops it there.

    `makers` make a fresh document in each state; any move not in `legal` is `illegal_transition`.
    """

    declared: type[DocumentType[Any, Any]]
    makers: Mapping[str, Callable[[], UUID]]
    legal: Mapping[tuple[str, str], str]
    may: Mapping[str, set[Role]]


def moved(company: CompanyForTests, document: UUID, *steps: tuple[Any, Role]) -> UUID:
    """The document after these moves."""
    for transition, role in steps:
        company.perform(transition, document, role=role, reason=REASON)
    return document


def departures(company: CompanyForTests, lifecycle: Lifecycle, state: str, roles: Sequence[Role]) -> list[str]:
    """What the document does otherwise than its table, moved by everybody from one state; empty if all is as written.

    Who may not move it is refused by name; what is legal ends where it should.
    """
    declared, found = lifecycle.declared, []
    document = lifecycle.makers[state]()
    for name, transition in declared.transitions.items():
        is_legal = (state, name) in lifecycle.legal
        for role in roles:
            if is_legal and role in lifecycle.may[name]:
                continue
            expected = "permission_required" if is_legal else "illegal_transition"
            expected = expected if _reads(declared, role) else "not_found"
            found.append((name, role, answer(company, transition, document, role), expected))
    for (source, name), ends_in in lifecycle.legal.items():
        if source == state:
            role = sorted(lifecycle.may[name])[0]
            fresh = lifecycle.makers[state]()
            found.append((name, role, answer(company, declared.transitions[name], fresh, role), ends_in))
    assert len(found) >= len(declared.transitions)
    return [f"{name} by {role}: {got}, not {wanted}" for name, role, got, wanted in found if got != wanted]


def _reads(declared: type[DocumentType[Any, Any]], role: Role) -> bool:
    movers = {each for transition in declared.transitions.values() for each in transition.allowed_to}
    return role.value in {*declared.read_by, *declared.drafted_by, *movers}


def answer(company: CompanyForTests, transition: Any, document: UUID, role: Role) -> str:
    """The state a move ends in, or the code it is refused with."""
    try:
        return company.perform(transition, document, role=role, reason=REASON).state
    except Refused as refused:
        return refused.code
