"""Offers side by side 比价: suppliers across, lines down; the buyer chooses, the award keeps what is seen here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meridian.kernel.drafts import DraftCommand, draft
from meridian.kernel.findings import Refused
from meridian.kernel.registry import AnyDocumentType
from meridian.platform.screens.derive import addresses, documents
from meridian.platform.screens.derive.reader import Reader, for_reader
from meridian.platform.screens.view import Action, Badge, Crumb, Link, Text
from meridian.platform.screens.views import shown
from meridian.purchasing.comparison import Matrix, matrix_of
from meridian.purchasing.documents import InquiryDocument, PurchaseOrderDocument, QuotationDocument
from meridian.purchasing.models import Inquiry
from meridian.purchasing.queries.inquiries import orders_of_inquiry
from meridian.purchasing.vocabulary import InquiryState, QuotationState

STEP = "comparison"
REASON_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierHead:
    """Who stands at the head of a column."""

    name: str
    quotation: Link
    facts: tuple[tuple[Text, str], ...]
    state: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferCell:
    """One offer for one line; `cost` empty: none. `badge` says what it comes to, `reasons` why it may not be taken."""

    supplier_id: str
    supplier: str
    cost: str = ""
    parts: str = ""
    facts: tuple[tuple[Text, str], ...] = ()
    badges: tuple[Badge, ...] = ()
    reasons: tuple[str, ...] = ()
    is_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One line asked for, with a cell for each supplier in the order of the heads."""

    key: str
    item: str
    name: str
    quantity: str
    cells: tuple[OfferCell, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonPage:
    """`purchasing/comparison.html`. `orders` are what the award led to."""

    title: str
    url: str
    record_url: str
    crumbs: tuple[Crumb, ...]
    heads: tuple[SupplierHead, ...]
    rows: tuple[MatrixRow, ...]
    may_choose: bool
    may_invite_url: str
    sha256: str
    awarded_at: datetime | None
    awarded_by: str
    is_whole: bool
    orders: tuple[Link, ...]
    errors: tuple[str, ...]
    key: str
    version: int


@for_reader
@require_http_methods(["GET", "HEAD", "POST"])
def comparison_page(request: HttpRequest, reader: Reader, document_id: UUID) -> HttpResponse:
    """The matrix; posted, it keeps whose offer is chosen for each line and why, and goes on to the inquiry."""
    inquiry = documents.find(InquiryDocument, document_id, reader)
    if request.method != "POST":
        return _page(request, reader, inquiry)
    version = request.POST.get("version", "")
    command = DraftCommand(
        lines=_choices(request.POST, matrix_of(inquiry)),
        document_id=document_id,
        version=int(version) if version.isascii() and version.isdecimal() else None,
        key=request.POST.get("key", "").replace("\x00", "")[:120],
    )
    try:
        draft(InquiryDocument, command, actor=reader.actor)
    except Refused as refused:
        if refused.status in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN):
            raise
        return _page(request, reader, inquiry, tuple(str(each.evidence) for each in refused.findings), refused.status)
    messages.success(request, _("已保存所选报价"))
    return HttpResponseRedirect(addresses.page_url(InquiryDocument, document_id))


def offers(declared: AnyDocumentType, document: Any, reader: Reader) -> Sequence[Action]:
    """An inquiry offers its comparison from the first invitation on."""
    del reader
    if declared is not InquiryDocument or document.state == InquiryState.VOIDED:
        return ()
    url = addresses.step_url(declared, document.pk, STEP)
    return (Action(name=STEP, label=_("比价"), url=url, method="get", icon="scale"),)


def _choices(posted: Mapping[str, Any], matrix: Matrix) -> list[dict[str, Any]]:
    return [
        {"id": line["id"], "chosen_supplier": posted.get(f"choice-{line['id']}", ""),
         "choice_reason": posted.get(f"reason-{line['id']}", "")[:REASON_MAX]}
        for line in matrix.data["lines"]
    ]  # fmt: skip


