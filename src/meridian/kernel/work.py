"""What an effect works with: the locked document, its facts, and the last statement it may add to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, Self
from uuid import UUID

from meridian.kernel.clock import Moment
from meridian.kernel.context import Actor
from meridian.kernel.declare import F, M, Series
from meridian.kernel.sql import Expression


@dataclass(frozen=True)
class NumberedInsert:
    """A header written by the closing statement with a gap-free number from its series.

    `columns` and `values` leave out the number column; a value may be an expression (`psycopg.sql`). The counter row is
    locked last, in key order.
    """

    table: str
    columns: Sequence[str]
    values: Sequence[Any]
    series_code: str
    series: Series
    day: date
    number_column: str = "number"


@dataclass
class Work(Generic[M, F]):
    """One transition under way, handed to its effect and to the reactions of other modules."""

    document: M
    facts: F
    moment: Moment
    actor: Actor
    transaction_id: UUID
    transition_id: UUID
    transition_name: str
    document_type: str
    """The code of the document's type, as evidence names it."""
    value_day: date
    """The day the books date it: the site's today, for a late entry the day it happened."""
    reason: str = ""
    header: dict[str, Any] = field(default_factory=dict)
    numbered: list[NumberedInsert] = field(default_factory=list)
    parts: list[Expression] = field(default_factory=list)
    """Further parts `name AS (…)` of the closing statement."""

    def set(self, **values: Any) -> None:
        """Columns of the document's header to write with the new state."""
        self.header.update(values)

    def insert_numbered(self, insert: NumberedInsert) -> None:
        """A header that gets its gap-free number in the closing statement."""
        self.numbered.append(insert)


@dataclass(frozen=True)
class Outcome:
    """What a successful act answers."""

    document_id: UUID
    number: str
    state: str
    version: int
    transition_id: UUID | None = None
    replayed: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of_replay(cls, answer: Mapping[str, Any]) -> Self:
        """The outcome a stored answer tells of."""
        moved = answer.get("transition_id")
        number, state, version = answer["number"], answer["state"], answer["version"]
        return cls(UUID(answer["id"]), number, state, version, UUID(moved) if moved else None, replayed=True)

    def as_data(self) -> dict[str, Any]:
        """The answer as the API gives it and the claim keeps it."""
        return {
            "id": str(self.document_id),
            "number": self.number,
            "state": self.state,
            "version": self.version,
            "transition_id": str(self.transition_id) if self.transition_id else None,
        }
