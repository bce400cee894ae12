"""One deterministic data set, made by multiplying rows that the product itself wrote, with every trigger asleep.

A template row is written once through the product's two doors; the copies differ in id, number, names and days. Copies
carry no trail: the workloads read and write beside them, and what they write themselves is audited as always. The books
agree: stock is the sum of movements, its value is what the ledger holds, month ends are kept by the product's own job.
"""

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg import sql

from meridian.inventory.matrix import MATRIX
from meridian.inventory.vocabulary import MovementType, StockStatus
from meridian.ledger.vocabulary import INVENTORY

DAYS = 730
"""Movements are spread over two years that end today."""
TREE_CHILDREN, TREE_LEVELS = 6, 5
"""1 + 6 + 36 + 216 + 1,296 + 7,776 lots: five levels below one root, 9,331 lots; 1,554 below each lot of level one."""
BATCH = 250_000
COST = 10
LOT_IN, LOT_OUT, OUTS = 500, 10, 8
"""A lot comes in twice and goes out eight times: ten movements."""
LOT_LEFT = 2 * LOT_IN - OUTS * LOT_OUT

ITEM, LOT, MOVE_IN, MOVE_OUT, RECEIPT, RECEIPT_LINE, VOUCHER, LINE, BALANCE, TREE_LOT, TREE_MOVE, EDGE, LABEL = range(
    1, 14
)


@dataclass(frozen=True)
class Scale:
    """How much of the full size is built; `factor` 1 is the full size."""

    factor: float

    def of(self, full: int, least: int = 1) -> int:
        """A full-size count at this scale."""
        return max(least, round(full * self.factor))

    @property
    def items(self) -> int:
        return self.of(2_000, 50)

    @property
    def lots(self) -> int:
        return self.of(100_000, 500)

    @property
    def documents(self) -> int:
        return self.of(1_000_000, 1_000)

    @property
    def tree_levels(self) -> int:
        """The whole tree from a tenth of the full size on."""
        return TREE_LEVELS if self.factor >= 0.05 else 3


@dataclass(frozen=True)
class Templates:
    """Rows written by the product: what the copies are copies of."""

    company: UUID
    item: UUID
    lot: UUID
    shelf: UUID
    receipt: UUID
    receipt_line: UUID
    move_in: UUID
    move_out: UUID
    voucher: UUID
    voucher_line: UUID
    contra: str


_HELPERS = """
CREATE OR REPLACE FUNCTION bench_id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT ('018f' || lpad(to_hex(n >> 12), 8, '0') || '7' || lpad(to_hex(n & 4095), 3, '0') || '8'
          || lpad(to_hex(kind), 15, '0'))::uuid
$$
"""


def key_of(kind: int, n: int) -> UUID:
    """The id of the n-th copy of a kind, as the database counts it."""
    return UUID(f"018f{n >> 12:08x}7{n & 4095:03x}8{kind:015x}")


class Multiplier:
    """Copies template rows as the database's superuser."""

    def __init__(self, superuser_url: str) -> None:
        self.connection = psycopg.connect(superuser_url, autocommit=True)
        self.connection.execute("SET session_replication_role = replica")
        self.connection.execute("SET synchronous_commit = off")
        self.connection.execute("SET maintenance_work_mem = '256MB'")
        self.connection.execute(_HELPERS)

    def copy(self, table: str, template: UUID, count: int, overrides: Mapping[str, str]) -> None:
        """`count` copies of the template row; `overrides` are SQL expressions over `n`, which counts from 1."""
        columns = [
            name
            for (name,) in self.connection.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER' "
                "ORDER BY ordinal_position",
                [table],
            )
        ]
        missing = overrides.keys() - set(columns)
        if missing:
            raise KeyError(f"{table} has no {', '.join(sorted(missing))}")
        values = [
            sql.SQL("({})").format(sql.SQL(overrides[name]))
            if name in overrides
            else sql.SQL("t.{}").format(sql.Identifier(name))
            for name in columns
        ]
        statement = sql.SQL(
            "INSERT INTO {table} ({columns}) SELECT {values} FROM {table} t "
            "CROSS JOIN generate_series({first}, {last}) AS g(n) WHERE t.id = {template}"
        )
        began = time.monotonic()
        for first in range(1, count + 1, BATCH):
            last = min(first + BATCH - 1, count)
            self.connection.execute(
                statement.format(
                    table=sql.Identifier(table),
                    columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
                    values=sql.SQL(", ").join(values),
                    first=sql.Literal(first),
                    last=sql.Literal(last),
                    template=sql.Literal(template),
                )
            )
            show(f"{table}: {last:,} of {count:,} ({time.monotonic() - began:.0f} s)", done=last == count)

    def run(self, statement: str, values: Mapping[str, object]) -> None:
        """One statement of the owner's."""
        self.connection.execute(statement, values)

    def finish(self) -> None:
        """Statistics and visibility for the planner, then the superuser leaves."""
        show("VACUUM ANALYZE", done=False)
        self.connection.execute("VACUUM (ANALYZE)")
        self.connection.execute("CHECKPOINT")
        self.connection.close()
        show("data set ready", done=True)


