"""The demonstration company loads by itself, through the two doors, into a demo store alone."""

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from meridian.items.udi.gs1.check_digits import gtin_is_valid
from meridian.organization.identifiers import is_uscc
from meridian.site import postgres
from meridian.site.demo.products import families

ROOT = Path(__file__).resolve().parents[2]


def command(store: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """One command of the site on a store of its own."""
    environment = {**os.environ, "MERIDIAN_STORE": str(store), "PYTHONPATH": str(ROOT / "src")}
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SEAL_URL", "MERIDIAN_EMBEDDED"):
        environment.pop(name, None)
    program = [sys.executable, "-P", "-m", "meridian.site.command_line", *arguments]
    return subprocess.run(program, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A store with the demonstration company in it."""
    path = tmp_path_factory.mktemp("demo")
    os.chmod(path, 0o755)
    done = command(path, "demo")
    assert done.returncode == 0, done.stderr[-3000:]
    yield path
    postgres.remove(path / "server")


@pytest.fixture(scope="module")
def book(store: Path) -> Iterator[psycopg.Connection]:
    """The store's database, read past the tenancy of the product."""
    with psycopg.connect(postgres.ensure(store / "server").superuser, autocommit=True) as connection:
        yield connection


def counts(book: psycopg.Connection, table: str, column: str = "state") -> dict[str, int]:
    """Rows of a table by the values of a column."""
    return dict(book.execute(f"SELECT {column}, count(*) FROM {table} GROUP BY 1").fetchall())


pytestmark = pytest.mark.timeout(900)


def test_the_books_are_full_and_balance(store: Path, book: psycopg.Connection) -> None:
    (movements, first, last), *_none = book.execute(
        "SELECT count(*), min(at), max(at) FROM inventory_movement"
    ).fetchall()
    assert movements >= 800
    assert (last - first).days > 100
    assert set(counts(book, "inventory_balance", "status")) == {"pending_inspection", "qualified", "nonconforming"}
    verified = command(store, "verify")
    assert verified.returncode == 0, verified.stdout


def test_lots_stand_in_every_state_a_user_meets(book: psycopg.Connection) -> None:
    in_stock = "FROM inventory_balance b JOIN inventory_lot l ON l.id = b.lot_id WHERE b.quantity > 0"
    for condition in ("l.expires_on < current_date", "l.expires_on BETWEEN current_date AND current_date + 90",
                      "l.expires_on > current_date + 180", "l.expires_on IS NULL", "l.serial_no <> ''"):  # fmt: skip
        assert book.execute(f"SELECT 1 {in_stock} AND {condition} LIMIT 1").fetchone(), condition
    assert book.execute("SELECT 1 FROM inventory_lot_block WHERE released_at IS NULL").fetchone()


@pytest.mark.parametrize(
    ("table", "states"),
    [
        ("purchasing_purchase_order", {"draft", "released", "closed"}),
        ("warehouse_goods_receipt", {"draft", "received"}),
        ("inspection_acceptance", {"pending", "inspected", "released"}),
        ("sales_sales_order", {"draft", "confirmed", "closed"}),
        ("warehouse_shipment", {"draft", "picked", "reviewed", "shipped"}),
        ("warehouse_stock_adjustment", {"draft", "posted"}),
        ("warehouse_quality_hold", {"draft", "held", "lifted"}),
        ("parties_supplier", {"draft", "approved", "suspended"}),
        ("parties_customer", {"draft", "approved", "suspended"}),
        ("items_item", {"draft", "approved"}),
        ("accounts_access_change", {"submitted"}),
        ("ledger_period", {"open", "closed", "reopening"}),
    ],
)
def test_work_waits_at_every_step(book: psycopg.Connection, table: str, states: set[str]) -> None:
    assert states <= set(counts(book, table))


def test_who_may_sign_in_is_told_to_the_owner_alone(store: Path, book: psycopg.Connection) -> None:
    path = store / "secrets" / "demo_accounts.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    people = json.loads(path.read_text(encoding="utf-8"))
    assert len({person["password"] for person in people}) == len(people) == 18
    assert {person["role"] for person in people} == set(counts(book, "kernel_role", "code"))
    signatures = book.execute("SELECT count(DISTINCT signer_id) FROM kernel_signature").fetchone()
    assert signatures is not None
    assert signatures[0] >= 5


def test_the_store_is_a_demo_store_at_the_real_time(book: psycopg.Connection) -> None:
    kind, offset = book.execute("SELECT kind, clock_offset FROM kernel_store").fetchall()[0]
    assert (kind, offset.total_seconds()) == ("demo", 0)
    behind = book.execute("SELECT count(*) FROM kernel_act WHERE at > clock_timestamp()").fetchall()
    assert behind == [(0,)]


def test_nothing_in_it_is_a_real_firm_s(book: psycopg.Connection) -> None:
    codes = [row[0] for row in book.execute("SELECT di FROM items_device_identifier").fetchall()]
    assert all(gtin_is_valid(code) and code[1:4] == "952" for code in codes)
    for table in ("organization_company", "parties_supplier", "parties_customer"):
        for (code,) in book.execute(f"SELECT uscc FROM {table}").fetchall():
            assert is_uscc(code)
            assert code.startswith("91990000")
    numbers = [row[0] for row in book.execute("SELECT registration_no FROM items_registration_certificate").fetchall()]
    assert all(
        re.fullmatch(r"国械注准20233\d{2}9\d{3}|江械注准20232\d{2}9\d{3}|江江械备20239\d{3}", no) for no in numbers
    )


def test_loading_again_changes_nothing(store: Path, book: psycopg.Connection) -> None:
    acts = book.execute("SELECT count(*) FROM kernel_act").fetchone()
    assert command(store, "demo").returncode == 0
    assert book.execute("SELECT count(*) FROM kernel_act").fetchone() == acts


def test_a_normal_store_takes_no_demonstration(tmp_path: Path) -> None:
    os.chmod(tmp_path, 0o755)
    try:
        assert command(tmp_path, "migrate").returncode == 0
        refused = command(tmp_path, "demo")
        assert (refused.returncode, "not a demo store" in refused.stdout) == (1, True)
    finally:
        postgres.remove(tmp_path / "server")


def test_the_table_of_products_is_large_enough() -> None:
    assert sum(len(family.specifications) for family in families()) >= 120
    assert {family.device_class for family in families()} == {"I", "II", "III"}
