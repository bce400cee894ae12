"""The demonstration company loads by itself, through the two doors, into a demo store alone."""

import fcntl
import json
import re
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from meridian.items.udi.gs1.check_digits import gtin_is_valid
from meridian.organization.identifiers import is_uscc
from meridian.site import postgres
from meridian.site.demo.products import families
from tests.launch.demo_store import command, loaded, site_environment


@pytest.fixture
def store() -> Iterator[Path]:
    """The loaded store, its server running for others too."""
    with loaded(fcntl.LOCK_SH) as path:
        yield path


@pytest.fixture
def store_alone() -> Iterator[Path]:
    """The loaded store, while nobody else uses it: its server may be stopped."""
    with loaded(fcntl.LOCK_EX) as path:
        yield path


@pytest.fixture
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
    assert movements >= 3_000
    assert (last - first).days > 170
    assert set(counts(book, "inventory_balance", "status")) == {
        "pending_inspection", "qualified", "nonconforming", "returned_pending", "quality_hold",
    }  # fmt: skip
    verified = command(store, "verify")
    assert verified.returncode == 0, verified.stdout


def test_the_house_trades_with_30_suppliers_and_60_customers_whose_papers_are_in_every_state(
    book: psycopg.Connection,
) -> None:
    for table, column, number in (("supplier", "supplier_id", 30), ("customer", "customer_id", 60)):
        assert book.execute(f"SELECT count(*) FROM parties_{table}").fetchone() == (number,)
        for condition in ("valid_until < current_date", "valid_until BETWEEN current_date AND current_date + 30",
                          "valid_until > current_date + 180"):  # fmt: skip
            found = f"SELECT 1 FROM parties_licence WHERE {column} IS NOT NULL AND {condition} LIMIT 1"
            assert book.execute(found).fetchone(), (table, condition)


def test_goods_lie_where_their_temperature_is_kept(book: psycopg.Connection) -> None:
    """What is put away of cold goods lies in the cold room, and of nothing else does anything lie there."""
    rows = book.execute(
        "SELECT i.storage_condition, coalesce(p.temperature_celsius_max, z.temperature_celsius_max), count(*)"
        " FROM inventory_balance b JOIN inventory_lot l ON l.id = b.lot_id JOIN items_item i ON i.id = l.item_id"
        " JOIN organization_place p ON p.id = b.place_id LEFT JOIN organization_place z ON z.id = p.parent_id"
        " WHERE b.quantity > 0 AND p.kind = 'bin' GROUP BY 1, 2"
    ).fetchall()
    assert {(condition, int(warmest)) for condition, warmest, _rows in rows if warmest is not None} >= {
        ("refrigerated", 8), ("cool", 20),
    }  # fmt: skip
    assert not [row for row in rows if row[0] == "refrigerated" and row[1] != 8]


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
        ("warehouse_goods_receipt", {"draft", "received", "on_hold", "refused"}),
        ("inspection_acceptance", {"pending", "inspected", "released"}),
        ("sales_sales_order", {"draft", "confirmed", "closed"}),
        ("warehouse_shipment", {"draft", "picked", "reviewed", "shipped", "review_failed"}),
        ("warehouse_putaway", {"draft", "done"}),
        ("warehouse_internal_move", {"draft"}),
        ("warehouse_supplier_return", {"draft", "approved"}),
        ("warehouse_stock_adjustment", {"draft", "posted"}),
        ("warehouse_quality_hold", {"draft", "held", "lifted"}),
        ("warehouse_customer_return", {"draft", "received", "inspected"}),
        ("parties_supplier", {"draft", "approved", "suspended"}),
        ("parties_customer", {"draft", "approved", "suspended"}),
        ("items_item", {"draft", "approved"}),
        ("accounts_access_change", {"draft", "submitted", "effective"}),
        ("kernel_waiver", {"signed_once", "active"}),
        ("ledger_period", {"open", "closed", "reopening"}),
    ],
)
def test_work_waits_at_every_step(book: psycopg.Connection, table: str, states: set[str]) -> None:
    assert states <= set(counts(book, table))


def test_a_refused_attempt_stands_on_record(book: psycopg.Connection) -> None:
    found = book.execute("SELECT document_type, code, status FROM kernel_refusal ORDER BY at").fetchall()
    assert {("purchase_order", "supplier_papers_valid", 422), ("goods_receipt", "quantity_within_order", 422)} <= set(
        found
    )