def build(scale: Scale, templates: Templates, rows: Multiplier) -> None:
    """Writes the whole data set but the month ends."""
    _items_and_lots(scale, templates, rows)
    _movements(scale, templates, rows)
    _money(scale, templates, rows)
    _documents(scale, templates, rows)
    _genealogy(scale, templates, rows)


def _item_of(scale: Scale, n: str) -> str:
    return f"bench_id({ITEM}, 1 + ({n}) % {scale.items})"


def _items_and_lots(scale: Scale, templates: Templates, rows: Multiplier) -> None:
    rows.copy("items_item", templates.item, scale.items, {
        "id": f"bench_id({ITEM}, n)", "number": "'W-' || lpad(n::text, 6, '0')", "specification": "n || ' mL'",
    })  # fmt: skip
    rows.copy("inventory_lot", templates.lot, scale.lots, {
        "id": f"bench_id({LOT}, n)", "item_id": _item_of(scale, "n"), "lot_no": "'B' || lpad(n::text, 7, '0')",
        "expires_on": "current_date + 60 + (n * 7919 % 1400)::int",
    })  # fmt: skip
    rows.run(
        "INSERT INTO inventory_balance (company_id, owner_id, lot_id, place_id, status, item_id, expires_on, quantity) "
        "SELECT company_id, company_id, id, %(shelf)s, %(status)s, item_id, expires_on, %(left)s FROM inventory_lot "
        "WHERE lot_no LIKE 'B%%' AND id <> %(template)s",
        {"shelf": templates.shelf, "status": StockStatus.QUALIFIED.value, "left": LOT_LEFT, "template": templates.lot},
    )
    rows.run(
        f"INSERT INTO inventory_item_cost (id, company_id, item_id, quantity, value, unit_cost) "
        f"SELECT bench_id({BALANCE}, row_number() OVER ()), company_id, item_id, sum(quantity), "
        f"sum(quantity) * {COST}, {COST} FROM inventory_balance WHERE item_id <> %(template)s "
        "GROUP BY company_id, item_id",
        {"template": templates.item},
    )


def _day(expression: str, lot: str) -> str:
    """The day of a lot's k-th movement: in order within the lot, spread over all days over all lots."""
    step = DAYS // (OUTS + 2)
    return f"current_date - {DAYS} + (({expression}) * {step} + ({lot}) * 31 % {step})::int"


def _movements(scale: Scale, templates: Templates, rows: Multiplier) -> None:
    for kind, template, each, quantity, first in (
        (MOVE_IN, templates.move_in, 2, LOT_IN, 0),
        (MOVE_OUT, templates.move_out, OUTS, LOT_OUT, 2),
    ):
        lot = f"(1 + (n - 1) / {each})"
        day = _day(f"{first} + (n - 1) % {each}", lot)
        rows.copy("inventory_movement", template, scale.lots * each, {
            "id": f"bench_id({kind}, n)", "transaction_id": f"bench_id({LABEL}, n)",
            "lot_id": f"bench_id({LOT}, {lot})", "item_id": _item_of(scale, lot), "quantity": str(quantity),
            "value": str(quantity * COST), "document_id": f"bench_id({kind + 100}, n)",
            "document_number": f"'K{kind}-' || n", "day": day,
            "at": f"({day})::timestamptz",
        })  # fmt: skip


