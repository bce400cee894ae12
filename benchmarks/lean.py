"""The limit: the leanest set-based SQL for the same logical rows, on the same server with the same durability.

Its tables carry a primary key and the one index each question needs; no trail, gate, permission, version or seal.
"""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg

TABLES = """
CREATE SCHEMA lean;
CREATE TABLE lean.document (id uuid PRIMARY KEY, number text NOT NULL, state text NOT NULL, party_id uuid, day date);
CREATE TABLE lean.line (id uuid PRIMARY KEY, document_id uuid NOT NULL, item_id uuid NOT NULL, lot_id uuid,
                        quantity numeric(18,6) NOT NULL, price numeric(18,6));
CREATE TABLE lean.lot (id uuid PRIMARY KEY, item_id uuid NOT NULL, lot_no text NOT NULL, expires_on date);
CREATE TABLE lean.movement (id uuid PRIMARY KEY, lot_id uuid NOT NULL, item_id uuid NOT NULL, from_place uuid,
                            to_place uuid, status text, quantity numeric(18,6) NOT NULL, value numeric(18,2) NOT NULL,
                            document_id uuid NOT NULL, day date NOT NULL);
CREATE TABLE lean.balance (lot_id uuid, place_id uuid, status text, item_id uuid NOT NULL, expires_on date,
                           quantity numeric(18,6) NOT NULL CHECK (quantity >= 0),
                           PRIMARY KEY (lot_id, place_id, status))
  WITH (fillfactor = 70);
CREATE TABLE lean.voucher (id uuid PRIMARY KEY, number text NOT NULL, amount numeric(18,2) NOT NULL, day date NOT NULL);
CREATE TABLE lean.voucher_line (id uuid PRIMARY KEY, voucher_id uuid NOT NULL, account text NOT NULL,
                                debit numeric(18,2) NOT NULL, credit numeric(18,2) NOT NULL);
CREATE TABLE lean.account (code text, period text, debit numeric(18,2) NOT NULL, credit numeric(18,2) NOT NULL,
                           PRIMARY KEY (code, period)) WITH (fillfactor = 70);
CREATE TABLE lean.counter (series text PRIMARY KEY, value bigint NOT NULL);
CREATE TABLE lean.snapshot (day date, lot_id uuid, place_id uuid, status text, quantity numeric(18,6) NOT NULL,
                            PRIMARY KEY (day, lot_id, place_id, status));
CREATE TABLE lean.edge (parent uuid, child uuid, quantity numeric(18,6), PRIMARY KEY (parent, child));
INSERT INTO lean.counter VALUES ('voucher', 0);
INSERT INTO lean.lot SELECT id, item_id, lot_no, expires_on FROM inventory_lot ORDER BY id;
INSERT INTO lean.balance SELECT lot_id, place_id, status, item_id, expires_on, quantity FROM inventory_balance;
INSERT INTO lean.movement SELECT id, lot_id, item_id, from_place_id, to_place_id,
  CASE WHEN to_place_id IS NULL THEN from_status ELSE to_status END, quantity, value, document_id, day
  FROM inventory_movement;
INSERT INTO lean.document SELECT id, number, state, supplier_id, (created_at)::date FROM warehouse_goods_receipt;
INSERT INTO lean.edge SELECT parent_lot_id, child_lot_id, parent_quantity FROM inventory_genealogy_edge
  WHERE child_lot_id IS NOT NULL;
INSERT INTO lean.snapshot SELECT day, lot_id, place_id, status, quantity FROM inventory_snapshot;
CREATE INDEX ON lean.balance (item_id, status, expires_on, lot_id) WHERE quantity > 0;
CREATE INDEX ON lean.movement (day);
CREATE INDEX ON lean.movement (lot_id);
CREATE INDEX ON lean.line (document_id);
CREATE INDEX ON lean.document (day DESC, id DESC);

"""

