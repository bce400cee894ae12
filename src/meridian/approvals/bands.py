"""Which steps a policy asks for which figures, pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from meridian.approvals.vocabulary import StepRule


@dataclass(frozen=True)
class Band:
    """One line of a policy."""

    id: UUID
    amount_over: Decimal
    amount_to: Decimal | None
    category: str
    risk: str
    step: int
    rule: str
    role: str
    person_id: UUID | None = None
    person_name: str = ""
    qualification: str = ""
    limit_hours: int | None = None
    time_out: str = ""
    escalate_to: str = ""

    def holds(self, amount: Decimal, categories: frozenset[str], risk: str) -> bool:
        """Whether these figures lie in the band: above `amount_over`, to `amount_to`; 0 lies in the first."""
        is_over = amount > self.amount_over or self.amount_over == 0
        is_within = self.amount_to is None or amount <= self.amount_to
        return is_over and is_within and self.category in ("", *categories) and self.risk in ("", risk)


def asked(bands: Iterable[Band], amount: Decimal, categories: frozenset[str], risk: str) -> tuple[Band, ...] | None:
    """Who is asked, in order of steps; empty when the policy agrees by itself, None when no band holds the figures.

    Where several bands hold, all their steps are asked; one who is asked twice in a step is asked once.
    """
    holding = [band for band in bands if band.holds(amount, categories, risk)]
    if not holding:
        return None
    once: dict[tuple[int, str, UUID | None, bool], Band] = {}
    for band in holding:
        if band.rule != StepRule.NOBODY:
            once.setdefault((band.step, band.role, band.person_id, band.rule == StepRule.COPY), band)
    return tuple(sorted(once.values(), key=lambda band: band.step))


def gap(bands: Sequence[Band]) -> tuple[Decimal, Decimal | None] | None:
    """The first stretch of amounts that no band for every category and risk holds; None when there is none."""
    plain = sorted(
        (band for band in bands if not band.category and not band.risk and band.rule != StepRule.COPY),
        key=lambda band: band.amount_over,
    )
    reached = Decimal(0)
    for band in plain:
        if band.amount_over > reached:
            return reached, band.amount_over
        if band.amount_to is None:
            return None
        reached = max(reached, band.amount_to)
    return reached, None
