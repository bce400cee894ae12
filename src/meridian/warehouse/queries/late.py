"""What late entry 补录 asks of a document: when it happened, who drafted it, what lay there since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from meridian.inventory.queries import StockLineFacts, StockSince, stock_since
from meridian.kernel.clock import Moment
from meridian.kernel.context import acting_user_id
from meridian.kernel.declare import Locks
from meridian.organization.queries import zone_of_site
from meridian.parameters.queries import values_in_force
from meridian.warehouse.vocabulary import LATE_ENTRY_DAYS


@dataclass(frozen=True, kw_only=True)
class EnteredLate:
    """A document that may name an earlier moment at which it happened (UTC)."""

    happened_at: datetime | None = None
    late_days: int = LATE_ENTRY_DAYS.default
    """How many days ago it may have happened at most."""
    late_transition: str = ""
    """The transition that enters it late."""
    is_drafter: bool = False
    """Whoever acts drafted the document; false on a page, where nobody acts."""
    since: Mapping[UUID, StockSince] = field(default_factory=dict)
    """By line that takes stock, what lay there from that moment on; empty for what happens now."""


def is_drafter(drafted_by_id: UUID | None, locks: Locks) -> bool:
    """Whether whoever acts under these locks is the person who drafted the document."""
    return bool(locks) and drafted_by_id is not None and drafted_by_id == acting_user_id()


def late_days(documents: Iterable[tuple[UUID, datetime | None]]) -> Mapping[UUID, int]:
    """By site, how many days ago documents may have happened; one statement where any happened earlier, else none."""
    known = list(documents)
    if not any(at for _site, at in known):
        return dict.fromkeys((site_id for site_id, _at in known), LATE_ENTRY_DAYS.default)
    return values_in_force(LATE_ENTRY_DAYS, [site_id for site_id, _at in known])


def late_since(
    documents: Iterable[tuple[UUID, datetime | None, Sequence[StockLineFacts]]],
) -> Mapping[UUID, StockSince]:
    """By line, what lay there since it happened; `documents` are site, moment and lines of each.

    Two statements however many documents happened earlier, none where none did.
    """
    late = [(site_id, at, lines) for site_id, at, lines in documents if at is not None]
    days = [Moment.at(at, zone_of_site(site_id)).site_day for site_id, at, _lines in late]
    happened = {line.line_id: (at, day) for (_site, at, lines), day in zip(late, days, strict=True) for line in lines}
    return stock_since([line for _site, _at, lines in late for line in lines], happened)
