"""Who owns an alert: the holder of the named post with the fewest open ones, never nobody."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from meridian.alerts.queries import Holder
from meridian.alerts.vocabulary import LAST_RESORT


@dataclass
class Owners:
    """Holders of posts and how many open alerts each has; what is given out here counts at once."""

    holders: Sequence[Holder]
    load: Counter[UUID] = field(default_factory=Counter)

    def is_held_by(self, person_id: UUID) -> bool:
        """Whether this person still holds any post."""
        return any(holder.person_id == person_id for holder in self.holders)

    def next(self, posts: Sequence[str], level: int, site_id: UUID) -> Holder:
        """The owner at a level of escalation: of the post at that level, else of one before it, else the last resort.

        Raises LookupError where the company has nobody at all.
        """
        wanted = [*reversed(posts[: level + 1]), *posts[level + 1 :], *LAST_RESORT]
        for post in wanted:
            fit = [each for each in self.holders if each.post == post and each.site_id in (None, site_id)]
            if fit:
                return self._least_loaded(fit)
        if not self.holders:
            raise LookupError("nobody holds any post: there is nobody to warn")
        return self._least_loaded(self.holders)

    def _least_loaded(self, fit: Sequence[Holder]) -> Holder:
        chosen = min(fit, key=lambda holder: self.load[holder.person_id])  # of equals the first by sign-in name
        self.load[chosen.person_id] += 1
        return chosen