def _page(
    request: HttpRequest, reader: Reader, inquiry: Inquiry, errors: tuple[str, ...] = (), status: int = 200
) -> HttpResponse:
    declared = InquiryDocument
    matrix, record = matrix_of(inquiry), addresses.page_url(declared, inquiry.pk)
    suppliers = matrix.data["suppliers"]
    invites = inquiry.state in (InquiryState.DRAFT, InquiryState.SENT) and reader.may_draft(QuotationDocument)
    page = ComparisonPage(
        title=f"{_('比价')} {inquiry.number}",
        url=addresses.step_url(declared, inquiry.pk, STEP),
        record_url=record,
        crumbs=(
            Crumb(label=declared.label, url=addresses.list_url(declared)), Crumb(label=inquiry.number, url=record),
            Crumb(label=_("比价")),
        ),
        heads=tuple(_head(each, matrix.data["site_day"]) for each in suppliers),
        rows=tuple(_row(line, suppliers) for line in matrix.data["lines"]),
        may_choose=inquiry.state == InquiryState.SENT and reader.may_draft(declared),
        may_invite_url=f"{addresses.new_url(QuotationDocument)}?inquiry={inquiry.pk}" if invites else "",
        sha256=matrix.sha256,
        awarded_at=matrix.awarded_at,
        awarded_by=matrix.awarded_by,
        is_whole=matrix.is_whole,
        orders=_orders(inquiry, reader),
        errors=errors,
        key=uuid4().hex,
        version=inquiry.version,
    )  # fmt: skip
    return shown(request, reader, "purchasing/comparison.html", page, status)


def _orders(inquiry: Inquiry, reader: Reader) -> tuple[Link, ...]:
    declared = PurchaseOrderDocument
    if inquiry.state != InquiryState.AWARDED or not reader.may_read(declared):
        return ()
    rows = orders_of_inquiry(inquiry.pk)
    return tuple(
        Link(label=f"{number} {name}", url=addresses.page_url(declared, key)) for key, number, name, _s in rows
    )


def _head(supplier: Mapping[str, Any], site_day: str) -> SupplierHead:
    ends = [paper["valid_until"] for paper in supplier["papers"] if paper["valid_until"]]
    papers = min(ends) if ends else _("长期")
    lapsed = " ⚠" if ends and min(ends) < site_day else ""
    url = addresses.page_url(QuotationDocument, UUID(supplier["quotation_id"]))
    offered = supplier["state"] == QuotationState.OFFERED
    return SupplierHead(
        name=supplier["name"],
        quotation=Link(label=supplier["quotation"], url=url),
        facts=(
            (_("报价有效期至"), supplier["valid_until"] or "—"),
            (_("证照最早到期"), papers + lapsed),
            (_("税率"), f"{supplier['tax_rate']} %"),
            (_("评分"), _("未评级")),
        ),
        state=Badge(label=QuotationState(supplier["state"]).label, tone="info" if offered else "neutral"),
    )


def _row(line: Mapping[str, Any], suppliers: Sequence[Mapping[str, Any]]) -> MatrixRow:
    by_quotation = {each["quotation_id"]: each for each in line["offers"]}
    return MatrixRow(
        key=line["id"],
        item=line["item"],
        name=f"{line['name']} {line['specification']}".strip(),
        quantity=f"{line['quantity']} {line['unit']}",
        cells=tuple(_cell(each, by_quotation.get(each["quotation_id"]), line["chosen"]) for each in suppliers),
        reason=line["reason"],
    )


def _cell(supplier: Mapping[str, Any], offer: Mapping[str, Any] | None, chosen: str) -> OfferCell:
    if offer is None:
        return OfferCell(supplier_id=supplier["id"], supplier=supplier["name"])
    badges = []
    if offer["is_lowest"]:
        badges.append(Badge(label=_("最低合格"), tone="ok"))
    if not offer["eligible"]:
        badges.append(Badge(label=_("不合格"), tone="bad"))
    return OfferCell(
        supplier_id=supplier["id"],
        supplier=supplier["name"],
        cost=offer["landed_cost"],
        parts=f"{offer['unit_price']} + {offer['freight']} + {offer['other_cost']}",
        facts=(
            (_("合计"), offer["total"]),
            (_("最小订购量"), offer["minimum_quantity"]),
            (_("交货期（天）"), "—" if offer["lead_days"] is None else str(offer["lead_days"])),
        ),
        badges=tuple(badges),
        reasons=tuple(reason["evidence"] for reason in offer["reasons"]),
        is_chosen=supplier["id"] == chosen,
    )