FIRST_PAGES = """
from meridian.site.commands.environment import open_database; open_database()
import json
from django.test import Client
from meridian.accounts.signing_in import BACKEND
from meridian.alerts.watching import watch_all
from meridian.kernel.models import User
watch_all()  # as the worker does: what is due is told of by alerts
pages = {}
for user in User.objects.filter(is_active=True, is_machine=False):
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user, backend=BACKEND)
    answer = client.get("/")
    exceptions = client.get("/alerts/alerts/?rule=waiver_in_force").content.decode()
    pages[user.username] = [answer.status_code, answer.content.decode(), exceptions]
print(json.dumps(pages))
"""


def test_work_waits_for_everyone_on_their_first_page(store: Path) -> None:
    environment = {**site_environment(store), "DJANGO_SETTINGS_MODULE": "meridian.site.settings"}
    asked = [sys.executable, "-P", "-c", FIRST_PAGES]
    told = subprocess.run(asked, env=environment, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr[-3000:]
    pages = json.loads(told.stdout.splitlines()[-1])
    people = {person["username"] for person in json.loads((store / "secrets" / "demo_accounts.json").read_text())}
    assert {pages[name][0] for name in people} == {200}
    idle = {name for name in people if "没有等您处理" in pages[name][1]}
    assert idle <= {"auditor", "buyer", "sales_staff"}  # whose posts move nothing are shown what to look after
    assert "让步 RBPZ-" in pages["auditor"][2]  # behind the eight gravest groups, in the list they lead to
    for name, told_of in (("auditor", "购货者证照到期"), ("buyer", "采购到货逾期"), ("sales_staff", "销售发货逾期")):
        assert told_of in pages[name][1]


def test_who_may_sign_in_is_told_to_the_owner_alone(store: Path, book: psycopg.Connection) -> None:
    path = store / "secrets" / "demo_accounts.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    people = json.loads(path.read_text(encoding="utf-8"))
    assert len({person["password"] for person in people}) == len(people) == 18
    assert {person["role"] for person in people} == set(counts(book, "kernel_role", "code")) - {"alert_service"}
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


def test_a_normal_store_takes_no_demonstration(open_directory: Path) -> None:
    try:
        assert command(open_directory, "migrate").returncode == 0
        refused = command(open_directory, "demo")
        assert (refused.returncode, "not a demo store" in refused.stdout) == (1, True)
        _clear_after_an_interruption(open_directory)
    finally:
        postgres.remove(open_directory / "server")


def _clear_after_an_interruption(store: Path) -> None:
    """What a load cut short leaves is thrown away by the next start; without such a mark nothing is."""
    clear = "from meridian.site.commands.environment import open_database; open_database(); " \
            "from meridian.site.commands.demo import clear_interrupted; clear_interrupted()"  # fmt: skip
    tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    for is_marked in (False, True):
        if is_marked:
            (store / "demo.loading").touch()
        environment = {**site_environment(store), "DJANGO_SETTINGS_MODULE": "meridian.site.settings"}
        subprocess.run([sys.executable, "-P", "-c", clear], env=environment, check=True)
        with psycopg.connect(postgres.ensure(store / "server").superuser) as connection:
            row = connection.execute(tables).fetchone()
        assert row is not None
        assert (row[0] == 0) is is_marked
    assert not (store / "demo.loading").exists()


def test_run_says_where_it_is_and_who_may_come_in_and_stops_clean(store_alone: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [sys.executable, "-P", "-m", "meridian.site.command_line", "run", "--port", str(port)]
    process = subprocess.Popen(
        program, env=site_environment(store_alone), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    said = ""
    try:
        for line in process.stdout:
            said += line
            if "Ctrl-C" in line:
                break
        assert f"http://localhost:{port}/" in said
        for person in json.loads((store_alone / "secrets" / "demo_accounts.json").read_text(encoding="utf-8")):
            assert re.search(rf"{person['username']} +{person['password']} +{person['name']}", said)
        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=30)
        assert (page.status, "演示账号" in page.read().decode()) == (200, True)
    finally:
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        code = process.wait(timeout=60)
    assert (code, "Traceback" in said + rest) == (0, False)
    assert postgres.server_pid(store_alone / "server") is None


def test_the_table_of_products_is_large_enough() -> None:
    assert sum(len(family.specifications) for family in families()) >= 120
    assert {family.device_class for family in families()} == {"I", "II", "III"}