def _money(scale: Scale, templates: Templates, rows: Multiplier) -> None:
    """Five vouchers of two lines a lot: one for what came in, four for what went out."""
    amount, day = _amount_of("n"), _day_of_voucher("n")
    rows.copy("ledger_voucher", templates.voucher, scale.lots * 5, {
        "id": f"bench_id({VOUCHER}, n)", "transaction_id": f"bench_id({LABEL + 400}, n)", "number": "'记-B-' || n",
        "posted_on": day, "period": f"to_char({day}, 'YYYY-MM')", "debit": amount, "credit": amount,
        "source_id": f"bench_id({VOUCHER + 100}, n)", "source_number": "'B-' || n", "at": f"({day})::timestamptz",
    })  # fmt: skip
    voucher = "(1 + (n - 1) / 2)"
    amount, day = _amount_of(voucher), _day_of_voucher(voucher)
    rows.copy("ledger_voucher_line", templates.voucher_line, scale.lots * 10, {
        "id": f"bench_id({LINE}, n)", "transaction_id": f"bench_id({LABEL + 500}, n)",
        "voucher_id": f"bench_id({VOUCHER}, {voucher})", "line_no": "1 + (n - 1) % 2",
        "account_code": f"CASE WHEN ({voucher} % 5 = 1) = (n % 2 = 1) THEN '{INVENTORY}' ELSE '{templates.contra}' END",
        "debit": f"CASE WHEN n % 2 = 1 THEN {amount} ELSE 0 END",
        "credit": f"CASE WHEN n % 2 = 0 THEN {amount} ELSE 0 END",
        "period": f"to_char({day}, 'YYYY-MM')", "at": f"({day})::timestamptz", "party_id": "NULL::uuid",
    })  # fmt: skip
    rows.run(
        f"INSERT INTO ledger_account_balance (id, company_id, account_code, period, debit, credit) "
        f"SELECT bench_id({BALANCE + 100}, row_number() OVER ()), company_id, account_code, period, sum(debit), "
        f"sum(credit) FROM ledger_voucher_line GROUP BY company_id, account_code, period "
        "ON CONFLICT (account_code, period, company_id) "
        f"DO UPDATE SET debit = excluded.debit, credit = excluded.credit",
        {},
    )


def _amount_of(voucher: str) -> str:
    return f"(CASE WHEN {voucher} % 5 = 1 THEN {2 * LOT_IN * COST} ELSE {2 * LOT_OUT * COST} END)"


def _day_of_voucher(voucher: str) -> str:
    return _day(f"2 * (({voucher} - 1) % 5)", f"(1 + ({voucher} - 1) / 5)")


def _documents(scale: Scale, templates: Templates, rows: Multiplier) -> None:
    """Receipts over two years, the newest 200 still drafts."""
    at = f"now() - make_interval(secs => ({scale.documents} - n) * {DAYS * 86_400 / scale.documents:.1f})"
    is_draft = f"n > {scale.documents - 200}"
    rows.copy("warehouse_goods_receipt", templates.receipt, scale.documents, {
        "id": f"bench_id({RECEIPT}, n)", "number": "'SH-B-' || lpad(n::text, 8, '0')",
        "state": f"CASE WHEN {is_draft} THEN 'draft' ELSE t.state END", "order_id": f"bench_id({RECEIPT + 100}, n)",
        "delivery_note_number": "'SHTX-' || n", "created_at": at,
        "received_at": f"CASE WHEN {is_draft} THEN NULL ELSE {at} END",
    })  # fmt: skip
    rows.copy("warehouse_goods_receipt_line", templates.receipt_line, scale.documents, {
        "id": f"bench_id({RECEIPT_LINE}, n)", "document_id": f"bench_id({RECEIPT}, n)",
        "item_id": _item_of(scale, "n"), "lot_no": "'R' || lpad(n::text, 8, '0')",
        "order_line_id": f"bench_id({RECEIPT_LINE + 100}, n)",
    })  # fmt: skip


def tree_size(levels: int) -> int:
    """Lots of a tree with so many levels below its root."""
    return sum(TREE_CHILDREN**level for level in range(levels + 1))


