"""Reads of inspection: the facts gates ask about an acceptance inspection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.competence.queries import PersonVerdict, person_verdicts
from meridian.inspection.models import AcceptanceInspection, AcceptanceInspectionLine
from meridian.inspection.vocabulary import InspectionState
from meridian.inventory.queries import StockLineFacts, StockRequest, stock_lines
from meridian.inventory.vocabulary import MovementType, StockStatus
from meridian.items.catalogue import as_compared
from meridian.items.queries import PublishedDis, published_dis
from meridian.kernel.clock import now
from meridian.kernel.context import acting_user_id, current_company_id
from meridian.kernel.declare import Locks
from meridian.kernel.sql import array_text, fetch
from meridian.organization.queries import kept_in_use, places_kept_at, zone_of_kind, zone_of_site
from meridian.organization.vocabulary import ZoneKind


@dataclass(frozen=True)
class AcceptanceLineFacts(StockLineFacts):
    """One lot under inspection, in its item's base unit: what its next move takes, and what the record says.

    `arrived` is what came; `quantity` what moves next: all that was counted, later what was accepted.
    """

    udi: str
    arrived: Decimal
    accepted_quantity: Decimal
    rejected_quantity: Decimal
    appearance: str
    package: str
    label: str
    certificate: str
    conclusion: str
    nonconformity: str
    disposition: str
    device_name: str
    model: str
    specification: str
    registration_no: str
    registrant_name: str
    production_license_no: str

    @property
    def di(self) -> str:
        """The identifier the lot came in with."""
        return self.lot.di


@dataclass(frozen=True)
class AcceptanceFacts:
    """An acceptance inspection as its gates see it; `site_day` is the day it was read at the site."""

    number: str
    state: str
    receipt_number: str
    supplier_id: UUID
    supplier_name: str
    supplier_address: str
    has_supplier_contact: bool
    purchased_on: date | None
    inspector: PersonVerdict | None
    nonconforming_place_id: UUID | None
    qualified_place_id: UUID | None
    """The first green zone in use, if there is any."""
    release_places: Mapping[UUID, UUID | None]
    """Where each line goes on release, a green zone that is kept as cold as its label asks; before that it is empty."""
    lines: tuple[AcceptanceLineFacts, ...]
    site_day: date
    published: PublishedDis = field(default_factory=PublishedDis)
    """What the national database says about the identifiers of the lots."""

    @property
    def accepted_lines(self) -> tuple[AcceptanceLineFacts, ...]:
        """The lines of which something passed: only these go on to customers."""
        return tuple(line for line in self.lines if line.accepted_quantity > 0)


_HEADERS = f"""
SELECT a.id, a.site_id, a.inspector_id, a.number, a.state, a.receipt_number, a.supplier_id, a.supplier_name,
       a.supplier_address, a.supplier_contact <> '', a.purchased_on, {zone_of_kind(ZoneKind.NONCONFORMING, "a")},
       {zone_of_kind(ZoneKind.QUALIFIED, "a")}
FROM inspection_acceptance a WHERE a.id = ANY(%s) AND a.company_id = %s
"""
_LINES = """
SELECT document_id, item_id, id, lot_id, place_id, udi, quantity, accepted_quantity, rejected_quantity, appearance,
       package, label, certificate, conclusion, nonconformity, disposition, device_name, model, specification,
       registration_no, registrant_name, production_license_no