_VOUCHER = """
WITH number AS (UPDATE lean.counter SET value = value + 1 WHERE series = 'voucher' RETURNING value),
     header AS (INSERT INTO lean.voucher SELECT %(voucher)s, 'V-' || value, %(amount)s, %(day)s FROM number),
     lines AS (INSERT INTO lean.voucher_line VALUES (%(l1)s, %(voucher)s, %(debit)s, %(amount)s, 0),
                                                    (%(l2)s, %(voucher)s, %(credit)s, 0, %(amount)s))
INSERT INTO lean.account AS a VALUES (%(debit)s, %(period)s, %(amount)s, 0), (%(credit)s, %(period)s, 0, %(amount)s)
ON CONFLICT (code, period) DO UPDATE SET debit = a.debit + excluded.debit, credit = a.credit + excluded.credit
"""
_RECEIVE = """
WITH incoming AS (
  SELECT * FROM unnest(%(lines)s::uuid[], %(lots)s::uuid[], %(items)s::uuid[], %(numbers)s::text[], %(days)s::date[],
                       %(quantities)s::numeric[], %(prices)s::numeric[])
    AS t(line_id, lot_id, item_id, lot_no, expires_on, quantity, price)),
  header AS (INSERT INTO lean.document VALUES (%(document)s, %(number)s, 'received', %(party)s, %(day)s)),
  lines AS (INSERT INTO lean.line SELECT line_id, %(document)s, item_id, lot_id, quantity, price FROM incoming),
  lots AS (INSERT INTO lean.lot SELECT lot_id, item_id, lot_no, expires_on FROM incoming),
  movements AS (INSERT INTO lean.movement SELECT gen_random_uuid(), lot_id, item_id, NULL, %(place)s,
                'pending_inspection', quantity, round(quantity * price, 2), %(document)s, %(day)s FROM incoming)
INSERT INTO lean.balance SELECT lot_id, %(place)s, 'pending_inspection', item_id, expires_on, quantity FROM incoming
"""
_ALLOCATE = """
SELECT w.place, b.lot_id, b.place_id, b.quantity FROM unnest(%(items)s::uuid[], %(quantities)s::numeric[])
  WITH ORDINALITY AS w(item_id, quantity, place)
CROSS JOIN LATERAL (SELECT lot_id, place_id, quantity FROM lean.balance b
  WHERE b.item_id = w.item_id AND b.status = 'qualified' AND b.quantity > 0 AND b.expires_on >= %(fit)s
  ORDER BY expires_on, lot_id LIMIT 4 FOR UPDATE) b
"""
_SHIP = """
WITH outgoing AS (
  SELECT * FROM unnest(%(lines)s::uuid[], %(lots)s::uuid[], %(places)s::uuid[], %(items)s::uuid[],
                       %(quantities)s::numeric[]) AS t(line_id, lot_id, place_id, item_id, quantity)),
  header AS (INSERT INTO lean.document VALUES (%(document)s, %(number)s, 'shipped', %(party)s, %(day)s)),
  lines AS (INSERT INTO lean.line SELECT line_id, %(document)s, item_id, lot_id, quantity, NULL FROM outgoing),
  movements AS (INSERT INTO lean.movement SELECT gen_random_uuid(), lot_id, item_id, place_id, NULL, 'qualified',
                quantity, round(quantity * 10, 2), %(document)s, %(day)s FROM outgoing)
UPDATE lean.balance b SET quantity = b.quantity - o.quantity FROM outgoing o
WHERE b.lot_id = o.lot_id AND b.place_id = o.place_id AND b.status = 'qualified'
"""
_TRACE = """
WITH RECURSIVE reached AS (
  SELECT %(lot)s::uuid AS lot_id
  UNION
  SELECT e.child FROM reached r JOIN lean.edge e ON e.parent = r.lot_id
)
SELECT r.lot_id, t.lot_no, m.document_id, m.from_place, m.to_place, m.quantity
FROM reached r JOIN lean.lot t ON t.id = r.lot_id LEFT JOIN lean.movement m ON m.lot_id = r.lot_id
"""
_AS_OF = """
SELECT lot_id, place_id, status, sum(quantity) FROM (
  SELECT lot_id, place_id, status, quantity FROM lean.snapshot WHERE day = %(since)s
  UNION ALL
  SELECT lot_id, to_place, status, quantity FROM lean.movement
  WHERE day > %(since)s AND day <= %(day)s AND to_place IS NOT NULL
  UNION ALL
  SELECT lot_id, from_place, status, -quantity FROM lean.movement
  WHERE day > %(since)s AND day <= %(day)s AND from_place IS NOT NULL) AS moved
GROUP BY 1, 2, 3 HAVING sum(quantity) <> 0
"""
_SINCE = "SELECT coalesce(max(day), date '0001-01-01') FROM lean.snapshot WHERE day <= %s"


