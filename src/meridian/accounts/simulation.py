"""What one person could do alone with certain posts: pairs of posts that exclude each other, and runs of steps.

Pure: asks the declarations, not the database. Gates are not asked: what a gate stops is stopped case by case, while a
right once given is there every day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from meridian.kernel.messages import Text
from meridian.kernel.permission import COMPANY_SCOPE
from meridian.kernel.registry import AnyDocumentType, AnyTransition


@dataclass(frozen=True, order=True)
class Seat:
    """A post within a scope; `scope_id` is empty for the whole company."""

    role: str
    scope_kind: str = COMPANY_SCOPE
    scope_id: UUID | None = None


@dataclass(frozen=True)
class Separated:
    """Two posts nobody may hold together, by code, and why."""

    first: str
    second: str
    reason: str


@dataclass(frozen=True)
class Step:
    """One thing done to a document of a type: drafting it, or a transition."""

    document: str
    """Code of the document type."""
    label: Text
    permission: str
    is_signed: bool


@dataclass(frozen=True)
class Run:
    """Steps that follow each other and that one person could take alone, in order."""

    documents: tuple[str, ...]
    """Codes of the document types, earlier first."""
    steps: tuple[Step, ...]
    is_held_back: bool
    """Whether the engine refuses a step of it, because two of the person's posts exclude each other."""


@dataclass(frozen=True)
class Alone:
    """All that one person could do without anybody else."""

    conflicts: tuple[Separated, ...]
    within: tuple[Run, ...]
    """Runs within one document, at most one for each type: the one with most signatures, then the longest."""
    across: tuple[Run, ...]
    """Runs over documents that follow from each other, each with what the person may do to every one of them."""


def could_do_alone(
    seats: Iterable[Seat],
    rights: Mapping[str, Iterable[str]],
    separations: Sequence[Separated],
    types: Sequence[AnyDocumentType],
) -> Alone:
    """What a person in these seats could do; `rights` are those of each post by its code.

    Seats limited to different sites, or to different warehouses, never meet on one document; a site and a warehouse are
    taken to meet, as the warehouse may lie there.
    """
    held = sorted(set(seats), key=str)
    roles = {seat.role for seat in held}
    conflicts = tuple(rule for rule in separations if {rule.first, rule.second} <= roles)
    barred = {role for rule in conflicts for role in (rule.first, rule.second)}
    within: dict[str, Run] = {}
    across: dict[tuple[str, ...], Run] = {}
    for place in _places(held):
        granted = {declared.code: _granted(declared, held, rights, place) for declared in types}
        for declared in types:
            run = _run_within(declared, granted[declared.code], barred)
            if run is not None and _weight(run) > _weight(within.get(declared.code)):
                within[declared.code] = run
        for run in _runs_across(types, granted, barred):
            if len(run.steps) > len(across[run.documents].steps if run.documents in across else ()):
                across[run.documents] = run
    ordered = [within[declared.code] for declared in types if declared.code in within]
    return Alone(conflicts, tuple(ordered), _longest_only(across.values()))


def new_steps(after: Run, before: Iterable[Run]) -> frozenset[str]:
    """Rights of a run that no run over the same documents had before; all of them where there was none."""
    known = {step.permission for run in before if run.documents == after.documents for step in run.steps}
    return frozenset(step.permission for step in after.steps) - known


_Granted = Mapping[str, frozenset[str]]
"""Right → the posts that give it here."""
_Place = Mapping[str, UUID]
"""Kind of scope → the one object a document lies in."""


def _places(seats: Sequence[Seat]) -> list[_Place]:
    """Every combination of objects that the seats are limited to, one of each kind."""
    ids: dict[str, set[UUID]] = {}
    for seat in seats:
        if seat.scope_id is not None:
            ids.setdefault(seat.scope_kind, set()).add(seat.scope_id)
    return [
        dict(zip(ids, chosen, strict=True)) for chosen in product(*(sorted(each, key=str) for each in ids.values()))
    ]


def _granted(
    declared: AnyDocumentType, seats: Sequence[Seat], rights: Mapping[str, Iterable[str]], place: _Place
) -> _Granted:
    own = {declared.permission("draft"), *(each.permission for each in declared.transitions.values())}
    found: dict[str, set[str]] = {}
    for seat in seats:
        reaches = seat.scope_kind == COMPANY_SCOPE or (
            seat.scope_kind in declared.scope and place.get(seat.scope_kind) == seat.scope_id
        )
        for right in own.intersection(rights.get(seat.role, ())) if reaches else ():
            found.setdefault(right, set()).add(seat.role)
    return {right: frozenset(roles) for right, roles in found.items()}


