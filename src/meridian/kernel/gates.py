"""Gates: rules with one name each. A gate is a pure function from facts and a moment to what it found wrong.

`@gate(law="G23", blocks="…")` makes `lot_not_expired` the API code, audit code, translation key, docs anchor and test
prefix at once. Gates get frozen facts and the engine's moment; they never read a clock, a typed date or the database.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext

from meridian.kernel.clock import Moment
from meridian.kernel.messages import Message

FactsT_contra = TypeVar("FactsT_contra", contravariant=True)


class GateKind(StrEnum):
    """What a finding of the gate means for the actor."""

    MUST = "must"
    """Blocks."""
    EXPLAIN = "explain"
    """Passes with a remark given at signing."""
    WAIT = "wait"
    """Blocks until someone or something else has acted."""


@dataclass(frozen=True)
class Remedy:
    """The cure a refusal offers: a place to go, or a transition of the document at hand."""

    label: str
    """Chinese source text."""
    document_type: str = ""
    document_id: UUID | None = None
    transition: str = ""
    url_name: str = ""


@dataclass(frozen=True)
class Breach:
    """One thing a gate found wrong."""

    evidence: Message
    subject_id: UUID | None = None
    """The row it is about (a line, a lot, a licence), for painting the offending cell."""
    remedy: Remedy | None = None
    owner: str = ""
    """The role that can cure it."""
    waivable_quantity: Any = None


@dataclass(frozen=True, eq=False)
class Gate(Generic[FactsT_contra]):
    """A named rule; `check` returns nothing when it holds."""

    check: Callable[[FactsT_contra, Moment], Sequence[Breach]]
    code: str
    law: str
    blocks: str
    kind: GateKind
    locks: tuple[type[Model], ...]
    waivable_by: tuple[str, ...]
    aliases: tuple[str, ...]
    docstring: str = field(repr=False)
    module: str = ""
    line: int = 0

    def __call__(self, facts: FactsT_contra, moment: Moment) -> Sequence[Breach]:
        return self.check(facts, moment)

    @property
    def sentence(self) -> str:
        """The rule as a positive sentence in the active language; the code is its translation key."""
        return gettext(self.code)


_GATES: dict[str, Gate[Any]] = {}


def gate(
    *,
    law: str,
    blocks: str,
    kind: GateKind = GateKind.MUST,
    locks: Iterable[type[Model]] = (),
    waivable_by: Iterable[str] = (),
    aliases: Iterable[str] = (),
) -> Callable[[Callable[[FactsT_contra, Moment], Sequence[Breach]]], Gate[FactsT_contra]]:
    """Declares a rule.

    `law` names the clause or rule number; `blocks` says in the user's words what is blocked; `locks` are the masters
    whose rows the loader locks because the verdict rests on them; `waivable_by` are the roles that must all sign a
    waiver (none: nothing waives it); `aliases` are search words such as `LOT_EXPIRED`.
    """

    def declare(check: Callable[[FactsT_contra, Moment], Sequence[Breach]]) -> Gate[FactsT_contra]:
        code = check.__name__
        if code in _GATES:
            raise ValueError(f"two gates are named {code}")
        if not check.__doc__:
            raise ValueError(f"gate {code} has no docstring")
        declared = Gate(
            check=check,
            code=code,
            law=law,
            blocks=blocks,
            kind=kind,
            locks=tuple(locks),
            waivable_by=tuple(waivable_by),
            aliases=tuple(aliases),
            docstring=check.__doc__,
            module=check.__module__,
            line=check.__code__.co_firstlineno,
        )
        _GATES[code] = declared
        return declared

    return declare


def all_gates() -> dict[str, Gate[Any]]:
    """Every declared gate by its code."""
    return dict(_GATES)
