"""The workloads of the table of targets: each through the product's real path, beside the limit's own way."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
from django.test import Client
from psycopg import sql

from benchmarks.dataset import RECEIPT, TREE_LOT, key_of, tree_size
from benchmarks.measure import Watch, Workload
from benchmarks.scans import scan_workload
from benchmarks.world import PRICE, World
from meridian.inventory.queries.genealogy import trace
from meridian.inventory.queries.screens import stock_as_of
from meridian.inventory.vocabulary import Direction
from meridian.organization.tests.factories import PASSWORD
from meridian.organization.vocabulary import Role

RECEIPTS = "/warehouse/goods-receipts/"
SHIPPED = Decimal(10)


def all_workloads(world: World) -> list[tuple[str, Callable[[], Sequence[Workload]]]]:
    """Names and how to prepare each; preparing costs time and is done only for what is asked."""
    return [
        ("receive 1 line", lambda: [_receive(world, 1, 15, 15)]),
        ("receive 1,000 lines", lambda: [_receive(world, 1_000, 2.5, 5)]),
        ("ship 1 line", lambda: [_ship(world, 1, 5, 9)]),
        ("ship 200 lines", lambda: [_ship(world, 200, 2.5, 5)]),
        ("scan", lambda: [scan_workload(world)]),
        ("trace", lambda: _traces(world)),
        ("stock as of a past date", lambda: [_as_of(world)]),
        ("pages and API", lambda: _pages(world)),
        ("trail", lambda: [_trail(world, 1, 9), _trail(world, 1_000, 5)]),
    ]


def _receive(world: World, lines: int, target: float, rounds: int) -> Workload:
    items = world.items(lines)[: min(lines, 200)]
    order = world.purchase_order(items)
    prepared: dict[str, list[dict[str, Any]]] = {}
    plain: dict[str, list[dict[str, Any]]] = {}

    def before() -> None:
        prepared["lines"] = world.receipt_lines([items[n % len(items)] for n in range(lines)])
        plain["lines"] = [
            line | {"quantity": Decimal(line["quantity"]), "price": PRICE}
            for line in world.receipt_lines([items[n % len(items)] for n in range(lines)])
        ]

    def ours(_watch: Watch) -> None:
        world.receive(order, prepared["lines"])

    def limit(_watch: Watch) -> None:
        world.lean.receive(plain["lines"])

    name = f"receive {lines:,} line{'s' if lines > 1 else ''}, each a new lot"
    note = "draft and posting; opens the acceptance inspection too"
    return Workload(name, ours, limit, target, before=before, rounds=rounds, rows=lines, note=note)


def _ship(world: World, lines: int, target: float, rounds: int) -> Workload:
    items = world.items(lines, first=7)
    orders: list[UUID] = []

    def before() -> None:
        orders.append(world.sales_order(items, SHIPPED))

    def ours(watch: Watch) -> None:
        shipment = world.picked(orders.pop())
        with watch.paused():
            world.review(shipment)
        world.ship(shipment)

    def limit(_watch: Watch) -> None:
        world.lean.ship([(item, SHIPPED) for item in items], world.day)

    name = f"FEFO allocate and ship {lines:,} line{'s' if lines > 1 else ''}"
    note = "three acts: allocated draft, picking with reservation, shipping"
    return Workload(name, ours, limit, target, before=before, rounds=rounds, rows=lines, note=note)


def _traces(world: World) -> list[Workload]:
    levels = world.scale.tree_levels
    return [_trace(world, 2, levels - 1, 9), _trace(world, 1, levels, 5)]


def _trace(world: World, root: int, levels: int, rounds: int) -> Workload:
    lot, size = key_of(TREE_LOT, root), tree_size(levels)

    def ours(_watch: Watch) -> None:
        with world.company.scope():
            answer = trace([lot], Direction.FORWARD)
        if len(answer.lots) != size or not answer.is_balanced:
            raise AssertionError(f"the trace names {len(answer.lots)} lots of {size}, or does not add up")

    def limit(_watch: Watch) -> None:
        if world.lean.trace(lot) != 2 * size:
            raise AssertionError("the limit's trace misses rows")

    return Workload(f"trace down {size - 1:,} lots", ours, limit, 3, rounds=rounds, rows=size,
                    note="sums of every lot checked")  # fmt: skip


def _as_of(world: World) -> Workload:
    day = world.day - timedelta(days=200)
    found: dict[str, int] = {}

    def ours(_watch: Watch) -> None:
        with world.company.scope():
            found["ours"] = len(stock_as_of(day))

    def limit(_watch: Watch) -> None:
        found["limit"] = world.lean.as_of(day)
        if found["limit"] != found["ours"]:
            raise AssertionError(f"stock as of {day}: {found}")

    return Workload("stock as of a past date", ours, limit, 2, rounds=5, rows=world.sizes["inventory_lot"],
                    note="all lots of the company, from the month end before, both sides")  # fmt: skip


def _pages(world: World) -> list[Workload]:
    client = Client()
    answer = client.post("/sign-in", {"username": world.username(Role.RECEIVER), "password": PASSWORD})
    if answer.status_code != 302:
        raise AssertionError(f"signing in answered {answer.status_code}")
    order = world.purchase_order(world.items(5))
    receipt = world.receive(order, world.receipt_lines(world.items(5)))
    copied = key_of(RECEIPT, world.scale.documents // 2)

    def got(path: str, parameters: Mapping[str, Any] | None = None) -> Callable[[Watch], bytes]:
        def get(_watch: Watch) -> bytes:
            answer = client.get(path, parameters or {})
            if answer.status_code != 200:
                raise AssertionError(f"{path} answered {answer.status_code}")
            return bytes(answer.content)

        return get

    def got_100(_watch: Watch) -> None:
        body = json.loads(got("/api/v1/warehouse/goods-receipts", {"limit": 100})(_watch))
        if len(body["items"]) != 100:
            raise AssertionError("the list of the API has other than 100 rows")

    def newest(number: int) -> Callable[[Watch], int]:
        return lambda _watch: world.lean.newest(number)

    documents = f"{world.scale.documents:,} documents"
    return [
        Workload(f"list page over {documents}", got(RECEIPTS), newest(50), 8, rounds=11, rows=50,
                 note="the view that opens first"),
        Workload(f"list page over {documents}, all", got(RECEIPTS, {"view": "2"}), newest(50), 8, rounds=11, rows=50),
        Workload(f"detail page over {documents}", got(f"{RECEIPTS}{receipt}/"), lambda _w: world.lean.one(copied), 8,
                 rounds=11, rows=1, note="a posted receipt of five lines with its timeline"),
        Workload("API list of 100 rows", got_100, newest(100), 8, rounds=11, rows=100),
    ]  # fmt: skip


_TRAIL = """
SELECT tgrelid::regclass::text, tgname FROM pg_trigger
WHERE NOT tgisinternal AND (tgname LIKE 'kernel_trail_%' OR tgname = 'kernel_queue_seal')
  AND tgrelid::regclass::text ~ '^(warehouse|inventory|inspection|ledger|kernel)_'