def _genealogy(scale: Scale, templates: Templates, rows: Multiplier) -> None:
    """Lot n feeds lots 6n − 4 … 6n + 1; what a lot produced is consumed by its children, the last ones are sold."""
    lots, inner = tree_size(scale.tree_levels), tree_size(scale.tree_levels - 1)
    quantity = f"CASE WHEN n <= {inner} THEN {TREE_CHILDREN} ELSE 1 END"
    produced, consumed, shipped = (MATRIX[kind] for kind in (
        MovementType.PRODUCE, MovementType.CONSUME, MovementType.SHIP))  # fmt: skip
    rows.copy("inventory_lot", templates.lot, lots, {
        "id": f"bench_id({TREE_LOT}, n)", "item_id": _item_of(scale, "n"), "lot_no": "'T' || lpad(n::text, 5, '0')",
    })  # fmt: skip
    common = {
        "lot_id": f"bench_id({TREE_LOT}, n)", "item_id": _item_of(scale, "n"), "quantity": quantity,
        "value": f"{COST} * {quantity}", "day": "current_date - 90 + (n % 80)::int",
    }  # fmt: skip
    rows.copy("inventory_movement", templates.move_in, lots, common | {
        "id": f"bench_id({TREE_MOVE}, n)", "transaction_id": f"bench_id({LABEL + 100}, n)",
        "movement": f"'{MovementType.PRODUCE.value}'", "from_virtual": f"'{produced.origin}'",
        "document_id": f"bench_id({TREE_MOVE + 100}, n)", "document_number": "'TP-' || n",
    })  # fmt: skip
    rows.copy("inventory_movement", templates.move_out, lots, common | {
        "id": f"bench_id({TREE_MOVE + 200}, n)", "transaction_id": f"bench_id({LABEL + 200}, n)",
        "movement": f"CASE WHEN n <= {inner} THEN '{MovementType.CONSUME.value}' ELSE '{MovementType.SHIP.value}' END",
        "to_virtual": f"CASE WHEN n <= {inner} THEN '{consumed.target}' ELSE '{shipped.target}' END",
        "document_id": f"bench_id({TREE_MOVE + 300}, n)", "document_number": "'TC-' || n",
        "party_id": f"CASE WHEN n <= {inner} THEN NULL ELSE bench_id({TREE_MOVE + 400}, n % 20) END",
        "party_name": f"CASE WHEN n <= {inner} THEN '' ELSE '客户 ' || n % 20 END",
    })  # fmt: skip
    parent_item, child_item = (
        _item_of(scale, lot).replace("%", "%%") for lot in (f"1 + (n - 2) / {TREE_CHILDREN}", "n")
    )
    rows.run(
        f"INSERT INTO inventory_genealogy_edge (id, company_id, transaction_id, operation_id, kind, parent_lot_id, "
        f"parent_item_id, parent_quantity, child_lot_id, child_item_id, child_quantity, document_type, document_id, "
        f"day, at) SELECT bench_id({EDGE}, n), %(company)s, bench_id({LABEL + 300}, n), bench_id({EDGE + 100}, n), "
        f"'consume', bench_id({TREE_LOT}, 1 + (n - 2) / {TREE_CHILDREN}), "
        f"{parent_item}, 1, bench_id({TREE_LOT}, n), {child_item}, 1, "
        f"'bench', bench_id({TREE_MOVE + 100}, n), current_date - 60, now() FROM generate_series(2, {lots}) AS g(n)",
        {"company": templates.company},
    )


def fingerprint(company: UUID, rows: Multiplier) -> Mapping[str, int]:
    """How many rows the data set has, by table."""
    tables = ("items_item", "inventory_lot", "inventory_movement", "warehouse_goods_receipt", "ledger_voucher_line",
              "inventory_snapshot")  # fmt: skip
    found: dict[str, int] = {}
    for table in tables:
        statement = sql.SQL("SELECT count(*) FROM {} WHERE company_id = %s").format(sql.Identifier(table))
        [(found[table],)] = rows.connection.execute(statement, [company]).fetchall()
    return found


def show(line: str, *, done: bool) -> None:
    """Progress on the standard error output."""
    live = sys.stderr.isatty()
    if live or done:
        sys.stderr.write(("\r" if live else "") + f"  {line:<70}" + ("\n" if done else ""))
        sys.stderr.flush()
