"""Derived tables are recomputed from the books by those who own them; `verify` asks every check registered here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Fault(StrEnum):
    """How evidence fails to hold."""

    EDITED = "edited"
    """The row's text is not what was sealed."""
    DELETED = "deleted"
    """A sealed row is gone."""
    INSERTED = "inserted"
    """A row is neither sealed nor waiting to be."""
    OUTSIDE_TRAIL = "outside_trail"
    """A governed row differs from its last image in the change trail."""
    LOG = "log"
    """The log's own leaves, tiles or places were changed."""
    HEAD = "head"
    """A head's signature or copy does not agree with it."""
    DERIVED = "derived"
    """A derived row differs from what the books add up to."""
    UNGUARDED = "unguarded"
    """A trigger that must watch a table is missing or disabled."""


@dataclass(frozen=True)
class Problem:
    """One thing that does not hold: which row of which table, written when (UTC), and what is wrong with it."""

    fault: Fault
    table: str
    row_id: str
    at: datetime | None
    detail: str

    def line(self) -> str:
        """The problem on one line."""
        when = self.at.isoformat(timespec="milliseconds") if self.at else "-"
        return f"{self.fault}  {self.table}  {self.row_id}  {when}  {self.detail}"


DerivedCheck = Callable[[], Iterable[Problem]]

_checks: dict[str, DerivedCheck] = {}


def register_derived_check(name: str, check: DerivedCheck) -> None:
    """Has `verify` ask this check; `check()` reads by the default connection, over all companies, set-based.

    Registering a name again replaces the earlier check. Call it from the module's `AppConfig.ready`.
    """
    _checks[name] = check


def derived_checks() -> dict[str, DerivedCheck]:
    """The registered checks by name."""
    return dict(_checks)
