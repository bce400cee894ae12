"""A scanner on one large receipt: one scan beside the limit, and a burst of ten a second that loses none."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from benchmarks.measure import Watch, Workload
from benchmarks.world import World
from meridian.items.tests.factories import BOX_DI, approved_item
from meridian.organization.vocabulary import Role, ZoneKind
from meridian.purchasing.tests.inbound import NOTE_AGREES
from meridian.scanning.answers import Capture
from meridian.scanning.queries import standing
from meridian.scanning.services import take
from meridian.scanning.vocabulary import ScanTask
from meridian.warehouse.documents import GoodsReceiptDocument

LINES = 200
PER_SECOND = 10
TARGET_MS = 400
"""From the scan to its confirmed answer (UX §12)."""
PACKAGES = [{"di": BOX_DI, "package_level": "sales_unit", "units_per_package": "1"}]
LEAN = """
CREATE TABLE IF NOT EXISTS lean.scan (id uuid PRIMARY KEY, line_id uuid NOT NULL, text text NOT NULL,
                                      added numeric(18,6) NOT NULL, at timestamptz NOT NULL)
"""
_LEAN_SCAN = """
WITH counted AS (UPDATE lean.line SET quantity = quantity + 1 WHERE id = %(line)s)
INSERT INTO lean.scan VALUES (%(id)s, %(line)s, %(text)s, 1, now())
"""


@dataclass(frozen=True)
class Burst:
    """What a scanner that never waits was answered: milliseconds from the scan to its confirmation, queueing in."""

    lines: int
    sent: int
    counted: int
    per_second: float
    median_ms: float
    p95_ms: float
    slowest_ms: float

    @property
    def is_met(self) -> bool:
        """Whether none was lost and 95 of 100 were confirmed in time."""
        return self.counted == self.sent and self.p95_ms <= TARGET_MS

    def as_data(self) -> dict[str, Any]:
        """The result as the JSON file keeps it."""
        return {**asdict(self), "met": self.is_met, "target_ms": TARGET_MS}

    def told(self) -> str:
        """The result in a line."""
        return (
            f"{PER_SECOND} scans a second into one receipt of {self.lines} lines: {self.sent} sent, {self.counted} "
            f"counted, {self.per_second}/s, median {self.median_ms} ms, p95 {self.p95_ms} ms, slowest "
            f"{self.slowest_ms} ms (target ≤ {TARGET_MS}); {'ok' if self.is_met else 'MISSED'}"
        )


@dataclass(frozen=True)
class _Ramp:
    """A receipt of many lines and a barcode that counts one of them up."""

    world: World
    receipt: UUID
    text: str

    def scan(self, key: str) -> bool:
        """One scan; whether it counted."""
        actor = self.world.company.actors[Role.RECEIVER]
        answer = take(ScanTask.RECEIVE, self.receipt, Capture(text=self.text, key=key), actor=actor)
        return answer.refused is None

    def counted(self) -> int:
        """How many scans the book holds for the receipt."""
        return standing(ScanTask.RECEIVE, self.receipt, actor=self.world.company.actors[Role.RECEIVER]).scans


def _ramp(world: World) -> _Ramp:
    serial = next(world.serial)
    di = _di(serial)
    scanned = approved_item(world.company, identifiers=[{**PACKAGES[0], "di": di}],
                            registration_no=f"苏械注准2026214{serial % 10000:04}")  # fmt: skip
    items = world.items(LINES - 1)
    order = world.purchase_order([*items, scanned])
    header = {"order_id": order, "delivery_note_number": "SHTX-1", **NOTE_AGREES,
              "place": world.company.set_up.places[ZoneKind.PENDING]}  # fmt: skip
    lines = world.receipt_lines(items)
    receipt = world.company.draft(GoodsReceiptDocument, header, lines, role=Role.RECEIVER).document_id
    ramp = _Ramp(world, receipt, f"(01){di}(11)260105(17)400104(10)L1")
    if not ramp.scan(f"first-{serial}"):
        raise AssertionError("the barcode of the burst does not count")
    return ramp


def _di(serial: int) -> str:
    body = f"0952000{serial % 1_000_000:06d}"
    weighed = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(body))
    return f"{body}{-weighed % 10}"


def scan_workload(world: World) -> Workload:
    """One scan into a receipt of many lines, beside one row written and one line counted up."""
    ramp, keys, line = _ramp(world), count(1), uuid4()
    world.lean.connection.execute(LEAN)
    world.lean.connection.execute("INSERT INTO lean.line VALUES (%s, %s, %s, NULL, 1, 12.5)", [line, uuid4(), uuid4()])

    def ours(_watch: Watch) -> None:
        if not ramp.scan(f"w-{next(keys)}"):
            raise AssertionError("a scan did not count")

    def limit(_watch: Watch) -> None:
        world.lean.connection.execute(_LEAN_SCAN, {"line": line, "id": uuid4(), "text": ramp.text})

    return Workload(f"scan into a receipt of {LINES} lines", ours, limit, None, rounds=15, rows=1,
                    note="judged by the receipt's gates, kept in the book, answered with the whole task")  # fmt: skip


def run_burst(world: World, seconds: float) -> Burst:
    """Scans at their pace whether or not the last one was answered: what waits, waits in the scanner's queue."""
    ramp = _ramp(world)
    before, sent = ramp.counted(), max(10, round(seconds * PER_SECOND))
    times: list[float] = []
    began = time.perf_counter()
    for n in range(sent):
        due = began + n / PER_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))
        ramp.scan(f"b-{n}")
        times.append((time.perf_counter() - due) * 1000)
    took = time.perf_counter() - began
    return _burst(sent, ramp.counted() - before, took, sorted(times))


def _burst(sent: int, counted: int, took: float, times: Sequence[float]) -> Burst:
    at = Decimal(len(times) - 1)
    return Burst(
        lines=LINES,
        sent=sent,
        counted=counted,
        per_second=round(sent / took, 1),
        median_ms=round(times[int(at / 2)], 1),
        p95_ms=round(times[int(at * Decimal("0.95"))], 1),
        slowest_ms=round(times[-1], 1),
    )
