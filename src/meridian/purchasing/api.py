"""What purchasing adds to the API by hand: the comparison of an inquiry's offers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from meridian.accounts.session import actor_of
from meridian.kernel.permission import grants_of
from meridian.platform.endpoints.presenting import find
from meridian.platform.endpoints.schemas import REFUSALS
from meridian.purchasing.comparison import matrix_of
from meridian.purchasing.documents import InquiryDocument, PurchaseOrderDocument
from meridian.purchasing.queries.progress import progress_of


class ReasonBody(Schema):
    """Why an offer may not be taken: the token of the rule and what it found."""

    code: str
    evidence: str


class OfferBody(Schema):
    """One supplier's offer for one line: money for one base unit without tax, decimals as text."""

    quotation_id: UUID
    supplier_id: UUID
    unit_price: str
    freight: str
    other_cost: str
    landed_cost: str
    total: str
    minimum_quantity: str
    lead_days: int | None
    eligible: bool
    is_lowest: bool
    reasons: list[ReasonBody]


class ComparedLineBody(Schema):
    """One line asked for; `chosen` is the supplier's key, `lowest` the lowest eligible landed cost; empty: none."""

    id: UUID
    item: str
    name: str
    specification: str
    unit: str
    quantity: str
    chosen: str
    reason: str
    lowest: str
    offers: list[OfferBody]


class PaperBody(Schema):
    """A reviewed paper of a supplier; days in ISO 8601, empty: without end."""

    kind: str
    no: str
    valid_from: str
    valid_until: str


class InvitedBody(Schema):
    """A supplier invited; `score` is `unrated` while there is none."""

    id: UUID
    number: str
    name: str
    quotation: str
    quotation_id: UUID
    state: str
    currency: str
    tax_rate: str
    valid_until: str
    score: str
    papers: list[PaperBody]


class ComparisonBody(Schema):
    """The matrix, judged at `judged_at`; once awarded, as it was kept then, with its SHA-256."""

    inquiry: str
    judged_at: datetime
    site_day: str
    suppliers: list[InvitedBody]
    lines: list[ComparedLineBody]
    sha256: str
    awarded_at: datetime | None
    awarded_by: str
    is_whole: bool


class ProgressBody(Schema):
    """What came of one line of an order, in the item's base unit, decimals as text."""

    line_id: UUID
    item: str
    name: str
    unit: str
    ordered: str
    received: str
    accepted: str
    rejected: str
    open: str
    percent: int


def mount(router: Router) -> None:
    """Mounts the operations of this module."""
    router.add_api_operation(
        "/purchasing/inquiries/{document_id}/comparison", ["GET"], read_comparison,
        response={200: ComparisonBody, **REFUSALS}, operation_id="read_comparison", tags=["purchasing"],
        summary="Offers side by side, or as an award kept them",
    )  # fmt: skip
    router.add_api_operation(
        "/purchasing/purchase-orders/{document_id}/progress", ["GET"], read_progress,
        response={200: list[ProgressBody], **REFUSALS}, operation_id="read_order_progress", tags=["purchasing"],
        summary="What came of an order, line by line",
    )  # fmt: skip


def read_comparison(request: HttpRequest, document_id: UUID) -> Any:
    """The offers of one inquiry."""
    inquiry = find(InquiryDocument, grants_of(actor_of(request)), document_id)
    matrix = matrix_of(inquiry)
    kept = {"sha256": matrix.sha256, "awarded_at": matrix.awarded_at, "awarded_by": matrix.awarded_by,
            "is_whole": matrix.is_whole}  # fmt: skip
    return {**matrix.data, **kept}


FIGURES = ("ordered", "received", "accepted", "rejected", "open")


def read_progress(request: HttpRequest, document_id: UUID) -> Any:
    """Every line of one order."""
    find(PurchaseOrderDocument, grants_of(actor_of(request)), document_id)
    return [
        {**{name: getattr(line, name) for name in ("line_id", "item", "name", "unit", "percent")},
         **{name: f"{getattr(line, name).normalize():f}" for name in FIGURES}}
        for line in progress_of(document_id)
    ]  # fmt: skip
