"""What drafting, sending and awarding an inquiry does, and what drafting a quotation completes."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from meridian.kernel.clock import now
from meridian.kernel.declare import RetentionAnchors
from meridian.kernel.drafts import Draft, DraftCommand, draft
from meridian.kernel.findings import Refused, refusal
from meridian.kernel.messages import Message, message
from meridian.kernel.registry import registry
from meridian.kernel.sql import update_rows
from meridian.kernel.work import Work
from meridian.organization.queries import zone_of_site
from meridian.purchasing.comparing import Compared, ComparedLine, as_data, canonical, compare
from meridian.purchasing.models import (
    AwardRecord,
    Inquiry,
    InquiryLine,
    PurchaseOrderLine,
    Quotation,
    QuotationLine,
)
from meridian.purchasing.queries.inquiries import InquiryFacts, Offer, asked_lines, inquiry_of
from meridian.purchasing.queries.requisitions import NeededLine, needed_of
from meridian.purchasing.rules import OFFER_GATES
from meridian.purchasing.services.counting import count_asked
from meridian.purchasing.vocabulary import InquiryState, QuotationState
from meridian.warehouse.services.changes import closed_changes

ORDER = "purchase_order"
"""The code of the type that an award drafts."""


def _invalid(field: str, evidence: Message) -> Refused:
    return refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY, evidence, field_name=field)


def prepare_inquiry(made: Draft) -> None:
    """Completes a draft: each line is put to its requisition line; a new one without lines asks for all that is left.

    Raises Refused 422 `field_invalid` for a requisition that is not agreed and for a day that is past; once sent, only
    the choice is written: 409 `record_locked` for anything else.
    """
    header, stored = made.header, made.document
    if stored.state == InquiryState.SENT:
        changed = closed_changes(made, InquiryLine)
        if changed[0] or changed[1]:
            problem = message("{number} 已发出，只能选定报价。", number=stored.number)
            raise refusal("record_locked", HTTPStatus.CONFLICT, problem)
        return
    today = now().astimezone(zone_of_site(stored.site_id)).date()
    if header.get("answer_by") is not None and header["answer_by"] < today:
        raise _invalid("answer_by", message("报价截止 {day} 已经过去。", day=header["answer_by"]))
    requisition_id = header.get("requisition_id", getattr(stored, "requisition_id", None))
    needed = needed_of(requisition_id) if requisition_id else ()
    if requisition_id and not needed:
        raise _invalid("requisition", message("采购申请尚未同意或已关闭。"))
    if made.is_new and not made.lines:
        made.lines = [{"item_id": line.item_id, "quantity": line.remaining} for line in needed if line.remaining]
    if made.lines is not None:
        _put_to_needs(made.lines, {} if made.is_new else _kept(stored.pk), needed)


def _kept(inquiry_id: UUID) -> Mapping[UUID, tuple[UUID, Decimal]]:
    rows = InquiryLine.objects.filter(document_id=inquiry_id)
    return {key: (item_id, quantity) for key, item_id, quantity in rows.values_list("pk", "item_id", "quantity")}


def _put_to_needs(
    lines: list[dict[str, Any]], kept: Mapping[UUID, tuple[UUID, Decimal]], needed: Sequence[NeededLine]
) -> None:
    """Each line goes to the first requisition line of its item with room for it, else to the last of its item."""
    room = {line.line_id: line.remaining for line in needed}
    for line in lines:
        item_id, quantity = kept.get(line.get("id", ""), (None, Decimal(0)))
        item_id, quantity = line.get("item_id", item_id), line.get("quantity", quantity)
        candidates = [each.line_id for each in needed if each.item_id == item_id]
        chosen = next((key for key in candidates if room[key] >= quantity), candidates[-1] if candidates else None)
        line["requisition_line_id"] = chosen
        if chosen is not None:
            room[chosen] -= quantity


def prepare_quotation(made: Draft) -> None:
    """Completes an offer: each line is put to its line of the inquiry, landed costs are summed.

    A new one without lines names every line asked for. Raises Refused 422 `field_invalid` for an inquiry that is no
    longer open, a supplier invited before and a product nobody asked for.
    """
    header, stored = made.header, cast("Quotation", made.document)
    inquiry_id: UUID = header.get("inquiry_id", stored.inquiry_id)
    supplier_id: UUID = header.get("supplier_id", stored.supplier_id)
    inquiry = inquiry_of(inquiry_id)
    if inquiry is None or inquiry.state not in (InquiryState.DRAFT, InquiryState.SENT):
        raise _invalid("inquiry", message("询价单不在询价中。"))
    others = Quotation.objects.filter(inquiry_id=inquiry_id, supplier_id=supplier_id).exclude(pk=stored.pk)
    if others.exclude(state=QuotationState.WITHDRAWN).exists():
        raise _invalid("supplier", message("该供货者已有这张询价单的报价。"))
    asked = asked_lines(inquiry_id)
    given = [line for line in made.lines or () if line.get("item_id") or line.get("id")]
    if made.is_new and not given:
        made.lines = [{"item_id": item_id} for _line, item_id, _quantity in asked]
    if made.lines is not None:
        _put_to_asked(made.lines, {} if made.is_new else _kept_offer(stored.pk), asked)


def _kept_offer(quotation_id: UUID) -> Mapping[UUID, QuotationLine]:
    return {line.pk: line for line in QuotationLine.objects.filter(document_id=quotation_id)}


def _put_to_asked(
    lines: list[dict[str, Any]], kept: Mapping[UUID, QuotationLine], asked: Sequence[tuple[UUID, UUID, Decimal]]
) -> None:
    open_lines = list(asked)
    for index, line in enumerate(lines):
        stored = kept.get(line.get("id", ""))
        item_id = line.get("item_id", stored.item_id if stored else None)
        found = next((each for each in open_lines if each[1] == item_id), None)
        if found is None:
            raise _invalid(f"lines.{index}.item", message("询价单没有这一产品，或已经报过。"))
        open_lines.remove(found)
        line["inquiry_line_id"], line["quantity"] = found[0], found[2]
        price = line.get("unit_price", stored.unit_price if stored else None)
        freight = line.get("freight", stored.freight if stored else Decimal(0))
        other = line.get("other_cost", stored.other_cost if stored else Decimal(0))
        line["landed_cost"] = None if price is None else price + freight + other


def ask_suppliers(work: Work[Inquiry, InquiryFacts]) -> None:
    """What the inquiry asks for is asked for: nobody else asks for it again."""
    count_asked(_needs(work.facts, 1))


def ask_no_more(work: Work[Inquiry, InquiryFacts]) -> None:
    """Nothing came of it: its requisition lines may be asked for again."""
    count_asked(_needs(work.facts, -1))


def _needs(facts: InquiryFacts, sign: int) -> list[tuple[UUID, Decimal]]:
    return [(line.needed.line_id, sign * line.quantity) for line in facts.lines if line.needed is not None]


def award(work: Work[Inquiry, InquiryFacts]) -> None:
    """The comparison is kept as it stands, sealed; each chosen supplier gets the draft of an order."""
    facts, actor = work.facts, work.actor
    compared = compare(facts, OFFER_GATES, work.moment)
    text, digest = canonical(as_data(facts, compared, work.moment))
    AwardRecord.objects.create(
        transaction_id=work.transaction_id,
        inquiry_id=work.document.pk,
        compared=text,
        sha256=digest,
        at=work.moment.instant,
        awarded_by_id=actor.user_id,
        awarded_by_name=actor.name,
    )
    chosen = _chosen(compared)
    work.set(evidence_hash=digest, amount=sum((one.total for _line, one in chosen), Decimal(0)))
    _draft_orders(work, chosen)


def _chosen(compared: Sequence[ComparedLine]) -> list[tuple[ComparedLine, Compared]]:
    found = [(line, line.of(line.asked.chosen_supplier_id)) for line in compared]
    return [(line, one) for line, one in found if one is not None]


def _draft_orders(work: Work[Inquiry, InquiryFacts], chosen: Sequence[tuple[ComparedLine, Compared]]) -> None:
    """One draft for each supplier, in the order of their numbers, its lines tied to the requisition's."""
    document, day = work.document, work.moment.site_day
    needs: dict[tuple[UUID, int], UUID | None] = {}
    of_order = registry.document_types[ORDER]
    for offer in work.facts.offers:
        lines = [(line, one) for line, one in chosen if one.offer.id == offer.id]
        if not lines:
            continue
        lead = max(one.line.lead_days or 0 for _line, one in lines)
        command = DraftCommand(
            fields={"supplier": offer.supplier.id, "ordered_on": day, "promised_on": day + timedelta(days=lead)},
            lines=[_order_line(line, one) for line, one in lines],
            site_id=document.site_id,
            system={
                "inquiry_id": document.pk, "inquiry_number": document.number, "buyer_id": document.created_by_id,
                "buyer_name": document.created_by_name,
            },
        )  # fmt: skip
        made = draft(of_order, command, actor=work.actor)
        for place, (line, _one) in enumerate(lines, start=1):
            needs[made.document_id, place] = line.asked.needed.line_id if line.asked.needed else None
    rows = PurchaseOrderLine.objects.filter(document_id__in={key for key, _place in needs})
    update_rows(
        PurchaseOrderLine,
        [{"id": key, "requisition_line_id": needs[document_id, line_no]}
         for key, document_id, line_no in rows.values_list("pk", "document_id", "line_no")],
        document.company_id,
    )  # fmt: skip


def _order_line(line: ComparedLine, one: Compared) -> dict[str, Any]:
    return {"item": line.asked.item.id, "quantity": line.asked.quantity, "unit_price": one.line.unit_price}


def inquiry_anchors(facts: InquiryFacts) -> RetentionAnchors:
    """An inquiry and its award are kept five years from the day the goods are needed (R1)."""
    day: date = max(facts.needed_on, facts.answer_by)
    return RetentionAnchors(base_day=day)


def quotation_anchors(facts: Offer) -> RetentionAnchors:
    """An offer is kept five years from the day it lapsed, or from today while it names none (R1)."""
    return RetentionAnchors(base_day=facts.valid_until or now().date())
