"""Which application identifiers must, and which may not, stand beside each other (dictionary: `req=`, `ex=`).

GS1 asks this of all barcodes of one item together, so no single scan is refused for it: whoever has gathered the
scans of an item asks here.
"""

from collections.abc import Iterable
from typing import NamedTuple

from meridian.items.udi.gs1.dictionary import IDENTIFIERS


class PairingProblem(NamedTuple):
    """One broken pairing rule."""

    code: str
    """`ai_pair_missing` or `ai_pair_forbidden`."""
    ai: str
    """The identifier whose rule is broken."""
    others: tuple[str, ...]
    """What is missing, as alternatives of the dictionary (`01`, `01+21`); or the one that may not be there."""


def pairing_problems(ais: Iterable[str]) -> tuple[PairingProblem, ...]:
    """Every pairing rule that these identifiers break, in ascending order; empty if they may stand together."""
    present = sorted(set(ais))
    problems: list[PairingProblem] = []
    for ai in present:
        identifier = IDENTIFIERS.get(ai)
        if identifier is None:
            continue
        for alternatives in identifier.requires:
            if not any(all(_any_matches(pattern, present, ai) for pattern in group) for group in alternatives):
                missing = tuple("+".join(group) for group in alternatives)
                problems.append(PairingProblem("ai_pair_missing", ai, missing))
        for other in present:
            if other != ai and any(_matches(pattern, other) for pattern in identifier.excludes):
                problems.append(PairingProblem("ai_pair_forbidden", ai, (other,)))
    return tuple(problems)


def _any_matches(pattern: str, present: list[str], but: str) -> bool:
    return any(other != but and _matches(pattern, other) for other in present)


def _matches(pattern: str, ai: str) -> bool:
    return len(pattern) == len(ai) and all(a in ("n", b) for a, b in zip(pattern, ai, strict=True))