def _run_within(declared: AnyDocumentType, granted: _Granted, barred: set[str]) -> Run | None:
    """The weightiest run of at least two steps on one document, or None."""
    drafting = declared.permission("draft")
    found: list[tuple[AnyTransition, ...]] = []
    for state in declared.states.values:
        _walk(declared, granted, state, frozenset({state}), (), found)
    best: Run | None = None
    for taken in found:
        steps = tuple(_step(each) for each in taken)
        if drafting in granted and declared.creatable and declared.initial in taken[0].source:
            steps = (Step(declared.code, _("填写"), drafting, is_signed=False), *steps)
        run = Run((declared.code,), steps, _is_held_back(steps, granted, barred))
        if len(steps) > 1 and _weight(run) > _weight(best):
            best = run
    return best


def _walk(
    declared: AnyDocumentType, granted: _Granted, state: str, seen: frozenset[str], done: tuple[AnyTransition, ...],
    found: list[tuple[AnyTransition, ...]],
) -> None:  # fmt: skip
    """Every run from a state that comes to no state twice and needs no second person."""
    if done:
        found.append(done)
    for move in declared.transitions.values():
        is_open = move.permission in granted and state in move.source and move.target not in seen
        if is_open and not any(other in done for other in move.differs_from):
            _walk(declared, granted, str(move.target), seen | {str(move.target)}, (*done, move), found)


def _step(move: AnyTransition) -> Step:
    return Step(move.document.code, move.label, move.permission, is_signed=move.signature is not None)


def _is_held_back(steps: Sequence[Step], granted: _Granted, barred: set[str]) -> bool:
    return any(granted.get(step.permission, frozenset()) <= barred for step in steps if step.permission in granted)


def _weight(run: Run | None) -> tuple[int, int]:
    return (sum(step.is_signed for step in run.steps), len(run.steps)) if run else (0, 0)


def _runs_across(types: Sequence[AnyDocumentType], granted: Mapping[str, _Granted], barred: set[str]) -> Iterable[Run]:
    """Every longest way along documents that follow from each other, as far as the person may move each of them."""
    by_code = {declared.code: declared for declared in types}
    moved = {code for code, rights in granted.items() if _moves(by_code[code], rights)}
    after = {code: later & moved for code, later in _followers(by_code).items() if code in moved}
    entered = {code for later in after.values() for code in later}
    ways: list[tuple[str, ...]] = []
    for code in sorted(moved - entered):
        _follow(after, (code,), ways)
    for way in ways:
        steps = tuple(_step(move) for code in way for move in _moves(by_code[code], granted[code]))
        yield Run(way, steps, any(_is_held_back(steps, granted[code], barred) for code in way))


def _moves(declared: AnyDocumentType, granted: _Granted) -> list[AnyTransition]:
    """What the person may do to such a document, without what only cures a refusal and what ends in a dead end."""
    return [
        move for move in declared.transitions.values()
        if move.permission in granted and not move.remedy_only and not move.danger
        and (not declared.screen.flow or move.target in declared.screen.flow)
    ]  # fmt: skip


def _followers(by_code: Mapping[str, AnyDocumentType]) -> dict[str, set[str]]:
    """Document type → those that follow from it, as the declarations say."""
    found: dict[str, set[str]] = {code: set() for code in by_code}
    for code, declared in by_code.items():
        for related in declared.screen.related:
            if related.document in by_code:
                earlier, later = (related.document, code) if related.upstream else (code, related.document)
                found[earlier].add(later)
    return found


def _follow(after: Mapping[str, set[str]], way: tuple[str, ...], ways: list[tuple[str, ...]]) -> None:
    further = [code for code in sorted(after.get(way[-1], ())) if code not in way]
    if not further and len(way) > 1:
        ways.append(way)
    for code in further:
        _follow(after, (*way, code), ways)


def _longest_only(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Without those that are part of another one's beginning."""
    found = sorted(runs, key=lambda run: run.documents)
    return tuple(
        run for run in found
        if not any(other is not run and other.documents[: len(run.documents)] == run.documents for other in found)
    )  # fmt: skip
