"""What the site hands in: the moves that may need agreement, the posts that may be asked, who is qualified."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from meridian.kernel.messages import Text
from meridian.kernel.registry import AnyTransition

Choices = Sequence[tuple[str, Text]]


@dataclass(frozen=True)
class Figures:
    """What a policy judges a document by: its amount in the company's currency, what it is about, its risk."""

    amount: Decimal
    categories: frozenset[str]
    risk: str
    party_id: UUID | None
    summary: str


@dataclass(frozen=True)
class ApprovalSubject:
    """A move that a policy may bind. The module that owns the document says what is judged, and sums what was split."""

    transition: AnyTransition
    submit: AnyTransition
    """Asks for the agreement: the document waits from then on."""
    send_back: AnyTransition
    """Takes the document back to where it may be edited."""
    withdraw: AnyTransition
    """The submitter takes the document back."""
    figures: Callable[[UUID, Sequence[UUID]], Mapping[UUID, Figures]]
    """`figures(company_id, ids)`: the same statements for one document or fifty."""
    committed: Callable[[UUID, UUID, date, UUID], Decimal]
    """`committed(company_id, party_id, since, but)`: what was submitted or done with a party since a day, one document
    left out. Asked under the lock of company and party."""
    categories: Choices = ()
    risks: Choices = ()

    @property
    def code(self) -> str:
        """`<document>.<transition>`, as policies name it."""
        return f"{self.transition.document.code}.{self.transition.name}"

    @property
    def label(self) -> str:
        """The move in words."""
        return f"{self.transition.document.label} · {self.transition.label}"


@dataclass(frozen=True)
class Known:
    """All of it."""

    subjects: Sequence[ApprovalSubject] = ()
    posts: Choices = ()
    qualifications: Choices = ()
    qualified: Callable[[UUID, date], frozenset[str]] = lambda _person, _day: frozenset()
    """What a person is qualified for on a day."""


_known = Known()


def provide_approvals(known: Known) -> None:
    """Called once, by the site."""
    globals()["_known"] = known


def known() -> Known:
    """What the site handed in."""
    return _known


def subject_of(code: str) -> ApprovalSubject | None:
    """The subject of this code."""
    return next((each for each in _known.subjects if each.code == code), None)


def subject_at(transition: AnyTransition) -> ApprovalSubject | None:
    """The subject one of whose moves this is."""
    moves = ((each, (each.transition, each.submit, each.send_back, each.withdraw)) for each in _known.subjects)
    return next((each for each, its in moves if transition in its), None)


def subject_choices() -> list[tuple[str, Text]]:
    """The moves a policy may be about."""
    return [(each.code, each.label) for each in _known.subjects]


def post_choices() -> list[tuple[str, Text]]:
    """The posts a policy may ask."""
    return list(_known.posts)


def category_choices() -> list[tuple[str, Text]]:
    """What documents may be about, over all subjects."""
    return list(dict(pair for each in _known.subjects for pair in each.categories).items())


def risk_choices() -> list[tuple[str, Text]]:
    """Risks over all subjects."""
    return list(dict(pair for each in _known.subjects for pair in each.risks).items())


def qualification_choices() -> list[tuple[str, Text]]:
    """What a person may be asked to be qualified for."""
    return list(_known.qualifications)


def post_label(code: str) -> str:
    """A post in words."""
    return str(dict(_known.posts).get(code, code))