class Lean:
    """The limit's own connection."""

    def __init__(self, url: str, party: UUID, place: UUID, day: date) -> None:
        self.connection = psycopg.connect(url, autocommit=True, prepare_threshold=2)
        self.party, self.place, self.day = party, place, day

    def receive(self, lines: list[dict[str, Any]]) -> None:
        """Document, lines, lots, movements, balances, voucher, account balances: two statements, one commit."""
        amount = sum((line["quantity"] * line["price"] for line in lines), Decimal(0)).quantize(Decimal("0.01"))
        values = self._header() | {
            "lines": [uuid4() for _line in lines], "lots": [uuid4() for _line in lines],
            "items": [line["item"] for line in lines], "numbers": [line["lot_no"] for line in lines],
            "days": [line["expires_on"] for line in lines], "quantities": [line["quantity"] for line in lines],
            "prices": [line["price"] for line in lines], "place": self.place,
        }  # fmt: skip
        with self.connection.transaction():
            self.connection.execute(_RECEIVE, values)
            self.connection.execute(_VOUCHER, self._voucher(amount, "1405", "220202"))

    def ship(self, wanted: list[tuple[UUID, Decimal]], fit: date) -> None:
        """Allocation first expiry first under locks, then document, lines, movements, balances and voucher."""
        with self.connection.transaction():
            found = self.connection.execute(_ALLOCATE, {
                "items": [item for item, _quantity in wanted], "quantities": [q for _item, q in wanted], "fit": fit,
            }).fetchall()  # fmt: skip
            taken: list[tuple[UUID, UUID, UUID, Decimal]] = []
            left = [quantity for _item, quantity in wanted]
            for place, lot_id, place_id, quantity in found:
                part = min(left[place - 1], quantity)
                if part > 0:
                    left[place - 1] -= part
                    taken.append((lot_id, place_id, wanted[place - 1][0], part))
            self.connection.execute(_SHIP, self._header() | {
                "lines": [uuid4() for _part in taken], "lots": [part[0] for part in taken],
                "places": [part[1] for part in taken], "items": [part[2] for part in taken],
                "quantities": [part[3] for part in taken],
            })  # fmt: skip
            amount = sum((part[3] * 10 for part in taken), Decimal(0)).quantize(Decimal("0.01"))
            self.connection.execute(_VOUCHER, self._voucher(amount, "6401", "1405"))

    def trace(self, lot: UUID) -> int:
        """All lots below one, with every movement of each; how many rows."""
        return len(self.connection.execute(_TRACE, {"lot": lot}).fetchall())

    def as_of(self, day: date) -> int:
        """What lay where at the end of a day; how many rows."""
        [(since,)] = self.connection.execute(_SINCE, [day]).fetchall()
        return len(self.connection.execute(_AS_OF, {"day": day, "since": since}).fetchall())

    def newest(self, count: int) -> int:
        """The newest documents with their party."""
        question = "SELECT id, number, state, party_id, day FROM lean.document ORDER BY day DESC, id DESC LIMIT %s"
        return len(self.connection.execute(question, [count]).fetchall())

    def one(self, document_id: UUID) -> int:
        """One document with its lines."""
        self.connection.execute("SELECT * FROM lean.document WHERE id = %s", [document_id]).fetchone()
        return len(self.connection.execute("SELECT * FROM lean.line WHERE document_id = %s", [document_id]).fetchall())

    def _header(self) -> dict[str, Any]:
        key = uuid4()
        return {"document": key, "number": f"D-{key.hex[:12]}", "party": self.party, "day": self.day}

    def _voucher(self, amount: Decimal, debit: str, credit: str) -> dict[str, Any]:
        return {"voucher": uuid4(), "l1": uuid4(), "l2": uuid4(), "amount": amount, "debit": debit, "credit": credit,
                "period": self.day.strftime("%Y-%m"), "day": self.day}  # fmt: skip
