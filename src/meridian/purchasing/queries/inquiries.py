"""Reads of inquiries: what is asked, what was offered by whom, and the award as it was kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from meridian.items.queries import ItemVerdict, item_verdicts
from meridian.kernel.context import current_company_id
from meridian.kernel.declare import Locks
from meridian.kernel.sql import fetch
from meridian.parties.queries import SupplierVerdict, supplier_verdicts
from meridian.purchasing.models import AwardRecord, Inquiry
from meridian.purchasing.queries.requisitions import NeededLine, needed_lines


@dataclass(frozen=True)
class OfferLine:
    """The offer for one line of the inquiry, money for one base unit without tax; None: not offered."""

    line_id: UUID
    inquiry_line_id: UUID | None
    item: ItemVerdict
    quantity: Decimal
    unit_price: Decimal | None
    freight: Decimal
    other_cost: Decimal
    landed_cost: Decimal | None
    minimum_quantity: Decimal
    lead_days: int | None


@dataclass(frozen=True)
class Offer:
    """A quotation as gates see it: the same shape as an order to that supplier."""

    id: UUID
    inquiry_id: UUID
    number: str
    state: str
    supplier: SupplierVerdict
    currency: str
    tax_rate: Decimal
    valid_until: date | None
    lines: tuple[OfferLine, ...]


@dataclass(frozen=True)
class AskedLine:
    """A line of an inquiry in the item's base unit, with the requisition line behind it."""

    line_id: UUID
    item: ItemVerdict
    quantity: Decimal
    needed: NeededLine | None
    chosen_supplier_id: UUID | None
    choice_reason: str


@dataclass(frozen=True)
class InquiryFacts:
    """An inquiry as its gates see it; `offers` are those not withdrawn, by supplier's number."""

    id: UUID
    number: str
    answer_by: date
    needed_on: date
    lines: tuple[AskedLine, ...]
    offers: tuple[Offer, ...]


_INQUIRIES = "SELECT id, number, answer_by, needed_on FROM purchasing_inquiry WHERE id = ANY(%s) AND company_id = %s"
_ASKED = """
SELECT document_id, id, item_id, quantity, requisition_line_id, chosen_supplier_id, choice_reason
FROM purchasing_inquiry_line WHERE document_id = ANY(%s) AND company_id = %s ORDER BY document_id, line_no
"""
_QUOTATIONS = """
SELECT id, inquiry_id, number, state, supplier_id, currency, tax_rate, valid_until FROM purchasing_quotation
WHERE {column} = ANY(%s) AND company_id = %s ORDER BY id
"""
_OFFERED = """
SELECT document_id, id, inquiry_line_id, item_id, quantity, unit_price, freight, other_cost, landed_cost,
       minimum_quantity, lead_days
FROM purchasing_quotation_line WHERE document_id = ANY(%s) AND company_id = %s ORDER BY document_id, line_no
"""


Rows = Sequence[tuple[Any, ...]]


def _quotations(column: str, keys: Sequence[UUID], company_id: UUID) -> tuple[Rows, Rows]:
    """The heads of quotations and their lines; two statements."""
    headers = fetch(_QUOTATIONS.format(column=column), [list(keys), company_id])
    return headers, fetch(_OFFERED, [[row[0] for row in headers], company_id])


def _offers(headers: Rows, rows: Rows, items: Mapping[UUID, ItemVerdict], locks: Locks) -> list[Offer]:
    """Quotations with what quality says of their suppliers and products; two statements."""
    suppliers = supplier_verdicts([row[4] for row in headers], locks)
    lines: dict[UUID, list[OfferLine]] = {}
    for document_id, line_id, asked, item_id, *figures in rows:
        lines.setdefault(document_id, []).append(OfferLine(line_id, asked, items[item_id], *figures))
    return [
        Offer(key, inquiry, number, state, suppliers[supplier], currency, tax, until, tuple(lines.get(key, ())))
        for key, inquiry, number, state, supplier, currency, tax, until in headers
    ]


def load_quotations(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, Offer]:
    """Facts of quotations; six statements for one or fifty."""
    headers, rows = _quotations("id", ids, company_id)
    items = item_verdicts([row[3] for row in rows], locks)
    return {offer.id: offer for offer in _offers(headers, rows, items, locks)}


def load_inquiries(company_id: UUID, ids: Sequence[UUID], locks: Locks) -> Mapping[UUID, InquiryFacts]:
    """Facts of inquiries; nine statements for one or fifty."""
    headers = fetch(_INQUIRIES, [list(ids), company_id])
    rows = fetch(_ASKED, [list(ids), company_id])
    needed = needed_lines([row[4] for row in rows if row[4] is not None], locks)
    quotations, offered = _quotations("inquiry_id", ids, company_id)
    items = item_verdicts([*(row[2] for row in rows), *(row[3] for row in offered)], locks)
    lines: dict[UUID, list[AskedLine]] = {}
    for document_id, line_id, item_id, quantity, needed_id, supplier_id, reason in rows:
        line = AskedLine(line_id, items[item_id], quantity, needed.get(needed_id), supplier_id, reason)
        lines.setdefault(document_id, []).append(line)
    offers: dict[UUID, list[Offer]] = {}
    for offer in _offers(quotations, offered, items, locks):
        if offer.state != "withdrawn":
            offers.setdefault(offer.inquiry_id, []).append(offer)
    return {
        key: InquiryFacts(key, number, answer_by, needed_on, tuple(lines.get(key, ())),
                          tuple(sorted(offers.get(key, ()), key=lambda offer: (offer.supplier.number, offer.number))))
        for key, number, answer_by, needed_on in headers
    }  # fmt: skip


def asked_lines(inquiry_id: UUID) -> Sequence[tuple[UUID, UUID, Decimal]]:
    """Line, item and quantity of an inquiry, in order; one statement."""
    rows = fetch(_ASKED, [[inquiry_id], current_company_id()])
    return [(line_id, item_id, quantity) for _inquiry, line_id, item_id, quantity, *_more in rows]


def inquiry_of(inquiry_id: UUID) -> Inquiry | None:
    """An inquiry of the company in scope; one statement."""
    return Inquiry.objects.filter(pk=inquiry_id).first()


def award_of(inquiry_id: UUID) -> AwardRecord | None:
    """The award as it was kept; one statement."""
    return AwardRecord.objects.filter(inquiry_id=inquiry_id).first()


_ORDERS = """
SELECT id, number, supplier_name, state FROM purchasing_purchase_order
WHERE inquiry_id = %s AND company_id = %s ORDER BY id
"""


def orders_of_inquiry(inquiry_id: UUID) -> Sequence[tuple[Any, ...]]:
    """Key, number, supplier and state of the orders an award led to; one statement."""
    return fetch(_ORDERS, [inquiry_id, current_company_id()])
