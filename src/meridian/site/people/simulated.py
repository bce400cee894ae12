"""What would change if a person, or a post, were given or lost something: computed, never written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from meridian.accounts.people import Person, Post
from meridian.accounts.simulation import Alone, Run, Seat, Separated, could_do_alone, new_steps
from meridian.kernel.clock import now
from meridian.kernel.models import SeparationRule
from meridian.kernel.permission import COMPANY_SCOPE
from meridian.kernel.registry import registry

Change = Literal["new", "same", "gone"]


@dataclass(frozen=True)
class Compared:
    """A run of steps with how it differs from today; `new` are the rights it did not have."""

    run: Run
    change: Change
    new: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Outcome:
    """Before and after, compared."""

    conflicts: tuple[tuple[Separated, Change], ...]
    within: tuple[Compared, ...]
    across: tuple[Compared, ...]

    @property
    def new_count(self) -> int:
        """How many conflicts and runs today does not have."""
        changes = [change for _rule, change in self.conflicts]
        return (changes + [each.change for each in (*self.within, *self.across)]).count("new")


@dataclass(frozen=True)
class Company:
    """What is read once for a simulation."""

    rights: Mapping[str, frozenset[str]]
    separations: tuple[Separated, ...]


def company_of(posts: Sequence[Post]) -> Company:
    """The rights of all posts and the rules that separate them; one statement."""
    rules = SeparationRule.objects.values_list("role_code", "excludes_code", "reason").order_by("role_code")
    return Company({post.code: post.rights for post in posts}, tuple(Separated(*rule) for rule in rules))


def seats_of(person: Person) -> list[Seat]:
    """The posts the person holds now or is to hold later, each once."""
    at = now()
    held = [role for role in person.roles if role.is_live or role.valid_from > at]
    return sorted({Seat(role.role_code, role.scope_kind, role.scope_id) for role in held}, key=str)


def alone(company: Company, seats: Iterable[Seat]) -> Alone:
    """What a person in these seats could do alone on this site."""
    return could_do_alone(seats, company.rights, company.separations, list(registry.document_types.values()))


def compare(before: Alone, after: Alone) -> Outcome:
    """Every conflict and run of either state, new ones first."""
    conflicts = [(rule, _change(rule in before.conflicts, rule in after.conflicts))
                 for rule in dict.fromkeys((*after.conflicts, *before.conflicts))]  # fmt: skip
    return Outcome(
        tuple(sorted(conflicts, key=lambda each: each[1] != "new")),
        _compared(before.within, after.within),
        _compared(before.across, after.across),
    )


def with_right(company: Company, code: str, add: Iterable[str], take: Iterable[str]) -> Company:
    """The company in which a post has these rights more and those less."""
    rights = (company.rights.get(code, frozenset()) | frozenset(add)) - frozenset(take)
    return replace(company, rights={**company.rights, code: rights})


def seat_from(text: str) -> Seat | None:
    """A seat as a form names it, `role|kind|id`; None for anything else."""
    role, _bar, rest = text.partition("|")
    kind, _bar, key = rest.partition("|")
    if not role or not kind or (kind == COMPANY_SCOPE) != (not key):
        return None
    try:
        return Seat(role, kind, UUID(key) if key else None)
    except ValueError:
        return None


def seat_key(seat: Seat) -> str:
    """What names a seat in a form."""
    return f"{seat.role}|{seat.scope_kind}|{seat.scope_id or ''}"


def _compared(before: Sequence[Run], after: Sequence[Run]) -> tuple[Compared, ...]:
    found: list[Compared] = []
    for run in after:
        added = new_steps(run, before)
        found.append(Compared(run, "new" if added else "same", added))
    kept = {run.documents for run in after}
    found += [Compared(run, "gone") for run in before if run.documents not in kept]
    return tuple(sorted(found, key=lambda each: each.change != "new"))


def _change(was: bool, is_now: bool) -> Change:
    return "same" if was and is_now else "new" if is_now else "gone"
