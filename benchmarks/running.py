"""One run: the world, the workloads asked for, the clients, sealing, and the books after it."""

import os
import platform
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.clients import commit_latency, run_clients
from benchmarks.dataset import Scale, show
from benchmarks.measure import run as measure
from benchmarks.report import Run
from benchmarks.scans import run_burst
from benchmarks.workloads import all_workloads, wake_trail
from benchmarks.world import World, make_world
from meridian.evidence.checks import Problem
from meridian.evidence.seal import seal_with
from meridian.inventory.checks import (
    check_balances,
    check_costs,
    check_expectations,
    check_month_ends,
    check_stock_equals_ledger,
)
from meridian.kernel.sql import fetch
from meridian.ledger.checks import check_account_balances, check_vouchers
from meridian.site.postgres import Urls

CLIENTS = "8 clients"
BURST = "scan burst"
BURST_SECONDS = 3.0
"""The first scans of a connection are planned anew; a burst that is shorter measures little else."""
FULL_SECONDS = 10.0
CHECKS: dict[str, Callable[[], Iterator[Problem]]] = {
    "stock = movements": check_balances,
    "item costs": check_costs,
    "expectations": check_expectations,
    "month ends": check_month_ends,
    "stock value = ledger": check_stock_equals_ledger,
    "account balances": check_account_balances,
    "vouchers balance": check_vouchers,
}


def bench(factor: float, only: str, urls: Urls, store: Path) -> Run:
    """Builds the data set, measures what is asked for (names that contain `only`), and checks the books."""
    began = time.monotonic()
    world = make_world(Scale(factor), urls, store)
    built = time.monotonic() - began
    run = Run(facts=_facts(world, factor, built))
    for name, prepare in all_workloads(world):
        if only in name:
            _measure(run, prepare, world)
    if only in CLIENTS:
        show(f"{CLIENTS} …", done=False)
        run.load = run_clients(world, min(FULL_SECONDS, max(1.0, FULL_SECONDS * factor * 10)))
        show(f"{CLIENTS}: {run.load.per_second}/s", done=True)
    if only in BURST:
        show(f"{BURST} …", done=False)
        run.burst = run_burst(world, min(FULL_SECONDS, max(BURST_SECONDS, FULL_SECONDS * factor * 10)))
        show(run.burst.told(), done=True)
    run.sealing = _seal(urls, store)
    _check(run)
    world.lean.connection.close()
    return run


def _measure(run: Run, prepare: Callable[[], object], world: World) -> None:
    workloads = prepare()
    assert isinstance(workloads, list)
    try:
        for workload in workloads:
            show(f"{workload.name} …", done=False)
            result = measure(workload)
            run.results.append(result)
            show(f"{workload.name}: {result.ours_ms:.1f} ms, {result.ratio:.1f} × the limit", done=True)
    finally:
        wake_trail(world)


def _seal(urls: Urls, store: Path) -> dict[str, float]:
    """Seals what the workloads wrote."""
    began = time.perf_counter()
    sealed = seal_with(urls.seal, store)
    took = time.perf_counter() - began
    return {"rows": sealed.rows, "seconds": round(took, 3), "us_per_row": round(took / max(sealed.rows, 1) * 1e6, 1)}


def _check(run: Run) -> None:
    """The product's own recomputation of every derived figure; the data set itself adds up, so all of it is asked."""
    run.checked = tuple(CHECKS)
    for name, check in CHECKS.items():
        show(f"checking {name} …", done=False)
        run.invariants += [f"{name}: {problem.line()}" for problem in check()]


def _facts(world: World, factor: float, built: float) -> dict[str, object]:
    [(version,)] = fetch("SHOW server_version")
    [(fsync, commit)] = fetch("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
    return {
        "scale": factor,
        "rows": ", ".join(f"{table} {count:,}" for table, count in world.sizes.items()),
        "built in": f"{built:.0f} s",
        "server": f"PostgreSQL {version}, fsync {fsync}, synchronous_commit {commit}",
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}, "
                   f"load {os.getloadavg()[0]:.1f}",
        "commit latency": f"{commit_latency(world)} ms",
    }  # fmt: skip