"""


def _trail(world: World, lines: int, rounds: int) -> Workload:
    """The product beside itself with the trail's triggers asleep."""
    base = _receive(world, lines, 1.2, rounds)
    with psycopg.connect(world.urls.owner, autocommit=True) as owner:
        triggers = owner.execute(_TRAIL).fetchall()

    def switch(word: str) -> None:
        with psycopg.connect(world.urls.owner, autocommit=True) as owner:
            for table, name in triggers:
                owner.execute(sql.SQL("ALTER TABLE {} {} TRIGGER {}").format(
                    sql.Identifier(table), sql.SQL(word), sql.Identifier(name)))  # fmt: skip
        base.before()
        base.ours(Watch(0))  # statements are planned anew after such a change: not the trail's cost
        base.before()

    return Workload(f"trail in the transaction, {lines:,} line{'s' if lines > 1 else ''}", base.ours, base.ours, 1.2,
                    before=lambda: switch("ENABLE"), before_limit=lambda: switch("DISABLE"), rounds=rounds, rows=lines,
                    note="beside the product itself without its trail triggers")  # fmt: skip


def wake_trail(world: World) -> None:
    """Every trigger of the trail works again."""
    with psycopg.connect(world.urls.owner, autocommit=True) as owner:
        for table, name in owner.execute(_TRAIL).fetchall():
            owner.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER {}").format(
                sql.Identifier(table), sql.Identifier(name)))  # fmt: skip
