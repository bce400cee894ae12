"""Timing two ways of doing the same, interleaved A B A B, and counting the statements the product sends."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection


@dataclass
class Watch:
    """Time and statements of one act. `turn` counts the acts of a workload; 0 warms up."""

    turn: int
    seconds: float = 0.0
    statements: int = 0
    _since: float | None = None

    @contextmanager
    def running(self) -> Iterator[None]:
        """Measures what happens inside; savepoints are not counted, because they differ by caller."""
        with connection.execute_wrapper(self._count):
            self._since = time.perf_counter()
            try:
                yield
            finally:
                self._stop()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """What happens inside is no part of the workload: another person's signature, say."""
        self._stop()
        try:
            yield
        finally:
            self._since = time.perf_counter()

    def _stop(self) -> None:
        if self._since is not None:
            self.seconds += time.perf_counter() - self._since
        self._since = None

    def _count(self, execute: Any, sql: Any, parameters: Any, many: bool, context: Any) -> Any:
        if self._since is not None and "SAVEPOINT" not in str(sql)[:24]:
            self.statements += 1
        return execute(sql, parameters, many, context)


Act = Callable[[Watch], Any]


@dataclass(frozen=True)
class Workload:
    """One row of the table: `ours` and `limit` do the same once, `rows` logical rows each.

    `target` is the ratio of the table of targets; None where it states none. `before` and `before_limit` prepare
    outside the clock.
    """

    name: str
    ours: Act
    limit: Act
    target: float | None
    before: Callable[[], None] = lambda: None
    before_limit: Callable[[], None] = lambda: None
    rounds: int = 5
    rows: int = 1
    note: str = ""


@dataclass
class Result:
    """Medians in milliseconds, their ratio, and the statements one act of the product sent."""

    name: str
    ours_ms: float
    limit_ms: float
    statements: int
    rows: int
    target: float | None
    note: str = ""
    ours_all: list[float] = field(default_factory=list)
    limit_all: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """How many times the limit ours takes."""
        return self.ours_ms / self.limit_ms

    @property
    def best_ratio(self) -> float:
        """The ratio of the quickest turns: what remains of the ratio where other programs disturb the machine."""
        return min(self.ours_all) / min(self.limit_all)

    @property
    def is_met(self) -> bool | None:
        """Whether the target ratio is kept; None where there is none."""
        return None if self.target is None else self.ratio <= self.target

    @property
    def rows_per_second(self) -> int:
        """Logical rows the product does in a second."""
        return round(self.rows / self.ours_ms * 1000)

    def as_data(self) -> dict[str, Any]:
        """The result as the JSON file keeps it."""
        return {
            "name": self.name, "ours_ms": round(self.ours_ms, 3), "limit_ms": round(self.limit_ms, 3),
            "ratio": round(self.ratio, 2), "best_ratio": round(self.best_ratio, 2), "target": self.target,
            "met": self.is_met, "statements": self.statements,
            "rows_per_second": self.rows_per_second, "note": self.note, "ours_all": self.ours_all,
            "limit_all": self.limit_all,
        }  # fmt: skip


def timed(act: Act, turn: int) -> Watch:
    """One act under the clock."""
    watch = Watch(turn)
    with watch.running():
        act(watch)
    return watch


def run(workload: Workload) -> Result:
    """Measures one workload; the first turn of each side warms up and is not counted."""
    ours: list[float] = []
    limit: list[float] = []
    statements = 0
    for turn in range(workload.rounds + 1):
        workload.before()
        mine = timed(workload.ours, turn)
        workload.before_limit()
        theirs = timed(workload.limit, turn)
        if turn:
            ours.append(round(mine.seconds * 1000, 3))
            limit.append(round(theirs.seconds * 1000, 3))
            statements = mine.statements
    return Result(
        workload.name, statistics.median(ours), statistics.median(limit), statements, workload.rows, workload.target,
        workload.note, ours, limit,
    )  # fmt: skip
