"""What confirming and closing a sales order does: the promise is written where shipments find it, and taken back."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from meridian.evidence.personal import sealed
from meridian.inventory.services import Expected, expect, stop_expecting
from meridian.inventory.vocabulary import Expectation
from meridian.kernel.declare import RetentionAnchors
from meridian.kernel.drafts import Draft
from meridian.kernel.findings import refusal
from meridian.kernel.messages import message
from meridian.kernel.work import Work
from meridian.parties.queries import customer_verdicts
from meridian.sales.models import SalesOrder, SalesOrderLine
from meridian.sales.queries import SalesOrderFacts, amount_of


def prepare_sales_order(draft: Draft) -> None:
    """Completes a draft: amounts, and the customer's delivery address when none is given.

    Raises Refused 422 `field_invalid` when goods arrive before they are ordered.
    """
    ordered_on: date = _current(draft, "ordered_on")
    arrives_on: date = _current(draft, "arrives_on")
    if arrives_on < ordered_on:
        raise refusal("field_invalid", HTTPStatus.UNPROCESSABLE_ENTITY,
                      message("要求到货日期 {arrives} 早于销售日期 {ordered}。", arrives=arrives_on,
                              ordered=ordered_on),
                      field_name="arrives_on")  # fmt: skip
    if not _current(draft, "delivery_address"):
        customer: UUID = _current(draft, "customer_id")
        draft.header["delivery_address"] = customer_verdicts([customer], frozenset())[customer].delivery_address
    if draft.lines is not None:
        stored_lines = _stored_lines(draft)
        for line in draft.lines:
            before = stored_lines.get(line["id"]) if "id" in line else None
            quantity = line.get("quantity", before.quantity if before else Decimal(0))
            line["amount"] = amount_of(quantity, line.get("unit_price", before.unit_price if before else Decimal(0)))
        draft.header["amount"] = sum((line["amount"] for line in draft.lines), Decimal(0))


def _current(draft: Draft, column: str) -> Any:
    """A column as it is about to be written."""
    return draft.header.get(column, getattr(draft.document, column, None))


def _stored_lines(draft: Draft) -> Mapping[UUID, SalesOrderLine]:
    if draft.is_new:
        return {}
    return {line.pk: line for line in SalesOrderLine.objects.filter(document_id=draft.document.pk)}


def promise_goods(work: Work[SalesOrder, SalesOrderFacts]) -> None:
    """The record takes the customer's words; every line becomes a demand with its day, price, address and named lot."""
    facts, customer = work.facts, work.facts.customer
    rows = [
        Expected(
            line_id=line.line_id,
            item_id=line.item.id,
            quantity=line.quantity,
            day=facts.arrives_on,
            unit_price=line.unit_price,
            deliver_to=facts.delivery_address,
            lot_no=line.lot_no,
        )
        for line in facts.lines
    ]
    expect(work, kind=Expectation.DEMAND, rows=rows, party_id=customer.id, party_name=customer.name)
    work.set(
        customer_name=customer.name,
        customer_contact=sealed(customer.id, " ".join(filter(None, (customer.contact, customer.phone)))),
        customer_license_no="、".join(
            paper.licence_no for paper in customer.papers if paper.valid_on(work.moment.site_day)
        )[:200],
    )


def promise_no_more(work: Work[SalesOrder, SalesOrderFacts]) -> None:
    """What has not been shipped is no longer promised."""
    stop_expecting(work)


def retention_anchors(facts: SalesOrderFacts) -> RetentionAnchors:
    """A sales order is kept five years from its day, for implants for ever; shipments prolong that (R1)."""
    return RetentionAnchors(base_day=facts.ordered_on, permanent=any(line.item.is_implantable for line in facts.lines))
