"""Reads of lots: what they are and what binds them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from meridian.inventory.models import Lot
from meridian.items.queries import RegistrationVerdict, registration_verdicts
from meridian.kernel.context import current_company_id
from meridian.kernel.declare import Locks
from meridian.kernel.sql import array_text, fetch

LotIdentity = tuple[UUID, str, str, str, str]
"""Item, lot number, serial number, sterilisation lot, maker key."""


@dataclass(frozen=True)
class OpenBlock:
    """A hold, recall or stop of sale in force, and the document it came from."""

    kind: str
    reason: str
    document_type: str
    document_id: UUID


@dataclass(frozen=True)
class LotFacts:
    """A lot as gates, records and prints need it. `expires_on` is inclusive; None: the item has no expiry."""

    id: UUID
    item_id: UUID
    lot_no: str
    serial_no: str
    sterilization_lot_no: str
    maker_name: str
    manufactured_on: date | None
    expires_on: date | None
    di: str
    registration: RegistrationVerdict | None
    blocks: tuple[OpenBlock, ...] = ()

    @property
    def name(self) -> str:
        """What people call it: the serial number of a single unit, else the lot number."""
        return self.serial_no or self.lot_no


LotRow = tuple[UUID, UUID, str, str, str, str, date | None, date | None, str, UUID | None]
"""The columns of `LOT_COLUMNS`."""

LOT_COLUMNS = (
    "l.id, l.item_id, l.lot_no, l.serial_no, l.sterilization_lot_no, l.maker_name, l.manufactured_on, l.expires_on,"
    " l.di, coalesce(l.registration_id, i.registration_id)"
)
LOTS_WITH_ITEMS = (  # not `=`: the item is found by its key, never by reading all items of the company
    "FROM inventory_lot l JOIN items_item i ON i.id = l.item_id AND i.company_id IS NOT DISTINCT FROM l.company_id"
)
_LOTS = f"SELECT {LOT_COLUMNS} {LOTS_WITH_ITEMS} WHERE l.id = ANY(%s) AND l.company_id = %s ORDER BY l.id "
_BLOCKS = """
SELECT lot_id, kind, reason, document_type, document_id FROM inventory_lot_block
WHERE lot_id = ANY(%s) AND company_id = %s AND released_at IS NULL ORDER BY id
"""
_IDENTITIES = """
SELECT u.place, l.id
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[])
  WITH ORDINALITY AS u(item_id, lot_no, serial_no, sterilization_lot_no, maker_key, place)
CROSS JOIN LATERAL (
  SELECT x.id FROM inventory_lot x
  WHERE x.item_id = u.item_id AND x.lot_no = u.lot_no AND x.serial_no = u.serial_no
    AND x.sterilization_lot_no = u.sterilization_lot_no AND x.maker_key = u.maker_key
    AND x.company_id IS NOT DISTINCT FROM %s
  LIMIT 1
) l
"""


def maker_key(name: str) -> str:
    """A maker's name as lots compare it: lower case, single spaces."""
    return " ".join(name.lower().split())


def lot_rows(lot_ids: Collection[UUID], locks: Locks) -> list[LotRow]:
    """The rows of lots in key order, locked `FOR SHARE` when `locks` names them; one statement."""
    lock = "FOR SHARE OF l" if Lot in locks else ""
    rows: list[Any] = fetch(_LOTS + lock, [sorted(set(lot_ids)), current_company_id()])
    return rows


def open_blocks(lot_ids: Collection[UUID]) -> Mapping[UUID, tuple[OpenBlock, ...]]:
    """What binds lots now, by lot, oldest first; one statement."""
    found: dict[UUID, tuple[OpenBlock, ...]] = {}
    for lot_id, *columns in fetch(_BLOCKS, [list(lot_ids), current_company_id()]):
        found[lot_id] = (*found.get(lot_id, ()), OpenBlock(*columns))
    return found


def lot_facts(lot_ids: Collection[UUID], locks: Locks) -> Mapping[UUID, LotFacts]:
    """Lots by id, in three statements; blocks are read after and under the lots' locks."""
    rows = lot_rows(lot_ids, locks)
    registrations = registration_verdicts(sorted({row[-1] for row in rows if row[-1]}), locks)
    blocks = open_blocks([row[0] for row in rows])
    return {row[0]: lot_of(row, registrations, blocks.get(row[0], ())) for row in rows}


def lot_ids_by_identity(identities: Collection[LotIdentity]) -> Mapping[LotIdentity, UUID]:
    """The ids of the known lots among these identities; one statement."""
    wanted = sorted(set(identities))
    texts = [[identity[index] for identity in wanted] for index in range(1, 5)]
    rows = fetch(_IDENTITIES, [array_text([identity[0] for identity in wanted]), *texts, current_company_id()])
    return {wanted[place - 1]: lot_id for place, lot_id in rows}


def lots_by_identity(identities: Collection[LotIdentity]) -> Mapping[LotIdentity, LotFacts]:
    """The known lots among these identities, in four statements; nothing is locked."""
    ids = lot_ids_by_identity(identities)
    facts = lot_facts(ids.values(), frozenset())
    return {identity: facts[lot_id] for identity, lot_id in ids.items()}


def lot_of(row: LotRow, registrations: Mapping[UUID, RegistrationVerdict], blocks: tuple[OpenBlock, ...]) -> LotFacts:
    """A lot from its row and what was read beside it."""
    registration = registrations.get(row[-1]) if row[-1] else None
    return LotFacts(*row[:-1], registration=registration, blocks=blocks)
