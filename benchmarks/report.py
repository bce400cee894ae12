"""What a run prints and keeps: the table, what missed its target, the books after it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.clients import TARGET_P95, TARGET_RATE, Load
from benchmarks.measure import Result
from benchmarks.scans import Burst


@dataclass
class Run:
    """Everything one run found out."""

    facts: Mapping[str, Any]
    results: list[Result] = field(default_factory=list)
    load: Load | None = None
    burst: Burst | None = None
    sealing: Mapping[str, Any] | None = None
    invariants: list[str] = field(default_factory=list)
    checked: Sequence[str] = ()

    def as_data(self) -> dict[str, Any]:
        """The run as the JSON file keeps it."""
        return {
            "facts": dict(self.facts), "workloads": [result.as_data() for result in self.results],
            "clients": self.load.as_data() if self.load else None,
            "burst": self.burst.as_data() if self.burst else None, "sealing": self.sealing,
            "checked": list(self.checked), "problems": self.invariants,
        }  # fmt: skip


HEAD = ("workload", "ours ms", "limit ms", "ratio", "of best", "target", "", "statements", "rows/s")


def table(results: Sequence[Result]) -> str:
    """The results, one line each; a missed target is marked."""
    rows = [HEAD, *(_row(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in (0, 6) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _row(result: Result) -> tuple[str, ...]:
    target = "-" if result.target is None else f"≤ {result.target:g}"
    mark = {None: "", True: "ok", False: "MISSED"}[result.is_met]
    return (
        result.name, f"{result.ours_ms:.2f}", f"{result.limit_ms:.2f}", f"{result.ratio:.1f}",
        f"{result.best_ratio:.1f}", target, mark, str(result.statements), f"{result.rows_per_second:,}",
    )  # fmt: skip


def show(run: Run) -> None:
    """Prints the run."""
    print("\n".join(f"{name}: {value}" for name, value in run.facts.items()), end="\n\n")
    if run.results:
        print(table(run.results), end="\n\n")
    if run.load is not None:
        _show_load(run.load)
    if run.burst is not None:
        print(run.burst.told())
    if run.sealing is not None:
        print(f"sealing behind it: {run.sealing['rows']:,} evidence rows, {run.sealing['us_per_row']} µs each "
              f"(target ≤ 6)")  # fmt: skip
    print(f"books after the run ({', '.join(run.checked)}): "
          f"{'all agree' if not run.invariants else 'WRONG'}")  # fmt: skip
    print("\n".join(f"  {line}" for line in run.invariants))


def _show_load(load: Load) -> None:
    print(
        f"{load.clients} clients, 1 line each, one company, {load.seconds} s: {load.per_second} postings/s "
        f"(target ≥ {TARGET_RATE}, limit {load.limit_per_second}), median {load.median_ms} ms, p95 {load.p95_ms} ms "
        f"(target ≤ {TARGET_P95}), {load.failed} failed (target 0), {load.deadlocks} deadlocks; "
        f"{'ok' if load.is_met else 'MISSED'}; commit latency {load.commit_ms} ms"
    )
    print("\n".join(f"  {text}" for text in load.failures))


def keep(run: Run, path: Path) -> None:
    """Writes the JSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(run.as_data(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
