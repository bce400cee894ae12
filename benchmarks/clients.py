"""Eight clients posting in one company at once, each a process with a connection of its own."""

import multiprocessing
import random
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from benchmarks.dataset import ITEM, LOT, key_of
from benchmarks.world import PRICE, World, lean_of
from meridian.kernel.sql import fetch

CLIENTS = 8
TARGET_RATE, TARGET_P95 = 150, 80
COMMITS = 50


@dataclass(frozen=True)
class Load:
    """What the clients achieved: postings in a second over all, milliseconds of one, how many failed and why."""

    clients: int
    seconds: float
    postings: int
    per_second: float
    median_ms: float
    p95_ms: float
    failed: int
    failures: tuple[str, ...]
    deadlocks: int
    limit_per_second: float
    commit_ms: float

    @property
    def is_met(self) -> bool:
        """Whether rate, p95 and no failure keep the targets."""
        return self.per_second >= TARGET_RATE and self.p95_ms <= TARGET_P95 and not self.failed

    def as_data(self) -> dict[str, Any]:
        """The result as the JSON file keeps it."""
        return {**asdict(self), "met": self.is_met, "target_per_second": TARGET_RATE, "target_p95_ms": TARGET_P95}


@dataclass(frozen=True)
class _Job:
    number: int
    until: float
    order: UUID
    item: UUID


_WORLD: list[World] = []
"""The world as the forked clients find it."""


def run_clients(world: World, seconds: float) -> Load:
    """Half of the clients receive, half issue: draft and posting of one line, as fast as they are answered."""
    jobs = []
    for number in range(CLIENTS):
        item = key_of(ITEM, 1 + number % world.scale.items)
        jobs.append((number, world.purchase_order([item]), item))
    _WORLD[:] = [world]
    commit_ms = commit_latency(world)
    before = _deadlocks()
    connection.close()  # a forked client must not inherit it
    began = time.perf_counter()
    answers = _in_processes(_client, [_Job(n, time.time() + seconds, order, item) for n, order, item in jobs])
    took = time.perf_counter() - began
    times = sorted(each for answer in answers for each in answer[0])
    failures = [text for answer in answers for text in answer[1]]
    began = time.perf_counter()
    lean = _in_processes(_lean_client, [_Job(n, time.time() + seconds / 3, order, item) for n, order, item in jobs])
    lean_rate = sum(lean) / (time.perf_counter() - began)
    return Load(
        clients=CLIENTS,
        seconds=round(took, 2),
        postings=len(times),
        per_second=round(len(times) / took, 1),
        median_ms=round(statistics.median(times), 1),
        p95_ms=round(times[int(len(times) * 0.95)], 1),
        failed=len(failures),
        failures=tuple(sorted(set(failures)))[:5],
        deadlocks=_deadlocks() - before,
        limit_per_second=round(lean_rate, 1),
        commit_ms=commit_ms,
    )


def commit_latency(world: World) -> float:
    """Milliseconds of the smallest durable commit on this machine, the median of many."""
    times = []
    for _turn in range(COMMITS):
        began = time.perf_counter()
        world.lean.connection.execute("UPDATE lean.counter SET value = value WHERE series = 'voucher'")
        times.append((time.perf_counter() - began) * 1000)
    return round(statistics.median(times), 3)


def _deadlocks() -> int:
    fetch("SELECT pg_stat_force_next_flush(), pg_stat_clear_snapshot()")
    return int(fetch("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")[0][0])


def _in_processes(work: Callable[[_Job], Any], jobs: list[_Job]) -> list[Any]:
    with ProcessPoolExecutor(len(jobs), mp_context=multiprocessing.get_context("fork")) as pool:
        return list(pool.map(work, jobs))


def _client(job: _Job) -> tuple[list[float], list[str]]:
    """Milliseconds of each posting, and what failed."""
    [world] = _WORLD
    rng = random.Random(job.number)
    times: list[float] = []
    failed: list[str] = []
    turn = 0
    while time.time() < job.until:
        turn += 1
        lines = world.receipt_lines([job.item])
        lines[0]["lot_no"] = f"C{job.number}-{turn:07d}"
        lot = key_of(LOT, rng.randint(1, world.scale.lots))
        began = time.perf_counter()
        try:
            if job.number % 2:
                world.receive(job.order, lines)
            else:
                world.issue(lot)
        except Exception as error:  # noqa: BLE001 - whatever fails is what the table must tell
            failed.append(f"{type(error).__name__}: {error}"[:200])
        else:
            times.append((time.perf_counter() - began) * 1000)
    connection.close()
    return times, failed


def _lean_client(job: _Job) -> int:
    """How many postings the limit does in the same way."""
    [world] = _WORLD
    lean = lean_of(world.urls, world.house)
    done = 0
    while time.time() < job.until:
        if job.number % 2:
            [line] = world.receipt_lines([job.item])
            lean.receive([line | {"quantity": Decimal(line["quantity"]), "price": PRICE}])
        else:
            lean.ship([(job.item, Decimal(1))], lean.day)
        done += 1
    lean.connection.close()
    connection.close()
    return done
