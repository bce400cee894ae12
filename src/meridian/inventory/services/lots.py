"""Making the lots that a document names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from meridian.inventory.queries.lots import LotIdentity, lot_ids_by_identity, maker_key
from meridian.kernel.sql import array_text, fetch
from meridian.kernel.values.identity import uuid7
from meridian.kernel.work import Work


@dataclass(frozen=True)
class NewLot:
    """A lot as a document line names it; empty text means "has none"."""

    line_id: UUID
    item_id: UUID
    maker_name: str
    lot_no: str
    serial_no: str = ""
    sterilization_lot_no: str = ""
    manufactured_on: date | None = None
    expires_on: date | None = None
    di: str = ""
    registration_id: UUID | None = None

    @property
    def identity(self) -> LotIdentity:
        """What tells this lot from every other of the company."""
        return self.item_id, self.lot_no, self.serial_no, self.sterilization_lot_no, maker_key(self.maker_name)


_MAKE = """
INSERT INTO inventory_lot (id, company_id, item_id, maker_key, maker_name, lot_no, serial_no, sterilization_lot_no,
                           manufactured_on, expires_on, di, registration_id, first_document_type, first_document_id)
SELECT l.id, %(company)s, l.item_id, l.maker_key, l.maker_name, l.lot_no, l.serial_no, l.sterilization_lot_no,
       l.manufactured_on, l.expires_on, l.di, l.registration_id, %(type)s, %(document)s
FROM unnest(%(ids)s::uuid[], %(items)s::uuid[], %(keys)s::text[], %(makers)s::text[], %(lots)s::text[],
            %(serials)s::text[], %(sterilised)s::text[], %(made)s::date[], %(expire)s::date[], %(dis)s::text[],
            %(registrations)s::uuid[]) WITH ORDINALITY
  AS l(id, item_id, maker_key, maker_name, lot_no, serial_no, sterilization_lot_no, manufactured_on, expires_on, di,
       registration_id, place)
ORDER BY l.place
ON CONFLICT (item_id, lot_no, serial_no, sterilization_lot_no, maker_key, company_id) DO NOTHING RETURNING id
"""


def ensure_lots(work: Work[Any, Any], *, lots: Sequence[NewLot]) -> Mapping[UUID, UUID]:
    """The lot of every line, made where it is not known yet: line → lot. An existing lot keeps what it says.

    One statement, and a second when some of the lots exist already. Rows are written in the order of their identity.
    """
    named = {lot.identity: lot for lot in reversed(lots)}
    identities = sorted(named)
    new = [named[identity] for identity in identities]
    made = {identity: uuid7() for identity in identities}
    rows = fetch(_MAKE, {
        "company": work.document.company_id, "type": work.document_type, "document": work.document.pk,
        "ids": array_text(made.values()),
        "items": array_text([lot.item_id for lot in new]),
        "keys": array_text([identity[4] for identity in identities]),
        "makers": array_text([lot.maker_name for lot in new]),
        "lots": array_text([lot.lot_no for lot in new]),
        "serials": array_text([lot.serial_no for lot in new]),
        "sterilised": array_text([lot.sterilization_lot_no for lot in new]),
        "made": array_text([lot.manufactured_on for lot in new]),
        "expire": array_text([lot.expires_on for lot in new]),
        "dis": array_text([lot.di for lot in new]),
        "registrations": array_text([lot.registration_id for lot in new]),
    })  # fmt: skip
    written = {row[0] for row in rows}
    known = [identity for identity, lot_id in made.items() if lot_id not in written]
    if known:
        made.update(lot_ids_by_identity(known))
    return {lot.line_id: made[lot.identity] for lot in lots}