FROM inspection_acceptance_line WHERE document_id = ANY(%s) AND company_id = %s ORDER BY document_id, line_no
"""


def load_acceptances(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, AcceptanceFacts]:
    """Facts of acceptance inspections; twelve statements at most, for one or fifty, thirteen in an act.

    An act keeps the places goods may go to in use.

    The inspector of one that waits is whoever acts, on a page whoever wrote into it last.
    """
    headers = fetch(_HEADERS, [list(ids), company_id])
    states = {row[0]: row[4] for row in headers}
    rows = fetch(_LINES, [list(ids), company_id])
    stock = stock_lines([_request(states[row[0]], row) for row in rows], locks)
    acting = acting_user_id() if locks else None
    inspectors = {row[0]: (acting if row[4] == InspectionState.PENDING else None) or row[2] for row in headers}
    people = person_verdicts([key for key in inspectors.values() if key is not None], locks)
    published = published_dis([line.lot.di for line in stock.values()])
    released_to = _released_to(headers, rows, stock)
    in_use = kept_in_use([*released_to.values(), *(place for row in headers for place in row[11:13])], locks)
    lines: dict[UUID, list[AcceptanceLineFacts]] = {}
    for document_id, _item_id, line_id, _lot_id, _place_id, *columns in rows:
        line = AcceptanceLineFacts(*vars(stock[line_id]).values(), *columns)
        lines.setdefault(document_id, []).append(line)
    return {
        row[0]: AcceptanceFacts(
            number=row[3],
            state=row[4],
            receipt_number=row[5],
            supplier_id=row[6],
            supplier_name=row[7],
            supplier_address=row[8],
            has_supplier_contact=row[9],
            purchased_on=row[10],
            inspector=people.get(inspectors[row[0]]),
            nonconforming_place_id=row[11] if row[11] in in_use else None,
            qualified_place_id=row[12] if row[12] in in_use else None,
            release_places={
                line.line_id: place if (place := released_to[line.line_id]) in in_use else None
                for line in lines.get(row[0], ())
                if line.line_id in released_to
            },
            lines=tuple(lines.get(row[0], ())),
            site_day=now().astimezone(zone_of_site(row[1])).date(),
            published=published,
        )
        for row in headers
    }


def _released_to(
    headers: Sequence[tuple[Any, ...]], rows: Sequence[tuple[Any, ...]], stock: Mapping[UUID, StockLineFacts]
) -> Mapping[UUID, UUID | None]:
    """By line of what waits for release; one statement, none where nothing does."""
    sites = {row[0]: row[1] for row in headers if row[4] == InspectionState.INSPECTED}
    line_ids = [row[2] for row in rows if row[0] in sites]
    wishes = [stock[row[2]].item.kept_at(sites[row[0]]) for row in rows if row[0] in sites]
    return dict(zip(line_ids, places_kept_at(ZoneKind.QUALIFIED, wishes), strict=True))


def _request(state: str, row: tuple[Any, ...]) -> StockRequest:
    """What concluding takes: all that was counted; what releasing takes: what was accepted."""
    document_id, item_id, line_id, lot_id, place_id, _udi, _arrived, accepted, rejected = row[:9]
    taken = {InspectionState.PENDING: accepted + rejected, InspectionState.INSPECTED: accepted}
    return StockRequest(
        line_id=line_id,
        item_id=item_id,
        lot_id=lot_id,
        place_id=place_id,
        status=StockStatus.PENDING_INSPECTION,
        quantity=taken.get(InspectionState(state), Decimal(0)),
        movement=MovementType.ACCEPT if accepted > 0 else MovementType.REJECT,
        document_id=document_id,
    )


ACCEPTANCE_RECORD = (
    "number", "state", "receipt_number", "delivery_note_number", "supplier_name", "supplier_address",
    "supplier_contact", "purchased_on", "bought_by_name", "received_by_name", "inspector_id", "inspector_name",
    "accepted_at", "released_by_name", "released_at",
)  # fmt: skip
ACCEPTANCE_RECORD_LINE = (
    "device_name", "model", "specification", "registration_no", "registrant_name", "contract_manufacturer_name",
    "production_license_no", "lot_no", "serial_no", "manufactured_on", "expires_on", "udi", "unit", "quantity",
    "appearance", "package", "label", "certificate", "conclusion", "accepted_quantity", "rejected_quantity",
    "nonconformity", "disposition",
)  # fmt: skip
"""The columns of the purchase-check record: every field GSP Art 65 names, and the four checks of Art 64."""


def acceptance_record(company_id: UUID, document_id: UUID) -> Mapping[str, Any]:
    """The data of the printed purchase-check record 进货查验记录: the head by column, `lines` in order."""
    del company_id
    head = AcceptanceInspection.objects.filter(pk=document_id).values(*ACCEPTANCE_RECORD).get()
    lines = AcceptanceInspectionLine.objects.filter(document_id=document_id).order_by("line_no")
    return {**head, "lines": list(lines.values(*ACCEPTANCE_RECORD_LINE))}


@dataclass(frozen=True)
class UdiRecheck:
    """A lot that was released by waiver although its identifier stood in no snapshot, and still stands in none.

    `released_at` is the first such release (UTC), `inspection_number` the inspection it was.
    """

    lot_id: UUID
    lot_no: str
    di: str
    released_at: datetime
    inspection_number: str


_WAIVED = """
SELECT DISTINCT ON (t.id) t.id, coalesce(nullif(t.serial_no, ''), t.lot_no), t.di, a.released_at, a.number
FROM kernel_waiver w
JOIN inspection_acceptance a ON a.id = w.subject_id AND a.company_id = w.company_id AND a.state = 'released'
JOIN inspection_acceptance_line l ON l.document_id = a.id AND l.company_id = a.company_id AND l.accepted_quantity > 0
CROSS JOIN LATERAL (SELECT * FROM inventory_lot x WHERE x.id = l.lot_id AND x.company_id = l.company_id LIMIT 1) t
WHERE w.gate_code = 'udi_in_database' AND w.company_id = %(company)s
  AND (%(lots)s::uuid[] IS NULL OR l.lot_id = ANY(%(lots)s::uuid[]))
ORDER BY t.id, a.released_at
"""


def udi_rechecks(lot_ids: Sequence[UUID] | None = None) -> Mapping[UUID, UdiRecheck]:
    """By lot, what was released by waiver of `udi_in_database` and is not published yet; of all lots for None.

    One statement, two where any lot was released so, none for no lot. A snapshot with the identifier settles it.
    """
    if lot_ids is not None and not lot_ids:
        return {}
    lots = None if lot_ids is None else array_text(lot_ids)
    found = [UdiRecheck(*row) for row in fetch(_WAIVED, {"company": current_company_id(), "lots": lots})]
    published = published_dis([each.di for each in found]).dis if found else frozenset()
    return {each.lot_id: each for each in found if as_compared(each.di) not in published}
