"""How far a case is: from what was asked and answered, pure. One seat is one answer that is wanted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from meridian.approvals.vocabulary import Origin, StepRule, TaskState

AHEAD = frozenset({Origin.DELEGATION.value, Origin.BEFORE.value})
"""Their parent waits for them."""


@dataclass(frozen=True)
class Asked:
    """One task as the flow sees it."""

    id: UUID
    step: int
    turn: int
    rule: str
    seat: UUID
    parent: UUID | None
    origin: str
    state: str


@dataclass(frozen=True)
class Progress:
    """Where a case stands: `step` None when all has been agreed."""

    step: int | None
    open: frozenset[UUID]
    lapsed: frozenset[UUID]

    @property
    def is_agreed(self) -> bool:
        """Whether nobody is left to ask."""
        return self.step is None


def progress(tasks: Sequence[Asked]) -> Progress:
    """Which step is under way, whose turn it is, and which tasks nobody needs to answer any more."""
    lapsed: set[UUID] = set()
    for step in sorted({task.step for task in tasks}):
        here = _Step([task for task in tasks if task.step == step])
        opened = here.opened()
        lapsed |= here.needless(opened)
        if opened:
            return Progress(step, frozenset(opened), frozenset(lapsed))
    return Progress(None, frozenset(), frozenset(lapsed))


class _Step:
    """One step: its seats, and the answers so far."""

    def __init__(self, tasks: Sequence[Asked]) -> None:
        self.tasks = sorted(tasks, key=lambda task: task.turn)
        self.main = list(dict.fromkeys(task.seat for task in self.tasks if task.parent is None))
        self.rule = next(task.rule for task in self.tasks if task.parent is None)

    def opened(self) -> set[UUID]:
        """The pending tasks whose turn it is; none when the step is done."""
        seats = self._after_of(self.main)
        if not (seats and self.rule == StepRule.IN_TURN):
            wanted = [seat for seat in self.main if not self._agreed(seat)]
            if self.rule == StepRule.ANY and len(wanted) < len(self.main):
                wanted = []
            seats += wanted[:1] if self.rule == StepRule.IN_TURN else wanted
        return {task.id for seat in seats for task in self._pending(self._first(seat))}

    def needless(self, opened: set[UUID]) -> set[UUID]:
        """Pending tasks that can no longer come to their turn."""
        if not opened:
            return {task.id for task in self.tasks if task.state == TaskState.PENDING}
        done = {seat for seat in {task.seat for task in self.tasks} if self._agreed(seat)}
        if self.rule == StepRule.ANY and done.intersection(self.main):
            done.update(self.main)
        return {task.id for task in self.tasks
                if task.state == TaskState.PENDING and task.id not in opened and task.seat in done}  # fmt: skip

    def _agreed(self, seat: UUID) -> bool:
        return any(task.seat == seat and task.state == TaskState.AGREED for task in self.tasks)

    def _children(self, seat: UUID, *, ahead: bool) -> list[UUID]:
        return list(dict.fromkeys(task.seat for task in self.tasks
                                  if task.parent == seat and (task.origin in AHEAD) == ahead))  # fmt: skip

    def _first(self, seat: UUID) -> list[UUID]:
        """The seats that answer before this one may: those ahead of it, else itself."""
        waiting = [child for child in self._children(seat, ahead=True) if not self._agreed(child)]
        return [first for child in waiting for first in self._first(child)] or [seat]

    def _after_of(self, seats: Iterable[UUID]) -> list[UUID]:
        """Seats added behind those that have agreed, which have not agreed themselves."""
        found: list[UUID] = []
        for seat in seats:
            ahead = self._children(seat, ahead=True)
            found += self._after_of(ahead)
            if self._agreed(seat):
                behind = self._children(seat, ahead=False)
                found += [child for child in behind if not self._agreed(child)]
                found += self._after_of([child for child in behind if self._agreed(child)])
        return found

    def _pending(self, seats: Sequence[UUID]) -> list[Asked]:
        return [task for task in self.tasks if task.seat in seats and task.state == TaskState.PENDING]
